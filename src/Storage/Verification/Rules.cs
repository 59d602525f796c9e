namespace Quittance.Storage.Verification;

/// <summary>
/// What must be true of one merchant's books ($1). Each rule is a query for what breaks it: one text per broken row.
/// </summary>
internal static class Rules
{
    /// <summary>What is counted, in the order in which it is shown.</summary>
    public static readonly IReadOnlyList<(string What, string Table)> Counted =
    [
        ("accounts", "account"), ("charges", "charge"), ("payments", "payment"), ("events", "event"), ("transfers", "transfer"),
        ("attempts", "attempt"), ("disputes", "dispute"), ("sessions", "session"), ("bookings", "booking"), ("refunds", "refund"),
        ("statements", "statement"), ("lines of statements", "settlement_line"), ("deliveries", "delivery"),
        ("ledger accounts", "ledger_account"), ("kept answers", "kept_answer"),
    ];

    /// <summary>The rules, each with its query.</summary>
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
        ("There is one ledger account for one thing", """
            SELECT format('%s of %s in slot %s, purpose "%s", %s: %s rows', kind, holder_id, slot, purpose, currency, count(*))
              FROM ledger_account WHERE merchant_id = $1
             GROUP BY kind, holder_id, slot, purpose, currency HAVING count(*) > 1
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
        ("Events of a subject are numbered without a gap", """
            SELECT format('subject %s: %s events, the last is number %s', subject_id, count(*), max(sequence))
              FROM event WHERE merchant_id = $1 GROUP BY subject_id HAVING max(sequence) <> count(*)
            """),
        ("A charge's settled amount is the sum of its allocations, its forgiven amount that of its credit notes, and it was raised in full",
            """
            SELECT format('charge %s: amount %s, allocated %s, forgiven %s; transfers say %s less what is forgiven, and %s',
                          c.id, c.amount_minor, c.allocated_minor, c.credited_minor, coalesce(s.raised, 0), coalesce(s.settled, 0))
              FROM charge c
              LEFT JOIN (SELECT t.charge_id,
                                coalesce(sum(t.amount_minor) FILTER (WHERE d.kind = 'receivable' AND r.kind = 'billed'), 0)
                                - coalesce(sum(t.amount_minor) FILTER (WHERE d.kind = 'billed' AND r.kind = 'receivable'), 0) AS raised,
                                coalesce(sum(t.amount_minor) FILTER (WHERE d.kind <> 'billed' AND r.kind = 'receivable'), 0)
                                - coalesce(sum(t.amount_minor) FILTER (WHERE d.kind = 'receivable' AND r.kind <> 'billed'), 0) AS settled
                           FROM transfer t
                           JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id
                           JOIN ledger_account r ON r.merchant_id = $1 AND r.id = t.credit_id
                          WHERE t.merchant_id = $1 AND t.charge_id IS NOT NULL GROUP BY t.charge_id) s ON s.charge_id = c.id
             WHERE c.merchant_id = $1
               AND (c.amount_minor - c.credited_minor <> coalesce(s.raised, 0) OR c.allocated_minor <> coalesce(s.settled, 0))
            """),
        ("A charge is settled only by its own account's money", """
            SELECT format('transfer %s/%s/%s settles charge %s of another account', t.subject_id, t.sequence, t.line, t.charge_id)
              FROM transfer t
              JOIN ledger_account r ON r.merchant_id = $1 AND r.id = t.credit_id AND r.kind = 'receivable'
              LEFT JOIN charge c ON c.merchant_id = $1 AND c.id = t.charge_id AND c.account_id = r.holder_id
             WHERE t.merchant_id = $1 AND c.id IS NULL
            """),
        ("Captured money stands in the ledger but for what went back, other money not at all; allocated is what settles charges", """
            SELECT format('payment %s (%s): amount %s, reversed %s, allocated %s; transfers say %s captured and not reversed, %s allocated',
                          p.id, p.status, p.amount_minor, p.reversed_minor, p.allocated_minor, coalesce(s.held, 0),
                          coalesce(s.allocated, 0))
              FROM payment p
              LEFT JOIN (SELECT t.subject_id,
                                coalesce(sum(t.amount_minor) FILTER (WHERE d.kind = 'clearing' AND c.kind IN ('receivable', 'credit')), 0)
                                - coalesce(sum(t.amount_minor) FILTER (WHERE c.kind = 'clearing'
                                    AND d.kind IN ('receivable', 'credit')), 0) AS held,
                                coalesce(sum(t.amount_minor) FILTER (WHERE d.kind <> 'billed' AND c.kind = 'receivable'), 0)
                                - coalesce(sum(t.amount_minor) FILTER (WHERE d.kind = 'receivable' AND c.kind <> 'billed'), 0) AS allocated
                           FROM transfer t
                           JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id
                           JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id
                          WHERE t.merchant_id = $1 GROUP BY t.subject_id) s ON s.subject_id = p.id
             WHERE p.merchant_id = $1
               AND (coalesce(s.held, 0) <> CASE WHEN p.status = 'captured' THEN p.amount_minor - p.reversed_minor ELSE 0 END
                    OR coalesce(s.allocated, 0) <> p.allocated_minor)
            """),
        ("A customer's credit is the unallocated money of the customer's payments", """
            SELECT format('account %s, %s: credit %s, unallocated %s', holder, currency, coalesce(credit, 0), coalesce(unallocated, 0))
              FROM (SELECT holder_id AS holder, currency, sum(credits_minor - debits_minor) AS credit
                      FROM ledger_account WHERE merchant_id = $1 AND kind = 'credit' GROUP BY holder_id, currency) l
              FULL JOIN (SELECT account_id AS holder, currency, sum(amount_minor - allocated_minor - reversed_minor - refunded_minor)
                  AS unallocated
                           FROM payment WHERE merchant_id = $1 AND status = 'captured' GROUP BY account_id, currency) p
                   USING (holder, currency)
             WHERE coalesce(credit, 0) <> coalesce(unallocated, 0)
            """),
        ("What a payment says of refunds is what refunds took from it and did not give back", """
            SELECT format('payment %s: refunded %s; transfers say %s', p.id, p.refunded_minor, coalesce(s.refunded, 0))
              FROM payment p
              LEFT JOIN (SELECT t.subject_id, sum(CASE WHEN c.kind = 'refunds_in_transit' THEN t.amount_minor ELSE -t.amount_minor END)
                  AS refunded
                           FROM transfer t
                           JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id
                           JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id
                          WHERE t.merchant_id = $1 AND (d.kind, c.kind) IN (('credit', 'refunds_in_transit'), ('refunds_in_transit',
                              'credit'))
                          GROUP BY t.subject_id) s ON s.subject_id = p.id
             WHERE p.merchant_id = $1 AND p.refunded_minor <> coalesce(s.refunded, 0)
            """),
        ("Refunds that are pending are what is in transit", """
            SELECT format('%s: pending %s, in transit %s', currency, coalesce(r.pending, 0), coalesce(l.transit, 0))
              FROM (SELECT currency, sum(credits_minor - debits_minor) AS transit
                      FROM ledger_account WHERE merchant_id = $1 AND kind = 'refunds_in_transit' GROUP BY currency) l
              FULL JOIN (SELECT currency, sum(amount_minor) FILTER (WHERE status = 'pending') AS pending
                           FROM refund WHERE merchant_id = $1 AND payment_id IS NOT NULL GROUP BY currency) r USING (currency)
             WHERE coalesce(r.pending, 0) <> coalesce(l.transit, 0)
            """),
        ("A refund stands where its provider says, belongs to its payment's account, and has as many events as it says", """
            SELECT format('refund %s (%s): attempt %s, says %s events, has %s', r.id, r.status, a.status, r.events, coalesce(e.events, 0))
              FROM refund r
              LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = r.payment_id AND p.account_id = r.account_id
              LEFT JOIN attempt a ON a.merchant_id = $1 AND a.id = r.attempt_id AND a.verb = 'refund' AND a.amount_minor = r.amount_minor
              LEFT JOIN (SELECT subject_id, count(*) AS events FROM event WHERE merchant_id = $1
                  GROUP BY subject_id) e ON e.subject_id = r.id
             WHERE r.merchant_id = $1
               AND ((p.id IS NULL AND r.payment_id IS NOT NULL) OR r.events <> coalesce(e.events, 0)
                    OR r.payment_id IS NOT NULL AND r.status <> CASE WHEN r.attempt_id IS NULL OR a.status = 'approved' THEN 'done'
                        WHEN a.status = 'declined' THEN 'failed' ELSE 'pending' END)
            """),
        ("A refund of no payment is a bare record, or stands and counts as its shares do", """
            SELECT format('refund %s (%s): %s, shares %s of %s', r.id, r.status, r.amount_minor, s.statuses, s.amount)
              FROM refund r
              LEFT JOIN (SELECT share_of, array_agg(DISTINCT status) AS statuses,
                                CASE WHEN bool_or(status = 'pending') OR NOT bool_or(status = 'done') THEN sum(amount_minor)
                                     ELSE sum(amount_minor) FILTER (WHERE status = 'done') END AS amount
                           FROM refund WHERE merchant_id = $1 AND share_of IS NOT NULL GROUP BY share_of) s ON s.share_of = r.id
             WHERE r.merchant_id = $1 AND r.payment_id IS NULL
               AND (r.amount_minor IS DISTINCT FROM s.amount
                    OR r.status <> CASE WHEN s.share_of IS NULL OR 'pending' = ANY(s.statuses) THEN 'pending' WHEN 'done' = ANY(s.statuses)
                        THEN 'done' ELSE 'failed' END)
            """),
        ("A share is of a refund of no payment, on the same account and in the same currency", """
            SELECT format('refund %s is a share of %s', s.id, s.share_of)
              FROM refund s
              LEFT JOIN refund r ON r.merchant_id = $1 AND r.id = s.share_of AND r.payment_id IS NULL AND r.share_of IS NULL
                                AND r.account_id = s.account_id AND r.currency = s.currency AND r.dialect = s.dialect
             WHERE s.merchant_id = $1 AND s.share_of IS NOT NULL AND r.id IS NULL
            """),
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
        ("A charge is claimed by one payment at most, and only while that is under way", """
            SELECT format('charge %s is claimed by payment %s (%s)', c.charge_id, c.payment_id, p.status)
              FROM claim c LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = c.payment_id
             WHERE c.merchant_id = $1 AND c.is_live AND coalesce(p.status, '') NOT IN ('pending', 'unknown', 'authorised', 'settling')
            """),
        ("An attempt belongs to a payment of its account, and an open one will be asked for unless it was given up", """
            SELECT format('attempt %s (%s %s) of payment %s', a.id, a.verb, a.status, a.payment_id)
              FROM attempt a LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = a.payment_id AND p.account_id = a.account_id
             WHERE a.merchant_id = $1
               AND (p.id IS NULL OR (a.due_at IS NULL AND a.status IN ('open', 'pending')))
            """),
        ("What disputes took back and did not give back is reversed", """
            SELECT format('payment %s: reversed %s, disputes say %s', p.id, p.reversed_minor, d.reversed)
              FROM (SELECT payment_id, sum(reversed_minor) FILTER (WHERE status <> 'won') AS reversed
                      FROM dispute WHERE merchant_id = $1 GROUP BY payment_id) d
              LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = d.payment_id
             WHERE p.id IS NULL OR p.reversed_minor < coalesce(d.reversed, 0)
            """),
        ("A session that was used for a payment has one that its provider was asked for", """
            SELECT format('session %s: payment %s (%s)', s.id, s.payment_id, p.status)
              FROM session s LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = s.payment_id
             WHERE s.merchant_id = $1 AND s.status = 'used' AND s.amount_minor > 0
               AND (p.id IS NULL OR NOT EXISTS (SELECT 1 FROM attempt a WHERE a.merchant_id = $1 AND a.payment_id = p.id))
            """),
        ("What was paid in a session that has expired is given back", """
            SELECT format('session %s: payment %s (%s)', s.id, s.payment_id, p.status)
              FROM session s JOIN payment p ON p.merchant_id = $1 AND p.id = s.payment_id
             WHERE s.merchant_id = $1 AND s.status = 'expired' AND p.status IN ('pending', 'unknown', 'authorised', 'settling', 'captured')
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
        ("Every session has as many events as it says", """
            SELECT format('session %s: says %s events, has %s', s.id, s.events, coalesce(e.events, 0))
              FROM session s
              LEFT JOIN (SELECT subject_id, count(*) AS events FROM event WHERE merchant_id = $1
                  GROUP BY subject_id) e ON e.subject_id = s.id
             WHERE s.merchant_id = $1 AND s.events <> coalesce(e.events, 0)
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
        ("Every booking has as many events as it says", """
            SELECT format('booking %s: says %s events, has %s', b.id, b.events, coalesce(e.events, 0))
              FROM booking b
              LEFT JOIN (SELECT subject_id, count(*) AS events FROM event WHERE merchant_id = $1
                  GROUP BY subject_id) e ON e.subject_id = b.id
             WHERE b.merchant_id = $1 AND b.events <> coalesce(e.events, 0)
            """),
        ("Every payment belongs to an account, and has as many events as it says", """
            SELECT format('payment %s: says %s events, has %s', p.id, p.events, coalesce(e.events, 0))
              FROM payment p
              LEFT JOIN account a ON a.merchant_id = $1 AND a.id = p.account_id
              LEFT JOIN (SELECT subject_id, count(*) AS events FROM event WHERE merchant_id = $1
                  GROUP BY subject_id) e ON e.subject_id = p.id
             WHERE p.merchant_id = $1 AND (a.id IS NULL OR p.events <> coalesce(e.events, 0))
            """),
        ("A deposit that counts as paid is covered by money earmarked for its order that was not given back", """
            SELECT format('order %s: deposit paid %s, says %s earmarked; transfers say %s', o.id, o.deposit_paid_minor, o.earmarked_minor,
                coalesce(s.earmarked, 0))
              FROM customer_order o
              JOIN account a ON a.merchant_id = $1 AND a.id = o.account_id
              LEFT JOIN (SELECT purpose, currency, sum(moved) AS earmarked
                           FROM (SELECT l.purpose, l.currency, t.amount_minor AS moved
                                   FROM ledger_account l
                                   JOIN transfer t ON t.merchant_id = $1 AND t.credit_id = l.id
                                   JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id
                                  WHERE l.merchant_id = $1 AND l.kind = 'credit' AND l.purpose LIKE 'earmarked:%' AND d.kind <> 'receivable'
                                 UNION ALL
                                 SELECT l.purpose, l.currency, -t.amount_minor
                                   FROM ledger_account l
                                   JOIN transfer t ON t.merchant_id = $1 AND t.debit_id = l.id
                                   JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id
                                  WHERE l.merchant_id = $1 AND l.kind = 'credit' AND l.purpose LIKE 'earmarked:%'
                                      AND c.kind <> 'receivable') m
                          GROUP BY purpose, currency) s ON s.purpose = 'earmarked:' || o.id AND s.currency = a.currency
             WHERE o.merchant_id = $1 AND (o.earmarked_minor <> coalesce(s.earmarked, 0) OR o.deposit_paid_minor > o.earmarked_minor)
            """),
        ("A line of a statement has moved its amount once if it is booked, and nothing if it is not", """
            SELECT format('line %s (%s): %s with a fee of %s; transfers say %s at the bank, %s on the way, %s of fees',
                          l.id, l.status, l.amount_minor, l.fee_minor, coalesce(s.bank, 0), coalesce(s.on_the_way, 0), coalesce(s.fees, 0))
              FROM settlement_line l
              LEFT JOIN (SELECT t.subject_id,
                                sum(t.amount_minor * ((d.kind = 'bank')::int - (c.kind = 'bank')::int)) AS bank,
                                sum(t.amount_minor * ((d.kind = 'clearing' AND d.purpose LIKE 'payout:%')::int
                                                      - (c.kind = 'clearing' AND c.purpose LIKE 'payout:%')::int)) AS on_the_way,
                                sum(t.amount_minor * ((d.kind = 'fees')::int - (c.kind = 'fees')::int)) AS fees
                           FROM transfer t
                           JOIN ledger_account d ON d.merchant_id = $1 AND d.id = t.debit_id
                           JOIN ledger_account c ON c.merchant_id = $1 AND c.id = t.credit_id
                          WHERE t.merchant_id = $1 GROUP BY t.subject_id) s ON s.subject_id = l.id
             WHERE l.merchant_id = $1
               AND CASE WHEN l.status <> 'booked' THEN s.subject_id IS NOT NULL
                        WHEN s.subject_id IS NULL THEN true
                        WHEN l.kind = 'entry'
                        THEN s.bank <> l.amount_minor OR s.on_the_way <> CASE WHEN l.use = 'payout' THEN -l.amount_minor ELSE 0 END
                             OR s.fees <> CASE WHEN l.use = 'fee' THEN -l.amount_minor ELSE 0 END
                        ELSE s.bank <> 0 OR s.on_the_way <> l.amount_minor OR s.fees <> CASE WHEN l.use = 'fee' THEN -l.amount_minor
                            ELSE l.fee_minor END END
            """),
        ("What is at a bank account is the sum of its booked lines", """
            SELECT format('%s, %s: ledger %s, lines %s', account, currency, coalesce(b.balance, 0), coalesce(l.booked, 0))
              FROM (SELECT purpose AS account, currency, sum(debits_minor - credits_minor) AS balance
                      FROM ledger_account WHERE merchant_id = $1 AND kind = 'bank' GROUP BY purpose, currency) b
              FULL JOIN (SELECT account, currency, sum(amount_minor) AS booked
                           FROM settlement_line WHERE merchant_id = $1 AND kind = 'entry' AND status = 'booked'
                               GROUP BY account, currency) l
                   USING (account, currency)
             WHERE coalesce(b.balance, 0) <> coalesce(l.booked, 0)
            """),
        ("Every line of a statement has its statement's account and currency, as many events as it says, and a payment that is captured",
            """
            SELECT format('line %s (%s): statement %s, payment %s (%s), says %s events, has %s',
                          l.id, l.status, l.statement_id, l.payment_id, p.status, l.events, coalesce(e.events, 0))
              FROM settlement_line l
              LEFT JOIN statement s ON s.merchant_id = $1 AND s.id = l.statement_id AND s.account = l.account AND s.currency = l.currency
                  AND s.source = l.source
              LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = l.payment_id
              LEFT JOIN (SELECT subject_id, count(*) AS events FROM event WHERE merchant_id = $1
                  GROUP BY subject_id) e ON e.subject_id = l.id
             WHERE l.merchant_id = $1
               AND (s.id IS NULL OR l.events <> coalesce(e.events, 0) OR (l.payment_id IS NOT NULL AND p.status IS DISTINCT
                   FROM 'captured'))
            """),
        ("A statement has as many lines as it says, its own and those it shares, and they lead from its first balance to its last", """
            SELECT format('statement %s: says %s lines, has %s and shares %s; from %s to %s, its own move %s, the shared %s',
                          s.id, s.lines, coalesce(l.lines, 0), s.shared, s.opening_minor, s.closing_minor, coalesce(l.moved, 0),
                          s.shared_minor)
              FROM statement s
              LEFT JOIN (SELECT statement_id, count(*) AS lines, sum(amount_minor) AS moved
                           FROM settlement_line WHERE merchant_id = $1 GROUP BY statement_id) l ON l.statement_id = s.id
             WHERE s.merchant_id = $1
               AND (s.lines <> coalesce(l.lines, 0) + s.shared
                    OR (s.closing_minor IS NOT NULL AND (s.opening_minor IS NOT NULL OR s.source = 'payout')
                        AND s.closing_minor <> coalesce(s.opening_minor, 0) + coalesce(l.moved, 0) + s.shared_minor))
            """),
        ("A line that is booked for a payment has one; money that came is all of that payment, and no other line is booked for it", """
            SELECT format('line %s (%s): %s with a fee of %s, payment %s of %s, settles %s', l.id, l.use, l.amount_minor, l.fee_minor,
                l.payment_id, p.amount_minor, l.settles_id)
              FROM settlement_line l
              LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = l.payment_id AND p.currency = l.currency
             WHERE l.merchant_id = $1 AND l.status = 'booked' AND l.use IN ('transfer', 'reported')
               AND (p.id IS NULL
                    OR ((l.kind = 'payment' OR (l.kind = 'entry' AND l.amount_minor > 0))
                        AND (l.settles_id IS DISTINCT FROM l.payment_id OR p.amount_minor <> l.amount_minor + l.fee_minor)))
            """),
        ("Every kept answer leads to its event", """
            SELECT format('key %s in %s', k.key, k.scope)
              FROM kept_answer k LEFT JOIN event e ON e.merchant_id = $1 AND e.subject_id = k.subject_id AND e.sequence = k.sequence
             WHERE k.merchant_id = $1 AND k.sequence > 0 AND e.sequence IS NULL
            """),
        ("Every delivery tells of an event to a subscription to such events", """
            SELECT format('delivery %s/%s to subscription %s', d.subject_id, d.sequence, d.subscription_id)
              FROM delivery d
              LEFT JOIN event e ON e.merchant_id = $1 AND e.subject_id = d.subject_id AND e.sequence = d.sequence
              LEFT JOIN subscription s ON s.merchant_id = $1 AND s.id = d.subscription_id
             WHERE d.merchant_id = $1 AND (e.type = ANY(s.event_types)) IS NOT TRUE
            """),
        ("Nothing was told while an earlier event of its subject waited", """
            SELECT format('delivery %s/%s to subscription %s: told, and number %s waits', d.subject_id, d.sequence, d.subscription_id,
                e.sequence)
              FROM delivery d
              JOIN delivery e ON e.merchant_id = $1 AND e.subscription_id = d.subscription_id AND e.subject_id = d.subject_id
                   AND e.sequence < d.sequence AND e.status = 'waiting' AND e.replayed_at IS NULL
             WHERE d.merchant_id = $1 AND d.status = 'delivered'
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
        ("No human number was given out beyond its slot's counter", """
            SELECT format('%s number %s: slot %s stands at %s', x.what, x.number, s.slot, s.last_number)
              FROM (SELECT number, 'payment' AS what FROM payment WHERE merchant_id = $1
                    UNION ALL SELECT number, 'charge' FROM charge WHERE merchant_id = $1
                    UNION ALL SELECT number, 'refund' FROM refund WHERE merchant_id = $1
                    UNION ALL SELECT number, 'account' FROM account WHERE merchant_id = $1) x
              LEFT JOIN slot s ON s.merchant_id = $1 AND s.slot = x.number % 32
             WHERE x.number / 32 > coalesce(s.last_number, -1)
            """),
    ];
}
