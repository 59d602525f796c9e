using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Storage.Lanes;
using Quittance.Storage.Sealing;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Verification;

namespace Quittance.Tests.Running;

/// <summary>A database of a test's own on the PostgreSQL that all share: for tests that break connections or stop the world.</summary>
internal sealed class OwnBooks : IAsyncDisposable
{
    private readonly BooksFixture _shared;
    private readonly string _name;

    private OwnBooks(BooksFixture shared, string name)
    {
        (_shared, _name, ConnectionString) = (shared, name, shared.ConnectionStringOf(name));
        Database = Storage.Database.Open(ConnectionString);
        BlockKeys.Use(Database, RunningProgram.MasterKeyOfExternalDatabases.Blocks);
    }

    public string ConnectionString { get; }

    public NpgsqlDataSource Database { get; }

    public static async Task<OwnBooks> CreateAsync(BooksFixture books)
    {
        var name = $"own_{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}";
        await books.CreateDatabaseAsync(name);
        return new OwnBooks(books, name);
    }

    public Task<MerchantId> MerchantAsync() => new Merchants(Database, TimeProvider.System).CreateAsync("Test", CancellationToken.None);

    public PaymentEngine Engine(int lanes = 2, int batchLimit = 1024) => Engine(Database, lanes, batchLimit);

    public static PaymentEngine Engine(NpgsqlDataSource database, int lanes = 2, int batchLimit = 1024) =>
        new(new PostgresStore(database), TimeProvider.System, new EngineOptions
        {
            Lanes = lanes,
            BatchLimit = batchLimit,
            // As for the shared books: what takes long on a busy machine is not for that reason out of reach.
            Patience = TimeSpan.FromSeconds(60),
        });

    /// <summary>Does something on the server that is not on this database.</summary>
    public Task OnServerAsync(string sql) => _shared.OnServerAsync(sql.Replace("{name}", _name));

    /// <summary>Kills one backend of this database that is not idle; how many were found.</summary>
    public async Task<int> KillBackendAtWorkAsync() => (int)await _shared.SumAsync(
        $"""
        SELECT count(pg_terminate_backend(pid)) FROM (
            SELECT pid FROM pg_stat_activity
             WHERE datname = '{_name}' AND application_name = 'quittance' AND state <> 'idle' LIMIT 1) AS at_work
        """);

    public async Task<long> CountAsync(string table)
    {
        await using var command = Database.CreateCommand($"SELECT count(*) FROM {table}");
        return (long)(await command.ExecuteScalarAsync(CancellationToken.None))!;
    }

    /// <summary>How many statements on this database wait for a lock.</summary>
    public Task<long> WaitingAsync() =>
        _shared.SumAsync($"SELECT count(*) FROM pg_stat_activity WHERE datname = '{_name}' AND wait_event_type = 'Lock'");

    public async Task<IReadOnlyList<Guid>> PaymentsAsync()
    {
        List<Guid> payments = [];
        await using var command = Database.CreateCommand("SELECT id FROM payment ORDER BY id");
        await using var reader = await command.ExecuteReaderAsync(CancellationToken.None);
        while (await reader.ReadAsync(CancellationToken.None))
            payments.Add(reader.GetGuid(0));
        return payments;
    }

    public Task AssertCleanAsync() => AssertCleanAsync(Database);

    public static async Task AssertCleanAsync(NpgsqlDataSource database)
    {
        foreach (var report in await new Verifier(database).VerifyAsync(null, CancellationToken.None))
            Assert.True(report.IsClean, string.Join('\n', report.Differences.SelectMany(d => d.Examples.Prepend(d.Rule))));
    }

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        await _shared.OnServerAsync($"DROP DATABASE {_name} WITH (FORCE)");
    }
}
