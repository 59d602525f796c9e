using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;
using Quittance.Storage.Embedded;

namespace Quittance.Storage.Backups;

/// <summary>
/// A database to try something on. It is gone when it is disposed; one whose maker was killed goes when the next is made.
/// </summary>
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
                "This user may make no databases there. Let it (ALTER ROLE … CREATEDB), or leave --database away: then an embedded "
                + "PostgreSQL in a folder is used.", refused);
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
    /// <exception cref="EmbeddedPostgresException">It does not start.</exception>
    public static async Task<ScratchDatabase> EmbeddedAsync(
        string? parent, TimeProvider clock, IProgress<string>? progress, CancellationToken cancel)
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

/// <summary>Scratch databases and folders of commands that were killed. The next command that needs one clears them away.</summary>
internal static partial class ScratchLeftovers
{
    // A scratch database has no connection until its command opens the first one.
    private static readonly TimeSpan OldEnough = TimeSpan.FromMinutes(10);

    /// <summary>A name for a new database or folder, which says when it was made.</summary>
    public static string NewName(string prefix, TimeProvider clock) => $"{prefix}{Guid.CreateVersion7(clock.GetUtcNow()):N}";

    /// <summary>Drops databases without connections. Databases of other users stay, and those that are in use after all.</summary>
    /// <param name="prefix">How their names begin.</param>
    public static async Task DropDatabasesAsync(NpgsqlDataSource server, string prefix, TimeProvider clock, CancellationToken cancel)
    {
        List<string> left = [];
        await using (var unused = server.CreateCommand(
            "SELECT d.datname::text FROM pg_database d WHERE starts_with(d.datname::text, $1) AND NOT EXISTS (SELECT FROM "
            + "pg_stat_activity a WHERE a.datid = d.oid)"))
        {
            unused.Parameters.Add(new NpgsqlParameter<string> { TypedValue = prefix });
            await using var row = await unused.ExecuteReaderAsync(cancel);
            while (await row.ReadAsync(cancel))
                left.Add(row.GetString(0));
        }

        foreach (var name in left.Where(name => IsOld(name, prefix, clock)))
        {
            try
            {
                await using var drop = server.CreateCommand($"DROP DATABASE IF EXISTS {BooksTables.Quoted(name)}");
                drop.CommandTimeout = 0;
                await drop.ExecuteNonQueryAsync(cancel);
            }
            catch (PostgresException refused) when (
                refused.SqlState is PostgresErrorCodes.ObjectInUse or PostgresErrorCodes.InsufficientPrivilege)
            {
                // Not left, or not ours to clear away.
            }
        }
    }

    /// <summary>Stops the servers in abandoned folders, and deletes the folders. Folders of other users stay.</summary>
    /// <param name="parent">Where they are.</param>
    /// <param name="prefix">How their names begin.</param>
    public static async Task RemoveFoldersAsync(string parent, string prefix, TimeProvider clock, CancellationToken cancel)
    {
        foreach (var folder in Directory.Exists(parent)
            ? Directory.GetDirectories(parent, $"{prefix}*", new EnumerationOptions { IgnoreInaccessible = true }) : [])
        {
            if (IsOld(Path.GetFileName(folder), prefix, clock))
                await EmbeddedPostgres.RemoveLeftAsync(folder, cancel);
        }
    }

    private static bool IsOld(string name, string prefix, TimeProvider clock) =>
        MadeAt().Match(name[prefix.Length..]) is { Success: true } made
        && DateTimeOffset.FromUnixTimeMilliseconds(
            long.Parse(made.Groups["milliseconds"].Value, NumberStyles.HexNumber,
            CultureInfo.InvariantCulture)) < clock.GetUtcNow() - OldEnough;

    // A version 7 UUID begins with its time; one above 0fff… is no time that we could have had.
    [GeneratedRegex("^(?<milliseconds>0[0-9a-f]{11})7[0-9a-f]{19}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MadeAt();
}
