using Npgsql;
using Quittance.Core.Engine;
using Quittance.Storage.Lanes;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage;

/// <summary>
/// Proves that the database takes a commit: it writes a message into the log, commits it as a payment is committed, and fills a megabyte of
/// its disk, which is free again at once. That takes a few milliseconds, and is done once a second at most, however many ask.
/// </summary>
/// <param name="clock">Tells how old the last proof is.</param>
public sealed class WriteProof(NpgsqlDataSource database, TimeProvider clock)
{
    private static readonly TimeSpan HoldsFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<StoreFault?>? _last;
    private DateTimeOffset _lastAt;

    /// <summary>Whether the coordinator of a cluster does not reach one of its nodes at present. No commit is tried there.</summary>
    public bool LacksNodes => DueWork.IsPartial(database);

    /// <summary>Why it takes none; null when it does.</summary>
    public Task<StoreFault?> ProveAsync()
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (_last is null || (_last.IsCompleted && now - _lastAt >= HoldsFor))
                (_last, _lastAt) = (ProveNowAsync(), now);
            return _last;
        }
    }

    private async Task<StoreFault?> ProveNowAsync()
    {
        using var ends = new CancellationTokenSource();
        Backend? backend = null;
        var proving = WriteAsync();
        await ((Task)proving).WaitAsync(Longest, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        StoreFault? late = null;
        if (!proving.IsCompleted)
        {
            late = backend is { } known ? await known.FaultAsync(database) ?? StoreFault.Unreachable : StoreFault.Unreachable;
            await ends.CancelAsync();
        }

        var found = await proving;
        return late ?? found;

        async Task<StoreFault?> WriteAsync()
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(ends.Token);
                backend = await Backend.OfAsync(connection, ends.Token);
                return await connection.DurablyAsync(() => WriteToAsync(connection, ends.Token)) ? null : StoreFault.ReadOnly;
            }
            catch (StoreUnavailableException)
            {
                return StoreFault.StandbyWaits;
            }
            catch (Exception broken) when (broken is NpgsqlException or IOException or TimeoutException or OperationCanceledException)
            {
                return SqlStates.FaultOf(broken);
            }
        }
    }

    /// <summary>False where it can only be read.</summary>
    private static async Task<bool> WriteToAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = 0 };
        batch.Statement("BEGIN");
        // PostgreSQL writes rows that do not fit into memory to a file on the disk of the tables.
        batch.Statement("SET LOCAL work_mem = '64kB'");
        batch.Statement("SELECT count(*) FROM unnest(array_fill(repeat('x', 8000), ARRAY[131]))");
        batch.Statement(
            "SELECT CASE WHEN current_setting('transaction_read_only') = 'off' THEN pg_logical_emit_message(true, 'quittance', '') END IS "
            + "NOT NULL");
        batch.Statement("COMMIT");
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        await reader.NextResultAsync(cancel);
        await reader.ReadAsync(cancel);
        var isWritten = reader.GetBoolean(0);
        await reader.NextResultAsync(cancel);
        return isWritten;
    }
}
