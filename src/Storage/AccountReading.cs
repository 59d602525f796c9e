using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Storage.Rows;

namespace Quittance.Storage;

/// <summary>Reads how accounts stand and what their lists show.</summary>
internal sealed class AccountReading(NpgsqlDataSource database)
{
    /// <summary>
    /// Index: charge_listed. A listed number may be met twice in an account, once as a reference and once as our own number, but not
    /// three times: two rows beyond the slice tell whether it must take the second one along, and whether there are more.
    /// </summary>
    internal const string ListedCharges = """
        SELECT coalesce(c.reference_number, c.number), c.due_on, c.description, c.amount_minor, c.currency,
               c.amount_minor - c.allocated_minor - c.credited_minor
          FROM charge c
         WHERE c.account_id = $2 AND c.merchant_id = $1 AND coalesce(c.reference_number, c.number) > $3
           AND c.due_on BETWEEN $4 AND $5
         ORDER BY coalesce(c.reference_number, c.number) LIMIT $6 + 2
        """;

    public async Task<Account?> AccountAsync(Reference name, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement($"""
            SELECT {Tables.Account.Of("a", "h")}
              FROM reference r
              JOIN account a ON a.merchant_id = r.merchant_id AND a.id = r.object_id AND a.merchant_id = $1
              LEFT JOIN account_holder h ON h.merchant_id = a.merchant_id AND h.account_id = a.id AND h.merchant_id = $1
             WHERE r.merchant_id = $1 AND r.dialect = $2 AND r.kind = $3 AND r.value = $4
            """)
            .With(name.Merchant.Value).With(name.Dialect).With(name.Kind).With(name.Value);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? Tables.Account.Read(reader, 0) : null;
    }

    /// <summary>Index: instrument_current_once.</summary>
    public async Task<Instrument?> OwnInstrumentAsync(AccountId account, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement($"""
            SELECT {Tables.Instrument.Selected}
              FROM instrument x {Tables.Instrument.Join} AND j.merchant_id = $1
             WHERE x.merchant_id = $1 AND x.account_id = $2 AND x.standing = 'current'
            """)
            .With(account.Merchant.Value).With(account.Value);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? Tables.Instrument.Read(reader, 0) : null;
    }

    public async Task<AccountStanding> StandingAsync(Account account, Currency currency, DateOnly today, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        // Index: charge_open. One statement, so that a payment is not seen as credit and as open debt at once.
        batch.Statement("""
            SELECT coalesce((SELECT l.credits_minor - l.debits_minor FROM ledger_account l WHERE l.merchant_id = $1 AND l.id = $3), 0),
                   coalesce((SELECT l.credits_minor - l.debits_minor FROM ledger_account l WHERE l.merchant_id = $1 AND l.id = $4), 0),
                   coalesce((SELECT sum(c.amount_minor - c.allocated_minor - c.credited_minor) FROM charge c
                              WHERE c.account_id = $2 AND c.merchant_id = $1 AND c.is_open AND c.due_on <= $5
                                  AND c.currency = $6), 0)::bigint
            """)
            .With(account.Id.Merchant.Value).With(account.Id.Value)
            .With(Chart.Credit(account, CreditPurpose.General, currency).ToId())
            .With(Chart.Credit(account, CreditPurpose.Consumption, currency).ToId())
            .With(today).With(currency.Code);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return new AccountStanding(
            new Money(reader.GetInt64(0), currency), new Money(reader.GetInt64(2), currency), new Money(reader.GetInt64(1), currency));
    }

    public async Task<ChargeSlice> ChargesAsync(AccountId account, ChargeRange range, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        batch.Statement(ListedCharges)
            .With(account.Merchant.Value).With(account.Value).With(range.After).With(range.From).With(range.To).With(range.Size);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        List<ListedCharge> charges = [];
        while (await reader.ReadAsync(cancel))
        {
            var number = reader.GetInt64(0);
            // Who continues after a number never sees the second of two that have it.
            if (charges.Count >= range.Size && charges[^1].Number != number)
                return new ChargeSlice(charges, HasNext: true);
            var currency = Currency.Parse(reader.GetString(4));
            charges.Add(new ListedCharge(
                number, reader.GetFieldValue<DateOnly>(1), reader.IsDBNull(2) ? null : reader.GetString(2),
                new Money(reader.GetInt64(3), currency), new Money(reader.GetInt64(5), currency)));
        }

        return new ChargeSlice(charges, HasNext: false);
    }
}
