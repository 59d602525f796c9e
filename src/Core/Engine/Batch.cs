namespace Quittance.Core.Engine;

/// <summary>What a lane commits at once.</summary>
/// <param name="Id">The batch's own id, a UUIDv7, written with it.</param>
/// <param name="At">The time of its events: no other batch of its slots has it.</param>
/// <param name="Now">The clock when it was decided.</param>
/// <param name="Slots">The slots it holds.</param>
/// <param name="State">The state after all of its decisions.</param>
/// <param name="Changes">What its commands change, in their order.</param>
/// <param name="Kept">The answers to keep.</param>
public sealed record Batch(
    Guid Id, DateTimeOffset At, DateTimeOffset Now, IReadOnlyCollection<SlotKey> Slots, State State,
    IReadOnlyList<Changes> Changes, IReadOnlyList<KeptAnswer> Kept);
