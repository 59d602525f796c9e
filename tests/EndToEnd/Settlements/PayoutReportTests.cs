using Quittance.BackOffice.BankStatements;
using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;
using Quittance.Core.Settlements;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>Providers' reports of money that went back, that they keep, and that they collect.</summary>
public sealed class PayoutReportTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refund_ThatIsReportedTwice_IsBookedOnce_AlsoByAnOperator()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-1", 100_00));
        var paid = await shop.RecordAsync(shop.Business.Payment("anna", 100_00) with { ReceivedBy = "sandbox" });
        Assert.True((await shop.Engine.SubmitAsync(new RefundPayment(
            shop.Origin, AccountTarget.Of(paid.Account.Id, paid.Account.Slot), paid.Payment.Id,
            new RefundId(shop.Merchant, Business.NewId()), "test")
        {
            Amount = new Money(10_00, Business.Euro),
        })).Accepted);
        string Report(int day) =>
            Rows($"refund,{paid.Payment.Number},10.00,0.25,EUR,2027-11-0{day}", $"payout,PO-{day},-10.25,,EUR,2027-11-0{day}");

        Assert.Equal(1, (await shop.ImportAsync(Report(3))).Booked);
        var again = await shop.ImportAsync(Report(4));

        var line = Assert.Single(await shop.LinesAsync(again, SettlementStatus.Open));
        Assert.Equal($"It could not be booked: {LineRefusal.ExceedsReturned}.", line.Note);
        Assert.Equal(Refusal.SettlementExceedsReturned,
            Assert.Single((await shop.Desk.Lines.BookAsPaymentAsync(line, paid, shop.Origin, "it says so", Cancel)).Faults).Refusal);
        Assert.Equal(-10_25, (await shop.BalancesAsync())["clearing payout:sandbox"]);
    }

    [Fact]
    public async Task Chargeback_ThatNobodyToldOf_IsLeftToAnOperator()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-1", 100_00));
        var paid = await shop.RecordAsync(shop.Business.Payment("anna", 100_00) with { ReceivedBy = "sandbox" });
        var report = await shop.ImportAsync(
            Rows($"chargeback,{paid.Payment.Number},100.00,15.00,EUR,2027-11-03", "payout,PO-1,-115.00,,EUR,2027-11-03"));
        Assert.Equal((0, 1), (report.Booked, report.Statement.Open));
    }

    [Fact]
    public async Task Chargeback_AtAClientsGateway_ReversesThePayment_WhenAnOperatorSaysWhy()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-1", 100_00));
        var paid = await shop.RecordAsync(
            shop.Business.Payment("anna", 100_00,
                Part.Charge(shop.Business.ChargeName("INV-2027-1"), 100_00)) with
            { ReceivedBy = ClearingProvider.Gateway });
        var number = $"{paid.Payment.Number}";

        var report = await shop.ImportAsync(
            Rows($"payment,{number},100.00,2.50,EUR,2027-11-03", $"chargeback,{number},20.00,15.00,EUR,2027-11-03",
                "payout,GW-2027-1,62.50,,EUR,2027-11-03"),
            new ReadingOptions { Provider = ClearingProvider.Gateway });

        Assert.Equal((1, 1), (report.Booked, report.Statement.Open));
        var line = Assert.Single(await shop.LinesAsync(report, SettlementStatus.Open));
        Assert.Contains($"money of payment {number} back", line.Note, StringComparison.Ordinal);
        Assert.Contains("say why", (await shop.Desk.BookAsChosenAsync(
            line, SettlementChoice.Payment, [number], shop.Origin, null, Cancel)).Problem,
            StringComparison.Ordinal);
        Assert.True((
            await shop.Desk.BookAsChosenAsync(
            line, SettlementChoice.Payment, [number], shop.Origin, "the gateway's letter of today", Cancel)).Outcome!.Accepted);
        Assert.Equal(1, (await shop.ImportAsync(new Camt().With(62.50m, "GATEWAY GW-2027-1").ToXml())).Booked);

        // The gateway has nothing left and nothing is on the way; Anna owes what she took back.
        Assert.Equal(
            [("bank DE ···· 3000", 62_50), ("billed", -100_00), ("fees", 17_50), ("receivable", 20_00)],
            (await shop.BalancesAsync()).OrderBy(balance => balance.Key, StringComparer.Ordinal)
                .Select(balance => (balance.Key, balance.Value)));
        Assert.Equal(20_00L, await shop.ScalarAsync("SELECT amount_minor - allocated_minor FROM charge WHERE is_open"));
        Assert.Equal(20_00L, await shop.ScalarAsync("SELECT reversed_minor FROM payment"));
    }

    [Fact]
    public async Task Payment_ThatTheProviderKeeps_AndAPayoutThatItCollects_AreBooked()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-1", 5_00));
        var paid = await shop.RecordAsync(shop.Business.Payment("anna", 5_00) with { ReceivedBy = "sandbox" });

        Assert.Equal(2, (await shop.ImportAsync(Rows(
            $"payment,{paid.Payment.Number},5.00,5.00,EUR,2027-11-03", "fee,monthly,,3.00,EUR,2027-11-03",
            "payout,PO-9,-3.00,,EUR,2027-11-03"))).Booked);
        Assert.Equal(1, (await shop.ImportAsync(new Camt().With(-3, "SANDBOX PO-9").ToXml())).Booked);

        var balances = await shop.BalancesAsync();
        Assert.Equal((-3_00, 8_00), (balances["bank DE ···· 3000"], balances["fees"]));
        Assert.DoesNotContain(balances.Keys, name => name.StartsWith("clearing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Provider_ThatDoesNotExist_OrThatNobodyNames_IsRefused()
    {
        await using var shop = await Shop.OpenAsync(books);
        var refused = await shop.TryImportAsync(
            Rows("payment,1,5.00,,EUR,2027-11-03", "payout,PO-1,5.00,,EUR,2027-11-03"), new ReadingOptions { Provider = "sanbdox" });
        Assert.Equal(
            "provider: there is no such provider; there are sandbox, stripe, gocardless, bank and gateway",
            Assert.Single(refused.Faults).ToString());
        var nobodys =
            await shop.TryImportAsync(Rows("payment,1,5.00,,EUR,2027-11-03", "payout,PO-1,5.00,,EUR,2027-11-03"), new ReadingOptions());
        Assert.Equal("provider: say whose report it is", Assert.Single(nobodys.Faults).ToString());
        Assert.Equal(0, await shop.Books.CountAsync("statement"));

        // A bank's statement is of no provider.
        var line = Assert.Single(
            await shop.LinesAsync(
            await shop.ImportAsync(new Camt().With(90, "payout").ToXml(), new ReadingOptions { Provider = "sanbdox" })));
        Assert.Equal(
            "there is no such provider; there are sandbox, stripe, gocardless, bank and gateway, and no collective credit of that name",
            (await shop.Desk.BookAsChosenAsync(line, SettlementChoice.Payout, ["sanbdox"], shop.Origin, null, Cancel)).Problem);
        Assert.Empty(await shop.BalancesAsync());
    }

    private static string Rows(params string[] rows) => $"type,reference,amount,fee,currency,date\n{string.Join('\n', rows)}\n";
}
