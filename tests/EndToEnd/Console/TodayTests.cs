using System.Net;
using System.Text.RegularExpressions;
using Quittance.Console.Pages.Today;
using Quittance.Core.Access;
using Quittance.Core.Attempts;
using Quittance.Storage.Console;
using Quittance.Tests.Running;
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
        foreach (var (bill, days, amountMinor) in new[] { ("B-0", 0, 1_00), ("B-1", -1, 2_00), ("B-30", -30, 4_00), ("B-31", -31, 8_00), ("B-61", -61, 16_00), ("B-91", -91, 32_00) })
            await till.ChargeAsync("A", bill, amountMinor, today.AddDays(days));
        var refund = await SeenForm.OpenAsync(desk, $"/console/payments/{number}/refund");
        Assert.NotNull((await refund.SendAsync(("Reason", "Too much"), ("Amount", "200"))).To);

        var page = TextOf(await desk.PageAsync("/console"));

        Assert.Contains("Money in 1,234.50 EUR", page, StringComparison.Ordinal);
        Assert.Contains($"Nothing last {today.AddDays(-7):dddd} by this time", page, StringComparison.Ordinal);
        Assert.Contains("Refunds 200.00 EUR 1 refund", page, StringComparison.Ordinal);
        Assert.Contains("Bank lines to match None", page, StringComparison.Ordinal);
        Assert.Contains("Failures None", page, StringComparison.Ordinal);
        Assert.Contains(
            "Not due yet 1 1.00 EUR 1 to 30 days 2 6.00 EUR 31 to 60 days 1 8.00 EUR 61 to 90 days 1 16.00 EUR More than 90 days 1 32.00 EUR All 6 63.00 EUR", page,
            StringComparison.Ordinal);
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
            var link = Regex.Match(WebUtility.HtmlDecode(page), $"href=\"(/console/payments\\?status={status}&[^\"]*)\"", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].Value;
            Assert.Contains(count == 1 ? "1 payment<" : $"{count} payments, newest first", await desk.PageAsync(link), StringComparison.Ordinal);
        }

        var capped = await new Days(books.Database, TimeProvider.System) { CountsFailuresTo = 1 }.ReadAsync(
            desk.Merchant, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime), TimeProvider.System.GetUtcNow().AddDays(-1), cancel);
        Assert.Equal(["2 Declined", "1 Failed"], capped.Failures.Select(failure => $"{failure.Payments} {failure.Status}"));
        Assert.Equal(("1+", "1", "2+"), (TodayWords.Counted([2], 1), TodayWords.Counted([1], 1), TodayWords.Counted([2, 1], 1)));
        Assert.Equal("2,003+", TodayWords.Counted([2001, 3], 2000));
    }

    [Fact]
    public async Task MoneyIn_SaysThatItsLinkShowsWhatWasBegunOnTheDay()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        await new Till(books, desk.Merchant).PayAsync("A", 10_00);
        var page = TextOf(await desk.PageAsync("/console"));
        Assert.Contains("Payments in EUR begun today and paid", page, StringComparison.Ordinal);
        Assert.Contains("A day's link shows the payments that were begun on it and are paid.", page, StringComparison.Ordinal);
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
        var takings = new Takings(books.Database, clock);
        var from = Takings.StartOf(clock.GetUtcNow()).AddDays(-1);

        Assert.Equal((30_00, 2), await SumAsync());
        // What was read is over now: it is kept, and only what comes is read.
        clock.By = TimeSpan.FromMinutes(2);
        Assert.Equal((30_00, 2), await SumAsync());
        await books.ScalarAsync("UPDATE payment SET status_at = now() + interval '90 seconds' WHERE merchant_id = $1 AND number = $2 RETURNING 1", desk.Merchant.Value, await till.PayAsync("A", 5_00));
        clock.By = TimeSpan.FromMinutes(2.2);
        Assert.Equal((35_00, 3), await SumAsync());
        clock.By = TimeSpan.FromMinutes(9);
        Assert.Equal((35_00, 3), await SumAsync());
        Assert.Equal((35_00, 3), await SumAsync());

        async Task<(long, int)> SumAsync()
        {
            var all = await takings.SinceAsync(desk.Merchant, from, cancel);
            return (all.Sum(quarter => quarter.Sum.AmountMinor), all.Sum(quarter => quarter.Payments));
        }
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

        async Task BookedAsync(long number, string ago) => await books.ScalarAsync(
            $"UPDATE payment SET status_at = now() - interval '{ago}' WHERE merchant_id = $1 AND number = $2 RETURNING 1", desk.Merchant.Value, number);
    }

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
            await books.ScalarAsync(
                $"UPDATE payment SET status_at = status_at - interval '{day} days' WHERE merchant_id = $1 AND number = $2 RETURNING 1", desk.Merchant.Value, number);
        }

        await till.ChargeAsync("A", "B-1", 120_00);
        await till.ChargeAsync("A", "B-2", 80_00, DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(10));
        await desk.LookEverywhereAsync(browser, "/console", "today");
        await using var opened = await desk.BrowseAsync(browser, "/console");
        await Expect(opened.Page.Locator(".chart canvas")).ToBeVisibleAsync();
        await opened.Page.GetByText("The figures as a table").ClickAsync();
        await Expect(opened.Page.GetByRole(Microsoft.Playwright.AriaRole.Region, new() { Name = "Money in by day" }).Locator("tbody tr")).ToHaveCountAsync(28);
    }

    private static string TextOf(string page) => string.Join(' ', WebUtility.HtmlDecode(Regex.Replace(
        page, "<[^>]*>", " ", RegexOptions.None, TimeSpan.FromSeconds(1))).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private sealed class Later : TimeProvider
    {
        public TimeSpan By { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + By;
    }
}
