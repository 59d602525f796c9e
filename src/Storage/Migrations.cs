using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Quittance.Storage;

/// <summary>
/// Brings a database to the schema of this version: plain files, each applied once, in order, in one transaction under an
/// advisory lock, so that servers which start together do not meet. A file that was applied must not change.
/// </summary>
public static class Migrations
{
    // "quittance" on a telephone's keys: any constant that nobody else is likely to lock.
    private const long Lock = 784888262;

    /// <summary>The migrations of this version, in their order.</summary>
    public static IReadOnlyList<Migration> All { get; } = Load();

    /// <summary>Applies what is missing. Returns what it applied.</summary>
    /// <exception cref="MigrationException">The database was made by another version, or an applied file has changed.</exception>
    public static async Task<IReadOnlyList<Migration>> ApplyAsync(NpgsqlDataSource database, TimeProvider clock, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await PrepareAsync(connection, cancel);
        var missing = Missing(await AppliedAsync(connection, cancel));
        await ApplyAsync(connection, missing, clock, cancel);
        await transaction.CommitAsync(cancel);
        return missing;
    }

    /// <summary>What <see cref="ApplyAsync(NpgsqlDataSource, TimeProvider, CancellationToken)"/> would apply. Changes nothing.</summary>
    /// <exception cref="MigrationException">The database was made by another version, or an applied file has changed.</exception>
    public static async Task<IReadOnlyList<Migration>> MissingAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await AnyAsync(connection, cancel) ? Missing(await AppliedAsync(connection, cancel)) : All;
    }

    /// <summary>Which of ours are not among those that were applied.</summary>
    /// <exception cref="MigrationException">One is unknown, or was applied with other contents.</exception>
    internal static IReadOnlyList<Migration> Missing(IReadOnlyList<AppliedMigration> applied)
    {
        foreach (var (number, name, hash) in applied)
        {
            var ours = All.FirstOrDefault(migration => migration.Number == number)
                ?? throw new MigrationException($"The database has migration {name}, which this version of Quittance does not know. Use the newer version.");
            if (ours.Hash != hash)
                throw new MigrationException($"Migration {name} was applied with other contents than this version has. The database was made by a version that was never released.");
        }

        return [.. All.Where(migration => applied.All(done => done.Number != migration.Number))];
    }

    /// <summary>Whether the database was ever migrated.</summary>
    internal static async Task<bool> AnyAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var known = new NpgsqlCommand("SELECT to_regclass('migration') IS NOT NULL", connection);
        return await known.ExecuteScalarAsync(cancel) is true;
    }

    /// <summary>What was applied, in order.</summary>
    internal static async Task<IReadOnlyList<AppliedMigration>> AppliedAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        List<AppliedMigration> applied = [];
        await using var command = new NpgsqlCommand("SELECT number, name, hash FROM migration ORDER BY number", connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
            applied.Add(new AppliedMigration(reader.GetInt32(0), reader.GetString(1), reader.GetString(2)));
        return applied;
    }

    /// <summary>Within a transaction: waits for whoever else migrates or restores.</summary>
    internal static Task LockAsync(NpgsqlConnection connection, CancellationToken cancel) =>
        ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({Lock})", cancel);

    /// <summary>Within a transaction: waits for whoever else migrates, and makes the table of what was applied.</summary>
    internal static async Task PrepareAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await LockAsync(connection, cancel);
        await ExecuteAsync(connection, """
            CREATE TABLE IF NOT EXISTS migration (
                number     int         PRIMARY KEY,
                name       text        NOT NULL,
                hash       text        NOT NULL,
                applied_at timestamptz NOT NULL
            )
            """, cancel);
    }

    /// <summary>Within a transaction that is prepared: applies migrations.</summary>
    internal static async Task ApplyAsync(NpgsqlConnection connection, IEnumerable<Migration> migrations, TimeProvider clock, CancellationToken cancel)
    {
        foreach (var migration in migrations)
        {
            await ExecuteAsync(connection, migration.Sql, cancel);
            await using var record = new NpgsqlCommand("INSERT INTO migration (number, name, hash, applied_at) VALUES ($1, $2, $3, $4)", connection);
            record.Parameters.Add(new NpgsqlParameter<int> { TypedValue = migration.Number });
            record.Parameters.Add(new NpgsqlParameter<string> { TypedValue = migration.Name });
            record.Parameters.Add(new NpgsqlParameter<string> { TypedValue = migration.Hash });
            record.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = clock.GetUtcNow().UtcDateTime });
            await record.ExecuteNonQueryAsync(cancel);
        }
    }

    // A large table takes its time, and half a migration is none.
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static List<Migration> Load()
    {
        const string Folder = "Quittance.Storage.Schema.";
        var assembly = Assembly.GetExecutingAssembly();
        return
        [
            .. assembly.GetManifestResourceNames()
                .Where(resource => resource.StartsWith(Folder, StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(resource =>
                {
                    using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
                    // The same file must have the same hash wherever it was checked out.
                    var sql = reader.ReadToEnd().ReplaceLineEndings("\n");
                    var name = resource[Folder.Length..];
                    return new Migration(int.Parse(name[..4]), name, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))), sql);
                }),
        ];
    }
}
