using System.Text;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Settlements;

/// <summary>Statements in OFX, of version 1 without the ends of elements, and of version 2.</summary>
public sealed class OfxTests
{
    private const string Head = "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nENCODING:USASCII\r\nCHARSET:1252\r\n\r\n";

    private const string Came = "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20271105120000[-5:EST]<DTAVAIL>20271106<TRNAMT>120.00<FITID>F1"
        + "<NAME>ANNA BELL &amp; SON<BANKACCTTO><BANKID>1<ACCTID>DE02120300000000202051<ACCTTYPE>CHECKING</BANKACCTTO>"
        + "<MEMO>INV-2027-0001</STMTTRN>\r\n";

    private const string Went =
        "<STMTTRN><TRNTYPE>CHECK<DTPOSTED>20271106<TRNAMT>-1045,5<FITID>F2<CHECKNUM>1001<NAME>Paper Ltd</STMTTRN>\r\n";

    private static string One(string lines, string account = "<BANKID>121000248<ACCTID>000123456789") =>
        $"{Head}<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20271130</SONRS></SIGNONMSGSRSV1>\r\n"
        + "<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STMTRS><CURDEF>USD\r\n"
        + $"<BANKACCTFROM>{account}<ACCTTYPE>CHECKING</BANKACCTFROM>\r\n"
        + $"<BANKTRANLIST><DTSTART>20271101<DTEND>20271130\r\n{lines}</BANKTRANLIST>"
        + "<LEDGERBAL><BALAMT>74.50<DTASOF>20271130</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\r\n";

