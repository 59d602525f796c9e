namespace Quittance.Storage.Verification;

/// <summary>Accounts that were closed.</summary>
internal static class AccountRules
{
    public static readonly IReadOnlyList<(string Rule, string Sql)> All =
    [
        ("A closed account has taken nothing since", $"""
            {Closed}
            SELECT format('account %s, closed at %s: %s at %s', k.id, k.closed_at, e.type, e.occurred_at)
              FROM closed k
              -- A debt that came back goes through the accounts that were merged on its way.
              JOIN (SELECT account_id, id FROM charge WHERE merchant_id = $1 AND moved_from_id IS NULL
                    UNION ALL SELECT account_id, id FROM payment WHERE merchant_id = $1
                    UNION ALL SELECT account_id, id FROM instrument WHERE merchant_id = $1
                    UNION ALL SELECT account_id, id FROM session WHERE merchant_id = $1) x ON x.account_id = k.id
              JOIN event e ON e.merchant_id = $1 AND e.subject_id = x.id AND e.sequence = 1 AND e.occurred_at > k.closed_at
            """),
        ("What a closed account owes or has came by news of its earlier payments", $"""
            {Closed}
            SELECT format('account %s, closed at %s: %s of %s %s', k.id, k.closed_at, l.kind, l.debits_minor - l.credits_minor,
                          l.currency)
              FROM closed k
              JOIN ledger_account l ON l.merchant_id = $1 AND l.holder_id = k.id AND l.kind IN ('receivable', 'credit')
                   AND l.debits_minor <> l.credits_minor
             WHERE NOT EXISTS (SELECT 1 FROM transfer t
                                 JOIN event e ON e.merchant_id = $1 AND e.subject_id = t.subject_id AND e.sequence = t.sequence
                                WHERE t.merchant_id = $1 AND l.id IN (t.debit_id, t.credit_id) AND e.occurred_at > k.closed_at)
            """),
        ("An account is merged into another one of its currency while its last event says so", """
            SELECT format('account %s: merged into %s, its last event says %s', a.id, a.merged_into_id, e.type)
              FROM account a
              LEFT JOIN account i ON i.merchant_id = $1 AND i.id = a.merged_into_id AND i.currency = a.currency
              LEFT JOIN LATERAL (SELECT e.type FROM event e
                                  WHERE e.merchant_id = $1 AND e.subject_id = a.id AND e.type NOT LIKE 'account.dun%'
                                  ORDER BY e.sequence DESC LIMIT 1) e ON true
             WHERE a.merchant_id = $1 AND a.events IS NOT NULL
               AND (e.type = 'account.merged') IS DISTINCT FROM (i.id IS NOT NULL)
            UNION ALL
            SELECT format('account %s: merged into %s, without an event', a.id, a.merged_into_id)
              FROM account a WHERE a.merchant_id = $1 AND a.events IS NULL AND a.merged_into_id IS NOT NULL
            """),
        ("What merges moved between charges left one and arrived at the other, in the same request, and names where it came from", """
            SELECT format('charge %s of account %s: moved from %s of %s', c.id, c.account_id, c.moved_from_id, c.merged_from_id)
              FROM charge c
              LEFT JOIN charge o ON o.merchant_id = $1 AND o.id = c.moved_from_id AND o.account_id = c.merged_from_id
                   AND o.currency = c.currency AND o.account_id <> c.account_id AND o.amount_minor >= c.amount_minor
             WHERE c.merchant_id = $1 AND c.moved_from_id IS NOT NULL AND o.id IS NULL
            UNION ALL
            SELECT format('charge %s, request %s: arrived %s, left %s', coalesce(l.id, r.id), coalesce(l.request, r.request), l.minor,
                          r.minor)
              FROM (SELECT m.moved_from_id AS id, e.request_id AS request, t.amount_minor AS minor
                      FROM charge m
                      JOIN event e ON e.merchant_id = $1 AND e.subject_id = m.id AND e.sequence = 1
                      JOIN transfer t ON t.merchant_id = $1 AND t.subject_id = m.id AND t.sequence = 1
                     WHERE m.merchant_id = $1 AND m.moved_from_id IS NOT NULL
                    UNION ALL
                    SELECT m.moved_from_id, e.request_id, -t.amount_minor
                      FROM charge m
                      JOIN event e ON e.merchant_id = $1 AND e.subject_id = m.id AND e.type = 'charge.moved'
                      JOIN transfer t ON t.merchant_id = $1 AND t.subject_id = m.id AND t.sequence = e.sequence
                      JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id AND d.kind = 'billed'
                     WHERE m.merchant_id = $1 AND m.moved_from_id IS NOT NULL
                       AND EXISTS (SELECT 1 FROM event o WHERE o.merchant_id = $1 AND o.subject_id = m.moved_from_id
                                      AND o.type = 'charge.moved' AND o.request_id = e.request_id)) l
              FULL JOIN (SELECT e.subject_id AS id, e.request_id AS request,
                                CASE WHEN d.kind = 'billed' THEN t.amount_minor ELSE -t.amount_minor END AS minor
                      FROM event e
                      JOIN transfer t ON t.merchant_id = $1 AND t.subject_id = e.subject_id AND t.sequence = e.sequence
                      JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id
                     WHERE e.merchant_id = $1 AND e.type = 'charge.moved'
                       AND NOT (d.kind = 'billed' AND EXISTS (
                             SELECT 1 FROM charge m
                               JOIN event o ON o.merchant_id = $1 AND o.subject_id = m.moved_from_id AND o.type = 'charge.moved'
                                    AND o.request_id = e.request_id
                              WHERE m.merchant_id = $1 AND m.id = e.subject_id))) r USING (id, request, minor)
             WHERE l.id IS NULL OR r.id IS NULL
            """),
        ("Credit that a merge moved came from the merged account, or back by an undo", """
            SELECT format('payment %s: moved from %s of account %s', p.id, p.moved_from_id, p.merged_from_id)
              FROM payment p
              LEFT JOIN payment o ON o.merchant_id = $1 AND o.id = p.moved_from_id
                   AND (o.account_id = p.merged_from_id OR o.merged_from_id = p.account_id)
             WHERE p.merchant_id = $1 AND p.merged_from_id IS NOT NULL AND o.id IS NULL
            """),
    ];

    private const string Closed = """
        WITH closed AS MATERIALIZED (
            SELECT a.id, max(e.occurred_at) AS closed_at
              FROM account a JOIN event e ON e.merchant_id = $1 AND e.subject_id = a.id AND e.type IN ('account.closed', 'account.merged')
             WHERE a.merchant_id = $1 AND a.status = 'closed' GROUP BY a.id)
        """;
}
