namespace Quittance.Core.Accounts;

/// <summary>An order of a merchant; the value is a UUIDv7.</summary>
public readonly record struct OrderId(MerchantId Merchant, Guid Value);
