using System.Globalization;
using System.Text.Json;
using Quittance.Console.Access;
using Quittance.Core;
using Quittance.Storage.Console;

namespace Quittance.Console.Pages.Today;

/// <summary>The figures of the page of the day.</summary>
internal sealed class TodayBoard
{
    private const int Weeks = 4;

    private readonly Dictionary<(DateOnly Day, Currency Currency), long> _sums;

    private TodayBoard(IReadOnlyList<DateOnly> days, Dictionary<(DateOnly, Currency), long> sums, DayFigures figures) =>
        (Days, _sums, Figures) = (days, sums, figures);

    /// <summary>The days of four weeks, today last.</summary>
    public IReadOnlyList<DateOnly> Days { get; }

    /// <summary>The currencies in which money came in, the one of most payments first.</summary>
    public required IReadOnlyList<Currency> Currencies { get; init; }

    /// <summary>The money that came in today, and until the same time a week ago; and how much banks and payers took back today.</summary>
    public required IReadOnlyList<(Money Today, Money Before, Money TakenBack)> MoneyIn { get; init; }

    /// <summary>When the money that came in was added up.</summary>
    public required DateTimeOffset MoneyAt { get; init; }

    /// <summary>When the oldest of these figures was read: later money may be missing.</summary>
    public DateTimeOffset At => MoneyAt < Figures.At ? MoneyAt : Figures.At;

    /// <summary>All but the money that came in.</summary>
    public DayFigures Figures { get; }

    /// <summary>Reads it.</summary>
    public static async Task<TodayBoard> ReadAsync(CapturedMoney takings, TodayReading days, CurrentOperator desk, CancellationToken cancel)
    {
        var (now, today) = (desk.Now, desk.Today);
        IReadOnlyList<DateOnly> shown = [.. Enumerable.Range(1 - (7 * Weeks), 7 * Weeks).Select(today.AddDays)];
        var figures = days.ReadAsync(desk.Merchant, today, desk.StartOf(today), desk.StartOf(today.AddDays(-7)), cancel);
        // The same time a week ago: as many hours into that day. Where clocks have changed since, it is the hour that counts.
        var then = desk.StartOf(today.AddDays(-7)) + (now - desk.StartOf(today));
        var lately = CapturedMoney.StartOf(then);
        var quarters = takings.SinceAsync(desk.Merchant, desk.StartOf(shown[0]), cancel);
        var edge = takings.BetweenAsync(desk.Merchant, lately, then, cancel);
        var ((moneyAt, all), rest) = (await quarters, await edge);

        var sums = new Dictionary<(DateOnly, Currency), long>();
        DateTimeOffset[] starts = [.. shown.Select(desk.StartOf)];
        foreach (var quarter in all)
            Add(sums, (shown[DayOf(quarter)], quarter.Sum.Currency), quarter.Sum.AmountMinor);
        var before = all.Where(quarter => quarter.From < lately && shown[DayOf(quarter)] == today.AddDays(-7)).Concat(rest)
            .GroupBy(quarter => quarter.Sum.Currency)
                .ToDictionary(currency => currency.Key, currency => currency.Sum(quarter => quarter.Sum.AmountMinor));
        Currency[] currencies =
            [.. all.GroupBy(quarter => quarter.Sum.Currency).OrderByDescending(currency => currency.Sum(quarter => quarter.Payments))
            .Select(currency => currency.Key)];
        var read = await figures;
        return new TodayBoard(shown, sums, read)
        {
            MoneyAt = moneyAt,
            Currencies = currencies,
            MoneyIn =
            [
                .. currencies.Union(read.TakenBack.Select(sum => sum.Currency))
                    .Select(currency => (Today: Of(sums, currency, today), Before: new Money(before.GetValueOrDefault(currency), currency),
                        TakenBack: read.TakenBack.FirstOrDefault(sum => sum.Currency == currency, new Money(0, currency))))
                    .Where(each => each.Today.AmountMinor != 0 || each.Before.AmountMinor != 0 || each.TakenBack.AmountMinor != 0),
            ],
        };

        // The last day that had begun.
        int DayOf(CapturedSum quarter) => Array.BinarySearch(starts, quarter.From) is >= 0 and var found ? found
            : Math.Max(0, ~Array.BinarySearch(starts, quarter.From) - 1);
    }

    /// <summary>The money that came in on a day.</summary>
    public Money Of(DateOnly day, Currency currency) => Of(_sums, currency, day);

    /// <summary>The refunds of today, and until the same time a week ago.</summary>
    public IEnumerable<(RefundSum Today, Money Before)> Refunds =>
        from currency in Figures.Refunds.Concat(Figures.RefundsBefore).Select(each => each.Sum.Currency).Distinct()
        let none = new RefundSum(new Money(0, currency), 0)
        select (
            Figures.Refunds.FirstOrDefault(each => each.Sum.Currency == currency, none),
            Figures.RefundsBefore.FirstOrDefault(each => each.Sum.Currency == currency, none).Sum);

    /// <summary>The figures of a currency, for the chart.</summary>
    public string ChartJson(Currency currency) => JsonSerializer.Serialize(new
    {
        currency = currency.Code,
        decimals = currency.MinorUnits,
        days = Days.Select(day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
        minor = Days.Select(day => _sums.GetValueOrDefault((day, currency))),
    });

    private static Money Of(Dictionary<(DateOnly, Currency), long> sums, Currency currency, DateOnly day) =>
        new(sums.GetValueOrDefault((day, currency)), currency);

    private static void Add(Dictionary<(DateOnly, Currency), long> sums, (DateOnly, Currency) key, long minor) =>
        sums[key] = checked(sums.GetValueOrDefault(key) + minor);
}
