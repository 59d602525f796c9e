namespace Quittance.Host;

/// <summary>
/// How often a server looks through all merchants for work. Citus plans such a look for each of the parts that the tables have, which costs
/// the nodes as much as hundreds of payments.
/// </summary>
/// <param name="Factor">How many times the usual pause lies between two looks.</param>
public sealed record LookPace(int Factor)
{
    /// <summary>On one PostgreSQL.</summary>
    public static LookPace Usual { get; } = new(1);

    /// <summary>On a cluster.</summary>
    public static LookPace OnCluster { get; } = new(5);

    /// <summary>The pause between two looks.</summary>
    /// <param name="usual">The pause on one PostgreSQL.</param>
    public TimeSpan Of(TimeSpan usual) => usual * Factor;
}
