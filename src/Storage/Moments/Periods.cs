using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Npgsql;
using Quittance.Core;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Moments;

/// <summary>A month of the books.</summary>
public readonly record struct Month(DateOnly FirstDay)
{
    public DateOnly LastDay => FirstDay.AddMonths(1).AddDays(-1);

    public Month Next => new(FirstDay.AddMonths(1));

    /// <summary>Reads a month such as 2026-10; null where it is none.</summary>
    public static Month? Parse(string text) =>
        DayWindow.TryRead($"{text}-01", out var first) ? new Month(first) : null;

    public override string ToString() => $"{FirstDay:yyyy-MM}";
}

/// <summary>A closing of a month, with the figures that were kept of it.</summary>
/// <param name="Closing">1 for the month's first closing; each one after a reopening counts on.</param>
/// <param name="TrialBalance">The lines of the chart as of the month's end, as JSON.</param>
/// <param name="Transfers">How many transfers the month's journal has.</param>
/// <param name="JournalHash">The SHA-256 of the month's journal as CSV, in hexadecimal.</param>
/// <param name="Seal">The seal of the books when the month was closed, in hexadecimal.</param>
public sealed record Period(
    Month Month, int Closing, DateTimeOffset ClosedAt, string ClosedBy, string TrialBalance, long Transfers, string JournalHash,
    string Seal)
{
    /// <summary>Null while the month is closed.</summary>
    public Reopening? Reopened { get; init; }
}

/// <summary>When a closed month was opened again, by whom and why.</summary>
public sealed record Reopening(DateTimeOffset At, string By, string Reason);

