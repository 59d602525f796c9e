using System.Collections.Concurrent;
using Quittance.Core;
using Quittance.Core.Providers;

namespace Quittance.Tests.Simulation.Mistakes;

/// <summary>Repeats a request under another id, so that the provider can't recognise it.</summary>
internal sealed class SendsUnderFreshIds(IProvider provider, ConcurrentDictionary<AttemptId, AttemptId> lastIds) : IProvider
{
    public string Name => provider.Name;

    public TimeSpan RequestLifetime => provider.RequestLifetime;

    public Task<ProviderAnswer> AuthoriseAsync(ProviderRequest request, CancellationToken cancel) =>
        provider.AuthoriseAsync(Again(request), cancel);

    public Task<ProviderAnswer> CaptureAsync(ProviderRequest request, CancellationToken cancel) =>
        provider.CaptureAsync(Again(request), cancel);

    public Task<ProviderAnswer> VoidAsync(ProviderRequest request, CancellationToken cancel) => provider.VoidAsync(Again(request), cancel);

    public Task<ProviderAnswer> RefundAsync(ProviderRequest request, CancellationToken cancel) =>
        provider.RefundAsync(Again(request), cancel);

    public Task<ProviderAnswer> FindAsync(Verb verb, ProviderRequest request, CancellationToken cancel) =>
        provider.FindAsync(verb, Last(request), cancel);

    public Task<ProviderRecords?> ListAsync(DateTimeOffset from, DateTimeOffset until, string? page, CancellationToken cancel) =>
        provider.ListAsync(from, until, page, cancel);

    private ProviderRequest Again(ProviderRequest request)
    {
        // The next id follows from the last one, so that a seed always leads to the same.
        lastIds.AddOrUpdate(request.Id, static id => id, static (_, last) => last with { Value = After(last.Value) });
        return Last(request);
    }

    private static Guid After(Guid id)
    {
        var bytes = id.ToByteArray();
        bytes[0]++;
        return new Guid(bytes);
    }

    private ProviderRequest Last(ProviderRequest request) => request with
    {
        Id = lastIds.GetValueOrDefault(request.Id, request.Id),
        Authorisation = request.Authorisation is { } authorisation ? lastIds.GetValueOrDefault(authorisation, authorisation) : null,
    };
}
