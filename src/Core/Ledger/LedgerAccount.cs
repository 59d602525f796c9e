namespace Quittance.Core.Ledger;

/// <summary>
/// Names one ledger account. A decision speaks of ledger accounts by what they are; the store finds or opens
/// the row behind.
/// </summary>
/// <param name="Merchant">Whose books.</param>
/// <param name="Slot">The slot of the customer account, or of the house account itself (0 to 31).</param>
/// <param name="Kind">The line of the chart.</param>
/// <param name="Holder">The customer account it is kept for, or <see cref="Guid.Empty"/> for the merchant's own.</param>
/// <param name="Purpose">What credit is kept for (<see cref="CreditPurpose"/>), or which provider holds a clearing balance; else empty.</param>
/// <param name="Currency">The currency of its balance.</param>
public readonly record struct LedgerAccount(
    MerchantId Merchant, int Slot, LedgerKind Kind, Guid Holder, string Purpose, Currency Currency);
