using System.Globalization;
using System.Text.RegularExpressions;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Storage.Console;
using Quittance.Tests.Running;
using Quittance.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Console;

/// <summary>The list of payments, its search and its filters.</summary>
public sealed partial class PaymentListTests(BooksFixture books, Browser browser)
{
    private const string List = "/console/payments";

    [Fact]
    public async Task Search_FindsByNumber_Name_Reference_AndAmount()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("C-17", "Marta Quint");
        var hers = await till.PayAsync("C-17", 1234_56, correlator: "PO 2026/11");
        var other = await till.PayAsync("C-18", 77_00);

        foreach (var text in new[] { $"{hers}", $"#{hers}", "marta q", "MARTA", "quint", "uin", "Quint, Marta",
            "C-17", "PO 2026/11", "1234.56", "1.234,56",
            "1,234.56 EUR" })
        {
            Assert.Equal([hers], await NumbersAsync(desk, $"{List}?q={Uri.EscapeDataString(text)}"));
        }

        foreach (var text in new[] { "quinta", "C-1", "%", "_arta", "1234.56 USD" })
            Assert.Empty(await NumbersAsync(desk, $"{List}?q={Uri.EscapeDataString(text)}"));
        Assert.Equal([other, hers], await NumbersAsync(desk, List));
    }

    [Fact]
    public async Task Search_FindsByTheProvidersNames_OfAnAttemptAndOfADispute()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer, books.DemoCompany);
        using var other = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var paid = await new VaultedPayments(books).CaptureAsync(31_00);
        var number = (long)(await books.ScalarAsync("SELECT number FROM payment WHERE id = $1", paid.Id))!;
        var dispute = $"dp_{paid.Id:N}";
        Assert.Equal(
            "taken", await new NoticePost(books).DeliverAsync(NoticePost.Dispute("dispute.opened", dispute, paid.Authorisation, 31_00)));

        var reference = (string)(await books.ScalarAsync("SELECT provider_reference FROM attempt WHERE id = $1", paid.Capture))!;
        foreach (var text in new[] { $"{paid.Authorisation:D}", $"{paid.Capture:D}", $"{paid.Capture:N}", dispute, reference })
        {
            Assert.Equal([number], await NumbersAsync(desk, $"{List}?q={text}"));
            Assert.Empty(await NumbersAsync(other, $"{List}?q={text}"));
        }

        Assert.Contains(
            $"Attempt {paid.Capture}, at sandbox {reference}",
            await desk.PageAsync($"/console/payments/{number}"), StringComparison.Ordinal);
        Assert.Contains($"{dispute} at sandbox", await desk.PageAsync($"/console/payments/{number}"), StringComparison.Ordinal);
        // It is disputed, and not paid, wherever a person looks.
        var customer = (Guid)(await books.ScalarAsync("SELECT account_id FROM payment WHERE id = $1", paid.Id))!;
        foreach (var path in new[] { $"{List}/{number}", $"{List}?q={dispute}", $"/console/customers/{customer:D}",
            $"/console/search?q={dispute}", $"/console/explain/payment/{number}" })
        {
            var page = await desk.PageAsync(path);
            Assert.Contains("<span class=\"pill bad\">Disputed</span>", page, StringComparison.Ordinal);
            Assert.DoesNotContain(">Paid</span>", page, StringComparison.Ordinal);
        }

        Assert.Contains(number, await NumbersAsync(desk, $"{List}?back=Disputed"));
        Assert.Equal([number], await NumbersAsync(desk, $"{List}?back=Disputed&q={dispute}"));
        Assert.Empty(await NumbersAsync(desk, $"{List}?back=Refunded&q={dispute}"));
    }

    [Fact]
    public async Task Filters_TellWhatWentBack_AndWhyItFailed()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var ours = new BooksOfOne(books, desk.Merchant);
        await ours.CustomerAsync("A");
        List<long> refunded = [];
        for (var sale = 0; sale < 4; sale++)
        {
            var payment = await ours.PayAsync("A", 10_00);
            if (sale == 3)
                break;
            await ours.RefundAsync("A", payment, 2_00);
            await ours.RefundAsync("A", payment, 3_00);
            refunded.Insert(0, await ours.NumberAsync(payment));
        }

        var silent = new SilentProvider(books, desk.Merchant);
        await silent.DeclineAsync(11_00, DeclineReason.InsufficientFunds);
        await silent.DeclineAsync(12_00, DeclineReason.RequestRefused);
        await silent.DeclineAsync(13_00, DeclineReason.Expired);

        Assert.Equal(refunded, await NumbersAsync(desk, $"{List}?back=Refunded"));
        Assert.Equal(refunded, await NumbersAsync(desk, $"{List}?back=refunded&status=Captured&currency=EUR"));
        Assert.Empty(await NumbersAsync(desk, $"{List}?back=Refunded&to=2020-01-01"));
        Assert.Empty(await NumbersAsync(desk, $"{List}?back=Disputed"));
        foreach (var (query, amount) in new[] { ("reason=Expired", "13.00"), ("reason=RequestRefused&status=Failed", "12.00"),
            ("reason=InsufficientFunds&from=2026-01-01", "11.00") })
        {
            var page = await desk.PageAsync($"{List}?{query}");
            Assert.Single(NumbersOf(page));
            Assert.Contains($">{amount}<", page, StringComparison.Ordinal);
        }

        Assert.Empty(await NumbersAsync(desk, $"{List}?reason=RequestRefused&status=Declined"));
        Assert.Equal(3, (await PiecesAsync(new PaymentFilter { Return = MoneyReturn.Refunded })).Distinct().Count());

        async Task<List<long>> PiecesAsync(PaymentFilter filter)
        {
            List<long> seen = [];
            Guid? next = null;
            do
            {
                var page = await new PaymentLists(books.Database) { LooksThrough = 2 }.ReadAsync(
                    desk.Merchant, filter, next, 10, counts: false, TestContext.Current.CancellationToken);
                seen.AddRange(page.Payments.Select(payment => payment.Number));
                next = page.Next;
            }
            while (next is not null);
            Assert.Equal(refunded, seen);
            return seen;
        }
    }

    [Fact]
    public async Task SearchThatIsNotAnswered_SaysSo_UntilOneIs()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("S-1", "Adventure Works");
        await till.PayAsync("S-1");
        await till.PayAsync("S-2");
        await using var opened = await desk.BrowseAsync(browser, List);
        await opened.Page.RouteAsync("**/console/payments?q=*", route => route.FulfillAsync(new() { Status = 503, Body = "" }));

        await opened.Page.GetByLabel("Search").FillAsync("adventure");
        await Expect(opened.Page.GetByRole(Microsoft.Playwright.AriaRole.Alert)).ToContainTextAsync("The search was not answered");
        await Expect(opened.Page.Locator("tbody tr")).ToHaveCountAsync(2);
        await opened.LookAsync("console-payments-unanswered");
        await opened.Page.UnrouteAllAsync();
        await opened.Page.GetByLabel("Search").FillAsync("adventur");
        await Expect(opened.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Expect(opened.Page.GetByRole(Microsoft.Playwright.AriaRole.Alert)).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Filters_LiveInTheAddress()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var till = new Till(books, desk.Merchant);
        var small = await till.PayAsync("A", 5_00);
        var large = await till.PayAsync("A", 5000_00);
        var promised = await till.PromiseAsync("A", 70_00);
        var today = TimeProvider.System.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var dayBefore = TimeProvider.System.GetUtcNow().AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

        Assert.Equal([promised], await NumbersAsync(desk, $"{List}?status=Pending"));
        Assert.Equal([large, small], await NumbersAsync(desk, $"{List}?status=Captured&api=test"));
        Assert.Equal([large], await NumbersAsync(desk, $"{List}?least=1.000,00"));
        Assert.Equal([promised, small], await NumbersAsync(desk, $"{List}?most=100"));
        Assert.Equal([small], await NumbersAsync(desk, $"{List}?least=5&most=5"));
        Assert.Equal([promised, large, small], await NumbersAsync(desk, $"{List}?from={dayBefore}&to={today}"));
        Assert.Empty(await NumbersAsync(desk, $"{List}?to=2020-01-01"));
        Assert.Empty(await NumbersAsync(desk, $"{List}?currency=USD"));
        Assert.Empty(await NumbersAsync(desk, $"{List}?method=BankCard"));
        Assert.Contains("This could mean two amounts", await desk.PageAsync($"{List}?least=1.234"), StringComparison.Ordinal);
        Assert.Contains(
            "This day is before the first.", await desk.PageAsync($"{List}?from=2026-02-01&to=2026-01-01"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_FollowOneAnother_AndShowEachPaymentOnce()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var till = new Till(books, desk.Merchant);
        List<long> all = [];
        for (var number = 0; number < 120; number++)
            all.Insert(0, await till.PayAsync("A"));

        List<long> seen = [];
        for (var next = $"{List}?status=Captured"; next is not null;)
        {
            var page = await desk.PageAsync(next);
            seen.AddRange(NumbersOf(page));
            Assert.True(seen.Count <= all.Count);
            next = Older().Match(page) is { Success: true } link
                ? link.Groups["address"].Value.Replace("&amp;", "&", StringComparison.Ordinal) : null;
        }

        // Two of one millisecond have no order.
        Assert.Equal(all.Order(), seen.Order());
        Assert.Contains("120 payments, newest first", await desk.PageAsync(List), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RarePayment_IsLookedForPieceByPiece_AndFoundOnce()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var till = new Till(books, desk.Merchant);
        var rare = await till.PayAsync("A", 12_34);
        await till.PayManyAsync("A", 120);
        // The list shows how far it looked back by the time of the payments, and not of their status.
        await books.MoveAsync("payment", desk.Merchant, "status_at - interval '90 days'");
        var lists = new PaymentLists(books.Database) { LooksThrough = 50 };
        var filter = new PaymentFilter { Currency = "EUR", Least = "12", Status = PaymentStatus.Captured };

        // Few of a range of amounts are found at once.
        Assert.Equal(rare, Assert.Single((await lists.ReadAsync(desk.Merchant, filter, null, 10, counts: true, cancel)).Payments).Number);

        filter = new PaymentFilter { Method = PaymentMethod.Check };
        var first = await lists.ReadAsync(desk.Merchant, filter, null, 10, counts: true, cancel);
        Assert.Equal((true, 0, null), (first.IsCutShort, first.Payments.Count, first.Count));
        Assert.InRange(first.LookedBackTo!.Value, TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow());
        var parts = 1;
        for (var next = first.Next; next is not null; parts++)
        {
            var part = await lists.ReadAsync(desk.Merchant, filter, next, 10, counts: false, cancel);
            Assert.Empty(part.Payments);
            next = part.Next;
        }

        Assert.Equal(3, parts);
    }

    [Fact]
    public async Task SearchForACustomer_FindsAllTheirPayments_HoweverMany()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("C-1", "Marta Quint");
        await till.OpenAsync("C-2", "Marta Queen");
        var all = PaymentLists.CountsTo + 30;
        var first = await till.PayAsync("C-1", correlator: "Marta Q");
        await till.PayManyAsync("C-1", all - 2);
        var others = await till.PayAsync("C-2");
        await till.PayAsync("C-3");
        var lists = new PaymentLists(books.Database);

        foreach (var (text, count) in new[] { ("Marta Q", all), ("C-1", all - 1) })
        {
            List<long> seen = [];
            Guid? next = null;
            do
            {
                var page = await lists.ReadAsync(
                    desk.Merchant, new PaymentFilter { Search = new PaymentSearch(text) }, next, 400, counts: next is null, cancel);
                Assert.Equal((false, false), (page.IsCutShort, page.LeavesCustomersOut));
                Assert.Equal(next is null ? PaymentLists.CountsTo + 1 : (int?)null, page.Count);
                seen.AddRange(page.Payments.Select(payment => payment.Number));
                next = page.Next;
            }
            while (next is not null);

            Assert.Equal((count, count), (seen.Count, seen.Distinct().Count()));
            Assert.Equal(first, seen[^1]);
            Assert.Equal(text == "C-1", seen[0] != others);
        }
    }

    [Fact]
    public async Task SearchThatMatchesTooManyCustomers_SaysSo()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var till = new Till(books, desk.Merchant);
        foreach (var (account, name) in new[] { ("C-3", "Marta Cy"), ("C-1", "Marta Ay"), ("C-2", "Marta By") })
            await till.OpenAsync(account, name);
        var cy = await till.PayAsync("C-3");
        var ay = await till.PayAsync("C-1");
        var by = await till.PayAsync("C-2");
        var lists = new PaymentLists(books.Database) { LooksAtCustomers = 2 };

        var some = await lists.ReadAsync(
            desk.Merchant, new PaymentFilter { Search = new PaymentSearch("marta") }, null, 10, counts: true, cancel);
        Assert.Equal([by, ay], some.Payments.Select(payment => payment.Number));
        Assert.Equal((true, null), (some.LeavesCustomersOut, some.Count));
        var one = await lists.ReadAsync(
            desk.Merchant, new PaymentFilter { Search = new PaymentSearch("marta c") }, null, 10, counts: true, cancel);
        Assert.Equal((cy, false, 1), (Assert.Single(one.Payments).Number, one.LeavesCustomersOut, one.Count));
    }

    [Fact]
    public async Task SearchOnThePage_SaysWhereItLeavesCustomersOut()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var till = new Till(books, desk.Merchant);
        for (var number = 0; number < 201; number++)
            await till.OpenAsync($"C-{number}", $"Marta {number.ToString("000", CultureInfo.InvariantCulture)}");
        await till.PayAsync("C-0");
        await till.PayAsync("C-200");

        Assert.Contains("More than 200 customers match.", await desk.PageAsync($"{List}?q=marta"), StringComparison.Ordinal);
        Assert.Single(await NumbersAsync(desk, $"{List}?q=marta"));
        Assert.DoesNotContain("customers match", await desk.PageAsync($"{List}?q=marta%2020"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task OthersPayments_AreFoundByNothing()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        using var other = await TestDesk.OpenAsync(books, OperatorRole.Admin);
        var till = new Till(books, other.Merchant);
        await till.OpenAsync("F-1", "Foreign Name");
        var number = await till.PayAsync("F-1", 4321_00, correlator: "FOREIGN");
        Assert.Equal([number], await NumbersAsync(other, List));

        foreach (var query in new[] { "", $"?q={number}", "?q=foreign", "?q=F-1", "?q=FOREIGN", "?q=4321.00", "?status=Captured",
            "?least=1" })
        {
            Assert.Empty(await NumbersAsync(desk, List + query));
        }

        Assert.DoesNotContain("Foreign", await desk.PageAsync("/console/payments.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_LooksRight_AndSearchesWhileOneTypes_AndAStoredScriptIsText()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("S-1", "<script>alert(1)</script>");
        await till.OpenAsync("S-2", "Adventure Works Cycles GmbH");
        for (var number = 0; number < 6; number++)
            await till.PayAsync("S-2", 19_99 + (number * 1111_11));
        await till.PromiseAsync("S-2", 250_00);
        await till.PayAsync("S-1", 12_50);
        await desk.LookEverywhereAsync(browser, List, "payments");

        await using var opened = await desk.BrowseAsync(browser, List);
        var dialogs = 0;
        opened.Page.Dialog += (_, dialog) =>
        {
            dialogs++;
            _ = dialog.DismissAsync();
        };
        await Expect(opened.Page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "<script>alert(1)</script>" }))
            .ToBeVisibleAsync();
        await opened.Page.GetByLabel("Search").PressSequentiallyAsync("adventure");
        await opened.Page.ArrivesAsync("/console/payments?q=adventure");
        await Expect(opened.Page.Locator("tbody tr")).ToHaveCountAsync(7);
        await opened.Page.GetByLabel("Search").FillAsync("<script>alert(1)");
        await Expect(opened.Page.Locator("tbody tr")).ToHaveCountAsync(1);
        await opened.Page.Locator("tbody a").First.ClickAsync();
        await Expect(opened.Page.Locator("h1")).ToContainTextAsync("12.50 EUR · <script>alert(1)</script>");
        await Expect(opened.Page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "<script>alert(1)</script>" }))
            .ToBeVisibleAsync();
        Assert.Equal(0, dialogs);
        Assert.Empty(opened.Errors);
    }

    private static async Task<long[]> NumbersAsync(TestDesk desk, string address) => NumbersOf(await desk.PageAsync(address));

    private static long[] NumbersOf(string page) =>
        [.. Numbers().Matches(page).Select(match => long.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture))];

    [GeneratedRegex("href=\"/console/payments/(?<number>\\d+)\"", RegexOptions.None, 60_000)]
    private static partial Regex Numbers();

    [GeneratedRegex("href=\"(?<address>[^\"]*)\">Older<", RegexOptions.None, 60_000)]
    private static partial Regex Older();
}
