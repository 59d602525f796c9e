using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Quittance.Tests.Sandbox;

/// <summary>Takes notices in over real HTTP and checks their signatures.</summary>
internal sealed class NoticeReceiver : IAsyncDisposable
{
    private static readonly byte[] Key = Encoding.UTF8.GetBytes("the key of the notices in tests!");

    private readonly Channel<Received> _received = Channel.CreateUnbounded<Received>();
    private readonly WebApplication _app;

    private NoticeReceiver(WebApplication app) => _app = app;

    public static string KeyText { get; } = $"whsec_{Convert.ToBase64String(Key)}";

    public Uri Url => new(new Uri(_app.Urls.Single()), "/notices");

    /// <summary>The next answers; 204 when there is none left.</summary>
    public Queue<int> Statuses { get; } = [];

    /// <summary>Notices are answered once this is done.</summary>
    public Task Answering { get; set; } = Task.CompletedTask;

    public static async Task<NoticeReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = new NoticeReceiver(builder.Build());
        receiver._app.MapPost("/notices", receiver.TakeInAsync);
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    public async Task<Received> NextAsync()
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        soon.CancelAfter(TimeSpan.FromSeconds(10));
        return await _received.Reader.ReadAsync(soon.Token);
    }

    public async Task HearsNothingMoreAsync()
    {
        await Task.Delay(RunningSandbox.LateBy * 3, TestContext.Current.CancellationToken);
        Assert.False(_received.Reader.TryRead(out var more), $"One notice more: {more?.Body}");
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeInAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var (id, timestamp) = (context.Request.Headers["webhook-id"].ToString(), context.Request.Headers["webhook-timestamp"].ToString());
        var age = TimeProvider.System.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(long.Parse(timestamp));
        var isGenuine = age < TimeSpan.FromMinutes(1) && context.Request.Headers["webhook-signature"]
            == $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")))}";
        _received.Writer.TryWrite(new Received(id, isGenuine, body));
        await Answering;
        context.Response.StatusCode = Statuses.TryDequeue(out var status) ? status : StatusCodes.Status204NoContent;
    }

    internal sealed record Received(string Id, bool IsGenuine, string Body)
    {
        public JsonElement Json { get; } = JsonDocument.Parse(Body).RootElement;

        public string this[string name] => Json.GetProperty(name).ToString();
    }
}
