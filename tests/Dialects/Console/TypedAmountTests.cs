using Quittance.Console.Parts;
using Quittance.Core;

namespace Quittance.Tests.Console;

/// <summary>Amounts as people type them, wherever they learned to.</summary>
public sealed class TypedAmountTests
{
    [Theory]
    [InlineData("12", "EUR", 12_00)]
    [InlineData("12.5", "EUR", 12_50)]
    [InlineData("12,50", "EUR", 12_50)]
    [InlineData("1.234,56", "EUR", 1234_56)]
    [InlineData("1,234.56", "EUR", 1234_56)]
    [InlineData("1 234,56", "EUR", 1234_56)]
    [InlineData("1\u00a0234,56", "EUR", 1234_56)]
    [InlineData("1'234.50", "CHF", 1234_50)]
    [InlineData("1.234.567", "EUR", 1_234_567_00)]
    [InlineData(" 12.00 EUR ", "EUR", 12_00)]
    [InlineData("12.00eur", "EUR", 12_00)]
    [InlineData("1.234", "JPY", 1234)]
    [InlineData("1,234,567", "JPY", 1_234_567)]
    [InlineData("1234.567", "BHD", 1234_567)]
    [InlineData("1,234.567", "BHD", 1234_567)]
    [InlineData("1.234", "BHD", 1_234)]
    [InlineData("12.500", "KWD", 12_500)]
    [InlineData("0.500", "TND", 500)]
    public void Amount_ThatMeansOneThing_IsRead(string typed, string currency, long minor)
    {
        Assert.Null(TypedAmount.Read(typed, Currency.Parse(currency), out var amount));
        Assert.Equal(new Money(minor, Currency.Parse(currency)), amount);
    }

    [Fact]
    public void Amount_AsTheConsoleWritesIt_IsRead_InEveryCurrency()
    {
        foreach (var currency in Currency.All)
        {
            foreach (var minor in new[] { 1, 12, 500, 12_500, 100_000, 1_234_567, 123_456_789L })
            {
                var amount = new Money(minor, currency);
                Assert.Null(TypedAmount.Read(AmountText.Of(amount), currency, out var read));
                Assert.Equal(amount, read);
            }
        }
    }

    [Theory]
    [InlineData("1.234", "EUR", "two amounts")]
    [InlineData("1,234", "EUR", "two amounts")]
    [InlineData("1,234", "BHD", "two amounts")]
    [InlineData("12,500", "KWD", "two amounts")]
    [InlineData("12.345,6", "BHD", null)]
    [InlineData("1,23,456.00", "EUR", "two amounts")]
    [InlineData("1.234.56", "EUR", "two amounts")]
    [InlineData("12.5", "JPY", "two amounts")]
    [InlineData("12.", "EUR", "two amounts")]
    [InlineData("", "EUR", "Type an amount")]
    [InlineData("twelve", "EUR", "no amount")]
    [InlineData("-5", "EUR", "no amount")]
    [InlineData("1e3", "EUR", "no amount")]
    [InlineData("12 USD", "EUR", "no amount")]
    [InlineData("0,00", "EUR", "above zero")]
    [InlineData("99999999999999999999", "EUR", "too large")]
    public void Amount_ThatCouldMeanTwoThings_OrNone_IsNotGuessed(string typed, string currency, string? problem)
    {
        var said = TypedAmount.Read(typed, Currency.Parse(currency), out var amount);
        if (problem is null)
            Assert.Equal(new Money(12_345_600, Currency.Parse(currency)), amount);
        else
            Assert.Contains(problem, said, StringComparison.Ordinal);
    }
}
