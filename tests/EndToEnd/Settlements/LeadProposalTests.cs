using Quittance.BackOffice.BankStatements;
using Quittance.Core.Settlements;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>Lines that name nothing of ours letter by letter, and still lead to a customer: an operator gets a proposal.</summary>
public sealed class LeadProposalTests(BooksFixture books)
{
    private const string Kid = "20270000001185";
    private const string Creditor = "RF18539007547034";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The whole number of a bill, the payer's own name, and the amount.</summary>
    [Theory]
    [InlineData(30, "inv-2027-0001", "0.00 20.00")]
    [InlineData(20, "INV/2027/0002", "30.00 0.00")]
    [InlineData(20, "INV-2027 -0002", "30.00 0.00")]
    [InlineData(20, "Rechnung INV 2027 0002 danke", "30.00 0.00")]
    [InlineData(20, "INV-20 27-0002", "30.00 0.00")]
    [InlineData(20, "20270002", "30.00 0.00")]
    [InlineData(50, "inv-2027-0001 inv-2027-0002", "0.00 0.00")]
    public async Task Line_ThatNamesABillOfItsPayerInAnotherSpelling_IsBooked(int amount, string text, string open)
    {
        await using var shop = await OwingAsync();

        Assert.Equal(1, (await shop.ImportAsync(new Camt().With(amount, text).ToXml())).Booked);

        Assert.Equal(open, await shop.ScalarAsync(
            """
            SELECT string_agg(to_char((amount_minor - allocated_minor) / 100.0, 'FM990.00'), ' ' ORDER BY reference) FROM charge
             WHERE reference IN ('INV-2027-0001', 'INV-2027-0002')
            """));
    }

    /// <summary>The payer owes nothing else, and the text has the number: what is over is credit.</summary>
    [Fact]
    public async Task Line_ThatPaysMoreThanItsPayerOwes_IsBooked_AndTheRestIsCredit()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-0001", 30_00), ("jonas", "INV-2027-0003", 70_00));

        var report = await shop.ImportAsync(new Camt().With(35, "INV-2027-0001").With(75, "INV-2027-0003").ToXml());

