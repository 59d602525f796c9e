using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Quittance.Sandbox.Books;

namespace Quittance.Sandbox.Stripe;

/// <summary>
/// Sends Stripe's events about what changes in the books to the webhook endpoints of the accounts, signed as Stripe signs. Endpoints are in
/// memory and gone with the process.
/// </summary>
internal sealed class FaceEvents(SandboxBooks books, StripeFace face, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan LooksEvery = TimeSpan.FromMilliseconds(100);

    // The waiting before each further try; after the last one an event is given up.
    private static readonly TimeSpan[] BackOff =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10)];

    private readonly HttpClient _client =
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };

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
        var secret = FaceIds.Of("whsec", new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{account}{id}")).AsSpan(0, 16)));
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
        List<JsonObject> events = [];
        for (int? next = 0; next is { } page;)
        {
            var changes = books.Changes(account, since, until, page, limit: 100);
            foreach (var change in changes.Changes)
            {
                if (TypeOf(change) is { } type && (types.Count == 0 || types.Contains(type))
                    && AboutOf(account, change, sandbox) is { } about)
                {
                    events.Add(EventOf(type, about, change.At));
                }
            }

            next = changes.Next;
        }

        return StripeFace.List(events, told => (string)told["id"]!, told => told, "events", fields);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await Task.WhenAll(_sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _client.Dispose();
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
        for (int? next = 0; next is { } page;)
        {
            var changes = books.Changes(endpoint.Account, endpoint.Since, until, page, limit: 100);
            foreach (var change in changes.Changes)
            {
                if (TypeOf(change) is not { } type || AboutOf(endpoint.Account, change, endpoint.Sandbox) is not { } about
                    || (endpoint.Events.Count > 0 && !endpoint.Events.Contains("*") && !endpoint.Events.Contains(type)))
                {
                    continue;
                }

                _sending.Add(SendAsync(endpoint, EventOf(type, about, change.At)));
            }

            next = changes.Next;
        }

        endpoint.Since = until;
    }

    private static DateTimeOffset? TimeIn(IReadOnlyDictionary<string, string> fields, string name) =>
        long.TryParse(fields.GetValueOrDefault(name), out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    private JsonObject? AboutOf(string account, BookedChange change, Uri sandbox) => change.Dispute is { } dispute
        ? face.ObjectOf(account, dispute) : face.ObjectOf(account, change.Request!, sandbox);

    /// <summary>The event about something as it stands; null for none.</summary>
    private static string? TypeOf(BookedChange change) => change.Dispute is { } dispute
        ? dispute.State == DisputeState.Opened ? "charge.dispute.created" : "charge.dispute.closed"
        : (change.Request!.Verb, change.Request.State) switch
        {
            (RequestVerb.Authorise, RequestState.Approved) => "payment_intent.amount_capturable_updated",
            (RequestVerb.Authorise, RequestState.Pending) => "payment_intent.requires_action",
            (RequestVerb.Authorise or RequestVerb.Capture, RequestState.Declined) => "payment_intent.payment_failed",
            (RequestVerb.Capture, RequestState.Approved) => "payment_intent.succeeded",
            (RequestVerb.Capture, RequestState.Pending) => "payment_intent.processing",
            (RequestVerb.Void, RequestState.Approved) => "payment_intent.canceled",
            (RequestVerb.Refund, RequestState.Approved) => "refund.created",
            _ => null,
        };

    private static JsonObject EventOf(string type, JsonObject about, DateTimeOffset at)
    {
        var id = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{type} {at:O} {about["id"]}")).AsSpan(0, 16));
        return new JsonObject
        {
            ["id"] = FaceIds.Of("evt", id),
            ["object"] = "event",
            ["api_version"] = "2024-06-20",
            ["created"] = at.ToUnixTimeSeconds(),
            ["data"] = new JsonObject { ["object"] = about },
            ["livemode"] = false,
            ["pending_webhooks"] = 1,
            ["request"] = new JsonObject { ["id"] = null, ["idempotency_key"] = null },
            ["type"] = type,
        };
    }

    private async Task SendAsync(Endpoint endpoint, JsonObject told)
    {
        var body = told.ToJsonString();
        foreach (var pause in (TimeSpan?[])[.. BackOff, null])
        {
            if (await PostAsync(endpoint, body) || pause is not { } wait)
                return;
            await Task.Delay(wait, clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested)
                return;
        }
    }

    private async Task<bool> PostAsync(Endpoint endpoint, string body)
    {
        var time = clock.GetUtcNow().ToUnixTimeSeconds();
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(endpoint.Secret), Encoding.UTF8.GetBytes($"{time}.{body}"));
        using var message = new HttpRequestMessage(HttpMethod.Post, endpoint.Url)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        message.Headers.TryAddWithoutValidation("Stripe-Signature", $"t={time},v1={Convert.ToHexStringLower(signature)}");
        try
        {
            using var response = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, _stop.Token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private sealed record Endpoint(string Account, Uri Url, string Secret, Uri Sandbox, IReadOnlyList<string> Events)
    {
        /// <summary>Up to when its events are sent.</summary>
        public DateTimeOffset Since { get; set; }
    }
}
