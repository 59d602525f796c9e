using Quittance.Tests.Running;

namespace Quittance.Tests.Web;

/// <summary>Operators say whose pages may embed the widget, and running servers do as they say.</summary>
public sealed class OriginTests(BooksFixture books)
{
    private const string None = "None: only pages of the server itself may embed the payment widget and call the API.";

    [Fact]
    public async Task Origin_IsAllowedWhileTheServerRuns_AndForbiddenAgain()
    {
        var studio = await WidgetStudio.OpenAsync(books);
        var token = await studio.OpenSessionAsync(await studio.Studio.MemberAsync(), 20);
        Assert.DoesNotContain("https://shop.example", await AncestorsAsync(token), StringComparison.Ordinal);
        Assert.Equal(None, (await studio.OriginAsync("list")).Output.Trim());

        Assert.Equal(0, (await studio.OriginAsync("add", "HTTPS://Shop.example:443")).ExitCode);
        Assert.Equal(0, (await studio.OriginAsync("add", "http://127.0.0.1:3000")).ExitCode);
        var added = await studio.OriginAsync("add", "https://shop.example");

        Assert.Contains("Pages of https://shop.example may embed the payment widget.", added.Output, StringComparison.Ordinal);
        Assert.Equal(
            "https://shop.example\nhttp://127.0.0.1:3000", (await studio.OriginAsync("list")).Output.ReplaceLineEndings("\n").Trim());
        await NoticePost.UntilAsync(
            async () => (await AncestorsAsync(token)).Contains(" https://shop.example http://127.0.0.1:3000 ", StringComparison.Ordinal));
        var other = await WidgetStudio.OpenAsync(books);
        Assert.DoesNotContain(
            "https://shop.example", await AncestorsAsync(await other.OpenSessionAsync(await other.Studio.MemberAsync(), 20)),
            StringComparison.Ordinal);

        Assert.Equal(0, (await studio.OriginAsync("remove", "https://shop.example")).ExitCode);
        await NoticePost.UntilAsync(async () => !(await AncestorsAsync(token)).Contains("https://shop.example", StringComparison.Ordinal));
        Assert.Equal("http://127.0.0.1:3000", (await studio.OriginAsync("list")).Output.Trim());
    }

    [Theory]
    [InlineData("shop.example")]
    [InlineData("https://*.shop.example")]
    [InlineData("https://shop.example; script-src *")]
    [InlineData("'self'")]
    [InlineData("*")]
    public async Task Origin_ThatIsNone_IsRefused(string origin)
    {
        var studio = await WidgetStudio.OpenAsync(books);

        var refused = await studio.OriginAsync("add", origin);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("An origin is http or https, a host", refused.Error, StringComparison.Ordinal);
        Assert.Equal(None, (await studio.OriginAsync("list")).Output.Trim());
    }

    [Fact]
    public async Task Origin_OfNobody_IsRefused()
    {
        var studio = await WidgetStudio.OpenAsync(books);

        var unknown = await studio.OriginAsync("remove", "https://shop.example");
        var nobody = await RunningProgram.RunAsync(
            "origin", "list", "--merchant", $"{studio.Studio.Merchant.Value}", "--api", "midnight", "--database", books.ConnectionString);

        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("https://shop.example is not among those that may: there are none.", unknown.Error, StringComparison.Ordinal);
        Assert.Equal(1, nobody.ExitCode);
        Assert.Contains("has no midnight. Open it with: quittance credential create", nobody.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_ThatSomebodyStoredAsAnOrigin_IsInNoHeader()
    {
        var studio = await WidgetStudio.OpenAsync(books);
        string[] stored =
            ["https://evil.example; script-src *", "*", "'unsafe-inline'", "https://*.example", "https://shop.example",
            "https://a.example\r\nX-Evil: 1", ""];
        await books.ScalarAsync(
            "UPDATE installation SET origins = $2 WHERE merchant_id = $1 RETURNING id", studio.Studio.Merchant.Value, stored);

        var ancestors = await AncestorsAsync(await studio.OpenSessionAsync(await studio.Studio.MemberAsync(), 20));

        Assert.Equal("'self' https://shop.example http://127.0.0.1:* http://localhost:*", ancestors);
        Assert.Equal("https://shop.example", (await studio.OriginAsync("list")).Output.Trim());
    }

    /// <summary>The origins whose pages may show the frame of a session.</summary>
    private async Task<string> AncestorsAsync(string token)
    {
        using var frame = await books.Client.GetAsync($"/widget/frame?session={token[3..35]}", TestContext.Current.CancellationToken);
        return Assert.Single(frame.Headers.GetValues("Content-Security-Policy")).Split("frame-ancestors ")[1];
    }
}
