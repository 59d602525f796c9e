using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Books;
using Quittance.Core.Instruments;
using Quittance.Core.Sessions;
using Quittance.Dialects.Http;
using Quittance.Dialects.SportAlliance;
using Quittance.Tests.Running;

namespace Quittance.Tests.SportAlliance;

/// <summary>1,000 requests a minute of one key for one operation.</summary>
public sealed class RateLimitTests(BooksFixture books)
{
    private const string Path = "/v1/customers/abc/account/balances";

    [Fact]
    public async Task Request_1001_WaitsForTheMinuteToEnd()
    {
        var studio = await TestStudio.OpenAsync(books);
        for (var i = 0; i < 20; i++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await studio.GetAsync(Path, key: "wrong")).Status);
        for (var sent = 0; sent < 1000; sent += 20)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => studio.GetAsync(Path)));
            Assert.All(answers, answer => Assert.Equal(HttpStatusCode.BadRequest, answer.Status));
        }

        var refused = await studio.GetAsync(Path, "sv");

        Assert.Equal((429, "errormessage.ratelimit.exceeded", null), refused.Error);
        Assert.Equal("Åtkomst nekad – gränsen för antalet begäranden har överskridits.", refused.Text("errorMessage"));
        Assert.InRange(refused.RetryAfter!.Value.TotalSeconds, 1, 60);
        // Every other customer is the same operation; every other path, method or key is not.
        Assert.Equal(429, (int)(await studio.GetAsync("/v1/customers/7/account/balances")).Status);
        Assert.Equal(400, (int)(await studio.GetAsync("/v1/customers/abc/account/transactions")).Status);
        Assert.Equal(200, (int)(await studio.HeadAsync(Path, studio.Key)).Status);
        Assert.Equal(400, (int)(await studio.GetAsync(Path, key: await studio.KeyAsync("CUSTOMER_ACCOUNT_READ"))).Status);
        Assert.Equal(401, (int)(await studio.GetAsync(Path, key: "wrong")).Status);
    }

    [Fact]
    public async Task Window_BeginsWithItsFirstRequestAndEndsAfterItsTime()
    {
        var clock = new Clock();
        await using var server = await Server.StartAsync(new RateLimit(2, TimeSpan.FromSeconds(60)), clock, scopes: []);

        // 403: admitted, but without the scope.
        Assert.Equal((403, null), await server.GetAsync());
        clock.Add(seconds: 59);
        Assert.Equal((403, null), await server.GetAsync());
        Assert.Equal((429, 1), await server.GetAsync());
        clock.Add(seconds: 1);
        // The former window is over, and nothing happens for a while: the next one begins only now.
        clock.Add(seconds: 30);
        Assert.Equal((403, null), await server.GetAsync());
        Assert.Equal((403, null), await server.GetAsync());
        clock.Add(seconds: 45.5);
        Assert.Equal((429, 15), await server.GetAsync());
        clock.Add(seconds: 14.5);
        Assert.Equal((403, null), await server.GetAsync());
    }

    [Fact]
    public async Task Dialect_WithoutALimitOfItsOwn_TakesManyRequests()
    {
        Assert.Null(new Dialects.Midnight.MidnightRoutes(clients: null!, authorisations: null!, orders: null!).RateLimit);
        for (var i = 0; i < 50; i++)
        {
            using var answer = await books.Client.GetAsync(
                new Uri("paymentManagement/v4/payment/P1-0", UriKind.Relative), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    private sealed class Clock : TimeProvider
    {
        private DateTimeOffset _now = new(2027, 3, 1, 12, 0, 0, TimeSpan.Zero);

        public void Add(double seconds) => _now += TimeSpan.FromSeconds(seconds);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => _now;

        public override long GetTimestamp() => _now.UtcTicks;
    }

    /// <summary>The dialect alone, with one key.</summary>
    private sealed class Server(WebApplication app, HttpClient client) : IAsyncDisposable
    {
        public static async Task<Server> StartAsync(RateLimit limit, TimeProvider clock, string[] scopes)
        {
            var port = BooksFixture.FreePort();
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
            builder.Logging.ClearProviders();
            var app = builder.Build();
            var dialect = new SportAllianceRoutes(new NoSessions(), null!, TimeSpan.FromMinutes(60), limit);
            dialect.Map(new DialectRoutes(app, dialect, null!, null!, new OneKey(scopes), clock, new Hold(IsHeld: false)));
            await app.StartAsync(TestContext.Current.CancellationToken);
            return new Server(app, DescribedAnswers.Client(new Uri($"http://127.0.0.1:{port}")));
        }

        public async Task<(int Status, int? RetryAfter)> GetAsync()
        {
            var answer = await TestStudio.SendAsync(client, HttpMethod.Get, Path, "key", null);
            return ((int)answer.Status, (int?)answer.RetryAfter?.TotalSeconds);
        }

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            await app.DisposeAsync();
        }
    }

    private sealed class OneKey(string[] scopes) : Core.Access.ICredentials
    {
        public ValueTask<Credential?> OfCustomerAsync(MerchantId merchant, long installation, CancellationToken cancel) =>
            ValueTask.FromResult<Credential?>(null);

        public ValueTask<Credential?> FindAsync(CredentialKind kind, string dialect, string secret, CancellationToken cancel) =>
            ValueTask.FromResult<Credential?>(new Credential(
                new Installation(new MerchantId(1), 1, dialect, Currency.Parse("EUR"), "en", "Etc/UTC"), 1, kind, scopes.ToHashSet(),
                new byte[32]));
    }

    private sealed class NoSessions : ISessions
    {
        public Task<Session?> FindAsync(SessionId id, CancellationToken cancel) => Task.FromResult<Session?>(null);

        public Task<IReadOnlyList<Session>> ExpiredAsync(DateTimeOffset now, int limit, CancellationToken cancel) =>
            Task.FromResult<IReadOnlyList<Session>>([]);

        public Task<IReadOnlyList<Session>> PaidAsync(int limit, CancellationToken cancel) => Task.FromResult<IReadOnlyList<Session>>([]);

        public Task<IReadOnlyList<Instrument>> KeptInstrumentsAsync(Core.AccountId account, CancellationToken cancel) =>
            Task.FromResult<IReadOnlyList<Instrument>>([]);
    }
}
