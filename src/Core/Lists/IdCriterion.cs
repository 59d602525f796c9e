namespace Quittance.Core.Lists;

/// <summary>It is one of these.</summary>
/// <param name="Ids">Their ids; none: nothing is.</param>
public sealed record IdCriterion(IReadOnlyList<Guid> Ids) : Criterion;
