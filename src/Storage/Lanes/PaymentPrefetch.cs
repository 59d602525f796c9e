using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Debits;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Lanes;

/// <summary>The part of <see cref="Prefetch"/> that is about payments and what belongs to them.</summary>
internal static class PaymentPrefetch
{
    /// <summary>The condition for an attempt named a that waits for a customer's bank transfer.</summary>
    public const string WaitsForTransfer =
        "a.verb = 'capture' AND a.provider = 'bank-transfer' AND a.status IN ('open', 'unknown', 'pending')";

    // What is left of a payment's credits is what its own transfers brought to credit less what they took from it.
    private static readonly KeyedQuery Credits = new($"""
        SELECT k.m, k.id, x.purpose, x.left_minor
          FROM {KeyedQuery.Keys}
         CROSS JOIN LATERAL (
           SELECT l.purpose, sum(l.added_minor)::bigint AS left_minor
             FROM transfer t
            CROSS JOIN LATERAL (
              {CreditOf("credit_id", "t.amount_minor")}
              UNION ALL
              {CreditOf("debit_id", "-t.amount_minor")}) l
            WHERE t.merchant_id = k.m AND t.subject_id = k.id AND t.merchant_id = ANY($3)
            GROUP BY l.purpose) x
        """);

    // The holder of the money of payments that were recorded, and not asked of a provider.
    private static readonly KeyedQuery Holders = new($"""
        SELECT k.m, k.id, x.purpose
          FROM {KeyedQuery.Keys}
         CROSS JOIN LATERAL (SELECT l.purpose FROM transfer t
           JOIN ledger_account l ON l.merchant_id = t.merchant_id AND l.id = t.debit_id AND l.kind = 'clearing' AND l.merchant_id = ANY($3)
           WHERE t.merchant_id = k.m AND t.subject_id = k.id AND t.merchant_id = ANY($3) LIMIT 1) x
        """);

    private static readonly KeyedQuery EarmarkedFor = new($"""
        SELECT {Tables.Order.Selected}
          FROM {KeyedQuery.Keys}
         CROSS JOIN LATERAL (
           SELECT DISTINCT substr(l.purpose, 11)::uuid AS id
             FROM transfer t
            CROSS JOIN LATERAL (
              {CreditOf("credit_id", "t.amount_minor")}
              UNION ALL
              {CreditOf("debit_id", "-t.amount_minor")}) l
            WHERE t.merchant_id = k.m AND t.subject_id = k.id AND t.merchant_id = ANY($3) AND l.purpose LIKE 'earmarked:%') e
         CROSS JOIN LATERAL (SELECT o.* FROM customer_order o
           WHERE o.merchant_id = k.m AND o.id = e.id AND o.merchant_id = ANY($3) LIMIT 1) x
        """);

    private static readonly KeyedQuery Claims = new($"""
        SELECT {Tables.Claim.Of("l")}, {Tables.Charge.Selected}
          FROM {KeyedQuery.Keys}
         CROSS JOIN LATERAL (SELECT y.* FROM claim y
           WHERE y.merchant_id = k.m AND y.payment_id = k.id AND y.merchant_id = ANY($3) OFFSET 0) l
          LEFT JOIN charge x ON x.merchant_id = l.merchant_id AND x.id = l.charge_id AND x.merchant_id = ANY($3)
        """);

