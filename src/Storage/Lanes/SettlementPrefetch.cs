using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Settlements;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Lanes;

/// <summary>The part of <see cref="Prefetch"/> that is about lines of statements.</summary>
internal static class SettlementPrefetch
{
    /// <summary>What is true of an attempt named a that waits for a customer's bank transfer.</summary>
    public const string Transfers = "a.verb = 'capture' AND a.provider = 'bank-transfer' AND a.status IN ('open', 'unknown', 'pending')";

    // Index: settlement_line_settles_once.
    private const string Settled = """
        SELECT k.m, k.id, x.id
          FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
         CROSS JOIN LATERAL (SELECT s.id FROM settlement_line s
           WHERE s.merchant_id = k.m AND s.settles_id = k.id AND s.merchant_id = ANY($3) LIMIT 1) x
        """;

    // Index: settlement_line_of_payment.
    private static readonly string LinesOfPayment = Tables.SettlementLine.By("t.payment_id = k.id", "OFFSET 0");

    // Indexes: attempt_waiting_for_transfer, the key of claim.
    private static readonly string AnnouncedTransfers = $"""
        SELECT {Tables.Attempt.Selected}, l.charge_id
          FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
         CROSS JOIN LATERAL (SELECT a.* FROM attempt a
           WHERE a.merchant_id = k.m AND a.account_id = k.id AND a.merchant_id = ANY($3) AND {Transfers} OFFSET 0) x
         CROSS JOIN LATERAL (SELECT y.charge_id FROM claim y
           WHERE y.merchant_id = k.m AND y.payment_id = x.payment_id AND y.is_live AND y.merchant_id = ANY($3) OFFSET 0) l
        """;

    public static void Add(Prefetch reading, Wanted wanted)
    {
        reading.Add(Tables.SettlementLine, wanted.SettlementLines.Select(line => (line.Merchant, line.Value)), reading.State.Load);
        reading.AddByIds(wanted.TransfersOf.Select(account => (account.Merchant, account.Value)), AnnouncedTransfers, row =>
        {
            var attempt = Tables.Attempt.Read(row, 0);
            reading.State.Load(attempt);
            reading.State.LoadClaimant(new ChargeId(attempt.Id.Merchant, row.GetGuid(Tables.Attempt.Width)), attempt.Payment);
        });
        reading.Add(
            Tables.SettlementLine, LinesOfPayment, wanted.SettlementLinesOf.Select(payment => (payment.Merchant, payment.Value)),
            reading.State.Load);
        reading.AddByIds(wanted.Settled, Settled, row =>
        {
            var merchant = new MerchantId(row.GetInt64(0));
            reading.State.LoadSettled(merchant, row.GetGuid(1), new SettlementLineId(merchant, row.GetGuid(2)));
        });
    }
}
