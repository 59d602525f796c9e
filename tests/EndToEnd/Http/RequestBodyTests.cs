using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Quittance.Core.Access;
using Quittance.Core.Books;
using Quittance.Dialects.Http;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>How bodies of any length arrive, whole or not.</summary>
public sealed class RequestBodyTests : IAsyncLifetime
{
    private const int Limit = 300_000;
    private readonly LogLines _log = new();
    private WebApplication _server = null!;
    private HttpClient _client = null!;
    private Exception? _break;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var port = BooksFixture.FreePort();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning).AddProvider(_log);
        _server = builder.Build();
        IReadOnlyList<Dialect> dialects = [new Echo()];
        _server.UseMiddleware<DialectErrors>(dialects);
        _server.Use(next => http =>
        {
            if (_break is { } broken)
                http.Request.Body = new BrokenUpload(broken);
            return next(http);
        });
        dialects[0].Map(new DialectRoutes(_server, dialects[0], null!, null!, null!, TimeProvider.System, new Hold(IsHeld: false)));
        await _server.StartAsync(Cancel);
        _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        _log.Dispose();
    }

    public static TheoryData<Exception> Breaks => [new IOException("reset"), new ConnectionResetException("reset")];

    [Theory]
    [MemberData(nameof(Breaks))]
    public async Task Upload_ThatIsBrokenOff_IsTheClientsDoingAndNotLogged(Exception broken)
    {
        _break = broken;
        using var answer = await SendAsync(new byte[100], isChunked: false);

        Assert.Equal((HttpStatusCode.BadRequest, "\"BodyBroken\""), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel)));
        Assert.Empty(_log.Heard);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData((64 * 1024) - 1)]
    [InlineData(64 * 1024)]
    [InlineData((64 * 1024) + 1)]
    [InlineData(131_072)]
    [InlineData(262_144)]
    [InlineData(Limit)]
    public async Task Body_OfAnyLengthUpToTheLimit_ArrivesWhole(int length)
    {
        var sent = new byte[length];
        new Random(length).NextBytes(sent);
        foreach (var isChunked in (bool[])[false, true])
        {
            // Kestrel's own limit counts the framing of chunks too.
            using var answer = await SendAsync(sent, isChunked, isUnlimited: isChunked);
            Assert.Equal(JsonText(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(sent))),
                await answer.Content.ReadAsStringAsync(Cancel));
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Body_AboveTheLimit_IsTooLarge(bool isChunked, bool isUnlimited)
    {
        using var answer = await SendAsync(new byte[Limit + 1], isChunked, isUnlimited);

        Assert.Equal((HttpStatusCode.BadRequest, "\"BodyTooLarge\""), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel)));
        Assert.Empty(_log.Heard);
    }

    private static string JsonText(string text) => $"\"{text}\"";

    private async Task<HttpResponseMessage> SendAsync(byte[] body, bool isChunked, bool isUnlimited = false)
    {
        using var request =
            new HttpRequestMessage(HttpMethod.Post, new Uri("echo", UriKind.Relative)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.TransferEncodingChunked = isChunked;
        if (isUnlimited)
            request.Headers.Add("Unlimited", "yes");
        return await _client.SendAsync(request, Cancel);
    }

    /// <summary>Answers with the hash of the body, or with the fault.</summary>
    private sealed class Echo : Dialect
    {
        public override string Name => "echo";

        public override IReadOnlyList<string> Paths => ["/echo"];

        public override long BodyLimit => Limit;

        public override void Map(DialectRoutes routes) => routes.Post("echo", "/echo", "echo", call => Task.FromResult(new Answer(
            200, json => json.WriteStringValue(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(call.Body.Span))))));

        public override ValueTask<Credential?> AuthenticateAsync(HttpContext http, Core.Access.ICredentials credentials)
        {
            // A server that watches no limit itself, as some do.
            if (http.Request.Headers.ContainsKey("Unlimited"))
                http.Features.Set<IHttpMaxRequestBodySizeFeature>(null);
            return ValueTask.FromResult<Credential?>(new Credential(
                TmfSamples.Installation, 1, CredentialKind.Bearer, new HashSet<string> { "echo" }, new byte[32]));
        }

        public override Answer Refuse(HttpContext http, EdgeFault fault, string? detail = null) =>
            new(400, json => json.WriteStringValue(fault.ToString()));
    }

    private sealed class BrokenUpload(Exception broken) : MemoryStream(Encoding.UTF8.GetBytes("[{"))
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position < Length ? base.ReadAsync(buffer, cancellationToken) : throw broken;
    }

    private sealed class LogLines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Heard { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Heard.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
