namespace Quittance.Core.Sessions;

/// <summary>A payment session of a merchant; the value is a UUIDv7.</summary>
public readonly record struct SessionId(MerchantId Merchant, Guid Value);
