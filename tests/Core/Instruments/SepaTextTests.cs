using FsCheck;
using FsCheck.Fluent;
using Quittance.Core.Instruments;

namespace Quittance.Tests.Instruments;

public sealed class SepaTextTests
{
    [Theory]
    [InlineData("Müller & Söhne", "Mueller + Soehne")]
    [InlineData("ÄÖÜ ß ẞ", "AeOeUe ss Ss")]
    [InlineData("José Núñez d'Été", "Jose Nunez d'Ete")]
    [InlineData("Łukasz Żółć", "Lukasz Zolc")]
    [InlineData("Ελένη Παπαδοπούλου", "Eleni Papadopoyloy")]
    [InlineData("Иван Щерев", "Ivan Shterev")]
    [InlineData("Şükrü İnce", "Suekrue Ince")]
    [InlineData("e\u0301te\u0301", "ete")]
    [InlineData("one\r\n\ttwo\u00A0 three ", "one two three")]
    [InlineData("a@b_c – „d“", "a.b-c - 'd'")]
    [InlineData("李小龙 \U0001F600", "... .")]
    [InlineData("zero\u200Bwidth\u0007", "zerowidth")]
    [InlineData(null, "")]
    [InlineData("  ", "")]
    public void Of_AnyText_IsInTheCharactersOfSepa(string? text, string said) => Assert.Equal(said, SepaText.Of(text, 70));

    [Theory]
    [InlineData("abcdef", 3, "abc")]
    [InlineData("ab üx", 4, "ab u")]
    [InlineData("ab cd", 3, "ab")]
    public void Of_LongText_IsCut(string text, int maxLength, string said) => Assert.Equal(said, SepaText.Of(text, maxLength));

    [Fact]
    public void Of_EveryText_FitsAndStaysAsItIs() => Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
    {
        var said = SepaText.Of(text, 35);
        return said.Length <= 35 && said.All(SepaText.IsAllowed) && SepaText.Of(said, 35) == said;
    }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("M-1/2?:().,'+ x", true)]
    [InlineData("12345678901234567890123456789012345", true)]
    [InlineData("123456789012345678901234567890123456", false)]
    [InlineData("/a", false)]
    [InlineData("a/", false)]
    [InlineData("a//b", false)]
    [InlineData(" a", false)]
    [InlineData("a_b", false)]
    [InlineData("ä", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void IsIdentifier_FollowsTheRulesOfTheSchemes(string? text, bool isIdentifier) =>
        Assert.Equal(isIdentifier, SepaText.IsIdentifier(text));
}
