using System.Collections.Concurrent;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Storage.Debits;
using Quittance.Storage.Dues;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Console;

/// <summary>The sum of the refunds in one currency.</summary>
public sealed record RefundSum(Money Sum, int Refunds);

/// <summary>The declined or failed payments of one reason; the reason is null where the provider gave none.</summary>
public sealed record FailureCount(PaymentStatus Status, DeclineReason? Reason, int Payments);

/// <summary>The age of an open charge, by the days since its due date.</summary>
public enum ReceivableAge
{
    /// <summary>Due today or later.</summary>
    NotDue,

    /// <summary>1 to 30 days.</summary>
    UpTo30,

    /// <summary>31 to 60 days.</summary>
    UpTo60,

    /// <summary>61 to 90 days.</summary>
    UpTo90,

    /// <summary>More than 90 days.</summary>
    Older,
}

public static class ReceivableAges
{
    private const int Step = 30;

    /// <summary>The first and the last due date of the charges that have this age today.</summary>
    public static (DateOnly From, DateOnly Until) DueDays(this ReceivableAge age, DateOnly today) => age switch
    {
        ReceivableAge.NotDue => (today, DateOnly.MaxValue),
        ReceivableAge.UpTo30 => (today.AddDays(-Step), today.AddDays(-1)),
        ReceivableAge.UpTo60 => (today.AddDays(-2 * Step), today.AddDays(-Step - 1)),
        ReceivableAge.UpTo90 => (today.AddDays(-3 * Step), today.AddDays((-2 * Step) - 1)),
        ReceivableAge.Older => (DateOnly.MinValue, today.AddDays((-3 * Step) - 1)),
    };

    /// <summary>The number of the age that a due date has on a day, as SQL.</summary>
    internal static string Of(string due, string day) => $"""
        CASE WHEN {due} >= {day} THEN 0 WHEN {due} >= {day} - {Step} THEN 1 WHEN {due} >= {day} - {2 * Step} THEN 2
             WHEN {due} >= {day} - {3 * Step} THEN 3 ELSE 4 END
        """;
}

/// <summary>The open charges of one age and currency.</summary>
public sealed record OpenReceivable(ReceivableAge Age, Money Sum, int Charges);

/// <summary>The open charges by currency and age, and when they were read, UTC.</summary>
/// <param name="Due">What can be collected of them; null for nothing.</param>
public sealed record OpenReceivables(DateTimeOffset At, IReadOnlyList<OpenReceivable> Receivables, WorkItem? Due);

/// <summary>
/// The state of a provider: its requests and answers of the last hour; <c>Waiting</c> and <c>Unknown</c> count all attempts without a final
/// answer, and <c>Notices</c> the notices that are not processed.
/// </summary>
public sealed record ProviderHealth(string Provider, int Asked, int Done, int Declined, int Waiting, int Unknown, int Notices);

/// <summary>The figures of a merchant's day, without the captured money.</summary>
/// <param name="Work">What waits for people, the most urgent first.</param>
public sealed record DayFigures(
    DateOnly Today, DateTimeOffset At, IReadOnlyList<RefundSum> Refunds, IReadOnlyList<FailureCount> Failures,
    IReadOnlyList<ProviderHealth> Providers, IReadOnlyList<WorkItem> Work)
{
    /// <summary>What banks and payers took back today, one sum for each currency.</summary>
    public IReadOnlyList<Money> TakenBack { get; init; } = [];

    /// <summary>The refunds of the same weekday a week ago, until the same time of day.</summary>
    public IReadOnlyList<RefundSum> RefundsBefore { get; init; } = [];

    /// <summary>The declined and failed payments that began on the same weekday a week ago, until the same time of day.</summary>
    public int FailuresBefore { get; init; }

    /// <summary>The next day on which a run of dues begins by itself; null for none.</summary>
    public DateOnly? NextDues { get; init; }

    public IReadOnlyList<OpenReceivable> Receivables { get; init; } = [];

    /// <summary>When the receivables were read, UTC: perhaps on an earlier day.</summary>
    public DateTimeOffset ReceivablesAt { get; init; }

    /// <summary>Whether some figures are minutes old. A new reading is running then.</summary>
    public bool IsOld { get; init; }
}

