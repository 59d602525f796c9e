using Quittance.Core.Accounts;

namespace Quittance.Core.Engine;

/// <summary>What a decision is given beside the state: the times and the next human numbers of its slot.</summary>
/// <param name="At">
/// The time that its events bear, to the millisecond, UTC. It is later than that of every earlier batch of the slot, so that it may be
/// ahead of the
/// clock.
/// </param>
/// <param name="Now">
/// The clock, to the millisecond, UTC. Leases, due times and expiries count from it, as those who wait for them look at it too.
/// </param>
/// <param name="Slot">The slot of the command's account.</param>
/// <param name="LastNumber">The slot's counter before this decision.</param>
/// <param name="Lease">How long whoever asks a provider has an attempt for itself.</param>
public readonly record struct Stamp(DateTimeOffset At, DateTimeOffset Now, int Slot, long LastNumber, TimeSpan Lease)
{
    /// <summary>The human number that the decision takes as its <paramref name="nth"/> (1 for the first). Unique per merchant; gaps are allowed.</summary>
    public long Number(int nth) => checked(((LastNumber + nth) * Account.Slots) + Slot);
}

/// <summary>What a command leads to: changes, or the reasons why not.</summary>
public sealed class Decision
{
    private Decision(Changes? changes, IReadOnlyList<Fault> faults) => (Changes, Faults) = (changes, faults);

    /// <summary>What changes; null when refused.</summary>
    public Changes? Changes { get; }

    /// <summary>Why it is refused; empty when it is not, or when only a check was asked for and found nothing.</summary>
    public IReadOnlyList<Fault> Faults { get; }

    /// <summary>The command is carried out.</summary>
    public static Decision Accepted(Changes changes) => new(changes, []);

    /// <summary>The command as a whole is refused.</summary>
    public static Decision Refused(Refusal refusal) => new(null, [new Fault(refusal)]);

    /// <summary>The command is refused for these reasons.</summary>
    public static Decision Refused(IReadOnlyList<Fault> faults) => new(null, faults);
}
