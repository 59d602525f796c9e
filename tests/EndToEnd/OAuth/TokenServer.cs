using System.Net;
using Microsoft.AspNetCore.Builder;
using Npgsql;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Storage.Vault;
using Quittance.Tests.Running;

namespace Quittance.Tests.OAuth;

/// <summary>A server of a test's own on books of its own, with a clock that the test moves.</summary>
internal sealed class TokenServer : IAsyncDisposable
{
    private readonly OwnBooks _books;
    private readonly WebApplication _server;

    private TokenServer(OwnBooks books, PaymentEngine engine, IVault vault, WebApplication server, Uri address, HandMovedClock clock)
    {
        (_books, Engine, Vault, _server, Clock) = (books, engine, vault, server, clock);
        Client = new HttpClient(new DescribedAnswers(new WatchedAnswers(SecretWatch.OfTheRun))) { BaseAddress = address };
    }

    public HandMovedClock Clock { get; }

    public HttpClient Client { get; }

    public PaymentEngine Engine { get; }

    public IVault Vault { get; }

    public NpgsqlDataSource Database => _books.Database;

    public string ConnectionString => _books.ConnectionString;

    public IServiceProvider Parts => _server.Services;

    /// <param name="port">Where it listens; null for any.</param>
    public static async Task<TokenServer> StartAsync(
        BooksFixture books, Func<ServerSettings, ServerSettings>? change = null, int? port = null)
    {
        var own = await OwnBooks.CreateAsync(books);
        var engine = own.Engine();
        var vault = await PostgresVault.OpenAsync(
            own.Database, RunningProgram.MasterKeyOfExternalDatabases, TimeProvider.System, TestContext.Current.CancellationToken);
        var clock = new HandMovedClock();
        var address = new Uri($"http://127.0.0.1:{port ?? BooksFixture.FreePort()}");
        var settings =
            new ServerSettings(IPAddress.Loopback, address.Port, new PublicAddress($"http://127.0.0.1:{address.Port}"), IsDemo: false);
        var server = HostedServer.Build(
            change?.Invoke(settings) ?? settings, own.Database, engine, vault, SecretWatch.OfTheRun.LogTo, clock);
        await server.StartAsync(TestContext.Current.CancellationToken);
        return new TokenServer(own, engine, vault, server, address, clock);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.StopAsync();
        await _server.DisposeAsync();
        await Engine.DisposeAsync();
        await SecretWatch.OfTheRun.LookAtTablesAsync(Database);
        await _books.DisposeAsync();
    }
}

/// <summary>A time that stands still until a test moves it.</summary>
internal sealed class HandMovedClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => Now;

    public void Pass(TimeSpan time) => Now += time;
}
