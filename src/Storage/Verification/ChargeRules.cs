namespace Quittance.Storage.Verification;

/// <summary>The rules of customers' debts, and of the deposits of orders.</summary>
internal static class ChargeRules
{
    public static readonly IReadOnlyList<(string Rule, string Sql)> All =
    [
        ("A charge was raised as its own customer's debt, in full and in its currency", """
            SELECT format('charge %s of account %s: %s %s', c.id, c.account_id, c.amount_minor, c.currency)
              FROM charge c
              LEFT JOIN (SELECT t.subject_id, d.holder_id, t.amount_minor, t.currency
                           FROM transfer t
                           JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id AND d.kind = 'receivable'
                           JOIN ledger_account b ON b.merchant_id = $1 AND b.id = t.credit_id AND b.kind = 'billed'
                          WHERE t.merchant_id = $1 AND t.charge_id = t.subject_id AND t.sequence = 1 AND t.line = 1) r
                        ON r.subject_id = c.id AND r.holder_id = c.account_id AND r.amount_minor = c.amount_minor
                           AND r.currency = c.currency
             WHERE c.merchant_id = $1 AND r.subject_id IS NULL
            """),
        ("A charge's settled amount is the sum of its allocations, its forgiven amount that of its credit notes, and it was raised in full",
            """
            SELECT format('charge %s: amount %s, allocated %s, forgiven %s, written off %s; '
                          'transfers say %s less what is forgiven, %s and %s',
                          c.id, c.amount_minor, c.allocated_minor, c.credited_minor, c.written_off_minor, coalesce(s.raised, 0),
                          coalesce(s.settled, 0), coalesce(s.written_off, 0))
              FROM charge c
              LEFT JOIN (SELECT t.charge_id,
                                sum(t.amount_minor * m.side) FILTER (WHERE m.other = 'billed') AS raised,
                                -sum(t.amount_minor * m.side) FILTER (WHERE m.other = 'write_off') AS written_off,
                                -sum(t.amount_minor * m.side) FILTER (WHERE m.other NOT IN ('billed', 'write_off')) AS settled
                           FROM transfer t
                           JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id
                           JOIN ledger_account r ON r.merchant_id = $1 AND r.id = t.credit_id
                          CROSS JOIN LATERAL (VALUES (d.kind, 1, r.kind), (r.kind, -1, d.kind)) m(own, side, other)
                          WHERE t.merchant_id = $1 AND t.charge_id IS NOT NULL AND m.own = 'receivable' GROUP BY t.charge_id) s
                        ON s.charge_id = c.id
             WHERE c.merchant_id = $1
               AND (c.amount_minor - c.credited_minor <> coalesce(s.raised, 0) OR c.allocated_minor <> coalesce(s.settled, 0)
                    OR c.written_off_minor <> coalesce(s.written_off, 0))
            """),
        ("What was corrected on a charge moved its money as the correction says", """
            SELECT format('charge %s, event %s (%s): %s transfers, from %s to %s', e.subject_id, e.sequence, e.type, coalesce(t.count, 0),
                          t.credit, t.debit)
              FROM event e
              LEFT JOIN (VALUES ('charge.cancelled', 'billed', 'receivable'), ('charge.credited', 'billed', 'receivable'),
                                ('charge.reinstated', 'receivable', 'billed'), ('charge.written_off', 'write_off', 'receivable'),
                                ('charge.recovered', 'receivable', 'write_off')) w(type, debit, credit) ON w.type = e.type
              LEFT JOIN (SELECT t.subject_id, t.sequence, count(*) AS count, min(d.kind) AS debit, min(c.kind) AS credit,
                                bool_and(t.charge_id = t.subject_id) AS is_own
                           FROM transfer t
                           JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id
                           JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id
                          WHERE t.merchant_id = $1 GROUP BY t.subject_id, t.sequence) t
                        ON t.subject_id = e.subject_id AND t.sequence = e.sequence
             WHERE e.merchant_id = $1 AND e.type LIKE 'charge.%' AND e.type NOT IN ('charge.raised', 'charge.moved')
               AND CASE WHEN w.type IS NULL THEN t.count IS NOT NULL
                        ELSE (t.count, t.debit, t.credit, t.is_own) IS DISTINCT FROM (1, w.debit, w.credit, true) END
            """),
        ("A charge is settled only by its own account's money", """
            SELECT format('transfer %s/%s/%s settles charge %s of another account', t.subject_id, t.sequence, t.line, t.charge_id)
              FROM transfer t
              JOIN ledger_account r ON r.merchant_id = $1 AND r.id = t.credit_id AND r.kind = 'receivable'
              LEFT JOIN charge c ON c.merchant_id = $1 AND c.id = t.charge_id AND c.account_id = r.holder_id
             WHERE t.merchant_id = $1 AND c.id IS NULL
            """),
        ("What a customer owes is the open part of the customer's charges", """
            SELECT format('account %s, %s: owes %s, open %s', holder, currency, coalesce(owed, 0), coalesce(open, 0))
              FROM (SELECT holder_id AS holder, currency, sum(debits_minor - credits_minor) AS owed
                      FROM ledger_account WHERE merchant_id = $1 AND kind = 'receivable' GROUP BY holder_id, currency) l
              FULL JOIN (SELECT account_id AS holder, currency,
                                sum(amount_minor - allocated_minor - credited_minor - written_off_minor) AS open
                           FROM charge WHERE merchant_id = $1 GROUP BY account_id, currency) c USING (holder, currency)
             WHERE coalesce(owed, 0) <> coalesce(open, 0)
            """),
        ("A deposit that counts as paid is covered by money earmarked for its order that was not given back", """
            SELECT format('order %s: deposit paid %s, says %s earmarked; transfers say %s', o.id, o.deposit_paid_minor, o.earmarked_minor,
                coalesce(s.earmarked, 0))
              FROM customer_order o
              JOIN account a ON a.merchant_id = $1 AND a.id = o.account_id
              LEFT JOIN (SELECT purpose, currency, sum(moved) AS earmarked
                           FROM (SELECT l.purpose, l.currency, t.amount_minor AS moved
                                   FROM ledger_account l
                                   JOIN transfer t ON t.merchant_id = $1 AND t.credit_id = l.id
                                   JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id
                                  WHERE l.merchant_id = $1 AND l.kind = 'credit' AND l.purpose LIKE 'earmarked:%' AND d.kind <> 'receivable'
                                 UNION ALL
                                 SELECT l.purpose, l.currency, -t.amount_minor
                                   FROM ledger_account l
                                   JOIN transfer t ON t.merchant_id = $1 AND t.debit_id = l.id
                                   JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id
                                  WHERE l.merchant_id = $1 AND l.kind = 'credit' AND l.purpose LIKE 'earmarked:%'
                                      AND c.kind <> 'receivable') m
                          GROUP BY purpose, currency) s ON s.purpose = 'earmarked:' || o.id AND s.currency = a.currency
             WHERE o.merchant_id = $1 AND (o.earmarked_minor <> coalesce(s.earmarked, 0) OR o.deposit_paid_minor > o.earmarked_minor)
            """),
    ];
}
