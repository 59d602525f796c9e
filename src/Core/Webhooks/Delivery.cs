using Quittance.Core.Ledger;

namespace Quittance.Core.Webhooks;

/// <summary>One event to be told to one subscription.</summary>
/// <param name="Subscription">Who is told.</param>
/// <param name="Subject">What it happened to: the id of a payment or a booking.</param>
/// <param name="Sequence">Which of the subject's events.</param>
/// <param name="Type">What happened.</param>
/// <param name="At">When it happened.</param>
/// <param name="Failures">How often telling it has failed in a row.</param>
/// <param name="LeasedUntil">Until when the one who tells it has it alone.</param>
public sealed record Delivery(
    Subscription Subscription, Guid Subject, int Sequence, EventType Type, DateTimeOffset At, int Failures, DateTimeOffset LeasedUntil)
{
    /// <summary>The name of its event for those who are told: the same however often and to whomever it is told.</summary>
    public string Message => MessageOf(Subject, Sequence);

    /// <summary>The name of an event.</summary>
    public static string MessageOf(Guid subject, int sequence) => $"msg_{subject:N}_{sequence}";
}
