using Quittance.Core.Access;
using Quittance.Storage.Console;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>The ledger from its trial balance down to single transfers.</summary>
public sealed class LedgerTests(BooksFixture books, Browser browser)
{
    [Fact]
    public async Task TrialBalance_AddsUp_AndIsExactOnDemand()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        var ours = new BooksOfOne(books, desk.Merchant);
        await ours.CustomerAsync("A-1");
        await ours.ChargeAsync("A-1", "B-1", 20_00);
        Assert.Equal(["20.00", "20.00"], Foot(await desk.PageAsync("/console/ledger?exact=true")));

        await ours.PayAsync("A-1", 50_00, "B-1");

        // The page is quick because it adds nothing up, unless an operator asks.
        Assert.Equal(["20.00", "20.00"], Foot(await desk.PageAsync("/console/ledger")));
        Assert.Equal(["50.00", "50.00"], Foot(await desk.PageAsync("/console/ledger?exact=true")));
        Assert.Contains("Cash drawer", await desk.PageAsync("/console/ledger"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_ListsItsLedgerAccounts_WhichAddUpToIt()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var ours = new BooksOfOne(books, desk.Merchant);
        for (var i = 0; i < 60; i++)
        {
            await ours.CustomerAsync($"A-{i}");
            await ours.ChargeAsync($"A-{i}", $"B-{i}", 10_00 + i);
        }

        var reading = new LedgerReading(books.Database);
        var cancel = TestContext.Current.CancellationToken;
        var first = await reading.ListAsync(desk.Merchant, Core.Ledger.LedgerKind.Receivable, null, BooksOfOne.Euro, null, 50, cancel);
        var second = await reading.ListAsync(
            desk.Merchant, Core.Ledger.LedgerKind.Receivable, null, BooksOfOne.Euro, first.Next, 50, cancel);
        Assert.Equal((50, 10, null), (first.Accounts.Count, second.Accounts.Count, second.Next));
        Assert.Equal(60 * 10_00 + 59 * 60 / 2, first.Accounts.Concat(second.Accounts).Sum(of => of.Balance.AmountMinor));
        var billed = await desk.PageAsync("/console/ledger/EUR/billed");
        Assert.Contains("the accounts below add up to it", billed, StringComparison.Ordinal);
        Assert.Contains("<span class=\"figure\">617.70</span>", billed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LedgerAccount_IsProvenByItsTransfers_OnEveryPart()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var ours = new BooksOfOne(books, desk.Merchant);
        var ada = await ours.CustomerAsync("A-1");
        for (var i = 0; i < 60; i++)
            await ours.ChargeAsync("A-1", $"B-{i}", 10_00);
        await ours.PayAsync("A-1", 4_00, "B-0");
        var cancel = TestContext.Current.CancellationToken;
        var transfers = new TransferReading(books.Database);
        var receivable = await ours.ReceivableAsync(ada);

        var (ledger, first) = (await transfers.OfLedgerAccountAsync(desk.Merchant, receivable, null, cancel))!.Value;
        var (_, second) = (await transfers.OfLedgerAccountAsync(desk.Merchant, receivable, first.Next, cancel))!.Value;

        Assert.Equal(596_00, ledger.Balance.AmountMinor);
        Assert.Equal((0, 50, 11), (first.NewerCount, first.Transfers.Count, first.OlderCount));
        Assert.Equal((50, 11, 0), (second.NewerCount, second.Transfers.Count, second.OlderCount));
        Assert.Equal((486_00, 110_00), (first.PageMinor, first.OlderMinor));
        Assert.Equal((486_00, 110_00), (second.NewerMinor, second.PageMinor));
        Assert.True(first.IsProven);
        Assert.True(second.IsProven);
        Assert.Null(second.Next);

        // The page shows a total without bookings.
        await books.FalsifyAsync(desk.Merchant, receivable);
        Assert.Contains("does not add up", await desk.PageAsync($"/console/ledger/{receivable:D}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LedgerAccountOfTheMerchant_IsFoundByGoingBack_AndProven()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var ours = new BooksOfOne(books, desk.Merchant);
        await ours.CustomerAsync("A-1");
        for (var i = 0; i < 55; i++)
            await ours.PayAsync("A-1", 1_00);
        var cancel = TestContext.Current.CancellationToken;
        var clearing = (Guid)(
            await books.ScalarAsync("SELECT id FROM ledger_account WHERE merchant_id = $1 AND kind = 'clearing'", desk.Merchant.Value))!;
        var transfers = new TransferReading(books.Database);

        var (_, first) = (await transfers.OfLedgerAccountAsync(desk.Merchant, clearing, null, cancel))!.Value;
        var (_, second) = (await transfers.OfLedgerAccountAsync(desk.Merchant, clearing, first.Next, cancel))!.Value;

        Assert.Equal((50, 50_00, 5_00, null), (first.Transfers.Count, first.PageMinor, first.OlderMinor, first.IsProven));
        Assert.Equal((5, 5_00, 50, 50_00), (second.Transfers.Count, second.PageMinor, second.NewerCount, second.NewerMinor));
        Assert.True(second.IsProven);
        Assert.Null(second.Next);
    }

    [Fact]
    public async Task Ledger_LooksWell()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, books.DemoCompany);
        await desk.PageAsync("/console/ledger?exact=true");
        await desk.LookEverywhereAsync(browser, "/console/ledger", "ledger");
        var account = (Guid)(await books.ScalarAsync(
            "SELECT id FROM ledger_account WHERE merchant_id = $1 AND kind = 'clearing' AND currency = 'USD' ORDER BY debits_minor DESC "
                + "LIMIT 1", desk.Merchant.Value))!;
        await desk.LookEverywhereAsync(browser, $"/console/ledger/{account:D}", "ledger-account");
    }

    /// <summary>The figures below the columns.</summary>
    private static IEnumerable<string> Foot(string page) =>
        page[page.IndexOf("<tfoot>", StringComparison.Ordinal)..].Split("class=\"figure\">").Skip(1)
            .Select(rest => rest[..rest.IndexOf('<', StringComparison.Ordinal)]);
}
