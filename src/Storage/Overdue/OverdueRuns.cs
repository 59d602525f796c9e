using Npgsql;
using Quittance.Core;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Overdue;

/// <summary>Sees to it that of several servers one does the run of a merchant's day.</summary>
public sealed class OverdueRuns(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Does the run of a day, unless a server has done it or is doing it. A run that does not end is done again later.</summary>
    /// <param name="run">Does it; returns whether all of it is done.</param>
    public Task OnceAsync(MerchantId merchant, DateOnly day, Func<Task<bool>> run, CancellationToken cancel) =>
        SqlStates.ReachingAsync(async () =>
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            // The transaction holds the lock, also of a server that dies. It waits for a slot only when the run is done.
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            // Another server may be at the next day already. A wrong clock may have written a later day, which holds no run up.
            var isDue = await connection.AllAsync(
                """
                SELECT NOT EXISTS (SELECT FROM overdue_run r WHERE r.merchant_id = $1 AND r.done_on BETWEEN $2 AND $2 + 1)
                       AND pg_try_advisory_xact_lock(hashtextextended('overdue run of merchant ' || $1, 0))
                """,
                command => command.With(merchant.Value).With(day), row => row.GetBoolean(0), cancel);
            if (!isDue[0] || !await run())
                return 0;
            // The transaction knows why its connection is gone, where it broke meanwhile.
            var change = await SealedChange.OfWholeAsync(transaction.Connection!, merchant, cancel, SealedTables.OverdueRun);
            var rows = await transaction.ExecuteAsync(
                batch => batch.Statement(
                    "INSERT INTO overdue_run (merchant_id, done_on) VALUES ($1, $2) "
                    + "ON CONFLICT (merchant_id) DO UPDATE SET done_on = excluded.done_on")
                .With(merchant.Value).With(day), cancel);
            await change.SealAsync(clock.GetUtcNow(), cancel);
            await transaction.CommitDurablyAsync(cancel);
            return rows;
        });
}
