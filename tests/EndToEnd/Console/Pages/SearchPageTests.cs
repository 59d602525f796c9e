using System.Net;
using Microsoft.Playwright;
using Quittance.Core.Access;
using Quittance.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Console;

/// <summary>The search for everything, which stands in the bar of each page.</summary>
public sealed class SearchPageTests(BooksFixture books, Browser browser)
{
    private const string Search = "/console/search";
    private const string Card = "4242424242424242";

    [Fact]
    public async Task Search_LeadsToWhatItFinds_KindByKind_AndToNothingOfAnotherMerchant()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        using var other = await TestDesk.OpenAsync(books);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("S-1", "Greta Okafor");
        await till.OpenAsync("S-2", "Grace Hopper");
        var number = await till.PayAsync("S-1", 150_00);
        await new Till(books, other.Merchant).OpenAsync("S-1", "Bola Okafor");

        var byName = await desk.PageAsync($"{Search}?q=okafor");
        var byAmount = await desk.PageAsync($"{Search}?q=150");

        Assert.Contains("Greta Okafor", byName, StringComparison.Ordinal);
        Assert.Contains($"/console/payments/{number}\"", byName, StringComparison.Ordinal);
        Assert.Contains($"/console/payments/{number}\"", byAmount, StringComparison.Ordinal);
        Assert.DoesNotContain("Bola", byName, StringComparison.Ordinal);
        Assert.DoesNotContain("Hopper", byName, StringComparison.Ordinal);
        Assert.Contains("Nothing is found", await desk.PageAsync($"{Search}?q=nobody"), StringComparison.Ordinal);
        Assert.Contains("A bank&#x27;s text", await desk.PageAsync(Search), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4242424242424242")]
    [InlineData("4242 4242-4242 4242")]
    [InlineData("4242.4242.4242.4242")]
    [InlineData("4242  4242 / 4242_4242")]
    public async Task WholeNumberOfACard_IsRefused_AndLeavesTheAddress(string typed)
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        using var refused = await desk.Client.GetAsync(
            new Uri($"{Search}?q={Uri.EscapeDataString(typed)}", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.SeeOther, "/console/search?refused="), (refused.StatusCode, $"{refused.Headers.Location}"));
        Assert.Contains("last four digits", await desk.PageAsync("/console/search?refused="), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WholeNumberOfABankAccount_IsSearchedByItsLastFour()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        using var led = await desk.Client.GetAsync(
            new Uri($"{Search}?q=DE89+3704+0044+0532+0130+00", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.SeeOther, "/console/search?q=3000"), (led.StatusCode, $"{led.Headers.Location}"));
    }

    [Theory]
    [InlineData("%25", "Nothing is found")]
    [InlineData("%27%20OR%201%3D1", "Nothing is found")]
    [InlineData("<script>alert(1)</script>", "Nothing is found by “&lt;script&gt;")]
    [InlineData("a%0Ab", "control characters")]
    public async Task StrangeText_IsAnsweredClearly(string typed, string answer)
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        Assert.Contains(answer, WebUtility.HtmlDecode(await desk.PageAsync($"{Search}?q={typed}"))
            .Replace("<script>alert", "&lt;script&gt;alert", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TextThatIsTooLong_IsRefused()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        Assert.Contains("at most 200 characters", await desk.PageAsync($"{Search}?q={new string('x', 10_000)}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Slash_LeadsToTheSearch_OnEachPage_AndResultsComeWhileOneTypes()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("S-1", "Greta Okafor");
        await using var opened = await desk.BrowseAsync(browser, "/console/ledger");
        var page = opened.Page;

        await page.Keyboard.PressAsync("/");
        await Expect(page.GetByLabel("Find anything")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("oka");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Greta Okafor" })).ToBeVisibleAsync();

        // A slash is a letter of what one types; the results follow without a button.
        await page.GetByLabel("Find anything").FillAsync("");
        await page.GetByLabel("Find anything").PressSequentiallyAsync("a/b");
        await Expect(page.GetByText("Nothing is found by “a/b”")).ToBeVisibleAsync();
        await page.GetByLabel("Find anything").FillAsync(Card);
        await Expect(page.GetByText("type its last four digits")).ToBeVisibleAsync();
        Assert.DoesNotContain("4242", page.Url, StringComparison.Ordinal);
        Assert.Equal("", await page.GetByLabel("Find anything").InputValueAsync());
    }

    [Fact]
    public async Task Search_WorksWithoutScripts()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        await new Till(books, desk.Merchant).OpenAsync("S-1", "Greta Okafor");
        await using var opened = await desk.BrowseAsync(browser, "/console/nothing-here", withScripts: false);
        await opened.Page.GetByLabel("Find anything").FillAsync("Okafor");
        await opened.Page.GetByLabel("Find anything").PressAsync("Enter");
        await Expect(opened.Page.GetByRole(AriaRole.Link, new() { Name = "Greta Okafor" })).ToBeVisibleAsync();
    }
}
