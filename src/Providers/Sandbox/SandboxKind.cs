using System.Text.Json;
using Microsoft.Extensions.Logging;
using Quittance.Core.Providers;
using Quittance.Providers.Http;
using Quittance.Providers.Notices;

namespace Quittance.Providers.Sandbox;

/// <summary>The sandbox, which takes any keys and signs its notices as Standard Webhooks define.</summary>
public sealed class SandboxKind : IProviderKind
{
    public string Name => SandboxProvider.ProviderName;

    public ProviderSetup Setup { get; } = new(MakesKeys: true, Address: null, Events: []);

    public IProvider Open(ProviderAccount account, ProviderOptions options, TimeProvider clock, ILoggerFactory logs) =>
        new SandboxProvider(account, options, clock, logs.CreateLogger<SandboxProvider>());

    public NoticeBatch ReadNotices(PostedNotice posted)
    {
        var id = posted.Header("webhook-id");
        var check = NoticeSignature.Check(
            posted.Keys, id, posted.Header("webhook-timestamp"), posted.Header("webhook-signature"), posted.Body.Span, posted.Now);
        return check switch
        {
            NoticeCheck.Valid => SandboxNotice.TryParse(posted.Body) is { } notice
                ? new NoticeBatch(new ReadNotice(id!, notice)) : new NoticeBatch { Unreadable = 1 },
            NoticeCheck.Missing => NoticeBatch.Refused("Send webhook-id, webhook-timestamp and webhook-signature."),
            NoticeCheck.Malformed => NoticeBatch.Refused("The signature's headers are malformed."),
            NoticeCheck.TooOld or NoticeCheck.TooNew => NoticeBatch.Refused("webhook-timestamp is more than five minutes off."),
            NoticeCheck.Wrong => NoticeBatch.Refused("The signature is wrong."),
        };
    }

    public async Task<string?> PrepareAsync(ProviderAccount account, CancellationToken cancel)
    {
        var (reply, trouble) = await SandboxProvider.WireOf(account, new ProviderTimeouts(), TimeProvider.System).SendAsync(
            WireRequest.Json("v1/notice-key", JsonSerializer.SerializeToUtf8Bytes(new { key = account.NoticeKeys[0] })) with
            {
                Method = HttpMethod.Put,
            }, cancel);
        cancel.ThrowIfCancellationRequested();
        return reply switch
        {
            null => $"The provider does not answer under {account.Address} ({trouble}).",
            { Status: >= 200 and < 300 } => null,
            _ => $"The provider did not take the key for its notices (HTTP {reply.Status}).",
        };
    }
}
