namespace Quittance.Core.Instruments;

/// <summary>A payment instrument of a merchant; the value is a UUIDv7.</summary>
public readonly record struct InstrumentId(MerchantId Merchant, Guid Value);
