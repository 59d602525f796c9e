using Npgsql;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;

namespace Quittance.Storage;

/// <summary>The part of <see cref="PrefetchReading"/> that is about payments and what belongs to them.</summary>
internal static class PaymentPrefetching
{
    public static void Add(PrefetchReading reading, Wanted wanted)
    {
        AddPayments(reading, [.. wanted.Payments.Union(wanted.WholePayments)]);
        AddWholePayments(reading, wanted.WholePayments);
        AddSharedRefundsOf(reading, wanted.RefundsOf);
        AddRefundsOf(reading, wanted.RefundsOf);
        AddHolders(reading, wanted.HoldersOf);
        AddBookingsOf(reading, wanted.BookingsOf);
    }

    private static void AddPayments(PrefetchReading reading, IReadOnlyCollection<PaymentId> payments)
    {
        (MerchantId, Guid)[] ids = [.. payments.Select(payment => (payment.Merchant, payment.Value))];
        List<Payment> found = [];
        reading.AddByIds(
            ids,
            $"""
            SELECT {Rows.PaymentColumns}
              FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
             CROSS JOIN LATERAL (SELECT p.* FROM payment p
               WHERE p.merchant_id = k.m AND p.id = k.id AND p.merchant_id = ANY($3) LIMIT 1) x
            """,
            row => found.Add(Rows.Payment(row, 0)));
        List<(PaymentId Payment, Credit Credit)> credits = [];
        // What is left of a payment's credits is what its own transfers brought to credit less what they took from it.
        reading.AddByIds(
            ids,
            """
            SELECT k.m, k.id, x.purpose, x.left_minor
              FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
             CROSS JOIN LATERAL (
               SELECT l.purpose, sum(CASE WHEN t.credit_id = l.id THEN t.amount_minor ELSE -t.amount_minor END)::bigint AS left_minor
                 FROM transfer t
                 JOIN ledger_account l ON l.merchant_id = t.merchant_id AND l.id = ANY (ARRAY[t.credit_id, t.debit_id]) AND l.merchant_id = ANY($3)
                WHERE t.merchant_id = k.m AND t.subject_id = k.id AND t.merchant_id = ANY($3) AND l.kind = 'credit'
                GROUP BY l.purpose) x
            """,
            row => credits.Add(
                (new PaymentId(new MerchantId(row.GetInt64(0)), row.GetGuid(1)), new Credit(row.GetString(2), row.GetInt64(3)))));
        reading.WhenRead(() =>
        {
            var byPayment = credits.ToLookup(credit => credit.Payment, credit => credit.Credit);
            foreach (var payment in found)
                reading.State.Load(payment, byPayment[payment.Id]);
        });
    }

    private static void AddWholePayments(PrefetchReading reading, IReadOnlyCollection<PaymentId> payments)
    {
        (MerchantId, Guid)[] ids = [.. payments.Select(payment => (payment.Merchant, payment.Value))];
        // Index: attempt_of_payment.
        reading.AddByIds(
            ids,
            $"""
            SELECT {Rows.AttemptColumns}
              FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
             CROSS JOIN LATERAL (SELECT a.* FROM attempt a
               WHERE a.merchant_id = k.m AND a.payment_id = k.id AND a.merchant_id = ANY($3) OFFSET 0) x
            """,
            row => reading.State.Load(Rows.Attempt(row, 0)));
        AddEarmarkedFor(reading, ids);
        var claims = AddClaims(reading, ids);
        var allocations = AddAllocations(reading, ids);
        reading.WhenRead(() =>
        {
            var claimsOf = claims.ToLookup(claim => claim.Payment);
            var allocationsOf = allocations.ToLookup(row => row.Payment, row => row.Allocation);
            foreach (var payment in payments)
                reading.State.Load(payment, allocationsOf[payment], [.. claimsOf[payment]]);
        });
    }

    /// <summary>The orders for which money of the payments is earmarked.</summary>
    private static void AddEarmarkedFor(PrefetchReading reading, (MerchantId, Guid)[] payments) => reading.AddByIds(
        payments,
        $"""
        SELECT {Rows.OrderColumns}
          FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
         CROSS JOIN LATERAL (
           SELECT DISTINCT substr(l.purpose, 11)::uuid AS id
             FROM transfer t
             JOIN ledger_account l ON l.merchant_id = t.merchant_id AND l.id = ANY (ARRAY[t.credit_id, t.debit_id]) AND l.merchant_id = ANY($3)
            WHERE t.merchant_id = k.m AND t.subject_id = k.id AND t.merchant_id = ANY($3) AND l.kind = 'credit' AND l.purpose LIKE 'earmarked:%') e
         CROSS JOIN LATERAL (SELECT o.* FROM customer_order o
           WHERE o.merchant_id = k.m AND o.id = e.id AND o.merchant_id = ANY($3) LIMIT 1) x
        """,
        row => reading.State.Load(Rows.Order(row, 0)));

