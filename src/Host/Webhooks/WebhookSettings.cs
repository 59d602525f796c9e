namespace Quittance.Host.Webhooks;

/// <summary>How a server tells subscribers of events.</summary>
public sealed record WebhookSettings
{
    /// <summary>The longest that a receiver can be waited for.</summary>
    public static readonly TimeSpan LongestTimeout = TimeSpan.FromSeconds(60);

    // A claim outlasts the sending it is for, with what comes before and after it.
    private const int ClaimPerTimeout = 3;

    /// <summary>How long a receiver has to answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether receivers may be in private networks, such as on this machine, and need no TLS.</summary>
    public bool AllowsPrivateNetworks { get; init; }

    /// <summary>How long a process has a delivery for itself. If it dies, another tries after that.</summary>
    public TimeSpan ClaimedFor => Timeout * ClaimPerTimeout;
}