    // A payment settles the sum of its own settling transfers, in the order of the last one.
    private static readonly KeyedQuery Allocations = new($"""
        SELECT k.m, k.id, s.settled_minor, {Tables.Charge.Selected}
          FROM {KeyedQuery.Keys}
         CROSS JOIN LATERAL (
           SELECT t.charge_id, max(ARRAY[t.sequence, t.line]) AS last, sum(m.minor)::bigint AS settled_minor
             FROM transfer t
             JOIN ledger_account d ON d.merchant_id = t.merchant_id AND d.id = t.debit_id AND d.merchant_id = ANY($3)
             JOIN ledger_account c ON c.merchant_id = t.merchant_id AND c.id = t.credit_id AND c.merchant_id = ANY($3)
            CROSS JOIN LATERAL (SELECT {TransferSql.SettledMinor} AS minor) m
            WHERE t.merchant_id = k.m AND t.subject_id = k.id AND t.merchant_id = ANY($3) AND t.charge_id IS NOT NULL
              AND m.minor IS NOT NULL
            GROUP BY t.charge_id) s
         CROSS JOIN LATERAL (SELECT c.* FROM charge c
           WHERE c.merchant_id = k.m AND c.id = s.charge_id AND c.merchant_id = ANY($3) LIMIT 1) x
         ORDER BY s.last
        """);

    // Indexes: refund_of_payment, refund_shares. What refunds of the payments are shares of, with all its shares.
    private static readonly KeyedQuery SharedRefunds = new($"""
        SELECT {Tables.Refund.Selected}
          FROM {KeyedQuery.Keys}
         CROSS JOIN LATERAL (SELECT r.share_of FROM refund r
           WHERE r.merchant_id = k.m AND r.payment_id = k.id AND r.share_of IS NOT NULL AND r.merchant_id = ANY($3) OFFSET 0) s
         CROSS JOIN LATERAL (
           (SELECT w.* FROM refund w WHERE w.merchant_id = k.m AND w.id = s.share_of AND w.merchant_id = ANY($3) LIMIT 1)
           UNION ALL
           (SELECT o.* FROM refund o WHERE o.merchant_id = k.m AND o.share_of = s.share_of AND o.merchant_id = ANY($3) OFFSET 0)) x
        """);

    // Index: refund_of_payment. With the transfers that took the money, for those that a provider was asked for.
    private static readonly KeyedQuery Refunds = new($"""
        SELECT {Tables.Refund.Selected}, x.amount, x.taken_currency, x.charge_id,
               d.slot, d.kind, d.holder_id, d.purpose, c.kind, c.holder_id, c.purpose
          FROM {KeyedQuery.Keys}
         CROSS JOIN LATERAL (
           SELECT r.*, t.line, t.debit_id, t.credit_id, t.amount_minor AS amount, t.currency AS taken_currency, t.charge_id
           FROM refund r
           JOIN transfer t ON t.merchant_id = r.merchant_id AND t.subject_id = r.payment_id AND t.sequence = r.taken_by
                AND t.merchant_id = ANY($3)
           WHERE r.merchant_id = k.m AND r.payment_id = k.id AND r.attempt_id IS NOT NULL AND r.merchant_id = ANY($3) OFFSET 0) x
          JOIN ledger_account d ON d.merchant_id = x.merchant_id AND d.id = x.debit_id AND d.merchant_id = ANY($3)
          JOIN ledger_account c ON c.merchant_id = x.merchant_id AND c.id = x.credit_id AND c.merchant_id = ANY($3)
         ORDER BY x.id, x.line
        """);

    // Indexes: attempt_waiting_for_transfer, the key of claim.
    private static readonly KeyedQuery Transfers = new($"""
        SELECT {Tables.Attempt.Selected}, {Tables.Claim.Of("l")}
          FROM {KeyedQuery.Keys}
         CROSS JOIN LATERAL (SELECT a.* FROM attempt a
           WHERE a.merchant_id = k.m AND a.account_id = k.id AND a.merchant_id = ANY($3) AND {WaitsForTransfer} OFFSET 0) x
         CROSS JOIN LATERAL (SELECT y.* FROM claim y
           WHERE y.merchant_id = k.m AND y.payment_id = x.payment_id AND y.is_live AND y.merchant_id = ANY($3) OFFSET 0) l
        """);

