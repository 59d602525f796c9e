using Npgsql;
using Quittance.Core;

namespace Quittance.Storage.Console;

/// <summary>The providers that move a merchant's money, and how they are.</summary>
/// <param name="database">Where they are kept.</param>
public sealed class ConnectedProviders(NpgsqlDataSource database)
{
    /// <summary>The accounts by their provider. Their keys are not read.</summary>
    // Index: attempt_unsettled, which holds what is not decided yet and nothing else.
    public Task<IReadOnlyList<ConnectedProvider>> ListAsync(MerchantId merchant, CancellationToken cancel) => database.ReadAllAsync(
        """
        SELECT p.provider, p.address, p.changed_at, coalesce(a.count, 0), a.since
          FROM provider_account p
          LEFT JOIN (SELECT provider, count(*) AS count, min(opened_at) AS since FROM attempt
                      WHERE merchant_id = $1 AND status IN ('open', 'unknown', 'pending') AND unanswered > 0 GROUP BY provider) a ON a.provider = p.provider
         WHERE p.merchant_id = $1 ORDER BY p.provider
        """,
        command => command.With(merchant.Value),
        (row, first) => new ConnectedProvider(
            row.GetString(first), new Uri(row.GetString(first + 1)), row.GetFieldValue<DateTimeOffset>(first + 2), row.GetInt64(first + 3),
            row.IsDBNull(first + 4) ? null : row.GetFieldValue<DateTimeOffset>(first + 4)),
        cancel);
}
