using Quittance.Core.Instruments;

namespace Quittance.Tests.Instruments;

public sealed class CreditorIdentifierTests
{
    // Published examples of several countries (EPC262-08, central banks).
    [Theory]
    [InlineData("DE98ZZZ09999999999", "DE")]
    [InlineData("AT61ZZZ01234567890", "AT")]
    [InlineData("NL79ZZZ999999990000", "NL")]
    [InlineData("FR72ZZZ123456", "FR")]
    [InlineData("IT66ZZZA1B2C3D4E5F6G7H8", "IT")]
    [InlineData("de98 zzz0 9999 9999 99", "DE")]
    [InlineData("DE98ABC09999999999", "DE")]
    public void TryParse_AnIdentifier_IsTaken(string text, string country)
    {
        Assert.True(CreditorIdentifier.TryParse(text, out var identifier));
        Assert.Equal((country, text.Replace(" ", "").ToUpperInvariant()), (identifier.Country, identifier.ToString()));
    }

    [Theory]
    [InlineData("DE99ZZZ09999999999")]
    [InlineData("DE98ZZZ09999999998")]
    [InlineData("DE98ZZZ90999999999")]
    [InlineData("US98ZZZ09999999999")]
    [InlineData("DEX8ZZZ09999999999")]
    [InlineData("DE98Z-Z09999999999")]
    [InlineData("DE98ZZZ")]
    [InlineData("DE98ZZZ0999999999900000000000000000000000")]
    [InlineData("DE98ZZZ0999999999ä")]
    [InlineData("")]
    [InlineData(null)]
    public void TryParse_NoIdentifier_IsRefused(string? text) => Assert.False(CreditorIdentifier.TryParse(text, out _));
}
