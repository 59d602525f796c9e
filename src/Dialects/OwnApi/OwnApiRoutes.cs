using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Quittance.Core.Access;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Overdue;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;
using Quittance.Core.Settlements;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.OwnApi.Overdue;
using Quittance.Dialects.OwnApi.Sessions;
using Quittance.Dialects.OwnApi.Webhooks;

namespace Quittance.Dialects.OwnApi;

/// <summary>
/// Quittance's own API: accounts, charges, payments, instruments, statements of banks and events of a merchant, whichever API they came
/// through.
/// </summary>
/// <param name="address">Where clients reach this server.</param>
/// <param name="receivables">The customers and what they owe, to read.</param>
/// <param name="settlements">The statements of banks and providers.</param>
/// <param name="credentials">The credentials of programs.</param>
/// <param name="apis">The APIs of this server.</param>
/// <param name="providers">The merchants' accounts at providers.</param>
/// <param name="feed">The events.</param>
/// <param name="attempts">What providers were asked, to read.</param>
/// <param name="links">The payment links, to read.</param>
/// <param name="sessions">Their sessions, to read.</param>
/// <param name="dunnings">How far customers are dunned, to read.</param>
/// <param name="policies">When customers are dunned.</param>
/// <param name="sessionLifetime">How long a session of the widget lasts.</param>
/// <param name="subscriptions">The programs' subscriptions to events.</param>
/// <param name="secrets">The secrets that sign webhooks.</param>
/// <param name="allowsPrivateNetworks">Whether receivers of webhooks may be in private networks.</param>
/// <param name="clock">The time.</param>
/// <param name="stopping">When the server stops.</param>
public sealed class OwnApiRoutes(
    PublicAddress address, IReceivables receivables, ISettlements settlements, IIssuedCredentials credentials,
    IReadOnlyList<DialectSetup> apis, IConnectedProviders providers, IEventFeed feed, IAttempts attempts, ILinks links,
    ISessions sessions,
    IDunnings dunnings, IDunningPolicies policies, TimeSpan sessionLifetime, ISubscriptions subscriptions, IWebhookSecrets secrets,
    bool allowsPrivateNetworks, TimeProvider clock, CancellationToken stopping) : Dialect
{
    /// <summary>The scope of operations that only read.</summary>
    public const string ReadScope = "read";

    /// <summary>The scope of opening accounts, raising charges and making payment links.</summary>
    public const string BillScope = "bill";

    /// <summary>The scope of recording and allocating payments, and of charging and removing stored instruments.</summary>
    public const string PayScope = "pay";

    /// <summary>The scope of refunds.</summary>
    public const string RefundScope = "refund";

    /// <summary>The scope of corrections: of charges, of whose money a payment is, and of accounts.</summary>
    public const string CorrectScope = "correct";

    /// <summary>The scope of statements of banks and providers: their lines may tell of more than the books.</summary>
    public const string SettleScope = "settle";

    /// <summary>The scope of credentials and accounts at providers. No credential has it but where a person names it.</summary>
    public const string AdministerScope = "administer";

    /// <summary>The scope of the events, which tell of everything.</summary>
    public const string EventsScope = "events";

    internal const string AccountsPath = $"{Mount}/accounts";
    internal const string ChargesPath = $"{Mount}/charges";
    internal const string PaymentsPath = $"{Mount}/payments";
    internal const string StatementsPath = $"{Mount}/statements";
    internal const string LinesPath = $"{Mount}/lines";
    internal const string CredentialsPath = $"{Mount}/credentials";
    internal const string LinksPath = $"{Mount}/payment-links";
    internal const string Id = "id";

    internal const string Mount = "/api/v1";

    public static DialectSetup Setup { get; } = new(
        OwnApiNames.Dialect, [CredentialKind.Bearer],
        [
            (ReadScope, "See customers, what they owe and what they paid"),
            (BillScope, "Open accounts, raise charges and make payment links"),
            (PayScope, "Record payments, and charge or remove stored cards and bank accounts"), (RefundScope, "Refund payments"),
            (CorrectScope, "Cancel, credit and write off charges, move payments, close and merge accounts, and pause their dunning"),
            (SettleScope, "See and import bank statements, and book their lines"),
            (EventsScope, "See every change, and get a message for it"),
            (AdministerScope, "Let other programs in, end their access, see accounts at providers, and say when customers are dunned"),
        ],
        _ => OwnApiNames.Account, _ => OwnApiNames.Charge)
    {
        DocumentKind = OwnApiNames.Document,
        WideScopes = [AdministerScope],
        WebhookEvents = OwnApiEvents.All,
    };

    public override string Name => OwnApiNames.Dialect;

    public override IReadOnlyList<string> Paths { get; } = ["/api"];

    // Ten thousand charges with texts of their full length.
    public override long BodyLimit => 32 * 1024 * 1024;

    public override string DocumentPath => $"{Mount}/openapi.json";

    public override IReadOnlyList<WebhookEvent> WebhookEvents => OwnApiEvents.All;

    public override ApiDescription Description => OwnApiDocument.Api;

    public override void Map(DialectRoutes routes)
    {
        var (charges, payments) = (new OwnApiCharges(address, receivables), new OwnApiPayments(address, receivables, attempts));
        var customers = new OwnApiAccounts(address, receivables);
        MapAccounts(routes, customers);
        MapDunning(routes, new OwnApiDunning(address, customers, dunnings, policies));
        MapCharges(routes, charges);
        MapPayments(routes, payments);
        MapCorrections(routes, new OwnApiCorrections(address, receivables, charges, payments));
        MapLinks(routes, new OwnApiLinks(address, receivables, payments, links, sessions));
        MapInstruments(routes, new OwnApiInstruments(address, receivables));
        MapDisputes(routes, new OwnApiDisputes(address, receivables));
        MapSettlements(routes, new OwnApiSettlements(address, receivables, settlements, charges));
        MapCredentials(routes, new OwnApiCredentials(address, credentials, apis));
        var accounts = new OwnApiProviders(address, providers);
        routes.Get($"{Mount}/providers", AdministerScope, accounts.ListAsync).WithMetadata(OwnApiDocument.ListProviders);
        var events = new OwnApiEvents(address, feed, clock, stopping);
        routes.Get($"{Mount}/events", EventsScope, events.ListAsync).WithMetadata(OwnApiDocument.ListEvents);
        new OwnApiSessions(address, receivables, sessions, sessionLifetime).Map(routes);
        new OwnApiWebhooks(address, receivables, subscriptions, secrets, allowsPrivateNetworks).Map(routes);
    }

    private static void MapAccounts(DialectRoutes routes, OwnApiAccounts accounts)
    {
        routes.Post("account.open", AccountsPath, BillScope, accounts.OpenAsync).WithMetadata(OwnApiDocument.OpenAccount);
        routes.Get(AccountsPath, ReadScope, accounts.ListAsync).WithMetadata(OwnApiDocument.ListAccounts);
        routes.Get($"{AccountsPath}/{{{Id}}}", ReadScope, accounts.FindAsync).WithMetadata(OwnApiDocument.FindAccount);
        routes.Get($"{AccountsPath}/{{{Id}}}/balance", ReadScope, accounts.BalanceAsync).WithMetadata(OwnApiDocument.FindBalance);
        routes.Get($"{AccountsPath}/{{{Id}}}/statement", ReadScope, accounts.StatementAsync).WithMetadata(OwnApiDocument.FindStatement);
        routes.Post("account.close", $"{AccountsPath}/{{{Id}}}/close", CorrectScope, accounts.CloseAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.CloseAccount);
        routes.Post("account.reopen", $"{AccountsPath}/{{{Id}}}/reopen", CorrectScope, accounts.ReopenAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.ReopenAccount);
        routes.Post("account.merge", $"{AccountsPath}/{{{Id}}}/merge", CorrectScope, accounts.MergeAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.MergeAccounts);
        routes.Post("account.unmerge", $"{AccountsPath}/{{{Id}}}/unmerge", CorrectScope, accounts.UnmergeAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.UnmergeAccounts);
    }

    private static void MapDunning(DialectRoutes routes, OwnApiDunning dunning)
    {
        routes.Get($"{Mount}/dunning", ReadScope, dunning.ListAsync).WithMetadata(OwnApiDunning.ListPolicies);
        // It decides over every customer, and has fees.
        routes.Post("dunning.policy", $"{Mount}/dunning", AdministerScope, dunning.SetAsync, needsKey: true)
            .WithMetadata(OwnApiDunning.SetPolicy);
        routes.Get($"{AccountsPath}/{{{Id}}}/dunning", ReadScope, dunning.FindAsync).WithMetadata(OwnApiDunning.FindDunning);
        routes.Post("dunning.hold", $"{AccountsPath}/{{{Id}}}/dunning", CorrectScope, dunning.HoldAsync, needsKey: true)
            .WithMetadata(OwnApiDunning.HoldDunning);
    }

    private static void MapCharges(DialectRoutes routes, OwnApiCharges charges)
    {
        routes.Post("charge.raise", ChargesPath, BillScope, charges.RaiseAsync, needsKey: true).WithMetadata(OwnApiDocument.RaiseCharges);
        routes.Get(ChargesPath, ReadScope, charges.ListAsync).WithMetadata(OwnApiDocument.ListCharges);
        routes.Get($"{ChargesPath}/{{{Id}}}", ReadScope, charges.FindAsync).WithMetadata(OwnApiDocument.FindCharge);
    }

    private static void MapPayments(DialectRoutes routes, OwnApiPayments payments)
    {
        routes.Post("payment.record", PaymentsPath, PayScope, payments.RecordAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.RecordPayment);
        routes.Get(PaymentsPath, ReadScope, payments.ListAsync).WithMetadata(OwnApiDocument.ListPayments);
        routes.Get($"{PaymentsPath}/{{{Id}}}", ReadScope, payments.FindAsync).WithMetadata(OwnApiDocument.FindPayment);
        routes.Post("payment.allocate", $"{PaymentsPath}/{{{Id}}}/allocate", PayScope, payments.AllocateAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.AllocatePayment);
        routes.Post("payment.refund", $"{PaymentsPath}/{{{Id}}}/refund", RefundScope, payments.RefundAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.RefundPayment);
    }

    private static void MapCorrections(DialectRoutes routes, OwnApiCorrections corrections)
    {
        routes.Post("charge.correct", $"{ChargesPath}/{{{Id}}}/correct", CorrectScope, corrections.CorrectAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.CorrectCharge);
        routes.Post("charge.change", $"{ChargesPath}/{{{Id}}}/change", CorrectScope, corrections.ChangeAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.ChangeCharge);
        routes.Post("payment.unallocate", $"{PaymentsPath}/{{{Id}}}/unallocate", CorrectScope, corrections.UnallocateAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.UnallocatePayment);
        routes.Post("payment.move", $"{PaymentsPath}/{{{Id}}}/move", CorrectScope, corrections.MoveAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.MovePayment);
    }

    private static void MapInstruments(DialectRoutes routes, OwnApiInstruments instruments)
    {
        routes.Get($"{Mount}/instruments", ReadScope, instruments.ListAsync).WithMetadata(OwnApiDocument.ListInstruments);
        routes.Get($"{Mount}/instruments/{{{Id}}}", ReadScope, instruments.FindAsync).WithMetadata(OwnApiDocument.FindInstrument);
        routes.Delete($"{Mount}/instruments/{{{Id}}}", PayScope, instruments.RemoveAsync).WithMetadata(OwnApiDocument.RemoveInstrument);
    }

    private static void MapDisputes(DialectRoutes routes, OwnApiDisputes disputes)
    {
        routes.Get($"{Mount}/disputes", ReadScope, disputes.ListAsync).WithMetadata(OwnApiDocument.ListDisputes);
        routes.Get($"{Mount}/disputes/{{{Id}}}", ReadScope, disputes.FindAsync).WithMetadata(OwnApiDocument.FindDispute);
    }

    private static void MapSettlements(DialectRoutes routes, OwnApiSettlements settlements)
    {
        routes.Post("statement.import", StatementsPath, SettleScope, settlements.ImportAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.ImportStatements);
        routes.Get(StatementsPath, SettleScope, settlements.ListAsync).WithMetadata(OwnApiDocument.ListStatements);
        routes.Get($"{StatementsPath}/{{{Id}}}", SettleScope, settlements.FindAsync).WithMetadata(OwnApiDocument.FindBankStatement);
        routes.Get($"{StatementsPath}/{{{Id}}}/lines", SettleScope, settlements.LinesOfOneAsync)
            .WithMetadata(OwnApiDocument.ListLinesOfStatement);
        routes.Get(LinesPath, SettleScope, settlements.LinesAsync).WithMetadata(OwnApiDocument.ListLines);
        routes.Get($"{LinesPath}/{{{Id}}}", SettleScope, settlements.FindLineAsync).WithMetadata(OwnApiDocument.FindLine);
        routes.Post("line.book", $"{LinesPath}/{{{Id}}}/book", SettleScope, settlements.BookAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.BookLine);
        routes.Post("line.unbook", $"{LinesPath}/{{{Id}}}/unbook", SettleScope, settlements.UnbookAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.UnbookLine);
    }

    private static void MapCredentials(DialectRoutes routes, OwnApiCredentials credentials)
    {
        routes.Get(CredentialsPath, AdministerScope, credentials.ListAsync).WithMetadata(OwnApiDocument.ListCredentials);
        routes.Post("credential.create", CredentialsPath, AdministerScope, credentials.CreateAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.CreateCredential);
        routes.Post("credential.end", $"{CredentialsPath}/{{{Id}}}/end", AdministerScope, credentials.EndAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.EndCredential);
    }

    private static void MapLinks(DialectRoutes routes, OwnApiLinks links)
    {
        routes.Post("link.make", LinksPath, BillScope, links.MakeAsync, needsKey: true).WithMetadata(OwnApiDocument.MakeLink);
        routes.Get(LinksPath, ReadScope, links.ListAsync).WithMetadata(OwnApiDocument.ListLinks);
        routes.Get($"{LinksPath}/{{{Id}}}", ReadScope, links.FindAsync).WithMetadata(OwnApiDocument.FindLink);
        routes.Post("link.take_back", $"{LinksPath}/{{{Id}}}/take-back", BillScope, links.TakeBackAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.TakeLinkBack);
    }

    public override Task<Action<Utf8JsonWriter>?> TellAsync(Delivery delivery, IBooks books, CancellationToken cancel) =>
        OwnApiEvents.TellAsync(delivery, feed, cancel);

    public override ValueTask<Credential?> AuthenticateAsync(HttpContext http, ICredentials credentials) =>
        BearerToken.FindAsync(http, credentials, Name);

    public override Answer Refuse(HttpContext http, EdgeFault fault, string? detail = null) =>
        OwnApiErrors.Of(fault, detail).ToAnswer(address) with { Challenge = BearerToken.Challenge(http, fault) };
}