/// <summary>
/// Reads the figures of the day. Figures are shown for some seconds, and then, with their time, until a new reading replaces them. One
/// reading at a time serves all pages. Only the first page of a day, or the first after a failed reading, waits for it.
/// </summary>
public sealed class TodayReading(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Failures of one status are counted up to this number, the latest first.</summary>
    public int CountsFailuresTo { get; init; } = 2000;

    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan OldAfter = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<MerchantId, DayFigures> _days = new();
    private readonly ConcurrentDictionary<MerchantId, OpenReceivables> _receivables = new();
    private readonly SharedReading<(MerchantId Merchant, DateOnly Today), DayFigures> _readingDay = new();
    private readonly SharedReading<(MerchantId Merchant, DateOnly Today), OpenReceivables> _readingReceivables = new();

    /// <summary>What waits for people, as of now, and the next day on which a run of dues begins by itself; null for none.</summary>
    public async Task<(IReadOnlyList<WorkItem> Work, DateOnly? NextDues)> WorkAsync(MerchantId merchant, DateOnly today)
    {
        var (work, nextDues) = await Snapshot.ReadAsync(
            database, snapshot => WorkAsync(snapshot, merchant, today), CancellationToken.None);
        return (WaitingWork.With(work, await WaitingWork.DueAsync(database, merchant, today)), nextDues);
    }

    private async Task<(IReadOnlyList<WorkItem> Work, DateOnly? NextDues)> WorkAsync(Snapshot snapshot, MerchantId merchant, DateOnly today)
    {
        var monthly = await DuePolicies.LookAsync(snapshot, merchant, today);
        return (
            await WaitingWork.ReadAsync(snapshot, new LostTime(database), merchant, today, monthly), monthly.NextAfter(today));
    }

    /// <summary>The figures of a day, compared with the same weekday a week ago.</summary>
    /// <param name="today">The day.</param>
    /// <param name="begins">The begin of the day, UTC.</param>
    /// <param name="weekBefore">The begin of the day a week ago, UTC.</param>
    /// <param name="cancel">Ends the waiting, not the reading.</param>
    public async Task<DayFigures> ReadAsync(
        MerchantId merchant, DateOnly today, DateTimeOffset begins, DateTimeOffset weekBefore, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        // Figures of yesterday are never shown: reading a day is quick. Receivables change little overnight, and reading them is slow.
        var day = _days.GetValueOrDefault(merchant) is { } known && known.Today == today ? known : null;
        var owed = ReceivablesAsync(merchant, today, cancel);
        var newDay = day is null || now - day.At > FreshFor
            ? _readingDay.Begin(
                (merchant, today), () => KeepAsync(_days, merchant, () => ReadDayAsync(merchant, today, begins, weekBefore)))
            : null;
        day ??= await newDay!.WaitAsync(cancel);
        var (owedAt, receivables, due) = await owed;
        var isOld = now - day.At > OldAfter || now - owedAt > OldAfter;
        return day with
        {
            Receivables = receivables,
            ReceivablesAt = owedAt,
            Work = WaitingWork.With(day.Work, due),
            IsOld = isOld,
        };
    }

    /// <summary>The open receivables by currency and age, and when they were read, UTC.</summary>
    public async Task<OpenReceivables> ReceivablesAsync(MerchantId merchant, DateOnly today, CancellationToken cancel)
    {
        var known = _receivables.GetValueOrDefault(merchant);
        var reading = known is null || clock.GetUtcNow() - known.At > FreshFor
            ? _readingReceivables.Begin(
                (merchant, today), () => KeepAsync(_receivables, merchant, () => ReadReceivablesAsync(merchant, today)))
            : null;
        return known ?? await reading!.WaitAsync(cancel);
    }

    private static async Task<T> KeepAsync<T>(ConcurrentDictionary<MerchantId, T> kept, MerchantId merchant, Func<Task<T>> read)
    {
        try
        {
            return kept[merchant] = await read();
        }
        catch (Exception)
        {
            // Old figures would hide that new ones can't be read. The next caller waits, and gets the failure.
            kept.TryRemove(merchant, out _);
            throw;
        }
    }

    private async Task<OpenReceivables> ReadReceivablesAsync(MerchantId merchant, DateOnly today)
    {
        var now = clock.GetUtcNow();
        // Index: charge_open.
        var receivables = await database.AllAsync(
            $"""
            SELECT c.currency, {ReceivableAges.Of("c.due_on", "$2")},
                   sum({ChargeSql.OpenMinor("c")})::bigint, count(*)::int
              FROM charge c WHERE c.merchant_id = $1 AND c.is_open GROUP BY 1, 2 ORDER BY 1, 2
            """,
            command => command.With(merchant.Value).With(today),
            row => new OpenReceivable(
                (ReceivableAge)row.GetInt32(1), new Money(row.GetInt64(2), Currency.Parse(row.GetString(0))), row.GetInt32(3)),
            CancellationToken.None);
        return new OpenReceivables(now, receivables, await WaitingWork.DueAsync(database, merchant, today));
    }

    private Task<DayFigures> ReadDayAsync(MerchantId merchant, DateOnly today, DateTimeOffset begins, DateTimeOffset weekBefore) =>
        Snapshot.ReadAsync(database, async snapshot =>
        {
            var now = clock.GetUtcNow();
            var sameTime = weekBefore + (now - begins);
            var (work, nextDues) = await WorkAsync(snapshot, merchant, today);
            return new DayFigures(
                today, now, await RefundsAsync(snapshot, merchant, begins, DateTimeOffset.MaxValue),
                await FailuresAsync(snapshot, merchant, begins), await ProvidersAsync(snapshot, merchant, now),
                work)
            {
                NextDues = nextDues,
                TakenBack = await TakenBackAsync(snapshot, merchant, begins),
                RefundsBefore = await RefundsAsync(snapshot, merchant, weekBefore, sameTime),
                FailuresBefore = await FailuresAsync(snapshot, merchant, weekBefore, sameTime),
            };
        }, CancellationToken.None);

    /// <summary>The sums of the refunds that were done between two moments, by currency.</summary>
    private static Task<List<RefundSum>> RefundsAsync(Snapshot snapshot, MerchantId merchant, DateTimeOffset from, DateTimeOffset until) =>
        snapshot.AllAsync(
        // Index: refund_by_status_at.
        """
        SELECT r.currency, sum(r.amount_minor)::bigint, count(*)::int FROM refund r
         WHERE r.merchant_id = $1 AND r.status_at >= $2 AND r.status_at < $3 AND r.status = 'done' AND r.share_of IS NULL
             AND r.currency IS NOT NULL
         GROUP BY 1 ORDER BY 2 DESC
        """,
        command => command.With(merchant.Value).With(from.UtcDateTime).With(until.UtcDateTime),
        row => new RefundSum(new Money(row.GetInt64(1), Currency.Parse(row.GetString(0))), row.GetInt32(2)));

    /// <summary>What banks and payers took back since a moment, without the disputes that we won.</summary>
    private static Task<List<Money>> TakenBackAsync(Snapshot snapshot, MerchantId merchant, DateTimeOffset from) => snapshot.AllAsync(
        // Indexes: dispute_by_time, the key of payment.
        """
        SELECT p.currency, sum(d.amount_minor)::bigint
          FROM dispute d
         CROSS JOIN LATERAL (SELECT p.currency FROM payment p WHERE p.merchant_id = $1 AND p.id = d.payment_id LIMIT 1) p
         WHERE d.merchant_id = $1 AND d.opened_at >= $2 AND d.status <> 'won' GROUP BY 1 ORDER BY 1
        """,
        command => command.With(merchant.Value).With(from.UtcDateTime),
        row => new Money(row.GetInt64(1), Currency.Parse(row.GetString(0))));

    /// <summary>The failures of payments that began since a moment, by reason.</summary>
    private Task<List<FailureCount>> FailuresAsync(Snapshot snapshot, MerchantId merchant, DateTimeOffset from) => snapshot.AllAsync(
        // Indexes: payment_not_captured, attempt_of_payment.
        """
        SELECT s.status, a.reason, count(*)::int
          FROM unnest(ARRAY['declined', 'failed']) s(status)
         CROSS JOIN LATERAL (SELECT p.id FROM payment p
                              WHERE p.merchant_id = $1 AND p.status <> 'captured' AND p.status = s.status AND p.id >= $2
                              ORDER BY p.id DESC LIMIT $3) p
          LEFT JOIN LATERAL (SELECT a.reason FROM attempt a WHERE a.merchant_id = $1 AND a.payment_id = p.id AND a.status = 'declined'
                              ORDER BY a.opened_at DESC LIMIT 1) a ON true
         GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
        """,
        command => command.With(merchant.Value).With(IdTime.First(from)).With(CountsFailuresTo + 1),
        row => new FailureCount(Words.To<PaymentStatus>(row.GetString(0)), row.IsDBNull(1) ? null
            : Words.To<DeclineReason>(row.GetString(1)), row.GetInt32(2)));

    /// <summary>The number of failures of payments that began between two moments.</summary>
    private async Task<int> FailuresAsync(Snapshot snapshot, MerchantId merchant, DateTimeOffset from, DateTimeOffset until) =>
        (await snapshot.AllAsync(
        // Index: payment_not_captured, and nothing but the index.
        """
        SELECT count(*)::int
          FROM unnest(ARRAY['declined', 'failed']) s(status)
         CROSS JOIN LATERAL (SELECT p.id FROM payment p
                              WHERE p.merchant_id = $1 AND p.status <> 'captured' AND p.status = s.status AND p.id >= $2
                                  AND p.id < $3 LIMIT $4) p
        """,
        command => command.With(merchant.Value).With(IdTime.First(from)).With(IdTime.First(until)).With(CountsFailuresTo + 1), row =>
            row.GetInt32(0)))[0];

    private static Task<List<ProviderHealth>> ProvidersAsync(Snapshot snapshot, MerchantId merchant, DateTimeOffset now) =>
        snapshot.AllAsync(
        // Indexes: attempt_by_age, attempt_unsettled, notice_due.
        """
        SELECT p.provider, coalesce(h.asked, 0), coalesce(h.done, 0), coalesce(h.declined, 0), coalesce(w.waiting, 0), coalesce(w.unknown,
            0),
               coalesce(n.notices, 0)
          FROM (SELECT p.provider FROM provider_account p WHERE p.merchant_id = $1) p
          LEFT JOIN (SELECT a.provider, count(*)::int AS asked, count(*) FILTER (WHERE a.status = 'approved')::int AS done,
                            count(*) FILTER (WHERE a.status = 'declined')::int AS declined
                       FROM attempt a WHERE a.merchant_id = $1 AND a.opened_at >= $2 GROUP BY 1) h ON h.provider = p.provider
          LEFT JOIN (SELECT a.provider, count(*) FILTER (WHERE a.status <> 'unknown')::int AS waiting,
                            count(*) FILTER (WHERE a.status = 'unknown')::int AS unknown
                       FROM attempt a WHERE a.merchant_id = $1 AND a.status IN ('open', 'unknown', 'pending')
                           GROUP BY 1) w ON w.provider = p.provider
          LEFT JOIN (SELECT n.provider, count(*)::int AS notices
                       FROM notice n WHERE n.merchant_id = $1 AND n.due_at IS NOT NULL GROUP BY 1) n ON n.provider = p.provider
         ORDER BY 1
        """,
        command => command.With(merchant.Value).With(now.AddHours(-1).UtcDateTime),
        row => new ProviderHealth(
            row.GetString(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3), row.GetInt32(4), row.GetInt32(5), row.GetInt32(6)));
}

