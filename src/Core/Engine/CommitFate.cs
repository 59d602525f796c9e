namespace Quittance.Core.Engine;

/// <summary>What became of a commit.</summary>
public enum CommitFate
{
    /// <summary>It is durable.</summary>
    Committed,

    /// <summary>It was rolled back for a passing reason (deadlock, serialisation, shutdown): the same batch may be tried again.</summary>
    Again,

    /// <summary>It was rolled back because another slot took a key or a reference first.</summary>
    Conflict,

    /// <summary>It was rolled back because a running total left 64 bits.</summary>
    OutOfRange,

    /// <summary>The connection broke: nobody knows yet. Only the rows can tell.</summary>
    Unknown,
}
