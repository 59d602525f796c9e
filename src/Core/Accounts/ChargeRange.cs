namespace Quittance.Core.Accounts;

/// <summary>Which of an account's charges a list shows.</summary>
/// <param name="From">The first day on which they are due.</param>
/// <param name="To">The last day on which they are due.</param>
/// <param name="After">Only charges of a larger listed number, 0 or above.</param>
/// <param name="Size">How many at most, above 0.</param>
public readonly record struct ChargeRange(DateOnly From, DateOnly To, long After, int Size);
