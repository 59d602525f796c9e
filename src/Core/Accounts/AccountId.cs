namespace Quittance.Core.Accounts;

/// <summary>A customer account of a merchant; the value is a UUIDv7.</summary>
public readonly record struct AccountId(MerchantId Merchant, Guid Value);
