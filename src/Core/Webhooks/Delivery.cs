using Quittance.Core.Ledger;

namespace Quittance.Core.Webhooks;

/// <summary>Why a webhook failed.</summary>
public enum DeliveryFailure
{
    /// <summary>The name, the connection or its encryption failed.</summary>
    Unreachable,

    /// <summary>The address leads into a private network, which the server was not allowed to enter.</summary>
    PrivateAddress,

    /// <summary>The address is not encrypted, which is allowed in private networks only.</summary>
    Unencrypted,

    /// <summary>There was no answer in time.</summary>
    TimedOut,

    /// <summary>The answer was a redirect, which we do not follow.</summary>
    Redirected,

    /// <summary>The receiver refused it (HTTP 4xx).</summary>
    Refused,

    /// <summary>The receiver failed (HTTP 5xx, or an answer that is none).</summary>
    Failed,

    /// <summary>A mistake of ours; the log has it.</summary>
    Unsayable,

    /// <summary>The receiver wants no more events (HTTP 410): its subscription has ended.</summary>
    Gone,
}

/// <summary>One event for one subscription.</summary>
/// <param name="Subject">The id of what it happened to.</param>
/// <param name="Message">The name of its event for receivers: the same for every try and every receiver.</param>
/// <param name="Failures">How often it has failed in a row.</param>
/// <param name="LeasedUntil">The moment until which one server has it alone.</param>
public sealed record Delivery(
    Subscription Subscription, Guid Subject, int Sequence, EventType Type, DateTimeOffset At, string Message, int Failures,
    DateTimeOffset LeasedUntil);

/// <summary>A delivery that was given up.</summary>
/// <param name="Address">Where.</param>
/// <param name="Message">The name of its event, as <see cref="Delivery.Message"/> has it.</param>
/// <param name="Failure">The last failure.</param>
/// <param name="DiedAt">When it was given up.</param>
public sealed record DeadLetter(
    SubscriptionId Subscription, Uri Address, string Message, EventType Type, DeliveryFailure Failure, DateTimeOffset DiedAt);

/// <summary>
/// When a failed delivery is tried again: ever more rarely, for a day. After that it is dead until an operator replays it.
/// </summary>
public static class DeliverySchedule
{
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(4), TimeSpan.FromHours(8), TimeSpan.FromHours(8),
    ];

    /// <summary>The longest pause, as far as we decide on it.</summary>
    public static TimeSpan Longest => Pauses[^1];

    /// <summary>The most tries.</summary>
    public static int Tries => Pauses.Length + 1;

    /// <summary>The pause after the n-th failure in a row; null when it was the last.</summary>
    /// <param name="failures">How often it has failed, from 1.</param>
    /// <param name="jitter">
    /// A random number from 0 to 1, which adds or takes up to a fifth, so that deliveries that failed together do not come back
    /// together.
    /// </param>
    public static TimeSpan? PauseAfter(int failures, double jitter) =>
        failures > Pauses.Length ? null : Pauses[failures - 1] * (0.8 + (0.4 * jitter));
}
