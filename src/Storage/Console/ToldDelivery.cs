using Quittance.Core.Webhooks;

namespace Quittance.Storage.Console;

/// <summary>Whether a subscriber was told of an event.</summary>
/// <param name="Subject">What the event happened to.</param>
/// <param name="Sequence">The number of the event.</param>
/// <param name="Subscription">The subscription.</param>
/// <param name="Address">Where it is told.</param>
/// <param name="State">What became of that.</param>
/// <param name="Failures">How often it could not be told.</param>
/// <param name="Failure">Why not, the last time.</param>
/// <param name="At">When it was told or given up, or is told next, UTC.</param>
public sealed record ToldDelivery(
    Guid Subject, int Sequence, Guid Subscription, string Address, DeliveryState State, int Failures, DeliveryFailure? Failure, DateTimeOffset At);
