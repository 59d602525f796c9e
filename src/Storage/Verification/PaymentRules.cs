namespace Quittance.Storage.Verification;

/// <summary>Money of payments, whose it is, and who holds it.</summary>
internal static class PaymentRules
{
    public static readonly IReadOnlyList<(string Rule, string Sql)> All =
    [
        ("Every payment belongs to an account", """
            SELECT format('payment %s of account %s', p.id, p.account_id)
              FROM payment p LEFT JOIN account a ON a.merchant_id = $1 AND a.id = p.account_id
             WHERE p.merchant_id = $1 AND a.id IS NULL
            """),
        ("Captured money stands in the ledger but for what went back, other money not at all; allocated is what settles charges", """
            SELECT format('payment %s (%s): amount %s, reversed %s, allocated %s; transfers say %s captured and not reversed, %s allocated',
                          p.id, p.status, p.amount_minor, p.reversed_minor, p.allocated_minor, coalesce(s.held, 0),
                          coalesce(s.allocated, 0))
              FROM payment p
              LEFT JOIN (SELECT t.subject_id,
                                coalesce(sum(t.amount_minor) FILTER (WHERE d.kind = 'clearing' AND c.kind IN ('receivable', 'credit')), 0)
                                - coalesce(sum(t.amount_minor) FILTER (WHERE c.kind = 'clearing'
                                    AND d.kind IN ('receivable', 'credit')), 0) AS held,
                                coalesce(sum(t.amount_minor) FILTER (WHERE d.kind <> 'billed' AND c.kind = 'receivable'), 0)
                                - coalesce(sum(t.amount_minor) FILTER (WHERE d.kind = 'receivable' AND c.kind <> 'billed'), 0) AS allocated
                           FROM transfer t
                           JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id
                           JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id
                          WHERE t.merchant_id = $1 GROUP BY t.subject_id) s ON s.subject_id = p.id
             WHERE p.merchant_id = $1
               AND (coalesce(s.held, 0) <> CASE WHEN p.status = 'captured' THEN p.amount_minor - p.reversed_minor ELSE 0 END
                    OR coalesce(s.allocated, 0) <> p.allocated_minor)
            """),
        ("A customer's credit is the unallocated money of the customer's payments", """
            SELECT format('account %s, %s: credit %s, unallocated %s', holder, currency, coalesce(credit, 0), coalesce(unallocated, 0))
              FROM (SELECT holder_id AS holder, currency, sum(credits_minor - debits_minor) AS credit
                      FROM ledger_account WHERE merchant_id = $1 AND kind = 'credit' GROUP BY holder_id, currency) l
              FULL JOIN (SELECT account_id AS holder, currency, sum(amount_minor - allocated_minor - reversed_minor - refunded_minor)
                  AS unallocated
                           FROM payment WHERE merchant_id = $1 AND status = 'captured' GROUP BY account_id, currency) p
                   USING (holder, currency)
             WHERE coalesce(credit, 0) <> coalesce(unallocated, 0)
            """),
        ("A payment moves its own customer's money in its own currency, in the ways in which payments move money", """
            SELECT format('payment %s of account %s, %s: transfer %s/%s from %s of %s to %s of %s, %s, charge %s',
                          p.id, p.account_id, p.currency, t.sequence, t.line, c.kind, c.holder_id, d.kind, d.holder_id, t.currency,
                          t.charge_id)
              FROM transfer t
              JOIN payment p ON p.merchant_id = $1 AND p.id = t.subject_id
              JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id
              JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id
              LEFT JOIN charge h ON h.merchant_id = $1 AND h.id = t.charge_id AND h.account_id = p.account_id AND h.currency = p.currency
             WHERE t.merchant_id = $1
               AND ((d.kind, c.kind) IN (('clearing', 'receivable'), ('clearing', 'credit'), ('receivable', 'clearing'),
                     ('credit', 'clearing'),
                     ('credit', 'receivable'), ('receivable', 'credit'), ('billed', 'receivable'), ('receivable', 'billed'),
                     ('credit', 'refunds_in_transit'), ('refunds_in_transit', 'credit'), ('refunds_in_transit', 'clearing'),
                     ('clearing', 'refunds_in_transit'), ('write_off', 'refunds_in_transit'), ('refunds_in_transit', 'write_off'),
                     ('fees', 'clearing'), ('write_off', 'clearing'), ('clearing', 'write_off'))
                    AND t.currency = p.currency AND d.slot = p.number % 32 AND c.slot = p.number % 32
                    AND d.holder_id IN (p.account_id, '00000000-0000-0000-0000-000000000000')
                    AND c.holder_id IN (p.account_id, '00000000-0000-0000-0000-000000000000')
                    AND (h.id IS NOT NULL) = ('receivable' IN (d.kind, c.kind))
                    AND (t.charge_id IS NOT NULL) = ('receivable' IN (d.kind, c.kind))) IS NOT TRUE
            """),
        ("Money that leaves charges and stays credit was taken off them by a correction, or was on its way to a refund", """
            SELECT format('payment %s, event %s (%s): %s transfers from charges to credit, %s others', e.subject_id, e.sequence, e.type,
                          coalesce(t.freed, 0), coalesce(t.others, 0))
              FROM event e
              LEFT JOIN (SELECT t.subject_id, t.sequence,
                                count(*) FILTER (WHERE (d.kind, c.kind) = ('receivable', 'credit')) AS freed,
                                count(*) FILTER (WHERE (d.kind, c.kind) NOT IN (('receivable', 'credit'), ('credit', 'receivable')))
                                    AS others
                           FROM transfer t
                           JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id
                           JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id
                          WHERE t.merchant_id = $1 GROUP BY t.subject_id, t.sequence) t
                        ON t.subject_id = e.subject_id AND t.sequence = e.sequence
             WHERE e.merchant_id = $1
               AND CASE e.type WHEN 'payment.unallocated' THEN coalesce(t.freed, 0) = 0 OR t.others > 0
                        WHEN 'payment.refunding' THEN false WHEN 'payment.refunded' THEN false WHEN 'payment.refund_failed' THEN false
                        ELSE t.freed > 0 END
            """),
        ("One holder has all money of a payment: where a provider was asked for it, that provider", """
            SELECT format('payment %s (%s): held by %s and %s, asked of %s and %s', p.id, p.status, h.first, h.last, a.first, a.last)
              FROM payment p
              LEFT JOIN (SELECT t.subject_id, min(coalesce(d.purpose, c.purpose) COLLATE "C") AS first,
                                max(coalesce(d.purpose, c.purpose) COLLATE "C") AS last
                           FROM transfer t
                           LEFT JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id AND d.kind = 'clearing'
                           LEFT JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id AND c.kind = 'clearing'
                          WHERE t.merchant_id = $1 AND (d.id IS NOT NULL OR c.id IS NOT NULL)
                          GROUP BY t.subject_id) h ON h.subject_id = p.id
              LEFT JOIN (SELECT payment_id, min(provider COLLATE "C") AS first, max(provider COLLATE "C") AS last
                           FROM attempt WHERE merchant_id = $1 GROUP BY payment_id) a ON a.payment_id = p.id
             WHERE p.merchant_id = $1
               AND (h.first <> h.last OR a.first <> a.last OR h.first <> a.first)
            """),
        ("A payment is made with an instrument of its own account, in that instrument's way", """
            SELECT format('payment %s of account %s (%s): instrument %s of account %s (%s)',
                          p.id, p.account_id, p.method, p.instrument_id, i.account_id, i.method)
              FROM payment p LEFT JOIN instrument i ON i.merchant_id = $1 AND i.id = p.instrument_id
             WHERE p.merchant_id = $1 AND p.instrument_id IS NOT NULL
               AND (i.account_id, i.method) IS DISTINCT FROM (p.account_id, p.method)
            """),
    ];
}
