using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Core.Webhooks;

namespace Quittance.Storage.Console;

/// <summary>A delivery, as operators see it.</summary>
/// <param name="Subscription">Who is told.</param>
/// <param name="Message">The name of its event, as the receiver sees it.</param>
/// <param name="Type">What happened.</param>
/// <param name="OccurredAt">When it happened.</param>
/// <param name="State">What became of it.</param>
/// <param name="Failures">How often telling it has failed in a row.</param>
/// <param name="Failure">Why it failed the last time; null where it has not.</param>
/// <param name="At">When it is tried next where it waits, else when it was told or given up.</param>
/// <param name="Payment">The number of the payment it is about; null where it is about something else.</param>
public sealed record DeliveryRow(
    SubscriptionId Subscription, string Message, EventType Type, DateTimeOffset OccurredAt, DeliveryState State, int Failures, DeliveryFailure? Failure,
    DateTimeOffset At, long? Payment)
{
    /// <summary>Where it stands in the list of its state.</summary>
    public required DeliveryPlace Place { get; init; }
}
