using Quittance.Core;
using Quittance.Core.Corrections;
using Quittance.Core.Payments;
using Quittance.Core.Settlements;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>Bank lines of customers whose account was merged into another one.</summary>
public sealed class MergedCustomerTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Line_ThatNamesABillOfAMergedAccount_PaysWhatItBecame()
    {
        await using var shop = await OpenAsync();

        var line = Assert.Single(await shop.LinesAsync(await shop.ImportAsync(new Camt().With(29.90m, "OLD-2026-0001").ToXml())));

        Assert.True(line.Status == SettlementStatus.Booked, line.Note);
        Assert.Equal(5_00, (await shop.BalancesAsync())["receivable"]);
        await shop.Books.AssertCleanAsync();
    }

    [Fact]
    public async Task Line_IsBookedByTheOldName_ForTheAccountThatGoesOn()
    {
        await using var shop = await OpenAsync();
        var line = Assert.Single(await shop.LinesAsync(await shop.ImportAsync(new Camt().With(34.90m, "Thank you").ToXml())));
        Assert.Equal(SettlementStatus.Open, line.Status);

        var booked = await shop.Desk.BookAsChosenAsync(line, SettlementChoice.Customer, ["old"], shop.Origin, null, Cancel);

        Assert.True(booked.Outcome is { Accepted: true }, booked.Problem ?? string.Join(", ", booked.Outcome?.Faults ?? []));
        Assert.Equal(0, (await shop.BalancesAsync()).GetValueOrDefault("receivable"));
        await shop.Books.AssertCleanAsync();
    }

    /// <summary>The account <c>old</c> was merged into <c>kept</c>, by another one.</summary>
    private async Task<Shop> OpenAsync()
    {
        var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("old", "OLD-2026-0001", 29_90), ("between", "BETWEEN-1", 1_00), ("kept", "KEPT-1", 5_00));
        await shop.DoAsync(shop.Business.Payment("between", 1_00, Part.Charge(shop.Business.ChargeName("BETWEEN-1"), null)));
        foreach (var (merged, into) in ((string, string)[])[("old", "between"), ("between", "kept")])
            await shop.DoAsync(new MergeAccounts(shop.Origin, Target(into), Target(merged), [], Business.NewId()));
        return shop;

        AccountTarget Target(string account) => AccountTarget.Named(shop.Business.AccountName(account));
    }
}
