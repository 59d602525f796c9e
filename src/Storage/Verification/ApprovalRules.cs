namespace Quittance.Storage.Verification;

/// <summary>Acts above the limit, for which one person asks and another decides.</summary>
internal static class ApprovalRules
{
    // The acts that give a debt up.
    private const string Kinds =
        "(VALUES ('cancellation', 'charge.cancelled'), ('credit_note', 'charge.credited'), ('write_off', 'charge.written_off'))";

    // Of an event e.
    private const string IsOfOperator = """
        (e.credential_id = 0 OR EXISTS (
            SELECT FROM operator_action o WHERE o.merchant_id = $1 AND o.request_id = e.request_id AND o.person_id IS NOT NULL))
        """;

    public static readonly IReadOnlyList<(string Rule, string Sql)> All =
    [
        // An operator has no credential, as the server itself has none, or acts through a client, which the audit log names beside the
        // person; money that was taken over had gone back before. What went back of
        // the payment before counts as well: its transfers up to the event that took this refund's money; and so does what corrections gave
        // up of the charge before, by its own transfers.
        ("An act above the limit, by an operator, was approved by a second person", $$"""
            SELECT format('refund %s of %s %s, %s of payment %s with it: the limit was %s', r.id, r.amount_minor, r.currency, s.minor,
                          r.payment_id, l.amount_minor)
              FROM refund r
              JOIN event e ON e.merchant_id = $1 AND e.subject_id = r.id AND e.sequence = 1 AND {{IsOfOperator}}
             CROSS JOIN LATERAL (SELECT l.amount_minor FROM approval_limit l
                                  WHERE l.merchant_id = $1 AND l.currency = r.currency AND l.since <= e.occurred_at
                                  ORDER BY l.since DESC LIMIT 1) l
             CROSS JOIN LATERAL (SELECT sum(t.amount_minor * ((d.kind = 'credit')::int - (c.kind = 'credit')::int)) AS minor
                                   FROM transfer t
                                   JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id
                                   JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id
                                  WHERE t.merchant_id = $1 AND t.subject_id = r.payment_id
                                    AND t.sequence <= r.taken_by
                                    AND 'refunds_in_transit' IN (d.kind, c.kind)) s
              LEFT JOIN approval_request a ON a.merchant_id = $1 AND a.result_id = r.id AND a.kind = 'refund' AND a.status = 'approved'
             WHERE r.merchant_id = $1 AND r.payment_id IS NOT NULL AND a.id IS NULL
               AND (s.minor > l.amount_minor
                    OR EXISTS (SELECT FROM payment p WHERE p.merchant_id = $1 AND p.id = r.payment_id AND p.moved_from_id IS NOT NULL))
               AND (r.attempt_id IS NULL OR {{DerivedIdSql.Of("r.id")}}
                    <> {{DerivedIdSql.From("uuid_send(r.attempt_id) || convert_to('taken over', 'UTF8')")}})
             UNION ALL
            SELECT format('%s of charge %s, event %s, %s %s given up with it: the limit was %s', k.kind, e.subject_id, e.sequence, s.minor,
                          x.currency, l.amount_minor)
              FROM event e
              JOIN {{Kinds}} k(kind, type) ON k.type = e.type
              JOIN charge x ON x.merchant_id = $1 AND x.id = e.subject_id
             CROSS JOIN LATERAL (SELECT l.amount_minor FROM approval_limit l
                                  WHERE l.merchant_id = $1 AND l.currency = x.currency AND l.since <= e.occurred_at
                                  ORDER BY l.since DESC LIMIT 1) l
             CROSS JOIN LATERAL (SELECT sum(CASE c.kind WHEN 'receivable' THEN t.amount_minor ELSE -t.amount_minor END) AS minor
                                   FROM transfer t
                                   JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id
                                   JOIN event v ON v.merchant_id = $1 AND v.subject_id = t.subject_id AND v.sequence = t.sequence
                                        AND v.type <> 'charge.moved'
                                  WHERE t.merchant_id = $1 AND t.subject_id = e.subject_id AND t.sequence BETWEEN 2 AND e.sequence) s
             WHERE e.merchant_id = $1 AND {{IsOfOperator}} AND (s.minor > l.amount_minor OR x.moved_from_id IS NOT NULL)
               AND NOT EXISTS (SELECT FROM approval_request a
                                 JOIN event g ON g.merchant_id = $1 AND g.subject_id = a.id AND g.sequence = 2
                                WHERE a.merchant_id = $1 AND a.subject_id = e.subject_id AND a.kind = k.kind AND a.status = 'approved'
                                  AND (g.request_id, g.occurred_at) = (e.request_id, e.occurred_at))
            """),
        ("An approved act was done as it was asked for, by the commit of the approval", $"""
            SELECT format('request %s of %s %s: refund %s of %s', a.number, a.amount_minor, a.currency, a.result_id, r.amount_minor)
              FROM approval_request a
              LEFT JOIN refund r ON r.merchant_id = $1 AND r.id = a.result_id AND r.payment_id = a.subject_id
                   AND r.account_id = a.account_id AND (r.amount_minor, r.currency) = (a.amount_minor, a.currency)
              LEFT JOIN event m ON m.merchant_id = $1 AND m.subject_id = r.id AND m.sequence = 1
              LEFT JOIN event e ON e.merchant_id = $1 AND e.subject_id = a.id AND e.sequence = 2
             WHERE a.merchant_id = $1 AND a.status = 'approved' AND a.kind = 'refund'
               AND ((m.request_id, m.occurred_at) IS DISTINCT FROM (e.request_id, e.occurred_at)
                    -- The payment had no event between the question and the refund.
                    OR r.taken_by <> a.subject_events + 1)
             UNION ALL
            SELECT format('request %s of %s %s: %s of charge %s', a.number, a.amount_minor, a.currency, a.kind, a.subject_id)
              FROM approval_request a
              LEFT JOIN event g ON g.merchant_id = $1 AND g.subject_id = a.id AND g.sequence = 2
             WHERE a.merchant_id = $1 AND a.status = 'approved' AND a.kind <> 'refund'
               AND NOT EXISTS (SELECT FROM event e
                                 JOIN {Kinds} k(kind, type) ON k.type = e.type AND k.kind = a.kind
                                 JOIN transfer t ON t.merchant_id = $1 AND t.subject_id = e.subject_id AND t.sequence = e.sequence
                                 JOIN charge x ON x.merchant_id = $1 AND x.id = e.subject_id
                                WHERE e.merchant_id = $1 AND e.subject_id = a.subject_id AND a.result_id = a.subject_id
                                  AND (t.amount_minor, x.currency, x.account_id) = (a.amount_minor, a.currency, a.account_id)
                                  AND (e.request_id, e.occurred_at) = (g.request_id, g.occurred_at))
            """),
        ("The people of a request are those of its actions in the audit log, and two where it was approved", """
            SELECT format('request %s (%s): asked by %s, decided by %s; the audit log has %s and %s', a.number, a.status, a.asked_by,
                          a.decided_by, asked.person_id, decided.person_id)
              FROM approval_request a
              LEFT JOIN event b ON b.merchant_id = $1 AND b.subject_id = a.id AND b.sequence = 1
              LEFT JOIN operator_action asked ON asked.merchant_id = $1 AND asked.request_id = b.request_id AND asked.what = 'approval.ask'
              LEFT JOIN event e ON e.merchant_id = $1 AND e.subject_id = a.id AND e.sequence = 2
              LEFT JOIN operator_action decided ON decided.merchant_id = $1 AND decided.request_id = e.request_id
                   AND decided.what = CASE a.status WHEN 'approved' THEN 'approval.approve' WHEN 'rejected' THEN 'approval.reject' END
             WHERE a.merchant_id = $1
               AND (asked.person_id IS DISTINCT FROM a.asked_by OR decided.person_id IS DISTINCT FROM a.decided_by
                    OR (a.status IN ('approved', 'rejected') AND decided.request_id IS NULL)
                    OR (a.status = 'approved' AND (a.decided_by <> a.asked_by) IS NOT TRUE))
            """),
        ("A request was approved before its time was over, and expired when it was", """
            SELECT format('request %s (%s) at %s: it waited until %s', a.number, a.status, e.occurred_at, a.expires_at)
              FROM approval_request a
              JOIN event e ON e.merchant_id = $1 AND e.subject_id = a.id AND e.sequence = 2
             WHERE a.merchant_id = $1 AND a.status IN ('approved', 'expired') AND (a.status = 'approved') <> (e.occurred_at < a.expires_at)
            """),
        ("Each limit has its action in the audit log, of the same moment, and each action its limit", """
            SELECT format('limit of %s since %s: %s', l.currency, l.since, coalesce(a.subject, 'no action'))
              FROM (SELECT currency, since FROM approval_limit WHERE merchant_id = $1) l
              FULL JOIN (SELECT at, subject FROM operator_action WHERE merchant_id = $1 AND what = 'limit.set') a ON a.at = l.since
             WHERE l.since IS NULL OR a.at IS NULL
            """),
    ];
}
