using Npgsql;
using Quittance.Storage;
using Quittance.Storage.Embedded;
using Quittance.Storage.Migrating;
using Quittance.Tests.Simulation.Running;

[assembly: AssemblyFixture(typeof(SimulationBooks))]

namespace Quittance.Tests.Simulation.Running;

/// <summary>
/// One PostgreSQL for the whole run, with a database for each worker, since recovery and notices look for what is due in all of it. The
/// simulation kills processes and never the machine, so the server need not wait for the disk.
/// </summary>
public sealed class SimulationBooks : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("quittance-simulation-").FullName;
    private EmbeddedPostgres _postgres = null!;
    private NpgsqlDataSource _server = null!;
    private readonly SemaphoreSlim _copying = new(1);
    private readonly Lazy<Task<string>> _empty;
    private int _databases;

    public SimulationBooks() => _empty = new(async () =>
    {
        var name = $"simulation_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync($"CREATE DATABASE {name}");
        await using var database = OpenOf(name);
        await Migrations.OfThisVersion.ApplyAsync(database, TimeProvider.System, CancellationToken.None);
        return name;
    });

    public async ValueTask InitializeAsync()
    {
        await EmbeddedPostgres.AlterAsync(
            _folder, ["ALTER ROLE quittance CREATEDB", "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off"]);
        _postgres = await EmbeddedPostgres.StartAsync(_folder);
        _server = Database.Open(_postgres.ConnectionString);
    }

    /// <summary>An own database with an empty schema.</summary>
    public async Task<NpgsqlDataSource> CreateAsync()
    {
        var name = $"simulation_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync($"CREATE DATABASE {name}");
        var database = OpenOf(name);
        await Migrations.OfThisVersion.ApplyAsync(database, TimeProvider.System, CancellationToken.None);
        return database;
    }

    /// <summary>A copy of a database, as a backup has it. No one may be connected with the database.</summary>
    public async Task<string> CopyAsync(string name)
    {
        var copy = $"simulation_{Interlocked.Increment(ref _databases)}";
        // A connection that was closed may take a moment to end.
        await _copying.WaitAsync();
        try
        {
            await ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
            await ExecuteAsync($"CREATE DATABASE {copy} TEMPLATE {name}");
        }
        finally
        {
            _copying.Release();
        }

        return copy;
    }

    /// <summary>The name of a database with an empty schema, to copy.</summary>
    public Task<string> EmptyAsync() => _empty.Value;

    public Task DropAsync(string name) => ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");

    public NpgsqlDataSource OpenOf(string name) => Database.Open(
        new NpgsqlConnectionStringBuilder(_postgres.ConnectionString)
        {
            Database = name,
            MaxAutoPrepare = 500,
            // Patient: the simulation breaks connections itself, and a busy machine must not.
            Timeout = 60,
        }.ConnectionString);

    public async ValueTask DisposeAsync()
    {
        _copying.Dispose();
        await _server.DisposeAsync();
        await _postgres.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _server.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
