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

    [Theory]
    [InlineData(30, "inv-2027-0001", "INV-2027-0001", "in another spelling")]
    [InlineData(20, "INV/2027/0002", "INV-2027-0002", "in another spelling")]
    [InlineData(20, "INV-2027 -0002", "INV-2027-0002", "in another spelling")]
    [InlineData(20, "Rechnung INV 2027 0002 danke", "INV-2027-0002", "in another spelling")]
    [InlineData(20, "INV-20 27-0002", "INV-2027-0002", "in another spelling")]
    [InlineData(50, "inv-2027-0001 inv-2027-0002", "INV-2027-0001, INV-2027-0002", "in another spelling")]
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
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(
            ("anna", "INV-2027-0001", 30_00), ("anna", "INV-2027-0002", 20_00), ("jonas", "INV-2027-0003", 70_00),
            ("jonas", Kid, 25_00), ("jonas", Creditor, 35_00));
        var report = await shop.ImportAsync(new Camt().With(amount, text).ToXml());
        Assert.Equal(0, report.Booked);
        var lines = await shop.LinesAsync(report);
        return (await new LineMatching(shop.Books.Database).ProposalsAsync(shop.Merchant, lines, Cancel)).Values.SingleOrDefault();
    }
}
