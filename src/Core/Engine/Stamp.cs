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
