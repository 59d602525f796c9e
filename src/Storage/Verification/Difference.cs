namespace Quittance.Storage.Verification;

/// <summary>A rule that does not hold.</summary>
/// <param name="Rule">What should be true.</param>
/// <param name="Count">How many rows break it.</param>
/// <param name="Examples">The first of them.</param>
public sealed record Difference(string Rule, long Count, IReadOnlyList<string> Examples);
