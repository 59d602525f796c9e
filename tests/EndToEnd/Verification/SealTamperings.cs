using static Quittance.Tests.Verification.Tampering;

namespace Quittance.Tests.Verification;

/// <summary>Changes that break no rule of the rows.</summary>
internal static class SealTamperings
{
    /// <summary>Changes after which the rows fit together: the blocks alone show them.</summary>
    public static readonly IReadOnlyList<Tampering> FoundBySeals =
    [
        new("payment: amount of one without an attempt", "UPDATE payment SET amount_minor = amount_minor + 1 WHERE id = {promised}"),
        new("payment: pending one deleted with its event, whose client has no key",
            "DELETE FROM event WHERE subject_id = {promised}; DELETE FROM payment WHERE id = {promised}"),
        new("payment: method of one without an instrument", "UPDATE payment SET method = 'voucher' WHERE id = {anna's cash}"),
        new("profile: another page", "UPDATE merchant_profile SET imprint = 'https://other.example/'"),
        new("payment: details", """UPDATE payment SET details = '{"description":"something else"}' WHERE id = {anna's cash}"""),
        new("credit moved wholly to another customer of the slot", """
            UPDATE payment SET account_id = {bert} WHERE id = {anna's credit};
            UPDATE transfer SET credit_id = (SELECT credit_id FROM transfer WHERE subject_id = {bert's cash})
             WHERE subject_id = {anna's credit}
            """, "", Totals),
        new("cash payment deleted", """
            DELETE FROM transfer WHERE subject_id = {bert's cash};
            DELETE FROM event WHERE subject_id = {bert's cash};
            DELETE FROM payment WHERE id = {bert's cash}
            """, "", Totals),
        new("card payment deleted", """
            CREATE TEMP TABLE gone ON COMMIT DROP AS
                SELECT {studio}::uuid AS id UNION ALL SELECT id FROM attempt WHERE payment_id = {studio}
                UNION ALL SELECT id FROM session WHERE payment_id = {studio};
            UPDATE charge c SET allocated_minor = c.allocated_minor - t.amount_minor FROM transfer t
             WHERE t.charge_id = c.id AND t.subject_id = {studio};
            DELETE FROM transfer WHERE subject_id IN (SELECT id FROM gone);
            DELETE FROM event WHERE subject_id IN (SELECT id FROM gone);
            DELETE FROM session WHERE payment_id = {studio};
            DELETE FROM claim WHERE payment_id = {studio};
            DELETE FROM attempt WHERE payment_id = {studio};
            DELETE FROM payment WHERE id = {studio}
            """, "", Totals),
        new("cash payment invented", """
            UPDATE slot SET last_number = last_number + 1 WHERE slot = (SELECT slot FROM account WHERE id = {anna});
            INSERT INTO payment (merchant_id, id, number, account_id, amount_minor, currency, allocated_minor, events, dialect, status,
                                 method, status_at)
            SELECT p.merchant_id, uuid_in(md5('invented')::cstring), s.last_number * 32 + s.slot, p.account_id, 100000, p.currency, 0, 1,
                   p.dialect, p.status, p.method, p.status_at
              FROM payment p JOIN slot s ON s.slot = p.number % 32 WHERE p.id = {anna's credit};
            INSERT INTO event
            SELECT merchant_id, uuid_in(md5('invented')::cstring), sequence, type, status, occurred_at, credential_id, request_id,
                   booked_on, effective_on
              FROM event WHERE subject_id = {anna's credit};
            INSERT INTO transfer
            SELECT merchant_id, uuid_in(md5('invented')::cstring), sequence, line, debit_id, credit_id, 100000, currency
              FROM transfer WHERE subject_id = {anna's credit}
            """, "", Totals),
        new("terms of a debit: another day", "UPDATE debit_terms SET due_on = due_on + 1"),
        new("event: who brought it", "UPDATE event SET credential_id = 0, request_id = gen_random_uuid() WHERE subject_id = {card}"),
        new("charge: day and label", "UPDATE charge SET due_on = due_on + 365, label = 'postage' WHERE id = {open}"),
        new("charge: open one deleted with its event, transfer and names", """
            DELETE FROM transfer WHERE subject_id = {open};
            DELETE FROM event WHERE subject_id = {open};
            DELETE FROM reference WHERE object_id = {open};
            DELETE FROM charge WHERE id = {open}
            """, "", Totals),
        new("refund: details", """UPDATE refund SET details = '{"description":"something else"}' WHERE payment_id = {returned}"""),
        new("references: names of two customers of one slot swapped", """
            DELETE FROM reference WHERE object_id IN ({anna}, {bert}) AND dialect = 'test';
            INSERT INTO reference (merchant_id, dialect, kind, value, account_id, slot, object_id)
            SELECT {merchant}, 'test', 'account', CASE a.id WHEN {anna} THEN {bert's name} ELSE {anna's name} END, a.id, a.slot, a.id
              FROM account a WHERE a.id IN ({anna}, {bert})
            """),
        new("account holders: names swapped", """
            UPDATE account_holder SET name = CASE account_id WHEN {anna} THEN 'bert' ELSE 'anna' END WHERE account_id IN ({anna}, {bert})
            """),
        new("order: deposit asked raised", "UPDATE customer_order SET deposit_asked_minor = deposit_asked_minor + 1 WHERE events > 0"),
        new("order: deposit paid lowered",
            "UPDATE customer_order SET deposit_paid_minor = deposit_paid_minor - 1 WHERE deposit_paid_minor > 0"),
        new("claims of a payment that is done deleted", "DELETE FROM claim WHERE payment_id = {studio}"),
        new("line of a statement: texts and day", """
            UPDATE settlement_line SET remittance = 'x', counterparty = 'y', booked_on = booked_on - 1 WHERE id = {open line}
            """),
        new("booking: owner", "UPDATE booking SET owner_id = gen_random_uuid()"),
        new("audit log: rewritten", "UPDATE operator_action SET who = 'nobody', reason = '' WHERE what NOT LIKE 'period.%'"),
        new("audit log: an action deleted", "DELETE FROM operator_action WHERE what = 'payment.refund'"),
        new("audit log: an action invented", """
            INSERT INTO operator_action (merchant_id, request_id, what, subject, at, who, reason)
            VALUES ({merchant}, gen_random_uuid(), 'payment.refund', 'x', now(), 'someone', '')
            """),
        new("credential: scopes", "UPDATE credential SET scopes = array_append(scopes, 'everything')"),
        new("credential invented", """
            INSERT INTO credential (merchant_id, id, installation_id, kind, name, secret_hash, scopes, created_at)
            SELECT merchant_id, 999, installation_id, kind, name, decode(repeat('07', 32), 'hex'), scopes, created_at
              FROM credential LIMIT 1
            """),
        new("client: public, and sends people elsewhere",
            "UPDATE client SET is_public = true, redirect_uris = ARRAY['https://thief.example/']"),
        new("credential: two scopes become one",
            "UPDATE credential SET scopes = ARRAY[array_to_string(scopes, ' ')] WHERE cardinality(scopes) > 1"),
        new("session: two ways to pay become one",
            "UPDATE session SET choices = ARRAY[array_to_string(choices, ' ')] WHERE cardinality(choices) > 1"),
        new("provider account: address", "UPDATE provider_account SET address = 'https://thief.example/'"),
        new("provider route: another provider", "UPDATE provider_route SET providers = ARRAY['thief']"),
        new("provider route deleted", "DELETE FROM provider_route"),
        new("session: the page of another entry",
            "UPDATE session SET page_provider = 'stripe', page_reference = 'cs_test_thief' WHERE page_provider IS NULL"),
        new("person: role", "UPDATE person SET role = CASE WHEN role = 'viewer' THEN 'admin' ELSE 'viewer' END"),
        new("person: a link to a new password", """
            UPDATE person SET reset_hash = decode(repeat('07', 32), 'hex'), reset_until = now() + interval '1 hour'
            """),
        new("person: second factor of a thief", "UPDATE person SET sealed_secret = decode('07', 'hex'), secured_at = now()"),
        new("passkey of a thief", "UPDATE passkey SET public_key = decode('07', 'hex')"),
        new("passkey: another person's", "UPDATE passkey SET person_id = (SELECT id FROM person WHERE id <> person_id LIMIT 1)"),
        new("passkey deleted", "DELETE FROM passkey"),
        new("person: recovery code", "UPDATE person SET recovery_codes = decode(repeat('07', 32), 'hex')"),
        new("line of a statement: the payer's account", """
            UPDATE settlement_line SET counterparty_hash = decode(repeat('07', 32), 'hex') WHERE id = {open line}
            """),
        new("line of a statement: whether its reference is its alone",
            "UPDATE settlement_line SET is_referenced = NOT is_referenced WHERE id = {open line}"),
        new("statement: name of the file", "UPDATE statement SET file_name = 'another'"),
        new("instrument: holder", "UPDATE instrument SET holder = 'Another' WHERE holder IS NOT NULL"),
        new("salt of an account", "UPDATE account SET salt = gen_random_uuid() WHERE id = {anna}"),
    ];

