using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Quittance.Tests.Running;

namespace Quittance.Tests.Web;

/// <summary>How the widget's files are served.</summary>
public sealed class WidgetFilesTests(BooksFixture books)
{
    [Fact]
    public async Task Loader_IsForPagesOfAnybody_AndAskedForAgain()
    {
        using var answer = await GetAsync("/widget.js");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/javascript", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("cross-origin", Header(answer, "Cross-Origin-Resource-Policy"));
        Assert.Equal("nosniff", Header(answer, "X-Content-Type-Options"));
        Assert.Equal(TimeSpan.FromMinutes(5), answer.Headers.CacheControl!.MaxAge);

        using var again = await GetAsync("/widget.js", request => request.Headers.IfNoneMatch.Add(answer.Headers.ETag!));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Fact]
    public async Task Loader_HasAnAddressForEachVersion_WithAHash()
    {
        using var described = await GetAsync("/widget.json");
        var json = JsonNode.Parse(await described.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        var (address, integrity) = ((string)json["src"]!, (string)json["integrity"]!);
        Assert.Matches("^/widget-[0-9a-f]{16}\\.js$", address);
        using var answer = await GetAsync(address);
        Assert.Equal("*", Header(answer, "Access-Control-Allow-Origin"));
        Assert.Equal("cross-origin", Header(answer, "Cross-Origin-Resource-Policy"));
        Assert.Equal(TimeSpan.FromDays(365), answer.Headers.CacheControl!.MaxAge);
        var script = await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal($"sha384-{Convert.ToBase64String(SHA384.HashData(script))}", integrity);
        using var present = await GetAsync("/widget.js");
        Assert.Equal(await present.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), script);
        using var other = await GetAsync("/widget-0123456789abcdef.js");
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip, br", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("identity", null)]
    public async Task File_IsSentAsTheBrowserTakesIt(string accepted, string? coding)
    {
        using var answer = await GetAsync("/widget.js", request => request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted));

        Assert.Equal(coding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Equal("Accept-Encoding", Header(answer, "Vary"));
    }

    [Fact]
    public async Task Frame_LoadsOnlyWhatIsOurs_AndThatForGood()
    {
        using var frame = await GetAsync("/widget/frame");

        Assert.Equal("text/html", frame.Content.Headers.ContentType!.MediaType);
        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; form-action 'none'; "
                + "base-uri 'none'; frame-ancestors 'none'",
            Header(frame, "Content-Security-Policy"));
        Assert.Equal("no-referrer", Header(frame, "Referrer-Policy"));
        Assert.True(frame.Headers.CacheControl!.NoStore);

        var page = await frame.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        string[] files =
            [.. Regex.Matches(page, "(?<=(src|href)=\")/[^\"]+", RegexOptions.ExplicitCapture, TimeSpan.FromMinutes(1))
            .Select(match => match.Value)];
        Assert.Equal(2, files.Length);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        foreach (var file in files)
        {
            Assert.Matches("^/widget/frame-[A-Za-z0-9_-]{8}\\.(js|css)$", file);
            using var answer = await GetAsync(file);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal("public, max-age=31536000, immutable", answer.Headers.CacheControl!.ToString());
        }
    }

    [Theory]
    [InlineData("/widget/frame?session=", "'none'")]
    [InlineData("/widget/frame?session=00000000000000000000000000000000", "*")]
    [InlineData("/widget/frame?session=*;script-src%20*", "*")]
    public async Task Frame_OfNoSession_CanOnlySayThatThereIsNone(string address, string ancestors)
    {
        using var answer = await GetAsync(address);
        Assert.EndsWith($"; frame-ancestors {ancestors}", Header(answer, "Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/widget/frame.br")]
    [InlineData("/widget/widget.js")]
    [InlineData("/widget/..%2fwidget.js")]
    [InlineData("/widget/")]
    public async Task NothingElse_IsServed(string address)
    {
        using var answer = await GetAsync(address);
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private async Task<HttpResponseMessage> GetAsync(string address, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        change?.Invoke(request);
        return await books.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static string Header(HttpResponseMessage answer, string name) => Assert.Single(answer.Headers.GetValues(name));
}
