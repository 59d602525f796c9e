using Quittance.Core;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Settlements;

/// <summary>Two statements may have lines in common where their days overlap and their balances do not speak against it.</summary>
public sealed class StatementSpanTests
{
    /// <summary>A statement of 100, 10, 20 and 30 on four days is compared with another one of the second and the third day.</summary>
    /// <param name="amounts">The other one's lines: the first on the second day, the others on the third.</param>
    [Theory]
    [InlineData(1100L, "10", true)]
    [InlineData(1100L, "10 20", true)]
    [InlineData(900L, "100 160 140", true)]
    [InlineData(1110L, "20 30 140", true)]
    [InlineData(900L, "100 100 10 20", true)]
    [InlineData(1000L, "100 100", true)]
    [InlineData(1160L, "10", false)]
    [InlineData(900L, "60 40", false)]
    [InlineData(1105L, "10", false)]
    [InlineData(1110L, "5", true)]
    [InlineData(1115L, "5", false)]
    [InlineData(null, "10", true)]
    public void Balances_TellWhetherTwoStatementsMayShareLines(long? openingMinor, string amounts, bool mayShare)
    {
        var earlier = Statement(1000, [(1, 100), (2, 10), (3, 20), (4, 30)]);
        var other = Statement(
            openingMinor, [.. amounts.Split(' ').Select(long.Parse).Select((minor, at) => (at == 0 ? 2 : 3, minor))]);

        Assert.Equal(mayShare, MayShare(other, earlier));
        Assert.Equal(mayShare, MayShare(earlier, other));
    }

    /// <summary>A file that was made within a day, beside one that has the newest line first, or its day in another order.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void DayInAnotherOrder_IsKnownByItsBeginning(bool isNewestFirst)
    {
        var noon = Statement(1000, [(2, 50), (3, 30)]);
        (int, long)[] lines = [(3, 25), (3, 30), (3, -7), (4, 70)];
        var later = Statement(1050, isNewestFirst ? [.. lines.Reverse()] : lines);

        Assert.True(MayShare(later, noon));
        Assert.True(MayShare(noon, later));
    }

    /// <summary>Three files of one day follow one another. A fourth has their lines in another order, and perhaps the next day.</summary>
    [Theory]
    [InlineData("20 40 5 10")]
    [InlineData("20 40 5 10 9")]
    public void FileBehindOneThatShares_SharesToo(string amounts)
    {
        var parts = new[] { Statement(1000, [(3, 10), (3, 20)]), Statement(1030, [(3, 5)]), Statement(1035, [(3, 40)]) };
        StatementSpan[] all = [.. parts.Select(part => part.Span)];
        var day = Statement(1000, [.. amounts.Split(' ').Select(long.Parse).Select((minor, at) => (at > 3 ? 4 : 3, minor))]);

        Assert.Equal([true, false, true], parts.Select(part => MayShare(day, part)));
        Assert.True(all[1].Continues([all[0]], all));
        Assert.False(all[1].Continues([Statement(900, [(3, 10)]).Span], all));
    }

    [Fact]
    public void DaysApart_ShareNothing_WhateverTheBalancesAre()
    {
        var earlier = Statement(1000, [(1, 100), (2, 10)]).Span;
        Assert.False(new StatementSpan(1000, 1110, Day(3), Day(4)).MayShare(earlier, isChained: false, own: null, its: null));
    }

    /// <summary>Banks list days and the lines of a day in several orders: the balance of each day's end is known all the same.</summary>
    [Fact]
    public void Balances_AreThoseBetweenTheLinesAndOfTheDays()
    {
        var balances = Statement(1000, [(2, 20), (1, 10), (1, 100)]).Balances!;
        Assert.Equal([1020, 1030, 1100, 1110], balances.Between.Order());
        Assert.Equal([(Day(1), (Int128)1110)], balances.DayEnds);
        Assert.Null(balances.Before(Day(1)));
        Assert.Equal(1110, balances.Before(Day(2)));
    }

    private static bool MayShare(ReadStatement one, ReadStatement other) => one.Span.MayShare(
        other.Span, one.Span.Chain([other.Span]).Contains(other.Span), one.Balances, other.Balances);

    private static DateOnly Day(int day) => new(2027, 11, day);

    private static ReadStatement Statement(long? openingMinor, (int Day, long Minor)[] lines) => new(
        StatementSource.Camt, "DE1", "DE1", "1", Currency.Parse("EUR"), openingMinor, openingMinor + lines.Sum(line => line.Minor),
        [.. lines.Select(line => new ReadLine(1, SettlementLineKind.Entry, Day(line.Day), line.Minor))]);
}
