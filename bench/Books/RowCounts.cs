using Npgsql;
using Quittance.Bench.Contests;

namespace Quittance.Bench.Books;

/// <summary>How many rows the server says were inserted and updated so far, by table.</summary>
internal sealed class RowCounts(NpgsqlDataSource database)
{
    // Sessions tell the server their counts when they are idle, after a second at the latest.
    private static readonly TimeSpan UntilTold = TimeSpan.FromSeconds(1.5);

    /// <summary>Counts the rows that each rival inserts and updates per payment, each at so many requests in flight.</summary>
    public static async Task<IReadOnlyDictionary<IRival, IReadOnlyDictionary<string, RowsWritten>>> OfAsync(
        BenchDatabase database, IReadOnlyList<Trial> trials, CancellationToken cancel)
    {
        Screen.Progress.Report("Counting the rows that each writes");
        var counts = new RowCounts(database.Source);
        Dictionary<IRival, IReadOnlyDictionary<string, RowsWritten>> rows = [];
        foreach (var (rival, connections) in trials)
            rows[rival] = await counts.PerPaymentAsync(() => rival.RunAsync(connections, TimeSpan.FromSeconds(1), cancel), cancel);
        return rows;
    }

    /// <summary>Counts the rows that a piece of work inserts and updates, per payment, by table.</summary>
    private async Task<IReadOnlyDictionary<string, RowsWritten>> PerPaymentAsync(Func<Task> work, CancellationToken cancel)
    {
        var before = await ReadAsync(cancel);
        await work();
        var after = await ReadAsync(cancel);
        var payments = after["payment"].Inserted - before["payment"].Inserted;
        if (payments <= 0)
            throw new BenchException("No payment was written.");
        return after.Keys.Order(StringComparer.Ordinal)
            .Select(table => (Table: table, Written: (after[table] - before[table]) / payments))
            .Where(row => row.Written.Inserted + row.Written.Updated > 0)
            .ToDictionary(row => row.Table, row => row.Written);
    }

    private async Task<Dictionary<string, RowsWritten>> ReadAsync(CancellationToken cancel)
    {
        await Task.Delay(UntilTold, TimeProvider.System, cancel);
        await using var command = database.CreateCommand(
            "SELECT relname::text, n_tup_ins, n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        Dictionary<string, RowsWritten> counts = [];
        while (await reader.ReadAsync(cancel))
            counts[reader.GetString(0)] = new RowsWritten(reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
        return counts;
    }
}
