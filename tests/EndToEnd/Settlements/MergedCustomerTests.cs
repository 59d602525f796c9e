using Quittance.Core;
using Quittance.Core.Corrections;
using Quittance.Core.Settlements;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>Bank lines of customers whose account was merged into another one.</summary>
public sealed class MergedCustomerTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Line_ThatNamesABillOfAMergedAccount_WaitsForAnOperator_AndIsBookedForTheAccountThatGoesOn()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("old", "OLD-1", 29_90), ("kept", "KEPT-1", 5_00));
        var merged = await shop.Engine.SubmitAsync(new MergeAccounts(
            shop.Origin, Target("kept"), Target("old"), [], Business.NewId()));
        Assert.True(merged.Accepted);
        var line = Assert.Single(await shop.LinesAsync(await shop.ImportAsync(new Camt().With(29.90m, "OLD-1").ToXml())));

        Assert.Equal(SettlementStatus.Open, line.Status);
        var refused = await shop.Desk.BookAsync(line, SettlementChoice.Customer, ["old"], shop.Origin, null, Cancel);
        Assert.Equal(Refusal.AccountMerged, Assert.Single(refused.Outcome!.Faults).Refusal);
        var booked = await shop.Desk.BookAsync(line, SettlementChoice.Customer, ["kept"], shop.Origin, null, Cancel);
        Assert.True(booked.Outcome is { Accepted: true }, booked.Problem);
        Assert.Equal(5_00, (await shop.BalancesAsync())["receivable"]);
        await shop.Books.AssertCleanAsync();

        AccountTarget Target(string account) => AccountTarget.Named(shop.Business.AccountName(account));
    }
}
