using System.Globalization;
using Microsoft.Playwright;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Tests.Running;
using Quittance.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Console;

/// <summary>Corrections in the console: each page shows the books before and after, and then carries out what it showed, once.</summary>
public sealed class CorrectionPagesTests(BooksFixture books, Browser browser)
{
    [Fact]
    public async Task Move_ClickedInABrowser_IsLookedAtAndCarriedOut()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("P", "Petra Alt");
        await till.ChargeAsync("P", "P-1", 29_90);
        var number = await till.PayAsync("P", 40_00);
        await till.OpenAsync("U", "Uwe Neu");
        await till.ChargeAsync("U", "U-1", 29_90);
        await using var opened = await desk.BrowseAsync(browser, $"/console/payments/{number}/move");
        var page = opened.Page;

        await page.GetByLabel("The customer whose money it is").FillAsync("U");
        await page.GetByLabel("Amount in EUR").FillAsync("29.90");
        await page.GetByLabel("Reason").FillAsync("Uwe paid it");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show what it does" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "What it does to the books" })).ToBeVisibleAsync();
        await opened.LookAsync("console-correction-picture");
        await page.GetByRole(AriaRole.Button, new() { Name = "Move it" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("The money is moved.");
        Assert.Empty(opened.Errors);
        Assert.Equal(0L, await books.ScalarAsync(
            "SELECT count(*) FROM charge WHERE merchant_id = $1 AND reference = 'U-1' AND is_open", desk.Merchant.Value));
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    [Fact]
    public async Task Charge_Corrected_IsShownBeforeAndAfter_AndKeepsWhoAndWhy()
    {
        var samples = await DeskSamples.CreateWithBusinessAsync(books);
        var has = samples.Business!;
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, samples.Merchant);
        var path = $"/console/charges/{has.Charge}/correct";
        var open = await OpenAsync(samples.Merchant, has.Charge);
        Assert.True(open > 5_00);

        var form = await SeenForm.OpenAsync(desk, path);
        (string, string)[] said = [("Choice", "Credit"), ("Amount", "5"), ("Reason", "A broken lamp")];
        var (to, page) = await form.SendAsync(said);
        Assert.Null(to);
        Assert.Contains("What it does to the books", page, StringComparison.Ordinal);
        Assert.Equal(open, await OpenAsync(samples.Merchant, has.Charge));

        var shown = SeenForm.Hidden(page, "Shown");
        // Another amount than the one that was shown is shown first.
        Assert.Null((await form.SendAsync([.. said, ("Amount", "6"), ("Shown", shown)])).To);
        Assert.Equal($"/console/charges/{has.Charge}?done=charge-corrected", $"{(await form.SendAsync([.. said, ("Shown", shown)])).To}");
        Assert.NotNull((await form.SendAsync([.. said, ("Shown", shown)])).To);
        Assert.Equal(open - 5_00, await OpenAsync(samples.Merchant, has.Charge));

        var story = await desk.PageAsync($"/console/charges/{has.Charge}");
        Assert.Contains("A broken lamp", story, StringComparison.Ordinal);
        Assert.Contains("Forgiven in part by a credit note", story, StringComparison.Ordinal);
        Assert.Contains("Nothing has changed: it is more than what is due", (await (await SeenForm.OpenAsync(desk, path)).SendAsync(
            ("Choice", "WriteOff"), ("Amount", "9999"), ("Reason", "x"))).Page, StringComparison.Ordinal);
    }

    /// <summary>"All that is open" is what it was when the page showed it.</summary>
    [Fact]
    public async Task Charge_ThatChangedAfterThePicture_IsShownAnew()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("P", "Petra Alt");
        await till.ChargeAsync("P", "P-1", 35_50);
        var number = Convert.ToInt64(
            await books.ScalarAsync("SELECT number FROM charge WHERE merchant_id = $1", desk.Merchant.Value), CultureInfo.InvariantCulture);
        var form = await SeenForm.OpenAsync(desk, $"/console/charges/{number}/correct");
        (string, string)[] said = [("Choice", "WriteOff"), ("Reason", "Insolvent")];
        var shown = SeenForm.Hidden((await form.SendAsync(said)).Page, "Shown");
        (string, string)[] credit = [("Choice", "Credit"), ("Amount", "5.50"), ("Reason", "A broken lamp")];
        var other = await SeenForm.OpenAsync(desk, $"/console/charges/{number}/correct");
        Assert.NotNull(
            (await other.SendAsync([.. credit, ("Shown", SeenForm.Hidden((await other.SendAsync(credit)).Page, "Shown"))])).To);

        var (to, page) = await form.SendAsync([.. said, ("Shown", shown)]);
        Assert.Null(to);
        Assert.Equal(30_00, await OpenAsync(desk.Merchant, number));

        Assert.NotNull((await form.SendAsync([.. said, ("Shown", SeenForm.Hidden(page, "Shown"))])).To);
        Assert.Equal(0, await OpenAsync(desk.Merchant, number));
    }

