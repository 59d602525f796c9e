using Npgsql;

namespace Quittance.Storage.Planning;

/// <summary>
/// Finds out what migrations would lock by running them on an empty copy of the schema in a scratch database, where nobody waits. Of the books
/// themselves only the catalogue is read: no table of theirs is locked, not even to look at its size.
/// </summary>
public static class MigrationPlanner
{
    // From the weakest on.
    private static readonly string[] Locks =
    [
        "AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock",
    ];

    private const int FirstThatStopsWriting = 4;

    /// <summary>Plans what <see cref="Migrations.ApplyAsync(NpgsqlDataSource, TimeProvider, CancellationToken)"/> would do.</summary>
    /// <param name="books">The database, of whatever version.</param>
    /// <param name="scratch">Makes an empty database; not called when nothing is missing.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <exception cref="MigrationException">The database was made by another version, or an applied file has changed.</exception>
    public static async Task<MigrationPlan> PlanAsync(
        NpgsqlDataSource books, Func<Task<Backups.ScratchDatabase>> scratch, TimeProvider clock, CancellationToken cancel)
    {
        await using var connection = await books.OpenConnectionAsync(cancel);
        var applied = await Migrations.AnyAsync(connection, cancel) ? await Migrations.AppliedAsync(connection, cancel) : [];
        var missing = Migrations.Missing(applied);
        if (missing.Count == 0)
            return new MigrationPlan(applied, []);
        var sizes = await SizesAsync(connection, cancel);
        await using var copy = await scratch();
        await using var tried = await copy.Source.OpenConnectionAsync(cancel);
        await using (var schema = await tried.BeginTransactionAsync(cancel))
        {
            await Migrations.PrepareAsync(tried, cancel);
            await Migrations.ApplyAsync(tried, Migrations.All.Except(missing), clock, cancel);
            await schema.CommitAsync(cancel);
        }

        List<PlannedMigration> planned = [];
        foreach (var migration in missing)
            planned.Add(await TryAsync(tried, migration, sizes, clock, cancel));
        return new MigrationPlan(applied, planned);
    }

    private static async Task<PlannedMigration> TryAsync(
        NpgsqlConnection tried, Migration migration, Dictionary<string, (long? Rows, long Bytes)> sizes, TimeProvider clock, CancellationToken cancel)
    {
        var before = await FilesAsync(tried, cancel);
        await using var transaction = await tried.BeginTransactionAsync(cancel);
        await Migrations.ApplyAsync(tried, [migration], clock, cancel);
        var locks = await LocksAsync(tried, cancel);
        var after = await FilesAsync(tried, cancel);
        await transaction.CommitAsync(cancel);
        return new PlannedMigration(
            migration.Number, migration.Name,
            [
                .. locks.Where(taken => before.ContainsKey(taken.Key) && taken.Key != "migration" && sizes.ContainsKey(taken.Key)).Select(taken => new TouchedTable(
                    taken.Key, Locks[taken.Value.Strongest], StoppedBy(taken.Value.Strongest),
                    after.TryGetValue(taken.Key, out var file) && file != before[taken.Key] ? TableWork.RewritesEveryRow : taken.Value.IsRead ? TableWork.ReadsEveryRow : TableWork.None,
                    sizes[taken.Key].Rows, sizes[taken.Key].Bytes)),
            ],
            [.. after.Keys.Except(before.Keys)]);
    }

    private static StoppedWork StoppedBy(int strongest) =>
        strongest == Locks.Length - 1 ? StoppedWork.ReadingAndWriting : strongest >= FirstThatStopsWriting ? StoppedWork.Writing : StoppedWork.Nothing;

    /// <summary>The locks of this transaction, and whether it has read the tables.</summary>
    private static async Task<SortedDictionary<string, (int Strongest, bool IsRead)>> LocksAsync(NpgsqlConnection tried, CancellationToken cancel)
    {
        var locks = new SortedDictionary<string, (int Strongest, bool IsRead)>(StringComparer.Ordinal);
        await using var command = new NpgsqlCommand("""
            SELECT c.relname::text, l.mode, coalesce(pg_stat_get_xact_numscans(c.oid), 0) > 0
              FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
             WHERE l.pid = pg_backend_pid() AND l.locktype = 'relation' AND c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
            """, tried);
        await using var row = await command.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
        {
            var (table, mode, isRead) = (row.GetString(0), Array.IndexOf(Locks, row.GetString(1)), row.GetBoolean(2));
            locks[table] = (Math.Max(mode, locks.GetValueOrDefault(table).Strongest), isRead);
        }

        return locks;
    }

    /// <summary>Each table with the file that it lies in: another one when it was written anew.</summary>
    private static async Task<Dictionary<string, uint>> FilesAsync(NpgsqlConnection tried, CancellationToken cancel)
    {
        var files = new Dictionary<string, uint>();
        await using var command = new NpgsqlCommand(
            "SELECT relname::text, relfilenode FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' ORDER BY relname", tried);
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
                   (c.relpages + coalesce((SELECT sum(i.relpages) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = c.oid), 0))::bigint
                   * current_setting('block_size')::bigint
              FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
            """, books);
        await using var row = await command.ExecuteReaderAsync(cancel);
        while (await row.ReadAsync(cancel))
            sizes[row.GetString(0)] = (row.IsDBNull(1) ? null : row.GetInt64(1), row.GetInt64(2));
        return sizes;
    }
}