/// <summary>The payments in one currency that were captured within a quarter of an hour. It begins at <c>From</c>, UTC.</summary>
public sealed record CapturedSum(DateTimeOffset From, Money Sum, int Payments);

/// <summary>The captured money as of a moment; there may be several sums of one quarter of an hour.</summary>
public sealed record CapturedSums(DateTimeOffset At, IReadOnlyList<CapturedSum> Quarters);

/// <summary>
/// Adds up the captured money by quarters of an hour, without money that only moved and money that was unbooked. Sums of the past change
/// by unbooking alone: they stay in memory until then, and only the latest payments are read. The books hold no totals for it, and may have
/// any size.
/// </summary>
public sealed class CapturedMoney(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>In every time zone a day begins with a quarter of an hour.</summary>
    public static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    // Others can read a payment within seconds of its status time.
    private static readonly TimeSpan SettlesFor = TimeSpan.FromMinutes(1);

    // Adding to the kept sums goes through all of them.
    private static readonly TimeSpan AddedEvery = TimeSpan.FromSeconds(30);

    // Index: event_unbooked.
    private const string Taken =
        "p.status = 'captured' AND p.amount_minor IS NOT NULL AND p.moved_from_id IS NULL AND NOT EXISTS ("
        + "SELECT FROM event e WHERE e.merchant_id = $1 AND e.subject_id = p.id AND e.type = 'payment.unbooked')";

    // In a busy minute there is much to add up: pages share a reading for some seconds.
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<MerchantId, Kept> _kept = new();
    private readonly ConcurrentDictionary<MerchantId, (DateTimeOffset From, CapturedSums CapturedSums)> _taken = new();
    private readonly SharedReading<(MerchantId Merchant, DateTimeOffset From), CapturedSums> _reading = new();

    /// <summary>The captured money since the begin of a quarter of an hour, at most ten seconds old.</summary>
    public async Task<CapturedSums> SinceAsync(MerchantId merchant, DateTimeOffset from, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var known = _taken.TryGetValue(merchant, out var last) && last.From == from ? last.CapturedSums : null;
        if (known is not null && now - known.At <= FreshFor)
            return known;
        var reading = _reading.Begin((merchant, from), async () =>
        {
            var taken = new CapturedSums(now, await ReadAsync(merchant, from));
            _taken[merchant] = (from, taken);
            return taken;
        });
        return known is not null && now - known.At <= GoodFor ? known : await reading.WaitAsync(cancel);
    }

    private async Task<IReadOnlyList<CapturedSum>> ReadAsync(MerchantId merchant, DateTimeOffset from)
    {
        var unbooked = await database.FirstAsync(
            // Index: event_unbooked.
            "SELECT count(*) FROM event e WHERE e.merchant_id = $1 AND e.type = 'payment.unbooked'",
            command => command.With(merchant.Value), row => row.GetInt64(0), CancellationToken.None);
        var kept = _kept.GetValueOrDefault(merchant) is { } known && known.From <= from && known.Unbooked == unbooked
            ? known : new Kept(from, from, [], unbooked);
        var over = clock.GetUtcNow() - SettlesFor;
        var isBehind = over - kept.Until > AddedEvery;
        // Index: payment_by_status_at.
        var latest = await database.AllAsync(
            $"""
            SELECT floor(extract(epoch FROM p.status_at) / 900)::bigint, p.currency, sum(p.amount_minor)::bigint, count(*)::int,
                p.status_at < $3
              FROM payment p
             WHERE p.merchant_id = $1 AND p.status_at >= $2 AND {Taken}
             GROUP BY 1, 2, 5
            """,
            command => command.With(merchant.Value).With(kept.Until.UtcDateTime).With(isBehind ? over.UtcDateTime : kept.Until.UtcDateTime),
            row => (
                Sum: new CapturedSum(
                    StartOf(row.GetInt64(0)), new Money(row.GetInt64(2), Currency.Parse(row.GetString(1))), row.GetInt32(3)),
                IsOver: row.GetBoolean(4)),
            CancellationToken.None);
        if (isBehind)
        {
            _kept[merchant] = kept =
                new Kept(
                    kept.From, over, Added(kept.Sums, latest.Where(each => each.IsOver).Select(each => each.Sum)), unbooked);
        }

        var earliest = StartOf(from);
        return [.. kept.Sums.Where(each => each.From >= earliest), .. latest.Where(each => !each.IsOver).Select(each => each.Sum)];
    }

    /// <summary>The captured money between two moments near each other, by currency.</summary>
    public Task<IReadOnlyList<CapturedSum>> BetweenAsync(
        MerchantId merchant, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel) =>
        // Index: payment_by_status_at.
        database.AllAsync(
            $"""
            SELECT p.currency, sum(p.amount_minor)::bigint, count(*)::int
              FROM payment p
             WHERE p.merchant_id = $1 AND p.status_at >= $2 AND p.status_at < $3 AND {Taken}
             GROUP BY 1
            """,
            command => command.With(merchant.Value).With(from.UtcDateTime).With(until.UtcDateTime),
            row => new CapturedSum(from, new Money(row.GetInt64(1), Currency.Parse(row.GetString(0))), row.GetInt32(2)), cancel);

    /// <summary>The begin of the quarter of an hour that contains a moment.</summary>
    public static DateTimeOffset StartOf(DateTimeOffset moment) => StartOf(QuarterOf(moment));

    private static IReadOnlyList<CapturedSum> Added(IReadOnlyList<CapturedSum> kept, IEnumerable<CapturedSum> latest) =>
    [
        .. kept.Concat(latest).GroupBy(each => (each.From, each.Sum.Currency))
            .Select(same => new CapturedSum(
                same.Key.From, same.Select(each => each.Sum).Aggregate((left, right) => left + right), same.Sum(each => each.Payments)))
            .OrderBy(each => each.From),
    ];

    private static long QuarterOf(DateTimeOffset moment) => moment.ToUnixTimeSeconds() / (long)Quarter.TotalSeconds;

    private static DateTimeOffset StartOf(long quarter) => DateTimeOffset.FromUnixTimeSeconds(quarter * (long)Quarter.TotalSeconds);

    /// <param name="Unbooked">How many payments were unbooked by then.</param>
    private sealed record Kept(DateTimeOffset From, DateTimeOffset Until, IReadOnlyList<CapturedSum> Sums, long Unbooked);
}
