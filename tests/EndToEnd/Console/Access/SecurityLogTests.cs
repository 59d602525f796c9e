using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Quittance.Core.Access;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>Who was let in and who was not is in the security log, with the address; and for people in the audit log.</summary>
public sealed class SecurityLogTests(BooksFixture books) : IDisposable
{
    private const string Password = "correct horse battery staple";

    private readonly Heard _heard = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _heard.Dispose();

    [Fact]
    public async Task SignIns_AndRefusals_AreWritten_WithTheAddressAndWithoutSecrets()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer, books.DemoCompany, "Vera Viewer");
        await using var server = await ServeAsync();
        using var client = Client(server);

        Assert.Equal(HttpStatusCode.Unauthorized, (await SignInAsync(client, desk, "a wrong password")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await SignInAsync(client, desk, Password, "nobody@example.com")).StatusCode);
        using var entered = await SignInAsync(client, desk, Password);
        var cookie = TestDesk.CookieIn(entered);
        using (var forbidden = new HttpRequestMessage(HttpMethod.Get, "/console/access/people/new"))
        {
            forbidden.Headers.Add("Cookie", cookie);
            using var refused = await client.SendAsync(forbidden, Cancel);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }

        using (var stranger = new HttpRequestMessage(HttpMethod.Get, "/paymentManagement/v4/payment"))
        {
            stranger.Headers.Add("Authorization", "Bearer a-made-up-token");
            using var refused = await client.SendAsync(stranger, Cancel);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        using var notice = await client.PostAsync("/providers/sandbox/merchants/1/notices", new StringContent("{}"), Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, notice.StatusCode);

        Assert.Equal(
            ["sign-in.failed", "sign-in.failed", "sign-in.ok", "role.refused", "credential.refused", "notice.refused"],
            _heard.Lines.Select(line => line["Kind"]));
        Assert.All(_heard.Lines, line =>
        {
            Assert.Equal(("127.0.0.1", "tests/1.0"), (line["Address"], line["Agent"]));
            Assert.Matches("^[0-9a-f]{32}$", line["Trace"]);
            Assert.DoesNotContain("a wrong password", string.Join(' ', line.Values), StringComparison.Ordinal);
            Assert.DoesNotContain("a-made-up-token", string.Join(' ', line.Values), StringComparison.Ordinal);
            Assert.DoesNotContain("example.com", string.Join(' ', line.Values), StringComparison.Ordinal);
        });
        var person = desk.Person.Id.ToString("D");
        Assert.Equal([person, null, person, person, null, null], _heard.Lines.Select(line => line["Who"]));
        Assert.Equal(
            "console.refuse,console.sign-in,console.sign-in-fail",
            await books.ScalarAsync("SELECT string_agg(what, ',' ORDER BY what) FROM operator_action WHERE who = 'Vera Viewer'"));
        await server.StopAsync(Cancel);
    }

    [Fact]
    public async Task Flood_OfOneAddress_IsAFewLinesWithItsNumber()
    {
        await using var server = await ServeAsync();
        using var client = Client(server);
        client.DefaultRequestHeaders.Add("Authorization", "Bearer a-made-up-token");
        for (var sent = 0; sent < 60; sent++)
        {
            using var refused = await client.GetAsync("/paymentManagement/v4/payment", Cancel);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        Assert.Equal(20, _heard.Lines.Count(line => line["Kind"] == "credential.refused"));
        await server.StopAsync(Cancel);
    }

    [Theory]
    [InlineData(true, "203.0.113.7")]
    [InlineData(false, "127.0.0.1")]
    public async Task ClientsAddress_ComesFromATrustedProxyAlone(bool isTrusted, string expected)
    {
        await using var server = await ServeAsync(isTrusted ? [IPNetwork.Parse("127.0.0.0/8")] : [IPNetwork.Parse("10.0.0.0/8")]);
        using var client = Client(server);
        client.DefaultRequestHeaders.Add("Authorization", "Bearer a-made-up-token");
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "198.51.100.1, 203.0.113.7");
        using var refused = await client.GetAsync("/paymentManagement/v4/payment", Cancel);

        Assert.Equal(expected, Assert.Single(_heard.Lines)["Address"]);
        await server.StopAsync(Cancel);
    }

    private static async Task<HttpResponseMessage> SignInAsync(HttpClient client, TestDesk desk, string password, string? user = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/console/sign-in")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["_handler"] = "sign-in",
                ["User"] = user ?? desk.Person.Email,
                ["Password"] = password,
                ["Merchant"] = $"{desk.Merchant.Value}",
            }),
        };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        return await client.SendAsync(request, Cancel);
    }

    private static HttpClient Client(WebApplication server)
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = new Uri(server.Urls.Single()),
        };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("tests/1.0");
        return client;
    }

    private async Task<WebApplication> ServeAsync(IReadOnlyList<IPNetwork>? proxies = null)
    {
        var port = BooksFixture.FreePort();
        var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, port, new PublicAddress($"http://127.0.0.1:{port}"), IsDemo: false)
            {
                TrustedProxies = proxies ?? [],
            },
            books.Database, books.Engine, books.Vault, logging => logging.Services.AddSingleton<ILoggerProvider>(_heard));
        await server.StartAsync(Cancel);
        return server;
    }

    /// <summary>The lines of the security log, as programs read them.</summary>
    private sealed class Heard : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<IReadOnlyDictionary<string, string?>> _lines = new();

        public IReadOnlyList<IReadOnlyDictionary<string, string?>> Lines => [.. _lines];

        public ILogger CreateLogger(string categoryName) =>
            categoryName == "Quittance.Security" ? this : Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue(((IEnumerable<KeyValuePair<string, object?>>)state!).ToDictionary(one => one.Key, one => one.Value?.ToString()));

        public void Dispose()
        {
        }
    }
}
