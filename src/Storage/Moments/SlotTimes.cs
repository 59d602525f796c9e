using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Moments;

/// <summary>Leads the slots of a merchant past a moment, so that what is read of the time before it never grows.</summary>
internal static class SlotTimes
{
    private const string WaitsForCommits = "SET LOCAL lock_timeout = '10s'";
    private const string Behind = "SELECT s.slot FROM slot s WHERE s.merchant_id = $1 AND s.last_at < $2";

    /// <summary>
    /// Gives all later commits later times than a moment, on every server and by every clock. Waits for the commits that are under way.
    /// </summary>
    /// <param name="moment">A time that has come.</param>
    /// <returns>False where the database, or the role in it, permits only to read.</returns>
    /// <exception cref="StoreUnavailableException">A commit does not end.</exception>
    public static Task<bool> PassAsync(
        NpgsqlConnection connection, MerchantId merchant, DateTimeOffset moment, CancellationToken cancel) => WritingAsync(async () =>
    {
        // Those at rest in one commit, which waits for none.
        await LeadAsync(connection, merchant, moment, $"{Behind} ORDER BY s.slot FOR UPDATE SKIP LOCKED", cancel);
        // The others one by one: a slot that has to be waited for keeps no payment of another waiting.
        foreach (var slot in await BehindAsync(connection, merchant, moment, cancel))
            await LeadAsync(connection, merchant, moment, $"{slot}", cancel);
    });

    /// <summary>
    /// Closes all days before one that has come: all later commits get later times, and book on it or on a later day. It waits for the
    /// commits that are under way. A block seals the day, so that no one opens the days again unseen.
    /// </summary>
    /// <param name="openFrom">The first day on which anything can be booked from then on.</param>
    /// <param name="now">A time of that day, or a later one.</param>
    /// <returns>False where the database, or the role in it, permits only to read.</returns>
    /// <exception cref="StoreUnavailableException">A commit does not end.</exception>
    public static Task<bool> CloseAsync(
        NpgsqlConnection connection, MerchantId merchant, DateOnly openFrom, DateTimeOffset now, CancellationToken cancel) =>
        WritingAsync(async () =>
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            await transaction.ExecuteAsync(batch => batch.Statement(WaitsForCommits), cancel);
            var change = await SealedChange.InAllSlotsAsync(connection, merchant, cancel);
            // Another program may have closed as much meanwhile.
            if (await FirstOpenDayAsync(connection, merchant, cancel) >= openFrom)
                return;
            await OpenFromAsync(transaction, change, openFrom, change.TimeOf(now), cancel);
            await change.SealAsync(now, cancel);
            await transaction.CommitDurablyAsync(cancel);
        });

    /// <summary>The first day on which anything can be booked.</summary>
    public static async Task<DateOnly> FirstOpenDayAsync(NpgsqlConnection connection, MerchantId merchant, CancellationToken cancel) =>
        (await connection.AllAsync(
            "SELECT min(s.open_from) FROM slot s WHERE s.merchant_id = $1", command => command.With(merchant.Value),
            row => row.GetFieldValue<DateOnly>(0), cancel))[0];

    /// <summary>Sets the first open day, in the transaction of a change that holds all slots.</summary>
    /// <param name="since">The time of the change.</param>
    public static async Task OpenFromAsync(
        NpgsqlTransaction transaction, SealedChange change, DateOnly day, DateTime since, CancellationToken cancel)
    {
        await transaction.ExecuteAsync(
            batch =>
            {
                batch.Statement("UPDATE slot SET open_from = $2 WHERE merchant_id = $1").With(change.Merchant.Value).With(day);
                batch.Statement("INSERT INTO first_open_day (merchant_id, since, day) VALUES ($1, $2, $3)")
                    .With(change.Merchant.Value).With(since).With(day);
            }, cancel);
        await change.AfterAsync(SealedTables.FirstOpenDay, "x.since = $2", command => command.With(since), cancel);
    }

    private static async Task<bool> WritingAsync(Func<Task> write)
    {
        try
        {
            await write();
            return true;
        }
        catch (PostgresException refused)
            when (refused.SqlState is PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.InsufficientPrivilege)
        {
            return false;
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            throw new StoreUnavailableException(
                "A commit has not ended for 10 seconds, and may belong to the time that you ask for. Try again later.", refused);
        }
    }

    private static Task<IReadOnlyList<short>> BehindAsync(
        NpgsqlConnection connection, MerchantId merchant, DateTimeOffset moment, CancellationToken cancel) =>
        connection.AllAsync(
            Behind, command => command.With(merchant.Value).With(moment.UtcDateTime), row => row.GetInt16(0), cancel);

    /// <param name="slots">Which slots, in SQL.</param>
    private static async Task LeadAsync(
        NpgsqlConnection connection, MerchantId merchant, DateTimeOffset moment, string slots, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement(WaitsForCommits);
        batch.Statement($"UPDATE slot SET last_at = $2 WHERE merchant_id = $1 AND slot IN ({slots}) AND last_at < $2")
            .With(merchant.Value).With(moment.UtcDateTime);
        await batch.ExecuteDurablyAsync(cancel);
    }
}
