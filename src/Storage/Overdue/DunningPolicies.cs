using System.Globalization;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Overdue;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;

namespace Quittance.Storage.Overdue;

/// <summary>When merchants remind their customers of what is overdue, one policy for each currency.</summary>
public sealed class DunningPolicies(NpgsqlDataSource database, TimeProvider clock) : IDunningPolicies
{
    /// <summary>The policies of merchants ($1) that are in force.</summary>
    internal const string InForce = """
        SELECT p.merchant_id, p.currency, p.minimum_minor, p.days, p.fees, p.hands_over
          FROM (SELECT DISTINCT ON (p.merchant_id, p.currency) p.* FROM dunning_policy p WHERE p.merchant_id = ANY($1)
                 ORDER BY p.merchant_id, p.currency, p.since DESC) p
         WHERE p.days IS NOT NULL ORDER BY p.merchant_id, p.currency
        """;

    /// <inheritdoc/>
    public Task<IReadOnlyList<DunningPolicy>> ListAsync(MerchantId merchant, CancellationToken cancel) =>
        database.AllAsync(InForce, command => command.With((long[])[merchant.Value]), Read, cancel);

    /// <inheritdoc/>
    public Task<KeyState> SetAsync(
        MerchantId merchant, Currency currency, DunningPolicy? policy, Origin by, KeyUse? key, CancellationToken cancel) =>
        database.SetPolicyAsync(
            merchant, by, key, clock,
            async connection =>
            {
                var known = (await connection.AllAsync(InForce, command => command.With((long[])[merchant.Value]), Read, cancel))
                    .FirstOrDefault(one => one.Currency == currency);
                return known is null ? policy is null : known.Equals(policy);
            },
            async (transaction, change, since) =>
            {
                await transaction.ExecuteAsync(
                    batch => batch.Statement(
                        "INSERT INTO dunning_policy (merchant_id, currency, since, minimum_minor, days, fees, hands_over) "
                        + "VALUES ($1, $2, $3, $4, $5, $6, $7)")
                    .With(merchant.Value).With(currency.Code).With(since).With(policy?.MinimumMinor)
                    .With<string[]?>(policy is null ? null : TextsOf(policy.Levels, level => level.AfterDays))
                    .With<string[]?>(policy is null ? null : TextsOf(policy.Levels, level => level.FeeMinor))
                    .With<bool?>(policy is null ? null : policy.Levels[^1].HandsOver), cancel);
                await change.AfterAsync(
                    SealedTables.DunningPolicy, "x.currency = $2 AND x.since = $3",
                    command => command.With(currency.Code).With(since), cancel);
            },
            cancel);

    internal static DunningPolicy Read(NpgsqlDataReader row)
    {
        var (days, fees) = (row.GetFieldValue<string[]>(3), row.GetFieldValue<string[]>(4));
        var handsOver = row.GetBoolean(5);
        return new DunningPolicy(
            new MerchantId(row.GetInt64(0)), Currency.Parse(row.GetString(1)), row.GetInt64(2),
            [
                .. days.Zip(fees, (day, fee) => (Day: day, Fee: fee)).Select((one, index) => new DunningLevel(
                    int.Parse(one.Day, CultureInfo.InvariantCulture), long.Parse(one.Fee, CultureInfo.InvariantCulture),
                    handsOver && index == days.Length - 1)),
            ]);
    }

    private static string[] TextsOf(IEnumerable<DunningLevel> levels, Func<DunningLevel, long> number) =>
        [.. levels.Select(level => number(level).ToString(CultureInfo.InvariantCulture))];
}
