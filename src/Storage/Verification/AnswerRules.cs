namespace Quittance.Storage.Verification;

/// <summary>Answers that are kept, and messages to subscribers.</summary>
internal static class AnswerRules
{
    public static readonly IReadOnlyList<(string Rule, string Sql)> All =
    [
        ("Every kept answer leads to its event", """
            SELECT format('key %s in %s', k.key, k.scope)
              FROM kept_answer k LEFT JOIN event e ON e.merchant_id = $1 AND e.subject_id = k.subject_id AND e.sequence = k.sequence
             WHERE k.merchant_id = $1 AND k.sequence > 0 AND e.sequence IS NULL
            """),
        ("A client's own reference leads to a payment or refund of its account, and no event answers two keys", $$"""
            SELECT format('reference "%s" in %s leads to %s', k.key, k.scope, k.subject_id)
              FROM kept_answer k
              LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = k.subject_id
              LEFT JOIN refund r ON r.merchant_id = $1 AND r.id = k.subject_id
             WHERE k.merchant_id = $1 AND k.sequence > 0 AND k.scope ~ '{{ClientReference}}'
               AND (coalesce(p.account_id, r.account_id)::text IS DISTINCT FROM split_part(k.scope, ' ', 2)
                    OR coalesce(p.details, r.details) ->> 'correlatorId' <> k.key)
            UNION ALL
            SELECT format('event %s/%s answers %s keys in %s', k.subject_id, k.sequence, count(*), k.scope)
              FROM kept_answer k
             WHERE k.merchant_id = $1 AND k.sequence > 0
             GROUP BY k.subject_id, k.sequence, k.scope
            HAVING count(*) > 1 AND NOT EXISTS (
                   SELECT FROM kept_answer o
                    WHERE o.merchant_id = $1 AND o.scope ~ '{{ClientReference}}'
                      AND (o.subject_id, o.sequence) = (k.subject_id, k.sequence))
            """),
        ("Every delivery tells of an event to a subscription to such events", """
            SELECT format('delivery %s/%s to subscription %s', d.subject_id, d.sequence, d.subscription_id)
              FROM delivery d
              LEFT JOIN event e ON e.merchant_id = $1 AND e.subject_id = d.subject_id AND e.sequence = d.sequence
              LEFT JOIN subscription s ON s.merchant_id = $1 AND s.id = d.subscription_id
             WHERE d.merchant_id = $1
               AND (e.type IS NULL OR s.id IS NULL OR (s.event_types IS NOT NULL AND NOT e.type = ANY(s.event_types)))
            """),
        ("Nothing was delivered while an earlier event of its subject waited", """
            SELECT format('delivery %s/%s to subscription %s: delivered, and number %s waits', d.subject_id, d.sequence, d.subscription_id,
                e.sequence)
              FROM delivery d
              JOIN delivery e ON e.merchant_id = $1 AND e.subscription_id = d.subscription_id AND e.subject_id = d.subject_id
                   AND e.sequence < d.sequence AND e.status = 'waiting' AND e.replayed_at IS NULL
             WHERE d.merchant_id = $1 AND d.status = 'delivered'
            """),
    ];

    /// <summary>The scope of a client's own reference: dialect and account. A repeated request may bring another key with it.</summary>
    private const string ClientReference = "^[a-z0-9-]+ [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$";
}
