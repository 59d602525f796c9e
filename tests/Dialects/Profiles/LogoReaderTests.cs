using System.Text;
using Quittance.BackOffice.Access.Logos;

namespace Quittance.Tests.Profiles;

/// <summary>What a merchant may hand in as its logo.</summary>
public sealed class LogoReaderTests
{
    [Fact]
    public void Png_IsTakenWithoutItsTexts()
    {
        var (logo, _, problem) = LogoReader.Read(Pictures.Png(texts: "Author\0Anna Schmidt"));
        Assert.Null(problem);
        Assert.Equal("image/png", logo!.MediaType);
        Assert.DoesNotContain("Anna", Encoding.Latin1.GetString(logo.Content.Span), StringComparison.Ordinal);
        Assert.Equal(LogoReader.Read(Pictures.Png()).Logo!.Mark, logo.Mark);
    }

    // Programs that draw papers can't show each of them.
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(0, 4)]
    [InlineData(0, 8)]
    [InlineData(2, 8)]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    [InlineData(3, 4)]
    [InlineData(3, 8)]
    [InlineData(4, 8)]
    public void Png_OfEachForm_BecomesTheSamePicture(byte kind, byte depth)
    {
        var (logo, _, problem) = LogoReader.Read(Pictures.Stripes(kind, depth, filter: 0));
        Assert.Null(problem);
        var plain = LogoReader.Read(Pictures.Stripes(6, 8, filter: 0)).Logo!;
        Assert.Equal(plain.Content.ToArray(), logo!.Content.ToArray());
        Assert.All(Enumerable.Range(1, 4), filter =>
            Assert.Equal(plain.Mark, LogoReader.Read(Pictures.Stripes(kind, depth, filter)).Logo!.Mark));
    }

    [Fact]
    public void OtherFiles_AreRefused() => Assert.All(NoLogos, one =>
    {
        var (logo, _, problem) = LogoReader.Read(one.Value);
        Assert.True(logo is null, one.Key);
        Assert.NotNull(problem);
    });

    [Theory]
    [InlineData("<script>alert(1)</script>", "script")]
    [InlineData("<g onload='alert(1)'/>", "onload")]
    [InlineData("<a href='javascript:alert(1)'><circle r='1'/></a>", "a")]
    [InlineData("<image href='https://tracker.example/p.png'/>", "image")]
    [InlineData("<use xlink:href='https://other.example/x.svg#a'/>", "use")]
    [InlineData("<foreignObject><p xmlns='http://www.w3.org/1999/xhtml'>x</p></foreignObject>", "foreignObject")]
    [InlineData("<style>circle { background: url(https://tracker.example) }</style>", "style")]
    [InlineData("<style>@import 'https://tracker.example'</style>", "style")]
    [InlineData("<style>circle { fill: u\\72l(https://tracker.example) }</style>", "style")]
    [InlineData("<path d='M0 0' style='fill:url(https://tracker.example#a)'/>", "style")]
    [InlineData("<path d='M0 0' fill='url(//tracker.example#a)'/>", "fill")]
    [InlineData("<path d='M0 0' filter='url(#a)'/>", "filter")]
    [InlineData("<animate attributeName='href' to='javascript:alert(1)'/>", "animate")]
    [InlineData("<linearGradient id='a' xlink:href='https://other.example/x.svg#b'/>", "href")]
    [InlineData("<style>circle { fill: red }<g>url(https://tracker.example)</g></style>", "style")]
    [InlineData("<style>circle { background: image-set('https://tracker.example/a.png' 1x) }</style>", "style")]
    [InlineData("<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>", "script")]
    public void Svg_IsTakenWithoutWhatRunsOrLoads(string more, string leftOut)
    {
        var (logo, left, problem) = LogoReader.Read(Pictures.Svg(more));
        Assert.Null(problem);
        Assert.Equal([leftOut], left);
        var text = Encoding.UTF8.GetString(logo!.Content.Span);
        Assert.Contains("<circle cx=\"20\"", text, StringComparison.Ordinal);
        foreach (var bad in new[] { "alert", "example", "script", "url(" })
            Assert.DoesNotContain(bad, text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Svg_KeepsItsGradientsAndStyles()
    {
        const string More = "<defs><linearGradient id=\"a\"><stop offset=\"0\" stop-color=\"#fff\" /></linearGradient>"
            + "<linearGradient id=\"b\" href=\"#a\" /></defs><style>.c { fill: url(#b) }</style><path class=\"c\" d=\"M0 0h9\" />";
        var (logo, left, _) = LogoReader.Read(Pictures.Svg(More));
        Assert.Empty(left);
        Assert.Contains(More, Encoding.UTF8.GetString(logo!.Content.Span), StringComparison.Ordinal);
        Assert.NotEqual(LogoReader.Read(Pictures.Svg()).Logo!.Mark, logo.Mark);
    }

    [Fact]
    public void SvgOfAGradient_ThatNamesAnotherOneTwice_IsTaken()
    {
        const string More = "<linearGradient id='b' xlink:href='#a' href='#a'/><style>.c { image-rendering: auto }</style>";
        var (logo, left, problem) = LogoReader.Read(Pictures.Svg(More));
        Assert.Null(problem);
        Assert.Empty(left);
        Assert.Contains("<linearGradient id=\"b\" href=\"#a\" />", Encoding.UTF8.GetString(logo!.Content.Span), StringComparison.Ordinal);
    }

    private static Dictionary<string, byte[]> NoLogos => new()
    {
        { "no picture", "Anna's logo"u8.ToArray() },
        { "nothing", [] },
        { "a page", "<!doctype html><html><body>Hello</body></html>"u8.ToArray() },
        { "other XML", "<svg><path d='M0 0'/></svg>"u8.ToArray() },
        { "20 MB", new byte[20 * 1024 * 1024] },
        { "20 MB of PNG", [.. Pictures.Png(), .. new byte[20 * 1024 * 1024]] },
        { "half a PNG", Pictures.Png()[..200] },
        { "a changed PNG", Changed(Pictures.Png(), 60) },
        { "a large PNG", Pictures.Png(1001, 40) },
        { "a tiny PNG", Pictures.Png(1, 1) },
        { "a PNG that says less than it has", Pictures.Png(100, 100, rows: 1_000_000) },
        { "a PNG that says more than it has", Pictures.Png(100, 100, rows: 99) },
        { "an interlaced PNG", Pictures.Stripes(6, 8, filter: 0, interlace: 1) },
        { "a PNG of 16 bits", Pictures.Stripes(6, 16, filter: 0) },
        { "a PNG with a filter that is none", Pictures.Stripes(6, 8, filter: 5) },
        { "a PNG without its palette", Pictures.Stripes(3, 1, filter: 0, hasPalette: false) },
        { "an SVG without shapes", Encoding.UTF8.GetBytes(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><script>alert(1)</script></svg>") },
        { "an SVG without a size", Encoding.UTF8.GetBytes("<svg xmlns='http://www.w3.org/2000/svg'><circle r='9'/></svg>") },
        { "an SVG of many parts", Pictures.Svg(string.Concat(Enumerable.Repeat("<g/>", 6000))) },
        { "a deep SVG", Pictures.Svg(string.Concat(Enumerable.Repeat("<g>", 100)) + string.Concat(Enumerable.Repeat("</g>", 100))) },
        { "entities", [.. "<!DOCTYPE svg [<!ENTITY a 'aaaa'>]>"u8, .. Pictures.Svg("<text>&a;</text>")] },
    };

    private static byte[] Changed(byte[] file, int place)
    {
        file[place] ^= 1;
        return file;
    }
}
