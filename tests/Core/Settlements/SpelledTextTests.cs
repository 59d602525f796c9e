using Quittance.Core.Settlements;

namespace Quittance.Tests.Settlements;

public sealed class SpelledTextTests
{
    [Theory]
    [InlineData("INV-2027-1424", true)]
    [InlineData("INV-2027-124", true)]
    [InlineData("INV-2027-12441", true)]
    [InlineData("INV-2O27-1244", true)]
    [InlineData("IVN-2027-1244 November", true)]
    [InlineData("Beitrag Nr. 1244", true)]
    [InlineData("INV1244", true)]
    [InlineData("INV-2027-1442", false)]
    [InlineData("INV-2027-12", false)]
    [InlineData("Mitglied 124455", false)]
    [InlineData("Beitrag 2027", false)]
    public void Text_HasABillNearly_WithOneSlip_OrByItsLastPart(string text, bool hasIt) =>
        Assert.Equal(hasIt, new SpelledText(text).HasNearly("INV-2027-1244"));

    [Theory]
    [InlineData("20271244", true)]
    [InlineData("2027124", false)]
    public void Text_HasANumberNearly_WhereItIsLong(string number, bool hasIt) =>
        Assert.Equal(hasIt, new SpelledText($"Nr {number[..^1]}9").HasNearly(number));

    /// <summary>A year at the end of a number stands in any text.</summary>
    [Theory]
    [InlineData("INV-1244-2027", "Beitrag 2027", false)]
    [InlineData("INV-12", "INV-13", false)]
    public void Text_HasNoShortName_AndNoYear(string name, string text, bool hasIt) =>
        Assert.Equal(hasIt, new SpelledText(text).HasNearly(name));
}
