using Quittance.Core.Ledger;
using Quittance.Core.Providers;

namespace Quittance.Core.Books;

/// <summary>The place of an event in the order of its merchant's feed.</summary>
public readonly record struct FeedPlace(DateTimeOffset At, Guid Subject, int Sequence);

/// <summary>An event as feeds show it.</summary>
/// <param name="Message">The id of its webhooks: the same event has the same id there.</param>
/// <param name="Status">The status that its subject has from then on; null where it changes none.</param>
/// <param name="BookedOn">The day of the books.</param>
/// <param name="EffectiveOn">The day on which it took effect outside the books.</param>
public sealed record FedEvent(
    string Message, FeedPlace Place, EventType Type, PaymentStatus? Status, DateOnly BookedOn, DateOnly EffectiveOn)
{
    /// <summary>Why a provider refused the payment, where the event says so.</summary>
    public DeclineReason? Reason { get; init; }

    /// <summary>The terms of a debit that a collection took; else null.</summary>
    public FedDebit? Debit { get; init; }

    /// <summary>The dialect through which its payment or refund came; null for other subjects.</summary>
    public string? Dialect { get; init; }

    /// <summary>The words of that dialect about the payment or refund, as JSON; null for nothing.</summary>
    public string? Details { get; init; }
}

/// <summary>The terms of a debit, as the customer must be notified of them.</summary>
/// <param name="DueOn">The day on which the customer's bank is to pay.</param>
/// <param name="Mandate">The reference of the mandate.</param>
/// <param name="Creditor">The merchant's creditor identifier.</param>
/// <param name="Account">The customer's bank account, masked.</param>
public sealed record FedDebit(DateOnly DueOn, Money Amount, string Mandate, string Creditor, string Account)
{
    /// <summary>Whether a collection of this day has it by now: it was neither taken out, nor was its collection called off.</summary>
    public bool IsCollected { get; init; }
}

/// <summary>Reads a merchant's events in the order in which they were committed.</summary>
public interface IEventFeed
{
    /// <summary>
    /// The events behind a place. Every event that is committed when this is called is among them, or behind the last of them; no later
    /// commit puts an event before them. So who reads on from the last one gets each event once.
    /// </summary>
    /// <param name="after">Null to begin at the first.</param>
    /// <param name="limit">How many at most.</param>
    Task<IReadOnlyList<FedEvent>> AfterAsync(MerchantId merchant, FeedPlace? after, int limit, CancellationToken cancel);

    /// <summary>One event; null where there is none.</summary>
    Task<FedEvent?> FindAsync(EventId id, CancellationToken cancel);

    /// <summary>The account of what events happen to; null where it belongs to none.</summary>
    Task<AccountId?> AccountOfAsync(SubjectId subject, CancellationToken cancel);
}
