using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Sandbox;
using Quittance.Storage.Providers;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Quittance.Tests.Running;

namespace Quittance.Tests.Faults;

/// <summary>The request that stands still at the provider when the server is killed.</summary>
/// <param name="Verb">The verb of the request to the provider; null for its look-ups.</param>
/// <param name="Answers">Whether they have been decided, and only their answers stand still.</param>
/// <param name="GoesOn">Whether the answers are let through just before, so that they are being taken in.</param>
/// <param name="CutsCommits">Whether the database is cut off at its commits then.</param>
internal sealed record KillStop(Verb? Verb, bool Answers, bool GoesOn = false, bool CutsCommits = false);

/// <summary>
/// A merchant's server as a process that can be killed, with a payment provider that outlives it, a proxy between them, and another one
/// before the database.
/// </summary>
internal sealed class KilledServer : IAsyncDisposable
{
    private static readonly TimeSpan SettlesWithin = TimeSpan.FromSeconds(90);

    // Less than the provider's time-out, so that what stands still is still waited for.
    private static readonly TimeSpan StandsFor = TimeSpan.FromMilliseconds(800);

    // Several share one PostgreSQL.
    private const int Connections = 12;

    private readonly OwnBooks _own;
    private readonly string _folder = Directory.CreateTempSubdirectory("quittance-killed-").FullName;
    private readonly int _port = BooksFixture.FreePort();
    private readonly CuttingProxy _cutting;
    private readonly NpgsqlDataSource _behindCutting;
    private bool _isCutting;
    private SandboxServer _sandbox = null!;
    private ProviderAccount _account = null!;
    private RunningProgram? _server;

