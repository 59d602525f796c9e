namespace Quittance.Core.Accounts;

/// <summary>A charge of a merchant; the value is a UUIDv7.</summary>
public readonly record struct ChargeId(MerchantId Merchant, Guid Value);
