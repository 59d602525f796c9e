namespace Quittance.Tests.Simulation.Running;

/// <summary>The fate of a commit.</summary>
internal enum Mortality
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The process dies before it is sent.</summary>
    DiesBefore,

    /// <summary>The process dies after the commit, before it answers.</summary>
    DiesAfter,

    /// <summary>The connection breaks when it is durable.</summary>
    BreaksAfter,

    /// <summary>The connection breaks before it is.</summary>
    BreaksBefore,
}
