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

    private readonly ProviderAccount _account;
    private readonly HttpWire _wire;
    private readonly Uri? _noticeAddress;
    private readonly ILogger _log;

    /// <summary>A client with connections and a memory of failures of its own; keep it for as long as the account stays the same.</summary>
    /// <param name="account">The merchant's account.</param>
    /// <param name="options">How long to wait, and where notices go.</param>
    /// <param name="log">Gets attempts and what happened to them, never what was sent or answered.</param>
    /// <exception cref="FormatException">The API key can't be sent: it holds a line break.</exception>
    public SandboxProvider(ProviderAccount account, ProviderOptions options, TimeProvider clock, ILogger log)
    {
        _account = account;
        _wire = new HttpWire(
            account.Address, new WireManner(("Authorization", $"Bearer {account.ApiKey}")), options.Timeouts, clock);
        _noticeAddress = options.NoticeAddress(account.Merchant, ProviderName);
        _log = log;
    }

    public string Name => ProviderName;

    public ProviderWorld? World => ProviderWorld.Test;

    public TimeSpan RequestLifetime { get; } = TimeSpan.FromSeconds(60);

    public bool IsSilent => _wire.IsSilent;

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
        if (await SendAsync(WireRequest.Get($"v1/requests/{request.Id.Value:D}"), verb, request, cancel) is not { } reply)
            return ProviderAnswer.Unknown;
        // A proxy or a wrong address has its own 404, which says nothing about the request.
        return reply.Status == 404 && SandboxAnswer.TryParseRefusal(reply.Body) == "not_found"
            ? ProviderAnswer.NotFound
            : Read(reply, verb, request);
    }

    public async Task<ProviderRecords?> ListAsync(DateTimeOffset from, DateTimeOffset until, string? page, CancellationToken cancel)
    {
        var (reply, trouble) = await _wire.SendAsync(
            WireRequest.Get($"v1/changes?since={Text(from)}&until={Text(until)}&from={page ?? "0"}"), cancel);
        if (reply is null)
        {
            cancel.ThrowIfCancellationRequested();
            return NotListed(trouble!);
        }

        if (reply.Status != 200)
            return NotListed($"status {reply.Status}");
        return SandboxChanges.TryParse(reply.Body) ?? NotListed("an answer that can't be read");

        static string Text(DateTimeOffset moment) => $"{moment.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffffffZ}";
    }

    public override string ToString() => _account.ToString();

    private ProviderRecords? NotListed(string what)
    {
        ProviderLog.NotListed(_log, Name, what);
        return null;
    }

    private async Task<ProviderAnswer> AskAsync(string path, Verb verb, ProviderRequest request, CancellationToken cancel)
    {
        if (SandboxBody.Of(verb, request, _noticeAddress) is not { } body)
        {
            ProviderLog.Refused(_log, Name, verb, request.Id.Value, "it takes no such instrument; nothing was sent");
            return ProviderAnswer.Declined(DeclineReason.RequestRefused);
        }

        if (await SendAsync(WireRequest.Json(path, body), verb, request, cancel) is not { } reply)
            return ProviderAnswer.Unknown;
        if (reply.Status == 400 && SandboxAnswer.TryParseRefusal(reply.Body) is { } code)
        {
            ProviderLog.Refused(_log, Name, verb, request.Id.Value, code);
            return ProviderAnswer.Declined(DeclineReason.RequestRefused);
        }

        return Read(reply, verb, request);
    }

    /// <summary>The sandbox's reply, or null when there was none.</summary>
    private Task<HttpReply?> SendAsync(WireRequest sent, Verb verb, ProviderRequest request, CancellationToken cancel) =>
        request.Id.Merchant == _account.Merchant
            ? _wire.SendAsync(sent, Name, verb, request, _log, cancel)
            : throw new ArgumentException("The attempt is another merchant's.", nameof(request));

    private ProviderAnswer Read(HttpReply reply, Verb verb, ProviderRequest request)
    {
        var id = request.Id.Value;
        switch (reply.Status)
        {
            case 200 when SandboxAnswer.TryParse(reply.Body) is { } said:
                if (said.DiffersIn(verb, request) is { } member)
                {
                    ProviderLog.AnsweredAnother(_log, Name, verb, id, member);
                    return ProviderAnswer.Unknown;
                }

                ProviderLog.Answered(_log, Name, verb, id, said.Answer.Verdict);
                return said.Answer;
            case 200:
                ProviderLog.Unknown(_log, Name, verb, id, "an answer that can't be read");
                return ProviderAnswer.Unknown;
            case 401 or 403:
                ProviderLog.SetUpWrong(_log, Name, verb, id, reply.Status, "it does not accept the account's API key");
                return ProviderAnswer.Unknown;
            case 409:
                ProviderLog.SetUpWrong(_log, Name, verb, id, reply.Status, "it knows the id with other content");
                return ProviderAnswer.Unknown;
            default:
                ProviderLog.Unknown(_log, Name, verb, id, $"unexpected status {reply.Status}");
                return ProviderAnswer.Unknown;
        }
    }
}
