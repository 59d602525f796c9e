using Quittance.Core.Accounts;

namespace Quittance.Core.Settlements;

/// <summary>A charge that a line of a statement names, or that its payer owes.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Number">Its human number.</param>
/// <param name="Account">Who owes it.</param>
/// <param name="Slot">The slot of that account.</param>
/// <param name="Open">What is still owed.</param>
/// <param name="Name">The name by which it was found.</param>
public sealed record NamedCharge(ChargeId Id, long Number, AccountId Account, int Slot, Money Open, string Name)
{
    /// <summary>The payment that has claimed it and waits for the customer's transfer; null where none does.</summary>
    public AwaitedTransfer? Transfer { get; init; }

    /// <summary>Our own name for it.</summary>
    public Reference Reference => Reference.ToChargeNumber(Id.Merchant, Number);
}
