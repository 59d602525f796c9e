using Npgsql;
using Quittance.Core;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Settlements;

/// <summary>A charge that a line may pay, with whose it is.</summary>
/// <param name="Customer">The number of the customer's account.</param>
/// <param name="Holder">The customer's name; null for none.</param>
public sealed record ProposedCharge(ChargeId Id, long Number, AccountId Account, long Customer, string? Holder, DateOnly? DueOn);

/// <summary>Reads whose the charges are that lines may pay.</summary>
public sealed class ProposedCharges(NpgsqlDataSource database)
{
    // Indexes: the keys of charge, account and account_holder.
    public async Task<IReadOnlyDictionary<ChargeId, ProposedCharge>> OfAsync(
        MerchantId merchant, IEnumerable<ChargeId> charges, CancellationToken cancel) => (await database.AllAsync(
        """
        SELECT c.id, c.number, a.id, a.number, h.name, c.due_on
          FROM charge c
          JOIN account a ON a.merchant_id = $1 AND a.id = c.account_id
          LEFT JOIN account_holder h ON h.merchant_id = $1 AND h.account_id = a.id
         WHERE c.merchant_id = $1 AND c.id = ANY($2)
        """,
        command => command.With(merchant.Value).With(charges.Select(charge => charge.Value).Distinct().ToArray()),
        row => new ProposedCharge(
            new ChargeId(merchant, row.GetGuid(0)), row.GetInt64(1), new AccountId(merchant, row.GetGuid(2)), row.GetInt64(3),
            row.IsDBNull(4) ? null : row.GetString(4), row.IsDBNull(5) ? null : row.GetFieldValue<DateOnly>(5)),
        cancel)).ToDictionary(charge => charge.Id);
}
