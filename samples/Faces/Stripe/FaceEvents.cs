using System.Text.Json.Nodes;
using Quittance.Sandbox.Http;

namespace Quittance.Faces.Stripe;

/// <summary>
/// Sends Stripe's events about what changes in the books to the webhook endpoints of the accounts, signed as Stripe signs. Endpoints are in
/// memory and gone with the process.
/// </summary>
internal sealed class FaceEvents(FaceEventFeed feed, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan LooksEvery = TimeSpan.FromMilliseconds(100);

    // The waiting before each further try; after the last one an event is given up.
    private static readonly TimeSpan[] BackOff =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10)];

    private readonly EventPost _post = new("Stripe-Signature");
    private readonly Lock _gate = new();
    private readonly List<Endpoint> _endpoints = [];
    private readonly HashSet<Task> _sending = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public void Start() => _running = RunAsync();

    /// <summary>Adds an endpoint; the answer has the secret that signs its events.</summary>
    public FaceAnswer Add(string account, IReadOnlyDictionary<string, string> fields, Uri sandbox)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        if (!Uri.TryCreate(fields.GetValueOrDefault("url"), UriKind.Absolute, out var url))
            return StripeFace.Error(400, "invalid_request_error", "url_invalid", "Invalid URL.");
        var secret = FaceIds.Of("whsec", Face.IdOf($"{account}{id}"));
        string[] events =
        [
            .. fields.Where(field => field.Key.StartsWith("enabled_events", StringComparison.Ordinal))
                .SelectMany(field => field.Value.Split(',')),
        ];
        lock (_gate)
            _endpoints.Add(new Endpoint(account, url, secret, sandbox, events) { Since = clock.GetUtcNow() });
        return new FaceAnswer(200, new JsonObject
        {
            ["id"] = FaceIds.Of("we", id),
            ["object"] = "webhook_endpoint",
            ["api_version"] = null,
            ["application"] = null,
            ["created"] = clock.GetUtcNow().ToUnixTimeSeconds(),
            ["description"] = null,
            ["enabled_events"] = new JsonArray([.. events.Select(name => (JsonNode)name)]),
            ["livemode"] = false,
            ["metadata"] = new JsonObject(),
            ["secret"] = secret,
            ["status"] = "enabled",
            ["url"] = url.OriginalString,
        });
    }

    /// <summary>The events of an account in a time. Of something that changed twice, there is the last one.</summary>
    public FaceAnswer List(string account, IReadOnlyDictionary<string, string> fields, Uri sandbox)
    {
        var since = TimeIn(fields, "created[gte]") ?? DateTimeOffset.MinValue;
        var until = TimeIn(fields, "created[lte]")?.AddSeconds(1) ?? DateTimeOffset.MaxValue;
        var types = fields.Where(field => field.Key.StartsWith("types", StringComparison.Ordinal))
            .SelectMany(field => field.Value.Split(',')).ToHashSet();
        var events = feed.Between(account, sandbox, since, until)
            .Where(happened => types.Count == 0 || types.Contains((string)happened["type"]!)).ToList();
        return StripeFace.List(events, happened => (string)happened["id"]!, happened => happened, "events", fields);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await Task.WhenAll(_sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _post.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            _sending.RemoveWhere(task => task.IsCompleted);
            Endpoint[] endpoints;
            lock (_gate)
                endpoints = [.. _endpoints];
            foreach (var endpoint in endpoints)
                Send(endpoint);
            await Task.Delay(LooksEvery, clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Send(Endpoint endpoint)
    {
        var until = clock.GetUtcNow();
        foreach (var happened in feed.Between(endpoint.Account, endpoint.Sandbox, endpoint.Since, until))
        {
            if (endpoint.Events.Count == 0 || endpoint.Events.Contains("*") || endpoint.Events.Contains($"{happened["type"]}"))
                _sending.Add(SendAsync(endpoint, happened));
        }

        endpoint.Since = until;
    }

    private static DateTimeOffset? TimeIn(IReadOnlyDictionary<string, string> fields, string name) =>
        long.TryParse(fields.GetValueOrDefault(name), out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    /// <summary>The header that proves an event.</summary>
    public static string SignatureOf(string secret, DateTimeOffset at, string body)
    {
        var time = at.ToUnixTimeSeconds();
        return $"t={time},v1={Face.SignatureOf(secret, $"{time}.{body}")}";
    }

    private async Task SendAsync(Endpoint endpoint, JsonObject happened)
    {
        var body = happened.ToJsonString();
        foreach (var pause in (TimeSpan?[])[.. BackOff, null])
        {
            var signature = SignatureOf(endpoint.Secret, clock.GetUtcNow(), body);
            if (await _post.SendAsync(endpoint.Url, body, signature, _stop.Token) || pause is not { } wait)
                return;
            await Task.Delay(wait, clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested)
                return;
        }
    }

    private sealed record Endpoint(string Account, Uri Url, string Secret, Uri Sandbox, IReadOnlyList<string> Events)
    {
        /// <summary>Up to when its events are sent.</summary>
        public DateTimeOffset Since { get; set; }
    }
}
