using FsCheck;
using FsCheck.Fluent;
using Quittance.Core.Instruments;

namespace Quittance.Tests.Instruments;

public sealed class IbanTests
{
    // Examples of the IBAN registry.
    [Theory]
    [InlineData("DE89370400440532013000", "DE")]
    [InlineData("GB29NWBK60161331926819", "GB")]
    [InlineData("FR1420041010050500013M02606", "FR")]
    [InlineData("CH9300762011623852957", "CH")]
    [InlineData("LI21088100002324013AA", "LI")]
    [InlineData("NL91ABNA0417164300", "NL")]
    [InlineData("AT611904300234573201", "AT")]
    [InlineData("BE68539007547034", "BE")]
    [InlineData("ES9121000418450200051332", "ES")]
    [InlineData("IT60X0542811101000000123456", "IT")]
    [InlineData("NO9386011117947", "NO")]
    [InlineData("MT84MALT011000012345MTLCAST001S", "MT")]
    [InlineData("LC55HEMM000100010012001200023015", "LC")]
    [InlineData("PL61109010140000071219812874", "PL")]
    [InlineData("SE4550000000058398257466", "SE")]
    public void TryParse_AnIbanOfACountry_IsTaken(string text, string country)
    {
        Assert.True(Iban.TryParse(text, out var iban, out var fault), $"{fault}");
        Assert.Equal((country, text[^4..], text), (iban.Country, iban.LastFour, iban.Reveal()));
    }

    [Theory]
    [InlineData("DE89 3704 0044 0532 0130 00")]
    [InlineData("de89370400440532013000")]
    public void TryParse_InGroupsOrLowerCase_IsTheSame(string text)
    {
        Assert.True(Iban.TryParse(text, out var iban));
        Assert.Equal(Iban.Parse("DE89370400440532013000"), iban);
    }

    [Theory]
    [InlineData(null, IbanFault.Country)]
    [InlineData("", IbanFault.Country)]
    [InlineData("D", IbanFault.Country)]
    [InlineData("XX89370400440532013000", IbanFault.Country)]
    [InlineData("US89370400440532013000", IbanFault.Country)]
    [InlineData("DE8937040044053201300", IbanFault.Length)]
    [InlineData("DE893704004405320130000", IbanFault.Length)]
    [InlineData("DE88370400440532013000", IbanFault.CheckDigits)]
    [InlineData("DE89370400440532013001", IbanFault.CheckDigits)]
    [InlineData("DE89370400445032013000", IbanFault.CheckDigits)]
    [InlineData("DEX9370400440532013000", IbanFault.Characters)]
    [InlineData("DE89-3704-0044-0532-0130-00", IbanFault.Characters)]
    [InlineData("DE8937040044053201300Ä", IbanFault.Characters)]
    [InlineData("DE８９370400440532013000", IbanFault.Characters)]
    public void TryParse_NoIban_SaysWhy(string? text, IbanFault why)
    {
        Assert.False(Iban.TryParse(text, out var iban, out var fault));
        Assert.Equal((null, why), (iban, fault));
    }

    [Fact]
    public void TryParse_WithOneDigitChanged_IsNeverAnIban() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(
            (from digits in Gen.Choose(0, 9).ArrayOf(18)
             from at in Gen.Choose(2, 21)
             from change in Gen.Choose(1, 9)
             select (Iban: WithCheckDigits(string.Concat(digits)), At: at, By: change)).ToArbitrary(),
            one =>
            {
                var changed = one.Iban.ToCharArray();
                changed[one.At] = (char)('0' + ((changed[one.At] - '0' + one.By) % 10));
                return Iban.TryParse(one.Iban, out _) && !Iban.TryParse(new string(changed), out _);
            }));

    /// <summary>Of all hundred check digits exactly one pair is right, although others leave the same remainder.</summary>
    [Fact]
    public void TryParse_AnyBankAccount_HasOnePairOfCheckDigits() => Check.One(
        Config.QuickThrowOnFailure,
        Prop.ForAll(Gen.Choose(0, 9).ArrayOf(18).ToArbitrary(), digits =>
            Enumerable.Range(0, 100).Count(check => Iban.TryParse($"DE{check:00}{string.Concat(digits)}", out _)) == 1));

    [Fact]
    public void ToString_OfAnIban_IsMasked() => Assert.Equal("DE ···· 3000", Iban.Parse("DE89370400440532013000").ToString());

    private static string WithCheckDigits(string digits) =>
        Enumerable.Range(2, 97).Select(check => $"DE{check:00}{digits}").Single(text => Iban.TryParse(text, out _));
}
