using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>No client takes the memory or the time of the others.</summary>
public sealed class SharedLimitsTests(BooksFixture books)
{
    private const int Megabyte = 1024 * 1024;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Credential_BeyondItsRequests_WaitsInEveryDialect()
    {
        await using var server = await ServeAsync(settings => settings with { RequestLimit = 2 });
        using var client = Client(server);
        var paths = books.WritingRoutes.GroupBy(route => route.Metadata.GetMetadata<Writes>()!.Dialect.Name)
            .Where(dialect => dialect.Key != "widget").Select(dialect => WritingRoutes.PathOf(dialect.First())).ToList();
        Assert.True(paths.Count >= 5, string.Join(", ", paths));
        foreach (var path in paths)
        {
            var sample = await WritingRoutes.Samples[path](books);
            for (var sent = 0; sent < 2; sent++)
                Assert.NotEqual(HttpStatusCode.TooManyRequests, (await SendAsync(client, path, sample, "{")).StatusCode);

            using var refused = await SendAsync(client, path, sample, sample.Body("8"));

            Assert.Equal((path, HttpStatusCode.TooManyRequests), (path, refused.StatusCode));
            Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
            Assert.Equal(0, await sample.BroughtAsync(books));
        }

        await server.StopAsync(Cancel);
    }

    [Fact]
    public async Task LongBodies_BeyondTheirMemory_AreRefusedToBeSentAgain_AndPaymentsPass()
    {
        await using var server = await ServeAsync(settings => settings with { BatchBodyLimit = 6 * Megabyte, BodyMemory = 6 * Megabyte });
        using var client = Client(server);
        const string path = "/v1/Generic/CustomerPaymentInsert";
        var sample = await WritingRoutes.Samples[path](books);
        var spaces = new string(' ', 5 * Megabyte);
        using var first = new SlowBody(Encoding.UTF8.GetBytes(spaces + sample.Body("8")));
        var sending = client.SendAsync(Request(path, sample, first), Cancel);
        var bodies = server.Services.GetRequiredService<SharedLimits>().Bodies;
        while (bodies.Taken < 4 * Megabyte)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);

        using var second = await SendAsync(client, path, sample, spaces + sample.Body("8"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        Assert.NotNull(second.Headers.RetryAfter);
        Assert.Contains("Send the request again", await second.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var small = await SendAsync(client, path, sample, sample.Body("8"));
        Assert.Equal(HttpStatusCode.OK, small.StatusCode);

        first.LetGo();
        using var answer = await sending;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var again = await SendAsync(client, path, sample, spaces + sample.Body("8"));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal(3, await sample.BroughtAsync(books));
        await server.StopAsync(Cancel);
    }

    [Theory]
    [InlineData("[", "0,", "0]", HttpStatusCode.ServiceUnavailable)]
    [InlineData("{", "\"a\":0,", "\"a\":0}", HttpStatusCode.ServiceUnavailable)]
    [InlineData("\"", "xx", "\"", HttpStatusCode.BadRequest)]
    public async Task LongBody_CountsWithWhatReadingMakesOfIt(string from, string again, string to, HttpStatusCode expected)
    {
        await using var server = await ServeAsync(settings => settings with { BatchBodyLimit = 1, BodyMemory = 8 * Megabyte });
        using var client = Client(server);
        const string path = "/api/v1/accounts";
        var sample = await WritingRoutes.Samples[path](books);
        var value = from + string.Concat(Enumerable.Repeat(again, Megabyte / again.Length)) + to;

        using var answer = await SendAsync(client, path, sample, $$"""{"charges":{{value}}}""");

        Assert.True(expected == answer.StatusCode, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Cancel)}");
        var bodies = server.Services.GetRequiredService<SharedLimits>().Bodies;
        // The body is at work until its answer is written.
        while (bodies.Taken > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancel);
        await server.StopAsync(Cancel);
    }

    private async Task<WebApplication> ServeAsync(Func<ServerSettings, ServerSettings> with)
    {
        var port = BooksFixture.FreePort();
        var server = HostedServer.Build(
            with(new ServerSettings(IPAddress.Loopback, port, new PublicAddress($"http://127.0.0.1:{port}"), IsDemo: true)),
            books.Database, books.Engine, books.Vault);
        await server.StartAsync(Cancel);
        return server;
    }

    private static HttpClient Client(WebApplication server) =>
        DescribedAnswers.Client(new Uri(server.Urls.Single()));

    private static HttpRequestMessage Request(string path, WritingSample sample, HttpContent body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(sample.Path ?? path, UriKind.Relative)) { Content = body };
        body.Headers.ContentType = new("application/json") { CharSet = "utf-8" };
        foreach (var (name, value) in sample.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string path, WritingSample sample, string body) =>
        client.SendAsync(Request(path, sample, new StringContent(body, Encoding.UTF8)), Cancel);

    /// <summary>Sends all but its last byte, and that when it may.</summary>
    private sealed class SlowBody(byte[] bytes) : HttpContent
    {
        private readonly TaskCompletionSource _mayEnd = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void LetGo() => _mayEnd.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(bytes.AsMemory(0, bytes.Length - 1), Cancel);
            await stream.FlushAsync(Cancel);
            await _mayEnd.Task;
            await stream.WriteAsync(bytes.AsMemory(bytes.Length - 1), Cancel);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }
}
