using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Host.Watching;
using Quittance.Storage;
using Quittance.Storage.Lanes;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>A server's answers to those who watch it.</summary>
public sealed class HealthTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Live_OfARunningServer_IsGood()
    {
        using var answer = await books.Client.GetAsync(new Uri("/health/live", UriKind.Relative), Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Ready_OfAServerThatCanWork_SaysSoInWords()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var (status, said) = await ReadyAsync(own);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            """{"status":"ok","checks":{"database":{"status":"ok","says":"It answers, and can be written to."},"migrations":"""
                + """{"status":"ok","says":"The schema is this version's."},"books":"""
                + """{"status":"ok","says":"They take changes."},"deliveries":"""
                + """{"status":"ok","says":"The server sends webhook deliveries as they become due."}}}""",
            said.ToJsonString(Readable));
    }

    [Fact]
    public async Task Ready_WhereDeliveriesAreNotTold_IsDegradedAndStillServes()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await ExecuteAsync(
            own, "SET session_replication_role = replica; INSERT INTO delivery (merchant_id, subscription_id, subject_id, sequence, "
                + "status, failures, due_at) VALUES (1, gen_random_uuid(), gen_random_uuid(), 1, 'waiting', 0, now() - interval '1 hour'); "
                + "RESET session_replication_role");
        var (status, said) = await ReadyAsync(own);
        Assert.Equal((HttpStatusCode.OK, "degraded", "degraded"),
            (status, (string?)said["status"], (string?)said["checks"]!["deliveries"]!["status"]));
        Assert.Equal("1 webhook deliveries have been due for more than 5 minutes.", (string?)said["checks"]!["deliveries"]!["says"]);
    }

    [Fact]
    public async Task Ready_OfAServerWithAnotherSchema_IsNot()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await ExecuteAsync(own, "INSERT INTO migration VALUES (9999, '9999-future.sql', 'x', now(), '99.0.0')");
        var (status, said) = await ReadyAsync(own);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "failing", "failing"),
            (status, (string?)said["status"], (string?)said["checks"]!["migrations"]!["status"]));
        Assert.Equal("ok", (string?)said["checks"]!["database"]!["status"]);
        Assert.DoesNotContain("9999", said.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ready_WithoutADatabase_IsNotAndTellsNothingOfTheInside()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await own.OnServerAsync("ALTER DATABASE {name} ALLOW_CONNECTIONS false");
        var (status, said) = await ReadyAsync(own);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "failing"), (status, (string?)said["status"]));
        Assert.Equal("It can't be reached.", (string?)said["checks"]!["database"]!["says"]);
        Assert.DoesNotContain("own_", said.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Npgsql", said.ToJsonString(), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// The lanes' node is away, and the database itself is there: on one PostgreSQL the server can't work, and before a cluster it works
    /// for the merchants of the other nodes.
    /// </summary>
    [Theory]
    [InlineData(false, HealthStatus.Unhealthy)]
    [InlineData(true, HealthStatus.Degraded)]
    public async Task Database_WhoseLanesReachNoNode_IsOutOfServiceUnlessItIsACluster(bool isCluster, HealthStatus expected)
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var shop = new Business(await own.MerchantAsync());
        var (proxy, database) = CuttingProxy.To(own.ConnectionString, _ => Cut.None);
        await using (proxy)
        await using (database)
        await using (var engine = new PaymentEngine(
            new PostgresStore(database), TimeProvider.System, new EngineOptions { Lanes = 1, Patience = TimeSpan.FromMilliseconds(200) }))
        {
            var proof = new WriteProof(own.Database, TimeProvider.System);
            var topology = new Topology(isCluster);
            using var outages = new OutageService(engine, proof, topology, TimeProvider.System, NullLogger<OutageService>.Instance);
            var check = new DatabaseCheck(proof, outages, topology);
            Assert.Equal(HealthStatus.Healthy, (await check.CheckHealthAsync(new(), Cancel)).Status);

            proxy.IsUp = false;
            await NoticePost.UntilAsync(async () =>
            {
                Assert.Equal(Refusal.Unavailable, Assert.Single((await engine.SubmitAsync(shop.Payment("A-1"))).Faults).Refusal);
                return (await check.CheckHealthAsync(new(), Cancel)).Status == expected;
            });
        }
    }

    private static System.Text.Json.JsonSerializerOptions Readable { get; } =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The health of a server on a database whose services have not begun.</summary>
    private async Task<(HttpStatusCode Status, JsonNode Said)> ReadyAsync(OwnBooks own)
    {
        var port = BooksFixture.FreePort();
        var address = $"http://127.0.0.1:{port}";
        await using var fresh = Storage.Database.Open(own.ConnectionString + ";Pooling=false");
        await using var engine = new PaymentEngine(new PostgresStore(fresh), TimeProvider.System, new EngineOptions { Lanes = 1 });
        await using var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, port, new PublicAddress(address), IsDemo: false), fresh, engine, books.Vault);
        await server.StartAsync(Cancel);
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri($"{address}/health/ready"), Cancel);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        var said = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancel))!;
        await server.StopAsync(Cancel);
        return (answer.StatusCode, said);
    }

    private static async Task ExecuteAsync(OwnBooks own, string sql)
    {
        await using var command = own.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
