namespace Quittance.Core.Engine;

/// <summary>The engine's few settings.</summary>
public sealed record EngineOptions
{
    /// <summary>
    /// How many lanes work side by side, each with a connection of its own; more than the machine has cores does not help, and
    /// more than eight have slots too few to share.
    /// </summary>
    public int Lanes { get; init; } = Math.Min(Environment.ProcessorCount, 8);

    /// <summary>How many commands one commit takes at most.</summary>
    public int BatchLimit { get; init; } = 1024;

    /// <summary>How many commands may wait in a lane before further ones are refused as overloaded.</summary>
    public int QueueLimit { get; init; } = 8192;

    /// <summary>How long commands wait for a database that can't be reached or does not answer before they are refused.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the clients of a commit that does not end wait before they are answered that its outcome is not known.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long whoever asks a provider has an attempt for itself, at most 60 s; longer than any call to a provider may take.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);
}