    private static async Task<ReadFile> ReadAsync(string file, DateOnly? today = null)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(file));
        return await StatementFile.ReadAsync(stream, new ReadingOptions { Today = today }, TestContext.Current.CancellationToken);
    }

    /// <summary>An element without a text has no end in version 1, and takes nothing that stands behind it along.</summary>
    [Fact]
    public async Task EmptyElementWithoutAnEnd_LeavesTheOthersWhereTheyStand()
    {
        var came = Came.Replace("<BANKACCTTO><BANKID>1", "<BANKACCTTO><BANKID>\r\n", StringComparison.Ordinal);
        var statement = Assert.Single((await ReadAsync(One(came, "<BANKID>\r\n<ACCTID>000123456789"))).Statements);

        Assert.Equal("···· 6789", statement.Account);
        Assert.Equal("DE02120300000000202051", Assert.Single(statement.Lines).CounterpartyAccount);
        var other = await ReadAsync(One(Came.Replace(
            "<FITID>", "<CURRENCY><CURRATE>\r\n<CURSYM>CHF</CURRENCY><FITID>", StringComparison.Ordinal)));
        Assert.Contains("CURSYM: an amount is in another currency", $"{Assert.Single(other.Faults)}", StringComparison.Ordinal);
    }

    /// <summary>Some banks leave the end of an empty account of the other party out, too.</summary>
    [Fact]
    public async Task EmptyAccountWithoutAnEnd_LeavesTheTextBehindIt() => Assert.Equal(
        "INV-2027-0001",
        Assert.Single(Assert.Single((await ReadAsync(One(
            "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20271105<TRNAMT>120.00<FITID>F1<NAME>ANNA BELL<BANKACCTTO>\r\n<MEMO>INV-2027-0001"
                + "</STMTTRN>\r\n"))).Statements).Lines).Remittance);

    [Theory]
    [InlineData("DTPOSTED")]
    [InlineData("DTAVAIL")]
    public async Task DayFarAhead_IsRefused(string element)
    {
        var file = One(Came).Replace($"<{element}>2027", $"<{element}>2099", StringComparison.Ordinal);
        var read = await ReadAsync(file, new DateOnly(2027, 11, 30));
        Assert.Empty(read.Statements);
        Assert.Contains($"{element}: 2099-11-0", $"{Assert.Single(read.Faults)}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version1_IsRead_AndSaysThatNothingProvesItsLines()
    {
        var read = await ReadAsync(One(Came + Went));
        Assert.Contains("no balance before its lines", Assert.Single(read.Remarks).Problem, StringComparison.Ordinal);
        var statement = Assert.Single(read.Statements);
        Assert.Equal(("000123456789", "USD", null), (statement.AccountKey, statement.Currency.Code, statement.ClosingMinor));
        var (came, went) = (statement.Lines[0], statement.Lines[1]);
        Assert.Equal(
            (new DateOnly(2027, 11, 5), new DateOnly(2027, 11, 6), 120_00L, "ANNA BELL & SON", "INV-2027-0001", "F1"),
            (came.BookedOn, came.ValueOn, came.AmountMinor, came.Counterparty, came.Remittance, came.BankReference));
        Assert.Equal("DE02120300000000202051", came.CounterpartyAccount);
        Assert.Equal((-1045_50L, "Paper Ltd", "1001"), (went.AmountMinor, went.Counterparty, went.Remittance));
        Assert.Null(went.CounterpartyAccount);
    }

    /// <summary>American banks leave the number of the bank empty, and write no end of it.</summary>
    [Fact]
    public async Task ElementWithoutTextAndEnd_HidesNoAccount()
    {
        var file = One(
            Came.Replace("<BANKID>1<", "<BANKID>\r\n<", StringComparison.Ordinal), "\r\n<BANKID>\r\n<ACCTID>000123456789");
        var statement = Assert.Single((await ReadAsync(file)).Statements);
        Assert.Equal(
            ("000123456789", "DE02120300000000202051"), (statement.AccountKey, Assert.Single(statement.Lines).CounterpartyAccount));
    }

    /// <summary>Some banks put the whole description into the name.</summary>
    [Fact]
    public async Task NameWithANumber_IsTheText_WhereThereIsNone()
    {
        var read = await ReadAsync(One(Came
            .Replace("<NAME>ANNA BELL &amp; SON", "<NAME>ANNA BELL INV-2027-0001 CR", StringComparison.Ordinal)
            .Replace("<MEMO>INV-2027-0001", "<MEMO>", StringComparison.Ordinal)));

        Assert.Equal("ANNA BELL INV-2027-0001 CR", Assert.Single(Assert.Single(read.Statements).Lines).Remittance);
    }

    /// <summary>French and American banks put the number of a bill into the name, and words of their own into the memo.</summary>
    [Theory]
    [InlineData("VIR SEPA INV-2027-0001", "VIREMENT RECU", "VIR SEPA INV-2027-0001 VIREMENT RECU")]
    [InlineData("INV-2027-0001", "ZELLE INV-2027-0001 THANKS", "ZELLE INV-2027-0001 THANKS")]
    [InlineData("INV-2027-0001 ANNA", "INV-2027-0001", "INV-2027-0001 ANNA")]
    [InlineData("ANNA BELL", "INV-2027-0001", "INV-2027-0001")]
    public async Task NameWithANumber_StandsBeforeTheMemo_AndTheLineStaysTheSame(string name, string memo, string expected)
    {
        var read = await ReadAsync(One(
            $"<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20271105<TRNAMT>120.00<FITID>F1<NAME>{name}<MEMO>{memo}</STMTTRN>"));

        var line = Assert.Single(Assert.Single(read.Statements).Lines);
        Assert.Equal((name, expected), (line.Counterparty, line.Remittance));
        Assert.Equal((line with { Masked = null, Remittance = memo }).Identity, line.Identity);
    }

    [Theory]
    [InlineData("REPLACE", "120.00", " (corrects F0)")]
    [InlineData("DELETE", "120.00", " (reversal)")]
    public async Task CorrectionWithANumberInItsName_StaysTheSame(string action, string amount, string mark)
    {
        var read = await ReadAsync(One(
            $"<STMTTRN><TRNTYPE>OTHER<DTPOSTED>20271105<TRNAMT>{amount}<FITID>F1<CORRECTFITID>F0<CORRECTACTION>{action}"
            + "<NAME>VIR INV-2027-0001<MEMO>VIREMENT RECU</STMTTRN>"));

        var line = Assert.Single(Assert.Single(read.Statements).Lines);
        Assert.Equal($"VIR INV-2027-0001 VIREMENT RECU{mark}", line.Remittance);
        // Earlier versions knew a correction by its words without the mark.
        var known = action == "REPLACE" ? "VIREMENT RECU" : $"VIREMENT RECU{mark}";
        Assert.Equal((line with { Masked = null, Remittance = known }).Identity, line.Identity);
    }

    [Theory]
    [InlineData(".50", 50)]
    [InlineData("+.5", 50)]
    [InlineData("-,50", -50)]
    [InlineData("5.", 500)]
    [InlineData("-0005.10", -510)]
    [InlineData("+0.00", 0)]
    public async Task Amount_NeedsDigitsOnOneSideAlone(string written, long minor)
    {
        var read = await ReadAsync(One(Went.Replace("-1045,5", written, StringComparison.Ordinal).Replace("CHECK<", "OTHER<")));
        Assert.Empty(read.Faults);
        Assert.Equal(minor, Assert.Single(read.Statements).Lines.Sum(line => line.AmountMinor));
    }

    /// <summary>Each line corrects the one before it: reading takes no more time for each line than where none does.</summary>
    [Fact]
    public async Task ManyCorrections_AreRead_AndTheLastOneStays()
    {
        const int Many = 200_000;
        var read = await ReadAsync(One(string.Concat(Enumerable.Range(1, Many).Select(number =>
            $"<STMTTRN><TRNTYPE>OTHER<DTPOSTED>20271105<TRNAMT>{number}.00<FITID>F{number}<CORRECTFITID>F{number - 1}<CORRECTACTION>REPLACE"
            + "</STMTTRN>"))));

        var line = Assert.Single(Assert.Single(read.Statements).Lines);
        Assert.Equal(Many * 100L, line.AmountMinor);
        Assert.StartsWith("(corrects F199999, F199998, ", line.Remittance, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Version2_IsRead_AndSkipsWhatIsNotBooked(bool hasHeader)
    {
        const string Whole = """
            <?xml version="1.0" encoding="UTF-8"?>
            <?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>
            <OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR</CURDEF>
              <BANKACCTFROM><BANKID>37040044</BANKID><ACCTID>532013000</ACCTID></BANKACCTFROM>
              <BANKTRANLIST>
                <STMTTRN><TRNTYPE>OTHER</TRNTYPE><DTPOSTED>20271105</DTPOSTED><TRNAMT>+12.50</TRNAMT><FITID>F1</FITID>
                  <PAYEE><NAME>Müßig</NAME></PAYEE><MEMO>INV-1</MEMO></STMTTRN>
              </BANKTRANLIST>
              <BANKTRANLISTP><STMTTRNP><TRNAMT>9.00</TRNAMT><NAME>later</NAME></STMTTRNP></BANKTRANLISTP>
            </STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
            """;
        var rows = Whole.Split('\n').Where(row => hasHeader || !row.StartsWith("<?OFX", StringComparison.Ordinal));
        var read = await ReadAsync(string.Join('\n', rows));
        var statement = Assert.Single(read.Statements);
        var line = Assert.Single(statement.Lines);
        Assert.Equal(
            (1, "DE89370400440532013000", 12_50L, "Müßig", "INV-1"),
            (read.Skipped, statement.AccountKey, line.AmountMinor, line.Counterparty, line.Remittance));
    }

    [Theory]
    [InlineData("20271105", "20271305", "DTPOSTED: a date is written as 20270131")]
    [InlineData("120.00", "1,200.00", "TRNAMT: the amount is no number")]
    [InlineData("120.00", "120.005", "TRNAMT: the amount is no number")]
    [InlineData("120.00", "--120.00", "TRNAMT: the amount is no number")]
    [InlineData("120.00", ".", "TRNAMT: the amount is no number")]
    [InlineData("120.00", "-", "TRNAMT: the amount is no number")]
    [InlineData("120.00", "-120.00", "TRNTYPE: it says CREDIT")]
    [InlineData("<CURDEF>USD", "<CURDEF>Dollar", "CURDEF: a currency is an ISO 4217 code")]
    [InlineData("<NAME>ANNA", "<CURRENCY><CURRATE>1.1<CURSYM>EUR</CURRENCY><NAME>ANNA", "CURSYM: an amount is in another currency")]
    [InlineData("<ACCTID>000123456789", "", "STMTRS: the statement names no account")]
    [InlineData("</OFX>", "", "OFX: it has no end: the file may be cut off")]
    [InlineData("<STMTRS>", "<CCSTMTRS>", "CCSTMTRS: it is the statement of a credit card")]
    public async Task WhatIsWrong_RefusesTheFile_ByLineAndElement(string written, string wrong, string because)
    {
        var read = await ReadAsync(One(Came).Replace(written, wrong, StringComparison.Ordinal));
        Assert.Empty(read.Statements);
        Assert.Contains(because, $"{read.Faults[0]}", StringComparison.Ordinal);
        Assert.True(read.Faults[0].Line > 6);
    }

    [Fact]
    public async Task EveryPrefixOfAFile_IsRefused()
    {
        var file = One(Came + Went).TrimEnd();
        for (var length = Head.Length; length < file.Length; length++)
            Assert.NotEmpty((await ReadAsync(file[..length])).Faults);
    }

    [Fact]
    public async Task ElementWithoutEnd_IsRefused() => Assert.Contains(
        "an element has no end", Assert.Single((await ReadAsync(One($"<STMTTRN><MEMO>{new string('x', 20_000)}"))).Faults).Problem,
        StringComparison.Ordinal);
}
