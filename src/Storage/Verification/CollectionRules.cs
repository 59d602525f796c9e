namespace Quittance.Storage.Verification;

/// <summary>Collections of debits, and of refunds, by the merchant's own bank.</summary>
internal static class CollectionRules
{
    public static readonly IReadOnlyList<(string Rule, string Sql)> All =
    [
        // The bank may reject refunds of a file that it has: they may be in another collection then.
        ("A collection that is built has as many debits as it says, and their sum, and a kept file", """
            SELECT format('collection %s: says %s debits of %s cents, has %s of %s, file %s', c.number, c.count, c.sum_minor,
                          coalesce(d.count, 0), coalesce(d.sum_minor, 0), CASE WHEN f.piece IS NULL THEN 'missing' ELSE 'kept' END)
              FROM collection c
              LEFT JOIN (SELECT d.collection_id, count(*) AS count, sum(a.amount_minor) AS sum_minor
                           FROM debit d JOIN attempt a ON a.merchant_id = $1 AND a.id = d.id
                          WHERE d.merchant_id = $1 AND NOT d.is_left_out GROUP BY d.collection_id) d ON d.collection_id = c.id
              LEFT JOIN collection_file f ON f.merchant_id = $1 AND f.collection_id = c.id AND f.piece = 1
             WHERE c.merchant_id = $1 AND c.status IN ('built', 'released', 'handed_out')
               AND (CASE WHEN c.kind = 'transfers' AND c.status = 'handed_out'
                         THEN coalesce(d.count, 0) > c.count OR coalesce(d.sum_minor, 0) > c.sum_minor
                         ELSE (coalesce(d.count, 0), coalesce(d.sum_minor, 0)) <> (c.count::bigint, c.sum_minor::numeric) END
                    OR (f.piece IS NULL AND NOT c.is_lost))
            """),
        ("Each debit is a capture at the bank, of an instrument of the same customer with a mandate", """
            SELECT format('debit %s: %s at %s in %s', d.id, a.verb, a.provider, a.currency)
              FROM debit d
              JOIN collection c ON c.merchant_id = $1 AND c.id = d.collection_id AND c.kind = 'debits'
              JOIN attempt a ON a.merchant_id = $1 AND a.id = d.id
              JOIN instrument i ON i.merchant_id = $1 AND i.id = d.instrument_id
              LEFT JOIN attempt o ON o.merchant_id = $1 AND o.id = a.authorisation_id
              LEFT JOIN mandate m ON m.merchant_id = $1 AND m.instrument_id = i.id
             WHERE d.merchant_id = $1
               AND ((a.verb, a.provider, a.currency, a.account_id, o.instrument_id)
                    IS DISTINCT FROM ('capture', 'bank', c.currency, i.account_id, i.id) OR m.reference IS NULL OR d.sequence IS NULL)
            """),
        ("Each transfer pays a refund of money at the bank, to a bank account of the same customer", """
            SELECT format('transfer %s: %s at %s in %s', d.id, a.verb, a.provider, a.currency)
              FROM debit d
              JOIN collection c ON c.merchant_id = $1 AND c.id = d.collection_id AND c.kind = 'transfers'
              JOIN attempt a ON a.merchant_id = $1 AND a.id = d.id
              JOIN instrument i ON i.merchant_id = $1 AND i.id = d.instrument_id
             WHERE d.merchant_id = $1
               AND ((a.verb, a.currency, a.account_id, i.kind) IS DISTINCT FROM ('refund', c.currency, i.account_id, 'iban_account')
                    OR a.provider NOT IN ('bank', 'bank-transfer') OR d.sequence IS NOT NULL)
            """),
        ("Each payment of a run of dues is for its charge alone, of the same customer, by a stored instrument", """
            SELECT format('payment %s of run %s, for charge %s', q.payment_id, q.run_id, q.charge_id)
              FROM due_payment q
              LEFT JOIN charge c ON c.merchant_id = $1 AND c.id = q.charge_id
              LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = q.payment_id AND p.account_id = c.account_id
                   AND p.instrument_id IS NOT NULL
             WHERE q.merchant_id = $1
               AND (p.id IS NULL
                    OR NOT EXISTS (SELECT FROM claim k
                                    WHERE k.merchant_id = $1 AND k.payment_id = q.payment_id AND k.charge_id = q.charge_id)
                    OR EXISTS (SELECT FROM claim k
                                WHERE k.merchant_id = $1 AND k.payment_id = q.payment_id AND k.charge_id <> q.charge_id))
            """),
        ("Each run of dues that began by itself is that of its month, of the policy in force, and no sooner than it says", """
            SELECT format('run %s of %s, begun at %s', r.number, r.month, r.begun_at)
              FROM due_run r
              LEFT JOIN LATERAL (SELECT p.* FROM due_policy p
                                  WHERE p.merchant_id = $1 AND p.since <= r.begun_at ORDER BY p.since DESC LIMIT 1) p ON true
             WHERE r.merchant_id = $1 AND r.month IS NOT NULL
               AND (p.day IS NULL OR r.month <> date_trunc('month', r.until)::date OR r.until - r.month + 1 < p.day
                    OR (r.method, r.dialect, r.minimum_minor, r.currency, r.begun_by, r.autopay_only)
                       IS DISTINCT FROM (p.method, p.dialect, p.minimum_minor, p.currency, p.set_by, p.autopay_only))
            """),
        ("Each consent to autopay is to an instrument of the same customer, follows the one before, and has its events", """
            SELECT format('autopay %s of account %s', u.nth, u.account_id)
              FROM (SELECT u.*, lag(u.nth, 1, 0) OVER consents AS last_nth, lag(u.withdrawn_at) OVER consents AS last_withdrawn_at
                      FROM autopay u WHERE u.merchant_id = $1
                    WINDOW consents AS (PARTITION BY u.account_id ORDER BY u.nth)) u
              LEFT JOIN instrument i ON i.merchant_id = $1 AND i.id = u.instrument_id AND i.account_id = u.account_id
             WHERE (i.id IS NULL AND u.instrument_id IS NOT NULL) OR u.nth <> u.last_nth + 1
                OR (u.nth > 1 AND (u.last_withdrawn_at <= u.given_at) IS NOT TRUE)
                OR (u.instrument_id IS NOT NULL AND NOT EXISTS (
                    SELECT FROM event e WHERE e.merchant_id = $1 AND e.subject_id = u.account_id
                       AND e.type = 'account.autopay_chosen' AND e.occurred_at = u.given_at))
                OR (u.withdrawn_at IS NOT NULL AND NOT EXISTS (
                    SELECT FROM event e WHERE e.merchant_id = $1 AND e.subject_id = u.account_id
                       AND e.type IN ('account.autopay_chosen', 'account.autopay_ended') AND e.occurred_at = u.withdrawn_at))
            """),
        ("Each policy of monthly dues has its action in the audit log, of the same moment, and each action its policy", """
            SELECT format('policy since %s: %s', p.since, coalesce(a.subject, 'no action'))
              FROM (SELECT since FROM due_policy WHERE merchant_id = $1) p
              FULL JOIN (SELECT at, subject FROM operator_action WHERE merchant_id = $1 AND what = 'dues.policy') a ON a.at = p.since
             WHERE p.since IS NULL OR a.at IS NULL
            """),
        ("A mandate was used on the days of its first and its last debit", """
            SELECT format('mandate of instrument %s: says %s to %s, its debits are due from %s to %s', m.instrument_id, m.first_used_on,
                          m.last_used_on, u.first_on, u.last_on)
              FROM mandate m
              LEFT JOIN (SELECT d.instrument_id, min(c.due_on) AS first_on, max(c.due_on) AS last_on
                           FROM debit d JOIN collection c ON c.merchant_id = $1 AND c.id = d.collection_id AND c.kind = 'debits'
                          WHERE d.merchant_id = $1 GROUP BY d.instrument_id) u ON u.instrument_id = m.instrument_id
             WHERE m.merchant_id = $1
               AND ((m.first_used_on IS NULL) <> (u.first_on IS NULL) OR m.first_used_on > u.first_on OR m.last_used_on < u.last_on)
            """),
    ];
}
