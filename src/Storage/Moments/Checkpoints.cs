using Npgsql;
using Quittance.Core;
using Quittance.Storage.Console;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Moments;

/// <summary>
/// Adds up the transfers of each hour that has ended, so that a balance of any moment is the sum of hours and of a part of one hour. A
/// payment does nothing for it. Readings are right without it, and slower.
/// </summary>
public sealed class Checkpoints(NpgsqlDataSource database, Merchants merchants, TimeProvider clock)
{
    private static readonly TimeSpan MostAtOnce = TimeSpan.FromDays(1);

    /// <summary>Sums of both sides of the transfers of events e, by hour, day of the books and line of the chart.</summary>
    /// <param name="where">Conditions on the events e.</param>
    internal static string Sums(string where) => $"""
        SELECT l.kind, {LedgerRows.Purpose} AS purpose, l.currency, date_trunc('hour', m.occurred_at, 'UTC') AS hour, m.booked_on,
               sum(m.debit_minor) AS debits_minor, sum(m.credit_minor) AS credits_minor
          FROM (SELECT s.id, t.occurred_at, t.booked_on, s.debit_minor, s.credit_minor
                  FROM (SELECT e.occurred_at, e.booked_on, x.debit_id, x.credit_id, x.amount_minor
                          FROM event e
                         CROSS JOIN LATERAL (SELECT x.* FROM transfer x
                             WHERE x.merchant_id = $1 AND x.subject_id = e.subject_id AND x.sequence = e.sequence OFFSET 0) x
                         WHERE e.merchant_id = $1 AND {where}) t
                 CROSS JOIN LATERAL (VALUES (t.debit_id, t.amount_minor, 0::bigint), (t.credit_id, 0::bigint, t.amount_minor))
                     s (id, debit_minor, credit_minor)) m
          JOIN ledger_account l ON l.merchant_id = $1 AND l.id = m.id
         GROUP BY 1, 2, 3, 4, 5
        """;

    /// <summary>Adds up the hours that have ended, of all merchants. Safe in several processes at once.</summary>
    /// <returns>How many sums were written.</returns>
    public async Task<int> AddUpAsync(CancellationToken cancel)
    {
        var rows = 0;
        foreach (var merchant in await merchants.ReachedAsync(cancel))
            rows += await AddUpAsync(merchant, cancel);
        return rows;
    }

    /// <summary>Adds up the hours of one merchant that have ended.</summary>
    public Task<int> AddUpAsync(MerchantId merchant, CancellationToken cancel) => SqlStates.ReachingAsync(async () =>
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var now = clock.GetUtcNow();
        var ended = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerHour));
        var known = await connection.FirstAsync(
            "SELECT c.until FROM checkpoint c WHERE c.merchant_id = $1", command => command.With(merchant.Value), Until, cancel);
        // Also before the first: no commit, by whatever clock, belongs to an hour of which nothing is added up any more.
        if (known >= ended || !await SlotTimes.PassAsync(connection, merchant, ended, cancel))
            return 0;
        if ((known ?? await BeginAsync(connection, merchant, ended, cancel)) is not { } from)
            return 0;
        var rows = 0;
        while (from < ended)
        {
            var until = ended - from > MostAtOnce ? from + MostAtOnce : ended;
            if (await AddUpAsync(connection, merchant, from, until, cancel) is not { } written)
                break;
            (rows, from) = (rows + written, until);
        }

        return rows;
    });

    private static DateTimeOffset? Until(NpgsqlDataReader row) => row.GetFieldValue<DateTimeOffset>(0);

    /// <summary>Begins with the hour of the first event.</summary>
    /// <returns>Null for an unknown merchant.</returns>
    private static Task<DateTimeOffset?> BeginAsync(
        NpgsqlConnection connection, MerchantId merchant, DateTimeOffset ended, CancellationToken cancel) =>
        connection.FirstAsync(
            """
            INSERT INTO checkpoint AS c (merchant_id, until)
            SELECT m.id, coalesce(date_trunc('hour', (SELECT min(e.occurred_at) FROM event e WHERE e.merchant_id = $1), 'UTC'), $2)
              FROM merchant m WHERE m.id = $1
            ON CONFLICT (merchant_id) DO UPDATE SET until = c.until
            RETURNING c.until
            """,
            command => command.With(merchant.Value).With(ended.UtcDateTime), Until, cancel);

    /// <returns>How many sums were written; null where another process is ahead.</returns>
    private static async Task<int?> AddUpAsync(
        NpgsqlConnection connection, MerchantId merchant, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var isOurs = await transaction.ExecuteAsync(
            batch => batch.Statement("UPDATE checkpoint SET until = $3 WHERE merchant_id = $1 AND until = $2")
                .With(merchant.Value).With(from.UtcDateTime).With(until.UtcDateTime), cancel);
        if (isOurs == 0)
            return null;
        var rows = await transaction.ExecuteAsync(
            batch =>
            {
                batch.Timeout = 0;
                batch.Statement($"""
                    INSERT INTO checkpoint_total (merchant_id, kind, purpose, currency, hour, booked_on, debits_minor, credits_minor)
                    SELECT $1, s.* FROM ({Sums("e.occurred_at >= $2 AND e.occurred_at < $3")}) s
                    """)
                    .With(merchant.Value).With(from.UtcDateTime).With(until.UtcDateTime);
            }, cancel);
        await transaction.CommitDurablyAsync(cancel);
        return rows;
    }
}
