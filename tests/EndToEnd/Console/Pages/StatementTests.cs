using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage.Console;
using Quittance.Tests.Running;
using Quittance.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Console;

/// <summary>Customers' statements.</summary>
public sealed partial class StatementTests(BooksFixture books, Browser browser)
{
    [Fact]
    public async Task Statement_GoesFromOpeningToClosing_LineByLine()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var ours = new BooksOfOne(books, desk.Merchant);
        var ada = await ours.CustomerAsync("A-1", "Ada");
        await ours.ChargeAsync("A-1", "B-1", 100_00);
        var payment = await ours.PayAsync("A-1", 130_00, "B-1");
        await ours.ChargeAsync("A-1", "B-2", 20_00);
        await ours.AllocateAsync("A-1", payment, "B-2", 20_00);
        await ours.RefundAsync("A-1", payment, 10_00);

        var now = TimeProvider.System.GetUtcNow();
        var statement = await ReadAsync(ada, now.AddDays(-1), now.AddDays(1));

        Assert.Equal((0, 0), (statement.OpeningMinor, statement.ClosingMinor));
        Assert.Equal([(100_00, 100_00), (-100_00, 0), (-30_00, -30_00), (20_00, -10_00), (0, -10_00), (10_00, 0)],
            statement.Entries.Select(line => (line.OwesMinor, line.BalanceMinor)));
        Assert.True(statement.IsProven);
        Assert.Empty((await ReadAsync(ada, now.AddDays(-9), now.AddDays(-2))).Entries);
        Assert.Empty((await ReadAsync(ada, now.AddDays(2), now.AddDays(9))).Entries);
    }

    [Fact]
    public async Task Statement_InParts_CarriesItsBalanceOver()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var ours = new BooksOfOne(books, desk.Merchant);
        var ada = await ours.CustomerAsync("A-1");
        for (var i = 0; i < 210; i++)
            await ours.ChargeAsync("A-1", $"B-{i}", 1_00);

        var first = await desk.PageAsync($"/console/customers/{ada.Value:D}/statement");
        var second = await desk.PageAsync(WebUtility.HtmlDecode(Next().Match(first).Groups["address"].Value));

        Assert.DoesNotContain("Closing balance", first, StringComparison.Ordinal);
        Assert.Contains("Opening balance", first, StringComparison.Ordinal);
        Assert.Contains("Carried over", second, StringComparison.Ordinal);
        Assert.Contains("<span class=\"figure\">200.00</span>", second, StringComparison.Ordinal);
        Assert.Contains("Closing balance", second, StringComparison.Ordinal);
        Assert.Contains("<span class=\"figure\">210.00</span>", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statement_OnPaper_HasNoConsoleAroundIt_AndTheHeadOfItsTableOnEveryPage()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var ours = new BooksOfOne(books, desk.Merchant);
        var ada = await ours.CustomerAsync("A-1", "Ada");
        for (var i = 0; i < 60; i++)
            await ours.ChargeAsync("A-1", $"B-{i}", 1_00);

        await using var opened = await desk.BrowseAsync(browser, $"/console/customers/{ada.Value:D}/statement", ColorScheme.Dark);
        await opened.Page.EmulateMediaAsync(new() { Media = Media.Print, ColorScheme = ColorScheme.Dark });

        await opened.LookAsync("console-statement-paper");
        foreach (var part in (string[])[".bar", ".side", ".filters", ".buttons", ".trail"])
            await Expect(opened.Page.Locator(part).First).ToBeHiddenAsync();
        await Expect(opened.Page.Locator("main table")).ToBeVisibleAsync();
        Assert.Equal("rgb(255, 255, 255)",
            await opened.Page.EvaluateAsync<string>("() => getComputedStyle(document.body).backgroundColor"));
        var paper = await opened.Page.PdfAsync(new()
        {
            Format = "A4",
            PreferCSSPageSize = true,
            Path = Browser.Screenshots is { } folder ? Path.Combine(folder, "console-statement-paper.pdf") : null,
        });
        Assert.True(Sheet().Count(Encoding.Latin1.GetString(paper)) > 1);
        Assert.Equal(
            ("table-header-group", "table-row-group", "avoid"),
            (await StyleAsync("thead", "display"), await StyleAsync("tfoot", "display"), await StyleAsync("tbody tr", "breakInside")));

        Task<string> StyleAsync(string element, string property) =>
            opened.Page.EvaluateAsync<string>($"() => getComputedStyle(document.querySelector('main {element}')).{property}");
    }

    [Fact]
    public async Task Parts_BehindALine_GoOnWhereItEnds()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var ours = new BooksOfOne(books, desk.Merchant);
        var ada = await ours.CustomerAsync("A-1");
        var other = await ours.CustomerAsync("A-2");
        await ours.ChargeAsync("A-2", "C-1", 99_00);
        for (var i = 1; i <= 7; i++)
            await ours.ChargeAsync("A-1", $"B-{i}", i * 1_00);
        var (from, until) = (TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));

        List<CustomerStatement> parts = [];
        for (TransferPlace? last = null; parts.Count == 0 || last is not null; last = parts[^1].Next)
            parts.Add(await ReadAsync(ada, from, until, last, 3));

        Assert.Equal([3, 3, 1], parts.Select(part => part.Entries.Count));
        Assert.Equal([(0, 0, 4), (6_00, 3, 1), (21_00, 6, 0)], parts.Select(part => (part.CarriedMinor, part.Earlier, part.Later)));
        Assert.Equal(
            [1_00, 3_00, 6_00, 10_00, 15_00, 21_00, 28_00], parts.SelectMany(part => part.Entries).Select(line => line.BalanceMinor));
        Assert.All(parts, part => Assert.Equal((0, 28_00, true), (part.OpeningMinor, part.ClosingMinor, part.IsProven)));
        // A line of another customer is no place in it.
        var strange = (await ReadAsync(other, from, until)).Entries[0].Transfer.Place;
        Assert.Equal(0, (await ReadAsync(ada, from, until, strange, 3)).Earlier);
    }

    [Fact]
    public async Task Statement_WhileMoneyMoves_AddsUpInEveryPartAndFile()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var ours = new BooksOfOne(books, desk.Merchant);
        var ada = await ours.CustomerAsync("A-1");
        var from = TimeProvider.System.GetUtcNow().AddDays(-1);
        using var enough = new CancellationTokenSource();
        var moving = MoveAsync();
        for (var reading = 0; reading < 20; reading++)
        {
            TransferPlace? last = null;
            do
            {
                var part = await ReadAsync(ada, from, from.AddDays(2), last, 50);
                AssertAddsUp(part);
                last = part.Next;
            }
            while (last is not null);
            AssertAddsUp(await desk.PageAsync($"/console/customers/{ada.Value:D}/statement.csv"));
        }

        await enough.CancelAsync();
        await moving;
        await books.AssertBooksAreCleanAsync(desk.Merchant);

        async Task MoveAsync()
        {
            for (var i = 0; !enough.IsCancellationRequested; i++)
            {
                await ours.ChargeAsync("A-1", $"B-{i}", 30_00);
                var payment = await ours.PayAsync("A-1", 40_00, $"B-{i}");
                await ours.RefundAsync("A-1", payment, 5_00);
            }
        }
    }

    [Fact]
    public async Task Csv_HasEveryLine_AndNoFormula()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var ours = new BooksOfOne(books, desk.Merchant);
        var ada = await ours.CustomerAsync("=A1", "=HYPERLINK(\"http://evil.example\")");
        await ours.ChargeAsync("=A1", "=cmd|' /C calc'!A0", 12_34);
        await ours.ChargeAsync("=A1", "@SUM(1)", 1_00);
        await ours.ChargeAsync("=A1", "-2+3", 1_00);
        await ours.ChargeAsync("=A1", "\t=1", 1_00);
        await ours.PayAsync("=A1", 100_00);

        using var answer =
            await desk.Client.GetAsync($"/console/customers/{ada.Value:D}/statement.csv", TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        var lines = text.TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(8, lines.Length);
        Assert.Contains(",12.34,,12.34,,EUR,,", lines[2], StringComparison.Ordinal);
        Assert.Contains("\"Closing balance\",,,,84.66,EUR", lines[^1], StringComparison.Ordinal);
        Assert.All(lines.Skip(1).SelectMany(line => line.Split(',')), cell => Assert.DoesNotMatch("^\"?[=+@\\t-]", cell));
    }

    [Fact]
    public async Task Csv_RunsNothing_AlsoWhereLinesAreSplitAtSemicolons()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var ours = new BooksOfOne(books, desk.Merchant);
        var ada = await ours.CustomerAsync("A", "x;=HYPERLINK(\"http://evil.example\")");
        await ours.ChargeAsync("A", "B;+1", 1_00);

        var text = await desk.PageAsync($"/console/customers/{ada.Value:D}/statement.csv");

        Assert.Contains(",\"Opening balance of x;'=HYPERLINK(\"\"http://evil.example\"\")\",", text, StringComparison.Ordinal);
        Assert.Contains(",\"B;'+1\"\r\n", text, StringComparison.Ordinal);
        Assert.DoesNotMatch("[;\t\n][ \"]*[=+@-]", text);
    }

    [Theory]
    [InlineData("from=2026-13-01")]
    [InlineData("from=2026-02-02&to=2026-02-01")]
    [InlineData("to=0001-01-01")]
    [InlineData("to=9999-12-31")]
    [InlineData("from=yesterday")]
    [InlineData("subject=x")]
    [InlineData("subject=ffffffff-ffff-ffff-ffff-ffffffffffff")]
    [InlineData("subject=ffffffff-ffff-ffff-ffff-ffffffffffff&sequence=-1&line=99999999999999999999")]
    [InlineData("currency=XYZ")]
    [InlineData("currency=JPY")]
    public async Task StrangeQuestions_AreAnswered(string query)
    {
        using var desk = await TestDesk.OpenAsync(books);
        var ada = await new BooksOfOne(books, desk.Merchant).CustomerAsync("A-1");
        using var answer =
            await desk.Client.GetAsync($"/console/customers/{ada.Value:D}/statement?{query}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Statement_LooksWell()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var ours = new BooksOfOne(books, desk.Merchant);
        var ada = await ours.CustomerAsync("A-1", "Ada Lovelace");
        await ours.ChargeAsync("A-1", "B-1", 1_100_00);
        var payment = await ours.PayAsync("A-1", 1_130_00, "B-1");
        await ours.ChargeAsync("A-1", "B-2", 20_00);
        await ours.AllocateAsync("A-1", payment, "B-2", 20_00);
        await ours.RefundAsync("A-1", payment, 10_00);
        await desk.LookEverywhereAsync(browser, $"/console/customers/{ada.Value:D}/statement", "statement");
    }

    private async Task<CustomerStatement> ReadAsync(
        AccountId account, DateTimeOffset from, DateTimeOffset until, TransferPlace? after = null, int limit = 100) =>
        (await new StatementReading(books.Database).ReadAsync(
            account, null, DateOnly.FromDateTime(from.UtcDateTime), DateOnly.FromDateTime(until.UtcDateTime), after, limit,
            TestContext.Current.CancellationToken))!;

    private static void AssertAddsUp(CustomerStatement part)
    {
        Assert.True(part.IsProven);
        var balanceMinor = part.CarriedMinor + part.Entries.Sum(line => line.OwesMinor);
        Assert.Equal(part.Entries.Count == 0 ? part.CarriedMinor : part.Entries[^1].BalanceMinor, balanceMinor);
        if (part.Earlier == 0)
            Assert.Equal(part.OpeningMinor, part.CarriedMinor);
        if (part.Later == 0)
            Assert.Equal(part.ClosingMinor, balanceMinor);
    }

    /// <summary>Of a file: charged less paid lead from each balance to the next, and the last one is the closing one.</summary>
    private static void AssertAddsUp(string csv)
    {
        var lines = csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => Said().Replace(line, "").Split(','))
            .ToList();
        decimal Balance(string[] cells) => Figure(cells[4]) - Figure(cells[5]);
        for (var at = 1; at < lines.Count; at++)
            Assert.Equal(Balance(lines[at - 1]) + Figure(lines[at][2]) - Figure(lines[at][3]), Balance(lines[at]));
        Assert.Contains("\"Closing balance\"", csv, StringComparison.Ordinal);

        static decimal Figure(string cell) => cell.Length == 0 ? 0 : decimal.Parse(cell, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("\"[^\"]*\"", RegexOptions.None, 60_000)]
    private static partial Regex Said();

    [GeneratedRegex("href=\"(?<address>[^\"]*)\">Next<", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Next();

    [GeneratedRegex("/Type */Page[^s]", RegexOptions.None, 60_000)]
    private static partial Regex Sheet();
}
