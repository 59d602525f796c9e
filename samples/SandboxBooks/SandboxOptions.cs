namespace Quittance.Sandbox;

/// <summary>How a sandbox runs.</summary>
public sealed record SandboxOptions
{
    /// <summary>The folder of its books; null: in memory only.</summary>
    public string? DataFolder { get; init; }

    /// <summary>The port that it listens on, on loopback; 0: any free one.</summary>
    public int Port { get; init; }

    /// <summary>A port of the Stripe face alone, for clients that know no path before <c>/v1</c>; null for none.</summary>
    public int? StripePort { get; init; }

    /// <summary>Says what time it is.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>How long after a request its later effects happen.</summary>
    public TimeSpan LateBy { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long after it is made a payment of the GoCardless face goes to the banks by itself; one for a later day after twice the time.
    /// </summary>
    public TimeSpan DebitsGoAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How late a late answer comes.</summary>
    public TimeSpan AnswerLateBy { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a request that is never answered hangs, unless the client goes away before.</summary>
    public TimeSpan NoAnswerFor { get; init; } = TimeSpan.FromSeconds(60);
}
