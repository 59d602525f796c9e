using Npgsql;
using Quittance.Storage.Backups;

namespace Quittance.Storage.Migrating;

/// <summary>The effects of bringing a database to this version's schema: one transaction, which keeps its locks to its end.</summary>
/// <param name="Applied">The migrations that the database has.</param>
/// <param name="Missing">The migrations that would run, in their order.</param>
public sealed record MigrationPlan(IReadOnlyList<AppliedMigration> Applied, IReadOnlyList<PlannedMigration> Missing);

/// <summary>A migration that would run.</summary>
/// <param name="Number">Its place in the order.</param>
/// <param name="Name">Its file's name.</param>
/// <param name="Touched">The tables with rows that it locks.</param>
/// <param name="Created">The tables that it makes. Nothing waits for them.</param>
public sealed record PlannedMigration(int Number, string Name, IReadOnlyList<TouchedTable> Touched, IReadOnlyList<string> Created);

/// <summary>The effects of a migration on a table.</summary>
/// <param name="Name">The table.</param>
/// <param name="Lock">The strongest lock that it takes, in PostgreSQL's words.</param>
/// <param name="Stops">The server's work that waits for the lock.</param>
/// <param name="Work">The work that decides how long it holds the lock.</param>
/// <param name="Rows">About how many rows the table has, by PostgreSQL's last estimate; null before the first one.</param>
/// <param name="Bytes">About the size of the table with its indexes, likewise.</param>
public sealed record TouchedTable(string Name, string Lock, StoppedWork Stops, TableWork Work, long? Rows, long Bytes);

/// <summary>The work of a server that waits for a lock.</summary>
public enum StoppedWork
{
    Nothing,
    Writing,
    ReadingAndWriting,
}

/// <summary>The work on a table's rows.</summary>
public enum TableWork
{
    /// <summary>PostgreSQL looks at no row: it takes a moment.</summary>
    None,

    /// <summary>As for a new index, or for a rule that all rows must keep: it takes as long as reading the table.</summary>
    ReadsEveryRow,

    /// <summary>With all indexes: it takes longest, and as much space again.</summary>
    RewritesEveryRow,
}

/// <summary>
/// Finds out which locks migrations take by running them on an empty copy of the schema in a scratch database, where nothing waits.
/// Of the books themselves it reads only the catalogue: it locks none of their tables, not even to look at their size.
/// </summary>
public static class MigrationPlanner
{
    // From the weakest on.
    private static readonly string[] Locks =
    [
        "AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock",
        "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock",
    ];

    private const int FirstThatStopsWriting = 4;

    /// <summary>Plans the work of <see cref="Migrations.ApplyAsync(NpgsqlDataSource, TimeProvider, CancellationToken)"/>.</summary>
    /// <param name="schema">The schema to bring the books to.</param>
    /// <param name="books">The database, of any version.</param>
    /// <param name="scratch">Makes an empty database; not called when nothing is missing.</param>
    /// <exception cref="MigrationException">Another version made the database.</exception>
    public static async Task<MigrationPlan> PlanAsync(
        Migrations schema, NpgsqlDataSource books, Func<Task<ScratchDatabase>> scratch, TimeProvider clock, CancellationToken cancel)
    {
        await using var connection = await books.OpenConnectionAsync(cancel);
        var applied = await Migrations.AppliedAsync(connection, cancel);
        var missing = schema.Missing(applied);
        if (missing.Count == 0)
            return new MigrationPlan(applied, []);
        var sizes = await SizesAsync(connection, cancel);
        await using var copy = await scratch();
        await using var tried = await copy.Source.OpenConnectionAsync(cancel);
        await using (var older = await tried.BeginTransactionAsync(cancel))
        {
            await Migrations.PrepareAsync(tried, cancel);
            await Migrations.ApplyAsync(tried, schema.All.Except(missing), clock, cancel);
            await older.CommitAsync(cancel);
        }

        List<PlannedMigration> planned = [];
        foreach (var migration in missing)
            planned.Add(await TryAsync(tried, migration, sizes, clock, cancel));
        return new MigrationPlan(applied, planned);
    }

