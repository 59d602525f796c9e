using Quittance.Core.Ledger;

namespace Quittance.Core.Webhooks;

/// <summary>A delivery that was given up.</summary>
/// <param name="Subscription">Who was to be told.</param>
/// <param name="Address">Where.</param>
/// <param name="Message">The name of its event, as <see cref="Delivery.Message"/> has it.</param>
/// <param name="Type">What happened.</param>
/// <param name="Failure">Why it could not be told the last time.</param>
/// <param name="DiedAt">When it was given up.</param>
public sealed record DeadLetter(
    SubscriptionId Subscription, Uri Address, string Message, EventType Type, DeliveryFailure Failure, DateTimeOffset DiedAt);
