using Quittance.Core.Profiles;

namespace Quittance.Core.Tests.Profiles;

public sealed class BrandColourTests
{
    [Theory]
    [InlineData("#000000", "#ffffff", 21)]
    [InlineData("#ffffff", "#ffffff", 1)]
    [InlineData("#767676", "#ffffff", 4.54)]
    [InlineData("#0000ff", "#ffffff", 8.59)]
    public void Contrast_IsThatOfWcag(string one, string other, double expected) =>
        Assert.Equal(expected, Of(one).ContrastWith(Of(other)), 0.01);

    [Fact]
    public void EachColour_CanBeReadInBothLooks()
    {
        for (var red = 0; red <= 255; red += 17)
        {
            for (var green = 0; green <= 255; green += 17)
            {
                for (var blue = 0; blue <= 255; blue += 17)
                {
                    foreach (var ground in new[] { BrandColour.LightGround, BrandColour.DarkGround })
                    {
                        var shown = new BrandColour((byte)red, (byte)green, (byte)blue).ReadableOn(ground);
                        Assert.True(shown.ContrastWith(ground) >= BrandColour.LeastContrast, $"{red} {green} {blue} on {ground}: {shown}");
                        Assert.True(shown.ContrastWith(shown.TextOn) >= BrandColour.LeastContrast, $"{shown.TextOn} on {shown}");
                    }
                }
            }
        }
    }

    [Fact]
    public void ColourWithContrast_StaysAsItIs()
    {
        Assert.Equal("#0b5cad", Of("#0b5cad").ReadableOn(BrandColour.LightGround).ToString());
        Assert.Equal("#ffd400", Of("#FFD400").ReadableOn(BrandColour.DarkGround).ToString());
        Assert.NotEqual(Of("#ffd400"), Of("#ffd400").ReadableOn(BrandColour.LightGround));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("red")]
    [InlineData("#fff")]
    [InlineData("#12345g")]
    [InlineData("# 12345")]
    [InlineData("#1234567")]
    [InlineData("url(#x)")]
    public void OtherTexts_AreNoColours(string? text) => Assert.False(BrandColour.TryParse(text, out _));

    [Theory]
    [InlineData("https://shop.example/imprint", "https://shop.example/imprint")]
    [InlineData("https://bücher.example", "https://bücher.example/")]
    [InlineData("http://shop.example/", null)]
    [InlineData("javascript:alert(1)", null)]
    [InlineData("javascript://shop.example/%0aalert(1)", null)]
    [InlineData("data:text/html,x", null)]
    [InlineData("https://anna@shop.example/", null)]
    [InlineData("https://127.0.0.1/", null)]
    [InlineData("https://localhost/", null)]
    [InlineData("/imprint", null)]
    [InlineData("shop.example", null)]
    public void Links_AreAtHttps(string text, string? expected) => Assert.Equal(expected, WebLink.Of(text));

    private static BrandColour Of(string text)
    {
        Assert.True(BrandColour.TryParse(text, out var colour));
        return colour;
    }
}
