namespace Quittance.Core.Payments;

/// <summary>A payment of a merchant; the value is a UUIDv7.</summary>
public readonly record struct PaymentId(MerchantId Merchant, Guid Value);
