using Npgsql;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Dues;

/// <summary>Reads which customers have their bills collected by themselves.</summary>
public sealed class Autopays(NpgsqlDataSource database) : IAutopays
{
    /// <summary>Joins the last consent of an account x as u.</summary>
    internal const string LastOfAccount = """
        LEFT JOIN LATERAL (SELECT u.* FROM autopay u WHERE u.merchant_id = $1 AND u.account_id = x.id ORDER BY u.nth DESC LIMIT 1) u ON true
        """;

    /// <inheritdoc/>
    public Task<IReadOnlyList<Autopay>> OfAccountAsync(AccountId account, CancellationToken cancel) => database.AllAsync(
        $"SELECT {Tables.Autopay.Selected} FROM autopay x WHERE x.merchant_id = $1 AND x.account_id = $2 ORDER BY x.nth DESC",
        command => command.With(account.Merchant.Value).With(account.Value), Tables.Autopay.Read, cancel);
}
