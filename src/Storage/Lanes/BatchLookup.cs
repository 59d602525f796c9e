using Npgsql;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Lanes;

/// <summary>
/// Finds out whether a batch was committed. Taking its slots waits until the transaction of old has ended, one way or the other; then its
/// rows are there or will never be. (The server's own transaction status is no witness: after a crash it can hand out an id anew.) The
/// batch's
/// own row decides. A lane may have to wait until batches of that time are pruned: then its first event decides, which is kept for ever. A
/// batch that has only kept answers has no event; its commands are decided again, and meet those answers.
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
        lookup.Statement("SELECT 1 FROM batch WHERE merchant_id = $1 AND id = $2").With(Commit.BatchMerchant(batch)).With(batch.Id);
        if (batch.State.Added(Event.Shelf) is [var first, ..])
        {
            // While a batch of this time or before is there, none of this time is pruned. An event alone would not tell this batch from
            // that of
            // another server, which carried out the same request at the same moment.
            lookup.Statement("""
                SELECT 1 FROM event
                 WHERE merchant_id = $1 AND subject_id = $2 AND sequence = $3 AND request_id = $4 AND occurred_at = $5
                   AND NOT EXISTS (SELECT 1 FROM batch WHERE merchant_id = $6 AND committed_at <= $5)
                """)
                .With(first.Origin.Merchant.Value).With(first.Subject).With(first.Sequence).With(first.Origin.Request)
                .With(batch.At.UtcDateTime).With(Commit.BatchMerchant(batch));
        }

        await using var reader = await lookup.ExecuteReaderAsync(cancel);
        while (await reader.NextResultAsync(cancel))
        {
            if (await reader.ReadAsync(cancel))
                return true;
        }

        return false;
    }
}
