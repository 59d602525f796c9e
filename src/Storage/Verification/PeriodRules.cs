using Quittance.Storage.Console;

namespace Quittance.Storage.Verification;

/// <summary>The days of the books: those of events, sums of hours, and the kept figures of closed months.</summary>
internal static class PeriodRules
{
    /// <summary>Both sides of a transfer t, each as a row.</summary>
    private const string Sides =
        "unnest(ARRAY[t.debit_id, t.credit_id]) AS id, unnest(ARRAY[t.amount_minor, 0]) AS debit, "
        + "unnest(ARRAY[0, t.amount_minor]) AS credit";

    private const string LastDay = "SELECT day FROM first_open_day WHERE merchant_id = $1 ORDER BY since DESC LIMIT 1";

    public static readonly IReadOnlyList<(string Rule, string Sql)> All =
    [
        // The merchant's day is at most one off that of UTC.
        ("An event is booked on its effective day or a later one, and never after the day of its commit", """
            SELECT format('event %s/%s of %s: booked on %s, effective on %s', subject_id, sequence, occurred_at, booked_on, effective_on)
              FROM event
             WHERE merchant_id = $1
               AND booked_on NOT BETWEEN least(effective_on, (occurred_at AT TIME ZONE 'UTC')::date - 1)
                   AND (occurred_at AT TIME ZONE 'UTC')::date + 1
            """),
        ("The sums of an hour are those of its transfers", $"""
            SELECT format('%s %s %s, hour %s, booked on %s: %s and %s; transfers say %s and %s',
                          kind, purpose, currency, hour, booked_on, k.debits_minor, k.credits_minor, s.debits_minor, s.credits_minor)
              FROM (SELECT k.* FROM checkpoint_total k WHERE k.merchant_id = $1) k
              FULL JOIN (SELECT l.kind, {LedgerRows.Purpose} AS purpose, l.currency, date_trunc('hour', m.occurred_at, 'UTC') AS hour,
                                m.booked_on, sum(m.debit) AS debits_minor, sum(m.credit) AS credits_minor
                           FROM (SELECT e.occurred_at, e.booked_on, {Sides}
                                   FROM transfer t
                                   JOIN event e ON e.merchant_id = $1 AND e.subject_id = t.subject_id AND e.sequence = t.sequence
                                   JOIN checkpoint c ON c.merchant_id = $1 AND e.occurred_at < c.until
                                  WHERE t.merchant_id = $1) m
                           JOIN ledger_account l ON l.merchant_id = $1 AND l.id = m.id
                          GROUP BY 1, 2, 3, 4, 5) s USING (kind, purpose, currency, hour, booked_on)
             WHERE (k.debits_minor, k.credits_minor) IS DISTINCT FROM (s.debits_minor, s.credits_minor)
            """),
        ("The trial balance of a closed month is the one that was kept when it was closed", $"""
            SELECT format('%s: %s %s %s: kept %s and %s; transfers say %s and %s',
                          month, kind, purpose, currency, k.debits, k.credits, s.debits, s.credits)
              FROM (SELECT p.month, k.*
                      FROM period p
                     CROSS JOIN LATERAL json_to_recordset(CASE json_typeof(p.trial_balance) WHEN 'array' THEN p.trial_balance ELSE '[]' END)
                           k (currency text, kind text, purpose text, debits numeric, credits numeric)
                     WHERE p.merchant_id = $1 AND p.reopened_at IS NULL) k
              FULL JOIN (SELECT m.month, l.currency, l.kind, {LedgerRows.Purpose} AS purpose, sum(m.debit) AS debits,
                                sum(m.credit) AS credits
                           FROM (SELECT p.month, {Sides}
                                   FROM period p
                                   JOIN event e ON e.merchant_id = $1 AND e.booked_on < p.month + interval '1 month'
                                   JOIN transfer t ON t.merchant_id = $1 AND t.subject_id = e.subject_id AND t.sequence = e.sequence
                                  WHERE p.merchant_id = $1 AND p.reopened_at IS NULL) m
                           JOIN ledger_account l ON l.merchant_id = $1 AND l.id = m.id
                          GROUP BY 1, 2, 3, 4) s USING (month, currency, kind, purpose)
             WHERE (k.debits, k.credits) IS DISTINCT FROM (s.debits, s.credits)
            """),
        ("A closed month has as many transfers as when it was closed", """
            SELECT format('%s: kept %s; there are %s', p.month, p.transfers, coalesce(s.transfers, 0))
              FROM period p
              LEFT JOIN (SELECT date_trunc('month', e.booked_on)::date AS month, count(*) AS transfers
                           FROM event e
                           JOIN transfer t ON t.merchant_id = $1 AND t.subject_id = e.subject_id AND t.sequence = e.sequence
                          WHERE e.merchant_id = $1 AND EXISTS (SELECT FROM period WHERE merchant_id = $1)
                          GROUP BY 1) s ON s.month = p.month
             WHERE p.merchant_id = $1 AND p.reopened_at IS NULL AND p.transfers <> coalesce(s.transfers, 0)
            """),
        ("Each chart for DATEV has its action in the audit log, of the same moment, and each action its chart", """
            SELECT format('chart since %s: %s', c.since, coalesce(a.subject, 'no action'))
              FROM (SELECT since FROM datev_chart WHERE merchant_id = $1) c
              FULL JOIN (SELECT at, subject FROM operator_action WHERE merchant_id = $1 AND what = 'datev.set') a ON a.at = c.since
             WHERE c.since IS NULL OR a.at IS NULL
            """),
        // The reason of a closing is the hash of the month's journal, and what a person said behind it.
        ("Each closing and opening of a month has its action in the audit log, with the hash of its journal, and each action its month", """
            SELECT format('%s of %s at %s: %s', coalesce(p.what, a.what), coalesce(p.month, a.subject), coalesce(p.at, a.at),
                          CASE WHEN a.at IS NULL THEN 'no such action' ELSE 'no such month' END)
              FROM (SELECT 'period.close' AS what, to_char(month, 'YYYY-MM') AS month, closed_at AS at, closed_by AS who,
                           'SHA-256 of its journal ' || encode(journal_hash, 'hex') AS reason
                      FROM period WHERE merchant_id = $1
                     UNION ALL
                    SELECT 'period.reopen', to_char(month, 'YYYY-MM'), reopened_at, reopened_by, reopening_reason
                      FROM period WHERE merchant_id = $1 AND reopened_at IS NOT NULL) p
              FULL JOIN (SELECT what, subject, at, who, reason
                           FROM operator_action WHERE merchant_id = $1 AND what IN ('period.close', 'period.reopen')) a
                        ON (a.what, a.subject, a.at, a.who) = (p.what, p.month, p.at, p.who)
                           AND (a.reason = p.reason OR (p.what = 'period.close' AND starts_with(a.reason, p.reason || ': ')))
             WHERE p.at IS NULL OR a.at IS NULL
            """),
        ("Each slot has the first open day that was set last, which lies behind every closed month", $"""
            SELECT format('slot %s: %s; set last: %s', s.slot, s.open_from, d.day)
              FROM slot s
              LEFT JOIN ({LastDay}) d ON true
             WHERE s.merchant_id = $1 AND s.open_from <> coalesce(d.day, '2000-01-01')
             UNION ALL
            SELECT format('%s is closed, and the first open day is %s', p.month, d.day)
              FROM period p
              LEFT JOIN ({LastDay}) d ON true
             WHERE p.merchant_id = $1 AND p.reopened_at IS NULL AND (d.day >= p.month + interval '1 month') IS NOT TRUE
            """),
        ("A first open day had come when it was set, and only the opening of its month sets an earlier one", """
            SELECT format('first open day %s, set %s, behind %s', d.day, d.since, d.before)
              FROM (SELECT day, since, lag(day) OVER (ORDER BY since) AS before FROM first_open_day WHERE merchant_id = $1) d
              FULL JOIN (SELECT month, reopened_at FROM period WHERE merchant_id = $1 AND reopened_at IS NOT NULL) p
                        ON p.reopened_at = d.since AND p.month = d.day
             WHERE (p.month IS NULL AND d.day <= d.before) OR d.day > (d.since AT TIME ZONE 'UTC')::date + 1 OR d.day IS NULL
            """),
        // Only an event that is booked on an earlier day than that of its commit can be on a closed one, or one of the last closed day
        // where the merchant's days begin before those of UTC.
        ("Nothing was booked on a closed day", """
            SELECT format('event %s/%s of %s: booked on %s; the first open day was %s', e.subject_id, e.sequence, e.occurred_at,
                          e.booked_on, d.day)
              FROM event e
             CROSS JOIN LATERAL (SELECT o.day FROM first_open_day o
                                  WHERE o.merchant_id = $1 AND o.since < e.occurred_at ORDER BY o.since DESC LIMIT 1) d
             WHERE e.merchant_id = $1 AND e.booked_on < d.day
               AND (e.booked_on < (e.occurred_at AT TIME ZONE 'UTC')::date
                    OR e.booked_on + 1 IN (SELECT f.day FROM first_open_day f WHERE f.merchant_id = $1))
            """),
        ("No slot stands before the hours that are added up", """
            SELECT format('slot %s stands at %s; added up until %s', s.slot, s.last_at, c.until)
              FROM slot s
              JOIN checkpoint c ON c.merchant_id = $1 AND s.last_at < c.until
             WHERE s.merchant_id = $1
            """),
    ];
}
