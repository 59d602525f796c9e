using Npgsql;
using Quittance.Storage.Embedded;

namespace Quittance.Storage.Backups;

/// <summary>A database to try something on. It is gone when it is disposed; one whose maker was killed goes when the next is made.</summary>
public sealed class ScratchDatabase : IAsyncDisposable
{
    private const string DatabasePrefix = "quittance_scratch_";
    private const string FolderPrefix = "quittance-scratch-";

    private readonly Func<Task> _drop;

    private ScratchDatabase(string connectionString, Func<Task> drop) => (Source, _drop) = (Database.Open(connectionString), drop);

    /// <summary>Its connections.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>Makes one on an external server, beside the database that is named.</summary>
    /// <param name="connectionString">Connects to that database.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="BackupException">We may not make databases there.</exception>
    public static async Task<ScratchDatabase> BesideAsync(string connectionString, TimeProvider clock, CancellationToken cancel)
    {
        var name = ScratchLeftovers.NewName(DatabasePrefix, clock);
        try
        {
            await using (var server = Database.Open(connectionString))
                await ScratchLeftovers.DropDatabasesAsync(server, DatabasePrefix, clock, cancel);
            await OnServerAsync($"CREATE DATABASE {name}", cancel);
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new BackupException(
                "This user may make no databases there. Let it (ALTER ROLE … CREATEDB), or leave --database away: then an embedded PostgreSQL in a folder is used.", refused);
        }

        return new ScratchDatabase(
            new NpgsqlConnectionStringBuilder(connectionString) { Database = name }.ConnectionString,
            () => OnServerAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)", CancellationToken.None));

        async Task OnServerAsync(string sql, CancellationToken ends)
        {
            await using var server = Database.Open(connectionString);
            await using var command = server.CreateCommand(sql);
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(ends);
        }
    }

    /// <summary>Starts a PostgreSQL of our own in a new folder.</summary>
    /// <param name="parent">Where the folder goes; null for the system's place for temporary files.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="progress">Is told what takes a moment.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="EmbeddedPostgresException">It does not start.</exception>
    public static async Task<ScratchDatabase> EmbeddedAsync(string? parent, TimeProvider clock, IProgress<string>? progress, CancellationToken cancel)
    {
        var place = Path.GetFullPath(parent ?? Path.GetTempPath());
        await ScratchLeftovers.RemoveFoldersAsync(place, FolderPrefix, clock, cancel);
        var folder = Path.Combine(place, ScratchLeftovers.NewName(FolderPrefix, clock));
        try
        {
            var postgres = await EmbeddedPostgres.StartAsync(folder, progress, cancel);
            return new ScratchDatabase(postgres.ConnectionString, async () =>
            {
                await postgres.DisposeAsync();
                Directory.Delete(folder, recursive: true);
            });
        }
        catch
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        await _drop();
    }
}
