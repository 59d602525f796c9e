namespace Quittance.Core.Engine;

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
