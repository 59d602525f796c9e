using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Settlements;

namespace Quittance.Storage.Settlements;

/// <summary>The part of <see cref="PrefetchReading"/> that is about lines of statements.</summary>
internal static class SettlementPrefetching
{
    /// <summary>What is true of an attempt named a that waits for a customer's bank transfer.</summary>
    public const string Transfers = "a.verb = 'capture' AND a.provider = 'bank-transfer' AND a.status IN ('open', 'unknown', 'pending')";

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
        // Indexes: attempt_waiting_for_transfer, the key of claim.
        reading.AddByIds(
            wanted.TransfersOf.Select(account => (account.Merchant, account.Value)),
            $"""
            SELECT {Rows.AttemptColumns}, l.charge_id
              FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
             CROSS JOIN LATERAL (SELECT a.* FROM attempt a
               WHERE a.merchant_id = k.m AND a.account_id = k.id AND a.merchant_id = ANY($3) AND {Transfers} OFFSET 0) x
             CROSS JOIN LATERAL (SELECT y.charge_id FROM claim y
               WHERE y.merchant_id = k.m AND y.payment_id = x.payment_id AND y.is_live AND y.merchant_id = ANY($3) OFFSET 0) l
            """,
            row =>
            {
                var attempt = Rows.Attempt(row, 0);
                reading.State.Load(attempt);
                reading.State.LoadClaimant(new ChargeId(attempt.Id.Merchant, row.GetGuid(Rows.AfterAttempt)), attempt.Payment);
            });
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
