using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Quittance.Core;

namespace Quittance.Tests;

public sealed class MoneyTests
{
    private static readonly Currency Dollar = Currency.Parse("USD");
    private static readonly Currency Yen = Currency.Parse("JPY");

    [Theory]
    [InlineData(0, "USD", "0.00", "0")]
    [InlineData(1, "USD", "0.01", "0.01")]
    [InlineData(10, "USD", "0.10", "0.1")]
    [InlineData(1000, "USD", "10.00", "10")]
    [InlineData(4250, "USD", "42.50", "42.5")]
    [InlineData(-5, "USD", "-0.05", "-0.05")]
    [InlineData(-4250, "USD", "-42.50", "-42.5")]
    [InlineData(1250, "JPY", "1250", "1250")]
    [InlineData(1250, "BHD", "1.250", "1.25")]
    [InlineData(1, "CLF", "0.0001", "0.0001")]
    [InlineData(Money.MaxAmountMinor, "USD", "9999999999999.99", "9999999999999.99")]
    [InlineData(long.MinValue, "USD", "-92233720368547758.08", "-92233720368547758.08")]
    [InlineData(long.MaxValue, "JPY", "9223372036854775807", "9223372036854775807")]
    public void An_amount_is_written_in_major_units(long amountMinor, string code, string full, string shortest)
    {
        var money = new Money(amountMinor, Currency.Parse(code));

        Assert.Equal(full, money.ToText(AmountDecimals.Full));
        Assert.Equal(shortest, money.ToText(AmountDecimals.Shortest));
        Assert.Equal($"{full} {code}", money.ToString());
    }

    [Fact]
    public void An_amount_is_not_written_where_it_might_not_fit() =>
        Assert.Throws<ArgumentException>(() => new Money(1, Dollar).WriteText(new byte[20], AmountDecimals.Full));

    [Fact]
    public void Amounts_of_one_currency_add_up()
    {
        Assert.Equal(new Money(1500, Dollar), new Money(1250, Dollar) + new Money(250, Dollar));
        Assert.Equal(new Money(-250, Dollar), new Money(1000, Dollar) - new Money(1250, Dollar));
        Assert.Equal(new Money(-1250, Dollar), -new Money(1250, Dollar));
    }

    [Fact]
    public void Amounts_of_one_currency_compare()
    {
        Assert.True(new Money(1, Dollar) < new Money(2, Dollar));
        Assert.True(new Money(2, Dollar) > new Money(1, Dollar));
        Assert.True(new Money(2, Dollar) <= new Money(2, Dollar));
        Assert.True(new Money(2, Dollar) >= new Money(2, Dollar));
        Assert.NotEqual(new Money(1, Dollar), new Money(1, Yen));
    }

    [Fact]
    public void Mixing_currencies_is_a_bug()
    {
        Assert.Throws<InvalidOperationException>(() => new Money(1, Dollar) + new Money(1, Yen));
        Assert.Throws<InvalidOperationException>(() => new Money(1, Dollar) - new Money(1, Yen));
        Assert.Throws<InvalidOperationException>(() => new Money(1, Dollar) < new Money(1, Yen));
    }

    [Fact]
    public void A_total_never_wraps_around()
    {
        Assert.Throws<OverflowException>(() => new Money(long.MaxValue, Dollar) + new Money(1, Dollar));
        Assert.Throws<OverflowException>(() => new Money(long.MinValue, Dollar) - new Money(1, Dollar));
        Assert.Throws<OverflowException>(() => -new Money(long.MinValue, Dollar));
    }

    [Fact]
    public void What_is_written_is_read_back_as_the_same_amount() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Arb.From(Amounts), money =>
            Reads(money, money.ToText(AmountDecimals.Full)) && Reads(money, money.ToText(AmountDecimals.Shortest))));

    [Fact]
    public void Every_currency_is_read_back_at_its_extremes() =>
        Assert.All(Currency.All, currency => Assert.All(
            [0L, 1, -1, 10, 100, Money.MaxAmountMinor, -Money.MaxAmountMinor],
            amountMinor => Assert.True(Reads(new(amountMinor, currency), new Money(amountMinor, currency).ToText(default)))));

    private static Gen<Money> Amounts =>
        from upperDigits in Gen.Choose(0, 999_999)
        from lowerDigits in Gen.Choose(0, 999_999_999)
        from shift in Gen.Choose(0, 49)
        from isNegative in Gen.Elements(true, false)
        from currency in Gen.Elements(Currency.All.ToArray())
        let magnitude = ((upperDigits * 1_000_000_000L) + lowerDigits) >> shift
        select new Money(isNegative ? -magnitude : magnitude, currency);

    private static bool Reads(Money expected, string text) =>
        DecimalNumber.TryParse(Encoding.UTF8.GetBytes(text), out var number)
        && number.TryToMinor(expected.Currency, out var amountMinor) == AmountFault.None
        && amountMinor == expected.AmountMinor
        && number.Sign == Math.Sign(expected.AmountMinor);
}
