using Npgsql;
using Quittance.Storage.Sealing;
using Quittance.Storage.Verification;

namespace Quittance.Tests.Verification;

/// <summary>
/// Changes of the books by SQL: verification finds them where rows no longer fit together. Each test changes filled books in a
/// transaction that it rolls back.
/// </summary>
public sealed class TamperingTests(FilledBooks books) : IClassFixture<FilledBooks>
{
    private const string Totals = """
        UPDATE ledger_account l SET debits_minor = coalesce((SELECT sum(amount_minor) FROM transfer WHERE debit_id = l.id), 0),
                                    credits_minor = coalesce((SELECT sum(amount_minor) FROM transfer WHERE credit_id = l.id), 0)
        """;

    private const string SumsOfTransfers = "Every ledger account's totals are the sums of its transfers";
    private const string LedgerId = "The id of a ledger account follows from its merchant, slot, kind, holder, currency and purpose";
    private const string OneThing = "There is one ledger account for one thing";
    private const string OwnLedger =
        "A customer's ledger accounts are in the slot and the currency of the account, and the house's have no holder";

    private const string LinesOfAnEvent = "Transfers of an event are numbered from 1 without a gap";
    private const string EventOfATransfer = "Every transfer was made by an event";
    private const string EventsCounted = "Everything has as many events as it says, and every event is of something";
    private const string LastEvent = "Everything stands where its last event left it, and since then";
    private const string ANameLeads = "A name leads to something of its account";
    private const string HasItsNames =
        "The number of an account or a charge, the references of a charge and an instrument, and an order have their names";

    private const string ClosedTakesNothing = "A closed account has taken nothing since";
    private const string MergedInto = "An account is merged into another one of its currency while its last event says so";
    private const string MovedDebt =
        "What merges moved between charges left one and arrived at the other, in the same request, and names where it came from";

    private const string MovedCredit = "Credit that a merge moved came from the merged account, or back by an undo";
    private const string ClosedOwesByNews = "What a closed account owes or has came by news of its earlier payments";

    private const string FirstName =
        "An account lies in the slot that follows from its clients' first name for it, and a booking's in its departure's";

    private const string NumberOnce = "A human number was given once, in the slot of its account";
    private const string Counter = "No human number was given out beyond its slot's counter";
    private const string BehindTheRestore =
        "Every slot counts and writes on behind the last restore, and is held exactly until the release";
    private const string Raised = "A charge was raised as its own customer's debt, in full and in its currency";
    private const string OwnCharge = "A charge is settled only by its own account's money";
    private const string ChargeSums =
        "A charge's settled amount is the sum of its allocations, its forgiven amount that of its credit notes, and it was raised in full";

    private const string Owes = "What a customer owes is the open part of the customer's charges";
    private const string Captured =
        "Captured money stands in the ledger but for what went back, other money not at all; allocated is what settles charges";

    private const string OwnMoney =
        "A payment moves its own customer's money in its own currency, in the ways in which payments move money";

    private const string OneHolder = "One holder has all money of a payment: where a provider was asked for it, that provider";

    private const string OwnInstrument = "A payment is made with an instrument of its own account, in that instrument's way";
    private const string ApprovedCapture =
        "A payment taken through a provider is captured exactly when its provider approved the capture";

    private const string AttemptOfPayment =
        "An attempt belongs to a payment of its account, and an open one will be asked for unless it was given up";

    private const string AskedByEvents =
        "What an event of a payment asked of its provider is an attempt, and every attempt was asked by an event";

    private const string AttemptMoney =
        "An attempt is about the money and the instrument of its payment, and about the payment's own authorisation";

    private const string AskedWithinADay = "An attempt without an outcome is asked about within a day, unless it was given up";
    private const string Claims = "A payment claims charges of its own account exactly while it is under way, and no more than its amount";
    private const string WentBack =
        "Disputes, late declines, chargebacks and corrections took what transfers say, and the merchant wrote off what a payment lacked";

    private const string Corrected = "What was corrected on a charge moved its money as the correction says";
    private const string Moved = "What was moved to other customers became their payments, in the same commits and with the same holder";
    private const string Freed =
        "Money that leaves charges and stays credit was taken off them by a correction, or was on its way to a refund";

    private const string Unbooked =
        "Unbooking a line took back what its booking moved, and the money of the payment that the line had brought";

    private const string DisputeIs =
        "A dispute is known by its provider's reference, and an event of its payment opened it; other events tell its end";

    private const string Refunded =
        "What refunds take from a payment and do not give back is refunded, and what is done was paid out";

