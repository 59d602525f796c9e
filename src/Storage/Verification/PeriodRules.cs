using Quittance.Storage.Console;

namespace Quittance.Storage.Verification;

/// <summary>The days of the books: those of events, sums of hours, and the kept figures of closed months.</summary>
internal static class PeriodRules
{
    /// <summary>Both sides of a transfer t, each as a row.</summary>
    private const string Sides =
        "unnest(ARRAY[t.debit_id, t.credit_id]) AS id, unnest(ARRAY[t.amount_minor, 0]) AS debit, "
        + "unnest(ARRAY[0, t.amount_minor]) AS credit";

    public static readonly IReadOnlyList<(string Rule, string Sql)> All =
    [
        ("An event is booked on its effective day or a later one, and never after the day of its commit", """
            SELECT format('event %s/%s of %s: booked on %s, effective on %s', subject_id, sequence, occurred_at, booked_on, effective_on)
              FROM event
             WHERE merchant_id = $1
               AND booked_on NOT BETWEEN least(effective_on, (occurred_at AT TIME ZONE 'UTC')::date)
                   AND (occurred_at AT TIME ZONE 'UTC')::date
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
                     CROSS JOIN LATERAL jsonb_to_recordset(p.trial_balance) k (currency text, kind text, purpose text, debits numeric,
                           credits numeric)
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
    ];
}
