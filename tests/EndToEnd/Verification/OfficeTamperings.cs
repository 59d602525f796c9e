using static Quittance.Tests.Verification.RuleNames;
using static Quittance.Tests.Verification.Tampering;

namespace Quittance.Tests.Verification;

/// <summary>
/// Changes of the office's work that break a rule: approvals, dunning, files, names, statements, bookings and corrections.
/// </summary>
internal static class OfficeTamperings
{
    public static readonly IReadOnlyList<Tampering> All =
    [
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
        new("dues: of another customer's payment",
            "UPDATE due_payment SET payment_id = {first} WHERE payment_id = {collected due}", AskedForDue),
        new("dues: of another charge",
            "UPDATE due_payment SET charge_id = (SELECT id FROM charge WHERE account_id = {emil} LIMIT 1)", AskedForDue),
        new("dues: for two charges", """
            INSERT INTO claim SELECT k.merchant_id, k.payment_id, 2, c.id, 1, false
              FROM claim k JOIN charge c ON c.merchant_id = k.merchant_id AND c.account_id = {emil}
             WHERE k.payment_id = {collected due} LIMIT 1
            """, AskedForDue),
        new("autopay: by another customer's card", """
            UPDATE autopay u SET instrument_id = (SELECT i.id FROM instrument i
                WHERE i.merchant_id = u.merchant_id AND i.account_id <> u.account_id LIMIT 1) WHERE nth = 2
            """, AutopayGiven),
        new("autopay: given earlier", "UPDATE autopay SET given_at = given_at - interval '1 day' WHERE nth = 1", AutopayGiven),
        new("autopay: ended without a word", "UPDATE autopay SET withdrawn_at = now(), withdrawn_by = 'api' WHERE nth = 2", AutopayGiven),
        new("autopay: never given", "DELETE FROM autopay WHERE nth = 1", AutopayGiven),
        new("monthly dues: of a smaller minimum", "UPDATE due_run SET minimum_minor = 1 WHERE month IS NOT NULL", MonthlyDues),
        new("monthly dues: of another month", "UPDATE due_run SET month = '2020-01-01' WHERE month IS NOT NULL", MonthlyDues),
        new("monthly dues: ended without a word", "INSERT INTO due_policy VALUES ({merchant}, now())", MonthlySet),
        new("dues: without an instrument", "UPDATE payment SET instrument_id = NULL WHERE id = {collected due}", AskedForDue),
        new("retry: of another payment", "UPDATE payment_retry SET payment_id = {first} WHERE payment_id = {tried}", TryOfPayment),
        new("retry: for more than was asked",
            "UPDATE claim SET amount_minor = amount_minor - 1 WHERE payment_id = {failed}", TryOfPayment),
        new("retry: too early", "UPDATE payment_retry SET tried_on = tried_on - 2 WHERE payment_id = {tried}", TriesFollow),
        new("retry: a try left out", "UPDATE payment_retry SET nth = 2 WHERE payment_id = {tried}", TriesFollow),
        new("retry: of a payment that did not fail",
            "UPDATE event SET type = 'payment.capturing' WHERE subject_id = {failed} AND type = 'payment.declined'", TriesFollow),
        new("return fee: of no return", """
            UPDATE reference SET dialect = 'quittance', kind = 'return-fee', value = 'R1-1'
             WHERE object_id = (SELECT id FROM charge WHERE account_id = {emil} LIMIT 1) AND kind = 'bill'
            """, FeeOfReturn),
        new("retry policy: later tries", "UPDATE retry_policy SET days = ARRAY['5', '6']", TriesFollow),
        new("retry policy: ended without a word", "INSERT INTO retry_policy VALUES ({merchant}, now())", RetrySet),
        new("mail policy: switched off without a word", "INSERT INTO mail_policy VALUES ({merchant}, now(), '{}')", MailSet),
        new("sentence in mails: another one without a word",
            "INSERT INTO mail_sentence VALUES ({merchant}, 'receipt', '', now(), 'Pay to another account')", SentenceSet),
        new("sentence in mails: deleted", "DELETE FROM mail_sentence", SentenceSet),
        new("chart for DATEV: another bank without a word", """
            INSERT INTO datev_chart VALUES ({merchant}, now(), 1001, 1, 1, 4, '{assets:bank}', '{1800}')
            """, DatevSet),
        new("chart for DATEV: deleted", "DELETE FROM datev_chart", DatevSet),
        new("profile: deleted", "DELETE FROM merchant_profile", ProfileSet),
        new("logo: deleted", "DELETE FROM merchant_logo", LogoSet),
        new("logo: none without a word", "INSERT INTO merchant_logo VALUES ({merchant}, now())", LogoSet),
        new("mail policy: deleted", "DELETE FROM mail_policy", MailSet),
        new("period: deleted", "DELETE FROM period WHERE reopened_at IS NULL", ClosedByAction),
        new("period: hash of the journal", "UPDATE period SET journal_hash = sha256('\\x08') WHERE reopened_at IS NULL", ClosedByAction),
        new("period: who closed it", "UPDATE period SET closed_by = 'Vera'", ClosedByAction),
        new("period: said to be open", """
            UPDATE period SET reopened_at = now(), reopened_by = 'Vera', reopening_reason = 'x' WHERE reopened_at IS NULL
            """, ClosedByAction),
        new("period: why it was opened", "UPDATE period SET reopening_reason = 'x' WHERE reopened_at IS NOT NULL", ClosedByAction),
        new("period: number of transfers", "UPDATE period SET transfers = transfers + 1", ClosedTransfers),
        new("slot: days opened", "UPDATE slot SET open_from = '2000-01-01'", FirstOpenDay),
        new("slot: days opened, and the closing of the month with them",
            "UPDATE slot SET open_from = '2000-01-01'; DELETE FROM first_open_day", FirstOpenDay),
        new("slot: days closed that have not come", """
            UPDATE slot SET open_from = '2099-01-01'; INSERT INTO first_open_day VALUES ({merchant}, now(), '2099-01-01')
            """, OpenDayGoesOn),
        new("slot: days opened without a word", """
            UPDATE slot SET open_from = '2020-01-01'; INSERT INTO first_open_day VALUES ({merchant}, now(), '2020-01-01')
            """, OpenDayGoesOn),
        new("event: booked on a day that was closed by then", """
            UPDATE first_open_day SET since = since - interval '10 days';
            UPDATE event SET booked_on = booked_on - 100, effective_on = effective_on - 100 WHERE subject_id = {card}
            """, OnAnOpenDay),
        new("tolerance: ended without a word", "INSERT INTO settlement_tolerance VALUES ({merchant}, 'EUR', now())", ToleranceSet),
        new("tolerance: deleted", "DELETE FROM settlement_tolerance", ToleranceSet),
        new("tolerance: lowered after a shortfall", "UPDATE settlement_tolerance SET amount_minor = 99", WithinTolerance),
        new("line of a statement: short, and of no tolerance",
            "UPDATE settlement_tolerance SET since = now()", WithinTolerance),
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
        new("undone import: counts again", "UPDATE statement SET undone_at = NULL WHERE id = {undone}", TakenBack),
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
}
