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
    public ConcurrentQueue<ReceivedWebhook> All { get; } = [];

    /// <summary>Gives the status of an answer; by default 204. Null hangs up without an answer.</summary>
    public Func<ReceivedWebhook, Task<int?>> Answer { get; set; } = _ => Task.FromResult<int?>(204);

    /// <summary>The header Retry-After of its failures; null for none.</summary>
    public string? RetryAfter { get; set; }

    /// <summary>The body of its answers; null for none.</summary>
    public string? Says { get; set; }

    /// <summary>The target of its redirections; by default itself.</summary>
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
    public void FailFirst(int? status, Func<ReceivedWebhook, bool>? which = null)
    {
        var seen = new ConcurrentDictionary<string, bool>();
        Answer = delivered => Task.FromResult(which?.Invoke(delivered) != false && seen.TryAdd(delivered.Message, true) ? status : 204);
    }

    public async Task<IReadOnlyList<ReceivedWebhook>> UntilAsync(int count)
    {
        // Patient: many servers of other tests share the processors.
        await NoticePost.UntilAsync(() => Task.FromResult(All.Count >= count));
        return [.. All];
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeInAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var headers = context.Request.Headers;
        var delivered = new ReceivedWebhook(
            headers["webhook-id"].ToString(), headers["webhook-timestamp"].ToString(), headers["webhook-signature"].ToString(),
            await reader.ReadToEndAsync(context.RequestAborted), context.Request.ContentType, context.Request.QueryString.Value);
        All.Enqueue(delivered);
        if (await Answer(delivered) is not { } status)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = status;
        if (status >= 400 && RetryAfter is { } pause)
            context.Response.Headers.RetryAfter = pause;
        if (status is >= 300 and < 400)
            context.Response.Headers.Location = (RedirectsTo ?? Address).ToString();
        if (Says is { } text)
            await context.Response.WriteAsync(text, context.RequestAborted);
    }
}

/// <summary>A webhook that came in.</summary>
internal sealed record ReceivedWebhook(string Message, string Timestamp, string Signature, string Body, string? MediaType, string? Query)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>Its subject, and the number of the subject's event that it reports.</summary>
    public string Subject => Message.Split('_')[1];

    public int Sequence => int.Parse(Message.Split('_')[2]);

    public bool IsSignedBy(string secret, DateTimeOffset? at = null) => NoticeSignature.Check(
        [secret], Message, Timestamp, Signature, Encoding.UTF8.GetBytes(Body), at ?? TimeProvider.System.GetUtcNow()) == NoticeCheck.Valid;
}
