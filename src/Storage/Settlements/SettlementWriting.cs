using Npgsql;
using Quittance.Core.Engine;

namespace Quittance.Storage.Settlements;

/// <summary>Writes what a batch changes of lines of statements.</summary>
internal static class SettlementWriting
{
    public static void AddTo(NpgsqlBatch statements, Batch batch, long[] merchants)
    {
        var lines = batch.Changes.ToRows(changes => changes.SettlementLines).GroupBy(line => line.Id).Select(line => line.Last()).ToList();
        if (lines.Count == 0)
            return;
        statements.Statement("""
            UPDATE settlement_line s SET status = u.status, use = u.use, payment_id = u.payment, settles_id = u.settles, note = u.note, events = u.events
              FROM unnest($2::bigint[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::uuid[], $8::text[], $9::int[])
                   u(m, id, status, use, payment, settles, note, events)
             WHERE s.merchant_id = u.m AND s.id = u.id AND s.merchant_id = ANY($1) AND u.m = ANY($1)
            """)
            .With(merchants)
            .With(lines.ToColumn(line => line.Id.Merchant.Value))
            .With(lines.ToColumn(line => line.Id.Value))
            .With(lines.ToColumn(line => SettlementWords.Of(line.Status)))
            .With(lines.ToColumn(line => line.Use is { } use ? SettlementWords.Of(use) : null))
            .With(lines.ToColumn(line => line.Payment?.Value))
            .With(lines.ToColumn(line => line.Settles))
            .With(lines.ToColumn(line => line.Note))
            .With(lines.ToColumn(line => line.Events));
    }
}
