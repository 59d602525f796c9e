namespace Quittance.Core.Lists;

/// <summary>It is a payment that has money which settles no charge.</summary>
public sealed record UnallocatedCriterion : Criterion;
