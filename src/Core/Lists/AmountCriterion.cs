namespace Quittance.Core.Lists;

/// <summary>Its amount lies in one of these ranges. An item without an amount lies in none.</summary>
/// <param name="MajorUnits">The ranges, in major units of whatever currency the item is in.</param>
public sealed record AmountCriterion(IReadOnlyList<Range<decimal>> MajorUnits) : Criterion;
