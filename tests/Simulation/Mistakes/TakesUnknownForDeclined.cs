using Quittance.Core.Providers;

namespace Quittance.Tests.Simulation.Mistakes;

/// <summary>Takes it that what was not answered was not done.</summary>
internal sealed class TakesUnknownForDeclined(IProvider provider) : IProvider
{
    public string Name => provider.Name;

    public TimeSpan RequestLifetime => provider.RequestLifetime;

    public async Task<ProviderAnswer> AuthoriseAsync(ProviderRequest request, CancellationToken cancel) =>
        Declined(await provider.AuthoriseAsync(request, cancel));

    public async Task<ProviderAnswer> CaptureAsync(ProviderRequest request, CancellationToken cancel) =>
        Declined(await provider.CaptureAsync(request, cancel));

    public async Task<ProviderAnswer> VoidAsync(ProviderRequest request, CancellationToken cancel) =>
        Declined(await provider.VoidAsync(request, cancel));

    public async Task<ProviderAnswer> RefundAsync(ProviderRequest request, CancellationToken cancel) =>
        Declined(await provider.RefundAsync(request, cancel));

    public Task<ProviderAnswer> FindAsync(Verb verb, ProviderRequest request, CancellationToken cancel) =>
        provider.FindAsync(verb, request, cancel);

    public Task<ProviderRecords?> ListAsync(DateTimeOffset from, DateTimeOffset until, string? page, CancellationToken cancel) =>
        provider.ListAsync(from, until, page, cancel);

    private static ProviderAnswer Declined(ProviderAnswer answer) =>
        answer.Verdict == Verdict.Unknown ? ProviderAnswer.Declined(DeclineReason.Declined) : answer;
}
