using System.Net;
using System.Text.RegularExpressions;
using Quittance.Console.Pages.Today;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Providers;
using Quittance.Storage.Console;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;
using Quittance.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Console;

/// <summary>The page of the day.</summary>
public sealed class TodayTests(BooksFixture books, Browser browser)
{
    [Fact]
    public async Task Day_ShowsWhatCameIn_WentBack_Failed_AndIsOwed()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("A", "Ada Nkemelu");
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var number = await till.PayAsync("A", 1200_00);
        await till.PayAsync("A", 34_50);
        await till.PromiseAsync("A", 999_00);
        foreach (var (bill, days, amountMinor) in new[] { ("B-0", 0, 1_00), ("B-1", -1, 2_00), ("B-30", -30, 4_00), ("B-31", -31, 8_00),
            ("B-61", -61, 16_00), ("B-91", -91, 32_00) })
        {
            await till.ChargeAsync("A", bill, amountMinor, today.AddDays(days));
        }

        var refund = await SeenForm.OpenAsync(desk, $"/console/payments/{number}/refund");
        Assert.NotNull((await refund.SendAsync(("Reason", "Too much"), ("Amount", "200"))).To);

        var page = TextOf(await desk.PageAsync("/console"));

        Assert.Contains("Money in 1,234.50 EUR", page, StringComparison.Ordinal);
        Assert.Contains($"Nothing last {today.AddDays(-7):dddd} by this time", page, StringComparison.Ordinal);
        Assert.Contains("Refunds 200.00 EUR 1 refund", page, StringComparison.Ordinal);
        Assert.Contains("To do Nothing No bank line, refund, approval or dispute waits for a person.", page, StringComparison.Ordinal);
        Assert.Contains("Failures None", page, StringComparison.Ordinal);
        Assert.Contains(
            "Not due yet 1 1.00 EUR 1 to 30 days 2 6.00 EUR 31 to 60 days 1 8.00 EUR 61 to 90 days 1 16.00 EUR More than 90 days 1 32.00 "
                + "EUR All 6 63.00 EUR", page,
            StringComparison.Ordinal);
        Assert.Contains("63.00 EUR (debit)", await ThereAsync("/console/explain/EUR/receivable"), StringComparison.Ordinal);
        Assert.Contains("1,034.50 EUR (debit)", await ThereAsync("/console/ledger/EUR/clearing"), StringComparison.Ordinal);