    private KilledServer(OwnBooks own, KilledProvider provider)
    {
        (_own, Provider) = (own, provider);
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}"), Timeout = TimeSpan.FromSeconds(30) };
        (_cutting, _behindCutting) = CuttingProxy.To(own.ConnectionString, _ => _isCutting ? (Cut)Random.Shared.Next(1, 4) : Cut.None);
    }

    /// <summary>Where the one merchant takes money.</summary>
    public KilledProvider Provider { get; }

    public SteppingProxy Proxy { get; private set; } = null!;

    private Uri ProviderAddress => new(_sandbox.Address, Provider.Holds ? "stripe/" : "");

    public PostgresVault Vault { get; private set; } = null!;

    public MerchantId Merchant { get; private set; }

    /// <summary>Reaches the server, whenever it runs.</summary>
    public HttpClient Client { get; }

    public OwnBooks Books => _own;

    public Merchants Merchants => new(_own.Database, TimeProvider.System);

    /// <summary>The merchants' accounts at providers, read anew.</summary>
    public ProviderAccounts Accounts => new(_own.Database, Vault, TimeProvider.System);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <param name="provider">Where the merchant takes money; the sandbox unless said.</param>
    public static async Task<KilledServer> CreateAsync(BooksFixture books, KilledProvider? provider = null)
    {
        var server = new KilledServer(await OwnBooks.CreateAsync(books), provider ?? KilledProvider.Sandbox);
        await server.StartSandboxAsync();
        server.Proxy = await SteppingProxy.ToAsync(server._sandbox.Address);
        server.Merchant = await server._own.MerchantAsync();
        server.Vault = await PostgresVault.OpenAsync(
            server._own.Database, MasterKey.Parse(RunningProgram.MasterKeyOfExternal, "The test"), TimeProvider.System, Cancel);
        server._account = await server.Provider.ConnectAsync(
            server.Accounts, server.Merchant, server.Proxy.Address, server.Client.BaseAddress!, Cancel);
        SecretWatch.OfTheRun.Add([.. server._account.NoticeKeys]);
        return server;
    }

    /// <summary>Starts the server.</summary>
    /// <param name="providerTimeoutSeconds">How long it waits for the provider.</param>
    /// <param name="isCut">Whether it is to be cut off from its database.</param>
    public async Task StartAsync(int providerTimeoutSeconds = 1, bool isCut = false) => _server = await RunningProgram.StartAsync(
        "serve", "--port", $"{_port}", "--provider-timeout", $"{providerTimeoutSeconds}", "--database",
        $"{(isCut ? _cutting.ConnectionString : _own.ConnectionString)};Maximum Pool Size={Connections}");

    public async Task KillAsync()
    {
        await _server!.KillAsync();
        await _server.DisposeAsync();
        _server = null;
    }

    /// <summary>Stops what the provider is asked for from now on, or the answers to it.</summary>
    /// <param name="verb">The verb of the request; null for its look-ups.</param>
    public SteppingProxy.Gate Stop(Verb? verb, bool answers) => Proxy.Stop(request => Provider.Asks(request, verb), answers);

    /// <summary>Begins something with the running server, and kills it in the middle. Returns what still stands at the stop.</summary>
    public async Task<SteppingProxy.Gate> KillAtAsync(KillStop stop, Func<Task> begin)
    {
        var gate = Stop(stop.Verb, stop.Answers);
        var begun = begin();
        await gate.UntilQuietAsync(StandsFor);
        if (stop.GoesOn)
        {
            _isCutting = stop.CutsCommits;
            gate.Open();
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(40)), TimeProvider.System, Cancel);
        }

        await KillAsync();
        _isCutting = false;
        await begun;
        Proxy.LetPass();
        return gate;
    }

    /// <summary>
    /// Begins something that asks no provider, and kills the running server, which must have been started to be cut off, in the middle:
    /// what was sent to the database may or may not be committed.
    /// </summary>
    public async Task KillAtCommitsAsync(Func<Task> begin)
    {
        var before = _cutting.Commits;
        _isCutting = true;
        var begun = begin();
        await NoticePost.UntilAsync(() => Task.FromResult(_cutting.Commits > before));
        await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(40)), TimeProvider.System, Cancel);
        await KillAsync();
        _isCutting = false;
        await begun;
    }

    /// <summary>The instrument as the merchant's provider charges it.</summary>
    public Task<InstrumentSecret> EnterAsync(InstrumentSecret secret) => Provider.EnterAsync(secret, _account, ProviderAddress, Cancel);

    /// <summary>The rows that a query of the books finds, as texts.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(string sql)
    {
        await using var command = _own.Database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        List<string> found = [];
        while (await reader.ReadAsync(Cancel))
            found.Add(reader.GetString(0));
        return found;
    }

    /// <summary>
    /// Starts the server anew, and the provider where it outlives that. The provider sends the notices at once that it could not send while
    /// no server listened. Those that were on their way may be lost, or arrive a little later, when the server asks again: wait for that.
    /// </summary>
    public async Task<Task> StartAnewAsync(SteppingProxy.Gate? gate)
    {
        await StartAsync();
        if (Provider.Outlives)
        {
            await _sandbox.DisposeAsync();
            await StartSandboxAsync();
            Proxy.Provider = _sandbox.Address;
        }

        return Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(4000)), TimeProvider.System, Cancel)
            .ContinueWith(_ => gate?.Open(() => Random.Shared.Next(2) == 0), Cancel, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <summary>
    /// Does something again and again until there is a last word, which it returns; the word before when that takes too long.
    /// </summary>
    public static async Task<ClientAnswer?> PatientlyAsync(Func<Task<ClientAnswer?>> does)
    {
        var clock = TimeProvider.System;
        for (var until = clock.GetUtcNow() + SettlesWithin; ;)
        {
            var report = await does();
            if (report is { IsLast: true } || clock.GetUtcNow() > until)
                return report;
            await Task.Delay(TimeSpan.FromMilliseconds(500), clock, Cancel);
        }
    }

    /// <summary>Gives money of a payment back at the provider, past our books.</summary>
    public async Task RefundElsewhereAsync(Guid payment, long amountMinor)
    {
        await using var find = _own.Database.CreateCommand("SELECT id FROM attempt WHERE payment_id = $1 AND verb = 'authorise'");
        find.Parameters.Add(new() { Value = payment });
        var authorisation = await find.ExecuteScalarAsync(Cancel);
        using var client = new HttpClient { BaseAddress = _sandbox.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _account.ApiKey);
        using var answer = await client.PostAsJsonAsync(
            "/v1/refunds",
            new { id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), authorisation, amount_minor = amountMinor, currency = "USD" },
            Cancel);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The differences between our books and the provider's, and the unfinished work; none at the end.</summary>
    public async Task<IReadOnlyList<string>> DifferencesAsync(IReadOnlyList<Purchase> purchases)
    {
        using var client = new HttpClient { BaseAddress = _sandbox.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _account.ApiKey);
        using var theirs = JsonDocument.Parse(await client.GetStringAsync("/v1/books?limit=1000", Cancel));
        return await ProviderBooks.CompareAsync(_own.Database, Provider.Name, theirs.RootElement, purchases);
    }

    /// <summary>Waits until both books agree and nothing is under way any more, and verifies ours.</summary>
    public async Task AssertSettledAsync(string killedAt, IReadOnlyList<Purchase> purchases)
    {
        await AssertAgreedAsync(killedAt, purchases);
        var (exitCode, output, error) = await RunningProgram.RunAsync("verify", "--database", _own.ConnectionString);
        Assert.True(exitCode == 0, $"Killed at {killedAt}: {output}{error}");
    }

    /// <summary>Waits until both books agree and nothing is under way any more.</summary>
    public async Task AssertAgreedAsync(string killedAt, IReadOnlyList<Purchase> purchases)
    {
        var until = TimeProvider.System.GetUtcNow() + SettlesWithin;
        IReadOnlyList<string> differences;
        while ((differences = await DifferencesAsync(purchases)).Count > 0 && TimeProvider.System.GetUtcNow() < until)
            await Task.Delay(TimeSpan.FromMilliseconds(250), TimeProvider.System, Cancel);
        Assert.True(differences.Count == 0, $"Killed at {killedAt}:\n{string.Join('\n', differences)}");
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await KillAsync();
        Client.Dispose();
        await Proxy.DisposeAsync();
        await _sandbox.DisposeAsync();
        NpgsqlConnection.ClearAllPools();
        await _behindCutting.DisposeAsync();
        await _cutting.DisposeAsync();
        await _own.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartSandboxAsync() => _sandbox = await SandboxServer.StartAsync(new SandboxOptions
    {
        DataFolder = _folder,
        // Longer than an answer is waited for: what the provider tells late comes after its answer, or after the answer is lost.
        LateBy = TimeSpan.FromSeconds(2),
        AnswerLateBy = TimeSpan.FromMilliseconds(1500),
        NoAnswerFor = TimeSpan.FromSeconds(5),
    });
}
