namespace Quittance.Host;

/// <summary>The database of the books: one PostgreSQL, or a cluster of Citus.</summary>
public sealed record Topology(bool IsCluster)
{
    /// <summary>
    /// How many times the usual pause lies between two looks through all merchants for work. Citus plans such a look for each of the parts
    /// that the tables have, which costs the nodes as much as hundreds of payments.
    /// </summary>
    public int LookFactor => IsCluster ? 5 : 1;

    /// <summary>One PostgreSQL.</summary>
    public static Topology Single { get; } = new(IsCluster: false);
}
