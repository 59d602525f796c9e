using Quittance.Core.Instruments;

namespace Quittance.Tests.Instruments;

public sealed class CardExpiryTests
{
    [Theory]
    [InlineData("04/29")]
    [InlineData("4/29")]
    [InlineData("04/2029")]
    [InlineData("04-29")]
    [InlineData("04-2029")]
    [InlineData("0429")]
    [InlineData("042029")]
    [InlineData("2029-04")]
    [InlineData("04 / 29")]
    public void TryParse_AnyUsualForm_IsTheMonth(string text)
    {
        Assert.True(CardExpiry.TryParse(text, out var expiry));
        Assert.Equal(new CardExpiry(4, 2029), expiry);
    }

    [Theory]
    [InlineData("12/99", 2099)]
    [InlineData("12/50", 2050)]
    [InlineData("12/00", 2000)]
    public void TryParse_TwoDigits_AreAYearOfThisCentury(string text, int year)
    {
        Assert.True(CardExpiry.TryParse(text, out var expiry));
        Assert.Equal(year, expiry.Year);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("13/29")]
    [InlineData("00/29")]
    [InlineData("04/1999")]
    [InlineData("04/2100")]
    [InlineData("04/9")]
    [InlineData("April 2029")]
    [InlineData("04/29/01")]
    public void TryParse_NoMonth_IsNone(string? text) => Assert.False(CardExpiry.TryParse(text, out _));

    [Theory]
    [InlineData(12, 2030, true)]
    [InlineData(0, 2030, false)]
    [InlineData(13, 2030, false)]
    [InlineData(1, 30, false)]
    [InlineData(int.MinValue, int.MaxValue, false)]
    public void TryCreate_FromNumbers_TakesOnlyMonths(int month, int year, bool isOne) =>
        Assert.Equal(isOne, CardExpiry.TryCreate(month, year, out _));

    [Theory]
    [InlineData(2, 2028, "2028-02-29", false)]
    [InlineData(2, 2028, "2028-03-01", true)]
    [InlineData(12, 2029, "2029-12-31", false)]
    [InlineData(12, 2029, "2030-01-01", true)]
    [InlineData(12, 2029, "2029-01-01", false)]
    public void IsPast_AfterTheMonthsLastDay(int month, int year, string today, bool isPast) =>
        Assert.Equal(isPast, new CardExpiry(month, year).IsPast(DateOnly.ParseExact(today, "yyyy-MM-dd")));

    [Fact]
    public void ToString_IsAsOnTheCard() => Assert.Equal("04/29", new CardExpiry(4, 2029).ToString());
}
