namespace Quittance.Core.Attempts;

/// <summary>Finds the providers that merchants have accounts at.</summary>
public interface IProviders
{
    /// <summary>The merchant's account at a provider; null when there is none.</summary>
    ValueTask<IProvider?> FindAsync(MerchantId merchant, string provider, CancellationToken cancel);
}
