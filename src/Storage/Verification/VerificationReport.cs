using Quittance.Core;

namespace Quittance.Storage.Verification;

/// <summary>What a verification of one merchant's books counted and found.</summary>
/// <param name="Merchant">The merchant.</param>
/// <param name="Name">Its name.</param>
/// <param name="Counts">How many rows of each kind were looked at, in the order of the books.</param>
/// <param name="Differences">What does not hold; empty when the books are clean.</param>
/// <param name="TrialBalance">The balances per currency and line of the chart.</param>
public sealed record VerificationReport(
    MerchantId Merchant, string Name, IReadOnlyList<(string What, long Count)> Counts, IReadOnlyList<Difference> Differences,
    IReadOnlyList<TrialBalanceLine> TrialBalance)
{
    /// <summary>Whether every rule holds.</summary>
    public bool IsClean => Differences.Count == 0;
}
