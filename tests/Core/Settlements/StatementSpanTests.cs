using Quittance.Core;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Settlements;

/// <summary>Two statements may have lines in common where their days overlap and their balances do not speak against it.</summary>
public sealed class StatementSpanTests
{
    /// <summary>A statement of 100, 10, 20 and 30 on four days is compared with another one.</summary>
    /// <param name="within">The balances between the other one's lines.</param>
    [Theory]
    [InlineData(1100L, 1110L, "", true)]
    [InlineData(1100L, 1130L, "1110", true)]
    [InlineData(900L, 1300L, "1000 1160", true)]
    [InlineData(1110L, 1300L, "1130 1160", true)]
    [InlineData(900L, 1130L, "1000 1100 1110", true)]
    [InlineData(1000L, 1200L, "1100", true)]
    [InlineData(1160L, 1170L, "", false)]
    [InlineData(900L, 1000L, "", false)]
    [InlineData(1105L, 1115L, "", false)]
    [InlineData(1110L, 1115L, "", false)]
    [InlineData(null, 1115L, "", true)]
    [InlineData(null, null, "", true)]
    public void Balances_TellWhetherTwoStatementsMayShareLines(long? openingMinor, long? closingMinor, string within, bool mayShare)
    {
        var earlier = Statement(1000, [100, 10, 20, 30]);
        var span = new StatementSpan(openingMinor, closingMinor, Day(2), Day(3));
        var balances = within.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse).ToHashSet();

        Assert.Equal(
            mayShare, span.MayShare(earlier.Span, span.Chain([earlier.Span]).Contains(earlier.Span), balances, earlier.BalancesWithin()));
    }

    [Fact]
    public void DaysApart_ShareNothing_WhateverTheBalancesAre()
    {
        var earlier = Statement(1000, [100, 10]).Span;
        Assert.False(new StatementSpan(1000, 1110, Day(3), Day(4)).MayShare(earlier, isChained: false, new HashSet<long>(), null));
    }

    /// <summary>Banks list days and the lines of a day in several orders: the balance of each day's end is known all the same.</summary>
    [Fact]
    public void BalancesWithin_AreThoseOfTheLinesAndOfTheDays()
    {
        var statement = Statement(1000, [100, 10, 20]);
        var newestFirst = statement with { Lines = [.. statement.Lines.Reverse()] };
        Assert.Equal([1020, 1030, 1100, 1110], newestFirst.BalancesWithin().Order());
    }

    private static DateOnly Day(int day) => new(2027, 11, day);

    private static ReadStatement Statement(long openingMinor, long[] amountsMinor) => new(
        StatementSource.Camt, "DE1", "DE1", "1", Currency.Parse("EUR"), openingMinor, openingMinor + amountsMinor.Sum(),
        [.. amountsMinor.Select((minor, at) => new ReadLine(1, SettlementLineKind.Entry, Day(at + 1), minor))]);
}