    private const string RefundStands = "A refund stands where its provider says, and belongs to its payment's account";
    private const string RefundTook = "A refund took its amount with the event of the payment that it names";
    private const string ByTwo = "An act above the limit, by an operator, was approved by a second person";
    private const string DoneAsAsked = "An approved act was done as it was asked for, by the commit of the approval";
    private const string TwoPeople = "The people of a request are those of its actions in the audit log, and two where it was approved";
    private const string InTime = "A request was approved before its time was over, and expired when it was";
    private const string LevelHappened = "Each level that a customer reached has its event, and each such event its level";
    private const string LevelsFollow =
        "Levels of a cycle follow one another, each on a later day, and a cycle begins when the one before has ended";

    private const string AtLastLevel = "A customer stands at the last level, unless dunning has ended since";
    private const string HeldByEvent = "A customer's dunning is held while the last event about that says so";
    private const string LevelOfPolicy =
        "Each level was that of the policy in force, with its fee, which is a charge of the same commit";

    private const string FeeOfLevel = "Each fee of dunning is that of a level";
    private const string FeeOfReturn =
        "Each fee of a returned debit is the provider's fee of that return, of the same customer, where the policy in force says so";
    private const string PolicySet =
        "Each policy of dunning has its action in the audit log, of the same moment, and each action its policy";

    private const string TryOfPayment =
        "Each try is a payment of the same customer with the same instrument, for no more than the first one claimed";

    private const string CollectionHas = "A collection that is built has as many debits as it says, and their sum, and a kept file";

    private const string DebitIsCapture = "Each debit is a capture at the bank, of an instrument of the same customer with a mandate";

    private const string TransferPays = "Each transfer pays a refund of money at the bank, to a bank account of the same customer";

    private const string MandateUsed = "A mandate was used on the days of its first and its last debit";

    private const string TriesFollow =
        "Tries of a payment follow one another as the policy in force says, and the first one follows a failure";

    private const string RetrySet =
        "Each policy of retries has its action in the audit log, of the same moment, and each action its policy";

    private const string LimitSet = "Each limit has its action in the audit log, of the same moment, and each action its limit";
    private const string Seats = "The seats taken of a departure are those of its bookings that are held or confirmed";
    private const string BookingConfirmed =
        "A booking is confirmed exactly when its charge was raised, for its price, and its payment is captured";

    private const string LineMoved = "A line of a statement has moved its amount once if it is booked, and nothing if it is not";
    private const string LineBetween =
        "A booked line moves money between its own account and what it is booked for, in the slot of its payment";

    private const string LineStatement =
        "Every line of a statement has its statement's account and currency, and a payment that is captured";
    private const string StatementLines =
        "A statement has as many lines as it says, its own and those it shares, and they lead from its first balance to its last";

    private const string LinePayment =
        "A line that is booked for a payment has one; money that came is all of that payment, and no other line is booked for it";

    private const string LineHolder = "The money of a payment that a line is booked for is with whom the line says";
    private const string Answers = "A client's own reference leads to a payment or refund of its account, and no event answers two keys";
    private const string AnswerEvent = "Every kept answer leads to its event";

    private const string Required = "A second factor is required exactly where the last action about it says so";

