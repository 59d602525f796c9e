using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;

namespace Quittance.Dialects.SportAlliance;

/// <summary>The payment part of Sport Alliance's Open API, for Magicline and PerfectGym Next.</summary>
/// <param name="sessions">The payment sessions, to read.</param>
/// <param name="sessionLifetime">How long a payment session lasts (Sport Alliance 5.5).</param>
/// <param name="rateLimit">How many requests it takes; 1,000 a minute where nothing else is said.</param>
public sealed class SportAllianceRoutes(
    ISessions sessions, ProviderRouting routing, TimeSpan sessionLifetime, RateLimit? rateLimit = null) : Dialect
{
    private readonly SportAlliancePayments _payments = new(sessions, routing, sessionLifetime);

    /// <summary>The scope of payment sessions.</summary>
    public const string PaymentWriteScope = "PAYMENT_WRITE";

    public const string AccountReadScope = "CUSTOMER_ACCOUNT_READ";

    /// <summary>The scope of booking payments and replacing instruments (Sport Alliance 5.3).</summary>
    public const string AccountWriteScope = "CUSTOMER_ACCOUNT_WRITE";

    private const string Account = $"/v1/customers/{{{SportAllianceRequests.Customer}}}/account";

    public static DialectSetup Setup { get; } = new(
        SportAllianceNames.Dialect, [CredentialKind.ApiKey],
        [
            new(PaymentWriteScope, Reach.Operator, null), new(AccountReadScope, Reach.Viewer, null),
            new(AccountWriteScope, Reach.Operator, null),
        ],
        _ => SportAllianceNames.Customer, _ => SportAllianceNames.DebtClaim)
    {
        CountsNames = true,
        DocumentKind = SportAllianceNames.Document,
    };

    public override string Name => SportAllianceNames.Dialect;

    public override IReadOnlyList<string> Paths { get; } = ["/v1/customers", "/v1/payments"];

    /// <remarks>Sport Alliance 2.3.</remarks>
    public override RateLimit RateLimit { get; } = rateLimit ?? new RateLimit(1000, TimeSpan.FromMinutes(1));

    // HEAD checks the key, whatever the path.
    public override bool HeadsAreGets => false;

    public override ApiDescription Description => SportAllianceDocument.Api;

    public override void Map(DialectRoutes routes)
    {
        foreach (var path in Paths)
            routes.Head(path).WithMetadata(SportAllianceDocument.CheckKey);
        routes.Post("session.open", "/v1/payments/user-session", PaymentWriteScope, _payments.OpenAsync)
            .WithMetadata(SportAllianceDocument.OpenSession);
        routes.Post("payment.book", $"{Account}/payment", AccountWriteScope, _payments.BookAsync)
            .WithMetadata(SportAllianceDocument.BookPayment);
        routes.Post("instrument.replace", $"{Account}/payment-instrument", AccountWriteScope, _payments.ReplaceAsync)
            .WithMetadata(SportAllianceDocument.ReplaceInstrument);
        routes.Get($"{Account}/balances", AccountReadScope, BalancesAsync).WithMetadata(SportAllianceDocument.Balances);
        // Sport Alliance 3.5: the past ends yesterday; the upcoming entries are those of a year.
        routes.Get($"{Account}/transactions", AccountReadScope, call => TransactionsAsync(
            call, today => (DateOnly.MinValue, today.AddDays(-1)))).WithMetadata(SportAllianceDocument.Transactions);
        routes.Get($"{Account}/transactions/upcoming", AccountReadScope,
            call => TransactionsAsync(call, today => (today, today.AddYears(1)))).WithMetadata(SportAllianceDocument.UpcomingTransactions);
    }

    public override async ValueTask<Credential?> AuthenticateAsync(HttpContext http, ICredentials credentials)
    {
        if (http.Request.Headers["X-API-KEY"] is not [{ Length: > 0 } key]
            || await credentials.FindAsync(CredentialKind.ApiKey, Name, key, http.RequestAborted) is not { } credential)
        {
            return null;
        }

        Studio.Remember(http, credential.Installation);
        return credential;
    }

    /// <remarks>The text is the message of the fault in the client's language: a detail in English has no place in it.</remarks>
    public override Answer Refuse(HttpContext http, EdgeFault fault, string? detail = null) => SportAllianceErrors.Of(fault).ToAnswer(http);

    private static async Task<Answer> BalancesAsync(Call call)
    {
        if (!SportAllianceRequests.CustomerIn(call.PathValue(SportAllianceRequests.Customer)).TryGet(out var customer, out var error))
            return error.ToAnswer(call.Http);
        if (await AccountsAsync(call, customer) is not [.., var account])
            return SportAllianceErrors.CustomerUnknown.ToAnswer(call.Http);

        var standing = await call.Books.StandingAsync(account, call.Credential.Installation.Currency, Today(call), call.Cancel);
        return new Answer(StatusCodes.Status200OK, json => SportAllianceResponses.Balances.Write(json, standing));
    }

    private static async Task<Answer> TransactionsAsync(Call call, Func<DateOnly, (DateOnly From, DateOnly To)> days)
    {
        var customer = SportAllianceRequests.CustomerIn(call.PathValue(SportAllianceRequests.Customer));
        var slice = SportAllianceRequests.SliceIn(call.Http.Request.Query);
        if ((customer.Error ?? slice.Error) is { } error)
            return error.ToAnswer(call.Http);
        // What was settled before a merge stays with the merged customer, and what was open is the other one's.
        var accounts = await AccountsAsync(call, customer.Value);
        if (accounts.Count == 0)
            return SportAllianceErrors.CustomerUnknown.ToAnswer(call.Http);

        var (from, to) = days(Today(call));
        var range = new ChargeRange(from, to, slice.Value.After, slice.Value.Size);
        var charges = await call.Books.ChargesAsync(accounts, range, call.Cancel);
        return new Answer(StatusCodes.Status200OK, json => SportAllianceResponses.Transactions.Write(json, (charges, range.After)));
    }

    /// <summary>The account of a customer, and those that its merges lead to.</summary>
    private static Task<IReadOnlyList<Account>> AccountsAsync(Call call, long customer) => call.Books.AccountsAsync(
        [new Reference(call.Credential.Merchant, SportAllianceNames.Dialect, SportAllianceNames.Customer, $"{customer}")], call.Cancel);

    private static DateOnly Today(Call call) => call.Credential.Installation.DayOf(call.Now);
}

/// <summary>The studio whose key a request has shown: its language is that of errors, also of those outside any operation.</summary>
internal static class Studio
{
    private static readonly object Slot = new();

    /// <summary>The studio; null when there was no valid key.</summary>
    public static Installation? Of(HttpContext http) => http.Items.TryGetValue(Slot, out var known) ? (Installation)known! : null;

    /// <summary>Remembers it for the time of the request.</summary>
    public static void Remember(HttpContext http, Installation studio) => http.Items[Slot] = studio;
}
