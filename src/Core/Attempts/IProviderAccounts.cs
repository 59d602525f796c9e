namespace Quittance.Core.Attempts;

/// <summary>Where the merchants' accounts at providers are kept.</summary>
public interface IProviderAccounts
{
    /// <summary>The merchant's account at a provider; null when there is none.</summary>
    ValueTask<ProviderAccount?> FindAsync(MerchantId merchant, string provider, CancellationToken cancel);
}
