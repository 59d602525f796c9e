namespace Quittance.Core.Engine;

/// <summary>What a lane commits at once.</summary>
/// <param name="Id">The batch's own id, a UUIDv7, written with it.</param>
/// <param name="At">The time of its decisions.</param>
/// <param name="Slots">The slots it holds.</param>
/// <param name="State">The state after all of its decisions.</param>
/// <param name="Changes">What its commands change, in their order.</param>
/// <param name="Kept">The answers to keep.</param>
public sealed record Batch(
    Guid Id, DateTimeOffset At, IReadOnlyCollection<SlotKey> Slots, State State, IReadOnlyList<Changes> Changes,
    IReadOnlyList<KeptAnswer> Kept);
