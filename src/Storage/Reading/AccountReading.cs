using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Reading;

/// <summary>Reads how accounts stand and what their lists show.</summary>
internal sealed class AccountReading(NpgsqlDataSource database)
{
    /// <summary>
    /// Index: charge_listed. A listed number may be met twice in an account, once as a reference and once as our own number, but not
    /// three times: two rows beyond the slice tell whether it must take the second one along, and whether there are more.
    /// </summary>
    internal static readonly string ListedCharges = $"""
        SELECT coalesce(c.reference_number, c.number), c.due_on, c.description, c.amount_minor, c.currency,
               {ChargeSql.OpenMinor("c")}
          FROM charge c
         WHERE c.account_id = $2 AND c.merchant_id = $1 AND coalesce(c.reference_number, c.number) > $3
           AND c.due_on BETWEEN $4 AND $5
         ORDER BY coalesce(c.reference_number, c.number) LIMIT $6 + 2
        """;

    public Task<Account?> AccountAsync(Reference name, CancellationToken cancel) =>
        database.FirstAsync(
            $"""
            SELECT {Tables.Account.Of("a", "h")}
              FROM reference r
              JOIN account a ON a.merchant_id = r.merchant_id AND a.id = r.object_id AND a.merchant_id = $1
              LEFT JOIN account_holder h ON h.merchant_id = a.merchant_id AND h.account_id = a.id AND h.merchant_id = $1
             WHERE r.merchant_id = $1 AND r.dialect = $2 AND r.kind = $3 AND r.value = $4
            """,
            command => command.With(name.Merchant.Value).With(name.Dialect).With(name.Kind).With(name.Value), Tables.Account.Read, cancel);

    public async Task<IReadOnlyList<Account>> AccountsAsync(IReadOnlyList<Reference> names, CancellationToken cancel)
    {
        foreach (var name in names)
        {
            if (await ReceivableReading.ObjectAsync(database, name, cancel) is not { } id)
                continue;
            return await database.AllAsync(
                $"""
                SELECT {Tables.Account.Of("a", "h")}
                  FROM ({MergeSql.AccountsFrom("$2")}) g
                  JOIN account a ON a.merchant_id = $1 AND a.id = g.id
                  LEFT JOIN account_holder h ON h.merchant_id = $1 AND h.account_id = g.id
                 ORDER BY g.step
                """,
                command => command.With(name.Merchant.Value).With(id), Tables.Account.Read, cancel);
        }

        return [];
    }

    public async Task<ChargeId?> MovedChargeAsync(Reference name, CancellationToken cancel) =>
        await ReceivableReading.ObjectAsync(database, name, cancel) is not { } id ? null
            : (await database.AllAsync(
                $"SELECT g.id FROM ({MergeSql.ChargesFrom("$2")}) g WHERE g.step > 0 ORDER BY g.step DESC LIMIT 1",
                command => command.With(name.Merchant.Value).With(id), row => new ChargeId(name.Merchant, row.GetGuid(0)), cancel))
            .Cast<ChargeId?>().FirstOrDefault();

    public Task<Instrument?> OwnInstrumentAsync(AccountId account, CancellationToken cancel) =>
        // Index: instrument_current_once.
        database.FirstAsync(
            $"""
            SELECT {Tables.Instrument.Selected}
              FROM instrument x {Tables.Instrument.Join} AND j.merchant_id = $1
             WHERE x.merchant_id = $1 AND x.account_id = $2 AND x.standing = 'current'
            """,
            command => command.With(account.Merchant.Value).With(account.Value), Tables.Instrument.Read, cancel);

    public async Task<AccountStanding> StandingAsync(Account account, Currency currency, DateOnly today, CancellationToken cancel)
    {
        // Index: charge_open. One statement, so that a payment is not seen as credit and as open debt at once.
        var standing = await database.FirstAsync(
            $"""
            SELECT coalesce((SELECT l.credits_minor - l.debits_minor FROM ledger_account l WHERE l.merchant_id = $1 AND l.id = $3), 0),
                   coalesce((SELECT l.credits_minor - l.debits_minor FROM ledger_account l WHERE l.merchant_id = $1 AND l.id = $4), 0),
                   coalesce((SELECT sum({ChargeSql.OpenMinor("c")}) FROM charge c
                              WHERE c.account_id = $2 AND c.merchant_id = $1 AND c.is_open AND c.due_on <= $5
                                  AND c.currency = $6), 0)::bigint,
                   coalesce(d.level, 0), coalesce(d.is_with_agency, false)
              FROM (SELECT) one LEFT JOIN dunning d ON d.merchant_id = $1 AND d.account_id = $2
            """,
            command => command.With(account.Id.Merchant.Value).With(account.Id.Value)
                .With(Chart.Credit(account, CreditPurpose.General, currency).ToId())
                .With(Chart.Credit(account, CreditPurpose.Consumption, currency).ToId())
                .With(today).With(currency.Code),
            row => new AccountStanding(
                new Money(row.GetInt64(0), currency), new Money(row.GetInt64(2), currency), new Money(row.GetInt64(1), currency))
            {
                DunningLevel = row.GetInt32(3),
                IsWithAgency = row.GetBoolean(4),
            },
            cancel);
        return standing!;
    }

    public async Task<ChargeSlice> ChargesAsync(IReadOnlyList<Account> accounts, ChargeRange range, CancellationToken cancel)
    {
        List<ListedCharge> found = [];
        foreach (var account in accounts)
        {
            found.AddRange(await database.AllAsync(
                ListedCharges,
                command => command.With(account.Id.Merchant.Value).With(account.Id.Value)
                    .With(range.After).With(range.From).With(range.To).With(range.Size),
                row =>
                {
                    var currency = Currency.Parse(row.GetString(4));
                    return new ListedCharge(
                        row.GetInt64(0), row.GetFieldValue<DateOnly>(1), row.IsDBNull(2) ? null : row.GetString(2),
                        new Money(row.GetInt64(3), currency), new Money(row.GetInt64(5), currency));
                },
                cancel));
        }

        if (accounts.Count > 1)
            found = [.. found.OrderBy(charge => charge.Number)];
        // A client that continues after a number never sees the second of two charges that have it.
        var size = found.Count > range.Size && found[range.Size - 1].Number == found[range.Size].Number ? range.Size + 1 : range.Size;
        return new ChargeSlice([.. found.Take(size)], HasNext: found.Count > size);
    }
}
