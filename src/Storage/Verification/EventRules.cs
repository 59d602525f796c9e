namespace Quittance.Storage.Verification;

/// <summary>Events: all that happened is there, and everything stands where its events left it.</summary>
internal static class EventRules
{
    public static readonly IReadOnlyList<(string Rule, string Sql)> All =
    [
        ("Events of a subject are numbered without a gap", """
            SELECT format('subject %s: %s events, the last is number %s', subject_id, count(*), max(sequence))
              FROM event WHERE merchant_id = $1 GROUP BY subject_id HAVING max(sequence) <> count(*)
            """),
        ("Everything has as many events as it says, and every event is of something", """
            SELECT format('%s %s: says %s events, has %s', coalesce(x.what, 'unknown'), coalesce(x.id, e.subject_id), x.events,
                          coalesce(e.events, 0))
              FROM (SELECT 'payment' AS what, id, events FROM payment WHERE merchant_id = $1
                    UNION ALL SELECT 'attempt', id, events FROM attempt WHERE merchant_id = $1
                    UNION ALL SELECT 'refund', id, events FROM refund WHERE merchant_id = $1
                    UNION ALL SELECT 'order', id, events FROM customer_order WHERE merchant_id = $1
                    UNION ALL SELECT 'session', id, events FROM session WHERE merchant_id = $1
                    UNION ALL SELECT 'link', id, events FROM payment_link WHERE merchant_id = $1
                    UNION ALL SELECT 'booking', id, events FROM booking WHERE merchant_id = $1
                    UNION ALL SELECT 'line', id, events FROM settlement_line WHERE merchant_id = $1
                    UNION ALL SELECT 'approval', id, events FROM approval_request WHERE merchant_id = $1
                    UNION ALL SELECT 'collection', id, events FROM collection WHERE merchant_id = $1
                    UNION ALL SELECT 'run of dues', id, events FROM due_run WHERE merchant_id = $1
                    UNION ALL SELECT 'account', id, coalesce(events, 1) FROM account WHERE merchant_id = $1
                    UNION ALL SELECT 'charge', id, events FROM charge WHERE merchant_id = $1
                    UNION ALL SELECT 'instrument', i.id, 1 + coalesce(m.amended, 0) + (i.standing = 'removed')::int
                                FROM instrument i LEFT JOIN mandate m ON m.merchant_id = $1 AND m.instrument_id = i.id
                               WHERE i.merchant_id = $1) x
              FULL JOIN (SELECT subject_id, count(*) AS events FROM event WHERE merchant_id = $1 GROUP BY subject_id) e
                        ON e.subject_id = x.id
             WHERE x.id IS NULL OR x.events <> coalesce(e.events, 0)
            """),
        ("Everything stands where its last event left it, and since then", $$"""
            SELECT format('%s %s: %s%s, its last event says %s at %s', x.what, x.id, x.status, ' since ' || x.status_at,
                          coalesce(e.status, 'open'), e.occurred_at)
              FROM (SELECT 'payment' AS what, id, status, status_at FROM payment WHERE merchant_id = $1
                    UNION ALL SELECT 'refund', id, status, status_at FROM refund WHERE merchant_id = $1
                    UNION ALL SELECT 'attempt', id, status, NULL FROM attempt WHERE merchant_id = $1
                    UNION ALL SELECT 'session', id, status, NULL FROM session WHERE merchant_id = $1
                    UNION ALL SELECT 'link', id, status, NULL FROM payment_link WHERE merchant_id = $1
                    UNION ALL SELECT 'booking', id, status, NULL FROM booking WHERE merchant_id = $1
                    UNION ALL SELECT 'line', id, status, NULL FROM settlement_line WHERE merchant_id = $1
                    UNION ALL SELECT 'approval', id, status, NULL FROM approval_request WHERE merchant_id = $1
                    UNION ALL SELECT 'collection', id, status, NULL FROM collection WHERE merchant_id = $1
                    UNION ALL SELECT 'run of dues', id, status, NULL FROM due_run WHERE merchant_id = $1
                    UNION ALL SELECT 'account', id, coalesce(status, 'open'), NULL FROM account WHERE merchant_id = $1) x
              LEFT JOIN (SELECT e.subject_id, e.occurred_at, coalesce(e.status, w.status) AS status
                           FROM (SELECT e.subject_id, max(e.sequence) AS sequence
                                   FROM event e LEFT JOIN {{Standing}} ON w.type = e.type
                                  WHERE e.merchant_id = $1 AND (e.status IS NOT NULL OR w.type IS NOT NULL) GROUP BY e.subject_id) last
                           JOIN event e ON e.merchant_id = $1 AND e.subject_id = last.subject_id AND e.sequence = last.sequence
                           LEFT JOIN {{Standing}} ON w.type = e.type) e ON e.subject_id = x.id
             WHERE x.status <> CASE WHEN e.status = 'unanswered' AND x.status IN ('unknown', 'pending') THEN x.status
                                    ELSE coalesce(e.status, 'open') END
                OR x.status_at <> e.occurred_at
            """),
    ];

    /// <summary>The status of something after an event of this type. A payment's events say it themselves.</summary>
    private const string Standing = """
        (VALUES ('refund.recorded', 'pending'), ('refund.asked', 'pending'), ('refund.made', 'done'), ('refund.done', 'done'),
                ('refund.failed', 'failed'), ('attempt.approved', 'approved'), ('attempt.declined', 'declined'),
                ('attempt.given_up', 'unknown'), ('attempt.unanswered', 'unanswered'), ('session.opened', 'open'), ('session.used', 'used'),
                ('session.expired', 'expired'), ('link.made', 'open'), ('link.taken_back', 'taken_back'),
                ('booking.held', 'held'), ('booking.confirmed', 'confirmed'),
                ('booking.released', 'released'), ('booking.expired', 'expired'), ('settlement.booked', 'booked'),
                ('settlement.ignored', 'ignored'), ('approval.asked', 'waiting'), ('approval.given', 'approved'),
                ('approval.rejected', 'rejected'), ('approval.expired', 'expired'), ('approval.voided', 'void'),
                ('settlement.unbooked', 'open'), ('settlement.undone', 'undone'), ('account.closed', 'closed'),
                ('account.reopened', 'open'), ('account.merged', 'closed'), ('account.unmerged', 'open'),
                ('collection.opened', 'building'), ('collection.built', 'built'),
                ('collection.released', 'released'), ('collection.handed_out', 'handed_out'),
                ('collection.called_off', 'called_off'), ('collection.found_sent', 'handed_out'),
                ('dues.begun', 'running'), ('dues.ended', 'done'),
                ('dues.asked', 'waiting'), ('dues.released', 'running'), ('dues.stopped', 'stopped')) w(type, status)
        """;
}
