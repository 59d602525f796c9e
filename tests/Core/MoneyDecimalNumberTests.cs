using System.Globalization;
using System.Numerics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Quittance.Core;

namespace Quittance.Tests;

public sealed class MoneyDecimalNumberTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("-0.0", 0)]
    [InlineData("0e999999999", 0)]
    [InlineData("0.000e-99999999999999999999999", 0)]
    [InlineData("10", 1000)]
    [InlineData("10.000", 1000)]
    [InlineData("42.5", 4250)]
    [InlineData("-42.50", -4250)]
    [InlineData("1e3", 100_000)]
    [InlineData("1E+3", 100_000)]
    [InlineData("1E3", 100_000)]
    [InlineData("0.1e1", 100)]
    [InlineData("1e-2", 1)]
    [InlineData("0.0000000000000000000000000000000000000000000000000001e50", 1)]
    [InlineData("10000000000000000000000000000000000000000000000000000e-52", 100)]
    [InlineData("9999999999999.99", Money.MaxAmountMinor)]
    [InlineData("-9999999999999.9900000000000000000000", -Money.MaxAmountMinor)]
    [InlineData("1.0100000000000000000000000", 101)]
    public void A_number_is_read_exactly(string text, long amountMinor) =>
        Assert.Equal((AmountFault.None, amountMinor), Dollars(text));

    [Theory]
    [InlineData("0.001", AmountFault.TooManyDecimals)]
    [InlineData("1e-3", AmountFault.TooManyDecimals)]
    [InlineData("1e-999999999999999999999999", AmountFault.TooManyDecimals)]
    [InlineData("1.000000000000000000000000000000001", AmountFault.TooManyDecimals)]
    [InlineData("9999999999999.999", AmountFault.TooManyDecimals)]
    [InlineData("10000000000000", AmountFault.TooLarge)]
    [InlineData("-10000000000000.00", AmountFault.TooLarge)]
    [InlineData("10000000000000.001", AmountFault.TooLarge)]
    [InlineData("1e999999999", AmountFault.TooLarge)]
    [InlineData("-1e999999999999999999999999999999", AmountFault.TooLarge)]
    [InlineData("92233720368547758.08", AmountFault.TooLarge)]
    [InlineData("18446744073709551616", AmountFault.TooLarge)]
    public void A_number_that_is_no_amount_says_why(string text, AmountFault fault) =>
        Assert.Equal((fault, 0), Dollars(text));

    [Theory]
    [InlineData("1", "JPY", AmountFault.None, 1)]
    [InlineData("1.0", "JPY", AmountFault.None, 1)]
    [InlineData("1.5", "JPY", AmountFault.TooManyDecimals, 0)]
    [InlineData("1.005", "BHD", AmountFault.None, 1005)]
    [InlineData("1.0005", "CLF", AmountFault.None, 10005)]
    [InlineData("999999999999999", "JPY", AmountFault.None, Money.MaxAmountMinor)]
    [InlineData("1000000000000000", "JPY", AmountFault.TooLarge, 0)]
    public void The_currency_decides_how_fine_an_amount_may_be(string text, string code, AmountFault fault, long amountMinor)
    {
        Assert.True(DecimalNumber.TryParse(text, out var number));
        Assert.Equal(fault, number.TryToMinor(Currency.Parse(code), out var actual));
        Assert.Equal(amountMinor, actual);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("+1")]
    [InlineData("--1")]
    [InlineData(" 1")]
    [InlineData("1 ")]
    [InlineData("01")]
    [InlineData("-01")]
    [InlineData("00")]
    [InlineData(".5")]
    [InlineData("1.")]
    [InlineData("1.e3")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1e+-1")]
    [InlineData("1e1.5")]
    [InlineData("1.2.3")]
    [InlineData("1,5")]
    [InlineData("1_000")]
    [InlineData("0x1")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("१")]
    [InlineData("ı")]
    public void What_JSON_would_not_write_is_no_number(string text)
    {
        Assert.False(DecimalNumber.TryParse(text, out _));
        Assert.False(DecimalNumber.TryParse(Encoding.UTF8.GetBytes(text), out var number));
        Assert.Equal(0, number.Sign);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0.00", 0)]
    [InlineData("0.00001", 1)]
    [InlineData("-1e99999", -1)]
    [InlineData("-100000000000000000000000000000000000001", -1)]
    public void A_number_has_a_sign_before_it_has_a_currency(string text, int sign)
    {
        Assert.True(DecimalNumber.TryParse(text, out var number));
        Assert.Equal(sign, number.Sign);
    }

    [Fact]
    public void A_hostile_number_takes_no_longer_than_its_text()
    {
        const int Zeros = 1_000_000;
        var small = "0." + new string('0', Zeros) + "1e" + (Zeros + 1).ToString(CultureInfo.InvariantCulture);
        var exponent = "1e-" + new string('9', Zeros);

        Assert.Equal((AmountFault.None, 100), Dollars(small));
        Assert.Equal((AmountFault.TooManyDecimals, 0), Dollars(exponent));
    }

    [Fact]
    public void Reading_agrees_with_arithmetic_of_unlimited_precision() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(5000),
            Prop.ForAll(Arb.From(Numbers), Gen.Choose(0, 4).ToArbitrary(), (number, decimals) =>
            {
                var text = number.ToString();
                var isNumber = DecimalNumber.TryParse(text, out var fromChars)
                    & DecimalNumber.TryParse(Encoding.UTF8.GetBytes(text), out var fromBytes);
                var fault = fromChars.TryToMinor(decimals, out var amountMinor);

                return isNumber
                    && (fault, amountMinor) == number.ToMinor(decimals)
                    && (fault, amountMinor) == (fromBytes.TryToMinor(decimals, out var again), again);
            }));

    private static Gen<NumberText> Numbers =>
        from isNegative in Gen.Elements(true, false)
        from whole in Digits(1, 24)
        from fraction in Digits(0, 24)
        from exponent in Gen.OneOf(Gen.Constant(""), Exponents)
        select new NumberText(isNegative, whole.TrimStart('0') is { Length: > 0 } kept ? kept : "0", fraction, exponent);

    // Zeros and nines are frequent: the rules turn on them.
    private static Gen<string> Digits(int least, int most) =>
        from count in Gen.Choose(least, most)
        from digits in Gen.ArrayOf(Gen.Elements('0', '0', '0', '0', '9', '9', '1', '5'), count)
        select new string(digits);

    private static Gen<string> Exponents =>
        from mark in Gen.Elements("e", "E", "e+", "E+", "e-", "E-", "e00", "e-0")
        from power in Gen.Choose(0, 40)
        select mark + power.ToString(CultureInfo.InvariantCulture);

    private static (AmountFault Fault, long AmountMinor) Dollars(string text)
    {
        Assert.True(DecimalNumber.TryParse(text, out var number));
        return (number.TryToMinor(Currency.Parse("USD"), out var amountMinor), amountMinor);
    }

    private sealed record NumberText(bool IsNegative, string Whole, string Fraction, string Exponent)
    {
        public override string ToString() =>
            (IsNegative ? "-" : "") + Whole + (Fraction.Length > 0 ? "." + Fraction : "") + Exponent;

        /// <summary>The specification's result for this number, in fractions of any size.</summary>
        public (AmountFault Fault, long AmountMinor) ToMinor(int decimals)
        {
            var exponent = Exponent.Length == 0 ? 0 : int.Parse(Exponent[1..], NumberStyles.AllowLeadingSign);
            var power = decimals - Fraction.Length + exponent;
            var numerator = BigInteger.Parse(Whole + Fraction) * BigInteger.Pow(10, Math.Max(power, 0));
            var denominator = BigInteger.Pow(10, Math.Max(-power, 0));
            if (numerator / denominator > Money.MaxAmountMinor)
                return (AmountFault.TooLarge, 0);
            if (!(numerator % denominator).IsZero)
                return (AmountFault.TooManyDecimals, 0);
            return (AmountFault.None, (long)(numerator / denominator) * (IsNegative ? -1 : 1));
        }
    }
}
