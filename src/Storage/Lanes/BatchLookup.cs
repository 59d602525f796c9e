using Npgsql;
using Quittance.Core.Engine;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Lanes;

/// <summary>
/// Finds out whether a batch was committed. Taking its slots waits until the transaction of old has ended, one way or the other; then its
/// rows are there or will never be. (The server's own transaction status is no witness: after a crash it can hand out an id anew.) The
/// batch's block decides, which is kept for ever.
/// </summary>
internal static class BatchLookup
{
    public static async Task<bool> FindAsync(NpgsqlConnection connection, Batch batch, CancellationToken cancel)
    {
        await using var lookup = new NpgsqlBatch(connection);
        lookup.Statement("BEGIN ISOLATION LEVEL READ COMMITTED");
        lookup.Statement("""
            SELECT s.slot FROM slot s JOIN unnest($1::bigint[], $2::smallint[]) k(m, slot) ON s.merchant_id = k.m AND s.slot = k.slot
             WHERE s.merchant_id = ANY($1) ORDER BY s.merchant_id, s.slot FOR UPDATE OF s
            """)
            .With(batch.Slots.Select(slot => slot.Merchant.Value).ToArray())
            .With(batch.Slots.Select(slot => (short)slot.Slot).ToArray());
        lookup.Statement("SELECT 1 FROM block WHERE merchant_id = $1 AND at = $2 AND id = $3")
            .With(batch.Slots.First().Merchant.Value).With(batch.At.UtcDateTime).With(batch.Id);
        await using var reader = await lookup.ExecuteReaderAsync(cancel);
        while (await reader.NextResultAsync(cancel))
        {
            if (await reader.ReadAsync(cancel))
                return true;
        }

        return false;
    }
}
