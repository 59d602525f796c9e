using Quittance.Core.Providers;

namespace Quittance.Bench.Providers;

/// <summary>Times what a provider is asked.</summary>
internal sealed class TimedProvider(IProvider provider, StepTimes times) : IProvider
{
    private const string Asked = "provider asked";

    public string Name => provider.Name;

    public TimeSpan RequestLifetime => provider.RequestLifetime;

    public Task<ProviderAnswer> AuthoriseAsync(ProviderRequest request, CancellationToken cancel) =>
        times.TimeAsync(Asked, () => provider.AuthoriseAsync(request, cancel));

    public Task<ProviderAnswer> CaptureAsync(ProviderRequest request, CancellationToken cancel) =>
        times.TimeAsync(Asked, () => provider.CaptureAsync(request, cancel));

    public Task<ProviderAnswer> VoidAsync(ProviderRequest request, CancellationToken cancel) => provider.VoidAsync(request, cancel);

    public Task<ProviderAnswer> RefundAsync(ProviderRequest request, CancellationToken cancel) => provider.RefundAsync(request, cancel);

    public Task<ProviderAnswer> FindAsync(Verb verb, ProviderRequest request, CancellationToken cancel) =>
        provider.FindAsync(verb, request, cancel);

    public Task<ProviderRecords?> ListAsync(DateTimeOffset from, DateTimeOffset until, string? page, CancellationToken cancel) =>
        provider.ListAsync(from, until, page, cancel);
}
