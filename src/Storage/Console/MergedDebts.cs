using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Ledger;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Console;

/// <summary>Finds merged accounts to which debt or money came back.</summary>
public sealed class MergedDebts(NpgsqlDataSource database)
{
    /// <summary>
    /// Merged accounts with an open charge, or with credit that the other account can use: it settles the debt that went there, or no
    /// provider holds it. Each with its payments that have credit.
    /// </summary>
    public Task<IReadOnlyList<(Account Account, IReadOnlyList<PaymentId> Credits)>> LeftAsync(int limit, CancellationToken cancel) =>
        database.AllAsync<(Account, IReadOnlyList<PaymentId>)>(
            // Indexes: account_merged_into, charge_open, charge_merged_from, payment_of_account, attempt_of_payment.
            $"""
            SELECT {Tables.Account.Of("a", "h")}, p.credits
              FROM account a
              LEFT JOIN account_holder h ON h.merchant_id = a.merchant_id AND h.account_id = a.id
             CROSS JOIN LATERAL (
                SELECT coalesce(array_agg(x.id), ARRAY[]::uuid[]) AS credits,
                       coalesce(bool_or(EXISTS (SELECT FROM attempt t
                           WHERE t.merchant_id = a.merchant_id AND t.payment_id = x.id AND t.provider = $2)), false) AS is_free
                  FROM payment x WHERE x.merchant_id = a.merchant_id AND x.account_id = a.id AND x.has_credit) p
             WHERE a.merged_into_id IS NOT NULL
               AND (EXISTS (SELECT FROM charge c WHERE c.merchant_id = a.merchant_id AND c.account_id = a.id AND c.is_open)
                    OR p.is_free
                    OR (cardinality(p.credits) > 0 AND EXISTS (SELECT FROM charge c
                        WHERE c.merchant_id = a.merchant_id AND c.merged_from_id = a.id AND c.is_open)))
             LIMIT $1
            """,
            command => command.With(limit).With(ClearingProvider.BankTransfer),
            row =>
            {
                var account = Tables.Account.Read(row, 0);
                return (
                    account,
                    [.. row.GetFieldValue<Guid[]>(Tables.Account.Width).Select(id => new PaymentId(account.Id.Merchant, id))]);
            }, cancel);
}