    /// <summary>Changes of the blocks themselves.</summary>
    public static readonly IReadOnlyList<Tampering> FoundByChain =
    [
        new("block: leaves", "UPDATE block SET leaves = set_byte(leaves, 1, get_byte(leaves, 1) # 1) WHERE octet_length(leaves) > 0"),
        new("block: time", "UPDATE block SET at = at + interval '1 microsecond' WHERE at = (SELECT min(at) FROM block)"),
        new("block: hash", "UPDATE block SET hash = decode(repeat('07', 32), 'hex') WHERE at = (SELECT max(at) FROM block)"),
        new("first block deleted", "DELETE FROM block WHERE at = (SELECT min(at) FROM block)"),
        new("last block deleted", "DELETE FROM block WHERE at = (SELECT max(at) FROM block)"),
        new("all blocks deleted", "DELETE FROM block"),
        new("two blocks change places", """
            CREATE TEMP TABLE two ON COMMIT DROP AS SELECT * FROM block ORDER BY at LIMIT 2;
            UPDATE block b SET id = o.id, slots = o.slots, leaves = o.leaves, hash = o.hash FROM two t, two o
             WHERE b.id = t.id AND o.id <> t.id
            """),
        new("block invented", """
            INSERT INTO block SELECT merchant_id, at + interval '1 hour', gen_random_uuid(), slots, leaves, hash FROM block
             ORDER BY at DESC LIMIT 1
            """),
        new("slot: end of its chain", "UPDATE slot SET last_hash = decode(repeat('07', 32), 'hex') WHERE slot = {anna's slot}::int"),
    ];

    /// <summary>Changes beside the sealed books that are against no rule.</summary>
    public static readonly IReadOnlyList<Tampering> NotFound =
    [
        new("kept answer deleted", "DELETE FROM kept_answer WHERE key = 'first key'"),
        new("slot: number raised", "UPDATE slot SET last_number = last_number + 1"),
    ];
}
