using Quittance.Core;

namespace Quittance.Tests;

public sealed class MoneyCurrencyTests
{
    [Theory]
    [InlineData("USD", 2)]
    [InlineData("EUR", 2)]
    [InlineData("BGN", 2)]
    [InlineData("SLE", 2)]
    [InlineData("VED", 2)]
    [InlineData("VES", 2)]
    [InlineData("XCG", 2)]
    [InlineData("ZWG", 2)]
    [InlineData("BIF", 0)]
    [InlineData("CLP", 0)]
    [InlineData("DJF", 0)]
    [InlineData("GNF", 0)]
    [InlineData("ISK", 0)]
    [InlineData("JPY", 0)]
    [InlineData("KMF", 0)]
    [InlineData("KRW", 0)]
    [InlineData("PYG", 0)]
    [InlineData("RWF", 0)]
    [InlineData("UGX", 0)]
    [InlineData("UYI", 0)]
    [InlineData("VND", 0)]
    [InlineData("VUV", 0)]
    [InlineData("XAF", 0)]
    [InlineData("XOF", 0)]
    [InlineData("XPF", 0)]
    [InlineData("BHD", 3)]
    [InlineData("IQD", 3)]
    [InlineData("JOD", 3)]
    [InlineData("KWD", 3)]
    [InlineData("LYD", 3)]
    [InlineData("OMR", 3)]
    [InlineData("TND", 3)]
    [InlineData("CLF", 4)]
    [InlineData("UYW", 4)]
    public void A_currency_has_the_decimals_of_ISO_4217(string code, int minorUnits) =>
        Assert.Equal(minorUnits, Currency.Parse(code).MinorUnits);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("usd")]
    [InlineData("Usd")]
    [InlineData("USD ")]
    [InlineData("US")]
    [InlineData("840")]
    [InlineData("HRK")]
    [InlineData("ZWL")]
    [InlineData("XAU")]
    [InlineData("XDR")]
    [InlineData("XTS")]
    [InlineData("XXX")]
    public void What_money_cannot_be_kept_in_is_no_currency(string? code)
    {
        Assert.False(Currency.TryParse(code, out var currency));
        Assert.Null(currency);
    }

    [Fact]
    public void The_list_is_ordered_and_says_every_code_once()
    {
        var codes = Currency.All.Select(c => c.Code).ToList();

        Assert.Equal(codes.Distinct().Order(StringComparer.Ordinal), codes);
        Assert.All(codes, code => Assert.Matches("^[A-Z]{3}$", code));
        Assert.Equal(17, Currency.All.Count(c => c.MinorUnits == 0));
        Assert.Equal(7, Currency.All.Count(c => c.MinorUnits == 3));
        Assert.Equal(2, Currency.All.Count(c => c.MinorUnits == 4));
    }

    [Fact]
    public void There_is_one_instance_per_code() => Assert.Same(Currency.Parse("EUR"), Currency.Parse("EUR"));

    [Fact]
    public void A_code_of_our_own_that_is_none_is_a_bug() => Assert.Throws<FormatException>(() => Currency.Parse("EURO"));
}
