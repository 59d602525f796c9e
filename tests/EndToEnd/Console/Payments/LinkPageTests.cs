using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Tests.Running;
using Quittance.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Console;

/// <summary>A customer asks how to pay: an operator makes a link for the bill, sends its address, and takes it back.</summary>
public sealed class LinkPageTests(BooksFixture books, Browser browser)
{
    private const string Why = "By telephone";

    [Fact]
    public async Task LinkForABill_IsMadeWhereTheBillIs_PaidByItsAddress_AndTakenBack()
    {
        var (desk, charge) = await OwingAsync(OperatorRole.Operator);
        using var operators = desk;
        await using var opened = await desk.BrowseAsync(browser, $"/console/charges/{charge}");
        var page = opened.Page;

        await page.GetByRole(AriaRole.Link, new() { Name = "Payment link" }).ClickAsync();
        await Expect(page.GetByLabel("For these charges")).ToHaveValueAsync($"{charge}");
        await page.KeepAsync("console-link-new");
        await ActAsync(page, "Make the link", "The link is made.");
        await Expect(page.Locator("main")).ToContainTextAsync("30.00");
        await page.KeepAsync("console-link");
        var address = await page.Locator("dt:has-text('Address') + dd code").InnerTextAsync();
        var code = page.GetByRole(AriaRole.Img, new() { Name = "The address of the payment link, as a QR code" });
        Assert.Equal([address], await ReadCodes.OnAsync(code));
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy the address" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Copied the address" })).ToBeVisibleAsync();
        Assert.Equal(address, await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        await opened.LookAsync("console-link-code");

        using var visitor = new HttpClient();
        Assert.Contains("30.00", await visitor.GetStringAsync(address, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Link, new() { Name = "Petra Lang" }).First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Payment links" })).ToContainTextAsync("open");
        await page.KeepAsync("console-customer-links");
        await page.GetByRole(AriaRole.Region, new() { Name = "Payment links" }).GetByRole(AriaRole.Link).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Take back" }).ClickAsync();
        await ActAsync(page, "Take it back", "The link is taken back.");
        await Expect(page.Locator("main")).Not.ToContainTextAsync("/pay/");

        using var closed = await visitor.GetAsync(new Uri(address), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(
            "30.00", await closed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Matches($"link.make account [0-9]+: {Why}; link.take-back payment link [0-9a-f-]+: {Why}$",
            await new Till(books, desk.Merchant).ActionsAsync());
        Assert.Empty(opened.Errors);
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    [Fact]
    public async Task CopyButton_IsNotThere_WithoutScripts()
    {
        var (desk, charge) = await OwingAsync(OperatorRole.Operator);
        using var operators = desk;
        var customer = (Guid)(await books.ScalarAsync("SELECT id FROM account WHERE merchant_id = $1", desk.Merchant.Value))!;
        var form = await SeenForm.OpenAsync(desk, $"/console/customers/{customer:D}/link?for={charge}");
        var made = (await form.SendAsync(("For", $"{charge}"), ("Reason", Why))).To!.OriginalString;
        await using var opened = await desk.BrowseAsync(browser, made, withScripts: false);
        await Expect(opened.Page.Locator("[data-copy]")).ToBeHiddenAsync();
        await Expect(opened.Page.GetByRole(AriaRole.Button, new() { Name = "Copy the address" })).ToHaveCountAsync(0);
    }

    /// <summary>Whoever has the address sees what it is for, and can pay by it.</summary>
    [Fact]
    public async Task Viewer_SeesWhereALinkStands_AndNotItsAddress()
    {
        var (desk, charge) = await OwingAsync(OperatorRole.Operator);
        using var operators = desk;
        var customer = (Guid)(await books.ScalarAsync("SELECT id FROM account WHERE merchant_id = $1", desk.Merchant.Value))!;
        var form = await SeenForm.OpenAsync(desk, $"/console/customers/{customer:D}/link?for={charge}");
        (string, string)[] link = [("For", $"{charge}")];
        var made = (await form.SendAsync(link)).To!.OriginalString;
        Assert.Equal(made, (await form.SendAsync(link)).To!.OriginalString);
        Assert.Equal(1L, await books.ScalarAsync("SELECT count(*) FROM payment_link WHERE merchant_id = $1", desk.Merchant.Value));
        Assert.Contains("/pay/", await desk.PageAsync(made), StringComparison.Ordinal);
        using var viewer = await TestDesk.OpenAsync(books, OperatorRole.Viewer, desk.Merchant);

        var seen = await viewer.PageAsync(made);

        Assert.Contains("30.00", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("/pay/", seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "", "", "Name charges, or type an amount.")]
    [InlineData("B-1", "5", "", "not both")]
    [InlineData("", "0", "", "Amount")]
    [InlineData("nothing", "", "", "Nothing has changed")]
    [InlineData("", "5", "2026-01-01", "Type a day that is not over")]
    [InlineData("", "5", "2199-01-01", "Type a day that is not over")]
    [InlineData("", "5", "tomorrow", "Type a day such as")]
    public async Task LinkThatCannotBe_IsRefusedByItsField(string charges, string amount, string lastDay, string problem)
    {
        var (desk, _) = await OwingAsync(OperatorRole.Operator);
        using var operators = desk;
        var customer = (Guid)(await books.ScalarAsync("SELECT id FROM account WHERE merchant_id = $1", desk.Merchant.Value))!;
        var form = await SeenForm.OpenAsync(desk, $"/console/customers/{customer:D}/link");

        var refused = await form.SendAsync(("For", charges), ("Amount", amount), ("LastDay", lastDay), ("Reason", Why));

        Assert.Null(refused.To);
        Assert.Contains(problem, refused.Page, StringComparison.Ordinal);
        // What was emptied stays empty: the page offers the open bills once.
        Assert.Equal(charges, ValueOf(refused.Page));
        Assert.Equal(0L, await books.ScalarAsync("SELECT count(*) FROM payment_link WHERE merchant_id = $1", desk.Merchant.Value));
    }

    private static string ValueOf(string page) =>
        Regex.Match(page, "<input id=\"For\"[^>]* value=\"(?<value>[^\"]*)\"", RegexOptions.None, TimeSpan.FromMinutes(1))
            .Groups["value"].Value;

    private async Task<(TestDesk Desk, long Charge)> OwingAsync(OperatorRole role)
    {
        var desk = await TestDesk.OpenAsync(books, role);
        await books.Merchants.InstallAsync(desk.Merchant, "quittance", Currency.Parse("EUR"), TestContext.Current.CancellationToken);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("P", "Petra Lang");
        await till.ChargeAsync("P", "B-1", 30_00);
        return (desk, (long)(await books.ScalarAsync("SELECT number FROM charge WHERE merchant_id = $1", desk.Merchant.Value))!);
    }

    private static async Task ActAsync(IPage page, string verb, string report)
    {
        await page.GetByLabel("Reason").FillAsync(Why);
        await page.GetByRole(AriaRole.Button, new() { Name = verb, Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync(report);
    }
}
