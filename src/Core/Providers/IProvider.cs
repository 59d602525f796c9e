using Quittance.Core.Instruments;

namespace Quittance.Core.Providers;

/// <summary>The requests to a provider. A server can also ask about a request (<see cref="IProvider.FindAsync"/>).</summary>
public enum Verb
{
    /// <summary>Reserve the money.</summary>
    Authorise,

    /// <summary>Take money that was reserved.</summary>
    Capture,

    /// <summary>Give a reservation back; also one that may never have arrived, which then never takes effect.</summary>
    Void,

    /// <summary>Give captured money back, wholly or in part.</summary>
    Refund,
}

/// <summary>A provider's answer, or its absence.</summary>
public enum Verdict
{
    Approved,

    /// <summary>It is refused, for good.</summary>
    Declined,

    /// <summary>The provider decides later, as for a direct debit or a customer who must confirm.</summary>
    Pending,

    /// <summary>
    /// No clear answer: time-out, broken connection, an unreadable answer. The provider may have carried the request out. Never a
    /// failure.
    /// </summary>
    Unknown,

    /// <summary>
    /// The provider has no such request. Only an answer to <see cref="IProvider.FindAsync"/>; it proves nothing while the request
    /// may still be on its way.
    /// </summary>
    NotFound,
}

/// <summary>Why a provider declined, as far as it says.</summary>
public enum DeclineReason
{
    /// <summary>No reason given.</summary>
    Declined,

    /// <summary>The customer has not enough money.</summary>
    InsufficientFunds,

    /// <summary>The card is no longer valid.</summary>
    Expired,

    /// <summary>The card or the account does not exist or takes no such payment.</summary>
    InstrumentInvalid,

    /// <summary>The security code is wrong.</summary>
    SecurityCodeWrong,

    /// <summary>The customer did not confirm the payment.</summary>
    NotConfirmed,

    /// <summary>The authorisation is unknown, used up, given back or too old.</summary>
    AuthorisationInvalid,

    /// <summary>The provider does not accept the request as it stands: a mistake of ours or of the set-up.</summary>
    RequestRefused,

    /// <summary>
    /// It never got to the customer's side, and never will: the request did not reach the provider within its lifetime, or the bank refused
    /// the whole file that had the debit.
    /// </summary>
    NeverArrived,
}

/// <summary>Whether an account moves real money.</summary>
public enum ProviderWorld
{
    /// <summary>It is for trials.</summary>
    Test,

    /// <summary>It moves real money.</summary>
    Live,
}

/// <summary>A request to a provider. Repeat it unchanged: the provider recognises it by its id and carries it out once.</summary>
/// <param name="Id">The attempt; the provider's idempotency key.</param>
/// <param name="Amount">How much; above zero.</param>
public sealed record ProviderRequest(AttemptId Id, Money Amount)
{
    /// <summary>The authorisation that is captured, given back or refunded; null when authorising.</summary>
    public AttemptId? Authorisation { get; init; }

    /// <summary>The instrument as the vault opened it; only for an authorisation.</summary>
    public InstrumentSecret? Instrument { get; init; }

    /// <summary>
    /// The card's security code where the customer has just given it. Never stored, so it is missing when a request is sent again.
    /// </summary>
    public SecurityCode? SecurityCode { get; init; }

    /// <summary>The address to which the customer returns after a redirect (3-D Secure).</summary>
    public string? ReturnTo { get; init; }

    /// <summary>The reference of the customer's mandate for a direct debit; also for what follows its authorisation.</summary>
    public string? Mandate { get; init; }

    /// <summary>The payment. The provider keeps it, and says it again when it lists what it has.</summary>
    public PaymentId? Payment { get; init; }

    /// <summary>The customer's account, which the provider keeps and lists too.</summary>
    public AccountId? Account { get; init; }

    /// <summary>When the attempt was opened; null where no attempt of the books is asked for.</summary>
    public DateTimeOffset? OpenedAt { get; init; }

    /// <summary>The provider's own id of this request, where it is known already.</summary>
    public string? Reference { get; init; }

    /// <summary>The provider's own id of <see cref="Authorisation"/>, where it is known.</summary>
    public string? AuthorisationReference { get; init; }

    /// <summary>When the attempt of <see cref="Authorisation"/> was opened, where that is known.</summary>
    public DateTimeOffset? AuthorisationOpenedAt { get; init; }