    private static List<Claim> AddClaims(PrefetchReading reading, (MerchantId, Guid)[] payments)
    {
        List<Claim> claims = [];
        reading.AddByIds(
            payments,
            $"""
            SELECT {Rows.ChargeColumns}, k.m, k.id, x.line, x.claimed_id, x.claimed_minor
              FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
             CROSS JOIN LATERAL (SELECT c.*, l.line, l.charge_id AS claimed_id, l.amount_minor AS claimed_minor
               FROM claim l LEFT JOIN charge c ON c.merchant_id = l.merchant_id AND c.id = l.charge_id AND c.merchant_id = ANY($3)
               WHERE l.merchant_id = k.m AND l.payment_id = k.id AND l.merchant_id = ANY($3) ORDER BY l.line) x
            """,
            row =>
            {
                // The charge of a booking is raised only when it is paid.
                if (!row.IsDBNull(0))
                    reading.State.Load(Rows.Charge(row, 0));
                var merchant = new MerchantId(row.GetInt64(Rows.AfterCharge));
                claims.Add(new Claim(
                    new PaymentId(merchant, row.GetGuid(Rows.AfterCharge + 1)), row.GetInt32(Rows.AfterCharge + 2),
                    new ChargeId(merchant, row.GetGuid(Rows.AfterCharge + 3)), row.GetInt64(Rows.AfterCharge + 4)));
            });
        return claims;
    }

    private static List<(PaymentId Payment, Allocation Allocation)> AddAllocations(PrefetchReading reading, (MerchantId, Guid)[] payments)
    {
        List<(PaymentId Payment, Allocation Allocation)> allocations = [];
        // A payment settles the sum of its own settling transfers, in the order of the last one.
        reading.AddByIds(
            payments,
            $"""
            SELECT {Rows.ChargeColumns}, k.id, s.settled_minor
              FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
             CROSS JOIN LATERAL (
               SELECT t.charge_id, max(ARRAY[t.sequence, t.line]) AS last, sum(m.minor)::bigint AS settled_minor
                 FROM transfer t
                 JOIN ledger_account d ON d.merchant_id = t.merchant_id AND d.id = t.debit_id AND d.merchant_id = ANY($3)
                 JOIN ledger_account c ON c.merchant_id = t.merchant_id AND c.id = t.credit_id AND c.merchant_id = ANY($3)
                CROSS JOIN LATERAL (SELECT {TransferSql.SettledMinor} AS minor) m
                WHERE t.merchant_id = k.m AND t.subject_id = k.id AND t.merchant_id = ANY($3) AND t.charge_id IS NOT NULL AND m.minor IS NOT NULL
                GROUP BY t.charge_id) s
             CROSS JOIN LATERAL (SELECT c.* FROM charge c
               WHERE c.merchant_id = k.m AND c.id = s.charge_id AND c.merchant_id = ANY($3) LIMIT 1) x
             ORDER BY s.last
            """,
            row =>
            {
                var charge = Rows.Charge(row, 0);
                reading.State.Load(charge);
                allocations.Add((new PaymentId(charge.Id.Merchant, row.GetGuid(Rows.AfterCharge)), new Allocation(charge, row.GetInt64(Rows.AfterCharge + 1))));
            });
        return allocations;
    }

    /// <summary>
    /// Indexes: refund_of_payment, refund_shares. What refunds of the payments are shares of, with all its shares; so that what
    /// <see cref="AddRefundsOf"/> knows better of some comes later.
    /// </summary>
    private static void AddSharedRefundsOf(PrefetchReading reading, IReadOnlyCollection<PaymentId> payments)
    {
        List<Refund> rows = [];
        reading.AddByIds(
            payments.Select(payment => (payment.Merchant, payment.Value)),
            $"""
            SELECT {Rows.RefundColumns}
              FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
             CROSS JOIN LATERAL (SELECT r.share_of FROM refund r
               WHERE r.merchant_id = k.m AND r.payment_id = k.id AND r.share_of IS NOT NULL AND r.merchant_id = ANY($3) OFFSET 0) s
             CROSS JOIN LATERAL (
               (SELECT w.* FROM refund w WHERE w.merchant_id = k.m AND w.id = s.share_of AND w.merchant_id = ANY($3) LIMIT 1)
               UNION ALL
               (SELECT o.* FROM refund o WHERE o.merchant_id = k.m AND o.share_of = s.share_of AND o.merchant_id = ANY($3) OFFSET 0)) x
            """,
            row => rows.Add(Rows.Refund(row, 0)));
        reading.WhenRead(() =>
        {
            foreach (var refund in rows)
                reading.State.Load(refund);
        });
    }

