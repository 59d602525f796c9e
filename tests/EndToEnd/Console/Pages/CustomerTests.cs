using System.Net;
using Microsoft.Playwright;
using Quittance.Core.Access;
using Quittance.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Console;

/// <summary>The search for customers, and the page of one.</summary>
public sealed class CustomerTests(BooksFixture books, Browser browser)
{
    [Fact]
    public async Task Search_FindsByNameReferenceAndNumber_AndByNothingOfAnotherMerchant()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        using var other = await TestDesk.OpenAsync(books);
        var ours = new BooksOfOne(books, desk.Merchant);
        var ada = await ours.CustomerAsync("0.0.0.1+-account+77", "Ada Lovelace");
        await ours.CustomerAsync("Z-100%", "Grace Hopper");
        await ours.ChargeAsync("0.0.0.1+-account+77", "BILL-9", 20_00);
        await new BooksOfOne(books, other.Merchant).CustomerAsync("0.0.0.1+-account+78", "Ada Byron");
        var number = await books.ScalarAsync(
            "SELECT number FROM account WHERE merchant_id = $1 AND id = $2", desk.Merchant.Value, ada.Value);

        foreach (var typed in new[]
            { "ada", "ADA LOVE", "0.0.0.1+-acc", "BILL-9", $"{number}", "lovelace", "ovelac", "Lovelace, Ada", "Lövelace" })
        {
            var found = await desk.PageAsync($"/console/customers?search={Uri.EscapeDataString(typed)}");
            Assert.Contains($"/console/customers/{ada.Value:D}", found, StringComparison.Ordinal);
            Assert.DoesNotContain("Grace", found, StringComparison.Ordinal);
            Assert.DoesNotContain("Byron", found, StringComparison.Ordinal);
        }

