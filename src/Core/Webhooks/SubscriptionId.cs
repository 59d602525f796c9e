namespace Quittance.Core.Webhooks;

/// <summary>A subscription of a merchant.</summary>
public readonly record struct SubscriptionId(MerchantId Merchant, Guid Value);