    /// <summary>What verification finds, and by which rule.</summary>
    private static readonly IReadOnlyList<Tampering> Found =
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
        new("request for a second person: deleted after the refund", """
            DELETE FROM event WHERE subject_id = {approved request};
            DELETE FROM approval_request WHERE id = {approved request}
            """, ByTwo),
        new("request to write off: deleted after the write-off", """
            DELETE FROM event WHERE subject_id = {write-off request};
            DELETE FROM approval_request WHERE id = {write-off request}
            """, ByTwo),
        new("request to write off: made one for a credit note",
            "UPDATE approval_request SET kind = 'credit_note' WHERE id = {write-off request}", ByTwo),
        new("request to write off: amount",
            "UPDATE approval_request SET amount_minor = amount_minor - 1 WHERE id = {write-off request}", DoneAsAsked),
        new("request for a second person: deleted after the refund, which has another request's id", """
            DELETE FROM event WHERE subject_id = {approved request};
            DELETE FROM approval_request WHERE id = {approved request};
            UPDATE event SET request_id = gen_random_uuid()
             WHERE subject_id = (SELECT id FROM refund WHERE payment_id = {approved by two})
            """, ByTwo),
        new("request for a second person: the payment's events before it",
            "UPDATE approval_request SET subject_events = subject_events - 1 WHERE id = {approved request}", DoneAsAsked),
        new("request for a second person: approved after its time", """
            UPDATE approval_request a SET expires_at = e.occurred_at FROM event e
             WHERE a.id = {approved request} AND e.subject_id = a.id AND e.sequence = 2
            """, InTime),
        new("request for a second person: expired before its time", """
            UPDATE approval_request SET status = 'expired', events = 2 WHERE id = {waiting request};
            INSERT INTO event (merchant_id, subject_id, sequence, type, occurred_at, credential_id, request_id, booked_on, effective_on)
            SELECT merchant_id, subject_id, 2, 'approval.expired', occurred_at, credential_id, gen_random_uuid(), booked_on, effective_on
              FROM event WHERE subject_id = {waiting request}
            """, InTime),
        new("dunning: a level deleted", "DELETE FROM dunning_step WHERE account_id = {gerda} AND level = 3", LevelHappened),
        new("dunning: the first level deleted, with the event's type", """
            DELETE FROM dunning_step WHERE account_id = {gerda} AND level = 1;
            UPDATE event SET type = 'account.dunning_held' WHERE subject_id = {gerda} AND sequence = 2
            """, LevelsFollow),
        new("dunning: two levels on one day", "UPDATE dunning_step SET taken_on = taken_on - 7 WHERE account_id = {gerda} AND level = 2",
            LevelsFollow),
        new("dunning: level lowered", "UPDATE dunning SET level = 2 WHERE account_id = {gerda}", AtLastLevel),
        new("dunning: back from the agency", "UPDATE dunning SET is_with_agency = false WHERE account_id = {gerda}", AtLastLevel),
        new("dunning: went on after its end", "UPDATE dunning SET level = 1, stepped_on = '2027-01-01' WHERE account_id = {emil}",
            AtLastLevel),
        new("dunning: not exempt", "UPDATE dunning SET is_exempt = false WHERE account_id = {fritz}", HeldByEvent),
        new("dunning: paused without a word", "UPDATE dunning SET paused_until = '2030-01-01' WHERE account_id = {emil}", HeldByEvent),
        new("dunning: a level without its fee", "UPDATE dunning_step SET fee_id = NULL WHERE account_id = {gerda} AND level = 2",
            LevelOfPolicy),
        new("dunning: another fee's charge", """
            UPDATE dunning_step s SET fee_id = o.fee_id FROM dunning_step o
             WHERE s.account_id = {gerda} AND s.level = 2 AND o.account_id = {gerda} AND o.level = 3
            """, LevelOfPolicy),
        new("dunning: a level too early",
            "UPDATE dunning_step SET oldest_due_on = oldest_due_on + 60 WHERE account_id = {gerda} AND level = 3", LevelOfPolicy),
        new("dunning: below the minimum", "UPDATE dunning_step SET amount_minor = 1 WHERE account_id = {gerda} AND level = 1",
            LevelOfPolicy),
        new("dunning: a fee that is none", """
            UPDATE reference SET dialect = 'quittance', kind = 'dunning-fee'
             WHERE object_id = (SELECT id FROM charge WHERE account_id = {emil} LIMIT 1) AND kind = 'bill'
            """, FeeOfLevel),
        new("dunning policy: ended without a word", "INSERT INTO dunning_policy VALUES ({merchant}, 'EUR', now())", PolicySet),
        new("dunning policy: dearer", "UPDATE dunning_policy SET fees = ARRAY['0', '600', '1000']", LevelOfPolicy),
        new("collection: of another sum", "UPDATE collection SET sum_minor = sum_minor + 1 WHERE id = {collection}", CollectionHas),
        new("collection: without its file", "DELETE FROM collection_file WHERE collection_id = {collection}", CollectionHas),
        new("debit: left out of a file that has it", "UPDATE debit SET is_left_out = true WHERE id = {debit}", CollectionHas),
        new("debit: of another customer's account", """
            UPDATE debit SET instrument_id = (SELECT o.instrument_id FROM attempt a
                JOIN attempt o ON o.merchant_id = a.merchant_id AND o.id = a.authorisation_id WHERE a.id = {uncollected}) WHERE id = {debit}
            """, DebitIsCapture),
        new("transfer: to another customer's account", """
            UPDATE debit SET instrument_id = (SELECT instrument_id FROM debit WHERE id = {debit})
             WHERE id = {collected refund}
            """, TransferPays),
        new("mandate: never used", """
            UPDATE mandate SET first_used_on = NULL, last_used_on = NULL
             WHERE instrument_id = (SELECT instrument_id FROM debit WHERE id = {debit})
            """, MandateUsed),
        new("retry: of another payment", "UPDATE payment_retry SET payment_id = {first} WHERE payment_id = {tried}", TryOfPayment),
        new("retry: for more than was asked",
            "UPDATE claim SET amount_minor = amount_minor - 1 WHERE payment_id = {failed}", TryOfPayment),
        new("retry: too early", "UPDATE payment_retry SET tried_on = tried_on - 1 WHERE payment_id = {tried}", TriesFollow),
        new("retry: a try left out", "UPDATE payment_retry SET nth = 2 WHERE payment_id = {tried}", TriesFollow),
        new("retry: of a payment that did not fail",
            "UPDATE event SET type = 'payment.capturing' WHERE subject_id = {failed} AND type = 'payment.declined'", TriesFollow),
        new("return fee: of no return", """
            UPDATE reference SET dialect = 'quittance', kind = 'return-fee', value = 'R1-1'
             WHERE object_id = (SELECT id FROM charge WHERE account_id = {emil} LIMIT 1) AND kind = 'bill'
            """, FeeOfReturn),
        new("retry policy: later tries", "UPDATE retry_policy SET days = ARRAY['4', '5']", TriesFollow),
        new("retry policy: ended without a word", "INSERT INTO retry_policy VALUES ({merchant}, now())", RetrySet),
        new("limit: ended without a word", "INSERT INTO approval_limit VALUES ({merchant}, 'EUR', now(), NULL)", LimitSet),
        new("limit: deleted", "DELETE FROM approval_limit", LimitSet),
        new("limit: lowered after the refunds", "UPDATE approval_limit SET amount_minor = 300, since = '2020-01-01'", ByTwo),
        new("request for a second person: amount",
            "UPDATE approval_request SET amount_minor = amount_minor - 1 WHERE id = {approved request}", DoneAsAsked),
        new("request for a second person: another refund",
            "UPDATE approval_request SET result_id = (SELECT id FROM refund WHERE payment_id = {returned}) WHERE id = {approved request}",
            DoneAsAsked),
        new("request for a second person: one person alone", """
            ALTER TABLE approval_request DROP CONSTRAINT approval_by_two;
            UPDATE approval_request SET decided_by = asked_by WHERE id = {approved request}
            """, TwoPeople),
        new("request for a second person: asked by another person", "UPDATE approval_request SET asked_by = gen_random_uuid()", TwoPeople),
        new("request for a second person: rejected without a person",
            "UPDATE approval_request SET status = 'rejected' WHERE id = {waiting request}", LastEvent),
        new("references: names of two customers in different slots swapped", """
            DELETE FROM reference WHERE object_id IN ({anna}, {carl}) AND dialect = 'test';
            INSERT INTO reference (merchant_id, dialect, kind, value, account_id, slot, object_id)
            SELECT {merchant}, 'test', 'account', CASE a.id WHEN {anna} THEN {carl's name} ELSE {anna's name} END, a.id, a.slot, a.id
              FROM account a WHERE a.id IN ({anna}, {carl})
            """, FirstName),
        new("reference: a bill's name leads to another bill", """
            UPDATE reference SET object_id = {paid} WHERE object_id = {open} AND kind = 'bill'
            """, HasItsNames),
        new("reference: a bill's name leads to another customer's bill", """
            UPDATE reference SET object_id = {equal} WHERE object_id = {open} AND kind = 'bill'
            """, ANameLeads),
        new("reference: a customer's name deleted", "DELETE FROM reference WHERE object_id = {anna} AND dialect = 'test'", FirstName),
        new("reference: an instrument's name deleted",
            "DELETE FROM reference WHERE object_id = (SELECT instrument_id FROM payment WHERE id = {card})", HasItsNames),
        new("account: number of another", "UPDATE account SET number = (SELECT number FROM account WHERE id = {bert}) WHERE id = {anna}",
            NumberOnce),
        new("kept answer: leads to another payment's event", """
            UPDATE kept_answer SET subject_id = {second key} WHERE subject_id = {first key}
            """, Answers),
        new("kept answer: a client's reference leads to another customer's payment", """
            UPDATE kept_answer SET subject_id = {first}, sequence = 1
             WHERE subject_id = {card} AND key = 'card' AND scope LIKE 'oracle-brm %'
            """, Answers),
        new("claims: no longer live while the payment is under way", "UPDATE claim SET is_live = false WHERE payment_id = {asked}", Claims),
        new("claim: of another customer's charge", "UPDATE claim SET charge_id = {open} WHERE payment_id = {asked}", Claims),
        new("instrument moved to another customer",
            "UPDATE instrument SET account_id = {anna} WHERE id = (SELECT instrument_id FROM payment WHERE id = {card})", OwnInstrument),
        new("line of a statement: amount of a booked one",
            "UPDATE settlement_line SET amount_minor = amount_minor + 1 WHERE id = {booked line}", LineMoved),
        new("line of a statement: booked for another customer's payment",
            "UPDATE settlement_line SET payment_id = {anna's cash}, settles_id = {anna's cash} WHERE id = {booked line}", LineBetween),
        new("line of a statement: booked for another payment of the customer",
            "UPDATE settlement_line SET payment_id = {first}, settles_id = {first} WHERE id = {booked line}", LinePayment),
        new("line of a report: booked for a payment that another holder has",
            "UPDATE settlement_line SET payment_id = {first}, settles_id = {first} WHERE id = {reported}", LineHolder),
        new("line of a statement: settles nothing", "UPDATE settlement_line SET settles_id = NULL WHERE id = {booked line}", LinePayment),
        new("line of a statement: open one deleted", "DELETE FROM settlement_line WHERE id = {open line}", StatementLines),
        new("line of a statement: amount of an open one",
            "UPDATE settlement_line SET amount_minor = amount_minor + 1 WHERE id = {open line}", StatementLines),
        new("line of a statement: open one ignored", "UPDATE settlement_line SET status = 'ignored' WHERE id = {open line}", LastEvent),
        new("line of a statement: bank account", "UPDATE settlement_line SET account = 'other' WHERE id = {open line}", LineStatement),
        new("statement: closing balance", "UPDATE statement SET closing_minor = closing_minor + 1", StatementLines),
        new("statement: number of lines", "UPDATE statement SET lines = lines + 1", StatementLines),
        new("line of a statement deleted with the payment that it brought", """
            DELETE FROM transfer WHERE subject_id IN ({booked line}, {brought});
            DELETE FROM event WHERE subject_id IN ({booked line}, {brought});
            DELETE FROM settlement_line WHERE id = {booked line};
            DELETE FROM payment WHERE id = {brought};
            UPDATE charge SET allocated_minor = 0 WHERE id = {INV-2027-1}
            """, StatementLines, Totals),
        new("booking: status", "UPDATE booking SET status = 'released' WHERE id = {held}", LastEvent),
        new("booking: price", "UPDATE booking SET price_minor = price_minor + 1 WHERE id = {train}", BookingConfirmed),
        new("departure: seats taken", "UPDATE departure SET taken = taken + 1", Seats),
        new("slot: number lowered", "UPDATE slot SET last_number = 0", Counter),
        new("slot: row deleted", "DELETE FROM slot", Counter),
        new("slot: held without a restore", "UPDATE slot SET is_held = true WHERE slot = 3", BehindTheRestore),
        new("epoch: invented", """
            INSERT INTO epoch (number, began_at, lost_from, numbers_from, mark, released_at)
            VALUES (1, now() + interval '1 day', now(), 281474976710655, '0123456789abcdef', now() + interval '2 days')
            """, BehindTheRestore),
        new("account: said to be open", "UPDATE account SET status = NULL WHERE id = {dora}", LastEvent),
        new("account: said to be closed", "UPDATE account SET status = 'closed', events = 2 WHERE id = {anna}", LastEvent),
        new("account: its closing counted away", "UPDATE account SET events = NULL, status = NULL WHERE id = {dora}", EventsCounted),
        new("account: closed before its last charge",
            """
            UPDATE event SET occurred_at = occurred_at - interval '1 day', booked_on = booked_on - 1, effective_on = effective_on - 1
             WHERE subject_id = {dora} AND type = 'account.closed'
            """, ClosedTakesNothing),
        new("account: closed with a debt", """
            INSERT INTO event (merchant_id, subject_id, sequence, type, occurred_at, credential_id, request_id, booked_on, effective_on)
            SELECT merchant_id, {anna}, 2, type, occurred_at, credential_id, request_id, booked_on, effective_on
              FROM event WHERE subject_id = {dora} AND type = 'account.closed';
            UPDATE account SET status = 'closed', events = 2 WHERE id = {anna}
            """, ClosedOwesByNews),
        new("merge: into another account", "UPDATE account SET merged_into_id = NULL WHERE id = {E-1}", MergedInto),
        new("merge: an account that was only closed", "UPDATE account SET merged_into_id = {anna} WHERE id = {dora}", MergedInto),
        new("merge: where a charge came from", "UPDATE charge SET moved_from_id = {open} WHERE id = {moved charge of E-1}", MovedDebt),
        new("merge: a charge said to come from none",
            "UPDATE charge SET moved_from_id = NULL, merged_from_id = NULL WHERE id = {moved charge of E-1}", MovedDebt),
        new("merge: its debt of another request",
            "UPDATE event SET request_id = gen_random_uuid() WHERE subject_id = {charge of E-1} AND type = 'charge.moved'", MovedDebt),
        new("merge undone: its debt of another request", """
            UPDATE event SET request_id = gen_random_uuid()
             WHERE subject_id = {moved charge of F-1} AND type = 'charge.moved'
            """, MovedDebt),
        new("merge: another amount of debt", """
            UPDATE transfer SET amount_minor = amount_minor - 1 WHERE subject_id = {charge of E-1} AND sequence = 2;
            UPDATE charge SET credited_minor = credited_minor - 1 WHERE id = {charge of E-1}
            """, MovedDebt, Totals),
        new("merge: whose credit it was", "UPDATE payment SET merged_from_id = {anna} WHERE id = {moved credit of E-1}", MovedCredit),
        new("charge: write-off made a credit note",
            "UPDATE charge SET credited_minor = credited_minor + written_off_minor, written_off_minor = 0 WHERE id = {written off}",
            ChargeSums),
        new("charge: corrections counted away", "UPDATE charge SET events = 1 WHERE id = {cancelled}", EventsCounted),
        new("correction: a cancellation said to be taken back",
            "UPDATE event SET type = 'charge.reinstated' WHERE subject_id = {cancelled} AND sequence = 2", Corrected),
        new("correction: a change said to be a credit note",
            "UPDATE event SET type = 'charge.credited' WHERE subject_id = {written off} AND type = 'charge.changed'", Corrected),
        new("correction: money taken off charges said to be allocated",
            "UPDATE event SET type = 'payment.allocated' WHERE subject_id = {misused} AND type = 'payment.unallocated'", Freed),
        new("moved payment: where it came from", "UPDATE payment SET moved_from_id = NULL WHERE id = {moved}", Moved),
        new("moved payment: said to be of another payment", "UPDATE payment SET moved_from_id = {first} WHERE id = {moved}", Moved),
        new("moved payment: said to be taken back by its payer",
            "UPDATE event SET type = 'payment.reversed' WHERE subject_id = {misplaced} AND type = 'payment.moved'", WentBack),
        new("unbooked line: booked again without its money", """
            UPDATE settlement_line SET status = 'booked', use = 'transfer', payment_id = {unbooked}, settles_id = {unbooked}
             WHERE id = {unbooked line}
            """, LineMoved),
        new("unbooked line: its payment's event of another request",
            "UPDATE event SET request_id = gen_random_uuid() WHERE subject_id = {unbooked} AND type = 'payment.unbooked'", Unbooked),
        new("unbooked line: took back another amount", """
            UPDATE transfer SET amount_minor = amount_minor - 1 WHERE subject_id = {unbooked line} AND sequence = 2
            """, Unbooked, Totals),
        new("unbooked line: its payment has its money again", """
            DELETE FROM transfer WHERE subject_id = {unbooked} AND sequence = 2;
            DELETE FROM event WHERE subject_id = {unbooked} AND sequence = 2;
            UPDATE payment SET events = 1, reversed_minor = 0, allocated_minor = amount_minor WHERE id = {unbooked};
            UPDATE charge c SET allocated_minor = allocated_minor + t.amount_minor FROM transfer t
             WHERE t.subject_id = {unbooked} AND t.charge_id = c.id
            """, Unbooked, Totals),
        new("unbooked line: its payment's money came by another request",
            "UPDATE event SET request_id = gen_random_uuid() WHERE subject_id = {unbooked} AND sequence = 1", Unbooked),
        new("unbooked line: booked again for the payment that has lost its money", """
            INSERT INTO event SELECT (jsonb_populate_record(e, '{"sequence": 3}')).* FROM event e
             WHERE subject_id = {unbooked line} AND sequence = 1;
            INSERT INTO transfer SELECT (jsonb_populate_record(t, '{"sequence": 3}')).* FROM transfer t
             WHERE subject_id = {unbooked line} AND sequence = 1;
            UPDATE settlement_line SET status = 'booked', use = 'transfer', payment_id = {unbooked}, settles_id = {unbooked}, events = 3
             WHERE id = {unbooked line}
            """, LinePayment, Totals),
        new("transfer without an event", "UPDATE transfer SET sequence = 9 WHERE subject_id = {anna's cash}", EventOfATransfer),
        new("attempt: account", "UPDATE attempt SET account_id = {anna} WHERE payment_id = {card}", AttemptOfPayment),
    ];

    /// <summary>What leaves rows that fit together: the blocks alone show it.</summary>
    private static readonly IReadOnlyList<Tampering> FoundBySeals =
    [
        new("payment: amount of one without an attempt", "UPDATE payment SET amount_minor = amount_minor + 1 WHERE id = {promised}"),
        new("payment: pending one deleted with its event, whose client has no key",
            "DELETE FROM event WHERE subject_id = {promised}; DELETE FROM payment WHERE id = {promised}"),
        new("payment: method of one without an instrument", "UPDATE payment SET method = 'voucher' WHERE id = {anna's cash}"),
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
        new("audit log: rewritten", "UPDATE operator_action SET who = 'nobody', reason = ''"),
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

    /// <summary>What a thief does to the blocks.</summary>
    private static readonly IReadOnlyList<Tampering> FoundByChain =
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

    /// <summary>What is neither part of the sealed books nor against a rule.</summary>
    private static readonly IReadOnlyList<Tampering> NotFound =
    [
        new("kept answer deleted", "DELETE FROM kept_answer WHERE key = 'first key'"),
        new("slot: number raised", "UPDATE slot SET last_number = last_number + 1"),
    ];

    public static TheoryData<string> FoundByRules => [.. Found.Select(tampering => tampering.What)];

    public static TheoryData<string> FoundBySealsAlone => [.. FoundBySeals.Select(tampering => tampering.What)];

    public static TheoryData<string> FoundInTheChain => [.. FoundByChain.Select(tampering => tampering.What)];

    public static TheoryData<string> FoundByNothing => [.. NotFound.Select(tampering => tampering.What)];

    // Every fifth change at random meets all rules, none of which may fail on any books.
    private const int WholeVerifications = 5;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(FoundByRules))]
    public async Task Tampering_BreaksItsRule(string what)
    {
        var tampering = Found.Single(one => one.What == what);
        Assert.Contains(tampering.Rule, await BrokenAfterAsync(tampering));
    }

    [Theory]
    [MemberData(nameof(FoundBySealsAlone))]
    public async Task Tampering_ThatLeavesRowsThatFit_BreaksTheirSeal(string what) =>
        Assert.Equal([SealCheck.RowRule], await BrokenAfterAsync(FoundBySeals.Single(one => one.What == what)));

    [Theory]
    [MemberData(nameof(FoundInTheChain))]
    public async Task Tampering_WithBlocks_BreaksTheChain(string what) =>
        Assert.Contains(SealCheck.ChainRule, await BrokenAfterAsync(FoundByChain.Single(one => one.What == what)));

    [Theory]
    [MemberData(nameof(FoundByNothing))]
    public async Task Tampering_BesideTheSealedBooks_BreaksNoRule(string what) =>
        Assert.Empty(await BrokenAfterAsync(NotFound.Single(one => one.What == what)));

    /// <summary>
    /// Changes one cell of a row, or deletes the row. Verification finds each change, unless the schema forbids it or no rule can see it.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Change_OfAnyRow_IsFound(int seed)
    {
        // What a salt keys is sealed; a salt of nothing keys nothing. Notes of lines are remarks of the matching, and each comparison
        // with a provider notes how far it came.
        string[] unseen = ["account.salt", "settlement_line.salt"];
        string[] unsealed = ["settlement_line.note", "person.email", "person.name", "person.last_step", "passkey.name",
            "passkey.transports", "passkey.signatures", "passkey.asked_at",
            "provider_account.compared_until"];
        var random = new Random(seed);
        await using var connection = await books.Books.Database.OpenConnectionAsync(Cancel);
        var columns = await ColumnsAsync(connection);
        List<string> unfound = [];
        var made = 0;
        for (var tried = 0; made < 250 && tried < 1000; tried++)
        {
            var table = SealedTables.All[random.Next(SealedTables.All.Count)].Name;
            var own = columns.Where(column => column.Table == table).ToList();
            var (_, name, type) = own[random.Next(own.Count)];
            var isDeletion = random.Next(4) == 0;
            var change = isDeletion ? "" : $"{name} = {Another(name, type)}";
            await using var transaction = await connection.BeginTransactionAsync(Cancel);
            if (!await IsChangedAsync(connection, table, isDeletion, name, change, random.Next()))
                continue;
            made++;
            var isFound = await IsFoundAsync(connection, bySealsFirst: made % WholeVerifications != 0);
            if (!isFound && (isDeletion || !unseen.Concat(unsealed).Contains($"{table}.{name}")))
                unfound.Add(isDeletion ? $"{table} deleted" : $"{table}: {change}");
            await transaction.RollbackAsync(Cancel);
        }

        Assert.Equal(250, made);
        Assert.Empty(unfound);
    }

    /// <summary>
    /// Whether verification finds something. It checks all rules and then the seals, which find nearly every change in a tenth of the time.
    /// </summary>
    private async Task<bool> IsFoundAsync(NpgsqlConnection connection, bool bySealsFirst) =>
        (bySealsFirst && (await new SealCheck(connection, books.Merchant, []).CheckAsync(_ => { }, Cancel)).Count > 0)
        || !Assert.Single(await Verifier.VerifyAsync(connection, books.Merchant, onRule: null, Cancel)).IsClean;

    /// <summary>Another value than that of a column.</summary>
    private static string Another(string name, string type) => type switch
    {
        "uuid" => "gen_random_uuid()",
        "boolean" => $"NOT {name}",
        "date" => $"coalesce({name}, '2026-01-01') + 1",
        "timestamp with time zone" => $"coalesce({name}, now()) + interval '1 microsecond'",
        "bytea" => $"set_byte({name}, 0, (get_byte({name}, 0) + 1) % 256)",
        "ARRAY" => $"array_append({name}, 'x')",
        "json" => """'{"x":1}'""",
        "text" => $"coalesce({name}, '') || 'x'",
        _ => $"coalesce({name}, 0) + 1",
    };

    private static async Task<IReadOnlyList<(string Table, string Name, string Type)>> ColumnsAsync(NpgsqlConnection connection)
    {
        List<(string, string, string)> columns = [];
        await using var command = new NpgsqlCommand(
            "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns "
            + "WHERE table_schema = 'public' AND is_generated = 'NEVER'", connection);
        await using var row = await command.ExecuteReaderAsync(Cancel);
        while (await row.ReadAsync(Cancel))
            columns.Add((row.GetString(0), row.GetString(1), row.GetString(2)));
        return columns;
    }

    /// <summary>False where there is no such row of the merchant, or the schema forbids the change.</summary>
    private async Task<bool> IsChangedAsync(
        NpgsqlConnection connection, string table, bool isDeletion, string column, string change, int place)
    {
        var row = $"""
            ctid = (SELECT ctid FROM {table} WHERE merchant_id = {books.Merchant.Value}
                     OFFSET {place} % greatest(1, (SELECT count(*) FROM {table} WHERE merchant_id = {books.Merchant.Value})) LIMIT 1)
            """;
        await using var command = new NpgsqlCommand(
            $"SET LOCAL session_replication_role = replica; {(isDeletion ? $"DELETE FROM {table} WHERE {row}"
                : $"UPDATE {table} SET {change} WHERE {row} AND {column}::text IS DISTINCT FROM ({change[(change.IndexOf('=', StringComparison.Ordinal) + 1)..]})::text")}",
            connection);
        try
        {
            return await command.ExecuteNonQueryAsync(Cancel) > 0;
        }
        catch (PostgresException)
        {
            return false;
        }
    }

    /// <summary>The rules that are broken after a change, each with its first example.</summary>
    private async Task<IReadOnlyList<string>> BrokenAfterAsync(Tampering tampering)
    {
        await using var connection = await books.Books.Database.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await using (var change = new NpgsqlCommand(books.Sql(tampering.Sql), connection, transaction))
            Assert.True(await change.ExecuteNonQueryAsync(Cancel) != 0, "Nothing was changed.");
        if (tampering.Then is { } then)
        {
            await using var balance = new NpgsqlCommand(then, connection, transaction);
            await balance.ExecuteNonQueryAsync(Cancel);
        }

        var reports = await Verifier.VerifyAsync(connection, books.Merchant, onRule: null, Cancel);
        await transaction.RollbackAsync(Cancel);
        return [.. Assert.Single(reports).Differences.Select(difference => difference.Rule)];
    }

    /// <summary>A change of the books by SQL.</summary>
    /// <param name="Rule">The rule that finds it; empty where none does.</param>
    /// <param name="Then">What a careful thief does then.</param>
    private sealed record Tampering(string What, string Sql, string Rule, string? Then = null)
    {
        public Tampering(string what, string sql)
            : this(what, sql, "")
        {
        }
    }
}
