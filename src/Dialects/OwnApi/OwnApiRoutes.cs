using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Quittance.Core.Access;
using Quittance.Core.Books;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;

namespace Quittance.Dialects.OwnApi;

/// <summary>
/// Quittance's own API: accounts, charges, payments, instruments and events of a merchant, whichever API they came through.
/// </summary>
/// <param name="address">Where clients reach this server.</param>
/// <param name="receivables">The customers and what they owe, to read.</param>
/// <param name="feed">The events.</param>
/// <param name="clock">The time.</param>
/// <param name="stopping">When the server stops.</param>
public sealed class OwnApiRoutes(
    PublicAddress address, IReceivables receivables, IEventFeed feed, TimeProvider clock, CancellationToken stopping) : Dialect
{
    /// <summary>The scope of operations that only read.</summary>
    public const string ReadScope = "read";

    /// <summary>The scope of opening accounts and raising charges.</summary>
    public const string BillScope = "bill";

    /// <summary>The scope of recording and allocating payments, and of charging stored instruments.</summary>
    public const string PayScope = "pay";

    /// <summary>The scope of refunds.</summary>
    public const string RefundScope = "refund";

    /// <summary>The scope of corrections: of charges, of whose money a payment is, and of accounts.</summary>
    public const string CorrectScope = "correct";

    /// <summary>The scope of the events, which tell of everything.</summary>
    public const string EventsScope = "events";

    internal const string AccountsPath = $"{Mount}/accounts";
    internal const string ChargesPath = $"{Mount}/charges";
    internal const string PaymentsPath = $"{Mount}/payments";
    internal const string Id = "id";

    private const string Mount = "/api/v1";

    private readonly OwnApiAccounts _accounts = new(address, receivables);
    private readonly OwnApiCharges _charges = new(address, receivables);
    private readonly OwnApiPayments _payments = new(address, receivables);
    private readonly OwnApiCorrections _corrections = new(address, receivables);
    private readonly OwnApiInstruments _instruments = new(address, receivables);
    private readonly OwnApiEvents _events = new(address, feed, clock, stopping);

    public static DialectSetup Setup { get; } = new(
        OwnApiNames.Dialect, [CredentialKind.Bearer],
        [
            (ReadScope, "See customers, what they owe and what they paid"), (BillScope, "Open accounts and raise charges"),
            (PayScope, "Record payments, and charge stored cards and bank accounts"), (RefundScope, "Refund payments"),
            (CorrectScope, "Cancel, credit and write off charges, move payments, and close and merge accounts"),
            (EventsScope, "See every change"),
        ],
        _ => OwnApiNames.Account, _ => OwnApiNames.Charge)
    {
        DocumentKind = OwnApiNames.Document,
    };

    public override string Name => OwnApiNames.Dialect;

    public override IReadOnlyList<string> Paths { get; } = ["/api"];

    // Ten thousand charges with texts of their full length.
    public override long BodyLimit => 32 * 1024 * 1024;

    public override string DocumentPath => $"{Mount}/openapi.json";

    public override ApiDescription Description => OwnApiDocument.Api;

    public override void Map(DialectRoutes routes)
    {
        routes.Post("account.open", AccountsPath, BillScope, _accounts.OpenAsync).WithMetadata(OwnApiDocument.OpenAccount);
        routes.Get(AccountsPath, ReadScope, _accounts.ListAsync).WithMetadata(OwnApiDocument.ListAccounts);
        routes.Get($"{AccountsPath}/{{{Id}}}", ReadScope, _accounts.FindAsync).WithMetadata(OwnApiDocument.FindAccount);
        routes.Get($"{AccountsPath}/{{{Id}}}/balance", ReadScope, _accounts.BalanceAsync).WithMetadata(OwnApiDocument.FindBalance);
        routes.Get($"{AccountsPath}/{{{Id}}}/statement", ReadScope, _accounts.StatementAsync).WithMetadata(OwnApiDocument.FindStatement);
        routes.Post("account.close", $"{AccountsPath}/{{{Id}}}/close", CorrectScope, _accounts.CloseAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.CloseAccount);
        routes.Post("account.reopen", $"{AccountsPath}/{{{Id}}}/reopen", CorrectScope, _accounts.ReopenAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.ReopenAccount);
        routes.Post("account.merge", $"{AccountsPath}/{{{Id}}}/merge", CorrectScope, _accounts.MergeAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.MergeAccounts);
        routes.Post("account.unmerge", $"{AccountsPath}/{{{Id}}}/unmerge", CorrectScope, _accounts.UnmergeAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.UnmergeAccounts);
        routes.Post("charge.raise", ChargesPath, BillScope, _charges.RaiseAsync, needsKey: true).WithMetadata(OwnApiDocument.RaiseCharges);
        routes.Get(ChargesPath, ReadScope, _charges.ListAsync).WithMetadata(OwnApiDocument.ListCharges);
        routes.Get($"{ChargesPath}/{{{Id}}}", ReadScope, _charges.FindAsync).WithMetadata(OwnApiDocument.FindCharge);
        routes.Post("payment.record", PaymentsPath, PayScope, _payments.RecordAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.RecordPayment);
        routes.Get(PaymentsPath, ReadScope, _payments.ListAsync).WithMetadata(OwnApiDocument.ListPayments);
        routes.Get($"{PaymentsPath}/{{{Id}}}", ReadScope, _payments.FindAsync).WithMetadata(OwnApiDocument.FindPayment);
        routes.Post("payment.allocate", $"{PaymentsPath}/{{{Id}}}/allocate", PayScope, _payments.AllocateAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.AllocatePayment);
        routes.Post("payment.refund", $"{PaymentsPath}/{{{Id}}}/refund", RefundScope, _payments.RefundAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.RefundPayment);
        routes.Post("charge.correct", $"{ChargesPath}/{{{Id}}}/correct", CorrectScope, _corrections.CorrectAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.CorrectCharge);
        routes.Post("charge.change", $"{ChargesPath}/{{{Id}}}/change", CorrectScope, _corrections.ChangeAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.ChangeCharge);
        routes.Post("payment.unallocate", $"{PaymentsPath}/{{{Id}}}/unallocate", CorrectScope, _corrections.UnallocateAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.UnallocatePayment);
        routes.Post("payment.move", $"{PaymentsPath}/{{{Id}}}/move", CorrectScope, _corrections.MoveAsync, needsKey: true)
            .WithMetadata(OwnApiDocument.MovePayment);
        routes.Get($"{Mount}/instruments", ReadScope, _instruments.ListAsync).WithMetadata(OwnApiDocument.ListInstruments);
        routes.Get($"{Mount}/instruments/{{{Id}}}", ReadScope, _instruments.FindAsync).WithMetadata(OwnApiDocument.FindInstrument);
        routes.Get($"{Mount}/events", EventsScope, _events.ListAsync).WithMetadata(OwnApiDocument.ListEvents);
    }

    public override ValueTask<Credential?> AuthenticateAsync(HttpContext http, ICredentials credentials) =>
        BearerToken.FindAsync(http, credentials, Name);

    public override Answer Refuse(HttpContext http, EdgeFault fault, string? detail = null) =>
        OwnApiErrors.Of(fault, detail).ToAnswer(address) with { Challenge = BearerToken.Challenge(http, fault) };
}
