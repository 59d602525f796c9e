namespace Quittance.Core.Sessions;

/// <summary>A visit of a customer to its own page.</summary>
public readonly record struct AccountVisitId(MerchantId Merchant, Guid Value) : IId;

/// <summary>
/// A visit of a customer to its own page: it begins with a link that is mailed and opens once, and lasts for an hour in the browser that
/// opened it.
/// </summary>
/// <param name="Installation">The installation whose name, language and zone the page has.</param>
/// <param name="AskedAt">When the link was asked for.</param>
/// <param name="OpenedAt">When it was opened; null while it was not.</param>
/// <param name="EndedAt">When the customer left, got another e-mail address or was merged; null for not.</param>
public sealed record AccountVisit(
    AccountVisitId Id, AccountId Account, long Installation, DateTimeOffset AskedAt, DateTimeOffset? OpenedAt, DateTimeOffset? EndedAt)
{
    /// <summary>How long a link can be opened.</summary>
    public static readonly TimeSpan OpensFor = TimeSpan.FromMinutes(15);

    /// <summary>How long the page is open.</summary>
    public static readonly TimeSpan LastsFor = TimeSpan.FromHours(1);

    /// <summary>How many links a customer gets while one of them can be opened.</summary>
    public const int MostAtOnce = 3;

    /// <summary>Whether its link can be opened.</summary>
    public bool CanOpen(DateTimeOffset now) => OpenedAt is null && EndedAt is null && now < AskedAt + OpensFor;

    /// <summary>Whether the page is open, to the browser that opened it.</summary>
    public bool IsOpen(DateTimeOffset now) => OpenedAt is { } at && EndedAt is null && now < at + LastsFor;
}

/// <summary>The addresses of customers' own pages. The one that is mailed has the visit's proof as its query.</summary>
public static class AccountAddress
{
    public const string Mount = "/account";

    /// <summary>The part of the path behind which the number of a merchant stands: customers ask for a link there.</summary>
    public const string Asking = "at";

    /// <summary>The address that is mailed.</summary>
    /// <param name="server">The address under which customers reach the server, without a slash at the end.</param>
    /// <param name="key">The merchant's key for hashes.</param>
    public static string Of(string server, AccountVisitId visit, ReadOnlySpan<byte> key) =>
        $"{server}{PathOf(visit)}?{LinkAddress.Proof}={LinkAddress.ProofOf(SessionToken.ForVisit(visit, key))}";

    /// <summary>The path of the page.</summary>
    public static string PathOf(AccountVisitId visit) => $"{Mount}/{SessionToken.PublicNameOf(visit)}";

    /// <summary>Where customers of a merchant ask for a link.</summary>
    public static string AskingOf(MerchantId merchant) => $"{Mount}/{Asking}/{merchant.Value}";
}

/// <summary>The result of asking for a link.</summary>
public enum VisitAsked
{
    /// <summary>It is mailed.</summary>
    Mailed,

    /// <summary>The same request has done it before.</summary>
    Repeated,

    /// <summary>The merchant sends no such mail.</summary>
    SwitchedOff,

    /// <summary>The customer has several that can be opened.</summary>
    TooMany,
}

/// <summary>The visits of customers to their own pages.</summary>
public interface IAccountVisits
{
    /// <summary>A visit; null where there is none of this id.</summary>
    Task<AccountVisit?> FindAsync(AccountVisitId id, CancellationToken cancel);

    /// <summary>The installation in whose name a merchant's pages are; null where the merchant mails no links.</summary>
    Task<long?> InstallationAsync(MerchantId merchant, CancellationToken cancel);

    /// <summary>The customers of an e-mail address, the first ones.</summary>
    Task<IReadOnlyList<AccountId>> CustomersAsync(MerchantId merchant, string email, CancellationToken cancel);

    /// <summary>Has a link mailed to a customer.</summary>
    /// <param name="by">The person or program that sends it; null where the customer asked for it.</param>
    Task<VisitAsked> AskAsync(AccountId account, Origin? by, CancellationToken cancel);

    /// <summary>Opens a link, once.</summary>
    /// <returns>Whether it was opened now.</returns>
    Task<bool> OpenAsync(AccountVisitId id, CancellationToken cancel);

    /// <summary>The customer leaves.</summary>
    Task EndAsync(AccountVisitId id, CancellationToken cancel);
}