    // Indexes: claim_live_once, attempt_of_payment, the key of claim.
    private static readonly KeyedQuery OfClaimant = new($"""
        SELECT {Tables.Attempt.Selected}, {Tables.Claim.Of("c")}
          FROM {KeyedQuery.Keys}
         CROSS JOIN LATERAL (SELECT y.payment_id FROM claim y
           WHERE y.merchant_id = k.m AND y.charge_id = k.id AND y.is_live AND y.merchant_id = ANY($3) LIMIT 1) l
         CROSS JOIN LATERAL (SELECT a.* FROM attempt a
           WHERE a.merchant_id = k.m AND a.payment_id = l.payment_id AND a.merchant_id = ANY($3) OFFSET 0) x
         CROSS JOIN LATERAL (SELECT y.* FROM claim y
           WHERE y.merchant_id = k.m AND y.payment_id = l.payment_id AND y.is_live AND y.merchant_id = ANY($3) OFFSET 0) c
        """);

    // The keys of debit and collection.
    private static readonly KeyedQuery WithCollection = new($"""
        SELECT {Tables.Debit.Of("d")}, {Tables.Collection.Of("o")}
          FROM {KeyedQuery.Keys}
         CROSS JOIN LATERAL (SELECT b.* FROM debit b WHERE b.merchant_id = k.m AND b.id = k.id AND b.merchant_id = ANY($3) LIMIT 1) d
         CROSS JOIN LATERAL (SELECT c.* FROM collection c
           WHERE c.merchant_id = d.merchant_id AND c.id = d.collection_id AND c.merchant_id = ANY($3) LIMIT 1) o
        """);

    // Indexes: attempt_of_payment; the keys of debit and collection.
    private static readonly KeyedQuery TransfersOfRefunds = new($"""
        SELECT {Tables.Debit.Of("d")}, {Tables.Collection.Of("o")}
          FROM {KeyedQuery.Keys}
         CROSS JOIN LATERAL (SELECT a.merchant_id, a.id FROM attempt a
           WHERE a.merchant_id = k.m AND a.payment_id = k.id AND a.verb = 'refund' AND a.merchant_id = ANY($3) OFFSET 0) a
          JOIN debit d ON d.merchant_id = a.merchant_id AND d.id = a.id AND d.merchant_id = ANY($3)
          JOIN collection o ON o.merchant_id = d.merchant_id AND o.id = d.collection_id AND o.merchant_id = ANY($3)
        """);

    /// <summary>
    /// The purpose of one side of a transfer t where that side is a customer's credit, found by its key: a condition on both sides at once
    /// would read all ledger accounts of the merchant.
    /// </summary>
    private static string CreditOf(string side, string addedMinor) => $"""
        (SELECT l.purpose, {addedMinor} AS added_minor FROM ledger_account l
           WHERE l.merchant_id = t.merchant_id AND l.id = t.{side} AND l.kind = 'credit' AND l.merchant_id = ANY($3) LIMIT 1)
        """;

    public static void Add(Prefetch reading, Wanted wanted)
    {
        var state = reading.State;
        AddFunds(reading, wanted);
        reading.Add(wanted.Of(Order.EarmarkedFor), EarmarkedFor, row => state.Load(Tables.Order.Read(row)));
        reading.Add(wanted.Of(Claim.OfPayment), Claims, row =>
        {
            state.Load(Tables.Claim.Read(row));
            // The charge of a booking is raised only when it is paid.
            if (!row.IsDBNull(Tables.Claim.Width))
                state.Load(Tables.Charge.Read(row, Tables.Claim.Width));
        });
        reading.Add(wanted.Of(Attempt.WaitingForTransfer), Transfers, row =>
        {
            state.Load(Tables.Attempt.Read(row));
            state.Load(Tables.Claim.Read(row, Tables.Attempt.Width));
        });
        reading.Add(wanted.Of(Attempt.OfClaimant), OfClaimant, row =>
        {
            state.Load(Tables.Attempt.Read(row));
            state.Load(Tables.Claim.Read(row, Tables.Attempt.Width));
        });
        AddRefunds(reading, wanted.Of(Refund.OfPayment));
        reading.Add(wanted.Of(Debit.WithCollection), WithCollection, AddDebit);
        reading.Add(wanted.Of(Debit.OfRefunds), TransfersOfRefunds, AddDebit);

        void AddDebit(NpgsqlDataReader row)
        {
            state.Load(Tables.Debit.Read(row, 0));
            state.Load(Tables.Collection.Read(row, Tables.Debit.Width));
        }
    }

