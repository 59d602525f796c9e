namespace Quittance.Storage.Verification;

/// <summary>Money that goes back: disputes, late declines, chargebacks and refunds.</summary>
internal static class ReturnRules
{
    public static readonly IReadOnlyList<(string Rule, string Sql)> All =
    [
        ("Disputes, late declines, chargebacks and corrections took what transfers say, and the merchant wrote off what a payment lacked",
            """
            SELECT format('payment %s (%s) of %s: reversed %s, written off %s, fees %s; '
                          'disputes say %s of which it had %s, fees %s; chargebacks %s, corrections %s%s',
                          p.id, p.status, p.amount_minor, p.reversed_minor, coalesce(m.written_off, 0), coalesce(m.fees, 0),
                          coalesce(d.minor, 0), coalesce(d.reversed, 0), coalesce(d.fees, 0), coalesce(g.minor, 0),
                          coalesce(k.minor, 0), CASE WHEN a.is_late THEN '; declined late' END)
              FROM payment p
              LEFT JOIN (SELECT t.subject_id, sum(t.amount_minor * ((d.kind = 'fees')::int - (c.kind = 'fees')::int)) AS fees,
                                sum(t.amount_minor * ((d.kind = 'write_off' AND c.kind = 'clearing')::int
                                                      - (d.kind = 'clearing' AND c.kind = 'write_off')::int)) AS written_off
                           FROM transfer t
                           JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id
                           JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id
                          WHERE t.merchant_id = $1 AND (d.kind IN ('fees', 'write_off') OR c.kind IN ('fees', 'write_off'))
                          GROUP BY t.subject_id) m ON m.subject_id = p.id
              LEFT JOIN (SELECT payment_id, sum(fee_minor) AS fees, sum(amount_minor) FILTER (WHERE status <> 'won') AS minor,
                                sum(reversed_minor) FILTER (WHERE status <> 'won') AS reversed
                           FROM dispute WHERE merchant_id = $1 GROUP BY payment_id) d ON d.payment_id = p.id
              LEFT JOIN (SELECT payment_id, bool_or(verb IN ('authorise', 'capture') AND status = 'declined') AS is_late
                           FROM attempt WHERE merchant_id = $1 GROUP BY payment_id) a ON a.payment_id = p.id
              LEFT JOIN (SELECT payment_id, -sum(amount_minor + fee_minor) AS minor
                           FROM settlement_line WHERE merchant_id = $1 AND kind = 'chargeback'
                            AND account IN ('gateway', 'bank-transfer') AND status = 'booked'
                          GROUP BY payment_id) g ON g.payment_id = p.id
              LEFT JOIN (SELECT t.subject_id, sum(t.amount_minor) AS minor
                           FROM event e
                           JOIN transfer t ON t.merchant_id = $1 AND t.subject_id = e.subject_id AND t.sequence = e.sequence
                           JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id AND c.kind = 'clearing'
                          WHERE e.merchant_id = $1 AND e.type IN ('payment.moved', 'payment.unbooked') GROUP BY t.subject_id) k
                        ON k.subject_id = p.id
             WHERE p.merchant_id = $1
               AND (coalesce(m.fees, 0) <> coalesce(d.fees, 0)
                    OR p.reversed_minor + coalesce(m.written_off, 0)
                       <> CASE WHEN p.status <> 'captured' THEN 0 WHEN a.is_late THEN p.amount_minor
                               ELSE coalesce(d.minor, 0) + coalesce(g.minor, 0) + coalesce(k.minor, 0) END
                    OR p.reversed_minor < coalesce(d.reversed, 0) + coalesce(k.minor, 0)
                    OR (p.reversed_minor > coalesce(d.reversed, 0) + coalesce(k.minor, 0) AND a.is_late IS NOT TRUE AND g.minor IS NULL))
            """),
        ("What was moved to other customers became their payments, in the same commits and with the same holder", """
            SELECT format('payment %s at %s: moved %s of %s, arrived %s of %s', coalesce(o.id, i.id), coalesce(o.at, i.at),
                          o.minor, o.holder, i.minor, i.holder)
              FROM (SELECT e.subject_id AS id, e.occurred_at AS at, c.purpose AS holder, t.currency, sum(t.amount_minor) AS minor
                      FROM event e
                      JOIN transfer t ON t.merchant_id = $1 AND t.subject_id = e.subject_id AND t.sequence = e.sequence
                      JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id
                     WHERE e.merchant_id = $1 AND e.type = 'payment.moved' GROUP BY 1, 2, 3, 4) o
              FULL JOIN (SELECT p.moved_from_id AS id, e.occurred_at AS at, d.purpose AS holder, t.currency, sum(t.amount_minor) AS minor
                      FROM payment p
                      JOIN event e ON e.merchant_id = $1 AND e.subject_id = p.id AND e.sequence = 1
                      JOIN transfer t ON t.merchant_id = $1 AND t.subject_id = p.id AND t.sequence = 1
                      JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id
                     WHERE p.merchant_id = $1 AND p.moved_from_id IS NOT NULL GROUP BY 1, 2, 3, 4) i USING (id, at, holder, currency)
             WHERE o.minor IS DISTINCT FROM i.minor
        """),
        ("A dispute is known by its provider's reference, and an event of its payment opened it; other events tell its end", $$"""
            SELECT format('dispute %s, %s of %s, of payment %s, opened at %s', d.id, d.reference, d.provider, d.payment_id, d.opened_at)
              FROM dispute d
              LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = d.payment_id AND p.amount_minor >= d.amount_minor
              LEFT JOIN attempt a ON a.merchant_id = $1 AND a.payment_id = d.payment_id AND a.verb = 'authorise' AND a.provider = d.provider
              LEFT JOIN event e ON e.merchant_id = $1 AND e.subject_id = d.payment_id AND e.type = 'payment.reversed'
                   AND e.occurred_at = d.opened_at
             WHERE d.merchant_id = $1
               AND (p.id IS NULL OR a.id IS NULL OR e.sequence IS NULL
                    OR {{DerivedIdSql.Of("d.id")}} <> {{DerivedIdSql.From("convert_to(d.provider || E'\\n' || d.reference, 'UTF8')")}})
            UNION ALL
            SELECT format('payment %s: disputes lost %s, won %s; events tell of %s lost and %s won', coalesce(d.payment_id, e.subject_id),
                          coalesce(d.lost, 0), coalesce(d.won, 0), coalesce(e.lost, 0), coalesce(e.reinstated, 0))
              FROM (SELECT payment_id, count(*) FILTER (WHERE status = 'lost') AS lost, count(*) FILTER (WHERE status = 'won') AS won
                      FROM dispute WHERE merchant_id = $1 GROUP BY payment_id) d
              FULL JOIN (SELECT subject_id, count(*) FILTER (WHERE type = 'dispute.lost') AS lost,
                                count(*) FILTER (WHERE type = 'payment.reinstated') AS reinstated
                           FROM event WHERE merchant_id = $1 AND type IN ('dispute.lost', 'payment.reinstated') GROUP BY subject_id) e
                        ON e.subject_id = d.payment_id
             WHERE coalesce(e.lost, 0) NOT BETWEEN coalesce(d.lost, 0) AND coalesce(d.lost + d.won, 0)
                OR coalesce(e.reinstated, 0) < coalesce(d.won, 0)
            """),
        ("What refunds take from a payment and do not give back is refunded, and what is done was paid out", """
            SELECT format('payment %s: refunded %s; refunds say %s, of which %s are done; transfers say %s, %s written off, %s paid out',
                          p.id, p.refunded_minor, coalesce(r.asked, 0), coalesce(r.done, 0), coalesce(s.refunded, 0),
                          coalesce(s.written_off, 0), coalesce(s.paid, 0))
              FROM payment p
              LEFT JOIN (SELECT t.subject_id,
                                sum(t.amount_minor * ((d.kind = 'credit')::int - (c.kind = 'credit')::int)) AS refunded,
                                sum(t.amount_minor * ((d.kind = 'write_off')::int - (c.kind = 'write_off')::int)) AS written_off,
                                sum(t.amount_minor * ((c.kind = 'clearing')::int - (d.kind = 'clearing')::int)) AS paid
                           FROM transfer t
                           JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id
                           JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id
                          WHERE t.merchant_id = $1 AND (d.kind = 'refunds_in_transit' OR c.kind = 'refunds_in_transit')
                          GROUP BY t.subject_id) s ON s.subject_id = p.id
              LEFT JOIN (SELECT payment_id, sum(amount_minor) FILTER (WHERE status <> 'failed') AS asked,
                                sum(amount_minor) FILTER (WHERE status = 'done') AS done
                           FROM refund WHERE merchant_id = $1 GROUP BY payment_id) r ON r.payment_id = p.id
             WHERE p.merchant_id = $1
               AND (p.refunded_minor <> coalesce(s.refunded, 0) OR coalesce(s.refunded + s.written_off, 0) <> coalesce(r.asked, 0)
                    OR coalesce(s.paid, 0) <> coalesce(r.done, 0))
            """),
        ("Refunds that are pending are what is in transit", """
            SELECT format('%s: pending %s, in transit %s', currency, coalesce(r.pending, 0), coalesce(l.transit, 0))
              FROM (SELECT currency, sum(credits_minor - debits_minor) AS transit
                      FROM ledger_account WHERE merchant_id = $1 AND kind = 'refunds_in_transit' GROUP BY currency) l
              FULL JOIN (SELECT currency, sum(amount_minor) FILTER (WHERE status = 'pending') AS pending
                           FROM refund WHERE merchant_id = $1 AND payment_id IS NOT NULL GROUP BY currency) r USING (currency)
             WHERE coalesce(r.pending, 0) <> coalesce(l.transit, 0)
            """),
        ("A refund stands where its provider says, and belongs to its payment's account", """
            SELECT format('refund %s (%s): attempt %s', r.id, r.status, a.status)
              FROM refund r
              LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = r.payment_id AND p.account_id = r.account_id AND p.currency = r.currency
              LEFT JOIN attempt a ON a.merchant_id = $1 AND a.id = r.attempt_id AND a.verb = 'refund' AND a.amount_minor = r.amount_minor
             WHERE r.merchant_id = $1 AND r.payment_id IS NOT NULL
               AND (p.id IS NULL
                    OR r.status <> CASE WHEN r.attempt_id IS NULL OR a.status = 'approved' THEN 'done'
                                        WHEN a.status = 'declined' THEN 'failed'
                                        ELSE 'pending' END)
            """),
        ("A refund took its amount with the event of the payment that it names", """
            SELECT format('refund %s of %s: payment %s, event %s took %s', r.id, r.amount_minor, r.payment_id, r.taken_by,
                          coalesce(t.minor, 0))
              FROM refund r
              LEFT JOIN (SELECT t.subject_id, t.sequence, sum(t.amount_minor) AS minor
                           FROM transfer t
                           JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id AND d.kind IN ('credit', 'write_off')
                           JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id AND c.kind = 'refunds_in_transit'
                          WHERE t.merchant_id = $1 GROUP BY t.subject_id, t.sequence) t
                        ON t.subject_id = r.payment_id AND t.sequence = r.taken_by
             WHERE r.merchant_id = $1
               AND CASE WHEN r.payment_id IS NULL THEN r.taken_by <> 0 ELSE t.minor IS DISTINCT FROM r.amount_minor END
            """),
        ("Every refund that a provider was asked for has its attempt, and every such attempt its refund", """
            SELECT format('refund %s of payment %s, attempt %s of payment %s', r.id, r.payment_id, a.id, a.payment_id)
              FROM (SELECT id, payment_id, attempt_id, currency FROM refund WHERE merchant_id = $1 AND attempt_id IS NOT NULL) r
              FULL JOIN (SELECT id, payment_id, currency FROM attempt WHERE merchant_id = $1 AND verb = 'refund') a
                        ON a.id = r.attempt_id AND a.payment_id = r.payment_id AND a.currency = r.currency
             WHERE a.id IS NULL OR r.id IS NULL
            """),
        ("A refund of no payment is a bare record, or stands and counts as its shares do", """
            SELECT format('refund %s (%s): %s, shares %s of %s', r.id, r.status, r.amount_minor, s.statuses, s.amount)
              FROM refund r
              LEFT JOIN (SELECT share_of, array_agg(DISTINCT status) AS statuses,
                                CASE WHEN bool_or(status = 'pending') OR NOT bool_or(status = 'done') THEN sum(amount_minor)
                                     ELSE sum(amount_minor) FILTER (WHERE status = 'done') END AS amount
                           FROM refund WHERE merchant_id = $1 AND share_of IS NOT NULL GROUP BY share_of) s ON s.share_of = r.id
             WHERE r.merchant_id = $1 AND r.payment_id IS NULL
               AND (r.amount_minor IS DISTINCT FROM s.amount
                    OR r.status <> CASE WHEN s.share_of IS NULL OR 'pending' = ANY(s.statuses) THEN 'pending' WHEN 'done' = ANY(s.statuses)
                        THEN 'done' ELSE 'failed' END)
            """),
        ("A share is of a refund of no payment, on the same account and in the same currency", """
            SELECT format('refund %s is a share of %s', s.id, s.share_of)
              FROM refund s
              LEFT JOIN refund r ON r.merchant_id = $1 AND r.id = s.share_of AND r.payment_id IS NULL AND r.share_of IS NULL
                                AND r.account_id = s.account_id AND r.currency = s.currency AND r.dialect = s.dialect
             WHERE s.merchant_id = $1 AND s.share_of IS NOT NULL AND r.id IS NULL
            """),
    ];
}