        // Signs of patterns are letters here.
        Assert.Contains("Grace", await desk.PageAsync("/console/customers?search=Z-100%25"), StringComparison.Ordinal);
        Assert.Contains("No customer is found", await desk.PageAsync("/console/customers?search=%25"), StringComparison.Ordinal);
        Assert.Contains("No customer is found", await desk.PageAsync("/console/customers?search=_da"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_ShowsEachCustomerOnce_PartByPart_AlsoAmongEqualNames()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var ours = new BooksOfOne(books, desk.Merchant);
        for (var i = 0; i < 120; i++)
            await ours.CustomerAsync($"S-{i:000}", "Same Name");

        foreach (var search in new[] { "", "search=same", "search=S-" })
        {
            HashSet<string> seen = [];
            var next = $"/console/customers?{search}";
            for (var part = 0; next is not null; part++)
            {
                Assert.True(part < 3);
                var page = await desk.PageAsync(next);
                Assert.All(IdsIn(page), id => Assert.True(seen.Add(id)));
                next = NextIn(page);
            }

            Assert.Equal(120, seen.Count);
        }
    }

    [Fact]
    public async Task Customer_ShowsWhatIsOwedAndKept_AndHowLate()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var ours = new BooksOfOne(books, desk.Merchant);
        var ada = await ours.CustomerAsync("A-1", "Ada");
        await ours.ChargeAsync("A-1", "B-1", 1234_56, new DateOnly(2026, 1, 31));
        await ours.ChargeAsync("A-1", "B-2", 50_00, new DateOnly(2999, 1, 1));
        await ours.PayAsync("A-1", 34_56, "B-1");
        await ours.PayAsync("A-1", 7_00);

        var page = await desk.PageAsync($"/console/customers/{ada.Value:D}");

        Assert.Contains("<span class=\"figure\">1,250.00</span>", page, StringComparison.Ordinal);
        Assert.Contains("<span class=\"figure\">1,200.00</span>", page, StringComparison.Ordinal);
        Assert.Contains("31 Jan 2026", page, StringComparison.Ordinal);
        Assert.Contains("<span class=\"figure\">7.00</span>", page, StringComparison.Ordinal);
        Assert.Contains("Oracle BRM", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CustomerOfAnotherMerchant_IsMissing_OnEveryPage()
    {
        using var desk = await TestDesk.OpenAsync(books);
        using var other = await TestDesk.OpenAsync(books);
        var theirs = new BooksOfOne(books, other.Merchant);
        var foreign = await theirs.CustomerAsync("F-1", "Not Yours");
        await theirs.ChargeAsync("F-1", "FB-1", 20_00);
        var receivable = await theirs.ReceivableAsync(foreign);

        foreach (var path in new[]
        {
            $"/console/customers/{foreign.Value:D}", $"/console/customers/{foreign.Value:D}/statement",
            $"/console/customers/{foreign.Value:D}/statement.csv",
            $"/console/explain/customer/{foreign.Value:D}", $"/console/ledger/{receivable:D}", $"/console/explain/account/{receivable:D}",
        })
        {
            using var answer = await desk.Client.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal((path, HttpStatusCode.NotFound), (path, answer.StatusCode));
            Assert.DoesNotContain(
                "Not Yours", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Erase_TakesAnAdminTheNumberAndAReason_AndLeavesTheBooks()
    {
        using var desk = await TestDesk.OpenAsync(books);
        using var clerk = await TestDesk.OpenAsync(books, OperatorRole.Operator, desk.Merchant);
        var ours = new BooksOfOne(books, desk.Merchant);
        var ada = await ours.CustomerAsync("A-1", "Ada Forgotten");
        await ours.PayAsync("A-1", 7_00);
        var number = $"{await books.ScalarAsync(
            "SELECT number FROM account WHERE merchant_id = $1 AND id = $2", desk.Merchant.Value, ada.Value)}";
        var path = $"/console/customers/{ada.Value:D}/erase";

        using (var refused = await clerk.SendAsync(path, ("Confirmation", number), ("Reason", "They asked")))
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        foreach (var (confirmation, reason) in new[] { ("", "They asked"), ("4711", "They asked"), (number, " ") })
        {
            using var refused = await desk.SendAsync(path, ("Confirmation", confirmation), ("Reason", reason));
            Assert.Equal(HttpStatusCode.OK, refused.StatusCode);
        }

        Assert.Contains("Ada Forgotten", await desk.PageAsync("/console/customers"), StringComparison.Ordinal);
        using (var erased = await desk.SendAsync(path, ("Confirmation", number), ("Reason", "They asked")))
            Assert.Equal($"/console/customers/{ada.Value:D}?done=customer-erased", erased.Headers.Location!.OriginalString);
        var page = await desk.PageAsync($"/console/customers/{ada.Value:D}");
        Assert.DoesNotContain("Ada Forgotten", page, StringComparison.Ordinal);
        Assert.Contains("<span class=\"figure\">7.00</span>", page, StringComparison.Ordinal);
        Assert.Equal(
            ("They asked", desk.Person.Name),
            ((string)(await books.ScalarAsync(
                "SELECT reason FROM operator_action WHERE merchant_id = $1 AND what = 'account.erase'", desk.Merchant.Value))!,
             (string)(await books.ScalarAsync(
                 "SELECT who FROM operator_action WHERE merchant_id = $1 AND what = 'account.erase'", desk.Merchant.Value))!));
    }

    [Fact]
    public async Task ScriptInACustomersName_IsHarmless()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var ours = new BooksOfOne(books, desk.Merchant);
        const string Name = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">";
        var account = await ours.CustomerAsync("X-\"><script>document.title='taken'</script>", Name);

        foreach (var path in new[] { "/console/customers", "/console/customers?search=%3Cscript%3E",
            $"/console/customers/{account.Value:D}", $"/console/customers/{account.Value:D}/statement" })
        {
            await using var opened = await desk.BrowseAsync(browser, path);
            await Expect(opened.Page.GetByText("<script>", new() { Exact = false }).First).ToBeVisibleAsync();
            Assert.NotEqual("taken", await opened.Page.TitleAsync());
            Assert.Equal(0, await opened.Page.Locator("main script, main img").CountAsync());
            Assert.Empty(opened.Errors);
        }
    }

    [Fact]
    public async Task Customers_AreFoundWhileOneTypes_AndLookWell()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer, books.DemoCompany);
        var known = (await new VaultedPayments(books).CaptureAsync(42_00)).Customer.Account;
        var id = (Guid)(
            await books.ScalarAsync("SELECT account_id FROM reference WHERE merchant_id = $1 AND value = $2", desk.Merchant.Value, known))!;

        await desk.LookEverywhereAsync(browser, $"/console/customers/{id:D}", "customer");

        await using var opened = await desk.BrowseAsync(browser, "/console/customers");
        await opened.Page.GetByLabel("Search").PressSequentiallyAsync(known);
        await Expect(opened.Page.GetByRole(AriaRole.Row)).ToHaveCountAsync(2);
        await opened.Page.GetByRole(AriaRole.Link, new() { Name = "Ada Nkemelu" }).ClickAsync();
        await Expect(opened.Page.GetByText("Visa ···· 4242")).ToBeVisibleAsync();
    }

    private static IEnumerable<string> IdsIn(string page) =>
        page.Split("<th scope=\"row\"><a class=\"row\" href=\"/console/customers/").Skip(1).Select(rest => rest[..36]);

    private static string? NextIn(string page) => page.Split("<a class=\"button\" href=\"").Skip(1)
        .Where(rest => rest[..rest.IndexOf('<', StringComparison.Ordinal)].EndsWith(">Next", StringComparison.Ordinal))
        .Select(rest => WebUtility.HtmlDecode(rest[..rest.IndexOf('"', StringComparison.Ordinal)])).SingleOrDefault();
}
