namespace Quittance.Storage.Verification;

/// <summary>Sessions in the widget, and bookings of seats.</summary>
internal static class SaleRules
{
    public static readonly IReadOnlyList<(string Rule, string Sql)> All =
    [
        ("A session that was used for a payment has one that its provider was asked for", """
            SELECT format('session %s: payment %s (%s)', s.id, s.payment_id, p.status)
              FROM session s LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = s.payment_id
             WHERE s.merchant_id = $1 AND s.status = 'used' AND s.amount_minor > 0
               AND (p.id IS NULL OR NOT EXISTS (SELECT 1 FROM attempt a WHERE a.merchant_id = $1 AND a.payment_id = p.id))
            """),
        // A provider may have taken the money for a person at its own console, and refuses to release it then.
        ("What was paid in a session that has expired is given back", """
            SELECT format('session %s: payment %s (%s)', s.id, s.payment_id, p.status)
              FROM session s JOIN payment p ON p.merchant_id = $1 AND p.id = s.payment_id
             WHERE s.merchant_id = $1 AND s.status = 'expired' AND p.status IN ('pending', 'unknown', 'authorised', 'settling', 'captured')
               AND NOT (p.status = 'captured' AND EXISTS (
                 SELECT FROM attempt a WHERE a.merchant_id = $1 AND a.payment_id = p.id AND a.verb = 'void' AND a.status = 'declined'))
            """),
        ("A session's payment and its instrument are those of its account, and no other session has the payment", """
            SELECT format('session %s of account %s: payment %s, instrument %s', s.id, s.account_id, s.payment_id, s.instrument_id)
              FROM session s
              LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = s.payment_id AND p.account_id = s.account_id
                  AND p.amount_minor = s.amount_minor
              LEFT JOIN instrument i ON i.merchant_id = $1 AND i.id = s.instrument_id AND i.account_id = s.account_id
             WHERE s.merchant_id = $1 AND ((s.payment_id IS NOT NULL AND p.id IS NULL) OR (s.instrument_id IS NOT NULL AND i.id IS NULL))
            UNION ALL
            SELECT format('payment %s: %s sessions', payment_id, count(*))
              FROM session WHERE merchant_id = $1 AND payment_id IS NOT NULL GROUP BY payment_id HAVING count(*) > 1
            """),
        ("A payment link's last session is of its account, of links alone, and offers no stored instrument", """
            SELECT format('link %s: session %s', l.id, l.session_id)
              FROM payment_link l
              LEFT JOIN session s ON s.merchant_id = $1 AND s.id = l.session_id AND s.account_id = l.account_id
                  AND s.scope = 'link' AND NOT s.shows_instruments
             WHERE l.merchant_id = $1 AND l.session_id IS NOT NULL AND s.id IS NULL
            """),
        ("The seats taken of a departure are those of its bookings that are held or confirmed", """
            SELECT format('departure %s: says %s of %s seats, bookings say %s', coalesce(d.id, b.id), d.taken, d.seats, coalesce(b.taken,
                0))
              FROM (SELECT * FROM departure WHERE merchant_id = $1) d
              FULL JOIN (SELECT departure_id AS id, count(*) FILTER (WHERE status IN ('held', 'confirmed')) AS taken
                           FROM booking WHERE merchant_id = $1 GROUP BY departure_id) b ON b.id = d.id
             WHERE d.taken IS DISTINCT FROM coalesce(b.taken, 0)
            """),
        ("A booking is confirmed exactly when its charge was raised, for its price, and its payment is captured", """
            SELECT format('booking %s (%s): charge %s, payment %s (%s)', b.id, b.status, c.id, b.payment_id, p.status)
              FROM booking b
              LEFT JOIN charge c ON c.merchant_id = $1 AND c.id = b.charge_id
              LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = b.payment_id
             WHERE b.merchant_id = $1
               AND (CASE WHEN b.status = 'confirmed'
                         THEN c.account_id IS DISTINCT FROM b.account_id OR c.amount_minor <> b.price_minor OR c.currency <> b.currency
                              OR p.status IS DISTINCT FROM 'captured'
                         ELSE c.id IS NOT NULL END
                    OR (b.payment_id IS NOT NULL AND (p.account_id IS DISTINCT FROM b.account_id OR p.amount_minor <> b.price_minor)))
            """),
        ("A booking that is no longer held is not being paid for", """
            SELECT format('booking %s (%s): payment %s is under way', b.id, b.status, l.payment_id)
              FROM booking b JOIN claim l ON l.merchant_id = $1 AND l.charge_id = b.charge_id AND l.is_live
             WHERE b.merchant_id = $1 AND b.status <> 'held'
            """),
    ];
}