    /// <summary>How much <see cref="Authorisation"/> was for, where that is known.</summary>
    public Money? AuthorisedAmount { get; init; }

    /// <summary>Whether the capture of an authorisation follows at once; else the customer may still go away.</summary>
    public bool IsCapturedAtOnce { get; init; }
}

/// <summary>A provider's answer. Network trouble is <see cref="Verdict.Unknown"/> and no exception.</summary>
/// <param name="Reason">Why, where it declined.</param>
public sealed record ProviderAnswer(Verdict Verdict, DeclineReason? Reason = null)
{
    /// <summary>The address at which the customer must confirm, while it is pending for that.</summary>
    public Uri? RedirectTo { get; init; }

    /// <summary>The provider's own id of the request; null where it does not say. See <see cref="ProviderReference"/>.</summary>
    public string? Reference { get; init; }

    public static ProviderAnswer Approved { get; } = new(Verdict.Approved);

    /// <summary>The provider decides later.</summary>
    public static ProviderAnswer Pending { get; } = new(Verdict.Pending);

    public static ProviderAnswer Unknown { get; } = new(Verdict.Unknown);

    /// <summary>The provider has no such request.</summary>
    public static ProviderAnswer NotFound { get; } = new(Verdict.NotFound);

    public static ProviderAnswer Declined(DeclineReason reason) => new(Verdict.Declined, reason);
}

/// <summary>
/// A merchant's account at a payment provider. Network trouble is an answer, <see cref="Verdict.Unknown"/>. A repeated request takes
/// effect once; each call ends within 20 seconds.
/// </summary>
public interface IProvider
{
    /// <summary>Its name in the books, such as <c>sandbox</c>. Never changed.</summary>
    string Name { get; }

    /// <summary>Whether its account moves real money; null where its key does not say.</summary>
    ProviderWorld? World => null;

    /// <summary>After this time a request that has not arrived never will.</summary>
    TimeSpan RequestLifetime { get; }

    /// <summary>Whether it has stopped answering, so that a request would not even be sent now.</summary>
    bool IsSilent => false;

    /// <summary>Whether it charges instruments of a kind in a currency. Each scheme of direct debits has its own currency.</summary>
    bool Takes(InstrumentKind kind, Currency currency) => true;

    /// <summary>
    /// Whether it can say an amount of a currency that it takes. Some providers have fewer digits than a currency, and can't say a
    /// thousandth of a dinar.
    /// </summary>
    bool CanSay(Money amount) => true;

    /// <summary>Reserves money.</summary>
    Task<ProviderAnswer> AuthoriseAsync(ProviderRequest request, CancellationToken cancel);

    /// <summary>Takes reserved money, at most what was authorised.</summary>
    Task<ProviderAnswer> CaptureAsync(ProviderRequest request, CancellationToken cancel);

    /// <summary>Gives a reservation back. An authorisation that never arrived is void from then on.</summary>
    Task<ProviderAnswer> VoidAsync(ProviderRequest request, CancellationToken cancel);

    /// <summary>Gives captured money back, at most what is left of it.</summary>
    Task<ProviderAnswer> RefundAsync(ProviderRequest request, CancellationToken cancel);

    /// <summary>Asks about a request; changes nothing.</summary>
    /// <param name="request">The request, without instrument.</param>
    /// <param name="cancel">Ends the waiting; the answer is then <see cref="Verdict.Unknown"/>.</param>
    Task<ProviderAnswer> FindAsync(Verb verb, ProviderRequest request, CancellationToken cancel);

    /// <summary>
    /// Lists the requests and disputes whose last change lies in a time, each as it is now, a page at a time; changes nothing. Null where
    /// the provider gives no clear answer. A provider that answers no questions has none to list.
    /// </summary>
    /// <param name="from">The beginning of the time.</param>
    /// <param name="until">Its end, which is no part of it.</param>
    /// <param name="page">The cursor from the page before; null for the first.</param>
    Task<ProviderRecords?> ListAsync(DateTimeOffset from, DateTimeOffset until, string? page, CancellationToken cancel);
}

/// <summary>Finds the providers that merchants have accounts at.</summary>
public interface IProviders
{
    /// <summary>The merchant's account at a provider; null when there is none.</summary>
    ValueTask<IProvider?> FindAsync(MerchantId merchant, string provider, CancellationToken cancel);
}
