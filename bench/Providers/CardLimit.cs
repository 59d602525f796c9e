using Npgsql;
using Quittance.Bench.Books;
using Quittance.Bench.Payments;
using Quittance.Core;

namespace Quittance.Bench.Providers;

/// <summary>
/// The limit of three commits for each card payment alone: it writes the rows of a card payment whose provider is in memory.
/// </summary>
internal static class CardLimit
{
    private const string Intent = """
        WITH taken AS (
          UPDATE slot SET last_number = last_number + 1 WHERE merchant_id = $1 AND slot = $2 RETURNING last_number * 32 + slot AS number
        ), happened AS (
          INSERT INTO event (merchant_id, subject_id, sequence, type, status, occurred_at, credential_id, request_id, booked_on,
              effective_on)
          VALUES ($1, $3, 1, 'payment.begun', 'pending', $9, 1, $4, ($9 AT TIME ZONE 'UTC')::date, ($9 AT TIME ZONE 'UTC')::date)
        ), asked AS (
          INSERT INTO attempt (merchant_id, id, payment_id, account_id, slot, provider, verb, amount_minor, currency, instrument_id,
              captures_at_once, remainder, status, unanswered, events, opened_at, due_at)
          VALUES ($1, $11, $3, $5, $2, 'cash', 'authorise', $6, 'USD', $13, true, 'credit', 'open', 0, 0, $9, $9 + interval '15 s')
        )
        INSERT INTO payment (merchant_id, id, number, account_id, instrument_id, amount_minor, currency, allocated_minor, events,
            dialect, status, method, status_at, details)
        SELECT $1, $3, taken.number, $5, $13, $6, 'USD', 0, 1, 'tmf676', 'pending', 'bank_card', $9, $10 FROM taken
        """;

    // A payment has one attempt under way: the second is inserted after the first has its answer.
    private const string Authorisation = """
        WITH answered AS (
          UPDATE attempt SET status = 'approved', events = 1, due_at = NULL WHERE merchant_id = $1 AND id = $11 RETURNING id
        ), happened AS (
          INSERT INTO event (merchant_id, subject_id, sequence, type, status, occurred_at, credential_id, request_id, booked_on,
              effective_on)
          VALUES ($1, $11, 1, 'attempt.approved', NULL, $9, 1, $4, ($9 AT TIME ZONE 'UTC')::date, ($9 AT TIME ZONE 'UTC')::date),
                 ($1, $3, 2, 'payment.capturing', 'authorised', $9, 1, $4, ($9 AT TIME ZONE 'UTC')::date, ($9 AT TIME ZONE 'UTC')::date)
        ), asked AS (
          INSERT INTO attempt (merchant_id, id, payment_id, account_id, slot, provider, verb, amount_minor, currency, authorisation_id,
              captures_at_once, remainder, status, unanswered, events, opened_at, due_at)
          SELECT $1, $12, $3, $5, $2, 'cash', 'capture', $6, 'USD', id, false, 'credit', 'open', 0, 0, $9, $9 + interval '15 s'
            FROM answered
        )
        UPDATE payment SET status = 'authorised', status_at = $9, events = 2 WHERE merchant_id = $1 AND id = $3
        """;

    private const string Capture = """
        WITH answered AS (
          UPDATE attempt SET status = 'approved', events = 1, due_at = NULL WHERE merchant_id = $1 AND id = $12
        ), cleared AS (
          UPDATE ledger_account SET debits_minor = debits_minor + $6 WHERE merchant_id = $1 AND id = $7
        ), credited AS (
          UPDATE ledger_account SET credits_minor = credits_minor + $6 WHERE merchant_id = $1 AND id = $8
        ), moved AS (
          INSERT INTO transfer (merchant_id, subject_id, sequence, line, debit_id, credit_id, amount_minor, currency)
          VALUES ($1, $3, 3, 1, $7, $8, $6, 'USD')
        ), happened AS (
          INSERT INTO event (merchant_id, subject_id, sequence, type, status, occurred_at, credential_id, request_id, booked_on,
              effective_on)
          VALUES ($1, $12, 1, 'attempt.approved', NULL, $9, 1, $4, ($9 AT TIME ZONE 'UTC')::date, ($9 AT TIME ZONE 'UTC')::date),
                 ($1, $3, 3, 'payment.captured', 'captured', $9, 1, $4, ($9 AT TIME ZONE 'UTC')::date, ($9 AT TIME ZONE 'UTC')::date)
        )
        UPDATE payment SET status = 'captured', status_at = $9, events = 3 WHERE merchant_id = $1 AND id = $3
        """;

    public static LimitRival Of(NpgsqlDataSource database, MerchantId merchant, KnownAccounts accounts) =>
        new("Limit: three SQL statements", database, merchant, accounts, Intent, Authorisation, Capture);
}