    /// <summary>Index: refund_of_payment. With the transfers that took the money, for those that a provider was asked for.</summary>
    private static void AddRefundsOf(PrefetchReading reading, IReadOnlyCollection<PaymentId> payments)
    {
        List<(Refund Refund, Transfer Taken)> rows = [];
        reading.AddByIds(
            payments.Select(payment => (payment.Merchant, payment.Value)),
            $"""
            SELECT {Rows.RefundColumns}, x.amount, x.charge_id, d.slot, d.kind, d.holder_id, d.purpose, c.kind, c.holder_id, c.purpose
              FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
             CROSS JOIN LATERAL (SELECT r.*, t.line, t.debit_id, t.credit_id, t.amount_minor AS amount, t.charge_id
               FROM refund r
               JOIN transfer t ON t.merchant_id = r.merchant_id AND t.subject_id = r.payment_id AND t.sequence = r.taken_by AND t.merchant_id = ANY($3)
               WHERE r.merchant_id = k.m AND r.payment_id = k.id AND r.attempt_id IS NOT NULL AND r.merchant_id = ANY($3) OFFSET 0) x
              JOIN ledger_account d ON d.merchant_id = x.merchant_id AND d.id = x.debit_id AND d.merchant_id = ANY($3)
              JOIN ledger_account c ON c.merchant_id = x.merchant_id AND c.id = x.credit_id AND c.merchant_id = ANY($3)
             ORDER BY x.id, x.line
            """,
            row => rows.Add((Rows.Refund(row, 0), Taken(row, Rows.AfterRefund))));
        reading.WhenRead(() =>
        {
            // Where it was taken once more, and was given back in the same event, that is no part of the taking.
            foreach (var refund in rows.Where(row => row.Taken.Credit.Kind != LedgerKind.Clearing).GroupBy(row => row.Refund.Id))
                reading.State.Load(refund.First().Refund with { Taken = [.. refund.Select(row => row.Taken)] });
        });
    }

    private static Transfer Taken(NpgsqlDataReader row, int first)
    {
        var merchant = new MerchantId(row.GetInt64(0));
        var currency = Currency.Parse(row.GetString(7));
        return new Transfer(
            new LedgerAccount(merchant, row.GetInt16(first + 2), Words.ToKind(row.GetString(first + 3)), row.GetGuid(first + 4), row.GetString(first + 5), currency),
            new LedgerAccount(merchant, row.GetInt16(first + 2), Words.ToKind(row.GetString(first + 6)), row.GetGuid(first + 7), row.GetString(first + 8), currency),
            row.GetInt64(first), row.IsDBNull(first + 1) ? null : new ChargeId(merchant, row.GetGuid(first + 1)));
    }

    /// <summary>Who holds the money of payments that were recorded, and not asked of a provider.</summary>
    private static void AddHolders(PrefetchReading reading, IReadOnlyCollection<PaymentId> payments) => reading.AddByIds(
        payments.Select(payment => (payment.Merchant, payment.Value)),
        """
        SELECT k.m, k.id, x.purpose
          FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
         CROSS JOIN LATERAL (SELECT l.purpose FROM transfer t
           JOIN ledger_account l ON l.merchant_id = t.merchant_id AND l.id = t.debit_id AND l.kind = 'clearing' AND l.merchant_id = ANY($3)
           WHERE t.merchant_id = k.m AND t.subject_id = k.id AND t.merchant_id = ANY($3) LIMIT 1) x
        """,
        row => reading.State.LoadHolder(new PaymentId(new MerchantId(row.GetInt64(0)), row.GetGuid(1)), row.GetString(2)));

    /// <summary>Index: booking_of_payment.</summary>
    private static void AddBookingsOf(PrefetchReading reading, IReadOnlyCollection<PaymentId> payments) => reading.AddByIds(
        payments.Select(payment => (payment.Merchant, payment.Value)),
        $"""
        SELECT {Rows.BookingColumns}
          FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
         CROSS JOIN LATERAL (SELECT b.* FROM booking b
           WHERE b.merchant_id = k.m AND b.payment_id = k.id AND b.merchant_id = ANY($3) LIMIT 1) x
          {Rows.BookingHolder} AND h.merchant_id = ANY($3)
        """,
        row => reading.State.Load(Rows.Booking(row, 0)));
}
