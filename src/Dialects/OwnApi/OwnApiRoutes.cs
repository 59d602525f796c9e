using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Core.Attempts;
using Quittance.Core.Books;
using Quittance.Core.Debits;
using Quittance.Core.Dues;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Mails;
using Quittance.Core.Overdue;
using Quittance.Core.Profiles;
using Quittance.Core.Providers;
using Quittance.Core.Searching;
using Quittance.Core.Sessions;
using Quittance.Core.Settlements;
using Quittance.Core.Webhooks;
using Quittance.Dialects.Http;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;
using Quittance.Dialects.OwnApi.Access;
using Quittance.Dialects.OwnApi.Accounts;
using Quittance.Dialects.OwnApi.Acts;
using Quittance.Dialects.OwnApi.Charges;
using Quittance.Dialects.OwnApi.Corrections;
using Quittance.Dialects.OwnApi.Disputes;
using Quittance.Dialects.OwnApi.Dues;
using Quittance.Dialects.OwnApi.Events;
using Quittance.Dialects.OwnApi.Instruments;
using Quittance.Dialects.OwnApi.Links;
using Quittance.Dialects.OwnApi.Mails;
using Quittance.Dialects.OwnApi.Overdue;
using Quittance.Dialects.OwnApi.Papers;
using Quittance.Dialects.OwnApi.Payments;
using Quittance.Dialects.OwnApi.Refunds;
using Quittance.Dialects.OwnApi.Searching;
using Quittance.Dialects.OwnApi.Sessions;
using Quittance.Dialects.OwnApi.Settlements;
using Quittance.Dialects.OwnApi.Webhooks;
using Quittance.Papers;
using Quittance.Papers.Letters;

namespace Quittance.Dialects.OwnApi;

