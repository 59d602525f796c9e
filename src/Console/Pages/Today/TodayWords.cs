using Quittance.Core;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Pages.Today;

/// <summary>The words of the page of the day.</summary>
internal static class TodayWords
{
    private const int Whole = 100;

    /// <summary>How many there are of things that are counted by kinds, each no further than one more than a number.</summary>
    /// <param name="kinds">How many of each kind.</param>
    /// <param name="countsTo">The number.</param>
    public static string Counted(IEnumerable<int> kinds, int countsTo)
    {
        int[] counts = [.. kinds];
        return Number(counts.Sum(count => Math.Min(count, countsTo))) + (counts.Any(count => count > countsTo) ? "+" : "");
    }

    /// <summary>A part of a whole, in whole percent.</summary>
    public static string Share(int part, int whole) => whole == 0 ? "0" : $"{part} ({Percent(part, whole)} %)";

    /// <summary>Today beside the same weekday a week ago, until the same time.</summary>
    public static string Compared(Money now, Money before, DateOnly day)
    {
        var weekday = Dated(day, "dddd");
        if (before.AmountMinor == 0)
            return Say($"Nothing last {weekday} by this time");
        return Percent(now.AmountMinor - before.AmountMinor, before.AmountMinor) switch
        {
            0 => Say($"As much as last {weekday} by this time ({before})"),
            > 0 and var more => Say($"{more:N0} % more than last {weekday} by this time ({before})"),
            var less => Say($"{-less:N0} % less than last {weekday} by this time ({before})"),
        };
    }

    /// <summary>How many there are today beside the same weekday a week ago, until the same time.</summary>
    public static string Compared(int now, int before, DateOnly day)
    {
        var weekday = Dated(day, "dddd");
        return before == 0 ? Say($"None last {weekday} by this time")
            : now == before ? Say($"As many as last {weekday} by this time")
            : now > before ? Say($"{now - before:N0} more than last {weekday} by this time ({before:N0})")
            : Say($"{before - now:N0} fewer than last {weekday} by this time ({before:N0})");
    }

    private static long Percent(long part, long whole) =>
        (long)Int128.Clamp((((Int128)part * Whole) + (Int128.Sign(part) * (Int128)whole / 2)) / whole, long.MinValue, long.MaxValue);
}
