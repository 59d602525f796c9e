using static Quittance.Tests.Verification.RuleNames;
using static Quittance.Tests.Verification.Tampering;

namespace Quittance.Tests.Verification;

/// <summary>Changes of money that break a rule: in the ledger, payments, charges, attempts, disputes and refunds.</summary>
internal static class MoneyTamperings
{
    public static readonly IReadOnlyList<Tampering> All =
    [
        new("merchant: whether a second factor is required",
            "UPDATE merchant SET requires_second_factor = NOT requires_second_factor", Required),
        new("ledger account: total raised", "UPDATE ledger_account SET debits_minor = debits_minor + 1 WHERE kind = 'receivable'",
            SumsOfTransfers),
        new("ledger account: kind changed so that two are one thing",
            "UPDATE ledger_account SET kind = 'bank', purpose = 'x', holder_id = id WHERE kind IN ('fees', 'billed')", LedgerId),
        new("ledger account: holder of a receivable changed",
            "UPDATE ledger_account SET holder_id = {bert} WHERE kind = 'receivable' AND holder_id = {anna}", OneThing),
        new("ledger account: purpose renamed", "UPDATE ledger_account SET purpose = 'sandbox2' WHERE purpose = 'sandbox'", LedgerId),
        new("ledger account: moved to a customer of another currency",
            "UPDATE account SET currency = 'CHF' WHERE id = {anna}", OwnLedger),
        new("transfer: amount alone", "UPDATE transfer SET amount_minor = amount_minor + 1 WHERE subject_id = {card}", SumsOfTransfers),
        new("transfer of a cash payment with both totals",
            "UPDATE transfer SET amount_minor = amount_minor + 1 WHERE subject_id = {anna's cash}", Captured, Totals),
        new("transfer of a dispute's fee raised", """
            UPDATE transfer t SET amount_minor = 101500 FROM ledger_account l
             WHERE l.id = t.debit_id AND l.kind = 'fees' AND t.subject_id = {lost}
            """, WentBack, Totals),
        new("transfer of a dispute's fee deleted",
            "DELETE FROM transfer t USING ledger_account l WHERE l.id = t.debit_id AND l.kind = 'fees' AND t.subject_id = {lost}",
            WentBack, Totals),
        new("write-off invented against clearing", """
            INSERT INTO ledger_account (merchant_id, id, slot, kind, holder_id, purpose, currency, debits_minor, credits_minor)
            VALUES ({merchant}, {losses in euros}, {anna's slot}, 'write_off', '00000000-0000-0000-0000-000000000000', '', 'EUR', 0, 0)
                ON CONFLICT DO NOTHING;
            INSERT INTO transfer (merchant_id, subject_id, sequence, line, debit_id, credit_id, amount_minor, currency)
            SELECT merchant_id, subject_id, 1, 2, {losses in euros}, debit_id, 50000, 'EUR' FROM transfer WHERE subject_id = {anna's cash}
            """, WentBack, Totals),
        new("captured money redirected from the provider to the drawer", """
            INSERT INTO ledger_account (merchant_id, id, slot, kind, holder_id, purpose, currency, debits_minor, credits_minor)
            VALUES ({merchant}, {dollars in the drawer}, {mary's slot}, 'clearing', '00000000-0000-0000-0000-000000000000', 'cash', 'USD',
                    0, 0) ON CONFLICT DO NOTHING;
            UPDATE transfer t SET debit_id = {dollars in the drawer} FROM ledger_account l
             WHERE l.id = t.debit_id AND l.kind = 'clearing' AND t.subject_id = {card}
            """, OneHolder, Totals),
        new("transfers of an event renumbered", "UPDATE transfer SET line = line + 1 WHERE subject_id = {anna's cash}", LinesOfAnEvent),
        new("payment: captured to failed", "UPDATE payment SET status = 'failed' WHERE id = {card}", LastEvent),
        new("payment: pending to cancelled", "UPDATE payment SET status = 'cancelled' WHERE id = {promised}", LastEvent),
        new("payment: amount of one under way", "UPDATE payment SET amount_minor = amount_minor + 1 WHERE id = {asked}", AttemptMoney),
        new("payment: pending one deleted with its event, whose client has a key",
            "DELETE FROM event WHERE subject_id = {unpaid}; DELETE FROM payment WHERE id = {unpaid}", AnswerEvent),
        new("payment: amount of a captured one", "UPDATE payment SET amount_minor = amount_minor + 1 WHERE id = {card}", Captured),
        new("payment: allocated", "UPDATE payment SET allocated_minor = allocated_minor - 1 WHERE id = {anna's cash}", Captured),
        new("payment: currency of a fully allocated one", "UPDATE payment SET currency = 'CHF' WHERE id = {anna's cash}", OwnMoney),
        new("payments of one amount swap customers", """
            UPDATE payment SET account_id = CASE id WHEN {bert's cash} THEN {carl}::uuid ELSE {bert}::uuid END
             WHERE id IN ({bert's cash}, {carl's cash})
            """, OwnMoney),
        new("payment: fully allocated one moved to another customer", "UPDATE payment SET account_id = {bert} WHERE id = {anna's cash}",
            OwnMoney),
        new("payment: one with attempts moved to another customer with them", """
            UPDATE payment SET account_id = {anna}, instrument_id = NULL WHERE id = {studio};
            UPDATE attempt SET account_id = {anna}, instrument_id = NULL WHERE payment_id = {studio}
            """, OwnMoney),
        new("payment: method of one with an instrument", "UPDATE payment SET method = 'cash' WHERE id = {card}", OwnInstrument),
        new("payment: time of its status", "UPDATE payment SET status_at = status_at - interval '1 day' WHERE id = {anna's cash}",
            LastEvent),
        new("payment with its events and transfers moved to another merchant", """
            INSERT INTO merchant (id, name, hash_key, created_at) VALUES (99, 'Thief', decode(repeat('00', 32), 'hex'), now());
            UPDATE payment SET merchant_id = 99 WHERE id = {anna's cash};
            UPDATE event SET merchant_id = 99 WHERE subject_id = {anna's cash};
            UPDATE transfer SET merchant_id = 99 WHERE subject_id = {anna's cash}
            """, SumsOfTransfers),
        new("event: a payment's last one deleted", """
            DELETE FROM event e WHERE subject_id = {card} AND sequence = (SELECT max(sequence) FROM event WHERE subject_id = {card})
            """, EventsCounted),
        new("events of all attempts deleted", "DELETE FROM event WHERE type LIKE 'attempt.%'", EventsCounted),
        new("event: an account's opening deleted", "DELETE FROM event WHERE subject_id = {carl}", EventsCounted),
        new("event: time of a payment's last one",
            """
            UPDATE event SET occurred_at = occurred_at - interval '1 day', booked_on = booked_on - 1, effective_on = effective_on - 1
             WHERE subject_id = {first}
            """, LastEvent),
        new("event: status of a payment's last one", "UPDATE event SET status = 'pending' WHERE subject_id = {first}", LastEvent),
        new("event invented for nothing", """
            INSERT INTO event (merchant_id, subject_id, sequence, type, occurred_at, credential_id, request_id, booked_on, effective_on)
            SELECT {merchant}, gen_random_uuid(), 1, 'charge.raised', max(occurred_at), 0, gen_random_uuid(), max(booked_on),
                   max(booked_on)
              FROM event
            """, EventsCounted),
        new("charge: amount", "UPDATE charge SET amount_minor = amount_minor + 1 WHERE id = {open}", Raised),
        new("charge: allocated", "UPDATE charge SET allocated_minor = allocated_minor + 1 WHERE id = {open}", ChargeSums),
        new("charge: settled one moved to another customer", "UPDATE charge SET account_id = {bert} WHERE id = {paid}", OwnCharge),
        new("charge: open one moved to another customer", "UPDATE charge SET account_id = {bert} WHERE id = {open}", Raised),
        new("charge: open one moved to another customer with its names", """
            UPDATE charge SET account_id = {bert} WHERE id = {open};
            UPDATE reference SET account_id = {bert} WHERE object_id = {open}
            """, Owes),
        new("charges: two open ones swap customers", """
            UPDATE charge SET account_id = CASE id WHEN {open} THEN {bert}::uuid ELSE {anna}::uuid END WHERE id IN ({open}, {equal});
            UPDATE reference SET account_id = CASE object_id WHEN {open} THEN {bert}::uuid ELSE {anna}::uuid END
             WHERE object_id IN ({open}, {equal})
            """, Raised),
        new("charge: open one deleted", "DELETE FROM charge WHERE id = {open}", ANameLeads),
        new("charge: currency", "UPDATE charge SET currency = 'CHF' WHERE id = {open}", Raised),
        new("charge: document", "UPDATE charge SET document = 'D-other' WHERE id = {open}", HasItsNames),
        new("charge: number of another", "UPDATE charge SET number = (SELECT number FROM charge WHERE id = {equal}) WHERE id = {open}",
            NumberOnce),
        new("attempt: amount of an authorisation",
            "UPDATE attempt SET amount_minor = amount_minor + 1 WHERE payment_id = {card} AND verb = 'authorise'", AttemptMoney),
        new("attempt: amount of a capture",
            "UPDATE attempt SET amount_minor = amount_minor - 1 WHERE payment_id = {card} AND verb = 'capture'", AttemptMoney),
        new("attempt: currency", "UPDATE attempt SET currency = 'CHF' WHERE payment_id = {card} AND verb = 'capture'", AttemptMoney),
        new("attempt: provider", "UPDATE attempt SET provider = 'cash' WHERE payment_id = {card}", OneHolder),
        new("attempt: authorisation declined",
            "UPDATE attempt SET status = 'declined', reason = 'declined' WHERE payment_id = {card} AND verb = 'authorise'", LastEvent),
        new("attempt: authorisation declined, with its event", """
            UPDATE attempt SET status = 'declined', reason = 'declined' WHERE payment_id = {card} AND verb = 'authorise';
            UPDATE event SET type = 'attempt.declined'
             WHERE subject_id = (SELECT id FROM attempt WHERE payment_id = {card} AND verb = 'authorise')
            """, WentBack),
        new("attempt: capture declined",
            "UPDATE attempt SET status = 'declined', reason = 'declined' WHERE payment_id = {card} AND verb = 'capture'", ApprovedCapture),
        new("attempt: authorisation deleted", """
            DELETE FROM event WHERE subject_id = (SELECT id FROM attempt WHERE payment_id = {card} AND verb = 'authorise');
            DELETE FROM attempt WHERE payment_id = {card} AND verb = 'authorise'
            """, AskedByEvents),
        new("attempts of a captured card payment deleted", """
            DELETE FROM event WHERE subject_id IN (SELECT id FROM attempt WHERE payment_id = {card});
            DELETE FROM attempt WHERE payment_id = {card}
            """, AskedByEvents),
        new("attempts moved to another payment",
            "UPDATE attempt SET payment_id = {anna's cash}, account_id = {anna} WHERE payment_id = {card}", AskedByEvents),
        new("attempt: never asked about again", "UPDATE attempt SET due_at = NULL WHERE payment_id = {asked}", AskedWithinADay),
        new("attempt: asked about in a hundred years",
            "UPDATE attempt SET due_at = due_at + interval '100 years' WHERE payment_id = {asked}", AskedWithinADay),
        new("dispute deleted", "DELETE FROM dispute WHERE payment_id = {disputed}", WentBack),
        new("dispute: open to won", "UPDATE dispute SET status = 'won' WHERE payment_id = {disputed}", WentBack),
        new("dispute: lost to open", "UPDATE dispute SET status = 'open' WHERE payment_id = {lost}", DisputeIs),
        new("dispute: amount", "UPDATE dispute SET amount_minor = amount_minor + 1 WHERE payment_id = {disputed}", WentBack),
        new("dispute: fee", "UPDATE dispute SET fee_minor = fee_minor + 1 WHERE payment_id = {won}", WentBack),
        new("dispute: reversed lowered", "UPDATE dispute SET reversed_minor = reversed_minor - 1 WHERE payment_id = {disputed}", WentBack),
        new("dispute: moved to another payment of its customer", "UPDATE dispute SET payment_id = {card} WHERE payment_id = {lost}",
            DisputeIs),
        new("dispute: reference", "UPDATE dispute SET reference = 'another' WHERE payment_id = {lost}", DisputeIs),
        new("refund: done one by cash deleted", """
            DELETE FROM event WHERE subject_id = (SELECT id FROM refund WHERE payment_id = {returned});
            DELETE FROM refund WHERE payment_id = {returned}
            """, Refunded),
        new("refund: done one by a provider deleted", """
            DELETE FROM event WHERE subject_id = (SELECT id FROM refund WHERE payment_id = {refunded});
            DELETE FROM refund WHERE payment_id = {refunded}
            """, Refunded),
        new("refund: amount of a done one by cash", "UPDATE refund SET amount_minor = amount_minor - 1 WHERE payment_id = {returned}",
            Refunded),
        new("refund: the event that took it", "UPDATE refund SET taken_by = 1 WHERE payment_id = {returned}", RefundTook),
        new("refund: pending one deleted", "DELETE FROM refund WHERE payment_id = {transfer}", Refunded),
        new("refund: account", "UPDATE refund SET account_id = {anna} WHERE payment_id = {transfer}", RefundStands),
        new("refund: done to failed", "UPDATE refund SET status = 'failed' WHERE payment_id = {refunded}", RefundStands),
        new("refund: number of a payment",
            "UPDATE refund SET number = (SELECT number FROM payment WHERE id = {returned}) WHERE payment_id = {returned}", NumberOnce),
    ];
}
