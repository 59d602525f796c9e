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

    private int _clicks;

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
        await Expect(page.GetByLabel("Amount in EUR")).ToHaveValueAsync("30.00");
        await page.GetByLabel("Amount in EUR").FillAsync("50");
        await page.GetByLabel("How it came").SelectOptionAsync(new SelectOptionValue { Label = "Cash" });
        await page.GetByLabel("Reason").FillAsync(Why);
        await page.GetByRole(AriaRole.Button, new() { Name = "Record it", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("is not what was shown before");
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
    public async Task Bill_IsFoundAndPaidInCash_OrCancelled_WithThreeClicks()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("P", "Petra Lang");
        await till.ChargeAsync("P", "BILL-2031", 35_50);
        await till.ChargeAsync("P", "BILL-2032", 12_00);
        await using var opened = await desk.BrowseAsync(browser, "/console");
        var page = opened.Page;
        foreach (var (bill, link, verb, report, reason) in new[]
        {
            ("BILL-2031", "Record a payment", "Record it", "The payment is in the books.", null),
            ("BILL-2032", "Cancel the charge", "Cancel the charge", "The charge is corrected.", Why),
        })
        {
            await page.GotoAsync("/console");
            await page.Keyboard.PressAsync("/");
            await page.Keyboard.TypeAsync(bill);
            await page.Keyboard.PressAsync("Enter");
            await ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = bill }).First);
            await ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }));
            await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "What it does to the books" })).ToBeVisibleAsync();
            await opened.LookAsync($"console-{verb.Split(' ')[0].ToLowerInvariant()}-at-once");
            if (reason is not null)
                await page.GetByLabel("Reason").FillAsync(reason);
            await ClickAsync(page.GetByRole(AriaRole.Button, new() { Name = verb, Exact = true }));
            await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync(report);
            Assert.Equal(3, _clicks);
            _clicks = 0;
        }

        Assert.Equal("35.50 cash", await books.ScalarAsync(
            "SELECT round(amount_minor / 100.0, 2) || ' ' || method FROM payment WHERE merchant_id = $1", desk.Merchant.Value));
        Assert.Equal(0L, await books.ScalarAsync("SELECT count(*) FROM charge WHERE merchant_id = $1 AND is_open", desk.Merchant.Value));
        Assert.Empty(opened.Errors);
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    [Fact]
    public async Task PictureThatThePageOpensWith_WritesNothing_WhereItHasChanged_AndOnceWhereNot()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("P", "Petra Lang");
        await till.ChargeAsync("P", "P-1", 35_50);
        await till.ChargeAsync("P", "P-2", 20_00);
        var account = await books.ScalarAsync("SELECT id FROM account WHERE merchant_id = $1", desk.Merchant.Value);
        var (first, second) = (await NumberAsync("P-1"), await NumberAsync("P-2"));
        var record = await SeenForm.OpenAsync(desk, $"/console/customers/{account:D}/payment?for={first}");
        var cancel = await SeenForm.OpenAsync(desk, $"/console/charges/{first}/correct?choice=Cancel");
        Assert.Equal("35.50", record["Amount"]);

        // A reason that is missing keeps the picture, and changes nothing.
        var unsaid = await cancel.SendAsync(("Choice", "Cancel"), ("Reason", " "));
        Assert.Null(unsaid.To);
        Assert.Contains("What it does to the books", unsaid.Page, StringComparison.Ordinal);
        Assert.Equal(35_50L, await OpenAsync(first));

        // Something is paid meanwhile.
        var part = await SeenForm.OpenAsync(desk, $"/console/customers/{account:D}/payment?for={first}");
        (string, string)[] five = [("Amount", "5"), ("Method", "cash")];
        var picture = await part.SendAsync(five);
        var late = await SeenForm.OpenAsync(desk, $"/console/customers/{account:D}/payment?for={first}");
        var seen = SeenForm.Hidden((await late.SendAsync(five)).Page, "Shown");
        Assert.Contains("is not what was shown before", picture.Page, StringComparison.Ordinal);
        Assert.NotNull((await part.SendAsync([.. five, ("Shown", SeenForm.Hidden(picture.Page, "Shown"))])).To);
        // A colleague who records as much once more makes the same transfers, of another balance.
        Assert.Null((await late.SendAsync([.. five, ("Shown", seen)])).To);
        foreach (var (form, filled) in new[] { (record, ("Method", "cash")), (cancel, ("Choice", "Cancel")) })
        {
            var (to, page) = await form.SendAsync(filled, ("Reason", Why));
            Assert.Null(to);
            Assert.Contains("Nothing has changed", page, StringComparison.Ordinal);
        }

        Assert.Equal((5_00L, 30_50L), (await PaidAsync(), await OpenAsync(first)));

        // Another way than the page opened with is shown first; the way that was used last stands there next time.
        var other = await SeenForm.OpenAsync(desk, $"/console/customers/{account:D}/payment?for={second}");
        var shown = SeenForm.Hidden((await other.SendAsync(("Method", "check"))).Page, "Shown");
        for (var times = 0; times < 2; times++)
            Assert.NotNull((await other.SendAsync(("Method", "check"), ("Shown", shown))).To);
        Assert.Equal((25_00L, 0L), (await PaidAsync(), await OpenAsync(second)));
        Assert.Matches(
            "<option value=\"check\" selected", await desk.PageAsync($"/console/customers/{account:D}/payment?for={first}"));
        await books.AssertBooksAreCleanAsync(desk.Merchant);

        async Task<long> NumberAsync(string reference) => (long)(await books.ScalarAsync(
            "SELECT number FROM charge WHERE merchant_id = $1 AND reference = $2", desk.Merchant.Value, reference))!;

        async Task<long> PaidAsync() => (long)(await books.ScalarAsync(
            "SELECT sum(amount_minor)::bigint FROM payment WHERE merchant_id = $1", desk.Merchant.Value))!;

        async Task<long> OpenAsync(long number) => (long)(await books.ScalarAsync(
            "SELECT amount_minor - allocated_minor - credited_minor - written_off_minor FROM charge WHERE merchant_id = $1 AND number = $2",
            desk.Merchant.Value, number))!;
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

    [Fact]
    public async Task PageOfACustomer_SaysWhatIsPaidInAll_AndHasTheStatementAtHand()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("P", "Petra Lang");
        await till.PayAsync("P", 40_00);
        await till.PromiseAsync("P", 7_00);
        var number = await till.PayAsync("P", 10_50);
        var refund = await SeenForm.OpenAsync(desk, $"/console/payments/{number}/refund");
        Assert.NotNull((await refund.SendAsync(("Amount", "0.50"), ("Reason", Why))).To);
        var account = await books.ScalarAsync("SELECT id FROM account WHERE merchant_id = $1", desk.Merchant.Value);
        await using var opened = await desk.BrowseAsync(browser, $"/console/customers/{account:D}");

        var paid = opened.Page.GetByRole(AriaRole.Region, new() { Name = "Owes" }).GetByText("Paid in all");
        await Expect(paid).ToContainTextAsync("50.00");
        await opened.LookAsync("console-customer-paid");
        await opened.Page.GetByRole(AriaRole.Link, new() { Name = "Statement", Exact = true }).First.ClickAsync();
        await Expect(opened.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("tatement");
        Assert.Empty(opened.Errors);
    }

    /// <summary>From the customer's page as from the bill's: what is open of all stands there, and of one bill by a link.</summary>
    [Fact]
    public async Task PaymentOfACustomer_IsOfferedAsWhatIsOwed_OrAsOneBill()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("P", "Petra Lang");
        var account = await books.ScalarAsync("SELECT id FROM account WHERE merchant_id = $1", desk.Merchant.Value);
        var path = $"/console/customers/{account:D}/payment";
        Assert.Equal("", (await SeenForm.OpenAsync(desk, path))["Amount"]);
        await till.ChargeAsync("P", "P-1", 35_50);
        await till.ChargeAsync("P", "P-2", 20_00);
        await using var opened = await desk.BrowseAsync(browser, $"/console/customers/{account:D}");
        var page = opened.Page;

        await ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = "Record a payment" }));
        await Expect(page.GetByLabel("Amount in EUR")).ToHaveValueAsync("55.50");
        await opened.LookAsync("console-record-owed");
        await ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = "P-2", Exact = true }));
        await Expect(page.GetByLabel("Amount in EUR")).ToHaveValueAsync("20.00");
        await ClickAsync(page.GetByRole(AriaRole.Button, new() { Name = "Record it", Exact = true }));
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("The payment is in the books.");

        Assert.Equal("P-1", await books.ScalarAsync(
            "SELECT reference FROM charge WHERE merchant_id = $1 AND is_open", desk.Merchant.Value));
        Assert.Empty(opened.Errors);
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    private async Task ClickAsync(ILocator what)
    {
        _clicks++;
        await what.ClickAsync();
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
