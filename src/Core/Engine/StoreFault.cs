namespace Quittance.Core.Engine;

/// <summary>Why the books take no commit.</summary>
public enum StoreFault
{
    /// <summary>They can't be reached.</summary>
    Unreachable,

    /// <summary>They can only be read.</summary>
    ReadOnly,

    /// <summary>Their disk is full.</summary>
    DiskFull,

    /// <summary>They lack memory or connections.</summary>
    Exhausted,

    /// <summary>They do not let us in.</summary>
    Closed,

    /// <summary>A commit waits for the synchronous standby.</summary>
    StandbyWaits,

    /// <summary>A commit does not end, and none of the other reasons is seen.</summary>
    Slow,
}
