using Npgsql;
using Quittance.Core.Accounts;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Console;

/// <summary>Finds merged accounts to which debt came back.</summary>
public sealed class MergedDebts(NpgsqlDataSource database)
{
    /// <summary>Merged accounts with an open charge.</summary>
    public Task<IReadOnlyList<Account>> LeftAsync(int limit, CancellationToken cancel) => database.AllAsync(
        // Indexes: account_merged_into, charge_open.
        $"""
        SELECT {Tables.Account.Of("a", "h")}
          FROM account a
          LEFT JOIN account_holder h ON h.merchant_id = a.merchant_id AND h.account_id = a.id
         WHERE a.merged_into_id IS NOT NULL
           AND EXISTS (SELECT FROM charge c WHERE c.merchant_id = a.merchant_id AND c.account_id = a.id AND c.is_open)
         LIMIT $1
        """,
        command => command.With(limit), row => Tables.Account.Read(row, 0), cancel);
}
