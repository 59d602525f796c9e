using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Quittance.Sandbox.Notices;

namespace Quittance.Sandbox.Books;

/// <summary>The request to the sandbox.</summary>
public enum RequestVerb
{
    /// <summary>Reserve money.</summary>
    Authorise,

    /// <summary>Take reserved money.</summary>
    Capture,

    /// <summary>Give a reservation back.</summary>
    Void,

    /// <summary>Give captured money back.</summary>
    Refund,
}

public enum RequestState
{
    /// <summary>Done.</summary>
    Approved,

    /// <summary>Refused.</summary>
    Declined,

    /// <summary>Decided later, by notice.</summary>
    Pending,
}

/// <summary>Why a request is declined.</summary>
public enum RequestReason
{
    /// <summary>No reason given.</summary>
    Declined,

    /// <summary>Not enough money.</summary>
    InsufficientFunds,

    /// <summary>The card is too old.</summary>
    Expired,

    /// <summary>No such card or bank account: a wrong check digit.</summary>
    InstrumentInvalid,

    SecurityCodeWrong,

    /// <summary>The customer refused.</summary>
    NotConfirmed,

    /// <summary>The authorisation is unknown, void, used up, or does not cover the amount.</summary>
    AuthorisationInvalid,
}

/// <summary>A request as the books have it.</summary>
/// <param name="Authorisation">The authorisation that it is about.</param>
/// <param name="AmountMinor">How much, in minor units; 0 for a void of an authorisation never seen.</param>
/// <param name="Currency">The currency; null for a void of an authorisation never seen.</param>
public sealed record BookedRequest(Guid Id, RequestVerb Verb, Guid Authorisation, long AmountMinor, string? Currency)
{
    public RequestState State { get; init; }

    /// <summary>Why it is declined, if it is.</summary>
    public RequestReason? Reason { get; init; }

    /// <summary>Scheme and last four digits; of an authorise request only.</summary>
    public string? Instrument { get; init; }

    /// <summary>The merchant's own name for the payment; of an authorise request only.</summary>
    public string? Payment { get; init; }

    /// <summary>The merchant's own name for the customer's account; of an authorise request only.</summary>
    public string? Customer { get; init; }

    /// <summary>The sandbox's own id of it. Letters only, so that none looks like the number of a card.</summary>
    [JsonIgnore]
    public string Reference =>
        "sbx_" + string.Concat(SHA256.HashData(Id.ToByteArray()).Take(20).Select(one => (char)('a' + (one % 26))));

    internal BookedRequest Become(RequestState state, RequestReason? reason = null) => this with { State = state, Reason = reason };

    /// <summary>Whether another request asks for the same. A void's amount is not asked for but found out.</summary>
    internal bool AsksTheSame(BookedRequest other) =>
        (Verb, Authorisation, Instrument) == (other.Verb, other.Authorisation, other.Instrument)
        && (Verb == RequestVerb.Void || (AmountMinor, Currency) == (other.AmountMinor, other.Currency));
}

/// <summary>
/// The history of money of one currency, each as a sum in minor units that never counts backwards but
/// <paramref name="DisputedMinor"/>.
/// </summary>
/// <param name="AuthorisedMinor">Reserved at some time.</param>
/// <param name="CapturedMinor">Taken.</param>
/// <param name="RefundedMinor">Given back to the customer.</param>
/// <param name="VoidedMinor">Reservations given back.</param>
/// <param name="ReversedMinor">Captured, and gone again because the capture was declined late.</param>
/// <param name="DisputedMinor">In disputes that are open or lost.</param>
/// <param name="FeesMinor">Fees of all disputes, however they ended.</param>
public readonly record struct Amounts(
    long AuthorisedMinor, long CapturedMinor, long RefundedMinor, long VoidedMinor, long ReversedMinor, long DisputedMinor, long FeesMinor)
{
    /// <summary>The amount that can still be refunded; below zero where refunded money was reversed too.</summary>
    internal long RefundableMinor => CapturedMinor - RefundedMinor - ReversedMinor;

    /// <summary>The amount that can still be disputed. Refunded money counts: card holders do both.</summary>
    internal long DisputableMinor => CapturedMinor - ReversedMinor - DisputedMinor;

    internal Amounts Plus(Amounts more, int sign = 1) => new(
        AuthorisedMinor + (sign * more.AuthorisedMinor),
        CapturedMinor + (sign * more.CapturedMinor),
        RefundedMinor + (sign * more.RefundedMinor),
        VoidedMinor + (sign * more.VoidedMinor),
        ReversedMinor + (sign * more.ReversedMinor),
        DisputedMinor + (sign * more.DisputedMinor),
        FeesMinor + (sign * more.FeesMinor));
}

