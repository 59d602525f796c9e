namespace Quittance.Core.Providers;

/// <summary>How a merchant reaches its account at a provider. The keys are secrets: they are sealed in the books and never shown.</summary>
/// <param name="Address">Where the provider listens.</param>
/// <param name="ApiKey">Proves us to the provider.</param>
/// <param name="NoticeKeys">Prove the provider's notices to us: the current one and, during a rotation, the one before.</param>
public sealed record ProviderAccount(MerchantId Merchant, string Provider, Uri Address, string ApiKey, IReadOnlyList<string> NoticeKeys)
{
    public override string ToString() => $"{Provider} account of merchant {Merchant.Value}";
}

/// <summary>Keeps the merchants' accounts at providers.</summary>
public interface IProviderAccounts
{
    /// <summary>The merchant's account at a provider; null when there is none.</summary>
    ValueTask<ProviderAccount?> FindAsync(MerchantId merchant, string provider, CancellationToken cancel);
}
