using Quittance.Core;
using Quittance.Core.Providers;

namespace Quittance.Bench.Providers;

/// <summary>Times how merchants' accounts at providers are found, and what these are asked.</summary>
internal sealed class TimedProviders(IProviders providers, StepTimes times) : IProviders
{
    public async ValueTask<IProvider?> FindAsync(MerchantId merchant, string provider, CancellationToken cancel)
    {
        var found = await times.TimeAsync("provider's account found", () => providers.FindAsync(merchant, provider, cancel).AsTask());
        return found is null ? null : new TimedProvider(found, times);
    }
}
