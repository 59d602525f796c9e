using Quittance.Core.Providers;

namespace Quittance.Tests.Providers;

/// <summary>A question to a provider: a verb, or its outcome.</summary>
internal sealed record Asked(Verb Verb, bool IsFind, ProviderRequest Request, CancellationToken Cancel);

/// <summary>The way of a broken provider with a request: it asks the good one, or doesn't.</summary>
internal delegate Task<ProviderAnswer> Flaw(Asked asked, Func<ProviderRequest, Task<ProviderAnswer>> askAsync);

/// <summary>A good provider with one flaw.</summary>
/// <param name="good">The good one.</param>
internal sealed class BrokenProvider(IProvider good, Flaw flaw) : IProvider
{
    public string Name => good.Name;

    public TimeSpan RequestLifetime => good.RequestLifetime;

    public Task<ProviderAnswer> AuthoriseAsync(ProviderRequest request, CancellationToken cancel) =>
        AskAsync(Verb.Authorise, request, cancel);

    public Task<ProviderAnswer> CaptureAsync(ProviderRequest request, CancellationToken cancel) => AskAsync(Verb.Capture, request, cancel);

    public Task<ProviderAnswer> VoidAsync(ProviderRequest request, CancellationToken cancel) => AskAsync(Verb.Void, request, cancel);

    public Task<ProviderAnswer> RefundAsync(ProviderRequest request, CancellationToken cancel) => AskAsync(Verb.Refund, request, cancel);

    public Task<ProviderAnswer> FindAsync(Verb verb, ProviderRequest request, CancellationToken cancel) =>
        flaw(new Asked(verb, true, request, cancel), asked => good.FindAsync(verb, asked, cancel));

    public Task<ProviderRecords?> ListAsync(DateTimeOffset from, DateTimeOffset until, string? page, CancellationToken cancel) =>
        good.ListAsync(from, until, page, cancel);

    public override string ToString() => good.ToString()!;

    private Task<ProviderAnswer> AskAsync(Verb verb, ProviderRequest request, CancellationToken cancel) =>
        flaw(new Asked(verb, false, request, cancel), asked => ComplianceRules.AskAsync(good, verb, asked, cancel));
}
