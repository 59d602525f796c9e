using Quittance.Core.Ledger;

namespace Quittance.Core.Webhooks;

/// <summary>Why something could not be told.</summary>
public enum DeliveryFailure
{
    /// <summary>Nobody took it: the name, the connection or its encryption failed.</summary>
    Unreachable,

    /// <summary>The address leads into a private network, which the server was not allowed to enter.</summary>
    PrivateAddress,

    /// <summary>The address is not encrypted, which is allowed in private networks only.</summary>
    Unencrypted,

    /// <summary>There was no answer in time.</summary>
    TimedOut,

    /// <summary>The answer sent us elsewhere. Nobody follows.</summary>
    Redirected,

    /// <summary>The receiver refused it (HTTP 4xx).</summary>
    Refused,

    /// <summary>The receiver failed (HTTP 5xx, or an answer that is none).</summary>
    Failed,

    /// <summary>We could not say it: a mistake of ours, which the log tells.</summary>
    Unsayable,
}

/// <summary>One event to be told to one subscription.</summary>
/// <param name="Subscription">Who is told.</param>
/// <param name="Subject">What it happened to: the id of a payment or a booking.</param>
/// <param name="Sequence">Which of the subject's events.</param>
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

/// <summary>A delivery that was given up.</summary>
/// <param name="Subscription">Who was to be told.</param>
/// <param name="Address">Where.</param>
/// <param name="Message">The name of its event, as <see cref="Delivery.Message"/> has it.</param>
/// <param name="Failure">Why it could not be told the last time.</param>
/// <param name="DiedAt">When it was given up.</param>
public sealed record DeadLetter(
    SubscriptionId Subscription, Uri Address, string Message, EventType Type, DeliveryFailure Failure, DateTimeOffset DiedAt);

/// <summary>When something that could not be told is tried again: ever more rarely, for a day. After that it is dead until somebody replays it.</summary>
public static class DeliverySchedule
{
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(4), TimeSpan.FromHours(8), TimeSpan.FromHours(8),
    ];

    /// <summary>How often something is tried in all.</summary>
    public static int Tries => Pauses.Length + 1;

    /// <summary>The pause after the n-th failure in a row; null when it was the last.</summary>
    /// <param name="failures">How often it has failed, from 1.</param>
    /// <param name="jitter">A random number from 0 to 1, which takes up to a fifth off or adds it: what failed together does not come back together.</param>
    public static TimeSpan? PauseAfter(int failures, double jitter) =>
        failures > Pauses.Length ? null : Pauses[failures - 1] * (0.8 + (0.4 * jitter));
}
