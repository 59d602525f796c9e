namespace Quittance.Bench.Contests;

/// <summary>One thing that is measured in every round.</summary>
/// <param name="Connections">With how many requests in flight.</param>
internal sealed record Trial(IRival Rival, int Connections);
