namespace Quittance.Core.Refunds;

/// <summary>A refund of a merchant.</summary>
public readonly record struct RefundId(MerchantId Merchant, Guid Value);
