using Npgsql;
using Quittance.Core;
using Quittance.Core.Dues;
using Quittance.Storage.Console;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Dues;

/// <summary>Which merchants' runs of dues begin by themselves, and when.</summary>
public sealed class DuePolicies(NpgsqlDataSource database, TimeProvider clock) : IDuePolicies
{
    private const string Columns =
        "p.merchant_id, p.day, p.method, p.dialect, p.minimum_minor, p.currency, p.since, p.set_by, p.is_of_program, "
        + "p.autopay_only, coalesce(p.set_on, (p.since AT TIME ZONE 'UTC')::date)";

    /// <summary>The policies of merchants ($1) that are in force.</summary>
    internal const string InForce = $"""
        SELECT {Columns}
          FROM (SELECT DISTINCT ON (p.merchant_id) p.* FROM due_policy p WHERE p.merchant_id = ANY($1)
                 ORDER BY p.merchant_id, p.since DESC) p
         WHERE p.day IS NOT NULL
        """;

    /// <inheritdoc/>
    public Task<DuePolicyState> LookAsync(MerchantId merchant, DateOnly today, CancellationToken cancel) =>
        Snapshot.ReadAsync(database, snapshot => LookAsync(snapshot, merchant, today), cancel);

    /// <summary>The policies in force whose merchants' run of a month has not begun.</summary>
    /// <param name="month">Its first day.</param>
    public Task<IReadOnlyList<DuePolicy>> NotBegunAsync(DateOnly month, CancellationToken cancel) => database.LookAsync(
        // Index: due_run_of_month.
        among => $"""
            SELECT {Columns}
              FROM (SELECT DISTINCT ON (p.merchant_id) p.* FROM due_policy p WHERE {among("p.merchant_id")}
                     ORDER BY p.merchant_id, p.since DESC) p
             WHERE p.day IS NOT NULL
               AND NOT EXISTS (SELECT FROM due_run r
                                WHERE {among("r.merchant_id")} AND r.merchant_id = p.merchant_id AND r.month = $1)
            """,
        command => command.With(month), Read, cancel);

    /// <summary>Sets the policy, unless it is in force or the request has set it already. It waits for the commits under way.</summary>
    /// <param name="policy">Null for no policy.</param>
    /// <returns>The policy that is in force now; null for none.</returns>
    public async Task<DuePolicy?> SetAsync(MerchantId merchant, DuePolicy? policy, Origin by, CancellationToken cancel)
    {
        var zone = await database.ZoneAsync(merchant, cancel);
        await database.SetPolicyAsync(
            merchant, by, key: null, clock,
            async connection =>
            {
                var known = await connection.AllAsync(InForce, command => command.With((long[])[merchant.Value]), Read, cancel);
                return known is [var before] ? policy is not null && before.SaysAs(policy) : policy is null;
            },
            async (transaction, change, since) =>
            {
                await transaction.ExecuteAsync(
                    batch => batch.Statement(
                        "INSERT INTO due_policy (merchant_id, since, day, method, dialect, minimum_minor, currency, set_by, is_of_program, "
                        + "autopay_only, set_on) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
                    .With(merchant.Value).With(since).With<int?>(policy?.Day)
                    .With<string?>(policy?.Filter.Way is { } way ? EnumWords.Of(way) : null).With<string?>(policy?.Filter.Dialect)
                    .With<long?>(policy?.Filter.Minimum?.AmountMinor).With<string?>(policy?.Filter.Minimum?.Currency.Code)
                    .With<Guid?>(policy?.SetBy).With<bool?>(policy?.IsOfProgram)
                    .With<bool?>(policy?.Filter.IsAutopayOnly)
                    .With<DateOnly?>(policy is null ? null : zone.DayOf(new DateTimeOffset(since))), cancel);
                await change.AfterAsync(SealedTables.DuePolicy, "x.since = $2", command => command.With(since), cancel);
            },
            cancel);
        return await database.FirstAsync(InForce, command => command.With((long[])[merchant.Value]), Read, cancel);
    }

    /// <summary>The policy in force, and how it stands today.</summary>
    internal static async Task<DuePolicyState> LookAsync(Snapshot snapshot, MerchantId merchant, DateOnly today)
    {
        var policy = (await snapshot.AllAsync(InForce, command => command.With((long[])[merchant.Value]), Read)).SingleOrDefault();
        if (policy is null)
            return new DuePolicyState(null, null, HasMonth: false);
        var day = policy.DueBy(today);
        var (hasMonth, isByHand) = (await snapshot.AllAsync(
            // Index: due_run_of_month.
            $"""
            SELECT EXISTS (SELECT FROM due_run r WHERE r.merchant_id = $1 AND r.month = $2),
                   EXISTS (SELECT FROM due_run r
                            WHERE r.merchant_id = $1 AND r.begun_at >= $3::timestamp AT TIME ZONE {MerchantDays.Zone}
                              AND r.status <> 'stopped'
                              AND (r.method IS NULL OR r.method = $4) AND (r.dialect IS NULL OR r.dialect = $5)
                              AND (r.minimum_minor IS NULL OR (r.minimum_minor, r.currency) = ($6, $7)) AND (NOT r.autopay_only OR $8))
            """,
            command => command.With(merchant.Value).With(DuePolicy.MonthOf(today))
                .With(day ?? DateOnly.MaxValue)
                .With<string?>(policy.Filter.Way is { } way ? EnumWords.Of(way) : null).With<string?>(policy.Filter.Dialect)
                .With<long?>(policy.Filter.Minimum?.AmountMinor).With<string?>(policy.Filter.Minimum?.Currency.Code)
                .With(policy.Filter.IsAutopayOnly),
            row => (row.GetBoolean(0), row.GetBoolean(1))))[0];
        return new DuePolicyState(policy, hasMonth || isByHand ? null : day, hasMonth);
    }

    internal static DuePolicy Read(NpgsqlDataReader row) => new(
        new MerchantId(row.GetInt64(0)), row.GetInt32(1),
        new DueFilter(DateOnly.MaxValue)
        {
            Way = row.IsDBNull(2) ? null : EnumWords.To<DueWay>(row.GetString(2)),
            Dialect = row.IsDBNull(3) ? null : row.GetString(3),
            IsAutopayOnly = row.GetBoolean(9),
            Minimum = row.IsDBNull(4) ? null : new Money(row.GetInt64(4), Currency.Parse(row.GetString(5))),
        },
        row.GetFieldValue<DateTimeOffset>(6))
    {
        SetBy = row.IsDBNull(7) ? null : row.GetGuid(7),
        IsOfProgram = row.GetBoolean(8),
        SetOn = row.GetFieldValue<DateOnly>(10),
    };
}
