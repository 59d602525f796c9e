namespace Quittance.Core.Tests;

public sealed class OneLineTests
{
    [Theory]
    [InlineData("INV-2026/17")]
    [InlineData("Łukasz Żółć")]
    [InlineData("علي")]
    [InlineData("क्‍ष")]
    [InlineData(" 7 ")]
    [InlineData("\u200F\u05DE\u05E9\u05D4")]
    [InlineData("INV\u061C71")]
    public void Text_WithALetterToSee_IsAName(string text) => Assert.True(OneLine.IsName(text));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\u00A0\u3000")]
    [InlineData("\u200B")]
    [InlineData("\uFEFF")]
    [InlineData("\u200E")]
    [InlineData("\n")]
    [InlineData("INV\n17")]
    [InlineData("INV\u008517")]
    [InlineData("INV\u202817")]
    [InlineData("INV\u001b[2J")]
    [InlineData("\u202E71-VNI")]
    [InlineData("INV\u206671")]
    public void Text_ThatIsBlank_OrShowsAsAnother_IsNone(string text) => Assert.False(OneLine.IsName(text));

    [Fact]
    public void Text_OnOneLine_HasABlankForEachCharacterThatEndsItOrTurnsIt() =>
        Assert.Equal("A B C D", OneLine.Of("A\nB\u202EC\u2029D"));

    [Fact]
    public void Marks_OfDirection_AreDropped_AndJoinersStay()
    {
        Assert.Equal("\u05DE\u05E9\u05D4", OneLine.Of("\u200F\u05DE\u05E9\u05D4\u200E"));
        Assert.Equal("\u0915\u094D\u200D\u0937\u200C", OneLine.WithoutMarks("\u061C\u0915\u094D\u200D\u0937\u200C"));
    }
}
