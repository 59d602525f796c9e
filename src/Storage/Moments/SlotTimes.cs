using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Moments;

/// <summary>Leads the slots of a merchant past a moment, so that what is read of the time before it never grows.</summary>
internal static class SlotTimes
{
    private const int CommitsEndWithinSeconds = 10;
    private const string Behind = "SELECT s.slot FROM slot s WHERE s.merchant_id = $1 AND (s.last_at < $2 OR s.open_from < $3)";

    /// <summary>
    /// Gives all later commits later times than a moment, on every server and by every clock. Waits for the commits that are under way.
    /// </summary>
    /// <param name="moment">A time that has come.</param>
    /// <param name="openFrom">The first day on which anything can be booked from then on; null to leave it.</param>
    /// <returns>False where the database, or the role in it, permits only to read.</returns>
    /// <exception cref="StoreUnavailableException">A commit does not end.</exception>
    public static async Task<bool> PassAsync(
        NpgsqlConnection connection, MerchantId merchant, DateTimeOffset moment, DateOnly? openFrom, CancellationToken cancel)
    {
        try
        {
            // Those at rest in one commit, which waits for none.
            await LeadAsync(connection, merchant, moment, openFrom, $"{Behind} ORDER BY s.slot FOR UPDATE SKIP LOCKED", cancel);
            // The others one by one: a slot that has to be waited for keeps no payment of another waiting.
            foreach (var slot in await BehindAsync(connection, merchant, moment, openFrom, cancel))
                await LeadAsync(connection, merchant, moment, openFrom, $"{slot}", cancel);
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
                $"A commit has not ended for {CommitsEndWithinSeconds} seconds, and may belong to the time that you ask for. Try again "
                + "later.", refused);
        }
    }

    private static Task<IReadOnlyList<short>> BehindAsync(
        NpgsqlConnection connection, MerchantId merchant, DateTimeOffset moment, DateOnly? openFrom, CancellationToken cancel) =>
        connection.AllAsync(
            Behind, command => command.With(merchant.Value).With(moment.UtcDateTime).With(openFrom ?? DateOnly.MinValue),
            row => row.GetInt16(0), cancel);

    /// <param name="slots">Which slots, in SQL.</param>
    private static async Task LeadAsync(
        NpgsqlConnection connection, MerchantId merchant, DateTimeOffset moment, DateOnly? openFrom, string slots, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement($"SET LOCAL lock_timeout = '{CommitsEndWithinSeconds}s'");
        batch.Statement($"""
            UPDATE slot SET last_at = greatest(last_at, $2), open_from = greatest(open_from, $3)
             WHERE merchant_id = $1 AND slot IN ({slots}) AND (last_at < $2 OR open_from < $3)
            """)
            .With(merchant.Value).With(moment.UtcDateTime).With(openFrom ?? DateOnly.MinValue);
        await batch.ExecuteDurablyAsync(cancel);
    }
}
