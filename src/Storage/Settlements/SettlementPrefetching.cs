using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Settlements;

namespace Quittance.Storage.Settlements;

/// <summary>The part of <see cref="PrefetchReading"/> that is about lines of statements.</summary>
internal static class SettlementPrefetching
{
    public static void Add(PrefetchReading reading, Wanted wanted)
    {
        reading.AddByIds(
            wanted.SettlementLines.Select(line => (line.Merchant, line.Value)),
            $"""
            SELECT {SettlementRows.LineColumns}
              FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
             CROSS JOIN LATERAL (SELECT s.* FROM settlement_line s
               WHERE s.merchant_id = k.m AND s.id = k.id AND s.merchant_id = ANY($3) LIMIT 1) x
            """,
            row => reading.State.Load(SettlementRows.Line(row)));
        // Index: settlement_line_of_payment.
        reading.AddByIds(
            wanted.SettlementLinesOf.Select(payment => (payment.Merchant, payment.Value)),
            $"""
            SELECT {SettlementRows.LineColumns}
              FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
             CROSS JOIN LATERAL (SELECT s.* FROM settlement_line s
               WHERE s.merchant_id = k.m AND s.payment_id = k.id AND s.merchant_id = ANY($3) OFFSET 0) x
            """,
            row => reading.State.Load(SettlementRows.Line(row)));
        // Index: settlement_line_settles_once.
        reading.AddByIds(
            wanted.Settled,
            """
            SELECT k.m, k.id, x.id
              FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
             CROSS JOIN LATERAL (SELECT s.id FROM settlement_line s
               WHERE s.merchant_id = k.m AND s.settles_id = k.id AND s.merchant_id = ANY($3) LIMIT 1) x
            """,
            row =>
            {
                var merchant = new MerchantId(row.GetInt64(0));
                reading.State.LoadSettled(merchant, row.GetGuid(1), new SettlementLineId(merchant, row.GetGuid(2)));
            });
    }
}