        async Task<string> ThereAsync(string link)
        {
            Assert.Contains($"href=\"{link}\"", await desk.PageAsync("/console"), StringComparison.Ordinal);
            return TextOf(await desk.PageAsync(link));
        }
    }

    [Fact]
    public async Task Failures_AreThoseThatTheirLinksShow()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var silent = new SilentProvider(books, desk.Merchant);
        await silent.DeclineAsync(10_00, DeclineReason.InsufficientFunds);
        await silent.DeclineAsync(10_00, DeclineReason.InsufficientFunds);
        await silent.DeclineAsync(10_00, DeclineReason.RequestRefused);
        await new Till(books, desk.Merchant).PayAsync("A", 10_00);

        var page = await desk.PageAsync("/console");

        Assert.Contains("Failures 3 2 declined · 1 failed Not enough money 2", TextOf(page), StringComparison.Ordinal);
        foreach (var (status, count) in new[] { ("Declined", 2), ("Failed", 1), ("Captured", 1) })
        {
            var link = Regex.Match(WebUtility.HtmlDecode(page), $"href=\"(/console/payments\\?status={status}&[^\"]*)\"", RegexOptions.None,
                TimeSpan.FromMinutes(1)).Groups[1].Value;
            Assert.Contains(
                count == 1 ? "1 payment<" : $"{count} payments, newest first", await desk.PageAsync(link), StringComparison.Ordinal);
        }

        var capped = await new TodayReading(books.Database, TimeProvider.System) { CountsFailuresTo = 1 }.ReadAsync(
            desk.Merchant, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime), TimeProvider.System.GetUtcNow().AddDays(-1),
            TimeProvider.System.GetUtcNow().AddDays(-8), cancel);
        Assert.Equal(0, capped.FailuresBefore);
        var now = TimeProvider.System.GetUtcNow();
        var compared = await new TodayReading(books.Database, TimeProvider.System)
            .ReadAsync(desk.Merchant, DateOnly.FromDateTime(now.UtcDateTime), now.AddDays(-1), now.AddDays(-1), cancel);
        Assert.Equal(3, compared.FailuresBefore);
        Assert.Contains(
            "None last", TextOf(page)[
            TextOf(page).IndexOf("Failures", StringComparison.Ordinal)..TextOf(page).IndexOf("To do", StringComparison.Ordinal)],
            StringComparison.Ordinal);
        Assert.Equal(
            2, CountOf(await desk.PageAsync(
            Regex.Match(WebUtility.HtmlDecode(page), "/console/payments\\?reason=InsufficientFunds[^\"]*", RegexOptions.None,
            TimeSpan.FromMinutes(1)).Value)));
        Assert.Equal(["2 Declined", "1 Failed"], capped.Failures.Select(failure => $"{failure.Payments} {failure.Status}"));
        Assert.Equal(("1+", "1", "2+"), (TodayWords.Counted([2], 1), TodayWords.Counted([1], 1), TodayWords.Counted([2, 1], 1)));
        Assert.Equal("2,003+", TodayWords.Counted([2001, 3], 2000));
    }

    [Fact]
    public async Task Refunds_AreCompared_WithThoseOfTheSameDayLastWeek()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var ours = new BooksOfOne(books, desk.Merchant);
        await ours.CustomerAsync("A");
        var payment = await ours.PayAsync("A", 100_00);
        await ours.RefundAsync("A", payment, 20_00);
        await books.MoveAsync("refund", desk.Merchant, "status_at - interval '7 days 1 minute'");
        await ours.RefundAsync("A", payment, 30_00);

        var page = TextOf(await desk.PageAsync("/console"));

        Assert.Contains("Refunds 30.00 EUR 1 refund", page, StringComparison.Ordinal);
        // A minute after midnight, that day had just begun.
        if (TimeProvider.System.GetUtcNow().TimeOfDay is { TotalMinutes: > 5 and < 1435 })
            Assert.Contains("1 refund 50 % more than last", page, StringComparison.Ordinal);
        Assert.Equal(1, CountOf(await desk.PageAsync("/console/payments?back=Refunded")));
        var monday = new DateOnly(2026, 5, 4);
        Assert.Equal(
            ["None last Monday by this time", "As many as last Monday by this time", "1 more than last Monday by this time (2)",
                "2,000 fewer than last Monday by this time (2,001)"],
            new[] { (3, 0), (2, 2), (3, 2), (1, 2001) }.Select(each => TodayWords.Compared(each.Item1, each.Item2, monday)));
    }

    [Fact]
    public async Task Chart_NamesItsCurrency_WhichTheAddressChooses()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var till = new Till(books, desk.Merchant);
        await till.PayAsync("A", 10_00);
        Assert.DoesNotContain("Currency of the chart", await desk.PageAsync("/console"), StringComparison.Ordinal);

        using var two = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        till = new Till(books, two.Merchant);
        await till.PayAsync("A", 10_00);
        await till.PayAsync("A", 10_00);
        await till.PayAsync("B", new Money(7_00, Currency.Parse("USD")));

        foreach (var (query, code) in new[] { ("", "EUR"), ("?currency=USD", "USD"), ("?currency=EUR", "EUR"), ("?currency=JPY", "EUR"),
            ("?currency=none", "EUR") })
        {
            var page = await two.PageAsync($"/console{query}");
            Assert.Contains($"Money in, four weeks, {code}<", page, StringComparison.Ordinal);
            Assert.Contains($"data-chart=\"{{&quot;currency&quot;:&quot;{code}&quot;", page, StringComparison.Ordinal);
            Assert.Contains($"href=\"/console?currency={code}\" aria-current=\"true\"", page, StringComparison.Ordinal);
        }

        await two.LookEverywhereAsync(browser, "/console?currency=USD", "today-currencies");
    }

    [Fact]
    public async Task MoneyIn_SaysThatItsLinkShowsWhatWasBegunOnTheDay()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        await new Till(books, desk.Merchant).PayAsync("A", 10_00);
        var page = TextOf(await desk.PageAsync("/console"));
        Assert.Contains("Paid payments in EUR that began today", page, StringComparison.Ordinal);
        Assert.Contains("A day's link shows the payments that began on it and are paid.", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MoneyIn_IsTheSum_HoweverOftenItIsRead_AndAsItGrowsOld()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var till = new Till(books, desk.Merchant);
        await till.PayAsync("A", 10_00);
        await till.PayAsync("A", 20_00);
        var clock = new Later();
        var takings = new CapturedMoney(books.Database, clock);
        var from = CapturedMoney.StartOf(clock.GetUtcNow()).AddDays(-1);

        Assert.Equal((30_00, 2), await SumAsync());
        // The first reading is over now: it is kept, and only later payments are read.
        clock.By = TimeSpan.FromMinutes(2);
        Assert.Equal((30_00, 2), await SumAsync());
        await books.MoveAsync("payment", desk.Merchant, "now() + interval '90 seconds'", await till.PayAsync("A", 5_00));
        clock.By = TimeSpan.FromMinutes(2.2);
        Assert.Equal((35_00, 3), await SumAsync());
        clock.By = TimeSpan.FromMinutes(9);
        Assert.Equal((35_00, 3), await SumAsync());
        Assert.Equal((35_00, 3), await SumAsync());
        // For three seconds nothing is read; figures older than ten seconds are not shown.
        await books.MoveAsync("payment", desk.Merchant, "now() + interval '9 minutes'", await till.PayAsync("A", 7_00));
        clock.By += TimeSpan.FromSeconds(1);
        Assert.Equal((35_00, 3), await SumAsync());
        clock.By += TimeSpan.FromSeconds(10);
        Assert.Equal((42_00, 4), await SumAsync());

        async Task<(long, int)> SumAsync()
        {
            var all = (await takings.SinceAsync(desk.Merchant, from, cancel)).Quarters;
            return (all.Sum(quarter => quarter.Sum.AmountMinor), all.Sum(quarter => quarter.Payments));
        }
    }

    [Fact]
    public async Task LastFigures_AreShownWithTheirTime_WhileTheyAreReadAnew()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var own = await OwnBooks.CreateAsync(books);
        await using var engine = own.Engine();
        var business = new Business(await own.MerchantAsync());
        Assert.True((await engine.SubmitAsync(business.Opening("A"))).Accepted);
        Assert.True((await engine.SubmitAsync(business.Charge("A", "B-1", 10_00))).Accepted);
        var clock = new Later();
        var days = new TodayReading(own.Database, clock);
        var today = new DateOnly(2026, 5, 4);

        var first = await ReadAsync(today);
        Assert.Equal((10_00, false), (Owed(first), first.IsOld));
        Assert.True((await engine.SubmitAsync(business.Charge("A", "B-2", 5_00))).Accepted);
        await using (var connection = await own.Database.OpenConnectionAsync(cancel))
        await using (var transaction = await connection.BeginTransactionAsync(cancel))
        {
            await using var hold = new Npgsql.NpgsqlCommand("LOCK TABLE charge IN ACCESS EXCLUSIVE MODE", connection, transaction);
            await hold.ExecuteNonQueryAsync(cancel);
            clock.By = TimeSpan.FromHours(14);

            // No page waits for receivables, nor on the next day.
            var later = await ReadAsync(today.AddDays(1));
            Assert.Equal((10_00, true, first.ReceivablesAt), (Owed(later), later.IsOld, later.ReceivablesAt));
            Assert.True(later.At > first.At.AddHours(13));
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ReadAsync(today.AddDays(1))));
            while (await own.WaitingAsync() == 0)
                await Task.Delay(20, cancel);
            await Task.Delay(300, cancel);
            Assert.Equal(1L, await own.WaitingAsync());
        }

        DayFigures last;
        while ((last = await ReadAsync(today.AddDays(1))).IsOld)
            await Task.Delay(20, cancel);
        Assert.Equal(15_00, Owed(last));

        Task<DayFigures> ReadAsync(DateOnly day) =>
            days.ReadAsync(business.Merchant, day, Begin(day), Begin(day.AddDays(-7)), cancel).WaitAsync(TimeSpan.FromSeconds(20), cancel);
        static DateTimeOffset Begin(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);
        static long Owed(DayFigures figures) => figures.Receivables.Sum(each => each.Sum.AmountMinor);
    }

    [Fact]
    public async Task MoneyIn_IsReadOnce_ForAllWhoAskAtOnce()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var own = await OwnBooks.CreateAsync(books);
        await using var engine = own.Engine();
        var business = new Business(await own.MerchantAsync());
        Assert.True((await engine.SubmitAsync(business.Payment("A", 30_00))).Accepted);
        var takings = new CapturedMoney(own.Database, TimeProvider.System);
        var from = CapturedMoney.StartOf(TimeProvider.System.GetUtcNow()).AddDays(-1);
        Task<CapturedSums>[] asked;
        await using (var connection = await own.Database.OpenConnectionAsync(cancel))
        await using (var transaction = await connection.BeginTransactionAsync(cancel))
        {
            await using var hold = new Npgsql.NpgsqlCommand("LOCK TABLE payment IN ACCESS EXCLUSIVE MODE", connection, transaction);
            await hold.ExecuteNonQueryAsync(cancel);
            asked = [.. Enumerable.Range(0, 8).Select(_ => takings.SinceAsync(business.Merchant, from, cancel))];
            while (await own.WaitingAsync() == 0)
                await Task.Delay(20, cancel);
            // Time enough for others to come.
            await Task.Delay(300, cancel);
            Assert.Equal(1L, await own.WaitingAsync());
        }

        Assert.All(await Task.WhenAll(asked), taken => Assert.Equal(30_00, taken.Quarters.Sum(quarter => quarter.Sum.AmountMinor)));
    }

    [Fact]
    public async Task LastWeek_CountsUntilTheSameTime()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var till = new Till(books, desk.Merchant);
        await BookedAsync(await till.PayAsync("A", 100_00), "7 days 1 minute");
        await BookedAsync(await till.PayAsync("A", 1000_00), "6 days 23 hours 50 minutes");
        await till.PayAsync("A", 150_00);

        var page = TextOf(await desk.PageAsync("/console"));

        Assert.Contains("Money in 150.00 EUR", page, StringComparison.Ordinal);
        // A minute after midnight, that day had just begun.
        if (TimeProvider.System.GetUtcNow().TimeOfDay is { TotalMinutes: > 5 and < 1420 })
            Assert.Contains("50 % more than last", page, StringComparison.Ordinal);

        Task BookedAsync(long number, string ago) => books.MoveAsync("payment", desk.Merchant, $"now() - interval '{ago}'", number);
    }

    [Long]
    [Fact]
    public async Task Day_LooksRight_WithAChart_AndWithoutAnything()
    {
        using var fresh = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        await fresh.LookEverywhereAsync(browser, "/console", "today-empty");

        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var till = new Till(books, desk.Merchant);
        for (var day = 0; day < 28; day++)
        {
            var number = await till.PayAsync("A", 400_00 + (day * 7919 % 600_00));
            await books.MoveAsync("payment", desk.Merchant, $"status_at - interval '{day} days'", number);
        }

        await till.ChargeAsync("A", "B-1", 120_00);
        await till.ChargeAsync("A", "B-2", 80_00, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(10));
        await desk.LookEverywhereAsync(browser, "/console", "today");
        // The four figures are in rows of as many each.
        foreach (var (width, rows) in new[] { (1280, 1), (1100, 2), (768, 2), (360, 4) })
        {
            await using var sized = await desk.BrowseAsync(browser, "/console", width: width);
            await sized.LookAsync($"console-today-{width}");
            Assert.Equal(
                rows, await sized.Page.EvaluateAsync<int>(
                "new Set([...document.querySelectorAll('.cards > .card')].map(card => card.offsetTop)).size"));
        }

        await using var opened = await desk.BrowseAsync(browser, "/console");
        await Expect(opened.Page.Locator(".chart canvas")).ToBeVisibleAsync();
        // Its place is kept for it: nothing below moves when it is drawn.
        await using (var plain = await desk.BrowseAsync(browser, "/console", withScripts: false))
            Assert.Equal(await HeightAsync(plain), await HeightAsync(opened));
        await opened.Page.GetByText("The figures as a table").ClickAsync();
        await Expect(opened.Page.GetByRole(Microsoft.Playwright.AriaRole.Region, new() { Name = "Money in by day" }).Locator("tbody tr"))
            .ToHaveCountAsync(28);
    }

    private static int CountOf(string list) =>
        Regex.Count(list, "<td class=\"nowrap\"><a class=\"row\" href=\"/console/payments/[0-9]+\">", RegexOptions.None,
            TimeSpan.FromMinutes(1));

    private static Task<int> HeightAsync(BrowserPage opened) =>
        opened.Page.Locator(".chart").EvaluateAsync<int>("chart => chart.offsetHeight");

    private static string TextOf(string page) => string.Join(' ', WebUtility.HtmlDecode(Regex.Replace(
        page, "<[^>]*>", " ", RegexOptions.None, TimeSpan.FromMinutes(1))).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private sealed class Later : TimeProvider
    {
        public TimeSpan By { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + By;
    }
}
