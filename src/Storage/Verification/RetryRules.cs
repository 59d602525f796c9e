namespace Quittance.Storage.Verification;

/// <summary>Stored instruments that are charged again, and the policies that decide when.</summary>
internal static class RetryRules
{
    public static readonly IReadOnlyList<(string Rule, string Sql)> All =
    [
        ("Each try is a payment of the same customer with the same instrument, for no more than the first one claimed", """
            SELECT format('payment %s, try %s of payment %s', r.payment_id, r.nth, r.first_id)
              FROM payment_retry r
              LEFT JOIN payment f ON f.merchant_id = $1 AND f.id = r.first_id
              LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = r.payment_id AND p.account_id = f.account_id
                   AND p.instrument_id = f.instrument_id AND p.id <> f.id
             WHERE r.merchant_id = $1
               AND (p.id IS NULL
                    OR EXISTS (SELECT FROM claim k
                                 LEFT JOIN claim o ON o.merchant_id = $1 AND o.payment_id = r.first_id AND o.charge_id = k.charge_id
                                WHERE k.merchant_id = $1 AND k.payment_id = r.payment_id
                                  AND (o.amount_minor >= k.amount_minor) IS NOT TRUE))
            """),
        ("Tries of a payment follow one another as the policy in force says, and the first one follows a failure", """
            SELECT format('payment %s, try %s of payment %s on %s: it failed at %s, the last try was on %s, the policy says %s',
                          r.payment_id, r.nth, r.first_id, r.tried_on, f.failed_at, r.last_on, p.days)
              FROM (SELECT r.*, lag(r.nth, 1, 0::smallint) OVER tries AS last_nth, lag(r.tried_on) OVER tries AS last_on
                      FROM payment_retry r WHERE r.merchant_id = $1
                    WINDOW tries AS (PARTITION BY r.first_id ORDER BY r.nth)) r
              LEFT JOIN event e ON e.merchant_id = $1 AND e.subject_id = r.payment_id AND e.sequence = 1
             CROSS JOIN LATERAL (SELECT min(e.occurred_at) AS failed_at FROM event e
                                  WHERE e.merchant_id = $1 AND e.subject_id = r.first_id
                                    AND e.type IN ('payment.declined', 'payment.failed', 'payment.reversed')) f
              LEFT JOIN LATERAL (SELECT p.days FROM retry_policy p
                                  WHERE p.merchant_id = $1 AND p.since <= e.occurred_at ORDER BY p.since DESC LIMIT 1) p ON true
             WHERE r.nth <> r.last_nth + 1
                OR (r.tried_on >= (f.failed_at AT TIME ZONE 'UTC')::date - 1 + (p.days[r.nth])::int) IS NOT TRUE
                OR r.tried_on < r.last_on + (p.days[r.nth])::int - (p.days[r.nth - 1])::int
            """),
        ("Each fee of a returned debit is the provider's fee of that return, of the same customer, where the policy in force says so", """
            SELECT format('charge %s: %s', r.object_id, r.value)
              FROM reference r
             WHERE r.merchant_id = $1 AND r.dialect = 'quittance' AND r.kind = 'return-fee'
               AND NOT EXISTS (SELECT FROM charge c
                                 JOIN payment p ON p.merchant_id = $1 AND p.account_id = c.account_id AND p.currency = c.currency
                                      AND p.number::text = substring(r.value FROM '^R([0-9]+)-[0-9]+$')
                                 JOIN dispute d ON d.merchant_id = $1 AND d.payment_id = p.id AND d.kind = 'returned_debit'
                                      AND d.fee_minor = c.amount_minor
                                CROSS JOIN LATERAL (SELECT y.charges_fee FROM retry_policy y
                                                     WHERE y.merchant_id = $1 AND y.since <= d.opened_at
                                                     ORDER BY y.since DESC LIMIT 1) y
                                WHERE c.merchant_id = $1 AND c.id = r.object_id AND c.label = 'return-fee' AND y.charges_fee
                                  AND substring(r.value FROM '-([0-9]+)$')::bigint = (
                                      SELECT count(*) FROM dispute o WHERE o.merchant_id = $1 AND o.payment_id = d.payment_id
                                         AND (o.opened_at, o.id) <= (d.opened_at, d.id)))
            """),
        ("Each policy of retries has its action in the audit log, of the same moment, and each action its policy", """
            SELECT format('policy since %s: %s', p.since, coalesce(a.subject, 'no action'))
              FROM (SELECT since FROM retry_policy WHERE merchant_id = $1) p
              FULL JOIN (SELECT at, subject FROM operator_action WHERE merchant_id = $1 AND what = 'retry.policy') a ON a.at = p.since
             WHERE p.since IS NULL OR a.at IS NULL
            """),
    ];
}
