using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>A line that waits is matched again when a later import brings what answers it.</summary>
public sealed class EarlierLineTests(BooksFixture books)
{
    [Fact]
    public async Task LineWhoseBillCameLater_IsBookedByTheNextImport_WhichSaysSo()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.EnrolAsync("anna", "Anna Bell");
        var first = await shop.ImportAsync(new Camt().With(30, "INV-2027-0009").With(5, "something else").ToXml());
        Assert.Equal(0L, first.Booked);
        await shop.OweAsync(("anna", "INV-2027-0009", 30_00));

        var outcome = await shop.TryImportAsync(
            new Camt { Id = "2027/12", Opening = 1035 }.With(7, "no one's", bankReference: "X").ToXml());

        var earlier = Assert.Single(outcome.Reports, report => report.Statement.Statement.Id == first.Statement.Statement.Id);
        Assert.Equal((true, 0, 1L, 30_00L), (earlier.WasKnown, earlier.NewLines, earlier.Booked, earlier.BookedMinor));
        Assert.Equal(0L, await shop.ScalarAsync("SELECT count(*) FROM charge WHERE is_open"));
        Assert.Single((await shop.TryImportAsync(
            new Camt { Id = "2028/01", Opening = 1042 }.With(7, "no one's either", bankReference: "Y").ToXml())).Reports);
    }

    /// <summary>An operator took a booking back: the import does not book the line again.</summary>
    [Fact]
    public async Task LineWhoseBookingAnOperatorTookBack_StaysOpen()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.OweAsync(("anna", "INV-2027-0009", 30_00));
        var line = Assert.Single(await shop.LinesAsync(await shop.ImportAsync(new Camt().With(30, "INV-2027-0009").ToXml())));
        Assert.True((await shop.Desk.UnbookAsync(
            line, line.Events, "not hers", shop.Origin, key: null, TestContext.Current.CancellationToken)).Accepted);

        await shop.TryImportAsync(new Camt { Id = "2027/12", Opening = 1030 }.With(7, "no one's", bankReference: "X").ToXml());

        Assert.Equal("open", await shop.ScalarAsync("SELECT status FROM settlement_line WHERE amount_minor = 3000"));
    }

    /// <summary>The payout reached the bank before its report.</summary>
    [Fact]
    public async Task PayoutWhoseReportComesLater_IsBooked()
    {
        await using var shop = await Shop.OpenAsync(books);
        await shop.ImportAsync(new Camt().With(12, "PAYOUT-77 SANDBOX").ToXml());

        await shop.TryImportAsync(
            "type,reference,amount,fee,currency,date\npayment,1,12.00,,EUR,2027-11-01\npayout,PAYOUT-77,12.00,,EUR,2027-11-02\n");

        Assert.Equal("booked", await shop.ScalarAsync("SELECT status FROM settlement_line WHERE source = 'camt'"));
    }
}
