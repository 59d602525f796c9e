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

    /// <inheritdoc/>
    public Task<bool> IsOfferedAsync(MerchantId merchant, CancellationToken cancel) => database.FirstAsync(
        // Indexes: the keys of both.
        """
        SELECT coalesce((SELECT p.day IS NOT NULL FROM due_policy p WHERE p.merchant_id = $1 ORDER BY p.since DESC LIMIT 1), false)
               OR EXISTS (SELECT FROM due_run r WHERE r.merchant_id = $1)
        """,
        command => command.With(merchant.Value), row => row.GetBoolean(0), cancel);

    /// <inheritdoc/>
    public Task<bool> IsBilledAsync(AccountId account, CancellationToken cancel) => database.FirstAsync(
        // Index: charge_listed.
        "SELECT EXISTS (SELECT FROM charge c WHERE c.account_id = $2 AND c.merchant_id = $1)",
        command => command.With(account.Merchant.Value).With(account.Value), row => row.GetBoolean(0), cancel);
}
