using System.Globalization;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Overdue;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Overdue;

/// <summary>When merchants charge stored instruments again.</summary>
public sealed class RetryPolicies(NpgsqlDataSource database, TimeProvider clock) : IRetryPolicies
{
    /// <summary>The policies of merchants ($1) that are in force.</summary>
    internal const string InForce = """
        SELECT p.merchant_id, p.days, p.also_unexplained, p.charges_fee
          FROM (SELECT DISTINCT ON (p.merchant_id) p.* FROM retry_policy p WHERE p.merchant_id = ANY($1)
                 ORDER BY p.merchant_id, p.since DESC) p
         WHERE p.days IS NOT NULL
        """;

    /// <inheritdoc/>
    public Task<RetryPolicy?> FindAsync(MerchantId merchant, CancellationToken cancel) =>
        database.FirstAsync(InForce, command => command.With((long[])[merchant.Value]), Read, cancel);

    /// <inheritdoc/>
    public Task<KeyState> SetAsync(MerchantId merchant, RetryPolicy? policy, Origin by, KeyUse? key, CancellationToken cancel) =>
        database.SetPolicyAsync(
            merchant, by, key, clock,
            async connection =>
            {
                var known = await connection.AllAsync(InForce, command => command.With((long[])[merchant.Value]), Read, cancel);
                return known is [var before] ? before.Equals(policy) : policy is null;
            },
            async (transaction, change, since) =>
            {
                await transaction.ExecuteAsync(
                    batch => batch.Statement(
                        "INSERT INTO retry_policy (merchant_id, since, days, also_unexplained, charges_fee) VALUES ($1, $2, $3, $4, $5)")
                    .With(merchant.Value).With(since)
                    .With(policy?.AfterDays.Select(day => day.ToString(CultureInfo.InvariantCulture)).ToArray())
                    .With<bool?>(policy?.AlsoUnexplained).With<bool?>(policy?.ChargesFee), cancel);
                await change.AfterAsync(SealedTables.RetryPolicy, "x.since = $2", command => command.With(since), cancel);
            },
            cancel);

    internal static RetryPolicy Read(NpgsqlDataReader row) => new(
        new MerchantId(row.GetInt64(0)),
        [.. row.GetFieldValue<string[]>(1).Select(day => int.Parse(day, CultureInfo.InvariantCulture))], row.GetBoolean(2))
    {
        ChargesFee = row.GetBoolean(3),
    };
}
