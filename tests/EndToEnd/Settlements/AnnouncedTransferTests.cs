using Quittance.Core;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Settlements;
using Quittance.Storage.Reading;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>Transfers that customers announce in the widget: the bank's line completes the payment that waits for it.</summary>
public sealed class AnnouncedTransferTests(BooksFixture books)
{
    private const string Bank = "bank DE ···· 3000";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Line_ThatNamesThePaymentAndItsCustomer_CompletesIt()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("A-100", "INV-2027-1", 35_50));
        var announced = await shop.AnnounceAsync("A-100", 35_50, "INV-2027-1");
        Assert.Equal(PaymentStatus.Settling, announced.Payment.Status);

        var report = await shop.ImportAsync(new Camt().With(35.50m, $"A-100, payment {announced.Payment.Number}, INV-2027-1").ToXml());

        await AssertCompletedAsync(shop, announced, Assert.Single(await shop.LinesAsync(report)));
    }

    [Fact]
    public async Task Line_ThatNamesThePaymentByItsId_CompletesIt()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("A-100", "INV-2027-1", 35_50));
        var announced = await shop.AnnounceAsync("A-100", 35_50, "INV-2027-1");

        var report = await shop.ImportAsync(new Camt().With(35.50m, "thanks", endToEnd: $"{announced.Payment.Id.Value}").ToXml());

        await AssertCompletedAsync(shop, announced, Assert.Single(await shop.LinesAsync(report)));
    }

    [Fact]
    public async Task Line_ThatNamesOnlyTheCharge_CompletesThePaymentThatClaimedIt()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("A-100", "INV-2027-1", 35_50));
        var announced = await shop.AnnounceAsync("A-100", 35_50, "INV-2027-1");

        var report = await shop.ImportAsync(new Camt().With(35.50m, "INV-2027-1").ToXml());

        await AssertCompletedAsync(shop, announced, Assert.Single(await shop.LinesAsync(report)));
    }

    [Theory]
    [InlineData(SettlementChoice.Payment)]
    [InlineData(SettlementChoice.Charge)]
    public async Task Operator_WhoSaysThePaymentOrItsCharge_CompletesIt(SettlementChoice choice)
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("A-100", "INV-2027-1", 35_50));
        var announced = await shop.AnnounceAsync("A-100", 35_50, "INV-2027-1");
        var line = Assert.Single(await shop.LinesAsync(await shop.ImportAsync(new Camt().With(35.50m, "for the party").ToXml())));

        var name = choice == SettlementChoice.Payment ? $"{announced.Payment.Number}" : "INV-2027-1";
        Assert.True((await shop.Desk.BookAsChosenAsync(line, choice, [name], shop.Origin, null, Cancel)).Outcome!.Accepted);

        await AssertCompletedAsync(shop, announced, (await shop.Statements.FindAsync(line.Id, Cancel))!);
    }

    [Fact]
    public async Task Line_OfAnotherAmount_IsLeftWithTheReason_AndNoSecondPaymentIsMade()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("A-100", "INV-2027-1", 35_50));
        var announced = await shop.AnnounceAsync("A-100", 35_50, "INV-2027-1");

        var line = Assert.Single(await shop.LinesAsync(await shop.ImportAsync(new Camt().With(30, "A-100 INV-2027-1").ToXml())));

        Assert.Equal(SettlementStatus.Open, line.Status);
        Assert.Contains(
            $"announced a transfer of 35.50 EUR for INV-2027-1, payment {announced.Payment.Number}", line.Note, StringComparison.Ordinal);
        foreach (var (choice, name) in ((SettlementChoice, string)[])[(SettlementChoice.Charge, "INV-2027-1"),
            (SettlementChoice.Customer, "A-100"), (SettlementChoice.Payment, $"{announced.Payment.Number}")])
        {
            Assert.NotEqual(true, (await shop.Desk.BookAsChosenAsync(line, choice, [name], shop.Origin, null, Cancel)).Outcome?.Accepted);
        }

        Assert.Equal(1, await shop.Books.CountAsync("payment"));

        // Once the operator has called the announced transfer off, the line pays what it can.
        Assert.True((
            await shop.SettleAsync(
            announced.Payment.Id, Verb.Capture, ProviderAnswer.Declined(DeclineReason.Declined), "sent less")).Accepted);
        Assert.True((
            await shop.Desk.BookAsChosenAsync(line, SettlementChoice.Charge, ["INV-2027-1"], shop.Origin, null, Cancel)).Outcome!.Accepted);
        Assert.Equal((30_00, 5_50), ((await shop.BalancesAsync())[Bank], (await shop.BalancesAsync())["receivable"]));
    }

    [Fact]
    public async Task OperatorsWord_AfterOtherMoneyHasSettledWhatItIsFor_CountsNothingTwice()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("A-100", "INV-2027-1", 35_50));
        var announced = await shop.AnnounceAsync("A-100", 35_50, "INV-2027-1");
        await shop.RecordAsync(shop.Business.Payment("A-100", 35_50, Part.Charge(shop.Business.ChargeName("INV-2027-1"), 35_50)));

        var outcome = await shop.SettleAsync(announced.Payment.Id, Verb.Capture, ProviderAnswer.Approved, "the bank statement shows it");

        Assert.Equal(Refusal.NothingDue, Assert.Single(outcome.Faults).Refusal);
        Assert.False((await shop.BalancesAsync()).ContainsKey("credit general"));
        // A second transfer that did come is shown by its line.
        var report = await shop.ImportAsync(new Camt().With(35.50m, $"A-100, payment {announced.Payment.Number}").ToXml());
        Assert.Equal(1, report.Booked);
        Assert.Equal((35_50, -35_50), ((await shop.BalancesAsync())[Bank], (await shop.BalancesAsync())["credit general"]));
    }

    [Fact]
    public async Task OperatorsWord_BeforeTheLine_IsSeenAtTheBankOnce()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("A-100", "INV-2027-1", 35_50));
        var announced = await shop.AnnounceAsync("A-100", 35_50, "INV-2027-1");
        Assert.True((await shop.SettleAsync(announced.Payment.Id, Verb.Capture, ProviderAnswer.Approved, "the bank shows it")).Accepted);

        var report = await shop.ImportAsync(new Camt().With(35.50m, $"A-100, payment {announced.Payment.Number}").ToXml());

        await AssertCompletedAsync(shop, announced, Assert.Single(await shop.LinesAsync(report)));
    }

    [Fact]
    public async Task OperatorsWord_AfterTheLine_IsNoNews()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("A-100", "INV-2027-1", 35_50));
        var announced = await shop.AnnounceAsync("A-100", 35_50, "INV-2027-1");
        await shop.ImportAsync(new Camt().With(35.50m, "A-100 INV-2027-1").ToXml());

        var outcome = await shop.SettleAsync(announced.Payment.Id, Verb.Capture, ProviderAnswer.Approved, "the bank shows it");

        Assert.Equal(Refusal.AttemptSettled, Assert.Single(outcome.Faults).Refusal);
        Assert.Equal(35_50, (await shop.BalancesAsync())[Bank]);
    }

    /// <summary>One payment, captured; its charge settled; nothing waits to arrive.</summary>
    private static async Task AssertCompletedAsync(Shop shop, PaymentView announced, SettlementLine line)
    {
        Assert.Equal((SettlementStatus.Booked, announced.Payment.Id), (line.Status, line.Payment!.Value));
        var payment = (await new Books(shop.Books.Database).PaymentAsync(announced.Payment.Id, asOf: null, Cancel))!.Payment;
        Assert.Equal((PaymentStatus.Captured, 35_50), (payment.Status, payment.AllocatedMinor));
        Assert.Equal(1, await shop.Books.CountAsync("payment"));
        var balances = await shop.BalancesAsync();
        Assert.Equal((35_50, -35_50, 2), (balances[Bank], balances["billed"], balances.Count));
    }
}
