namespace Quittance.Core.Engine;

/// <summary>One of a merchant's 32 slots. Whoever holds its row lock owns all rows of the accounts in it.</summary>
public readonly record struct SlotKey(MerchantId Merchant, int Slot);
