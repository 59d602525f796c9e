namespace Quittance.Storage.Verification;

/// <summary>Statements of banks and payout reports, and how their lines are booked.</summary>
internal static class SettlementRules
{
    public static readonly IReadOnlyList<(string Rule, string Sql)> All =
    [
        ("A line of a statement has moved its amount once if it is booked, and nothing if it is not", """
            SELECT format('line %s (%s): %s with a fee of %s; transfers say %s at the bank, %s on the way, %s of fees',
                          l.id, l.status, l.amount_minor, l.fee_minor, coalesce(s.bank, 0), coalesce(s.on_the_way, 0), coalesce(s.fees, 0))
              FROM settlement_line l
              LEFT JOIN (SELECT t.subject_id,
                                sum(t.amount_minor * ((d.kind = 'bank')::int - (c.kind = 'bank')::int)) AS bank,
                                sum(t.amount_minor * ((d.kind = 'clearing' AND d.purpose LIKE 'payout:%')::int
                                                      - (c.kind = 'clearing' AND c.purpose LIKE 'payout:%')::int)) AS on_the_way,
                                sum(t.amount_minor * ((d.kind = 'fees')::int - (c.kind = 'fees')::int)) AS fees,
                                sum(t.amount_minor * ((d.kind = 'write_off')::int - (c.kind = 'write_off')::int)) AS given_up
                           FROM transfer t
                           JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id
                           JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id
                          WHERE t.merchant_id = $1 GROUP BY t.subject_id) s ON s.subject_id = l.id
             WHERE l.merchant_id = $1
               AND CASE WHEN l.status <> 'booked' THEN (s.bank, s.on_the_way, s.fees, s.given_up) <> (0, 0, 0, 0)
                        WHEN s.subject_id IS NULL THEN true
                        WHEN l.kind = 'entry'
                        THEN s.bank <> CASE WHEN l.source = 'payout' THEN 0 ELSE l.amount_minor END
                             OR s.on_the_way <> CASE WHEN l.source = 'payout' THEN l.amount_minor ELSE 0 END
                                                + CASE WHEN l.use = 'payout' THEN -l.amount_minor - s.fees ELSE 0 END
                             OR CASE WHEN l.use = 'fee' THEN s.fees <> -l.amount_minor
                                     WHEN l.use = 'transfer' AND l.amount_minor > 0 THEN s.fees < l.fee_minor OR s.given_up < 0
                                     ELSE s.given_up <> 0 OR s.fees <> coalesce(
                                         -- What is missing of the payments whose sum it is.
                                         (SELECT x.closing_minor - l.amount_minor FROM statement x
                                           WHERE x.merchant_id = $1 AND x.id = l.settles_id AND x.account IN ('bank', 'split')
                                             AND l.use = 'payout'),
                                         l.fee_minor) END
                        ELSE s.bank <> 0 OR s.on_the_way <> l.amount_minor OR s.fees <> CASE WHEN l.use = 'fee' THEN -l.amount_minor
                            ELSE l.fee_minor END END
            """),
        ("A booked line moves money between its own account and what it is booked for, in the slot of its payment", """
            SELECT format('line %s (%s, %s) of %s: from %s "%s" to %s "%s", %s, in slots %s and %s',
                          l.id, l.kind, l.use, l.account, c.kind, c.purpose, d.kind, d.purpose, t.currency, c.slot, d.slot)
              FROM settlement_line l
              JOIN transfer t ON t.merchant_id = $1 AND t.subject_id = l.id
              JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id
              JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id
              LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = l.payment_id
              CROSS JOIN LATERAL (SELECT CASE WHEN l.kind = 'entry' AND l.source <> 'payout' THEN 'bank' ELSE 'clearing' END AS kind,
                                         CASE WHEN l.kind = 'entry' AND l.source <> 'payout' THEN l.account
                                              ELSE 'payout:' || l.account END AS purpose) own
              CROSS JOIN LATERAL (SELECT CASE WHEN (d.kind, d.purpose) = (own.kind, own.purpose) THEN c.kind
                                              WHEN (c.kind, c.purpose) = (own.kind, own.purpose) THEN d.kind END AS kind,
                                         CASE WHEN (d.kind, d.purpose) = (own.kind, own.purpose) THEN c.purpose ELSE d.purpose END
                                             AS purpose) other
             WHERE l.merchant_id = $1 AND l.status = 'booked' AND NOT EXISTS (
                   SELECT FROM event e WHERE e.merchant_id = $1 AND e.subject_id = l.id AND e.type = 'settlement.unbooked'
                      AND e.sequence >= t.sequence)
               AND (t.currency = l.currency AND d.slot = c.slot AND d.slot = coalesce(p.number % 32, d.slot)
                    AND (other.kind = 'fees'
                         OR (other.kind = 'write_off' AND l.use = 'transfer' AND other.purpose IN ('rounding', 'discount'))
                         OR (other.kind = 'clearing'
                         AND CASE l.use WHEN 'transfer' THEN other.purpose IN ('bank-transfer', 'bank')
                                        WHEN 'payout' THEN other.purpose LIKE 'payout:%'
                                        WHEN 'reported' THEN other.purpose = l.account ELSE false END))) IS NOT TRUE
            """),
        ("A part of a split line is booked only while the line is booked as the sum of its parts", """
            SELECT format('part %s of report %s: %s', l.id, l.statement_id, l.amount_minor)
              FROM settlement_line l
             WHERE l.merchant_id = $1 AND l.source = 'payout' AND l.account = 'split' AND l.status = 'booked'
               AND NOT EXISTS (SELECT FROM settlement_line x
                    WHERE x.merchant_id = $1 AND x.settles_id = l.statement_id AND x.status = 'booked')
            """),
        ("A line is taken back only with the import of its statement", """
            SELECT format('line %s of statement %s: %s', l.id, l.statement_id, l.amount_minor)
              FROM settlement_line l
              JOIN statement s ON s.merchant_id = $1 AND s.id = l.statement_id
             WHERE l.merchant_id = $1 AND l.status = 'undone' AND s.undone_at IS NULL
            """),
        ("Unbooking a line took back what its booking moved, and the money of the payment that the line had brought", """
            SELECT format('line %s, event %s: took back %s from %s to %s, more often than it was moved', u.subject_id, u.sequence,
                          u.amount_minor, u.debit_id, u.credit_id)
              FROM (SELECT t.* FROM event e
                      JOIN transfer t ON t.merchant_id = $1 AND t.subject_id = e.subject_id AND t.sequence = e.sequence
                     WHERE e.merchant_id = $1 AND e.type = 'settlement.unbooked') u
              LEFT JOIN transfer b ON b.merchant_id = $1 AND b.subject_id = u.subject_id AND b.sequence = u.sequence - 1
                   AND (b.debit_id, b.credit_id, b.amount_minor) = (u.credit_id, u.debit_id, u.amount_minor)
             WHERE b.line IS NULL
            UNION ALL
            SELECT format('line %s, event %s: booked with %s transfers, unbooked with %s', e.subject_id, e.sequence, b.count, u.count)
              FROM event e
             CROSS JOIN LATERAL (SELECT count(*) FROM transfer t
                WHERE t.merchant_id = $1 AND t.subject_id = e.subject_id AND t.sequence = e.sequence - 1) b
             CROSS JOIN LATERAL (SELECT count(*) FROM transfer t
                WHERE t.merchant_id = $1 AND t.subject_id = e.subject_id AND t.sequence = e.sequence) u
             WHERE e.merchant_id = $1 AND e.type = 'settlement.unbooked' AND b.count <> u.count
            UNION ALL
            SELECT format('payment %s, event %s: no line that had brought its money was unbooked with it', e.subject_id, e.sequence)
              FROM event e
              JOIN payment p ON p.merchant_id = $1 AND p.id = e.subject_id
             WHERE e.merchant_id = $1 AND e.type = 'payment.unbooked'
               AND NOT EXISTS (
                   SELECT FROM event u
                     JOIN settlement_line l ON l.merchant_id = $1 AND l.id = u.subject_id AND l.currency = p.currency
                          AND p.amount_minor = (SELECT sum(t.amount_minor) FROM transfer t
                              JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id AND c.kind = 'clearing'
                                   AND c.purpose IN ('bank-transfer', 'bank')
                             WHERE t.merchant_id = $1 AND t.subject_id = u.subject_id AND t.sequence = u.sequence - 1)
                     JOIN event b ON b.merchant_id = $1 AND b.subject_id = u.subject_id AND b.sequence = u.sequence - 1
                     JOIN event m ON m.merchant_id = $1 AND m.subject_id = p.id AND m.status = 'captured' AND m.type <> 'payment.reinstated'
                          AND (m.request_id, m.occurred_at) = (b.request_id, b.occurred_at)
                    WHERE u.merchant_id = $1 AND u.type = 'settlement.unbooked'
                      AND (u.request_id, u.occurred_at) = (e.request_id, e.occurred_at))
            UNION ALL
            SELECT format('payment %s: line %s brought its money and was unbooked, and it still has it', m.subject_id, u.subject_id)
              FROM event u
              JOIN event b ON b.merchant_id = $1 AND b.subject_id = u.subject_id AND b.sequence = u.sequence - 1
              JOIN event m ON m.merchant_id = $1 AND m.status = 'captured' AND m.type <> 'payment.reinstated'
                   AND (m.request_id, m.occurred_at) = (b.request_id, b.occurred_at)
             WHERE u.merchant_id = $1 AND u.type = 'settlement.unbooked'
               AND NOT EXISTS (SELECT FROM event t WHERE t.merchant_id = $1 AND t.subject_id = m.subject_id AND t.type = 'payment.unbooked')
               AND NOT EXISTS (SELECT FROM settlement_line l
                    WHERE l.merchant_id = $1 AND l.settles_id = m.subject_id AND l.status = 'booked')
            """),
        ("What is at a bank account is the sum of its booked lines", """
            SELECT format('%s, %s: ledger %s, lines %s', account, currency, coalesce(b.balance, 0), coalesce(l.booked, 0))
              FROM (SELECT purpose AS account, currency, sum(debits_minor - credits_minor) AS balance
                      FROM ledger_account WHERE merchant_id = $1 AND kind = 'bank' GROUP BY purpose, currency) b
              FULL JOIN (SELECT account, currency, sum(amount_minor) AS booked
                           FROM settlement_line WHERE merchant_id = $1 AND kind = 'entry' AND source <> 'payout' AND status = 'booked'
                               GROUP BY account, currency) l
                   USING (account, currency)
             WHERE coalesce(b.balance, 0) <> coalesce(l.booked, 0)
            """),
        ("A shortfall is within the tolerance of its moment", """
            SELECT format('line %s: %s for payment %s of %s; the tolerance was %s and %s hundredths of a percent',
                          l.id, l.amount_minor + l.fee_minor, p.id, p.amount_minor, tolerance.amount_minor, tolerance.percent_hundredths)
              FROM settlement_line l
              JOIN payment p ON p.merchant_id = $1 AND p.id = l.payment_id
              JOIN event e ON e.merchant_id = $1 AND e.subject_id = l.id AND e.sequence = l.events
              LEFT JOIN LATERAL (SELECT x.* FROM settlement_tolerance x
                                  WHERE x.merchant_id = $1 AND x.currency = l.currency AND x.since <= e.occurred_at
                                  ORDER BY x.since DESC LIMIT 1) tolerance ON true
             WHERE l.merchant_id = $1 AND l.status = 'booked' AND l.use = 'transfer' AND l.kind = 'entry' AND l.amount_minor > 0
               AND p.amount_minor > l.amount_minor + l.fee_minor
               AND (tolerance.kind IS NULL OR p.amount_minor - l.amount_minor - l.fee_minor > tolerance.amount_minor
                    OR (p.amount_minor - l.amount_minor - l.fee_minor)::numeric * 10000
                       > p.amount_minor::numeric * tolerance.percent_hundredths)
            """),
        ("Each tolerance has its action in the audit log, of the same moment, and each action its tolerance", """
            SELECT format('tolerance of %s since %s: %s', l.currency, l.since, coalesce(a.subject, 'no action'))
              FROM (SELECT currency, since FROM settlement_tolerance WHERE merchant_id = $1) l
              FULL JOIN (SELECT at, subject FROM operator_action WHERE merchant_id = $1 AND what = 'tolerance.set') a ON a.at = l.since
             WHERE l.since IS NULL OR a.at IS NULL
            """),
        ("Every line of a statement has its statement's account and currency, and a payment that is captured", """
            SELECT format('line %s (%s): statement %s, payment %s (%s)', l.id, l.status, l.statement_id, l.payment_id, p.status)
              FROM settlement_line l
              LEFT JOIN statement s ON s.merchant_id = $1 AND s.id = l.statement_id AND s.account = l.account AND s.currency = l.currency
                  AND s.source = l.source
              LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = l.payment_id
             WHERE l.merchant_id = $1
               AND (s.id IS NULL OR (l.payment_id IS NOT NULL AND p.status IS DISTINCT FROM 'captured'))
            """),
        ("A statement has as many lines as it says, its own and those it shares, and they lead from its first balance to its last", """
            SELECT format('statement %s: says %s lines, has %s and shares %s; from %s to %s, its own move %s, the shared %s',
                          s.id, s.lines, coalesce(l.lines, 0), s.shared, s.opening_minor, s.closing_minor, coalesce(l.moved, 0),
                          s.shared_minor)
              FROM statement s
              LEFT JOIN (SELECT statement_id, count(*) AS lines, sum(amount_minor) AS moved
                           FROM settlement_line WHERE merchant_id = $1 GROUP BY statement_id) l ON l.statement_id = s.id
             WHERE s.merchant_id = $1
               AND (s.lines <> coalesce(l.lines, 0) + s.shared
                    OR (s.closing_minor IS NOT NULL AND (s.opening_minor IS NOT NULL OR s.source = 'payout')
                        AND s.closing_minor <> coalesce(s.opening_minor, 0) + coalesce(l.moved, 0) + s.shared_minor))
            """),
        ("A line that is booked for a payment has one; money that came, with what did not come, is all of it, and no other line is booked",
            """
            SELECT format('line %s (%s): %s with a fee of %s, payment %s of %s, settles %s', l.id, l.use, l.amount_minor, l.fee_minor,
                l.payment_id, p.amount_minor, l.settles_id)
              FROM settlement_line l
              LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = l.payment_id AND p.currency = l.currency
              LEFT JOIN (SELECT t.subject_id, sum(t.amount_minor * ((d.id IS NOT NULL)::int - (c.id IS NOT NULL)::int)) AS missing
                           FROM settlement_line x
                           JOIN transfer t ON t.merchant_id = $1 AND t.subject_id = x.id
                           LEFT JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id AND d.kind IN ('fees', 'write_off')
                           LEFT JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id AND c.kind IN ('fees', 'write_off')
                          WHERE x.merchant_id = $1 AND x.kind = 'entry' AND x.status = 'booked' AND x.use IN ('transfer', 'reported')
                          GROUP BY t.subject_id) m ON m.subject_id = l.id
             WHERE l.merchant_id = $1 AND l.status = 'booked' AND l.use IN ('transfer', 'reported')
               AND (p.id IS NULL
                    OR ((l.kind = 'payment' OR (l.kind = 'entry' AND l.amount_minor > 0))
                        AND (l.settles_id IS DISTINCT FROM l.payment_id
                             OR p.amount_minor <> l.amount_minor + coalesce(m.missing, l.fee_minor)
                             OR EXISTS (SELECT FROM event e
                                 WHERE e.merchant_id = $1 AND e.subject_id = p.id AND e.type = 'payment.unbooked'))))
            """),
        ("The money of a payment that a line is booked for is with whom the line says", """
            SELECT format('line %s (%s) of %s: payment %s', l.id, l.use, l.account, l.payment_id)
              FROM settlement_line l
             WHERE l.merchant_id = $1 AND l.status = 'booked' AND l.use IN ('transfer', 'reported') AND l.payment_id IS NOT NULL
               AND NOT EXISTS (
                   SELECT FROM transfer t
                     JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id AND d.kind = 'clearing'
                    WHERE t.merchant_id = $1 AND t.subject_id = l.payment_id
                      AND CASE l.use WHEN 'transfer' THEN d.purpose IN ('bank-transfer', 'bank') ELSE d.purpose = l.account END)
            """),
    ];
}
