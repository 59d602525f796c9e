namespace Quittance.Core.Engine;

/// <summary>The time of an event, and its days.</summary>
/// <param name="At">When it was committed, to the millisecond, UTC.</param>
/// <param name="BookedOn">
/// The day of the books that it belongs to: its effective day, or the first open day after that where that day is closed. It is never
/// later than the merchant's day of <paramref name="At"/>, but where that day itself is closed already: the merchant's zone was changed.
/// </param>
/// <param name="EffectiveOn">
/// The day on which it took effect outside the books, such as a bank's value date; the merchant's day of <paramref name="At"/> where no
/// other is known.
/// </param>
public readonly record struct EventTime(DateTimeOffset At, DateOnly BookedOn, DateOnly EffectiveOn);

/// <summary>The times and the next human numbers of the slot, for a decision.</summary>
/// <param name="At">
/// The time of its events, to the millisecond, UTC. It is later than that of every earlier batch of the slot, so it can be ahead of the
/// clock.
/// </param>
/// <param name="Now">
/// The clock, to the millisecond, UTC. Leases, due times and expiries count from it, as the programs that wait for them do.
/// </param>
/// <param name="Slot">The slot of the command's account.</param>
/// <param name="LastNumber">The slot's counter before this decision.</param>
/// <param name="Lease">How long a server holds an attempt while it asks the provider.</param>
public readonly record struct Stamp(DateTimeOffset At, DateTimeOffset Now, int Slot, long LastNumber, TimeSpan Lease)
{
    /// <summary>The first day of the slot that is open: nothing is booked on an earlier one.</summary>
    public DateOnly OpenFrom { get; init; }

    /// <summary>The day on which the decision's events took effect outside the books; null for the day of <see cref="At"/>.</summary>
    public DateOnly? EffectiveOn { get; init; }

    /// <summary>The zone in which the merchant's days begin; null for UTC.</summary>
    public TimeZoneInfo? Zone { get; init; }

    /// <summary>The merchant's day of <see cref="At"/>.</summary>
    public DateOnly Today => (Zone ?? TimeZoneInfo.Utc).DayOf(At);

    /// <summary>How long an act may wait for a second person.</summary>
    public TimeSpan ApprovalLifetime { get; init; }

    /// <summary>When the books were restored last; null for never. What is older may have gone on in the lost time.</summary>
    public DateTimeOffset? RestoredAt { get; init; }

    /// <summary>The time and the days of the decision's events.</summary>
    public EventTime Time
    {
        get
        {
            var today = Today;
            var effective = EffectiveOn ?? today;
            var booked = effective < today ? effective : today;
            return new EventTime(At, booked < OpenFrom ? OpenFrom : booked, effective);
        }
    }

    /// <summary>
    /// The human number that the decision takes as its <paramref name="nth"/> (1 for the first). Unique per merchant; gaps are allowed.
    /// </summary>
    public long Number(int nth) => checked(((LastNumber + nth) * MerchantId.Slots) + Slot);
}

/// <summary>The changes of a command, or the reasons why it is refused.</summary>
public sealed class Decision
{
    private Decision(Changes? changes, IReadOnlyList<Fault> faults) => (Changes, Faults) = (changes, faults);

    /// <summary>Null when refused.</summary>
    public Changes? Changes { get; }

    /// <summary>Empty when it is accepted, or when a check found nothing.</summary>
    public IReadOnlyList<Fault> Faults { get; }

    /// <summary>The command is carried out.</summary>
    public static Decision Accepted(Changes changes) => new(changes, []);

    /// <summary>The command as a whole is refused.</summary>
    public static Decision Refused(Refusal refusal) => new(null, [new Fault(refusal)]);

    /// <summary>The command is refused for these reasons.</summary>
    public static Decision Refused(IReadOnlyList<Fault> faults) => new(null, faults);
}
