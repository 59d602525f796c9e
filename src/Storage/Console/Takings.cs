using System.Collections.Concurrent;
using Npgsql;
using Quittance.Core;

namespace Quittance.Storage.Console;

/// <summary>
/// How much money came in, by quarters of an hour. What is over does not change any more, so its sums are kept in memory and only the latest
/// payments are read: nothing is written for it, and the books may have any size.
/// </summary>
/// <param name="database">Where the payments are.</param>
/// <param name="clock">Tells what is over.</param>
public sealed class Takings(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>A day of any zone begins with one.</summary>
    public static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    // A payment is visible within seconds of the time that it bears.
    private static readonly TimeSpan SettlesFor = TimeSpan.FromMinutes(1);

    // What is over is added to what is kept only so often, as that goes through all of it.
    private static readonly TimeSpan AddedEvery = TimeSpan.FromSeconds(30);

    // In a busy minute there is much to add up: not for each who asks, and after a while nobody is shown what was.
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<MerchantId, Kept> _kept = new();
    private readonly ConcurrentDictionary<MerchantId, (DateTimeOffset From, Taken Taken)> _taken = new();
    private readonly OneReading<(MerchantId Merchant, DateTimeOffset From), Taken> _reading = new();

    /// <summary>What came in since a moment, by quarters of an hour, as it was ten seconds ago at most; there may be several sums of one.</summary>
    /// <param name="merchant">Whose.</param>
    /// <param name="from">The moment; a quarter of an hour begins there.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public async Task<Taken> SinceAsync(MerchantId merchant, DateTimeOffset from, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var known = _taken.TryGetValue(merchant, out var last) && last.From == from ? last.Taken : null;
        if (known is not null && now - known.At <= FreshFor)
            return known;
        var reading = _reading.Begin((merchant, from), async () =>
        {
            var taken = new Taken(now, await ReadAsync(merchant, from));
            _taken[merchant] = (from, taken);
            return taken;
        });
        return known is not null && now - known.At <= GoodFor ? known : await reading.WaitAsync(cancel);
    }

    private async Task<IReadOnlyList<MoneyIn>> ReadAsync(MerchantId merchant, DateTimeOffset from)
    {
        var kept = _kept.GetValueOrDefault(merchant) is { } known && known.From <= from ? known : new Kept(from, from, []);
        var over = clock.GetUtcNow() - SettlesFor;
        var isBehind = over - kept.Until > AddedEvery;
        // Index: payment_by_status_at.
        var latest = await database.ReadAllAsync(
            """
            SELECT floor(extract(epoch FROM p.status_at) / 900)::bigint, p.currency, sum(p.amount_minor)::bigint, count(*)::int, p.status_at < $3
              FROM payment p
             WHERE p.merchant_id = $1 AND p.status_at >= $2 AND p.status = 'captured' AND p.amount_minor IS NOT NULL
             GROUP BY 1, 2, 5
            """,
            command => command.With(merchant.Value).With(kept.Until.UtcDateTime).With(isBehind ? over.UtcDateTime : kept.Until.UtcDateTime),
            (row, first) => (
                Sum: new MoneyIn(StartOf(row.GetInt64(first)), new Money(row.GetInt64(first + 2), Currency.Parse(row.GetString(first + 1))), row.GetInt32(first + 3)),
                IsOver: row.GetBoolean(first + 4)),
            CancellationToken.None);
        if (isBehind)
            _kept[merchant] = kept = new Kept(kept.From, over, Added(kept.Sums, latest.Where(each => each.IsOver).Select(each => each.Sum)));
        var earliest = StartOf(from);
        return [.. kept.Sums.Where(each => each.From >= earliest), .. latest.Where(each => !each.IsOver).Select(each => each.Sum)];
    }

    /// <summary>What came in between two moments, by currency. They are near each other.</summary>
    public Task<IReadOnlyList<MoneyIn>> BetweenAsync(MerchantId merchant, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel) =>
        // Index: payment_by_status_at.
        database.ReadAllAsync(
            """
            SELECT p.currency, sum(p.amount_minor)::bigint, count(*)::int
              FROM payment p
             WHERE p.merchant_id = $1 AND p.status_at >= $2 AND p.status_at < $3 AND p.status = 'captured' AND p.amount_minor IS NOT NULL
             GROUP BY 1
            """,
            command => command.With(merchant.Value).With(from.UtcDateTime).With(until.UtcDateTime),
            (row, first) => new MoneyIn(from, new Money(row.GetInt64(first + 1), Currency.Parse(row.GetString(first))), row.GetInt32(first + 2)), cancel);

    /// <summary>The beginning of the quarter of an hour in which a moment is.</summary>
    public static DateTimeOffset StartOf(DateTimeOffset moment) => StartOf(QuarterOf(moment));

    private static IReadOnlyList<MoneyIn> Added(IReadOnlyList<MoneyIn> kept, IEnumerable<MoneyIn> latest) =>
    [
        .. kept.Concat(latest).GroupBy(each => (each.From, each.Sum.Currency))
            .Select(same => new MoneyIn(
                same.Key.From, same.Select(each => each.Sum).Aggregate((left, right) => left + right), same.Sum(each => each.Payments)))
            .OrderBy(each => each.From),
    ];

    private static long QuarterOf(DateTimeOffset moment) => moment.ToUnixTimeSeconds() / (long)Quarter.TotalSeconds;

    private static DateTimeOffset StartOf(long quarter) => DateTimeOffset.FromUnixTimeSeconds(quarter * (long)Quarter.TotalSeconds);

    private sealed record Kept(DateTimeOffset From, DateTimeOffset Until, IReadOnlyList<MoneyIn> Sums);
}
