using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Quittance.Providers.Notices;
using Quittance.Tests.Running;

namespace Quittance.Tests.Webhooks;

/// <summary>Takes webhooks in over real HTTP and answers as a test wants it.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private WebhookReceiver(WebApplication app) => _app = app;

    public Uri Address => new(new Uri(_app.Urls.Single()), "/told?by=us");

    /// <summary>All that has come, in its order, with every answer.</summary>
    public ConcurrentQueue<Told> All { get; } = [];

    /// <summary>Says what is answered; 204 unless told otherwise. Null hangs up without an answer.</summary>
    public Func<Told, Task<int?>> Answer { get; set; } = _ => Task.FromResult<int?>(204);

    /// <summary>Where it sends those whom it answers by a redirection; to itself unless told otherwise.</summary>
    public Uri? RedirectsTo { get; set; }

    public static async Task<WebhookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = new WebhookReceiver(builder.Build());
        receiver._app.MapPost("/told", receiver.TakeInAsync);
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>Answers each message with this the first time, and takes it the next.</summary>
    public void FailFirst(int? status, Func<Told, bool>? which = null)
    {
        var seen = new ConcurrentDictionary<string, bool>();
        Answer = told => Task.FromResult(which?.Invoke(told) != false && seen.TryAdd(told.Message, true) ? status : 204);
    }

    public async Task<IReadOnlyList<Told>> UntilAsync(int count)
    {
        // Patient: many servers of other tests share the processors.
        await NoticePost.UntilAsync(() => Task.FromResult(All.Count >= count), withinSeconds: 240);
        return [.. All];
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeInAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var headers = context.Request.Headers;
        var told = new Told(
            headers["webhook-id"].ToString(), headers["webhook-timestamp"].ToString(), headers["webhook-signature"].ToString(),
            await reader.ReadToEndAsync(context.RequestAborted), context.Request.ContentType, context.Request.QueryString.Value);
        All.Enqueue(told);
        if (await Answer(told) is not { } status)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = status;
        if (status is >= 300 and < 400)
            context.Response.Headers.Location = (RedirectsTo ?? Address).ToString();
    }
}

/// <summary>A webhook that came in.</summary>
internal sealed record Told(string Message, string Timestamp, string Signature, string Body, string? MediaType, string? Query)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>What it is about, and which of that one's events it tells.</summary>
    public string Subject => Message.Split('_')[1];

    public int Sequence => int.Parse(Message.Split('_')[2]);

    public bool IsSignedBy(string secret, DateTimeOffset? at = null) => NoticeSignature.Check(
        [secret], Message, Timestamp, Signature, Encoding.UTF8.GetBytes(Body), at ?? TimeProvider.System.GetUtcNow()) == NoticeCheck.Valid;
}
