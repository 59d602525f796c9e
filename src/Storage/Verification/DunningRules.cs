namespace Quittance.Storage.Verification;

/// <summary>Reminders of what is overdue: the levels of customers, their fees, and the policies that they follow.</summary>
internal static class DunningRules
{
    public static readonly IReadOnlyList<(string Rule, string Sql)> All =
    [
        ("Each level that a customer reached has its event, and each such event its level", """
            SELECT format('account %s, event %s: level %s of cycle %s, %s', coalesce(s.account_id, e.subject_id),
                          coalesce(s.sequence, e.sequence), s.level, s.cycle, coalesce(e.type, 'no event'))
              FROM (SELECT * FROM dunning_step WHERE merchant_id = $1) s
              FULL JOIN (SELECT * FROM event WHERE merchant_id = $1 AND type = 'account.dunned') e
                        ON e.subject_id = s.account_id AND e.sequence = s.sequence
             WHERE s.account_id IS NULL OR e.subject_id IS NULL
            """),
        ("Levels of a cycle follow one another, each on a later day, and a cycle begins when the one before has ended", """
            SELECT format('account %s: level %s of cycle %s on %s behind level %s of cycle %s on %s', s.account_id, s.level, s.cycle,
                          s.taken_on, s.last_level, s.last_cycle, s.last_on)
              FROM (SELECT x.*, lag(x.level) OVER steps AS last_level, lag(x.cycle) OVER steps AS last_cycle,
                           lag(x.taken_on) OVER steps AS last_on, lag(x.sequence) OVER steps AS last_sequence
                      FROM dunning_step x WHERE x.merchant_id = $1
                    WINDOW steps AS (PARTITION BY x.account_id ORDER BY x.sequence)) s
             CROSS JOIN LATERAL (SELECT count(*) AS ends FROM event e
                                  WHERE e.merchant_id = $1 AND e.subject_id = s.account_id AND e.type = 'account.dunning_ended'
                                    AND e.sequence BETWEEN coalesce(s.last_sequence, 0) AND s.sequence) e
             WHERE CASE WHEN s.last_cycle IS NULL THEN (s.cycle, s.level, e.ends) <> (1, 1, 0)
                        WHEN s.cycle = s.last_cycle THEN s.level <> s.last_level + 1 OR s.taken_on <= s.last_on OR e.ends <> 0
                        ELSE (s.cycle, s.level, e.ends) <> (s.last_cycle + 1, 1, 1) END
            """),
        ("A customer stands at the last level, unless dunning has ended since", """
            SELECT format('account %s: level %s of cycle %s since %s, the last step is level %s of cycle %s on %s', d.account_id, d.level,
                          d.cycle, d.stepped_on, s.level, s.cycle, s.taken_on)
              FROM (SELECT * FROM dunning WHERE merchant_id = $1) d
              FULL JOIN (SELECT DISTINCT ON (x.account_id) x.* FROM dunning_step x WHERE x.merchant_id = $1
                          ORDER BY x.account_id, x.sequence DESC) s ON s.account_id = d.account_id
             CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM event e
                                  WHERE e.merchant_id = $1 AND e.subject_id = s.account_id AND e.type = 'account.dunning_ended'
                                    AND e.sequence > s.sequence) AS has_ended) e
             WHERE d.account_id IS NULL OR d.cycle <> coalesce(s.cycle, 0)
                OR d.level <> CASE WHEN e.has_ended THEN 0 ELSE coalesce(s.level, 0) END
                OR d.stepped_on IS DISTINCT FROM CASE WHEN e.has_ended THEN NULL ELSE s.taken_on END
                OR d.is_with_agency <> (NOT e.has_ended AND coalesce(s.hands_over, false))
            """),
        ("A customer's dunning is held while the last event about that says so", """
            SELECT format('account %s: exempt %s, paused until %s, its last event says %s', d.account_id, d.is_exempt, d.paused_until,
                          coalesce(e.type, 'nothing'))
              FROM dunning d
              LEFT JOIN LATERAL (SELECT e.type FROM event e
                                  WHERE e.merchant_id = $1 AND e.subject_id = d.account_id
                                    AND e.type IN ('account.dunning_held', 'account.dunning_released')
                                  ORDER BY e.sequence DESC LIMIT 1) e ON true
             WHERE d.merchant_id = $1
               AND (d.is_exempt OR d.paused_until IS NOT NULL) <> (e.type IS NOT DISTINCT FROM 'account.dunning_held')
            """),
        ("Each level was that of the policy in force, with its fee, which is a charge of the same commit", """
            SELECT format('account %s, level %s of cycle %s: fee %s of %s; the policy says %s after %s days', s.account_id, s.level,
                          s.cycle, s.fee_id, c.amount_minor, p.fees[s.level], p.days[s.level])
              FROM dunning_step s
              JOIN event e ON e.merchant_id = $1 AND e.subject_id = s.account_id AND e.sequence = s.sequence
              LEFT JOIN LATERAL (SELECT p.* FROM dunning_policy p
                                  WHERE p.merchant_id = $1 AND p.currency = s.currency AND p.since <= e.occurred_at
                                  ORDER BY p.since DESC LIMIT 1) p ON true
              LEFT JOIN charge c ON c.merchant_id = $1 AND c.id = s.fee_id AND c.account_id = s.account_id AND c.currency = s.currency
              LEFT JOIN event r ON r.merchant_id = $1 AND r.subject_id = c.id AND r.sequence = 1
             WHERE s.merchant_id = $1
               AND ((p.fees[s.level])::bigint IS DISTINCT FROM coalesce(c.amount_minor, 0)
                    OR (s.fee_id IS NULL) <> (c.id IS NULL)
                    OR (c.id IS NOT NULL AND (r.request_id, r.occurred_at) IS DISTINCT FROM (e.request_id, e.occurred_at))
                    OR s.hands_over <> (p.hands_over AND s.level = cardinality(p.days))
                    OR s.taken_on < s.oldest_due_on + (p.days[s.level])::int
                    OR s.amount_minor < p.minimum_minor)
            """),
        ("Each fee of dunning is that of a level", """
            SELECT format('charge %s, called %s', r.object_id, r.value)
              FROM reference r
              LEFT JOIN dunning_step s ON s.merchant_id = $1 AND s.account_id = r.account_id AND s.fee_id = r.object_id
             WHERE r.merchant_id = $1 AND r.dialect = 'quittance' AND r.kind = 'dunning-fee' AND s.fee_id IS NULL
            """),
        ("Each policy of dunning has its action in the audit log, of the same moment, and each action its policy", """
            SELECT format('policy of %s since %s: %s', p.currency, p.since, coalesce(a.subject, 'no action'))
              FROM (SELECT currency, since FROM dunning_policy WHERE merchant_id = $1) p
              FULL JOIN (SELECT at, subject FROM operator_action WHERE merchant_id = $1 AND what = 'dunning.policy') a ON a.at = p.since
             WHERE p.since IS NULL OR a.at IS NULL
            """),
    ];
}