        Assert.Equal(1, report.Booked);
        var balances = await shop.BalancesAsync();
        Assert.Equal((70_00, -5_00), (balances["receivable"], balances["credit general"]));
    }

    /// <summary>The payer owes one bill of 30.00, and another customer INV-2027-0004 of 30.00.</summary>
    [Theory]
    [InlineData("INV-2027-0003", 45, "INV-2027-0003 + 0004")]
    [InlineData("INV-2027-0003", 45, "INV-2027-0003 und INV 2027 0004")]
    [InlineData("INV-2027-0003", 60, "INV-2027-0003")]
    [InlineData("INV-2027-0003", 45, "INV-2027-0003 INV-2027-0004")]
    [InlineData("2027", 45, "Beitrag November 2027")]
    [InlineData("YO-2027-0003", 30, "PI20270003")]
    [InlineData("RE-2027-1103", 30, "Beitrag vom 2027-11-03")]
    [InlineData("RE-2027-1103", 30, "Beitrag vom 20271103")]
    [InlineData("20271103", 30, "Beitrag vom 2027-11-03")]
    [InlineData("INV-2027-0003", 30, "INV 2027 0004")]
    public async Task Line_ThatMayMeanAnotherBill_Waits(string bill, int amount, string text)
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", bill, 30_00), ("jonas", "INV-2027-0004", 30_00));

        Assert.Equal(0, (await shop.ImportAsync(new Camt().With(amount, text).ToXml())).Booked);
    }

    /// <summary>A person recorded the money before the bank told of it.</summary>
    [Fact]
    public async Task Line_ThatPaysMoreThanIsLeftOfABill_Waits()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-0003", 120_00));
        Assert.Equal(1, (await shop.ImportAsync(new Camt { Id = "1" }.With(100, "INV-2027-0003").ToXml())).Booked);

        Assert.Equal(0, (await shop.ImportAsync(new Camt { Id = "2" }.With(30, "INV-2027-0003").ToXml())).Booked);
    }

    [Fact]
    public async Task Line_ThatPaysMoreThanItNames_WaitsWhereItsPayerOwesSomethingElse()
    {
        var proposal = await ProposalAsync(35, "INV-2027-0001");

        Assert.Contains("the customer owes something else, too", proposal!.Text, StringComparison.Ordinal);
    }

    /// <summary>Who has the payer's very name goes before who has more words.</summary>
    [Fact]
    public async Task Payer_IsTheCustomerOfTheVeryName()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.EnrolAsync("more", "Anna Emilia Bell");
        await shop.OweAsync(("more", "INV-2027-0009", 30_00), ("anna", "INV-2027-0001", 30_00));

        var report = await shop.ImportAsync(new Camt().With(30, "INV-2027-0001").With(30, "INV-2027-0009").ToXml());

        Assert.Equal((1, 30_00), (report.Booked, (await shop.BalancesAsync())["receivable"]));
        var left = Assert.Single(await shop.LinesAsync(report, SettlementStatus.Open));
        Assert.Contains("Evidence: the payer is another customer by name; it names INV-2027-0009", left.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(70, "inv.2027.0003", "INV-2027-0003", "no other customer owes that amount")]
    [InlineData(10, "inv-2027-0001", "INV-2027-0001", "a part of what is open")]
    [InlineData(25, "20270000001135", Kid, "but for one digit")]
    [InlineData(35, "RF18 5390 0754 7134", Creditor, "but for one digit")]
    [InlineData(20, "danke", "INV-2027-0002", "the payer has the customer's name")]
    [InlineData(50, "danke", "INV-2027-0001, INV-2027-0002", "the payer has the customer's name")]
    public async Task Line_ThatNearlyNamesABill_OrOnlyItsPayer_IsProposed(int amount, string text, string charges, string because)
    {
        var proposal = await ProposalAsync(amount, text);

        Assert.Equal(SettlementChoice.Charge, proposal!.Choice);
        Assert.Contains(charges.Contains(',', StringComparison.Ordinal) ? $"charges {charges}." : $"charge {charges}.", proposal.Text,
            StringComparison.Ordinal);
        Assert.Contains(because, proposal.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(70, "danke")]
    [InlineData(45, "inv-2027-0003")]
    [InlineData(30, "inv-2027-0003")]
    [InlineData(25, "20270000001136")]
    [InlineData(45, "20270000001135")]
    [InlineData(70, "inv-2027-00031")]
    public async Task Line_WithoutASecondWitness_IsNotProposed(int amount, string text) => Assert.Null(await ProposalAsync(amount, text));

    [Fact]
    public async Task Line_OfSixtyBills_PaysThemAll()
    {
        await using var shop = await Shop.OpenAsync(books);
        string[] bills = [.. Enumerable.Range(1, 60).Select(at => $"BULK-2027-{at:0000}")];
        await shop.OweAsync(bills.Select(bill => ("anna", bill, 10_00L)));

        Assert.Equal(1, (await shop.ImportAsync(new Camt().With(600, string.Join(' ', bills)).ToXml())).Booked);
    }

    /// <summary>The proposal for a transfer from Anna Bell.</summary>
    private async Task<LineProposal?> ProposalAsync(int amount, string text)
    {
        await using var shop = await OwingAsync();
        var report = await shop.ImportAsync(new Camt().With(amount, text).ToXml());
        Assert.Equal(0, report.Booked);
        var lines = await shop.LinesAsync(report);
        return (await new LineMatching(shop.Books.Database).ProposalsAsync(shop.Merchant, lines, Cancel)).Values.SingleOrDefault();
    }

    private async Task<Shop> OwingAsync()
    {
        var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(
            ("anna", "INV-2027-0001", 30_00), ("anna", "INV-2027-0002", 20_00), ("jonas", "INV-2027-0003", 70_00),
            ("jonas", Kid, 25_00), ("jonas", Creditor, 35_00));
        return shop;
    }
}
