using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Engine;
using Quittance.Dialects.Http;
using Quittance.Dialects.Tmf676;
using Quittance.Host;
using Quittance.Storage;
using Quittance.Storage.Lanes;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Quittance.Tests.Running;

namespace Quittance.Tests.Standby;

/// <summary>A server with one lane on a primary, and a shop that sends it payments in cash.</summary>
internal sealed class StandbyServer : IAsyncDisposable
{
    private const string Token = "qt_the token of a shop whose primary is lost";

    private readonly NpgsqlDataSource _database;
    private readonly PaymentEngine _engine;
    private readonly WebApplication _server;
    private readonly HttpClient _client;

    private StandbyServer(NpgsqlDataSource database, PaymentEngine engine, WebApplication server, HttpClient client) =>
        (_database, _engine, _server, _client) = (database, engine, server, client);

    /// <summary>The shop, with its credential.</summary>
    public static async Task CreateShopAsync(NpgsqlDataSource database)
    {
        var merchants = new Merchants(database, TimeProvider.System);
        var shop = await merchants.CreateAsync("Shop", CancellationToken.None);
        var installation = await merchants.InstallAsync(shop, "tmf676", Currency.Parse("EUR"), CancellationToken.None);
        await merchants.EnsureCredentialAsync(
            installation, CredentialKind.Bearer, "test", Token, [Tmf676Routes.ReadScope, Tmf676Routes.WriteScope], CancellationToken.None);
        SecretWatch.OfTheRun.Add([Token]);
    }

    public static async Task<StandbyServer> StartAsync(string connectionString, Action<ILoggingBuilder>? logTo = null)
    {
        var database = Database.Open(connectionString);
        var key = MasterKey.Parse(RunningProgram.MasterKeyOfExternal, "The test");
        var vault = await PostgresVault.OpenAsync(database, key, TimeProvider.System, CancellationToken.None);
        var engine = new PaymentEngine(new PostgresStore(database), TimeProvider.System, new EngineOptions { Lanes = 1 });
        var port = BooksFixture.FreePort();
        var address = new Uri($"http://127.0.0.1:{port}");
        var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, port, new PublicAddress($"http://127.0.0.1:{port}"), IsDemo: false), database, engine,
            vault, logTo);
        await server.StartAsync();
        return new StandbyServer(database, engine, server, new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(2) });
    }

    /// <summary>Whether the server logs what a part of it says for information.</summary>
    public bool LogsInformationOf<T>() => _server.Services.GetRequiredService<ILogger<T>>().IsEnabled(LogLevel.Information);

    /// <summary>Sends a payment; the status of the answer, and the id of the payment where it was taken.</summary>
    public Task<(HttpStatusCode Status, Guid? Payment)> PayAsync(string account, string key) =>
        PayUntilAsync(account, key, TestContext.Current.CancellationToken);

    /// <summary>Sends a payment, and hangs up when its client does not wait any more.</summary>
    public async Task<(HttpStatusCode Status, Guid? Payment)> PayUntilAsync(string account, string key, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/paymentManagement/v4/payment")
        {
            Headers = { { "Authorization", $"Bearer {Token}" }, { "Idempotency-Key", key } },
            Content = new StringContent(
                $$$"""{"account":{"id":"{{{account}}}"},"paymentMethod":{"@type":"Cash"},"totalAmount":{"unit":"EUR","value":60.50}}""",
                Encoding.UTF8, "application/json"),
        };
        using var answer = await _client.SendAsync(request, cancel);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancel));
        return (answer.StatusCode, answer.StatusCode == HttpStatusCode.Created ? body.RootElement.GetProperty("id").GetGuid() : null);
    }

    /// <summary>Whether the server says that it can do its work, and what it says of its database.</summary>
    public async Task<(HttpStatusCode Status, string Database)> ReadyAsync()
    {
        using var answer = await _client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return (answer.StatusCode, body.RootElement.GetProperty("checks").GetProperty("database").GetProperty("says").GetString()!);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.StopAsync();
        await _server.DisposeAsync();
        await _engine.DisposeAsync();
        await _database.DisposeAsync();
    }
}
