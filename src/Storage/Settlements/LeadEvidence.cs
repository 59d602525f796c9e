using Npgsql;
using Quittance.Core;
using Quittance.Core.Settlements;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Settlements;

/// <summary>
/// The part of <see cref="Evidence"/> that is about lines that name nothing: the customers to whom the amount, the payer's name and the
/// payer's account lead.
/// </summary>
internal static class LeadEvidence
{
    /// <summary>The most customers who may owe an amount: an amount of more leads to none.</summary>
    internal const int MostOwing = 200;

    /// <summary>More names of one account or charge are no spellings that people write.</summary>
    private const int NamesShown = 10;

    /// <summary>
    /// Adds the customers who owe an amount. Index: charge_of_open_amount; OFFSET 0 keeps the planner from going through all open charges
    /// in the order of accounts.
    /// </summary>
    public static void AddOwing(
        NpgsqlBatch batch, List<Action<NpgsqlDataReader>> take, MerchantId merchant, Money[] amounts, Action<Money, AccountId> found)
    {
        batch.Statement($"""
            SELECT k.amount, k.currency, c.account_id
              FROM unnest($2::bigint[], $3::text[]) k(amount, currency)
             CROSS JOIN LATERAL (SELECT DISTINCT x.account_id FROM (SELECT x.account_id FROM charge x
               WHERE x.merchant_id = $1 AND x.is_open AND x.currency = k.currency
                   AND {ChargeSql.OpenMinor("x")} = k.amount OFFSET 0) x LIMIT $4) c
            """)
            .With(merchant.Value).With(amounts.ToColumn(amount => amount.AmountMinor))
            .With(amounts.ToColumn(amount => amount.Currency.Code)).With(MostOwing);
        take.Add(row => found(
            new Money(row.GetInt64(0), Currency.Parse(row.GetString(1))), new AccountId(merchant, row.GetGuid(2))));
    }

    /// <summary>
    /// Adds the customers for whom the payer's account of a line has paid before. An account that pays for many leads to nobody. Index:
    /// settlement_line_of_payer.
    /// </summary>
    /// <param name="found">Gets the line, the customer, the payer's name on that payment, and whether an operator has said so.</param>
    public static void AddPaidBefore(
        NpgsqlBatch batch, List<Action<NpgsqlDataReader>> take, MerchantId merchant, Guid[] lines,
        Action<Guid, AccountId, string?, bool> found)
    {
        batch.Statement($"""
            SELECT DISTINCT k.line, s.account_id, s.counterparty, s.is_said
              FROM unnest($2::uuid[]) k(line)
             CROSS JOIN LATERAL (SELECT x.counterparty_hash FROM settlement_line x WHERE x.merchant_id = $1 AND x.id = k.line LIMIT 1) l
             CROSS JOIN LATERAL ({HolderEvidence.PaidBefore(HolderEvidence.PaymentsOfPayer)}) s
             WHERE (SELECT count(DISTINCT a) FROM unnest(s.accounts) a) <= $3
            """)
            .With(merchant.Value).With(lines).With(HolderEvidence.CustomersOfPayer);
        take.Add(row => found(
            row.GetGuid(0), new AccountId(merchant, row.GetGuid(1)), row.IsDBNull(2) ? null : row.GetString(2), row.GetBoolean(3)));
    }

    /// <summary>Adds the open charges of customers, and the names of both. Indexes: charge_open, reference_by_object.</summary>
    /// <param name="open">Gets the charges with their slots.</param>
    public static void AddOpen(
        NpgsqlBatch batch, List<Action<NpgsqlDataReader>> take, MerchantId merchant, Guid[] accounts, Action<NamedCharge> open,
        Action<Guid, string> named)
    {
        const string Charges =
            $"""
             CROSS JOIN LATERAL (SELECT x.* FROM charge x
               WHERE x.merchant_id = $1 AND x.account_id = k.id AND x.is_open ORDER BY x.due_on, x.number LIMIT $3) c
            """;
        batch.Statement($"""
            SELECT c.id, c.number, c.account_id, a.slot, {ChargeSql.OpenMinor("c")}, c.currency,
                   coalesce(c.document, c.reference, c.number::text), {Evidence.TransferColumns}
              FROM unnest($2::uuid[]) k(id)
             CROSS JOIN LATERAL (SELECT x.slot FROM account x WHERE x.merchant_id = $1 AND x.id = k.id LIMIT 1) a
            {Charges}
            {Evidence.Transfer}
            """)
            .With(merchant.Value).With(accounts).With(Evidence.OpenChargesShown);
        take.Add(row => open(Evidence.Charge(row, merchant)));
        batch.Statement($"""
            SELECT r.object_id, r.value
              FROM (SELECT k.id FROM unnest($2::uuid[]) k(id)
                    UNION ALL SELECT c.id FROM unnest($2::uuid[]) k(id) {Charges}) o
             CROSS JOIN LATERAL (SELECT x.object_id, x.value FROM reference x
               WHERE x.merchant_id = $1 AND x.object_id = o.id LIMIT $4) r
            """)
            .With(merchant.Value).With(accounts).With(Evidence.OpenChargesShown).With(NamesShown);
        take.Add(row => named(row.GetGuid(0), row.GetString(1)));
    }
}
