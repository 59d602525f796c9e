namespace Quittance.Storage.Verification;

/// <summary>The ledger: its accounts, their totals, and transfers.</summary>
internal static class LedgerRules
{
    public static readonly IReadOnlyList<(string Rule, string Sql)> All =
    [
        ("Every ledger account's totals are the sums of its transfers", """
            SELECT format('ledger account %s (%s): debits %s, credits %s; transfers say %s and %s',
                          l.id, l.kind, l.debits_minor, l.credits_minor, coalesce(s.debits, 0), coalesce(s.credits, 0))
              FROM ledger_account l
              LEFT JOIN (SELECT id, sum(debit) AS debits, sum(credit) AS credits
                           FROM (SELECT debit_id AS id, amount_minor AS debit, 0 AS credit FROM transfer WHERE merchant_id = $1
                                 UNION ALL
                                 SELECT credit_id, 0, amount_minor FROM transfer WHERE merchant_id = $1) moved
                          GROUP BY id) s ON s.id = l.id
             WHERE l.merchant_id = $1
               AND (l.debits_minor <> coalesce(s.debits, 0) OR l.credits_minor <> coalesce(s.credits, 0))
            """),
        ("The id of a ledger account follows from its merchant, slot, kind, holder, currency and purpose", $$"""
            SELECT format('ledger account %s: %s of %s in slot %s, purpose "%s", %s', id, kind, holder_id, slot, purpose, currency)
              FROM ledger_account
             WHERE merchant_id = $1
               AND {{DerivedIdSql.Of("id")}} IS DISTINCT FROM {{DerivedIdSql.From(Name)}}
            """),
        ("There is one ledger account for one thing", """
            SELECT format('%s of %s in slot %s, purpose "%s", %s: %s rows', kind, holder_id, slot, purpose, currency, count(*))
              FROM ledger_account WHERE merchant_id = $1
             GROUP BY kind, holder_id, slot, purpose, currency HAVING count(*) > 1
            """),
        ("A customer's ledger accounts are in the slot and the currency of the account, and the house's have no holder", """
            SELECT format('ledger account %s: %s of %s in slot %s, %s; account in slot %s, %s',
                          l.id, l.kind, l.holder_id, l.slot, l.currency, a.slot, a.currency)
              FROM ledger_account l
              LEFT JOIN account a ON a.merchant_id = $1 AND a.id = l.holder_id
             WHERE l.merchant_id = $1
               AND CASE WHEN l.kind IN ('receivable', 'credit') THEN (a.slot, a.currency) IS DISTINCT FROM (l.slot, l.currency)
                        ELSE l.holder_id <> '00000000-0000-0000-0000-000000000000' END
            """),
        ("All balances of a currency add up to zero", """
            SELECT format('%s: debits %s, credits %s', currency, sum(debits_minor), sum(credits_minor))
              FROM ledger_account WHERE merchant_id = $1
             GROUP BY currency HAVING sum(debits_minor) <> sum(credits_minor)
            """),
        ("Every transfer moves between two ledger accounts of its own currency", """
            SELECT format('transfer %s/%s/%s', t.subject_id, t.sequence, t.line)
              FROM transfer t
              LEFT JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id AND d.currency = t.currency
              LEFT JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id AND c.currency = t.currency
             WHERE t.merchant_id = $1 AND (d.id IS NULL OR c.id IS NULL)
            """),
        ("Every transfer was made by an event", """
            SELECT format('transfer %s/%s/%s', t.subject_id, t.sequence, t.line)
              FROM transfer t LEFT JOIN event e ON e.merchant_id = $1 AND e.subject_id = t.subject_id AND e.sequence = t.sequence
             WHERE t.merchant_id = $1 AND e.sequence IS NULL
            """),
        ("Transfers of an event are numbered from 1 without a gap", """
            SELECT format('event %s/%s: %s transfers, the last is number %s', subject_id, sequence, count(*), max(line))
              FROM transfer WHERE merchant_id = $1 GROUP BY subject_id, sequence HAVING max(line) <> count(*)
            """),
        ("Only payments, charges and lines of statements move money, and a charge only its own", """
            SELECT format('transfer %s/%s/%s of %s', t.subject_id, t.sequence, t.line, t.amount_minor)
              FROM transfer t
              LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = t.subject_id
              LEFT JOIN charge c ON c.merchant_id = $1 AND c.id = t.subject_id AND c.id = t.charge_id AND t.line = 1
              LEFT JOIN settlement_line l ON l.merchant_id = $1 AND l.id = t.subject_id
             WHERE t.merchant_id = $1 AND num_nonnulls(p.id, c.id, l.id) = 0
            """),
    ];

    /// <summary>The parts from which an id follows. The place of a kind in the chart is one; new kinds go to the end.</summary>
    private const string Name = """
        int8send(merchant_id) || set_byte(set_byte('\x0000'::bytea, 0, slot), 1,
            array_position('{receivable,credit,clearing,refunds_in_transit,bank,billed,fees,write_off}'::text[], kind) - 1)
        || uuid_send(holder_id) || convert_to(currency || purpose, 'UTF8')
        """;
}
