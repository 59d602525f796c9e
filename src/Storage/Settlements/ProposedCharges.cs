using Npgsql;
using Quittance.Core;
using Quittance.Core.Settlements;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Settlements;

/// <summary>Reads the charges that lines may pay, with whose they are.</summary>
public sealed class ProposedCharges(NpgsqlDataSource database)
{
    private const int ReadOfOneAmount = 50;

    private static readonly string Columns =
        $"c.id, c.number, coalesce(c.document, c.reference, c.number::text), {ChargeSql.OpenMinor("c")}, c.currency, a.id, a.number, "
        + "h.name, c.due_on, c.reference, c.amount_minor";

    // Each charge finds its owner by the keys. The planner, which overestimates the charges of one amount, would read all customers.
    private const string Owner = """
        CROSS JOIN LATERAL (SELECT x.id, x.number FROM account x WHERE x.merchant_id = $1 AND x.id = c.account_id LIMIT 1) a
         LEFT JOIN LATERAL (SELECT x.name FROM account_holder x WHERE x.merchant_id = $1 AND x.account_id = a.id LIMIT 1) h ON true
        """;

    /// <summary>Charges by their ids. Indexes: the keys of charge, account and account_holder.</summary>
    public async Task<IReadOnlyDictionary<ChargeId, ProposedCharge>> OfAsync(
        MerchantId merchant, IEnumerable<ChargeId> charges, CancellationToken cancel) => (await database.AllAsync(
        $"SELECT {Columns} FROM charge c {Owner} WHERE c.merchant_id = $1 AND c.id = ANY($2)",
        command => command.With(merchant.Value).With(charges.Select(charge => charge.Value).Distinct().ToArray()),
        row => Read(row, merchant, 0), cancel)).ToDictionary(charge => charge.Id);

    /// <summary>The first open charges of customers in a currency, the oldest first. Index: charge_open.</summary>
    /// <param name="most">How many of a customer.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async Task<ILookup<AccountId, ProposedCharge>> OpenOfAsync(
        MerchantId merchant, IEnumerable<AccountId> accounts, Currency currency, int most, CancellationToken cancel) =>
        (await database.AllAsync(
            $"""
            SELECT {Columns} FROM unnest($2::uuid[]) k(id)
             CROSS JOIN LATERAL (SELECT x.* FROM charge x
               WHERE x.merchant_id = $1 AND x.account_id = k.id AND x.is_open AND x.currency = $3
               ORDER BY x.due_on, x.number LIMIT $4) c
            {Owner}
             ORDER BY c.due_on, c.number
            """,
            command => command.With(merchant.Value).With(accounts.Select(account => account.Value).Distinct().ToArray())
                .With(currency.Code).With(most),
            row => Read(row, merchant, 0), cancel)).ToLookup(charge => charge.Account);

    /// <summary>
    /// Open charges of exactly the amounts of incoming lines: those of customers with the payer's name first, and then the oldest.
    /// </summary>
    /// <param name="most">How many for a line.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async Task<ILookup<SettlementLineId, ProposedCharge>> OfAmountAsync(
        MerchantId merchant, IEnumerable<SettlementLine> lines, int most, CancellationToken cancel)
    {
        List<SettlementLine> incoming = [.. lines.Where(line => line is { Kind: SettlementLineKind.Entry, Amount.AmountMinor: > 0 })];
        List<Money> amounts = [.. incoming.Select(line => line.Amount).Distinct()];
        var found = (await database.AllAsync(
            // Index: charge_of_open_amount; the keys of account and account_holder.
            $"""
            SELECT t.place::int, {Columns}
              FROM unnest($2::text[], $3::bigint[]) WITH ORDINALITY t(currency, minor, place)
             CROSS JOIN LATERAL (SELECT x.* FROM charge x
               WHERE x.merchant_id = $1 AND x.is_open AND x.currency = t.currency AND {ChargeSql.OpenMinor("x")} = t.minor
               ORDER BY x.due_on, x.number LIMIT {ReadOfOneAmount}) c
            {Owner}
             ORDER BY t.place, c.due_on, c.number
            """,
            command => command.With(merchant.Value).With(amounts.ToColumn(amount => amount.Currency.Code))
                .With(amounts.ToColumn(amount => amount.AmountMinor)),
            row => (Amount: amounts[row.GetInt32(0) - 1], Charge: Read(row, merchant, 1)), cancel))
            .ToLookup(one => one.Amount, one => one.Charge);
        return incoming.SelectMany(
            line => found[line.Amount].OrderBy(charge => !PayerName.Agrees(charge.Holder, line.Counterparty)).Take(most),
            (line, charge) => (line.Id, charge)).ToLookup(one => one.Id, one => one.charge);
    }

    private static ProposedCharge Read(NpgsqlDataReader row, MerchantId merchant, int at) => new(
        new ChargeId(merchant, row.GetGuid(at)), row.GetInt64(at + 1), row.GetString(at + 2),
        new Money(row.GetInt64(at + 3), Currency.Parse(row.GetString(at + 4))), new AccountId(merchant, row.GetGuid(at + 5)),
        row.GetInt64(at + 6), row.IsDBNull(at + 7) ? null : row.GetString(at + 7),
        row.IsDBNull(at + 8) ? null : row.GetFieldValue<DateOnly>(at + 8))
    {
        Reference = row.IsDBNull(at + 9) ? null : row.GetString(at + 9),
        Amount = new Money(row.GetInt64(at + 10), Currency.Parse(row.GetString(at + 4))),
    };
}
