using Npgsql;
using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Console;

public sealed class ConnectedProviders(NpgsqlDataSource database) : IConnectedProviders
{
    /// <inheritdoc/>
    // Index: attempt_unsettled, which holds undecided attempts alone.
    public Task<IReadOnlyList<ConnectedProvider>> ListAsync(MerchantId merchant, CancellationToken cancel) => database.AllAsync(
        """
        SELECT p.provider, p.address, p.changed_at, coalesce(a.count, 0), a.since
          FROM provider_account p
          LEFT JOIN (SELECT provider, count(*) AS count, min(opened_at) AS since FROM attempt
                      WHERE merchant_id = $1 AND status IN ('open', 'unknown', 'pending') AND unanswered > 0
                          GROUP BY provider) a ON a.provider = p.provider
         WHERE p.merchant_id = $1 ORDER BY p.provider
        """,
        command => command.With(merchant.Value),
        row => new ConnectedProvider(
            row.GetString(0), new Uri(row.GetString(1)), row.GetFieldValue<DateTimeOffset>(2), row.GetInt64(3),
            row.IsDBNull(4) ? null : row.GetFieldValue<DateTimeOffset>(4)),
        cancel);
}
