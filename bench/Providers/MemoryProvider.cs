using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;

namespace Quittance.Bench.Providers;

/// <summary>A provider that agrees to everything at once, in the server's memory. It takes the name of the house's drawer.</summary>
internal sealed class MemoryProvider : IProvider, IProviders
{
    private static readonly Task<ProviderAnswer> Agrees = Task.FromResult(ProviderAnswer.Approved);

    public string Name => ClearingProvider.Cash;

    public TimeSpan RequestLifetime => TimeSpan.Zero;

    public ValueTask<IProvider?> FindAsync(MerchantId merchant, string provider, CancellationToken cancel) =>
        new(provider == Name ? this : null);

    public Task<ProviderAnswer> AuthoriseAsync(ProviderRequest request, CancellationToken cancel) => Agrees;

    public Task<ProviderAnswer> CaptureAsync(ProviderRequest request, CancellationToken cancel) => Agrees;

    public Task<ProviderAnswer> VoidAsync(ProviderRequest request, CancellationToken cancel) => Agrees;

    public Task<ProviderAnswer> RefundAsync(ProviderRequest request, CancellationToken cancel) => Agrees;

    public Task<ProviderAnswer> FindAsync(Verb verb, ProviderRequest request, CancellationToken cancel) => Agrees;

    public Task<ProviderRecords?> ListAsync(DateTimeOffset from, DateTimeOffset until, string? page, CancellationToken cancel) =>
        Task.FromResult<ProviderRecords?>(ProviderRecords.None);
}