    private static async Task<PlannedMigration> TryAsync(
        NpgsqlConnection tried, Migration migration, Dictionary<string, (long? Rows, long Bytes)> sizes, TimeProvider clock,
        CancellationToken cancel)
    {
        var before = await FilesAsync(tried, cancel);
        await using var transaction = await tried.BeginTransactionAsync(cancel);
        var scans = await ScansAsync(tried, cancel);
        await Migrations.ApplyAsync(tried, [migration], clock, cancel);
        var locks = await LocksAsync(tried, scans, cancel);
        var after = await FilesAsync(tried, cancel);
        await transaction.CommitAsync(cancel);
        return new PlannedMigration(
            migration.Number, migration.Name,
            [
                .. locks.Where(taken => before.ContainsKey(taken.Key) && taken.Key != "migration" && sizes.ContainsKey(taken.Key))
                    .Select(taken => new TouchedTable(
                    taken.Key, Locks[taken.Value.Strongest], StoppedBy(taken.Value.Strongest),
                    Work(isRewritten: after.TryGetValue(taken.Key, out var file) && file != before[taken.Key], taken.Value.IsRead),
                    sizes[taken.Key].Rows, sizes[taken.Key].Bytes)),
            ],
            [.. after.Keys.Except(before.Keys)]);
    }

    private static TableWork Work(bool isRewritten, bool isRead)
    {
        if (isRewritten)
            return TableWork.RewritesEveryRow;
        return isRead ? TableWork.ReadsEveryRow : TableWork.None;
    }

    private static StoppedWork StoppedBy(int strongest)
    {
        if (strongest == Locks.Length - 1)
            return StoppedWork.ReadingAndWriting;
        return strongest >= FirstThatStopsWriting ? StoppedWork.Writing : StoppedWork.Nothing;
    }

    /// <summary>How often the connection has read each table, as far as PostgreSQL has not added that to its statistics yet.</summary>
    private static async Task<Dictionary<string, long>> ScansAsync(NpgsqlConnection tried, CancellationToken cancel)
    {
        var scans = new Dictionary<string, long>();
        await using var command = new NpgsqlCommand("""
            SELECT relname::text, pg_stat_get_xact_numscans(oid)
              FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
            """, tried);
        await using var row = await command.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
            scans[row.GetString(0)] = row.GetInt64(1);
        return scans;
    }

    /// <summary>The locks of this transaction, and whether it has read the tables.</summary>
    private static async Task<SortedDictionary<string, (int Strongest, bool IsRead)>> LocksAsync(
        NpgsqlConnection tried, Dictionary<string, long> scansBefore, CancellationToken cancel)
    {
        var locks = new SortedDictionary<string, (int Strongest, bool IsRead)>(StringComparer.Ordinal);
        await using var command = new NpgsqlCommand("""
            SELECT c.relname::text, l.mode, pg_stat_get_xact_numscans(c.oid)
              FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
             WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND c.relnamespace = current_schema()::regnamespace
                 AND c.relkind = 'r'
            """, tried);
        await using var row = await command.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
        {
            var (table, mode) = (row.GetString(0), Array.IndexOf(Locks, row.GetString(1)));
            var isRead = row.GetInt64(2) > scansBefore.GetValueOrDefault(table);
            locks[table] = (Math.Max(mode, locks.GetValueOrDefault(table).Strongest), isRead);
        }

        return locks;
    }

    /// <summary>Each table with its file: PostgreSQL gives it another file when it rewrites the table.</summary>
    private static async Task<Dictionary<string, uint>> FilesAsync(NpgsqlConnection tried, CancellationToken cancel)
    {
        var files = new Dictionary<string, uint>();
        await using var command = new NpgsqlCommand(
            "SELECT relname::text, relfilenode FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' ORDER "
            + "BY relname", tried);
        await using var row = await command.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
            files[row.GetString(0)] = row.GetFieldValue<uint>(1);
        return files;
    }

    private static async Task<Dictionary<string, (long? Rows, long Bytes)>> SizesAsync(NpgsqlConnection books, CancellationToken cancel)
    {
        var sizes = new Dictionary<string, (long?, long)>();
        // Functions such as pg_table_size would lock the table.
        await using var command = new NpgsqlCommand("""
            SELECT c.relname::text, CASE WHEN c.reltuples >= 0 THEN c.reltuples::bigint END,
                   (c.relpages + coalesce((SELECT sum(i.relpages) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
                                            WHERE x.indrelid = c.oid), 0))::bigint
                   * current_setting('block_size')::bigint
              FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
            """, books);
        await using var row = await command.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
            sizes[row.GetString(0)] = (row.IsDBNull(1) ? null : row.GetInt64(1), row.GetInt64(2));
        return sizes;
    }
}
