using Quittance.Core.Settlements;
using Quittance.Tests.Running;

namespace Quittance.Tests.Settlements;

/// <summary>A bank corrects or deletes in OFX what it told before: nothing counts twice by itself.</summary>
public sealed class OfxCorrectionTests(BooksFixture books)
{
    [Fact]
    public async Task LineThatTheBankReplaces_WaitsWithWhatItCorrects_AlsoInTheSameFile()
    {
        await using var shop = await OwingAsync();
        await shop.ImportAsync(File(Came("F1", "120.00")));
        Assert.Equal(0L, await shop.ScalarAsync("SELECT count(*) FROM charge WHERE is_open"));
        await shop.OweAsync(("anna", "INV-2027-0002", 90_00));

        var report = await shop.ImportAsync(File(Came("F2", "90.00", "<CORRECTFITID>F1<CORRECTACTION>REPLACE", "INV-2027-0002")));

        var line = Assert.Single(await shop.LinesAsync(report, SettlementStatus.Open));
        Assert.Equal((90_00L, "INV-2027-0002 (corrects F1)"), (line.Amount.AmountMinor, line.Remittance));
        Assert.Contains("the bank corrects an earlier line by it", line.Note, StringComparison.Ordinal);
        Assert.Equal(1L, await shop.ScalarAsync("SELECT count(*) FROM charge WHERE is_open"));

        var both = await shop.TryImportAsync(File(
            Came("F3", "90.00", bill: "INV-2027-0002") + Came("F4", "80.00", "<CORRECTFITID>F3<CORRECTACTION>REPLACE")));
        Assert.Contains(
            both.Remarks, remark => remark.Problem.Contains("the bank corrects it by a later one", StringComparison.Ordinal));
        line = Assert.Single(await shop.LinesAsync(Assert.Single(both.Reports, one => one.NewLines > 0)));
        Assert.Equal((80_00L, SettlementStatus.Open), (line.Amount.AmountMinor, line.Status));
        Assert.Equal(1L, await shop.ScalarAsync("SELECT count(*) FROM charge WHERE is_open"));
    }

    /// <summary>The books have a line before its first correction, and the file has two corrections, one of the other.</summary>
    [Fact]
    public async Task LineThatTheBankCorrectsTwice_NamesWhatTheBooksMayHave()
    {
        await using var shop = await OwingAsync();
        await shop.ImportAsync(File(Came("F1", "120.00")));

        var report = await shop.ImportAsync(File(
            Came("F2", "110.00", "<CORRECTFITID>F1<CORRECTACTION>REPLACE")
            + Came("F3", "90.00", "<CORRECTFITID>F2<CORRECTACTION>REPLACE")));

        var line = Assert.Single(await shop.LinesAsync(report));
        Assert.Equal((90_00L, "INV-2027-0001 (corrects F2, F1)"), (line.Amount.AmountMinor, line.Remittance));
    }

    /// <summary>Some banks give the line that replaces another one its id: only the earlier one is left out.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task LineThatHasTheIdOfTheOneThatItReplaces_Stays(bool hasBoth)
    {
        await using var shop = await OwingAsync();
        var report = await shop.ImportAsync(File(
            (hasBoth ? Came("F1", "120.00") : "") + Came("F1", "90.00", "<CORRECTFITID>F1<CORRECTACTION>REPLACE")));

        var line = Assert.Single(await shop.LinesAsync(report));
        Assert.Equal((90_00L, "INV-2027-0001 (corrects F1)"), (line.Amount.AmountMinor, line.Remittance));
    }

    /// <summary>Two lines that correct one another leave neither out.</summary>
    [Fact]
    public async Task LinesThatCorrectOneAnother_BothWait()
    {
        await using var shop = await OwingAsync();
        var report = await shop.ImportAsync(File(
            Came("F1", "120.00", "<CORRECTFITID>F2<CORRECTACTION>REPLACE")
            + Came("F2", "90.00", "<CORRECTFITID>F1<CORRECTACTION>REPLACE")));
        Assert.Equal(2, (await shop.LinesAsync(report, SettlementStatus.Open)).Count);
    }

    /// <summary>The line came before the server read what a line corrects: a longer file has it again, and it is the same one.</summary>
    [Fact]
    public async Task Correction_IsTheLineAsWhichItWasReadBefore()
    {
        await using var shop = await OwingAsync();
        await shop.ImportAsync(File(Came("F0", "5.00", bill: "a") + Came("F2", "90.00") + Came("F9", "7.00", bill: "b")));
        var again = await shop.ImportAsync(File(
            Came("F0", "5.00", bill: "a") + Came("F2", "90.00", "<CORRECTFITID>F1<CORRECTACTION>REPLACE") + Came("F9", "7.00", bill: "b")
            + Came("F10", "8.00", bill: "c")));
        Assert.Equal(1, again.NewLines);
    }

    [Fact]
    public async Task LineThatTheBankDeletes_IsAReversalOfIt()
    {
        await using var shop = await OwingAsync();
        await shop.ImportAsync(File(Came("F1", "120.00")));
        var number = $"{await shop.ScalarAsync("SELECT number FROM payment")}";

        var report = await shop.ImportAsync(File(Came("F2", "120.00", "<CORRECTFITID>F1<CORRECTACTION>DELETE")));

        var line = Assert.Single(await shop.LinesAsync(report, SettlementStatus.Open));
        Assert.Equal((-120_00L, true), (line.Amount.AmountMinor, line.IsReversal));
        Assert.Contains($"the bank takes payment {number} of 120.00 EUR back", line.Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<CORRECTFITID>F1", "CORRECTACTION")]
    [InlineData("<CORRECTFITID>F1<CORRECTACTION>OTHER", "CORRECTACTION")]
    [InlineData("<CORRECTACTION>DELETE", "CORRECTFITID")]
    public async Task CorrectionThatSaysNotWhat_IsRefused(string correction, string element)
    {
        await using var shop = await OwingAsync();
        Assert.Equal(element, Assert.Single((await shop.TryImportAsync(File(Came("F2", "120.00", correction)))).Faults).Column);
    }

    private async Task<Shop> OwingAsync()
    {
        var shop = await Shop.OpenAsync(books);
        await shop.EnrolAsync("anna", "Anna Bell");
        await shop.OweAsync(("anna", "INV-2027-0001", 120_00));
        return shop;
    }

    private static string Came(string id, string amount, string more = "", string bill = "INV-2027-0001") =>
        $"<STMTTRN><TRNTYPE>OTHER<DTPOSTED>20271105<TRNAMT>{amount}<FITID>{id}{more}<NAME>Anna Bell<MEMO>{bill}</STMTTRN>";

    private static string File(string lines) =>
        "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nENCODING:USASCII\r\nCHARSET:1252\r\n\r\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS>"
        + "<CURDEF>EUR<BANKACCTFROM><BANKID>37040044<ACCTID>532013000</BANKACCTFROM>"
        + $"<BANKTRANLIST>{lines}</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>";
}
