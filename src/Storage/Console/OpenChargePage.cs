namespace Quittance.Storage.Console;

/// <summary>A part of a list of open charges, customer by customer, each customer's longest due first.</summary>
/// <param name="Charges">The charges.</param>
/// <param name="Next">Where the part after it begins; null at the end of the list.</param>
public sealed record OpenChargePage(IReadOnlyList<ListedCharge> Charges, OpenChargePlace? Next)
{
    /// <summary>Whether it ends because enough was looked through, and not because it is full.</summary>
    public bool IsCutShort { get; init; }
}
