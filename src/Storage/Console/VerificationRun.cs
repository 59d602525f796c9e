using Quittance.Storage.Verification;

namespace Quittance.Storage.Console;

/// <summary>A verification of a merchant's books, under way or done.</summary>
/// <param name="BeganAt">When it began.</param>
/// <param name="Who">Who asked for it.</param>
public sealed record VerificationRun(DateTimeOffset BeganAt, string Who)
{
    /// <summary>The rule that is being checked; null while rows are counted.</summary>
    public string? Rule { get; init; }

    /// <summary>How many rules are checked.</summary>
    public int Checked { get; init; }

    /// <summary>What was found; null while it is under way.</summary>
    public VerificationReport? Report { get; init; }

    /// <summary>Whether it came to no end: the database could not be reached, the server stopped, or something went wrong.</summary>
    public bool IsBroken { get; init; }

    /// <summary>Whether it came to no end by a fault that is in the log.</summary>
    public bool IsFault { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Took { get; init; }

    /// <summary>Whether it is under way.</summary>
    public bool IsRunning => Report is null && !IsBroken;
}
