using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Moments;

/// <summary>Leads the slots of a merchant past a moment, so that what is read of the time before it never grows.</summary>
internal static class SlotTimes
{
    private const int CommitsEndWithinSeconds = 10;

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
            // One by one: a slot that has to be waited for keeps no payment of another waiting.
            for (short slot = 0; slot < MerchantId.Slots; slot++)
            {
                await using var batch = new NpgsqlBatch(connection);
                batch.Statement($"SET LOCAL lock_timeout = '{CommitsEndWithinSeconds}s'");
                batch.Statement("""
                    UPDATE slot SET last_at = greatest(last_at, $3), open_from = greatest(open_from, $4)
                     WHERE merchant_id = $1 AND slot = $2 AND (last_at < $3 OR open_from < $4)
                    """)
                    .With(merchant.Value).With(slot).With(moment.UtcDateTime).With(openFrom ?? DateOnly.MinValue);
                await batch.ExecuteDurablyAsync(cancel);
            }

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
}
