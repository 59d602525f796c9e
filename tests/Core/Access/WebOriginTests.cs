using Quittance.Core.Access;

namespace Quittance.Tests.Access;

public sealed class WebOriginTests
{
    [Theory]
    [InlineData("https://shop.example", "https://shop.example")]
    [InlineData("HTTPS://Shop.Example", "https://shop.example")]
    [InlineData("https://shop.example:443", "https://shop.example")]
    [InlineData("http://shop.example:80", "http://shop.example")]
    [InlineData("http://shop.example:443", "http://shop.example:443")]
    [InlineData("https://shop.example:8443", "https://shop.example:8443")]
    [InlineData("http://localhost:3000", "http://localhost:3000")]
    [InlineData("http://10.0.0.7", "http://10.0.0.7")]
    [InlineData("https://xn--mnchen-3ya.example", "https://xn--mnchen-3ya.example")]
    public void Origin_HasOneText(string text, string expected)
    {
        Assert.True(WebOrigin.TryParse(text, out var origin));
        Assert.Equal(expected, origin.ToString());
        Assert.True(WebOrigin.TryParse(expected, out var again));
        Assert.Equal(origin, again);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("*")]
    [InlineData("'self'")]
    [InlineData("shop.example")]
    [InlineData("//shop.example")]
    [InlineData("ftp://shop.example")]
    [InlineData("file:///tmp")]
    [InlineData("data:text/html,x")]
    [InlineData("https:shop.example")]
    [InlineData("https:///shop.example")]
    [InlineData("https://")]
    [InlineData("https://shop.example/")]
    [InlineData("https://shop.example/pay")]
    [InlineData("https://shop.example?x")]
    [InlineData("https://shop.example#x")]
    [InlineData("https://me@shop.example")]
    [InlineData("https://*.shop.example")]
    [InlineData("https://shop.example:*")]
    [InlineData("https://shop.example:")]
    [InlineData("https://shop.example:0")]
    [InlineData("https://shop.example:65536")]
    [InlineData("https://shop.example:0443")]
    [InlineData("https://shop.example;")]
    [InlineData("https://shop.example,https://other.example")]
    [InlineData("https://shop.example https://other.example")]
    [InlineData(" https://shop.example")]
    [InlineData("https://shop.example\n")]
    [InlineData("https://shop.example\r\nX: 1")]
    [InlineData("https://sh\top.example")]
    [InlineData("https://\"shop.example\"")]
    [InlineData("https://'shop'.example")]
    [InlineData("https://shop_one.example")]
    [InlineData("https://münchen.example")]
    [InlineData("https://shop。example")]
    [InlineData("https://[::1]")]
    [InlineData("https://%73hop.example")]
    [InlineData("http://127.1")]
    public void Text_ThatIsNoOrigin_IsNotRead(string? text) => Assert.False(WebOrigin.TryParse(text, out _));
}
