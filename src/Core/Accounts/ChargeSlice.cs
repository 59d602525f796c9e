namespace Quittance.Core.Accounts;

/// <summary>A slice of a list of charges.</summary>
/// <param name="Charges">The charges, in the order of their listed numbers.</param>
/// <param name="HasNext">Whether there are charges of larger numbers.</param>
public sealed record ChargeSlice(IReadOnlyList<ListedCharge> Charges, bool HasNext);
