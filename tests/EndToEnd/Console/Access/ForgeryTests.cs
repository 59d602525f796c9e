using System.Net;
using Microsoft.Playwright;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>A request that another site makes a browser send takes no effect.</summary>
public sealed class ForgeryTests(BooksFixture books, Browser browser)
{
    private const string Path = "/console/access/origins/add";

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    [InlineData("Sec-Fetch-Site", "")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    public async Task FormOfAnotherSite_IsRefused_AndChangesNothing(string header, string value)
    {
        var samples = await DeskSamples.CreateAsync(books);
        using var desk = await TestDesk.OpenAsync(books, merchant: samples.Merchant);
        using var forged = Forged(header, value);
        using var refused = await desk.Client.SendAsync(forged, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        await AssertNothingHasChangedAsync(desk);
    }

    [Fact]
    public async Task FormOfOurs_IsTaken()
    {
        var samples = await DeskSamples.CreateAsync(books);
        using var desk = await TestDesk.OpenAsync(books, merchant: samples.Merchant);
        using var own = Forged("Origin", books.Address.GetLeftPart(UriPartial.Authority));
        using var taken = await desk.Client.SendAsync(own, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.SeeOther, taken.StatusCode);
        Assert.Equal(2L, await OriginsAsync(desk));
    }

    [Theory]
    [InlineData("evil.localhost", false)]
    [InlineData("127.0.0.1", true)]
    public async Task PageThatSendsAFormByItself_ChangesNothing(string host, bool isSameSite)
    {
        var samples = await DeskSamples.CreateAsync(books);
        using var desk = await TestDesk.OpenAsync(books, merchant: samples.Merchant);
        await using var evil = await EvilSite.StartAsync(host, $"""
            <form method="post" action="{new Uri(books.Address, Path)}"><input name="_handler" value="action">
            <input name="Origin" value="https://evil.example"><input name="Api" value="tmf676"></form>
            <script>document.forms[0].submit()</script>
            """);
        await using var opened = await desk.BrowseAsync(browser, "/console");
        var sent = opened.Page.WaitForResponseAsync(answer => answer.Request.Method == "POST");
        await opened.Page.GotoAsync(evil.Address, new() { WaitUntil = WaitUntilState.Commit });

        var refused = await sent;
        var cookies = (await refused.Request.AllHeadersAsync()).GetValueOrDefault("cookie", "");
        // A sibling port is the same site to browsers, which send the cookie there: what they tell of the form's origin is what keeps it
        // out.
        Assert.Equal(isSameSite, cookies.Contains("quittance-console", StringComparison.Ordinal));
        Assert.Equal((int)HttpStatusCode.Forbidden, refused.Status);
        await AssertNothingHasChangedAsync(desk);
    }

    private static HttpRequestMessage Forged(string header, string value)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Path)
        {
            Content = new FormUrlEncodedContent(
            [
                new("_handler", "action"), new("Origin", "https://evil.example"), new("Api", "tmf676"), new("Reason", "A new shop"),
            ]),
        };
        request.Headers.TryAddWithoutValidation(header, value);
        return request;
    }

    private async Task AssertNothingHasChangedAsync(TestDesk desk)
    {
        Assert.Equal(1L, await OriginsAsync(desk));
        Assert.Equal(
            1L, await books.ScalarAsync(
            "SELECT count(*) FROM operator_action WHERE merchant_id = $1 AND what = 'origin.add'", desk.Merchant.Value));
    }

    private Task<object?> OriginsAsync(TestDesk desk) =>
        books.ScalarAsync("SELECT sum(cardinality(origins)) FROM installation WHERE merchant_id = $1", desk.Merchant.Value);
}
