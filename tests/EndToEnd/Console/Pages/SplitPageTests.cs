using System.Net;
using Microsoft.Playwright;
using Quittance.Core.Access;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Console;

/// <summary>An operator splits a line in the console: with scripts the rest is shown while one types, without them on a button.</summary>
public sealed class SplitPageTests(BooksFixture books, Browser browser)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Line_IsSplitByAForm_AndUnbookedWithItsPartsInOneAct()
    {
        var (biller, charge, number, line) = await OwingAsync();
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, biller.Merchant);
        Assert.Contains($"{line}/split", await desk.PageAsync($"{line}/book"), StringComparison.Ordinal);
        await desk.LookEverywhereAsync(browser, $"{line}/split", "settlement-line-split");
        (string, string)[] typed = [.. Row("20.00", "charge", number), .. Row("20", "", "")];

        using var short1 = await desk.SendAsync($"{line}/split", typed);
        Assert.Contains("10.00 EUR is missing", await short1.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var more = await desk.SendAsync($"{line}/split", [.. typed, ("More", "yes")]);
        var rows = await more.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(6, rows.Split("name=\"Amounts\"").Length - 1);
        Assert.Contains(">10.00</output>", rows, StringComparison.Ordinal);
        using var wrong = await desk.SendAsync($"{line}/split", [.. typed, .. Row("ten", "", "")]);
        Assert.Contains("part 3: This is no amount", await wrong.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        using var split = await desk.SendAsync($"{line}/split", [.. typed, .. Row("10", "", "")]);
        Assert.Equal(HttpStatusCode.SeeOther, split.StatusCode);
        var page = await desk.PageAsync(line);
        Assert.Contains("the sum of its parts", page, StringComparison.Ordinal);
        Assert.Contains("It waits as a part of a line that was split", page, StringComparison.Ordinal);
        Assert.Equal(["0.00"], await biller.OpenOfAsync(charge));
        await desk.LookEverywhereAsync(browser, line, "settlement-line-parts");

        var picture = await (await SeenForm.OpenAsync(desk, $"{line}/unbook")).SendAsync(("Reason", "one thing after all"));
        Assert.Contains("Its 3 parts are gone", picture.Page, StringComparison.Ordinal);
        Assert.Equal(["0.00"], await biller.OpenOfAsync(charge));
        using var unbooked = await desk.SendAsync(
            $"{line}/unbook", ("Reason", "one thing after all"), ("Key", SeenForm.Hidden(picture.Page, "Key")),
            ("Shown", SeenForm.Hidden(picture.Page, "Shown")));
        Assert.Equal(HttpStatusCode.SeeOther, unbooked.StatusCode);
        Assert.Equal(["20.00"], await biller.OpenOfAsync(charge));
        Assert.Equal(
            "3 ignored, 1 open", await books.ScalarAsync(
                "SELECT string_agg(format('%s %s', n, status), ', ' ORDER BY status) FROM (SELECT status, count(*) AS n "
                + "FROM settlement_line WHERE merchant_id = $1 GROUP BY 1) x", biller.Merchant.Value));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Rest_IsShownWhileOneTypes()
    {
        var (biller, charge, number, line) = await OwingAsync();
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, biller.Merchant);
        await using var opened = await desk.BrowseAsync(browser, $"{line}/split");
        var (amounts, rest) = (opened.Page.Locator("input[name=Amounts]"), opened.Page.Locator("[data-rest-of]"));
        await Expect(rest).ToHaveTextAsync("50.00");

        foreach (var (at, typed, left) in new[]
        {
            (0, "20", "30.00"), (1, "1.030,5", "−1,000.50"), (1, "30,5", "−0.50"), (2, "-0.5", "0.00"),
        })
        {
            await amounts.Nth(at).FillAsync(typed);
            await Expect(rest).ToHaveTextAsync(left);
        }

        await amounts.Nth(2).FillAsync("");
        await amounts.Nth(1).FillAsync("30");
        await opened.Page.Locator("select[name=Uses]").Nth(0).SelectOptionAsync("charge");
        await opened.Page.Locator("input[name=Which]").Nth(0).FillAsync(number);
        await opened.Page.GetByRole(AriaRole.Button, new() { Name = "Split", Exact = true }).ClickAsync();
        await Expect(opened.Page.GetByText("The line is split.")).ToBeVisibleAsync();
        Assert.Equal(["0.00"], await biller.OpenOfAsync(charge));
    }

    /// <summary>What is typed already stays, a hit is added once, and a customer gets what is left.</summary>
    [Fact]
    public async Task Rows_AreAddedForWhatIsFoundWhileOneTypes()
    {
        var (biller, charge, number, line) = await OwingAsync();
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, biller.Merchant);
        await using var opened = await desk.BrowseAsync(browser, $"{line}/split");
        var page = opened.Page;
        var amounts = page.Locator("input[name=Amounts]");
        await amounts.Nth(0).FillAsync("2.50");
        await page.Locator("select[name=Uses]").Nth(0).SelectOptionAsync("ignore");

        await page.GetByLabel("Find a customer, a bill or a payment").FillAsync("20");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add charge" }).First.ClickAsync();
        await Expect(amounts.Nth(1)).ToHaveValueAsync("20.00");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add charge" }).First.ClickAsync();
        await Expect(page.Locator("[data-rest-of]")).ToHaveTextAsync("27.50");
        Assert.Equal(("2.50", ""), (await amounts.Nth(0).InputValueAsync(), await amounts.Nth(2).InputValueAsync()));
        await opened.KeepAsync("settlement-line-split-found");

        // Enter adds up, and adds nothing that was found.
        await amounts.Nth(0).PressAsync("Enter");
        await Expect(amounts).ToHaveCountAsync(8);
        Assert.Equal("", await amounts.Nth(2).InputValueAsync());

        // Without scripts the search is a form that keeps the rows, and its answer has them.
        var found = await desk.PageAsync($"{line}/split?part=2.50+ignore+&part=20.00+charge+{number}&find=20");
        Assert.Contains("value=\"2.50 ignore \"", found, StringComparison.Ordinal);
        Assert.Contains($"value=\"20.00 charge {number}\"", found, StringComparison.Ordinal);
        using var card = await desk.Client.GetAsync($"{line}/split?part=1+ignore+&find=4111111111111111", Cancel);
        Assert.EndsWith("/split?part=1%20ignore%20&refused=", card.Headers.Location!.OriginalString, StringComparison.Ordinal);

        var customer = (string)(await books.ScalarAsync("SELECT number::text FROM account WHERE merchant_id = $1", biller.Merchant.Value))!;
        using var added = await desk.SendAsync(
            $"{line}/split", [.. Row("20.00", "charge", number), ("Add", $" customer {customer}")]);
        Assert.Contains("value=\"30.00\"", await added.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);

        await amounts.Nth(2).FillAsync("27.50");
        await page.GetByRole(AriaRole.Button, new() { Name = "Split", Exact = true }).ClickAsync();
        await Expect(page.GetByText("The line is split.")).ToBeVisibleAsync();
        Assert.Equal(["0.00"], await biller.OpenOfAsync(charge));
        Assert.Empty(opened.Errors);
    }

    /// <summary>What a form has beyond the most parts is refused with the rest, and not left out.</summary>
    [Fact]
    public async Task Form_OfMoreRowsThanAreTaken_IsRefused()
    {
        var (biller, _, _, line) = await OwingAsync();
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, biller.Merchant);

        using var refused = await desk.SendAsync(
            $"{line}/split", [.. Enumerable.Range(0, 150).SelectMany(at => Row(at < 100 ? "0.50" : "1", "ignore", ""))]);

        Assert.Contains("name 2 to 100 parts", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(1L, await books.ScalarAsync("SELECT count(*) FROM settlement_line WHERE merchant_id = $1", biller.Merchant.Value));
    }

    private static (string, string)[] Row(string amount, string use, string which) =>
        [("Amounts", amount), ("Uses", use), ("Which", which)];

    /// <summary>A customer who owes 20.00 for a charge, and a line of 50.00.</summary>
    private async Task<(Biller Biller, string Charge, string Number, string Line)> OwingAsync()
    {
        var biller = await Biller.OpenAsync(books);
        var charge = await biller.OwingAsync(await biller.CustomerAsync(), "20");
        var number = await books.ScalarAsync("SELECT number::text FROM charge WHERE merchant_id = $1", biller.Merchant.Value);
        var line = (await biller.ImportedAsync(new Camt().With(50, "twenty and thirty")))[0]!;
        return (biller, charge, (string)number!, $"/console/settlements/lines/{line["id"]}");
    }
}
