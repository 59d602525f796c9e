using Microsoft.Playwright;
using Quittance.Core.Access;
using Quittance.Tests.Running;
using Quittance.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Console;

/// <summary>A customer who comes to the counter: an operator opens the account, raises the charge and records the money.</summary>
public sealed class RecordedPaymentTests(BooksFixture books, Browser browser)
{
    private const string Why = "At the counter";

    [Fact]
    public async Task CustomerAtTheCounter_IsOpened_OwesACharge_AndPaysItInCash()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, desk.Merchant);
        await using var opened = await desk.BrowseAsync(browser, "/console/customers");
        var page = opened.Page;

        await page.GetByRole(AriaRole.Link, new() { Name = "New customer" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Petra Lang");
        await page.GetByLabel("Your number for the customer").FillAsync("C-77");
        await page.GetByLabel("Currency").FillAsync("eur");
        await page.KeepAsync("console-customer-new");
        await ActAsync(page, "Open the account", "The account is open.");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("Petra Lang");

        await page.GetByRole(AriaRole.Link, new() { Name = "New charge" }).ClickAsync();
        await page.GetByLabel("Amount in EUR").FillAsync("30,00");
        await ShowAsync(page);
        await ActAsync(page, "Raise it", "The charge is raised");

        await page.GetByRole(AriaRole.Link, new() { Name = "Record a payment" }).ClickAsync();
        await page.GetByLabel("Amount in EUR").FillAsync("50");
        await page.GetByLabel("How it came").SelectOptionAsync(new SelectOptionValue { Label = "Cash" });
        await ShowAsync(page);
        await page.KeepAsync("console-payment-record");
        await ActAsync(page, "Record it", "The payment is in the books.");
        await page.KeepAsync("console-payment-recorded");

        Assert.Equal((50_00L, 30_00L, "cash"), (
            await books.ScalarAsync("SELECT amount_minor FROM payment WHERE merchant_id = $1", desk.Merchant.Value),
            await books.ScalarAsync("SELECT allocated_minor FROM payment WHERE merchant_id = $1", desk.Merchant.Value),
            await books.ScalarAsync("SELECT method FROM payment WHERE merchant_id = $1", desk.Merchant.Value)));
        Assert.Matches(
            $"^account.create account C-77: {Why}; charge.create account [0-9]+: {Why}; payment.record account [0-9]+: {Why}$",
            await till.ActionsAsync());
        Assert.Empty(opened.Errors);
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    [Fact]
    public async Task FormThatIsSentTwice_TakesEffectOnce_AndASecondCustomerOfTheNumberIsRefused()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var form = await SeenForm.OpenAsync(desk, "/console/customers/new");
        (string, string)[] petra = [("Name", "Petra Lang"), ("Number", "C-77"), ("CurrencyCode", "EUR"), ("Reason", Why)];
        var first = (await form.SendAsync(petra)).To;
        Assert.Equal(first, (await form.SendAsync(petra)).To);
        var again = await (await SeenForm.OpenAsync(desk, "/console/customers/new")).SendAsync(petra);
        Assert.Contains("Nothing has changed", again.Page, StringComparison.Ordinal);

        var payment = await SeenForm.OpenAsync(desk, $"{first!.OriginalString.Split('?')[0]}/payment");
        (string, string)[] cash = [("Amount", "10"), ("Method", "cash"), ("AsCredit", "true"), ("Reason", Why)];
        Assert.Contains("Say how it came.", (await payment.SendAsync(("Amount", "10"), ("Reason", Why))).Page, StringComparison.Ordinal);
        var shown = SeenForm.Hidden((await payment.SendAsync(cash)).Page, "Shown");
        for (var times = 0; times < 2; times++)
            Assert.NotNull((await payment.SendAsync([.. cash, ("Shown", shown)])).To);

        Assert.Equal((1L, 1L), (
            await books.ScalarAsync("SELECT count(*) FROM account WHERE merchant_id = $1", desk.Merchant.Value),
            await books.ScalarAsync("SELECT count(*) FROM payment WHERE merchant_id = $1", desk.Merchant.Value)));
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    private static async Task ShowAsync(IPage page)
    {
        await page.GetByLabel("Reason").FillAsync(Why);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show what it does" }).ClickAsync();
    }

    private static async Task ActAsync(IPage page, string verb, string report)
    {
        await page.GetByLabel("Reason").FillAsync(Why);
        await page.GetByRole(AriaRole.Button, new() { Name = verb, Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync(report);
    }
}
