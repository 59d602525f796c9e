using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Quittance.Storage.Migrating;

/// <summary>One step of the schema: a file in the folder <c>Schema</c>.</summary>
/// <param name="Number">Its place in the order.</param>
/// <param name="Name">Its file's name.</param>
/// <param name="Hash">SHA-256 of its text, in hexadecimal.</param>
/// <param name="Sql">Its text.</param>
public sealed record Migration(int Number, string Name, string Hash, string Sql)
{
    internal static Migration Of(string name, string sql) =>
        new(int.Parse(name[..4]), name, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))), sql);
}

/// <summary>A step of the schema that a database has.</summary>
/// <param name="Version">The version of Quittance that applied it; null for a version before the first release.</param>
public sealed record AppliedMigration(int Number, string Name, string Hash, string? Version);

/// <summary>The database can't be brought to this version's schema. The message is for the operator.</summary>
public sealed class MigrationException(string message) : Exception(message);

/// <summary>
/// Brings a database to the schema of this version: plain files, each applied once, in order, in one transaction under an
/// advisory lock, so that servers which start together wait for each other. A released file never changes.
/// </summary>
public sealed class Migrations(IReadOnlyList<Migration> all)
{
    // "quittance" on a telephone's keys: a constant that no other program is likely to lock.
    private const long Lock = 784888262;

    public static Migrations OfThisVersion { get; } = new(Load());

    /// <summary>The version of Quittance.</summary>
    public static string Version { get; } =
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>In their order.</summary>
    public IReadOnlyList<Migration> All => all;

    /// <summary>Applies the missing migrations and returns them.</summary>
    /// <exception cref="MigrationException">Another version made the database.</exception>
    public async Task<IReadOnlyList<Migration>> ApplyAsync(NpgsqlDataSource database, TimeProvider clock, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await PrepareAsync(connection, cancel);
        var missing = Missing(await AppliedAsync(connection, cancel));
        if (missing.Count == 0)
            return missing;
        await ApplyAsync(connection, missing, clock, cancel);
        // What the migrations have made belongs to the rest.
        if (await Distribution.IsDistributedAsync(connection, cancel))
            await Distribution.DistributeAsync(connection, cancel);
        await transaction.CommitAsync(cancel);
        return missing;
    }

    /// <summary>
    /// Applies the missing migrations and distributes the tables over a cluster of Citus, in one transaction. Returns the migrations, and
    /// how many tables were not distributed before.
    /// </summary>
    /// <exception cref="MigrationException">Another version made the database, or it can't be distributed.</exception>
    public async Task<(IReadOnlyList<Migration> Applied, int Distributed)> DistributeAsync(
        NpgsqlDataSource database, TimeProvider clock, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await Distribution.PrepareAsync(connection, cancel);
        await PrepareAsync(connection, cancel);
        var missing = Missing(await AppliedAsync(connection, cancel));
        await ApplyAsync(connection, missing, clock, cancel);
        var distributed = await Distribution.DistributeAsync(connection, cancel);
        await transaction.CommitAsync(cancel);
        return (missing, distributed);
    }

    /// <summary>The migrations that <see cref="ApplyAsync(NpgsqlDataSource, TimeProvider, CancellationToken)"/> would apply.</summary>
    /// <exception cref="MigrationException">Another version made the database.</exception>
    public async Task<IReadOnlyList<Migration>> MissingAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return Missing(await AppliedAsync(connection, cancel));
    }

    internal IReadOnlyList<Migration> Missing(IReadOnlyList<AppliedMigration> applied)
    {
        foreach (var (number, name, hash, version) in applied)
        {
            var ours = all.FirstOrDefault(migration => migration.Number == number)
                ?? throw new MigrationException(
                    $"Quittance {version} applied migration {name} to this database, and this is Quittance {Version}, which does not know "
                    + $"it. Use version {version} or a later one.");
            if (ours.Hash != hash)
            {
                throw new MigrationException(
                    $"The schema of this database is of a version before the first release of Quittance ({name} differs), "
                    + "and can't be brought up to date. Use an empty database.");
            }
        }

        return [.. all.Where(migration => applied.All(done => done.Number != migration.Number))];
    }

    internal static async Task<bool> AnyAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var known = new NpgsqlCommand("SELECT to_regclass('migration') IS NOT NULL", connection);
        return await known.ExecuteScalarAsync(cancel) is true;
    }

    /// <summary>The database's migrations, in order; none where it was never migrated.</summary>
    internal static async Task<IReadOnlyList<AppliedMigration>> AppliedAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        List<AppliedMigration> applied = [];
        if (!await AnyAsync(connection, cancel))
            return applied;
        // Before the first release there was no column for the version.
        await using var command = new NpgsqlCommand(
            "SELECT number, name, hash, to_jsonb(migration) ->> 'version' FROM migration ORDER BY number", connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            applied.Add(new AppliedMigration(
                reader.GetInt32(0), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3)));
        }

        return applied;
    }

    /// <summary>Within a transaction: waits for others that migrate or restore.</summary>
    internal static Task LockAsync(NpgsqlConnection connection, CancellationToken cancel) =>
        ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({Lock})", cancel);

    /// <summary>Within a transaction: waits for others that migrate, and makes the table of applied migrations.</summary>
    internal static async Task PrepareAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        // At all nodes of a cluster one after another: Citus changes no function, and moves no table with the keys between them, where
        // another change went to the nodes side by side. Elsewhere no such setting is read.
        await ExecuteAsync(connection, "SET LOCAL citus.multi_shard_modify_mode = 'sequential'", cancel);
        await LockAsync(connection, cancel);
        // So a role that may make no tables opens books that are up to date.
        if (await AnyAsync(connection, cancel))
            return;
        await ExecuteAsync(connection, """
            CREATE TABLE migration (
                number     int         PRIMARY KEY,
                name       text        NOT NULL,
                hash       text        NOT NULL,
                applied_at timestamptz NOT NULL,
                version    text        NOT NULL
            )
            """, cancel);
    }

    /// <summary>Within a transaction that is prepared: applies migrations.</summary>
    internal static async Task ApplyAsync(
        NpgsqlConnection connection, IEnumerable<Migration> migrations, TimeProvider clock, CancellationToken cancel)
    {
        foreach (var migration in migrations)
        {
            await ExecuteAsync(connection, migration.Sql, cancel);
            await using var record = new NpgsqlCommand(
                "INSERT INTO migration (number, name, hash, applied_at, version) VALUES ($1, $2, $3, $4, $5)", connection);
            record.Parameters.Add(new NpgsqlParameter<int> { TypedValue = migration.Number });
            record.Parameters.Add(new NpgsqlParameter<string> { TypedValue = migration.Name });
            record.Parameters.Add(new NpgsqlParameter<string> { TypedValue = migration.Hash });
            record.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = clock.GetUtcNow().UtcDateTime });
            record.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Version });
            await record.ExecuteNonQueryAsync(cancel);
        }
    }

    // Without a time limit: a large table takes its time, and an interrupted migration is rolled back.
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
                    // The same file must have the same hash on every system that checks it out.
                    return Migration.Of(resource[Folder.Length..], reader.ReadToEnd().ReplaceLineEndings("\n"));
                }),
        ];
    }
}
