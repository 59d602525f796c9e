using System.Globalization;
using Quittance.Console.Parts;
using Quittance.Core;

namespace Quittance.Console.Pages.Today;

/// <summary>The words of the page of the day.</summary>
internal static class TodayWords
{
    private const int Whole = 100;

    /// <summary>A number of things.</summary>
    public static string Count(int count, string thing) =>
        count == 1 ? $"1 {thing}" : $"{count.ToString("N0", CultureInfo.InvariantCulture)} {thing}s";

    /// <summary>How many there are of things that are counted by kinds, each no further than one more than a number.</summary>
    /// <param name="kinds">How many of each kind.</param>
    /// <param name="countsTo">The number.</param>
    public static string Counted(IEnumerable<int> kinds, int countsTo)
    {
        int[] counts = [.. kinds];
        return counts.Sum(count => Math.Min(count, countsTo))
            .ToString("N0", CultureInfo.InvariantCulture) + (counts.Any(count => count > countsTo) ? "+" : "");
    }

    /// <summary>A part of a whole, in whole percent.</summary>
    public static string Share(int part, int whole) => whole == 0 ? "0" : $"{part} ({Percent(part, whole)} %)";

    /// <summary>Today beside the same weekday a week ago, until the same time.</summary>
    public static string Compared(Money now, Money before, DateOnly day)
    {
        var weekday = day.ToString("dddd", CultureInfo.InvariantCulture);
        if (before.AmountMinor == 0)
            return $"Nothing last {weekday} by this time";
        var change = Percent(now.AmountMinor - before.AmountMinor, before.AmountMinor);
        var text = change switch
        {
            0 => "As much as",
            > 0 => $"{change.ToString("N0", CultureInfo.InvariantCulture)} % more than",
            < 0 => $"{(-change).ToString("N0", CultureInfo.InvariantCulture)} % less than",
        };
        return $"{text} last {weekday} by this time ({AmountText.Of(before)} {before.Currency.Code})";
    }

    /// <summary>How many there are today beside the same weekday a week ago, until the same time.</summary>
    public static string Compared(int now, int before, DateOnly day)
    {
        var then = $"last {day.ToString("dddd", CultureInfo.InvariantCulture)} by this time";
        var change = Math.Abs(now - before).ToString("N0", CultureInfo.InvariantCulture);
        return before == 0 ? $"None {then}"
            : now == before ? $"As many as {then}"
            : $"{change} {(now > before ? "more" : "fewer")} than {then} ({before.ToString("N0", CultureInfo.InvariantCulture)})";
    }

    private static long Percent(long part, long whole) =>
        (long)Int128.Clamp((((Int128)part * Whole) + (Int128.Sign(part) * (Int128)whole / 2)) / whole, long.MinValue, long.MaxValue);
}