    [Fact]
    public async Task Charge_RaisedForACustomer_IsShownFirst_AndRaisedOnce()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        await new Till(books, desk.Merchant).OpenAsync("P", "Petra Alt");
        var account = (Guid)(await books.ScalarAsync("SELECT id FROM account WHERE merchant_id = $1", desk.Merchant.Value))!;
        await using var opened = await desk.BrowseAsync(browser, $"/console/customers/{account:D}/charge");
        var page = opened.Page;
        await page.GetByLabel("Amount in EUR").FillAsync("12,50");
        await page.GetByLabel("Due day").FillAsync("2027-01-31");
        await page.GetByLabel("Number of the bill").FillAsync("R-7");
        await page.GetByLabel("What it is for").FillAsync("Advice in November");
        await page.GetByLabel("Reason").FillAsync("Said on the telephone");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show what it does" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "What it does to the books" })).ToBeVisibleAsync();
        await opened.LookAsync("console-charge-new");
        await page.GetByRole(AriaRole.Button, new() { Name = "Raise it" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("The charge is raised");
        Assert.Empty(opened.Errors);

        // The same form sent again raises nothing more, and a second bill has a number of its own.
        var form = await SeenForm.OpenAsync(desk, $"/console/customers/{account:D}/charge");
        (string, string)[] said = [("Amount", "3"), ("DueOn", "2027-01-31"), ("Document", "R-7"), ("Reason", "x")];
        Assert.Contains("Nothing has changed", (await form.SendAsync(said)).Page, StringComparison.Ordinal);
        (string, string)[] other = [("Amount", "3"), ("DueOn", "2027-01-31")];
        (string, string)[] shown = [.. other, ("Shown", SeenForm.Hidden((await form.SendAsync(other)).Page, "Shown"))];
        Assert.NotNull((await form.SendAsync(shown)).To);
        Assert.NotNull((await form.SendAsync(shown)).To);
        Assert.Equal(
            "R-7 Advice in November 1250 2027-01-31, 300 2027-01-31",
            await books.ScalarAsync(
                "SELECT string_agg(concat_ws(' ', coalesce(document, ''), description, amount_minor, due_on), ',' ORDER BY number) "
                    + "FROM charge WHERE merchant_id = $1", desk.Merchant.Value));
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    [Fact]
    public async Task Payment_MovedToAnotherCustomer_IsShownBeforeAndAfter()
    {
        var samples = await DeskSamples.CreateWithBusinessAsync(books);
        var has = samples.Business!;
        var till = new Till(books, samples.Merchant);
        await till.OpenAsync("M", "Mia Right");
        await till.ChargeAsync("M", "M-1", 7_00);
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, samples.Merchant);
        var form = await SeenForm.OpenAsync(desk, $"/console/payments/{has.Paid}/move");
        (string, string)[] said = [("Customer", "M"), ("Amount", "7"), ("Reason", "It was Mia's")];

        var (_, page) = await form.SendAsync(said);
        Assert.Contains("Mia Right", page, StringComparison.Ordinal);
        Assert.Equal(
            $"/console/payments/{has.Paid}?done=payment-moved",
            $"{(await form.SendAsync([.. said, ("Shown", SeenForm.Hidden(page, "Shown"))])).To}");

        Assert.Equal(0L, await books.ScalarAsync(
            "SELECT count(*) FROM charge WHERE merchant_id = $1 AND reference = 'M-1' AND is_open", samples.Merchant.Value));

        // All of the rest, once, also where the browser sends the form again.
        var rest = await SeenForm.OpenAsync(desk, $"/console/payments/{has.Paid}/move");
        (string, string)[] all = [("Customer", "M"), ("Reason", "The rest too")];
        var shown = SeenForm.Hidden((await rest.SendAsync(all)).Page, "Shown");
        Assert.NotNull((await rest.SendAsync([.. all, ("Shown", shown)])).To);
        Assert.NotNull((await rest.SendAsync([.. all, ("Shown", shown)])).To);
        Assert.Contains("Nothing can be moved", await desk.PageAsync($"/console/payments/{has.Paid}/move"), StringComparison.Ordinal);
        Assert.Contains("there is no customer nowhere", (await form.SendAsync(("Customer", "nowhere"), ("Reason", "x"))).Page,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Account_IsClosedAndReopened_AndItsPageSaysWhoAndWhy()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("Z", "Zoe Gone");
        await till.ChargeAsync("Z", "Z-1", 12_00);
        var customer = $"/console/customers/{await books.ScalarAsync(
            "SELECT account_id FROM charge WHERE merchant_id = $1", desk.Merchant.Value):D}";
        (string, string)[] said = [("Reason", "Moved away")];

        Assert.Contains(
            "a charge of the account is open", (await (await SeenForm.OpenAsync(desk, $"{customer}/close")).SendAsync(said)).Page,
            StringComparison.Ordinal);
        var charge = await books.ScalarAsync("SELECT number FROM charge WHERE merchant_id = $1", desk.Merchant.Value);
        await SendShownAsync(desk, $"/console/charges/{charge}/correct", ("Choice", "Cancel"), ("Reason", "Raised by mistake"));
        foreach (var (title, word) in ((string, string)[])[("Close the", "account-closed"), ("Reopen the", "account-reopened")])
        {
            Assert.Contains(title, await desk.PageAsync($"{customer}/close"), StringComparison.Ordinal);
            var (page, to) = await SendShownAsync(desk, $"{customer}/close", said);
            Assert.Contains("No balance changes.", page, StringComparison.Ordinal);
            Assert.Equal($"{customer}?done={word}", to);
        }

        var view = await desk.PageAsync(customer);
        Assert.Contains("History of the account", view, StringComparison.Ordinal);
        Assert.Contains("Moved away", view, StringComparison.Ordinal);
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    [Fact]
    public async Task Merge_ClickedInABrowser_IsLookedAtAndUndone()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("H", "Hanna Weiss");
        await till.ChargeAsync("H", "H-1", 12_00);
        var customer = $"/console/customers/{await books.ScalarAsync(
            "SELECT account_id FROM charge WHERE merchant_id = $1", desk.Merchant.Value):D}";
        await till.PayAsync("H", 5_00);
        await till.OpenAsync("W", "Hanna Weiss-Roth");
        await using var opened = await desk.BrowseAsync(browser, $"{customer}/merge");
        var page = opened.Page;

        await page.GetByLabel("The account that goes on").FillAsync("W");
        await page.GetByLabel("Reason").FillAsync("She married");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show what it does" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "What it does to the books" })).ToBeVisibleAsync();
        await opened.LookAsync("console-merge-picture");
        await page.GetByRole(AriaRole.Button, new() { Name = "Merge them" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("The account is merged");
        Assert.Empty(opened.Errors);
        Assert.Contains("is merged into", await desk.PageAsync(customer), StringComparison.Ordinal);
        var (old, own) = (await NumberAsync("moved_from_id IS NULL"), await NumberAsync("moved_from_id IS NOT NULL"));
        Assert.Contains($"Moved to</dt><dd><a href=\"/console/charges/{own}\"", await FactsAsync(old), StringComparison.Ordinal);
        Assert.Contains($"Moved from</dt><dd><a href=\"/console/charges/{old}\"", await FactsAsync(own), StringComparison.Ordinal);
        await books.AssertBooksAreCleanAsync(desk.Merchant);

        var (_, to) = await SendShownAsync(desk, $"{customer}/merge", ("Reason", "Two people"));
        Assert.Equal($"{customer}?done=account-unmerged", to);
        Assert.Equal(12_00L, await books.ScalarAsync(
            "SELECT amount_minor - credited_minor FROM charge WHERE merchant_id = $1 AND reference = 'H-1'", desk.Merchant.Value));
        await books.AssertBooksAreCleanAsync(desk.Merchant);

        Task<object?> NumberAsync(string which) => books.ScalarAsync(
            $"SELECT number FROM charge WHERE merchant_id = $1 AND amount_minor > 500 AND {which}", desk.Merchant.Value);

        async Task<string> FactsAsync(object? number) =>
            string.Concat((await desk.PageAsync($"/console/charges/{number}")).Split('\n').Select(line => line.Trim()));
    }

    /// <summary>Sends a form, and sends it again with the picture that its page shows; the browser sends it once more.</summary>
    private static async Task<(string Page, string To)> SendShownAsync(TestDesk desk, string path, params (string, string)[] said)
    {
        var form = await SeenForm.OpenAsync(desk, path);
        var (_, page) = await form.SendAsync(said);
        (string, string)[] shown = [.. said, ("Shown", SeenForm.Hidden(page, "Shown"))];
        var to = $"{(await form.SendAsync(shown)).To}";
        Assert.Equal(to, $"{(await form.SendAsync(shown)).To}");
        return (page, to);
    }

    private async Task<long> OpenAsync(MerchantId merchant, long charge) => Convert.ToInt64(
        await books.ScalarAsync(
            "SELECT amount_minor - allocated_minor - credited_minor - written_off_minor FROM charge WHERE merchant_id = $1 AND number = $2",
            merchant.Value, charge), CultureInfo.InvariantCulture);
}