/// <summary>The closed months of a merchant's books.</summary>
public sealed class Periods(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>All closings, the newest month first.</summary>
    public Task<IReadOnlyList<Period>> ListAsync(MerchantId merchant, CancellationToken cancel) => database.AllAsync(
        """
        SELECT month, closing, closed_at, closed_by, trial_balance::text, transfers, encode(journal_hash, 'hex'), encode(seal, 'hex'),
               reopened_at, reopened_by, reopening_reason
          FROM period WHERE merchant_id = $1 ORDER BY month DESC, closing DESC
        """,
        command => command.With(merchant.Value),
        row => new Period(
            new Month(row.GetFieldValue<DateOnly>(0)), row.GetInt32(1), row.GetFieldValue<DateTimeOffset>(2), row.GetString(3),
            row.GetString(4), row.GetInt64(5), row.GetString(6), row.GetString(7))
        {
            Reopened = row.IsDBNull(8) ? null
                : new Reopening(row.GetFieldValue<DateTimeOffset>(8), row.GetString(9), row.GetString(10)),
        },
        cancel);

    /// <summary>
    /// The first day of the books; null where nothing is booked. Once hours are added up, it reads only the events of earlier days than
    /// those of the sums. Index: event_by_time_and_day.
    /// </summary>
    public async Task<DateOnly?> FirstDayAsync(MerchantId merchant, CancellationToken cancel)
    {
        var added = await DayAsync(
            "SELECT min(c.booked_on) FROM checkpoint_total c WHERE c.merchant_id = $1", command => command.With(merchant.Value));
        return await DayAsync(
            "SELECT min(e.booked_on) FROM event e WHERE e.merchant_id = $1 AND e.booked_on < $2",
            command => command.With(merchant.Value).With(added ?? DateOnly.MaxValue)) ?? added;

        async Task<DateOnly?> DayAsync(string sql, Action<NpgsqlBatchCommand> parameters) => (await database.AllAsync(
            sql, parameters, row => row.IsDBNull(0) ? (DateOnly?)null : row.GetFieldValue<DateOnly>(0), cancel))[0];
    }

    /// <summary>Keeps the figures of a month whose days are closed.</summary>
    /// <param name="by">The operator, whose action is the closing.</param>
    /// <returns>Repeated where the month is closed already, and nothing where its days were opened again meanwhile.</returns>
    public async Task<ChangeOutcome> KeepAsync(
        MerchantId merchant, Month month, IReadOnlyList<LineBalance> trialBalance, long transfers, byte[] journalHash, Seal seal,
        Origin by, CancellationToken cancel)
    {
        try
        {
            return await database.ChangeAsync(async transaction =>
            {
                // A reopening waits for the slot too, so no day of the month is opened between the look and the commit.
                var change = await SealedChange.OfWholeAsync(transaction.Connection!, merchant, cancel, SealedTables.Period);
                if (await OperatorActions.IsDoneAsync(transaction.Connection!, by, cancel))
                    return ChangeOutcome.Repeated;
                if (await SlotTimes.FirstOpenDayAsync(transaction.Connection!, merchant, cancel) <= month.LastDay)
                    return ChangeOutcome.Nothing;
                var at = change.TimeOf(clock.GetUtcNow());
                await transaction.ExecuteAsync(batch => batch.Statement("""
                    INSERT INTO period (merchant_id, month, closing, closed_at, closed_by, trial_balance, transfers, journal_hash, seal)
                    SELECT $1, $2, 1 + count(*), $3, $4, $5::json, $6, $7, $8 FROM period WHERE merchant_id = $1 AND month = $2
                    """)
                    .With(merchant.Value).With(month.FirstDay).With(at).With(by.Action!.Who).With(JsonOf(trialBalance)).With(transfers)
                    .With(journalHash).With(seal.Hash.ToArray()), cancel);
                await transaction.CommitAsync(by, new DateTimeOffset(at), cancel, change);
                return ChangeOutcome.Made;
            }, cancel);
        }
        catch (PostgresException twice) when (twice.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            return ChangeOutcome.Repeated;
        }
    }

    /// <summary>Opens the last closed month again: what took effect in it is booked into it from then on.</summary>
    /// <param name="by">The operator, with the reason.</param>
    /// <returns>False where the month is not the last closed one.</returns>
    public Task<bool> ReopenAsync(MerchantId merchant, Month month, Origin by, CancellationToken cancel) =>
        database.ChangeAsync(async transaction =>
        {
            // The slots first: a batch that has one of them decides by the days as they were.
            var change = await SealedChange.InAllSlotsAsync(transaction.Connection!, merchant, cancel);
            if (await OperatorActions.IsDoneAsync(transaction.Connection!, by, cancel))
                return false;
            await change.BeforeAsync(SealedTables.Period, "", _ => { }, cancel);
            var at = change.TimeOf(clock.GetUtcNow());
            var reopened = await transaction.ExecuteAsync(batch => batch.Statement("""
                UPDATE period p SET reopened_at = $3, reopened_by = $4, reopening_reason = $5
                 WHERE p.merchant_id = $1 AND p.month = $2 AND p.reopened_at IS NULL
                   AND NOT EXISTS (SELECT FROM period l WHERE l.merchant_id = $1 AND l.month > $2 AND l.reopened_at IS NULL)
                """)
                .With(merchant.Value).With(month.FirstDay).With(at).With(by.Action!.Who)
                .With(by.Action.Reason), cancel);
            if (reopened == 0)
                return false;
            await change.AfterAsync(SealedTables.Period, "", _ => { }, cancel);
            await SlotTimes.OpenFromAsync(transaction, change, month.FirstDay, at, cancel);
            await transaction.CommitAsync(by, new DateTimeOffset(at), cancel, change);
            return true;
        }, cancel);

    private static string JsonOf(IReadOnlyList<LineBalance> lines) => JsonSerializer.Serialize(lines.Select(line => new
    {
        currency = line.Currency.Code,
        kind = Words.Of(line.Kind),
        purpose = line.Purpose,
        debits = Text(line.DebitsMinor),
        credits = Text(line.CreditsMinor),
    }));

    private static string Text(BigInteger minor) => minor.ToString(CultureInfo.InvariantCulture);
}
