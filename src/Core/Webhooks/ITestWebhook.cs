namespace Quittance.Core.Webhooks;

/// <summary>How a receiver answered a test event.</summary>
/// <param name="Failure">Why it did not take it; null where it did.</param>
/// <param name="Status">The status of its answer; null where it gave none.</param>
/// <param name="Text">The begin of its answer's body, as it came; empty for none.</param>
public sealed record TestAnswer(DeliveryFailure? Failure, int? Status, string Text);

/// <summary>Sends a receiver an event that says no more than that webhooks work: it is in no feed, and no other try follows.</summary>
public interface ITestWebhook
{
    /// <summary>Sends it at once, signed as the events of the subscription are, and under the same rules for addresses.</summary>
    /// <param name="id">Names the event for the receiver.</param>
    Task<TestAnswer> SendAsync(Subscription to, Guid id, CancellationToken cancel);
}
