using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Corrections;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Host.Demo;
using Quittance.Host.Webhooks;
using Quittance.Providers;
using Quittance.Sandbox;
using Quittance.Storage.Embedded;
using Quittance.Storage.Lanes;
using Quittance.Storage.Migrating;
using Quittance.Storage.Providers;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Quittance.Storage.Verification;
using Quittance.Tests.OpenApi;
using Quittance.Tests.Running;

[assembly: AssemblyFixture(typeof(BooksFixture))]

// Tests mostly wait: for providers, browsers and other programs.
[assembly: CollectionBehavior(MaxParallelThreads = 5)]

namespace Quittance.Tests.Running;

/// <summary>
/// One PostgreSQL and one server for the whole run: the real thing over real HTTP, with the demo's data. Tests share
/// it and so work on accounts of their own.
/// </summary>
public sealed class BooksFixture : IAsyncLifetime
{
    private const int FirstPort = 10_000;
    private const int PortCount = 10_000;

    private static int _ports = Environment.ProcessId * 31;

    // Short, so that no test waits long for a provider that answers nothing.
    private static readonly TimeSpan ProviderTimeout = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<MerchantId, bool> _falsified = new();
    private readonly Lock _emptyBooksGate = new();
    private Task<string>? _emptyBooks;
    private readonly string _folder = Directory.CreateTempSubdirectory("quittance-tests-").FullName;
    private Cluster? _cluster;
    private string _sharedName = "";
    private EmbeddedPostgres? _postgres;
    private WebApplication _server = null!;
    private SandboxServer _sandbox = null!;
    private IDisposable _spans = null!;
    private NpgsqlDataSource _verifying = null!;

    /// <summary>Patient: many servers start beside each other here, and a new connection waits for a processor.</summary>
    public string ConnectionString => $"{_cluster?.ConnectionStringOf(_sharedName) ?? _postgres!.ConnectionString};Timeout=60";

    /// <summary>
    /// Settings of connections that run some hundred statements for many merchants. Npgsql forgets a statement that it has met once when it
    /// has met a hundred others, and PostgreSQL plans a statement anew for its first values. A cluster needs the value: it names the node.
    /// </summary>
    public string PlansOnce =>
        $"Max Auto Prepare=1000;Auto Prepare Min Usages=1{(_cluster is null ? ";Options=-c plan_cache_mode=force_generic_plan" : "")}";

    public NpgsqlDataSource Database { get; private set; } = null!;

    public PaymentEngine Engine { get; private set; } = null!;

    /// <summary>The vault of all tests that need none of their own.</summary>
    public IVault Vault { get; private set; } = null!;

    /// <summary>Demo Company, which takes cards at the sandbox.</summary>
    public MerchantId DemoCompany { get; private set; }

    /// <summary>The payment provider.</summary>
    public Uri Sandbox => _sandbox.Address;

    public Merchants Merchants => new(Database, TimeProvider.System);

