namespace Quittance.Core.Lists;

/// <summary>It came to stand as it does within one of these times.</summary>
/// <param name="Times">The times.</param>
public sealed record StatusAtCriterion(IReadOnlyList<Range<DateTimeOffset>> Times) : Criterion;
