using System.Globalization;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Overdue;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Overdue;

/// <summary>When merchants charge stored instruments again.</summary>
public sealed class RetryPolicies(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>The policies of merchants ($1) that are in force.</summary>
    internal const string InForce = """
        SELECT p.merchant_id, p.days, p.also_unexplained, p.charges_fee
          FROM (SELECT DISTINCT ON (p.merchant_id) p.* FROM retry_policy p WHERE p.merchant_id = ANY($1)
                 ORDER BY p.merchant_id, p.since DESC) p
         WHERE p.days IS NOT NULL
        """;

    /// <summary>The policy in force; null for none.</summary>
    public Task<RetryPolicy?> FindAsync(MerchantId merchant, CancellationToken cancel) =>
        database.FirstAsync(InForce, command => command.With((long[])[merchant.Value]), Read, cancel);

    /// <summary>
    /// Sets the policy. It waits for the commits that are under way: each was decided by the policy before.
    /// </summary>
    /// <param name="policy">Null for no policy.</param>
    /// <returns>Nothing where it is the policy already.</returns>
    public Task<ChangeOutcome> SetAsync(MerchantId merchant, RetryPolicy? policy, Origin by, CancellationToken cancel) =>
        database.ChangeAsync(async transaction =>
        {
            var connection = transaction.Connection!;
            var change = await SealedChange.InAllSlotsAsync(connection, merchant, cancel);
            if (await OperatorActions.IsDoneAsync(connection, by, cancel))
                return ChangeOutcome.Repeated;
            var known = await connection.AllAsync(InForce, command => command.With((long[])[merchant.Value]), Read, cancel);
            if (known is [var before] ? before.Equals(policy) : policy is null)
                return ChangeOutcome.Nothing;
            var since = change.TimeOf(clock.GetUtcNow());
            await transaction.ExecuteAsync(
                batch => batch.Statement(
                    "INSERT INTO retry_policy (merchant_id, since, days, also_unexplained, charges_fee) VALUES ($1, $2, $3, $4, $5)")
                .With(merchant.Value).With(since)
                .With<string[]?>(policy is null ? null : [.. policy.AfterDays.Select(day => day.ToString(CultureInfo.InvariantCulture))])
                .With<bool?>(policy?.AlsoUnexplained).With<bool?>(policy?.ChargesFee), cancel);
            await change.AfterAsync(SealedTables.RetryPolicy, "x.since = $2", command => command.With(since), cancel);
            await transaction.CommitAsync(by, new DateTimeOffset(since), cancel, change);
            return ChangeOutcome.Made;
        }, cancel);

    internal static RetryPolicy Read(NpgsqlDataReader row) => new(
        new MerchantId(row.GetInt64(0)),
        [.. row.GetFieldValue<string[]>(1).Select(day => int.Parse(day, CultureInfo.InvariantCulture))], row.GetBoolean(2))
    {
        ChargesFee = row.GetBoolean(3),
    };
}
