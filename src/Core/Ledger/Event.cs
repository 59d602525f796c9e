using Quittance.Core.Engine;
using Quittance.Core.Providers;

namespace Quittance.Core.Ledger;

/// <summary>
/// One movement of money. It balances by construction and never changes; a correction is another transfer. <see
/// cref="TransferMeanings"/> says what it means.
/// </summary>
/// <param name="Debit">The ledger account debited.</param>
/// <param name="Credit">The ledger account credited.</param>
/// <param name="AmountMinor">Always above zero, in minor units of the two accounts' currency.</param>
/// <param name="Charge">The charge it raises, settles or forgives, if any.</param>
public sealed record Transfer(LedgerAccount Debit, LedgerAccount Credit, long AmountMinor, ChargeId? Charge)
{
    /// <summary>The same movement the other way round.</summary>
    public Transfer Mirrored => this with { Debit = Credit, Credit = Debit };

    public TransferMeaning Meaning => TransferMeanings.Of(Debit.Kind, Credit.Kind);

    public PaymentEffect Effect => TransferMeanings.EffectOf(Debit.Kind, Credit.Kind);
}

/// <summary>
/// A change of an account, a charge, a payment …: its origin, its time and its transfers. Events of one subject count from 1 without
/// gaps. An event and its transfers are committed together and never change, so the same answer can be given again.
/// </summary>
/// <param name="Subject">The id of the account, charge, order, instrument or payment it happened to.</param>
/// <param name="Sequence">1 for the subject's first event, then counting up.</param>
/// <param name="Status">The payment's status from this event on; null where the subject has none or it did not change.</param>
/// <param name="Origin">Which merchant, credential and request brought it.</param>
public sealed record Event(
    Guid Subject, int Sequence, EventType Type, PaymentStatus? Status, EventTime Time, Origin Origin,
    IReadOnlyList<Transfer> Transfers) : IEvent, IRow<EventId, Event>
{
    public static Shelf<EventId, Event> Shelf { get; } =
        new(happened => new(happened.Origin.Merchant, happened.Subject, happened.Sequence));

    /// <summary>Asks for all events of a subject, with their transfers.</summary>
    public static Lookup<SubjectId> OfSubject { get; } = new();

    /// <summary>Why a provider refused the payment, where this event says so.</summary>
    public DeclineReason? Reason { get; init; }

    /// <summary>When, to the millisecond, UTC.</summary>
    public DateTimeOffset At => Time.At;

    // Money that is reinstated had come in before.
    public bool BringsMoney => Status == PaymentStatus.Captured && Type != EventType.PaymentReinstated;
}

public readonly record struct EventId(MerchantId Merchant, Guid Subject, int Sequence);

/// <summary>The subject of events: an account, a charge, a payment …</summary>
public readonly record struct SubjectId(MerchantId Merchant, Guid Value) : IId;

public static class EventRows
{
    extension<T>(T id)
        where T : struct, IId
    {
        /// <summary>It as the subject of events.</summary>
        public SubjectId Subject => new(id.Merchant, id.Value);
    }

    /// <summary>The events of a subject in their order, as far as they were read. Only of subjects whose events were wanted.</summary>
    /// <param name="events">How many the subject has.</param>
    public static IReadOnlyList<Event> History(this State state, SubjectId subject, int events) =>
        [.. Enumerable.Range(1, events)
            .Select(sequence => state.Find(Event.Shelf, new EventId(subject.Merchant, subject.Value, sequence))).OfType<Event>()];
}
