using System.Text.Json.Nodes;
using Quittance.Sandbox.Http;

namespace Quittance.Faces.GoCardless;

/// <summary>
/// Sends events to the webhook endpoints of the accounts, up to 250 in one request, signed as GoCardless signs. GoCardless has endpoints in
/// its console alone; here a client adds them. They are in memory and gone with the process.
/// </summary>
internal sealed class DebitEvents(DebitFace face, TimeProvider clock) : IAsyncDisposable
{
    private const int AtOnce = 250;

    private static readonly TimeSpan LooksEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan TriesEvery = TimeSpan.FromSeconds(1);

    private readonly EventPost _post = new("Webhook-Signature");
    private readonly Lock _gate = new();
    private readonly List<Task> _sending = [];
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Adds an endpoint; the answer has the secret that signs its events.</summary>
    public DebitAnswer Add(string account, JsonObject content)
    {
        if (!Uri.TryCreate((string?)content["url"], UriKind.Absolute, out var url))
            return DebitAnswer.Invalid("url", "is not a valid URI");
        var secret = Face.SignatureOf(account, $"{url}{Guid.CreateVersion7(clock.GetUtcNow())}");
        var sent = face.EventsAfter(account, 0, int.MaxValue) is [.., var last] ? last.Number : 0;
        lock (_gate)
            _sending.Add(SendAllAsync(account, url, secret, sent));
        return new DebitAnswer(201, new JsonObject { ["secret"] = secret, ["url"] = url.OriginalString });
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _post.Dispose();
        _stop.Dispose();
    }

    private async Task SendAllAsync(string account, Uri url, string secret, int sent)
    {
        while (!_stop.IsCancellationRequested)
        {
            var pause = LooksEvery;
            if (face.EventsAfter(account, sent, AtOnce) is [.., var last] events)
            {
                var body = new JsonObject
                {
                    ["events"] = new JsonArray([.. events.Select(happened => (JsonNode)happened.Event)]),
                    ["meta"] = new JsonObject { ["webhook_id"] = $"WB{sent}" },
                }.ToJsonString();
                if (await _post.SendAsync(url, body, Face.SignatureOf(secret, body), _stop.Token))
                    sent = last.Number;
                else
                    pause = TriesEvery;
            }

            await Task.Delay(pause, clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
