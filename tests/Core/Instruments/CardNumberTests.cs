using FsCheck;
using FsCheck.Fluent;
using Quittance.Core.Instruments;

namespace Quittance.Tests.Instruments;

public sealed class CardNumberTests
{
    // The schemes' and providers' published test numbers.
    [Theory]
    [InlineData("4242424242424242", CardScheme.Visa)]
    [InlineData("4000056655665556", CardScheme.Visa)]
    [InlineData("4222222222222", CardScheme.Visa)]
    [InlineData("5555555555554444", CardScheme.Mastercard)]
    [InlineData("5105105105105100", CardScheme.Mastercard)]
    [InlineData("2223003122003222", CardScheme.Mastercard)]
    [InlineData("378282246310005", CardScheme.AmericanExpress)]
    [InlineData("341111111111111", CardScheme.AmericanExpress)]
    [InlineData("6759649826438453", CardScheme.Maestro)]
    [InlineData("5018000000000009", CardScheme.Maestro)]
    [InlineData("6304000000000000", CardScheme.Maestro)]
    [InlineData("6011111111111117", CardScheme.Discover)]
    [InlineData("6445644564456445", CardScheme.Discover)]
    [InlineData("30569309025904", CardScheme.Diners)]
    [InlineData("36227206271667", CardScheme.Diners)]
    [InlineData("3566002020360505", CardScheme.Jcb)]
    [InlineData("6200000000000005", CardScheme.UnionPay)]
    [InlineData("6205500000000000004", CardScheme.UnionPay)]
    [InlineData("9999999999999995", CardScheme.Unknown)]
    public void TryParse_ANumberOfAScheme_KnowsIt(string text, CardScheme scheme)
    {
        Assert.True(CardNumber.TryParse(text, out var number, out var fault));
        Assert.Equal((scheme, text[^4..], text, CardNumberFault.None), (number.Scheme, number.LastFour, number.Reveal(), fault));
    }

    [Theory]
    [InlineData("4242 4242 4242 4242")]
    [InlineData("4242-4242-4242-4242")]
    [InlineData("  4242 42424242-4242 ")]
    public void TryParse_WithSpacesOrHyphens_IsTheSameNumber(string text)
    {
        Assert.True(CardNumber.TryParse(text, out var number));
        Assert.Equal(CardNumber.Parse("4242424242424242"), number);
    }

    [Theory]
    [InlineData(null, CardNumberFault.TooShort)]
    [InlineData("", CardNumberFault.TooShort)]
    [InlineData("42424242424", CardNumberFault.TooShort)]
    [InlineData("42424242424242424242", CardNumberFault.TooLong)]
    [InlineData("4242424242424241", CardNumberFault.CheckDigit)]
    [InlineData("2442424242424242", CardNumberFault.CheckDigit)]
    [InlineData("4242.4242.4242.4242", CardNumberFault.NotDigits)]
    [InlineData("424242424242424x", CardNumberFault.NotDigits)]
    [InlineData("４２４２４２４２４２４２４２４２", CardNumberFault.NotDigits)]
    [InlineData("4242\t424242424242", CardNumberFault.NotDigits)]
    public void TryParse_NoCardNumber_SaysWhy(string? text, CardNumberFault why)
    {
        Assert.False(CardNumber.TryParse(text, out var number, out var fault));
        Assert.Equal((null, why), (number, fault));
    }

    [Fact]
    public void TryParse_WithOneDigitChanged_IsNeverANumber() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(
            (from digits in Gen.Choose(0, 9).ArrayOf(15)
             from at in Gen.Choose(0, 15)
             from change in Gen.Choose(1, 9)
             select (Number: WithCheckDigit(string.Concat(digits)), At: at, By: change)).ToArbitrary(),
            one =>
            {
                var changed = one.Number.ToCharArray();
                changed[one.At] = (char)('0' + ((changed[one.At] - '0' + one.By) % 10));
                return CardNumber.TryParse(one.Number, out _) && !CardNumber.TryParse(new string(changed), out _);
            }));

    [Fact]
    public void ToString_OfANumber_ShowsTheLastFour() => Assert.Equal("···· 4242", CardNumber.Parse("4242424242424242").ToString());

    [Fact]
    public void Parse_NoCardNumber_DoesNotRepeatIt() =>
        Assert.DoesNotContain(
            "4242", Assert.Throws<FormatException>(() => CardNumber.Parse("4242424242424241")).Message, StringComparison.Ordinal);

    private static string WithCheckDigit(string digits) =>
        Enumerable.Range(0, 10).Select(check => $"{digits}{check}").Single(text => CardNumber.TryParse(text, out _));
}
