namespace Quittance.Storage.Verification;

/// <summary>The names of customers, charges and instruments, and their numbers.</summary>
internal static class NameRules
{
    public static readonly IReadOnlyList<(string Rule, string Sql)> All =
    [
        ("A name leads to something of its account", """
            SELECT format('%s %s "%s" of account %s leads to %s', r.dialect, r.kind, r.value, r.account_id, r.object_id)
              FROM reference r
              LEFT JOIN (SELECT id, id AS account_id FROM account WHERE merchant_id = $1
                         UNION ALL SELECT id, account_id FROM charge WHERE merchant_id = $1
                         UNION ALL SELECT id, account_id FROM payment_link WHERE merchant_id = $1
                         UNION ALL SELECT id, account_id FROM customer_order WHERE merchant_id = $1
                         UNION ALL SELECT id, account_id FROM instrument WHERE merchant_id = $1) o
                        ON o.id = r.object_id AND o.account_id = r.account_id
             WHERE r.merchant_id = $1 AND o.id IS NULL
            """),
        ("The number of an account or a charge, the references of a charge and an instrument, and an order have their names", """
            SELECT format('%s %s: nothing called "%s" leads to it', x.what, x.id, x.name)
              FROM (SELECT 'account' AS what, id, number::text AS name, 'account-number' AS kind FROM account WHERE merchant_id = $1
                    UNION ALL SELECT 'charge', id, number::text, 'charge-number' FROM charge WHERE merchant_id = $1) x
              LEFT JOIN reference r ON r.merchant_id = $1 AND r.dialect = 'quittance' AND r.kind = x.kind AND r.value = x.name
                   AND r.object_id = x.id
             WHERE r.object_id IS NULL
            UNION ALL
            SELECT format('%s %s: nothing called "%s" leads to it', x.what, x.id, x.name)
              FROM (SELECT 'charge' AS what, id, reference AS name FROM charge WHERE merchant_id = $1
                    UNION ALL SELECT 'charge', id, document FROM charge WHERE merchant_id = $1
                    UNION ALL SELECT 'instrument', id, reference FROM instrument WHERE merchant_id = $1) x
              LEFT JOIN reference r ON r.merchant_id = $1 AND r.object_id = x.id AND r.value = x.name
             WHERE x.name IS NOT NULL AND r.object_id IS NULL
            UNION ALL
            SELECT format('order %s: no name leads to it', o.id)
              FROM customer_order o LEFT JOIN reference r ON r.merchant_id = $1 AND r.object_id = o.id
             WHERE o.merchant_id = $1 AND r.object_id IS NULL
            """),
        ("An account lies in the slot that follows from its clients' first name for it, and a booking's in its departure's", """
            SELECT format('account %s: none of its names leads to slot %s', a.id, a.slot)
              FROM account a
              LEFT JOIN (SELECT account_id, get_byte(sha256(uuid_send(departure_id)), 0) % 32 AS slot FROM booking WHERE merchant_id = $1
                         UNION ALL
                         SELECT object_id, get_byte(sha256(convert_to(dialect || E'\n' || kind || E'\n' || value, 'UTF8')), 0) % 32
                           FROM reference WHERE merchant_id = $1 AND object_id = account_id
                              AND NOT (dialect = 'quittance' AND kind = 'account-number')) n
                        ON n.account_id = a.id AND n.slot = a.slot
             WHERE a.merchant_id = $1 AND n.account_id IS NULL
            """),
        ("Everything of an account lies in the account's slot", """
            SELECT format('account %s lies in slot %s, its %s in %s', a.id, a.slot, x.what, x.slot)
              FROM account a
              JOIN (SELECT account_id, slot, 'reference' AS what FROM reference WHERE merchant_id = $1
                    UNION ALL
                    SELECT holder_id, slot, 'ledger account' FROM ledger_account WHERE merchant_id = $1) x
                   ON x.account_id = a.id AND x.slot <> a.slot
             WHERE a.merchant_id = $1
            """),
        ("Every slot counts and writes on behind the last restore, and is held exactly until the release", """
            SELECT format('slot %s stands at %s and %s, held: %s; epoch %s began at %s and %s, released: %s', s.slot, s.last_number,
                          s.last_at, s.is_held, e.number, e.numbers_from, e.began_at, e.released_at)
              FROM slot s
              JOIN (SELECT * FROM epoch ORDER BY number DESC LIMIT 1) e
                   ON s.last_number < e.numbers_from OR s.last_at < e.began_at OR s.is_held <> (e.released_at IS NULL)
                      OR s.restored_at IS DISTINCT FROM e.began_at
             WHERE s.merchant_id = $1
            UNION ALL
            SELECT format('slot %s is held or was restored, and the books were never restored', s.slot)
              FROM slot s
             WHERE s.merchant_id = $1 AND (s.is_held OR s.restored_at IS NOT NULL) AND NOT EXISTS (SELECT FROM epoch)
            """),
        ("No human number was given out beyond its slot's counter", """
            SELECT format('%s number %s: slot %s stands at %s', x.what, x.number, s.slot, s.last_number)
              FROM (SELECT number, 'payment' AS what FROM payment WHERE merchant_id = $1
                    UNION ALL SELECT number, 'charge' FROM charge WHERE merchant_id = $1
                    UNION ALL SELECT number, 'refund' FROM refund WHERE merchant_id = $1
                    UNION ALL SELECT number, 'account' FROM account WHERE merchant_id = $1) x
              LEFT JOIN slot s ON s.merchant_id = $1 AND s.slot = x.number % 32
             WHERE x.number / 32 > coalesce(s.last_number, -1)
            """),
        ("A human number was given once, in the slot of its account", """
            SELECT format('number %s: %s things have it', number, count(*))
              FROM (SELECT number FROM payment WHERE merchant_id = $1
                    UNION ALL SELECT number FROM charge WHERE merchant_id = $1
                    UNION ALL SELECT number FROM refund WHERE merchant_id = $1
                    UNION ALL SELECT number FROM account WHERE merchant_id = $1) x
             GROUP BY number HAVING count(*) > 1
            UNION ALL
            SELECT format('%s number %s: account %s lies in slot %s', x.what, x.number, a.id, a.slot)
              FROM (SELECT number, account_id, 'payment' AS what FROM payment WHERE merchant_id = $1
                    UNION ALL SELECT number, account_id, 'charge' FROM charge WHERE merchant_id = $1
                    UNION ALL SELECT number, account_id, 'refund' FROM refund WHERE merchant_id = $1
                    UNION ALL SELECT number, id, 'account' FROM account WHERE merchant_id = $1) x
              JOIN account a ON a.merchant_id = $1 AND a.id = x.account_id
             WHERE x.number % 32 <> a.slot
            """),
    ];
}
