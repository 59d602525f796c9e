using System.Net;
using System.Text.RegularExpressions;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage.Console;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>The customers who still owe money, with the amounts and the days.</summary>
public sealed partial class ReceivableTests(BooksFixture books, Browser browser)
{
    private const string List = "/console/receivables";

    private static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    [Fact]
    public async Task EachAgeOfToday_LeadsToItsCharges_AndEachChargeToItsPage()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("A", "Ada Nkemelu");
        await till.OpenAsync("B", "Ben Okafor");
        var all = new[] { ("NotDue", "B-0", 0), ("UpTo30", "B-1", -1), ("UpTo30", "B-30", -30), ("UpTo60", "B-31", -31),
            ("UpTo60", "B-60", -60), ("UpTo90", "B-61", -61), ("UpTo90", "B-90", -90), ("Older", "B-91", -91) };
        foreach (var (_, bill, days) in all)
            await till.ChargeAsync(days % 2 == 0 ? "A" : "B", bill, 10_00 - days, Today.AddDays(days));
        var today = await desk.PageAsync("/console");

        foreach (var age in Enum.GetNames<ReceivableAge>())
        {
            Assert.Contains($"href=\"{List}?age={age}&amp;currency=EUR\"", today, StringComparison.Ordinal);
            var page = await desk.PageAsync($"{List}?age={age}&currency=EUR");
            Assert.Equal(all.Where(each => each.Item1 == age).Select(each => each.Item2).Order(), BillsOf(page).Order());
        }

        var whole = await desk.PageAsync(List);
        Assert.Equal(all.Length, BillsOf(whole).Count);
        Assert.Contains("8 charges", whole, StringComparison.Ordinal);
        Assert.Contains("Ada Nkemelu", whole, StringComparison.Ordinal);
        Assert.Contains(">91 days<", whole, StringComparison.Ordinal);
        Assert.Contains("Charge B-91", await desk.PageAsync(Charges().Match(await desk.PageAsync($"{List}?age=Older")).Value),
            StringComparison.Ordinal);
        Assert.Contains("No open charge is of that kind", await desk.PageAsync($"{List}?currency=USD"), StringComparison.Ordinal);
        await desk.LookEverywhereAsync(browser, List, "receivables");
    }

    [Fact]
    public async Task WhatIsPaid_OrOthers_IsNotOwed()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        using var other = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var ours = new BooksOfOne(books, desk.Merchant);
        await ours.CustomerAsync("A");
        await ours.ChargeAsync("A", "paid", 10_00);
        await ours.ChargeAsync("A", "paid in part", 10_00);
        await ours.PayAsync("A", 10_00, "paid");
        await ours.PayAsync("A", 4_00, "paid in part");

        var page = await desk.PageAsync(List);

        Assert.Equal(["paid in part"], BillsOf(page));
        Assert.Contains("<span class=\"figure\">6.00</span>", page, StringComparison.Ordinal);
        Assert.Contains("No charge is open", await other.PageAsync(List), StringComparison.Ordinal);
        await other.LookEverywhereAsync(browser, List, "receivables-none");
    }

    [Fact]
    public async Task Parts_FollowOneAnother_AndShowEachChargeOnce()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("A", "Ada");
        await till.OpenAsync("B", "Ben");
        for (var number = 0; number < 120; number++)
            await till.ChargeAsync(number % 3 == 0 ? "A" : "B", $"N-{number}", 1_00, Today.AddDays(-(number % 7) - 1));

        List<string> seen = [];
        for (var next = $"{List}?age=UpTo30"; next is not null;)
        {
            var page = await desk.PageAsync(next);
            seen.AddRange(BillsOf(page));
            Assert.True(seen.Count <= 120);
            next = Next().Match(page) is { Success: true } link ? WebUtility.HtmlDecode(link.Groups["address"].Value) : null;
        }

        Assert.Equal((120, 120), (seen.Count, seen.Distinct().Count()));
        foreach (var nonsense in new[] { "x", "1-2-3", $"{Guid.Empty:N}-20261301-1", $"{Guid.Empty:N}-20260101--1" })
            Assert.Equal(50, BillsOf(await desk.PageAsync($"{List}?after={nonsense}")).Count);
    }

    [Fact]
    public async Task RareCharge_IsLookedForPieceByPiece_AndFoundOnce()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("A", "Ada");
        for (var number = 0; number < 25; number++)
            await till.ChargeAsync("A", $"N-{number}", 1_00, Today.AddDays(number == 24 ? 400 : number));
        var receivables = new Receivables(books.Database) { LooksThrough = 10 };

        List<string?> found = [];
        var parts = 0;
        OpenChargePlace? next = null;
        do
        {
            var part = await receivables.ListAsync(
                desk.Merchant, new((Today.AddDays(300), DateOnly.MaxValue), Currency.Parse("EUR"), OpenChargeOrder.Usual), next, 5, cancel);
            found.AddRange(part.Charges.Select(listed => listed.Charge.Reference));
            Assert.Equal(part.Next is not null, part.IsCutShort);
            next = part.Next;
            parts++;
        }
        while (next is not null);

        Assert.Equal(["N-24"], found);
        Assert.Equal(3, parts);
    }

    private static List<string> BillsOf(string page) => [.. Bills().Matches(page).Select(match => match.Groups["bill"].Value)];

    [GeneratedRegex("href=\"/console/charges/[0-9]+\">(?<bill>[^<]*)<", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Bills();

    [GeneratedRegex("/console/charges/[0-9]+", RegexOptions.None, 60_000)]
    private static partial Regex Charges();

    [GeneratedRegex("href=\"(?<address>[^\"]*)\">Next<", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Next();
}