    /// <summary>The server, in demo mode, on Demo Company's books.</summary>
    public Uri Address { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    /// <summary>The dialects that the server speaks.</summary>
    public IReadOnlyList<Dialect> Dialects => _server.Services.GetRequiredService<IReadOnlyList<Dialect>>();

    /// <summary>A part of the server.</summary>
    internal T PartOf<T>()
        where T : notnull => _server.Services.GetRequiredService<T>();

    /// <summary>Every route of the server, from its own list.</summary>
    public IEnumerable<RouteEndpoint> Routes =>
        _server.Services.GetRequiredService<IEnumerable<EndpointDataSource>>()
            .SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    /// <summary>Every write operation of every dialect.</summary>
    public IReadOnlyList<RouteEndpoint> WritingRoutes => [.. Routes.Where(endpoint => endpoint.Metadata.GetMetadata<Writes>() is not null)];

    public async ValueTask InitializeAsync()
    {
        TypedCommand.RouteConsole();
        _cluster = await Cluster.OfVariableAsync();
        if (_cluster is null)
        {
            _postgres = await StartForManyAsync(_folder);
        }
        else
        {
            _sharedName = $"shared_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
            await CreateDatabaseAsync(_sharedName);
        }

        Database = Storage.Database.Open(ConnectionString);
        // All tables and all merchants of the run: some statements take longer than a server's would.
        _verifying = Storage.Database.Open($"{ConnectionString};Command Timeout=600;{PlansOnce}");
        await Migrations.OfThisVersion.ApplyAsync(Database, TimeProvider.System, CancellationToken.None);
        // Several tests, their servers and browsers share the machine: what takes long is not for that reason out of reach.
        var options = new EngineOptions
        {
            Lease = 3 * ProviderTimeout,
            Patience = TimeSpan.FromSeconds(60),
            FollowUp = FollowMerge.After,
        };
        Engine = new PaymentEngine(new PostgresStore(Database), TimeProvider.System, options);
        var masterKey = RunningProgram.MasterKeyOfExternalDatabases;
        Vault = await PostgresVault.OpenAsync(Database, masterKey, TimeProvider.System, CancellationToken.None);
        DemoCompany = await DemoData.FillInAsync(Database, Engine, Vault, TimeProvider.System, CancellationToken.None);
        _sandbox = await SandboxServer.StartAsync(
            new SandboxOptions { LateBy = TimeSpan.FromMilliseconds(100), AnswerLateBy = TimeSpan.FromMilliseconds(200) });
        await DemoSandbox.ConnectAsync(
            new ProviderAccounts(Database, Vault, TimeProvider.System), DemoCompany, _sandbox.Address, CancellationToken.None);
        var account = await new ProviderAccounts(Database, Vault, TimeProvider.System)
            .FindAsync(DemoCompany, "sandbox", CancellationToken.None);
        SecretWatch.OfTheRun.Add(
            [masterKey.ToBase64(), account!.ApiKey, .. account.NoticeKeys, .. DemoCredentials.Secrets.Where(IsNoName)]);
        _spans = SecretWatch.OfTheRun.ListenToSpans();
        var port = FreePort();
        Address = new Uri($"http://127.0.0.1:{port}");
        _server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, port, new PublicAddress($"http://127.0.0.1:{port}"), IsDemo: true)
            {
                ProviderTimeouts = new ProviderTimeouts { Total = ProviderTimeout },
                Attempts = new AttemptSchedule { FirstPause = TimeSpan.FromMilliseconds(500) },
                Webhooks = new WebhookSettings { AllowsPrivateNetworks = true },
                // All tests come from one address.
                SignInLimit = int.MaxValue,
                LinkProofLimit = int.MaxValue,
                AccountAskLimit = int.MaxValue,
                CardTries = CardTryLimits.None,
            },
            Database, Engine, Vault, SecretWatch.OfTheRun.LogTo);
        await _server.StartAsync();
        await Contracts.OfTheRun.LoadAsync(Address, Dialects);
        Client = new HttpClient(new DescribedAnswers(new WatchedAnswers(SecretWatch.OfTheRun)))
        {
            BaseAddress = Address,
            Timeout = NoticePost.Patience,
        };
    }

    /// <summary>Some of the demo's secrets are its clients' names too, which everybody may see.</summary>
    private static bool IsNoName(string secret) =>
        !DemoCredentials.Clients.Any(client => client.Name.Contains(secret, StringComparison.Ordinal));

    /// <summary>One PostgreSQL for all the servers that tests start beside each other: more of them than a merchant ever has.</summary>
    private static async Task<EmbeddedPostgres> StartForManyAsync(string folder)
    {
        // Tests make databases, and change rows behind the schema's back.
        await EmbeddedPostgres.AlterAsync(
            folder,
            [
                "ALTER ROLE quittance SUPERUSER", "ALTER SYSTEM SET max_connections = 400", .. DemoFolder.WithoutWaitingForTheDisk,
                DemoFolder.OfLittleMemory,
            ]);
        return await EmbeddedPostgres.StartAsync(folder);
    }

    /// <summary>The name of a database with the schema and nothing else, to copy.</summary>
    public Task<string> EmptyBooksAsync()
    {
        lock (_emptyBooksGate)
            return _emptyBooks ??= CreateAsync();

        async Task<string> CreateAsync()
        {
            if (_cluster is not null)
            {
                var ofRun = $"empty_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
                await _cluster.CreateTemplateAsync(ofRun);
                return ofRun;
            }

            const string name = "empty_books";
            await using (var create = Database.CreateCommand($"CREATE DATABASE {name}"))
                await create.ExecuteNonQueryAsync(CancellationToken.None);
            await using var empty = Storage.Database.Open(ConnectionStringOf(name));
            await Migrations.OfThisVersion.ApplyAsync(empty, TimeProvider.System, CancellationToken.None);
            return name;
        }
    }

    /// <summary>
    /// Makes a database with the schema and nothing else. The files are copied: by itself PostgreSQL writes each page to its log too.
    /// </summary>
    public async Task CreateDatabaseAsync(string name) =>
        await OnServerAsync($"CREATE DATABASE {name} TEMPLATE {await EmptyBooksAsync()} STRATEGY file_copy");

    /// <summary>Runs a statement that is not of one database.</summary>
    public async Task OnServerAsync(string sql)
    {
        if (_cluster is not null)
        {
            await _cluster.OnNodesAsync(sql);
            return;
        }

        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>What a statement that is not of one database counts on the server, or on all nodes of the cluster.</summary>
    public async Task<long> SumAsync(string sql)
    {
        if (_cluster is not null)
            return await _cluster.SumAsync(sql);
        await using var command = Database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync(CancellationToken.None))!;
    }

    /// <summary>How a database of the same server is reached.</summary>
    public string ConnectionStringOf(string database) =>
        new NpgsqlConnectionStringBuilder(ConnectionString) { Database = database }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        try
        {
            await EndAsync(isEndOfRun: true);
        }
        catch (Exception failure)
        {
            // The runner says only that the end of the run failed.
            await File.WriteAllTextAsync(Path.Combine(AppContext.BaseDirectory, "end-of-run.txt"), $"{failure}", CancellationToken.None);
            throw;
        }
    }

    /// <summary>Stops the server, and proves all books.</summary>
    /// <param name="isEndOfRun">False for a second one beside the run's own.</param>
    internal async ValueTask EndAsync(bool isEndOfRun)
    {
        ConcurrentBag<VerificationReport> reports = [];
        Client.Dispose();
        await _server.StopAsync();
        await _server.DisposeAsync();
        await _sandbox.DisposeAsync();
        await Engine.DisposeAsync();
        _spans.Dispose();
        await Database.DisposeAsync();
        await using (_verifying)
        {
            var looking = isEndOfRun ? SecretWatch.OfTheRun.LookAtTablesAsync(_verifying) : Task.CompletedTask;
            var merchants = await new Merchants(_verifying, TimeProvider.System).ListAsync(CancellationToken.None);
            await Parallel.ForEachAsync(merchants.Select(merchant => merchant.Id), async (merchant, cancel) =>
            {
                foreach (var report in await new Verifier(_verifying, keepsPlans: true).VerifyAsync(merchant, cancel))
                    reports.Add(report);
            });
            await looking;
        }

        if (_postgres is not null)
            await _postgres.DisposeAsync();
        if (_cluster is not null)
        {
            await _cluster.OnNodesAsync($"DROP DATABASE {_sharedName} WITH (FORCE)");
            await _cluster.OnNodesAsync($"DROP DATABASE {await EmptyBooksAsync()} WITH (FORCE)");
        }

        Directory.Delete(_folder, recursive: true);
        if (isEndOfRun)
        {
            await DemoFolder.DeleteAsync();
            TypedCommand.DeleteKey();
            // At the very end of the run, and of all its tests.
            SecretWatch.OfTheRun.AssertNothingSeen();
        }

        AssertClean(reports);
    }

    /// <summary>
    /// Proves the books of one merchant, Demo Company where a test names none. The end of the run proves all merchants' books.
    /// </summary>
    public async Task AssertBooksAreCleanAsync(MerchantId? merchant = null) =>
        AssertClean(
            await new Verifier(_verifying, keepsPlans: true).VerifyAsync(merchant ?? DemoCompany, TestContext.Current.CancellationToken));

    /// <summary>Holds every report to be clean but those of merchants whose books a test falsifies.</summary>
    private void AssertClean(IEnumerable<VerificationReport> reports)
    {
        foreach (var report in reports.Where(report => !_falsified.ContainsKey(report.Merchant)))
        {
            Assert.True(
                report.IsClean,
                $"{report.Name} "
                    + $"({report.Merchant.Value}):\n{string.Join('\n', report.Differences.SelectMany(d => d.Examples.Prepend(d.Rule)))}");
        }
    }

    /// <summary>Adds to a total without a booking. From then on no other check vouches for the merchant's books.</summary>
    public async Task FalsifyAsync(MerchantId merchant, Guid ledgerAccount)
    {
        _falsified.TryAdd(merchant, true);
        Assert.NotNull(await ScalarAsync(
            "UPDATE ledger_account SET debits_minor = debits_minor + 1 WHERE merchant_id = $1 AND id = $2 RETURNING 1", merchant.Value,
            ledgerAccount));
    }

    /// <summary>Moves a payment, or all of a merchant's payments or refunds, to another time, with their events.</summary>
    /// <param name="table">Payments or refunds.</param>
    /// <param name="to">The time as SQL, which may name <c>status_at</c>.</param>
    /// <param name="number">The number of the only one; null for all.</param>
    public async Task MoveAsync(string table, MerchantId merchant, string to, long? number = null)
    {
        Assert.NotNull(await ScalarAsync(
            $"""
            WITH moved AS (UPDATE {table} SET status_at = {to} WHERE merchant_id = $1 AND $2 IN (number, 0) RETURNING id, status_at)
            UPDATE event e SET occurred_at = m.status_at, booked_on = (m.status_at AT TIME ZONE 'UTC')::date
              FROM moved m WHERE e.merchant_id = $1 AND e.subject_id = m.id RETURNING 1
            """,
            merchant.Value, number ?? 0));
        // The server may be adding up its hours: what it has written by now is of the time before, and it begins anew.
        await using var connection = await Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var forget = new NpgsqlBatch(connection, transaction);
        foreach (var sql in new[]
            {
                "LOCK TABLE checkpoint IN SHARE ROW EXCLUSIVE MODE", $"DELETE FROM checkpoint WHERE merchant_id = {merchant.Value}",
                $"DELETE FROM checkpoint_total WHERE merchant_id = {merchant.Value}",
            })
        {
            forget.BatchCommands.Add(new NpgsqlBatchCommand(sql));
        }

        await forget.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await transaction.CommitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The first column of the first row; null where there is none. What it changes is sealed.</summary>
    public async Task<object?> ScalarAsync(string sql, params object[] parameters)
    {
        if (SealedSql.Writes(sql))
        {
            // Reading all merchants of the run before and after each change would take longer with each test.
            Assert.True(SealedSql.MerchantOf(sql, parameters) is not null, $"A change of the shared books names its merchant as $1: {sql}");
            return await SealedSql.ScalarAsync(Database, sql, parameters);
        }

        await using var command = Database.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>
    /// A port that no program has, and that no other test of the run gets, so that a program can come back to it. It is below those that
    /// the system gives to outgoing connections, of which the tests open many; a demo has one for its sandbox, 10,000 above its own.
    /// </summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = FirstPort + (int)((uint)Interlocked.Increment(ref _ports) % PortCount);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's.
            }
        }
    }
}
