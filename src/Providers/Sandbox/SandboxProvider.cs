using Microsoft.Extensions.Logging;
using Quittance.Core.Providers;
using Quittance.Providers.Http;

namespace Quittance.Providers.Sandbox;

/// <summary>
/// A merchant's account at the sandbox, the provider for trying things out. Approved, declined, pending and not found are what
/// the sandbox said clearly and about the very request that was sent; all else is <see cref="Verdict.Unknown"/>.
/// </summary>
public sealed class SandboxProvider : IProvider
{
    /// <summary>The sandbox's name in the books.</summary>
    public const string ProviderName = "sandbox";

    private readonly HttpAccount _account;
    private readonly Uri? _noticeAddress;

    /// <summary>A client with connections and a memory of failures of its own; keep it for as long as the account stays the same.</summary>
    /// <param name="account">The merchant's account.</param>
    /// <param name="options">How long to wait, and where notices go.</param>
    /// <param name="log">Gets attempts and what happened to them, never what was sent or answered.</param>
    /// <exception cref="FormatException">The API key can't be sent: it holds a line break.</exception>
    public SandboxProvider(ProviderAccount account, ProviderOptions options, TimeProvider clock, ILogger log)
    {
        _account = new HttpAccount(account, WireOf(account, options.Timeouts, clock), options.Timeouts, clock, log);
        _noticeAddress = options.NoticeAddress(account.Merchant, ProviderName);
    }

    public string Name => ProviderName;

    public ProviderWorld? World => ProviderWorld.Test;

    public TimeSpan RequestLifetime { get; } = TimeSpan.FromSeconds(60);

    public bool IsSilent => _account.IsSilent;

    public Task<ProviderAnswer> AuthoriseAsync(ProviderRequest request, CancellationToken cancel) =>
        AskAsync("v1/authorisations", Verb.Authorise, request, cancel);

    public Task<ProviderAnswer> CaptureAsync(ProviderRequest request, CancellationToken cancel) =>
        AskAsync("v1/captures", Verb.Capture, request, cancel);

    public Task<ProviderAnswer> VoidAsync(ProviderRequest request, CancellationToken cancel) =>
        AskAsync("v1/voids", Verb.Void, request, cancel);

    public Task<ProviderAnswer> RefundAsync(ProviderRequest request, CancellationToken cancel) =>
        AskAsync("v1/refunds", Verb.Refund, request, cancel);

    public async Task<ProviderAnswer> FindAsync(Verb verb, ProviderRequest request, CancellationToken cancel)
    {
        if (await _account.SendAsync(WireRequest.Get($"v1/requests/{request.Id.Value:D}"), verb, request, cancel) is not { } reply)
            return ProviderAnswer.Unknown;
        // A proxy or a wrong address has its own 404, which says nothing about the request.
        return reply.Status == 404 && SandboxAnswer.TryParseRefusal(reply.Body) == "not_found"
            ? ProviderAnswer.NotFound
            : Read(reply, verb, request);
    }

    public async Task<ProviderRecords?> ListAsync(DateTimeOffset from, DateTimeOffset until, string? page, CancellationToken cancel)
    {
        if (await _account.ShownAsync($"v1/changes?since={Text(from)}&until={Text(until)}&from={page ?? "0"}", cancel) is not { } body)
        {
            cancel.ThrowIfCancellationRequested();
            return null;
        }

        var read = SandboxChanges.TryParse(body);
        if (read is null)
            _account.NotShown("its list of changes can't be read");
        return read;

        static string Text(DateTimeOffset moment) => $"{moment.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffffffZ}";
    }

    public override string ToString() => _account.ToString();

    internal static HttpWire WireOf(ProviderAccount account, ProviderTimeouts timeouts, TimeProvider clock) =>
        new(account.Address, new WireManner(("Authorization", $"Bearer {account.ApiKey}")), timeouts, clock);

    private async Task<ProviderAnswer> AskAsync(string path, Verb verb, ProviderRequest request, CancellationToken cancel)
    {
        if (SandboxBody.Of(verb, request, _noticeAddress) is not { } body)
            return _account.Refused(verb, request, "it takes no such instrument; nothing was sent");
        if (await _account.SendAsync(WireRequest.Json(path, body), verb, request, cancel) is not { } reply)
            return ProviderAnswer.Unknown;
        return reply.Status == 400 && SandboxAnswer.TryParseRefusal(reply.Body) is { } code ? _account.Refused(verb, request, code)
            : Read(reply, verb, request);
    }

    private ProviderAnswer Read(HttpReply reply, Verb verb, ProviderRequest request) =>
        reply.Status != 200 ? _account.Wrong(reply, verb, request, isOther: reply.Status == 409)
        : SandboxAnswer.TryParse(reply.Body) is not { } said ? _account.Unreadable(verb, request)
        : said.DiffersIn(verb, request) is { } member ? _account.Another(verb, request, member)
        : _account.Answered(verb, request, said.Answer.Reference, said.Answer);
}