/// <summary>A change of an authorisation without a request.</summary>
public enum DueWorkKind
{
    /// <summary>The bank has paid the debit.</summary>
    DebitPaid,

    /// <summary>The bank has refused the debit.</summary>
    DebitRefused,

    /// <summary>The customer has the paid debit returned.</summary>
    DebitReturned,

    /// <summary>An approved capture is declined after all.</summary>
    DeclinedLate,
}

/// <summary>Something that happens to an authorisation without a request, at its time.</summary>
/// <param name="At">When.</param>
public sealed record DueWork(DueWorkKind Kind, DateTimeOffset At);

/// <summary>Money that is or was reserved, or waits to be.</summary>
/// <param name="Id">Its id, that of the request.</param>
/// <param name="AmountMinor">The amount asked for, in minor units.</param>
/// <param name="Instrument">Scheme and last four digits.</param>
/// <param name="Behaviour">How it goes on.</param>
public sealed record BookedAuthorisation(Guid Id, long AmountMinor, string Currency, string Instrument, Behaviour Behaviour)
{
    /// <summary>The history of its money.</summary>
    public Amounts Amounts { get; init; }

    /// <summary>Where its notices go.</summary>
    public Uri? NoticeUrl { get; init; }

    /// <summary>Where the customer goes after confirming.</summary>
    public Uri? ReturnUrl { get; init; }

    /// <summary>The secret of the person who may confirm, where the authorisation needs it.</summary>
    public string? ConfirmToken { get; init; }

    /// <summary>Whether it is given back.</summary>
    public bool IsVoid { get; init; }

    /// <summary>The request that captured it, or is about to.</summary>
    public Guid? Capture { get; init; }

    /// <summary>The next change that happens by itself.</summary>
    public DueWork? Next { get; init; }
}

/// <summary>How a customer takes money back.</summary>
public enum DisputeKind
{
    /// <summary>The card holder objects.</summary>
    Chargeback,

    /// <summary>The bank returns a direct debit.</summary>
    ReturnedDebit,
}

/// <summary>How far a dispute is.</summary>
public enum DisputeState
{
    /// <summary>The money is withheld.</summary>
    Opened,

    /// <summary>The merchant has the money again, but for the fee.</summary>
    Won,

    /// <summary>Money and fee are gone.</summary>
    Lost,
}

/// <summary>A dispute as the books have it.</summary>
/// <param name="Authorisation">The disputed authorisation.</param>
/// <param name="AmountMinor">How much, in minor units.</param>
/// <param name="FeeMinor">The fee, however it ends, in minor units.</param>
/// <param name="Currency">The currency of both.</param>
/// <param name="State">How far it is.</param>
public sealed record BookedDispute(
    string Id, DisputeKind Kind, Guid Authorisation, long AmountMinor, long FeeMinor, string Currency, DisputeState State);

/// <summary>One line of the journal: all that one step changes in an account's books, each thing as it is afterwards.</summary>
internal sealed record Entry(string Account)
{
    /// <summary>When it happened.</summary>
    public DateTimeOffset At { get; init; }

    public BookedAuthorisation? Authorisation { get; init; }

    public IReadOnlyList<BookedRequest>? Requests { get; init; }

    public BookedDispute? Dispute { get; init; }

    public IReadOnlyList<Notice>? Notices { get; init; }

    /// <summary>The key that signs notices from now on.</summary>
    public byte[]? NoticeKey { get; init; }

    /// <summary>An authorisation that was voided before it arrived.</summary>
    public Guid? Tombstone { get; init; }

    /// <summary>A request that was turned away at its first sending.</summary>
    public Guid? TurnedAway { get; init; }

    /// <summary>A notice that has arrived or is given up.</summary>
    public string? NoticeDone { get; init; }
}