/// <summary>
/// Quittance's own API: accounts, charges, payments, instruments, statements of banks and events of a merchant, whichever API they came
/// through.
/// </summary>
/// <param name="address">Where clients reach this server.</param>
/// <param name="receivables">The customers and what they owe, to read.</param>
/// <param name="search">Looks for things of any kind.</param>
/// <param name="settlements">The statements of banks and providers.</param>
/// <param name="credentials">The credentials of programs.</param>
/// <param name="apis">The APIs of this server.</param>
/// <param name="providers">The merchants' accounts at providers.</param>
/// <param name="feed">The events.</param>
/// <param name="attempts">The requests to providers, to read.</param>
/// <param name="awaited">The money that payments wait for.</param>
/// <param name="toPay">The refunds that people pay out, to read.</param>
/// <param name="links">The payment links, to read.</param>
/// <param name="linkDesk">Makes payment links and takes them back.</param>
/// <param name="sessions">Their sessions, to read.</param>
/// <param name="dunnings">How far customers are dunned, to read.</param>
/// <param name="policies">When customers are dunned.</param>
/// <param name="retries">The tries of failed payments, to read.</param>
/// <param name="retryPolicies">When failed payments are tried again.</param>
/// <param name="dues">What is due, to read.</param>
/// <param name="duePolicies">When runs of dues begin by themselves.</param>
/// <param name="autopays">Customers' consents to autopay, to read.</param>
/// <param name="sessionLifetime">How long a session of the widget lasts.</param>
/// <param name="subscriptions">The programs' subscriptions to events.</param>
/// <param name="secrets">The secrets that sign webhooks.</param>
/// <param name="allowsPrivateNetworks">Whether receivers of webhooks may be in private networks.</param>
/// <param name="routing">Says whether a provider can charge an amount.</param>
/// <param name="papers">Makes customers' papers.</param>
/// <param name="creditors">What mandates on paper say of the merchant.</param>
/// <param name="letters">Writes reminders as letters.</param>
/// <param name="mails">The mails to customers, to read.</param>
/// <param name="profiles">What customers see of merchants, to read.</param>
/// <param name="clock">The time.</param>
/// <param name="acts">The acts that are declared for all faces.</param>
/// <param name="actKeys">The keys under which programs do them.</param>
/// <param name="parts">The parts of the server that do them.</param>
/// <param name="stopping">When the server stops.</param>
public sealed class OwnApiRoutes(
    PublicAddress address, IReceivables receivables, ISearch search, ISettlements settlements, IIssuedCredentials credentials,
    IReadOnlyList<DialectSetup> apis, IConnectedProviders providers, IEventFeed feed, IAttempts attempts,
    AwaitedMoney awaited, IRefundsToPay toPay, ILinks links, LinkDesk linkDesk, ISessions sessions,
    IDunnings dunnings, IDunningPolicies policies, IRetries retries, IRetryPolicies retryPolicies,
    IDues dues, IDuePolicies duePolicies, IAutopays autopays, TimeSpan sessionLifetime,
    ISubscriptions subscriptions, IWebhookSecrets secrets, bool allowsPrivateNetworks, ProviderRouting routing, PaperDesk papers,
    ICreditors creditors, LetterDesk letters, IMails mails, IProfiles profiles, TimeProvider clock,
    IReadOnlyList<DeclaredAct> acts, IActKeys actKeys, IServiceProvider parts, CancellationToken stopping) : Dialect
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
    internal const string RefundsPath = $"{Mount}/refunds";
    internal const string StatementsPath = $"{Mount}/statements";
    internal const string LinesPath = $"{Mount}/lines";
    internal const string CredentialsPath = $"{Mount}/credentials";
    internal const string DuesPath = $"{Mount}/dues";
    internal const string MailsPath = $"{Mount}/mails";
    internal const string LinksPath = $"{Mount}/payment-links";
    internal const string Id = "id";

    internal const string Mount = "/api/v1";

    public static DialectSetup Setup { get; } = new(
        OwnApiNames.Dialect, [CredentialKind.Bearer],
        [
            new(ReadScope, Reach.Viewer, "See customers, what they owe and what they paid"),
            new(BillScope, Reach.Operator, "Open accounts, raise charges and make payment links"),
            new(
                PayScope, Reach.Operator,
                "Record payments, charge or remove stored cards and bank accounts, take and amend mandates, build collections, dun "
                + "customers, and try failed payments again"),
            new(
                RefundScope, Reach.Operator,
                "Refund payments, release collections and hand their files out, and say what the bank had before a restore"),
            new(
                CorrectScope, Reach.Operator,
                "Cancel, credit and write off charges, move payments, close and merge accounts, and pause their dunning"),
            new(SettleScope, Reach.Operator, "See and import bank statements, and book their lines"),
            new(
                EventsScope, Reach.Viewer,
                "See every change; as an operator, have failed messages sent again; as an admin, also get a message for it"),
            new(
                AdministerScope, Reach.Admin,
                "Let other programs in and give them new secrets, erase the data of customers, end the access of programs and people and "
                + "change roles, see and choose among accounts at providers, say who you are to customers, name your "
                + "bank account for transfers, close and open months, and set limits, tolerances, and when customers are dunned and failed "
                + "payments are tried again"),
        ],
        _ => OwnApiNames.Account, _ => OwnApiNames.Charge)
    {
        DocumentKind = OwnApiNames.Document,
        WideScopes = [AdministerScope],
        WebhookEvents = OwnApiEvents.All,
        ServesBrowsers = true,
    };

    public override string Name => OwnApiNames.Dialect;

    public override IReadOnlyList<string> Paths { get; } = ["/api"];

    public override IReadOnlyList<string> CrossOriginApis { get; } = [OwnApiNames.Dialect];

    // Ten thousand charges with texts of their full length; of payments with long metadata there is room for fewer.
    public override long BodyLimit => 32 * 1024 * 1024;

    public override string DocumentPath => $"{Mount}/openapi.json";

    public override IReadOnlyList<WebhookEvent> WebhookEvents => OwnApiEvents.All;

    public override IReadOnlyList<Problem> Problems => OwnApiErrors.Known;

    public override ApiDescription Description => OwnApiDocument.Api;

    public override void Map(DialectRoutes routes)
    {
        var (charges, payments) = (new OwnApiCharges(address, receivables), new OwnApiPayments(address, receivables, attempts, awaited));
        var accounts = new OwnApiAccounts(address, receivables);
        accounts.Map(routes);
        new OwnApiDunning(address, accounts, dunnings, policies).Map(routes);
        new OwnApiRetries(address, retries, retryPolicies, payments).Map(routes);
        new OwnApiAutopay(address, accounts, autopays).Map(routes);
        new OwnApiDues(address, dues, duePolicies, retries, [.. apis.Select(api => api.Dialect)]).Map(routes);
        charges.Map(routes);
        payments.Map(routes);
        var ofLinks = new OwnApiLinks(address, receivables, payments, links, linkDesk);
        new OwnApiPapers(address, accounts, ofLinks, linkDesk, papers, creditors).Map(routes);
        new OwnApiLetters(address, accounts, letters).Map(routes);
        new OwnApiRefunds(address, receivables, attempts, toPay).Map(routes);
        new OwnApiCorrections(address, receivables, charges, payments).Map(routes);
        ofLinks.Map(routes);
        new OwnApiInstruments(address, receivables).Map(routes);
        new OwnApiDisputes(address, receivables).Map(routes);
        new OwnApiSettlements(address, receivables, settlements, charges).Map(routes);
        new OwnApiCredentials(address, credentials, apis).Map(routes);
        new OwnApiProviders(providers).Map(routes);
        new OwnApiEvents(address, feed, clock, stopping).Map(routes);
        new OwnApiSessions(address, receivables, sessions, routing, sessionLifetime).Map(routes);
        new OwnApiWebhooks(address, receivables, subscriptions, secrets, allowsPrivateNetworks).Map(routes);
        new OwnApiMails(address, mails).Map(routes);
        new OwnApiProfile(address, profiles).Map(routes);
        new OwnApiSearch(address, search).Map(routes);
        new OwnApiActs(address, acts, actKeys, parts).Map(routes);
    }

    public override Task<Action<Utf8JsonWriter>?> TellAsync(Delivery delivery, IBooks books, CancellationToken cancel) =>
        OwnApiEvents.TellAsync(delivery, feed, cancel);

    public override ValueTask<Credential?> AuthenticateAsync(HttpContext http, ICredentials credentials) =>
        BearerToken.FindAsync(http, credentials, Name);

    // A misspelt filter would list everything.
    public override Answer RefuseParameters(IReadOnlyList<string> names) => OwnApiErrors.OfInput(
        [.. names.Select(name => InputFault.In(JsonPath.Printable(name), "is no parameter of this operation"))]).ToAnswer(address);

    public override Answer Refuse(HttpContext http, EdgeFault fault, string? detail = null) =>
        OwnApiErrors.Of(fault, detail).ToAnswer(address) with { Challenge = BearerToken.Challenge(http, fault) };
}