    private static void AddFunds(Prefetch reading, Wanted wanted)
    {
        var (payments, settled) = (wanted.Of(Funds.Shelf), wanted.Of(Funds.Settled));
        List<(PaymentId Payment, Credit Credit)> credits = [];
        reading.Add(payments, Credits, row => credits.Add((PaymentOf(row), new Credit(row.GetString(2), row.GetInt64(3)))));
        Dictionary<PaymentId, string> holders = [];
        reading.Add(wanted.Of(Funds.HeldBy), Holders, row => holders[PaymentOf(row)] = row.GetString(2));
        List<(PaymentId Payment, Allocation Allocation)> allocations = [];
        reading.Add(settled, Allocations, row =>
        {
            var charge = Tables.Charge.Read(row, 3);
            reading.State.Load(charge);
            allocations.Add((PaymentOf(row), new Allocation(charge, row.GetInt64(2))));
        });
        reading.WhenRead(() =>
        {
            var creditsOf = credits.ToLookup(row => row.Payment, row => row.Credit);
            var allocationsOf = allocations.ToLookup(row => row.Payment, row => row.Allocation);
            foreach (var payment in payments.Keys)
            {
                reading.State.Load(new Funds(payment)
                {
                    Credits = [.. creditsOf[payment]],
                    Allocations = settled.ContainsKey(payment) ? [.. allocationsOf[payment]] : null,
                    Holder = holders.GetValueOrDefault(payment),
                });
            }
        });
    }

    private static PaymentId PaymentOf(NpgsqlDataReader row) => new(new MerchantId(row.GetInt64(0)), row.GetGuid(1));

    /// <summary>The refunds with the transfers that took their money come last: they are known better than as shares.</summary>
    private static void AddRefunds(Prefetch reading, IReadOnlyDictionary<PaymentId, long> payments)
    {
        List<Refund> shared = [];
        reading.Add(payments, SharedRefunds, row => shared.Add(Tables.Refund.Read(row)));
        List<(Refund Refund, Transfer Taken)> rows = [];
        reading.Add(payments, Refunds, row =>
        {
            var refund = Tables.Refund.Read(row, 0);
            rows.Add((refund, Taken(row, refund.Id.Merchant)));
        });
        reading.WhenRead(() =>
        {
            foreach (var refund in shared)
                reading.State.Load(refund);
            // Money that left and came back in one event does not count as taken.
            foreach (var refund in rows.Where(row => row.Taken.Credit.Kind != LedgerKind.Clearing).GroupBy(row => row.Refund.Id))
                reading.State.Load(refund.First().Refund with { Taken = [.. refund.Select(row => row.Taken)] });
        });
    }

    private static Transfer Taken(NpgsqlDataReader row, MerchantId merchant)
    {
        var first = Tables.Refund.Width;
        var currency = Currency.Parse(row.GetString(first + 1));
        return new Transfer(
            Account(first + 4), Account(first + 7), row.GetInt64(first),
            row.IsDBNull(first + 2) ? null : new ChargeId(merchant, row.GetGuid(first + 2)));

        LedgerAccount Account(int kind) => new(
            merchant, row.GetInt16(first + 3), Words.To<LedgerKind>(row.GetString(kind)), row.GetGuid(kind + 1), row.GetString(kind + 2),
            currency);
    }
}
