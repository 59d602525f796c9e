using Quittance.Core;
using Quittance.Core.Collecting;
using Quittance.Core.Providers;
using Quittance.Providers;
using Quittance.Storage.Providers;

namespace Quittance.Host.Providers;

/// <summary>What came of comparing a merchant's books with one provider.</summary>
/// <param name="Records">What the provider lists; null where it gave no clear answer.</param>
/// <param name="Differences">Empty where the two agree.</param>
internal sealed record ReconciledProvider(
    MerchantId Merchant, string Provider, ProviderRecords? Records, IReadOnlyList<ProviderDifference> Differences)
{
    /// <summary>Whether the provider answered and the two agree.</summary>
    public bool Agrees => Records is not null && Differences.Count == 0;
}

/// <summary>Compares the books with the providers that merchants are connected with.</summary>
internal sealed class Reconciliation(IProviders providers, ReconcilingBooks books)
{
    // The provider's clock, and the way there: what the books have since the moment, the provider may have a little earlier.
    private static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    /// <summary>Compares the books of some merchants.</summary>
    /// <param name="since">From when on.</param>
    /// <param name="before">What changed later is still under way.</param>
    public async Task<IReadOnlyList<ReconciledProvider>> CompareAsync(
        IEnumerable<MerchantId> merchants, DateTimeOffset since, DateTimeOffset before, CancellationToken cancel)
    {
        List<ReconciledProvider> compared = [];
        foreach (var merchant in merchants)
        {
            foreach (var name in ProviderDirectory.Connected)
            {
                if (await providers.FindAsync(merchant, name, cancel) is { } provider)
                    compared.Add(await CompareAsync(merchant, provider, since, before, cancel));
            }
        }

        return compared;
    }

    private async Task<ReconciledProvider> CompareAsync(
        MerchantId merchant, IProvider provider, DateTimeOffset since, DateTimeOffset before, CancellationToken cancel)
    {
        if (await provider.ListAsync(since - Margin, cancel) is not { } theirs)
            return new ReconciledProvider(merchant, provider.Name, null, []);
        // Read later than the provider's list: what the books learn meanwhile is no difference.
        var own = await books.ReadAsync(merchant, provider.Name, theirs, since, cancel);
        return new ReconciledProvider(
            merchant, provider.Name, theirs, ProviderComparison.Of(provider.Name, own, theirs, since, before));
    }
}
