namespace Quittance.Storage.Verification;

/// <summary>The rules of requests to providers, and of their charges.</summary>
internal static class AttemptRules
{
    public static readonly IReadOnlyList<(string Rule, string Sql)> All =
    [
        ("A payment taken through a provider is captured exactly when its provider approved the capture", """
            SELECT format('payment %s (%s): approved captures %s', p.id, p.status, a.captures)
              FROM (SELECT payment_id, count(*) FILTER (WHERE verb = 'capture' AND status = 'approved') AS captures,
                           count(*) FILTER (WHERE verb = 'capture' AND status = 'declined') AS declined
                      FROM attempt WHERE merchant_id = $1 AND verb <> 'refund' GROUP BY payment_id) a
              JOIN payment p ON p.merchant_id = $1 AND p.id = a.payment_id
             WHERE CASE WHEN p.status = 'captured' THEN a.captures <> 1
                 AND (a.declined = 0 OR p.reversed_minor + p.refunded_minor < p.amount_minor)
                        ELSE a.captures > 0 END
            """),
        ("An attempt belongs to a payment of its account, and an open one will be asked for unless it was given up", """
            SELECT format('attempt %s (%s %s) of payment %s', a.id, a.verb, a.status, a.payment_id)
              FROM attempt a LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = a.payment_id AND p.account_id = a.account_id
             WHERE a.merchant_id = $1
               AND (p.id IS NULL OR (a.due_at IS NULL AND a.status IN ('open', 'pending')))
            """),
        ("What an event of a payment asked of its provider is an attempt, and every attempt was asked by an event", $$"""
            SELECT format('payment %s: event %s asks to %s, attempt %s', coalesce(e.subject_id, a.payment_id), e.sequence,
                          coalesce(e.verb, a.verb), a.id)
              FROM (SELECT e.subject_id, e.sequence, e.verb, {{DerivedIdSql.From(Name)}} AS id
                      FROM (SELECT e.merchant_id, e.subject_id, e.sequence, v.verb,
                                   row_number() OVER (PARTITION BY e.subject_id, v.verb ORDER BY e.sequence) AS nth
                              FROM event e
                              JOIN (VALUES ('payment.begun', 'authorise'), ('payment.capturing', 'capture')) v(type, verb)
                                   ON v.type = e.type
                             WHERE e.merchant_id = $1) e) e
              FULL JOIN (SELECT id, payment_id, verb, {{DerivedIdSql.Of("id")}} AS bare
                           FROM attempt WHERE merchant_id = $1 AND verb IN ('authorise', 'capture')) a
                        ON a.bare = e.id AND a.payment_id = e.subject_id AND a.verb = e.verb
             WHERE e.id IS NULL OR a.id IS NULL
            UNION ALL
            SELECT format('payment %s: event %s asks to refund, refund %s, attempt %s', coalesce(e.subject_id, r.payment_id), e.sequence,
                          r.id, r.attempt_id)
              FROM (SELECT subject_id, sequence FROM event WHERE merchant_id = $1 AND type = 'payment.refunding') e
              FULL JOIN (SELECT * FROM refund WHERE merchant_id = $1 AND attempt_id IS NOT NULL) r
                        ON r.payment_id = e.subject_id AND r.taken_by = e.sequence
             WHERE e.sequence IS NULL OR r.id IS NULL
                OR ({{DerivedIdSql.Of("r.attempt_id")}} <> {{DerivedIdSql.From(NameOfRefund)}}
                    AND {{DerivedIdSql.Of("r.id")}} <> {{DerivedIdSql.From(NameOfTakenOver)}})
            UNION ALL
            SELECT format('payment %s: attempt %s to void', a.payment_id, a.id)
              FROM (SELECT merchant_id, payment_id, id, count(*) OVER (PARTITION BY payment_id) AS voids
                      FROM attempt WHERE merchant_id = $1 AND verb = 'void') a
             WHERE NOT EXISTS (
                   SELECT FROM (SELECT a.merchant_id, a.payment_id AS subject_id, n AS nth, 'void' AS verb
                                  FROM generate_series(1, a.voids) n) e
                    WHERE {{DerivedIdSql.From(Name)}} = {{DerivedIdSql.Of("a.id")}})
            """),
        ("An attempt is about the money and the instrument of its payment, and about the payment's own authorisation", """
            SELECT format('attempt %s to %s %s %s with %s on %s: payment %s of %s %s with %s', a.id, a.verb, a.amount_minor, a.currency,
                          a.instrument_id, a.authorisation_id, p.id, p.amount_minor, p.currency, p.instrument_id)
              FROM attempt a
              LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = a.payment_id
              LEFT JOIN attempt o ON o.merchant_id = $1 AND o.id = a.authorisation_id AND o.payment_id = a.payment_id
                   AND o.verb = 'authorise'
             WHERE a.merchant_id = $1
               AND (CASE WHEN a.verb = 'refund' THEN a.amount_minor <= p.amount_minor ELSE a.amount_minor = p.amount_minor END
                    AND a.currency = p.currency AND a.slot = p.number % 32
                    AND (a.instrument_id IS NULL OR a.instrument_id = p.instrument_id)
                    AND (a.authorisation_id IS NULL OR o.id IS NOT NULL)) IS NOT TRUE
            """),
        ("An attempt without an outcome is asked about within a day, unless it was given up", """
            SELECT format('attempt %s (%s %s): due at %s', a.id, a.verb, a.status, a.due_at)
              FROM attempt a
              LEFT JOIN slot s ON s.merchant_id = $1 AND s.slot = a.slot
              LEFT JOIN (SELECT subject_id, max(sequence) AS last, max(sequence) FILTER (WHERE type = 'attempt.given_up') AS given_up
                           FROM event WHERE merchant_id = $1 AND type LIKE 'attempt.%' AND type <> 'attempt.named'
                          GROUP BY subject_id) e ON e.subject_id = a.id
             WHERE a.merchant_id = $1 AND a.status NOT IN ('approved', 'declined')
               AND ((a.due_at IS NULL) <> coalesce(e.given_up = e.last, false) OR a.due_at > s.last_at + interval '1 day')
            """),
        ("A payment claims charges of its own account exactly while it is under way, and no more than its amount", """
            SELECT format('payment %s (%s) of %s: %s claims of %s, the last is number %s, some live: %s, all: %s', c.payment_id, p.status,
                          p.amount_minor, c.claims, c.minor, c.last, c.some_live, c.all_live)
              FROM (SELECT payment_id, count(*) AS claims, max(line) AS last, sum(amount_minor) AS minor, bool_or(is_live) AS some_live,
                           bool_and(is_live) AS all_live
                      FROM claim WHERE merchant_id = $1 GROUP BY payment_id) c
              LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = c.payment_id
             WHERE (c.claims = c.last AND c.minor <= p.amount_minor AND c.some_live = c.all_live
                    AND c.some_live = (p.status IN ('pending', 'unknown', 'authorised', 'settling'))) IS NOT TRUE
            UNION ALL
            SELECT format('charge %s of account %s, %s, is claimed by payment %s of account %s, %s', h.id, h.account_id, h.currency, p.id,
                          p.account_id, p.currency)
              FROM claim c
              JOIN payment p ON p.merchant_id = $1 AND p.id = c.payment_id
              JOIN charge h ON h.merchant_id = $1 AND h.id = c.charge_id
             WHERE c.merchant_id = $1 AND (h.account_id, h.currency) IS DISTINCT FROM (p.account_id, p.currency)
            UNION ALL
            SELECT format('booking %s: payment %s (%s) does not claim its charge', b.id, p.id, p.status)
              FROM booking b
              JOIN payment p ON p.merchant_id = $1 AND p.id = b.payment_id AND p.status IN ('pending', 'unknown', 'authorised', 'settling')
              LEFT JOIN claim c ON c.merchant_id = $1 AND c.payment_id = p.id AND c.charge_id = b.charge_id
             WHERE b.merchant_id = $1 AND c.charge_id IS NULL
            """),
    ];

    /// <summary>The parts from which the id of an attempt follows: its payment, which one of its verb it is, and the verb.</summary>
    private const string Name =
        "int8send(e.merchant_id) || uuid_send(e.subject_id) || int4send(e.nth::int) || convert_to(e.verb, 'UTF8')";

    /// <summary>The same for an attempt to refund: its refund.</summary>
    private const string NameOfRefund = "int8send(r.merchant_id) || uuid_send(r.id) || int4send(1) || convert_to('refund', 'UTF8')";

    /// <summary>The parts from which the id of a refund follows that was taken over from a provider: its attempt.</summary>
    private const string NameOfTakenOver = "uuid_send(r.attempt_id) || convert_to('taken over', 'UTF8')";
}
