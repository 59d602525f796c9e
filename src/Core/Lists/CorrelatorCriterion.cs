namespace Quittance.Core.Lists;

/// <summary>The client gave it one of these references of its own: what its details hold as <c>correlatorId</c>.</summary>
/// <param name="Correlators">The references.</param>
public sealed record CorrelatorCriterion(IReadOnlyList<string> Correlators) : Criterion;
