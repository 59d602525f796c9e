namespace Quittance.Core.Lists;

/// <summary>It has this human number.</summary>
/// <param name="Number">The number.</param>
public sealed record NumberCriterion(long Number) : Criterion;
