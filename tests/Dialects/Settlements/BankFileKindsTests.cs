using System.IO.Compression;
using System.Text;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Settlements;

/// <summary>Files of banks in every encoding and wrapping: what a file is, its content tells.</summary>
public sealed class BankFileKindsTests
{
    private static readonly string Statement = new Camt().With(12.50m, "Müßig INV-1").ToXml();

    private static async Task<ReadFile> ReadAsync(byte[] bytes, ReadingOptions? options = null)
    {
        using var stream = new MemoryStream(bytes);
        return await StatementFile.ReadAsync(stream, options ?? new ReadingOptions(), TestContext.Current.CancellationToken);
    }

    private static Encoding EncodingOf(string name) =>
        CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);

    private static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }

    [Theory]
    [InlineData("ISO-8859-15")]
    [InlineData("windows-1252")]
    [InlineData("ISO-8859-1")]
    [InlineData("UTF-16")]
    [InlineData("UTF-8")]
    public async Task Xml_InTheEncodingThatItSays_IsRead(string name)
    {
        var text = Statement.Replace("encoding=\"UTF-8\"", $"encoding=\"{name}\"", StringComparison.Ordinal);
        var encoding = EncodingOf(name);
        var read = await ReadAsync([.. encoding.GetPreamble(), .. encoding.GetBytes(text)]);
        Assert.Empty(read.Faults);
        Assert.Equal("Müßig INV-1", Assert.Single(Assert.Single(read.Statements).Lines).Remittance);
    }

    /// <summary>Programs write the names of encodings in their own ways.</summary>
    [Theory]
    [InlineData("utf8", "UTF-8")]
    [InlineData("cp1252", "windows-1252")]
    [InlineData("win-1252", "windows-1252")]
    [InlineData("ISO8859-15", "ISO-8859-15")]
    [InlineData("iso88591", "ISO-8859-1")]
    public async Task Xml_InAnEncodingOfAnotherSpelling_IsRead(string said, string name)
    {
        var text = Statement.Replace("encoding=\"UTF-8\"", $"encoding=\"{said}\"", StringComparison.Ordinal);
        var read = await ReadAsync(EncodingOf(name).GetBytes(text));
        Assert.Empty(read.Faults);
        Assert.Equal("Müßig INV-1", Assert.Single(Assert.Single(read.Statements).Lines).Remittance);
    }

    /// <summary>The root tells OFX from the messages of banks, whatever stands before it.</summary>
    [Theory]
    [InlineData("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")]
    [InlineData("<?xml version=\"1.0\"?>\n<!-- an export -->\n")]
    [InlineData("")]
    public async Task OfxInXml_IsKnownByItsRoot(string before)
    {
        var read = await ReadAsync(Encoding.UTF8.GetBytes(
            $"{before}<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD</CURDEF><BANKACCTFROM><BANKID>1</BANKID><ACCTID>000123456789"
                + "</ACCTID></BANKACCTFROM><BANKTRANLIST><STMTTRN><TRNTYPE>CREDIT</TRNTYPE><DTPOSTED>20271105</DTPOSTED><TRNAMT>120.00"
                + "</TRNAMT><FITID>F1</FITID><MEMO>INV-1</MEMO></STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"));
        Assert.Empty(read.Faults);
        Assert.Equal(120_00L, Assert.Single(Assert.Single(read.Statements).Lines).AmountMinor);
    }

    /// <summary>Networks send a message behind a header, beside it or in an envelope with it.</summary>
    [Theory]
    [InlineData("\n {0}{1}")]
    [InlineData("<Envelope xmlns=\"urn:swift:xsd:envelope\">{0}{1}</Envelope>")]
    [InlineData("<!-- a > b --><s:RequestPayload xmlns:s=\"urn:x\">\n{0}\n{1}\n</s:RequestPayload>\n")]
    [InlineData("<DataPDU xmlns=\"urn:swift:saa:xsd:saa.2.0\"><Revision>2.0.14</Revision><Body>{0}{1}</Body></DataPDU>")]
    [InlineData("<Envelope>{0}{1}</Envelope>\n<Envelope>{0}{2}</Envelope>", 2)]
    [InlineData("<Envelope>{0}{1}{0}{2}</Envelope>", 2)]
    public async Task MessageInAnEnvelope_IsRead(string envelope, int statements = 1)
    {
        const string Header = "<h:AppHdr xmlns:h=\"urn:iso:std:iso:20022:tech:xsd:head.001.001.02\"><h:BizMsgIdr>M-1</h:BizMsgIdr>"
            + "</h:AppHdr>";
        string[] documents = [.. new[] { Statement, new Camt { Id = "2027/12", Opening = 1012.50m }.With(1, "INV-2").ToXml() }
            .Select(text => text[text.IndexOf("<Document", StringComparison.Ordinal)..])];

        var read = await ReadAsync(Encoding.UTF8.GetBytes(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + envelope.Replace("{0}", Header, StringComparison.Ordinal)
                .Replace("{1}", documents[0], StringComparison.Ordinal).Replace("{2}", documents[1], StringComparison.Ordinal)));

        Assert.Empty(read.Faults);
        Assert.Equal(statements, read.Statements.Count);
        Assert.Equal("Müßig INV-1", Assert.Single(read.Statements[0].Lines).Remittance);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData(" \r\n\t")]
    public async Task BlanksBeforeADocument_AreNothing(string before) =>
        Assert.Single((await ReadAsync(Encoding.UTF8.GetBytes($"{before}{Statement}"))).Statements);

    [Theory]
    [InlineData("<html><body/></html>", "html")]
    [InlineData("<Envelope><AppHdr/></Envelope>", "Envelope")]
    public async Task XmlWithoutADocument_IsRefusedByItsRoot(string text, string root)
    {
        var fault = Assert.Single((await ReadAsync(Encoding.UTF8.GetBytes(text))).Faults);
        Assert.Equal((1, root, "this is no camt.053 statement"), (fault.Line, fault.Column, fault.Problem));
    }

    [Theory]
    [InlineData("UTF-8", "it has bytes that UTF-8 does not have")]
    [InlineData("x-none", "x-none, an encoding that is not known")]
    [InlineData("UTF-16", "it has bytes that UTF-16 does not have")]
    public async Task Xml_ThatLiesAboutItsEncoding_IsRefusedByName(string said, string because)
    {
        var text = Statement.Replace("encoding=\"UTF-8\"", $"encoding=\"{said}\"", StringComparison.Ordinal);
        Assert.Contains(because, Assert.Single((await ReadAsync(Encoding.Latin1.GetBytes(text))).Faults).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\n\n<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")]
    public async Task SeveralDocumentsInAFile_AreAllRead(string between)
    {
        var second = new Camt { Id = "2027/12", Opening = 1012.50m }.With(5, "INV-2").ToXml().Split("?>")[1].TrimStart();
        var read = await ReadAsync(Encoding.UTF8.GetBytes($"{Statement}{between}{second}"));
        Assert.Empty(read.Faults);
        Assert.Equal([12_50L, 5_00L], read.Statements.Select(one => Assert.Single(one.Lines).AmountMinor));
        Assert.True(read.Statements[1].FileLine > read.Statements[0].FileLine);
    }

    [Fact]
    public async Task Zip_IsUnpacked_AndItsFaultsNameTheFile()
    {
        var second = new Camt { Id = "2027/12", Opening = 1012.50m }.With(5, "INV-2").ToXml();
        var read = await ReadAsync(Zip(("a.xml", Encoding.UTF8.GetBytes(Statement)), ("../../b.xml", Encoding.UTF8.GetBytes(second))));
        Assert.Empty(read.Faults);
        Assert.Equal(2, read.Statements.Count);
        var broken = await ReadAsync(Zip(("a.xml", Encoding.UTF8.GetBytes(Statement)), ("../../b.xml", "<Document"u8.ToArray())));
        Assert.Empty(broken.Statements);
        Assert.Equal("b.xml", Assert.Single(broken.Faults).Column);
    }

    [Fact]
    public async Task StatusReportBesideAStatement_IsRead()
    {
        const string Report = "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.10\"><CstmrPmtStsRpt><GrpHdr><MsgId>R</MsgId>"
            + "</GrpHdr><OrgnlGrpInfAndSts><OrgnlMsgId>C</OrgnlMsgId><GrpSts>ACCP</GrpSts></OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>";
        var file = Zip(("a.xml", Encoding.UTF8.GetBytes(Statement)), ("b.xml", Encoding.UTF8.GetBytes(Report)));
        var taken = await ReadAsync(file);
        Assert.Equal((1, "C"), (taken.Statements.Count, Assert.Single(taken.Reports).OriginalMessageId));
    }

    [Theory]
    [InlineData("<TxDtls>", "<TxDtls><Refs><InstrId>INV-2027-1</InstrId></Refs>", "x INV-2027-1")]
    [InlineData("</RmtInf>", "</RmtInf><AddtlTxInf>INV-2027-1</AddtlTxInf>", "x INV-2027-1")]
    [InlineData("</NtryDtls>", "</NtryDtls><AddtlNtryInf>INV-2027-1</AddtlNtryInf>", "x INV-2027-1")]
    [InlineData("</NtryDtls>", "</NtryDtls><AddtlNtryInf>x</AddtlNtryInf>", "x")]
    [InlineData("<Ustrd>x</Ustrd>", "<Ustrd>INV-20</Ustrd><Strd><RfrdDocInf><Nb>INV-2</Nb></RfrdDocInf></Strd>", "INV-20 INV-2")]
    [InlineData(
        "<TxDtls>", "<TxDtls><Refs><Prtry><Tp>A</Tp><Ref>INV-1</Ref></Prtry><Prtry><Tp>B</Tp><Ref>INV-2</Ref></Prtry></Refs>",
        "x INV-1 INV-2")]
    public async Task Camt_WordsBesideTheRemittance_AreRead(string at, string with, string expected)
    {
        var text = new Camt().With(1, "x").ToXml().Replace(at, with, StringComparison.Ordinal);
        Assert.Equal(expected, Assert.Single(Assert.Single((await ReadAsync(Encoding.UTF8.GetBytes(text))).Statements).Lines).Remittance);
    }

    [Theory]
    [InlineData("Anna Bell", "PayService AG", "Anna Bell (PayService AG)")]
    [InlineData("Anna Bell", "Anna Bell", "Anna Bell")]
    public async Task Camt_PayerBehindAPaymentService_IsShownWithIt(string ultimate, string debtor, string expected)
    {
        var text = new Camt().With(1, "x").ToXml().Replace(
            "<TxDtls>",
            $"<TxDtls><RltdPties><Dbtr><Nm>{debtor}</Nm></Dbtr><UltmtDbtr><Pty><Nm>{ultimate}</Nm></Pty></UltmtDbtr></RltdPties>",
            StringComparison.Ordinal);
        Assert.Equal(expected, Assert.Single(Assert.Single((await ReadAsync(Encoding.UTF8.GetBytes(text))).Statements).Lines).Counterparty);
    }

    [Fact]
    public async Task Zip_ThatIsTooLargeOrBroken_OrAWorkbook_IsRefused()
    {
        async Task IsRefusedAsync(byte[] bytes, string because) => Assert.Contains(
            because, Assert.Single((await ReadAsync(bytes)).Faults).Problem, StringComparison.Ordinal);

        await IsRefusedAsync(Zip(("bomb.xml", new byte[20_000_000])), "much larger when it is unpacked");
        await IsRefusedAsync(Zip([.. Enumerable.Range(0, 501).Select(at => ($"{at}.xml", "<a/>"u8.ToArray()))]), "more than 500 files");
        await IsRefusedAsync(Zip(("a.zip", Zip(("a.xml", "<a/>"u8.ToArray())))), "a ZIP in a ZIP");
        await IsRefusedAsync(Zip(("[Content_Types].xml", "<a/>"u8.ToArray()), ("xl/workbook.xml", "<a/>"u8.ToArray())), "XLSX");
        await IsRefusedAsync(Zip(("a.xml", Encoding.UTF8.GetBytes(Statement)))[..^30], "can't be unpacked");
    }

    [Fact]
    public async Task Zip_OfTenThousandFiles_IsRefusedBeforeItsListIsRead() => Assert.Contains(
        "more than 500 files",
        Assert.Single((await ReadAsync(Zip([.. Enumerable.Range(0, 10_000).Select(at => (new string('n', 100) + at, "<a/>"u8.ToArray()))])))
            .Faults).Problem,
        StringComparison.Ordinal);

    [Fact]
    public async Task Zip_ThatIsBrokenAnywhere_IsReadOrRefused()
    {
        var zip = Zip(("a.xml", Encoding.UTF8.GetBytes(Statement)), ("b.xml", Encoding.UTF8.GetBytes(Statement)));
        var random = new Random(7);
        for (var round = 0; round < 1500; round++)
        {
            var broken = zip.ToArray();
            for (var change = 0; change <= round % 3; change++)
                broken[random.Next(broken.Length)] = (byte)random.Next(256);
            var read = await ReadAsync(round % 5 == 0 ? broken[..random.Next(1, broken.Length)] : broken);
            Assert.True(read.Statements.Count > 0 != read.Faults.Count > 0);
        }
    }

    [Theory]
    [InlineData("%PDF-1.7", "a PDF")]
    [InlineData("!Type:Bank\nD1/1/2027", "QIF")]
    [InlineData("!Option:AutoSwitch\n!Account\nNGiro\n^\n!Type:Bank\nD1/1/2027\n", "QIF")]
    [InlineData("!Account\nNGiro\nTBank\n^\n", "QIF")]
    [InlineData("!Clear:AutoSwitch\n", "QIF")]
    [InlineData("01,121000248,STUDIO,271105,0700,1,80,,2/\n02,STUDIO,121000248,1,271104,,USD,2/\n03,1234567,USD,,,,/\n", "BAI2")]
    [InlineData("01,121000248,STUDIO,271105,0700,1,,,2/\r\n88,MORE/\r\n02,STUDIO,121000248,1,271104,,,2/\r\n", "BAI2")]
    [InlineData(
        "11004904180123456789271101271130200000000100000978" + "3STUDIO, S.L.              \r\n"
        + "22    0418271105271105020122000000000120000000000000            INV-2027-0001                \r\n", "Norma 43")]
    [InlineData(
        "0130004    00411EUR2 00012345678  041127                                                  0000000010000{                \r\n"
        + "0430004    00411EUR205 00012345678  051127  051127VIR ANNA BELL INV-2027-0001      0000000  0000000012000{INV-2027-1      ",
        "CFONB 120")]
    [InlineData("UNA:+.? 'UNB+UNOC:3+BANK+STUDIO+271105:0700+1'UNH+1+FINSTA:D:96A:UN'", "EDIFACT")]
    [InlineData("UNB+UNOC:3+BANK+STUDIO+271105:0700+1'", "EDIFACT")]
    [InlineData("T00322100FI2112345600000785001271101271130271130120012345600000785", "TITO")]
    [InlineData("01BGMAX               0120271105173035010331P\n", "BgMax")]
    [InlineData("NY000010000080800000010000008080000000000000000\n", "OCR")]
    [InlineData(" [\n {\"booked\": \"2027-11-05\", \"amount\": 120}]", "JSON")]
    [InlineData("{ \"transactions\": [] }", "JSON")]
    public async Task FormatThatIsNotRead_IsRefusedByName_WithWhatToAskFor(string content, string name)
    {
        var problem = Assert.Single((await ReadAsync(Encoding.UTF8.GetBytes(content))).Faults).Problem;
        Assert.Contains(name, problem, StringComparison.Ordinal);
        Assert.Contains("ask the bank for camt.053", problem, StringComparison.Ordinal);
    }

    /// <summary>A table may begin with the same digits.</summary>
    [Theory]
    [InlineData("01,booked_on,amount,description\n02,2027-11-05,120.00,INV-1\n")]
    [InlineData("11;22;33;amount\n22;1;2;3\n")]
    public async Task TableThatBeginsLikeAnotherFormat_IsATable(string content)
    {
        var faults = (await ReadAsync(Encoding.UTF8.GetBytes(content))).Faults;
        Assert.DoesNotContain(faults, fault => fault.Problem.StartsWith("this is", StringComparison.Ordinal));
    }

    /// <summary>German and Nordic letters stand at the same bytes in every code page of DOS; in Windows one of them is none.</summary>
    [Theory]
    [InlineData("Müller für Gebühr", "Müller für Gebühr")]
    [InlineData("Überweisung Größe Äpfel ÖÜ für", "Überweisung Größe Äpfel ÖÜ für")]
    [InlineData("Beiträge März", "Beiträge März")]
    [InlineData("Größe der Straße in Köln", "Größe der Straße in Köln")]
    [InlineData("ältere Beiträge, ändern, März", "ältere Beiträge, ändern, März")]
    [InlineData("SPORTVEREIN KÖLN", "SPORTVEREIN KÖLN")]
    public async Task Mt940_InTheCodePageOfDos_IsRead_AndSaysSo(string words, string expected)
    {
        var file = Mt940().Replace("free text of", words, StringComparison.Ordinal);
        var read = await ReadAsync(CodePagesEncodingProvider.Instance.GetEncoding(850)!.GetBytes(file));

        Assert.Empty(read.Faults);
        Assert.Equal($"{expected} a payment", Assert.Single(read.Statements).Lines[1].Remittance);
        Assert.Contains(read.Remarks, remark => remark.Problem == "The file is not in UTF-8: it is read as ibm850.");
    }

    /// <summary>The bytes of ä and ö are quotation marks in Windows.</summary>
    [Theory]
    [InlineData("Firma „Muster” zahlt")]
    [InlineData("Firma „Muster”s Rechnung, „Mai”")]
    [InlineData("Rohr 5” lang")]
    [InlineData("„Muster”, Žak, Milán, šest™")]
    [InlineData("Preis der Sorte A™ und „B”")]
    public async Task Mt940_WithQuotationMarksOfWindows_IsReadAsIts(string words)
    {
        var file = Mt940().Replace("free text of", words, StringComparison.Ordinal);
        var read = await ReadAsync(CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetBytes(file));

        Assert.Equal($"{words} a payment", Assert.Single(read.Statements).Lines[1].Remittance);
    }

    /// <summary>What is another letter in another encoding is not guessed: Å of a Macintosh, ł of a Polish DOS.</summary>
    [Theory]
    [InlineData("macintosh", "BLÅBÄR")]
    [InlineData("macintosh", "Åke på Åland")]
    [InlineData("ibm852", "für Łódź")]
    [InlineData("ibm850", "Pièce à für")]
    public async Task Mt940_InBytesOfSeveralMeanings_IsRefusedWithTheWayOut(string encoding, string words)
    {
        var file = Mt940().Replace("free text of", words, StringComparison.Ordinal);
        var bytes = CodePagesEncodingProvider.Instance.GetEncoding(encoding)!.GetBytes(file);
        var problem = Assert.Single((await ReadAsync(bytes)).Faults).Problem;
        Assert.StartsWith("The file is neither in UTF-8 nor in UTF-16 nor in windows-1252", problem, StringComparison.Ordinal);
        Assert.Contains("open it in an editor with the encoding", problem, StringComparison.Ordinal);
    }

    /// <summary>Words of banks that there is no reference, or that it stands in the text.</summary>
    [Theory]
    [InlineData("NTRFKREF+//B1", null)]
    [InlineData("NTRFMREF+", null)]
    [InlineData("N541PREF//B1", null)]
    [InlineData("N541MARF", null)]
    [InlineData("NTRFPREF-7//B1", "PREF-7")]
    [InlineData("NTRFINV-2027-1//B1", "INV-2027-1")]
    public async Task Mt940_WordForNoReference_IsNone_AndTheLineStaysTheSame(string entry, string? endToEnd)
    {
        var text = Mt940().Replace("D45,00NTRFNONREF//B2", $"D45,00{entry}", StringComparison.Ordinal);
        var line = Assert.Single((await ReadAsync(Encoding.UTF8.GetBytes(text))).Statements).Lines[1];

        Assert.Equal((endToEnd, "free text of a payment"), (line.EndToEnd, line.Remittance));
        var written = entry[4..].Split("//")[0];
        Assert.Equal((line with { Masked = null, EndToEnd = written }).Identity, line.Identity);
    }

    private static string Mt940(string closing = "C271105EUR1075,00", string account = "37040044/532013000") =>
        $":20:STARTUMS\r\n:25:{account}\r\n:28C:309/1\r\n:60F:C271104EUR1000,00\r\n"
        + ":61:2711051105C120,00NTRFNONREF//B1\r\n:86:166?00GUTSCHR. UEBERWEISUNG?20EREF+E-1?21SVWZ+Invoice No INV-2027-00"
        + "?2201 thanks?31DE02120300000000202051?32ANNA ?33BELL\r\n"
        + $":61:2711051105D45,00NTRFNONREF//B2\r\n:86:free text of\r\na payment\r\n:62F:{closing}\r\n-\r\n";

    [Fact]
    public async Task Mt940_IsReadWithTheTextsOfGermanBanks()
    {
        var statement = Assert.Single((await ReadAsync(Encoding.UTF8.GetBytes(Mt940()))).Statements);
        Assert.Equal(
            (StatementSource.Mt940, "DE89370400440532013000", "309/1 of 2027-11-05", 1000_00L, 1075_00L),
            (statement.Source, statement.AccountKey, statement.Reference, statement.OpeningMinor!.Value, statement.ClosingMinor!.Value));
        Assert.Equal([120_00L, -45_00L], statement.Lines.Select(line => line.AmountMinor));
        var line = statement.Lines[0];
        Assert.Equal(
            ("ANNA BELL", "DE02120300000000202051", "Invoice No INV-2027-0001 thanks", "E-1", "B1"),
            (line.Counterparty, line.CounterpartyAccount, line.Remittance, line.EndToEnd, line.BankReference));
        Assert.Equal("free text of a payment", statement.Lines[1].Remittance);
    }

    [Theory]
    [InlineData("NL91ABNA0417164300EUR", "NL91ABNA0417164300")]
    [InlineData("COBADEFFXXX/DE89370400440532013000", "DE89370400440532013000")]
    [InlineData("37040044/532013000EUR", "DE89370400440532013000")]
    public async Task Mt940_NamesTheAccountAsOtherFilesDo(string written, string expected) => Assert.Equal(
        expected, Assert.Single((await ReadAsync(Encoding.UTF8.GetBytes(Mt940(account: written)))).Statements).AccountKey);

    /// <summary>As SWIFT carries it: check sums and signs stand behind the end of a message.</summary>
    [Theory]
    [InlineData("-}{5:{CHK:123456789ABC}}\r\n", 1)]
    [InlineData("-}$\r\n", 1)]
    [InlineData("-}\r\n", 1)]
    [InlineData("-}{5:{CHK:1}}{1:F01X}{2:O940}{4:\r\n", 2)]
    [InlineData("-}$\r\n{1:F01X}{2:O940}{4:\r\n", 2)]
    public async Task Mt940_InTheFormOfSwift_IsRead(string end, int messages)
    {
        var first = Mt940().Replace("\r\n-\r\n", $"\r\n{end}", StringComparison.Ordinal);
        var next = Mt940(account: "37040044/532013001").Replace("\r\n-\r\n", "\r\n-}{5:{CHK:2}}\r\n", StringComparison.Ordinal);
        var read = await ReadAsync(Encoding.UTF8.GetBytes($"{{1:F01X}}{{2:O940}}{{4:\r\n{first}{(messages == 2 ? next : "")}"));

        Assert.Empty(read.Faults);
        Assert.All(read.Statements, statement => Assert.Equal((1075_00L, 2), (statement.ClosingMinor!.Value, statement.Lines.Count)));
        Assert.Equal(messages, read.Statements.Count);
    }

    /// <summary>Dutch banks begin each message with rows of their own, and some write a row with a dash into a text.</summary>
    [Theory]
    [InlineData("ABNANL2A\r\n940\r\nABNANL2A\r\n", "-\r\n")]
    [InlineData(":940:\r\n", "")]
    [InlineData("ABNANL2A\r\n", "-}\r\n")]
    [InlineData("ABNANL2A\r\n", ":86:words about the day\r\n-\r\n")]
    public async Task Mt940_RowsBetweenMessages_AreOfNone(string begin, string end)
    {
        static string Day(string from, string entry, string text, string to) =>
            $":20:ABN AMRO BANK NV\r\n:25:NL91ABNA0417164300\r\n:28:31001/1\r\n:60F:{from}\r\n:61:{entry}\r\n:86:{text}\r\n:62F:{to}\r\n";
        var first = Day(
            "C271104EUR1000,00", "2711051105C120,00N654NONREF",
            "/TRTP/SEPA OVERBOEKING/IBAN/DE02120300000000202051/BIC/BYLADEM1\r\n-\r\n/NAME/ANNA BELL/REMI/INV-2027-0001/EREF/NOTPROVIDED",
            "C271105EUR1120,00");
        var second = Day(
            "C271105EUR1120,00", "2711081108D45,00N654NONREF",
            "/TRTP/SEPA OVERBOEKING/NAME/PAPER BV/REMI/FACTUUR 77/EREF/NOTPROVIDED", "C271108EUR1075,00");

        var read = await ReadAsync(Encoding.UTF8.GetBytes($"{begin}{first}{end}{begin}{second}{end}"));

        Assert.Empty(read.Faults);
        Assert.Equal(
            [(120_00L, "ANNA BELL", "INV-2027-0001", 1120_00L), (-45_00L, "PAPER BV", "FACTUUR 77", 1075_00L)],
            read.Statements.Select(one => (Assert.Single(one.Lines).AmountMinor, one.Lines[0].Counterparty, one.Lines[0].Remittance,
                one.ClosingMinor!.Value)));
    }

    /// <summary>The letter behind a tag is an option of its form, and some banks leave it out.</summary>
    [Theory]
    [InlineData(":25:", ":25P:", "DE89370400440532013000\r\nCOBADEFFXXX")]
    [InlineData(":28C:", ":28:")]
    [InlineData(":28C:", ":28D:")]
    [InlineData(":60F:", ":60M:")]
    [InlineData(":60F:", ":60:")]
    [InlineData(":62F:", ":62M:")]
    [InlineData(":62F:", ":62:")]
    public async Task Mt940_FieldOfEveryOption_IsRead(string tag, string option, string account = "37040044/532013000")
    {
        var text = Mt940(account: account).Replace(tag, option, StringComparison.Ordinal);
        var statement = Assert.Single((await ReadAsync(Encoding.UTF8.GetBytes(text))).Statements);
        Assert.Equal(
            ("DE89370400440532013000", "309/1 of 2027-11-05", 1000_00L, 1075_00L),
            (statement.AccountKey, statement.Reference, statement.OpeningMinor!.Value, statement.ClosingMinor!.Value));
    }

    [Fact]
    public async Task Mt940_AmountWithoutADigitBeforeItsComma_IsRead()
    {
        const string File = ":20:A\n:25:DE89370400440532013000\n:28C:1\n:60F:C271104EUR,00\n"
            + ":61:271105C,50NTRFNONREF//B1\n:86:INV-2027-0001\n:62F:C271105EUR,50\n:90C:1EUR,50\n-\n";
        Assert.Equal(50, Assert.Single(Assert.Single((await ReadAsync(Encoding.UTF8.GetBytes(File))).Statements).Lines).AmountMinor);
    }

    [Fact]
    public async Task Mt940_ThatIsCutOff_IsRefused() => Assert.Contains(
        "no balance after its entries",
        Assert.Single((await ReadAsync(Encoding.UTF8.GetBytes(Mt940().Split(":62F:")[0]))).Faults).Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData("159?00RETOURE?20SVWZ+INV-2027-0064?32ANNA BELL")]
    [InlineData("/RTRN/MS03//NAME/ANNA BELL/REMI/INV-2027-0064/")]
    public async Task Mt940_TransferOfOursThatComesBack_SaysSo(string words)
    {
        var file = ":20:A\n:25:DE89370400440532013000\n:28C:1\n:60F:C271104EUR100,\n"
            + $":61:271105C29,54NTRFNONREF//B1\n:86:{words}\n:62F:C271105EUR129,54\n-\n";
        var line = Assert.Single(Assert.Single((await ReadAsync(Encoding.UTF8.GetBytes(file))).Statements).Lines);
        Assert.Equal((29_54L, "INV-2027-0064 (comes back)"), (line.AmountMinor, line.Remittance));
    }

    /// <summary>Polish banks, a posting without a purpose, and ING, whose word for "see the text" is no reference.</summary>
    [Theory]
    [InlineData(
        "S034INV-1\n:86:034\n:86:034~00B034PRZELEW~20INV-2027-0001~3010900004~32ANNA BELL~38PL61109010140000071219812874",
        "ANNA BELL", "PL61109010140000071219812874", "INV-2027-0001", "INV-1")]
    [InlineData("NCHGNONREF\n:86:814?00ENTGELT", null, null, "ENTGELT", null)]
    [InlineData("NTRFEREF//B1\n:86:/EREF/NOTPROVIDED//NAME/J WEBER//REMI/INV-2027-0003/", "J WEBER", null, "INV-2027-0003", null)]
    public async Task Mt940_OfMoreBanks_IsReadWithItsTexts(string entry, string? name, string? account, string? text, string? reference)
    {
        var file = ":20:A\n:25:DE89370400440532013000\n:28C:1\n:60F:C271104EUR100,\n"
            + $":61:271105C120,00{entry}\n:62F:C271105EUR220,\n-\n";
        var line = Assert.Single(Assert.Single((await ReadAsync(Encoding.UTF8.GetBytes(file))).Statements).Lines);

        Assert.Equal((name, account, text, reference), (line.Counterparty, line.CounterpartyAccount, line.Remittance, line.EndToEnd));
    }

    /// <summary>What was sent, and what banks on the way kept: the customer owes none of it.</summary>
    [Theory]
    [InlineData("NTRFNONREF//B1\n/OCMT/EUR1500,00/CHGS/EUR26,00/\n:86:166?20SVWZ+INV-1?32ANNA BELL", 26_00)]
    [InlineData("NTRFNONREF//B1\n:86:/EREF/NOTPROVIDED/OCMT/EUR1500,00/CHGS/EUR26,00/ORDP//NAME/ANNA BELL/REMI/INV-1", 26_00)]
    [InlineData("NTRFNONREF//B1\n:86:166?20SVWZ+INV-1 ?21OAMT+EUR 1500,00 ?22COAM+EUR 26,00?32ANNA BELL", 26_00)]
    [InlineData("NTRFNONREF//B1\n/OCMT/EUR1500,00/CHGS/EUR20,00/\n:86:INV-1", 0)]
    [InlineData("NTRFNONREF//B1\n/OCMT/USD1500,00/CHGS/EUR26,00/\n:86:INV-1", 0)]
    public async Task Mt940_Transfer_LessCharges_TellsThem(string entry, long chargesMinor)
    {
        var file = ":20:A\n:25:DE89370400440532013000\n:28C:1\n:60F:C271104EUR0,\n"
            + $":61:2711051105C1474,00{entry}\n:62F:C271105EUR1474,\n-\n";
        var line = Assert.Single(Assert.Single((await ReadAsync(Encoding.UTF8.GetBytes(file))).Statements).Lines);

        Assert.Equal(chargesMinor, line.Debit?.ChargesMinor ?? 0);
    }

    [Fact]
    public async Task Mt940_ReversalOfACredit_IsMoneyOut_AndWordsBehindTheEntryAreRead()
    {
        const string File = ":20:A\n:25:DE89370400440532013000\n:28C:1\n:60F:C271104EUR100,\n"
            + ":61:271105RC40,NTRFNONREF//B1\nINV-2027-0001\n:62F:C271105EUR60,\n-\n";
        var line = Assert.Single(Assert.Single((await ReadAsync(Encoding.UTF8.GetBytes(File))).Statements).Lines);
        Assert.Equal((-40_00L, true, "INV-2027-0001 (reversal)"), (line.AmountMinor, line.IsReversal, line.Remittance));
    }

    [Fact]
    public async Task Mt942_IsRefused_ForItsEntriesCanChange()
    {
        const string File = ":20:A\n:25:DE89370400440532013000\n:28C:1\n:34F:EUR0,\n:13D:2711051200+0100\n"
            + ":61:271105C40,NTRFNONREF\n:86:INV-2027-0001\n:90D:0EUR0,\n:90C:1EUR40,\n-\n";

        var fault = Assert.Single((await ReadAsync(Encoding.UTF8.GetBytes(File))).Faults);
        Assert.Equal((1, ":34F:"), (fault.Line, fault.Column));
        Assert.Contains("its entries can change: ask the bank for MT940", fault.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mt940_WithOtherSumsThanItsEntries_IsRefused()
    {
        Task<ReadFile> WithAsync(string sums) => ReadAsync(Encoding.UTF8.GetBytes($"{Mt940()[..^3]}{sums}\r\n-\r\n"));
        Assert.Empty((await WithAsync(":90D:1EUR45,00\r\n:90C:1EUR120,00")).Faults);
        Assert.Contains(
            "its sums are others", Assert.Single((await WithAsync(":90C:1EUR121,00")).Faults).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("37040044/12345678901")]
    [InlineData("COBADEFFXXX/0532013000")]
    [InlineData("0532013000123")]
    public async Task Mt940_AccountThatOtherFilesNameInAnotherWay_IsKept_WithARemark(string written)
    {
        var read = await ReadAsync(Encoding.UTF8.GetBytes(Mt940(account: written)));
        Assert.Equal(written, Assert.Single(read.Statements).AccountKey);
        var remark = Assert.Single(read.Remarks);
        Assert.Equal((2, ":25:"), (remark.Line, remark.Column));
        Assert.Contains("neither an IBAN nor a German bank code", remark.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mt940_WithAWrongSum_IsRefused() => Assert.Contains(
        "make 1075.00 EUR, not 1076.00 EUR",
        Assert.Single((await ReadAsync(Encoding.UTF8.GetBytes(Mt940("C271105EUR1076,00")))).Faults).Problem, StringComparison.Ordinal);

    [Theory]
    [InlineData("<Strd><RfrdDocInf><Nb>INV-2027-1</Nb></RfrdDocInf></Strd>", "INV-2027-1")]
    [InlineData("<Strd><AddtlRmtInf>INV-2027-1</AddtlRmtInf></Strd>", "INV-2027-1")]
    [InlineData("<Strd><CdtrRefInf><Ref>4242424242424242</Ref></CdtrRefInf></Strd>", "4242424242424242")]
    [InlineData("<Ustrd>000004200011874</Ustrd>", "000004200011874")]
    [InlineData("<Ustrd>00 00000 00089 63209 04856 84302</Ustrd>", "00 00000 00089 63209 04856 84302")]
    [InlineData("<Ustrd>4242 4242 4242 4242</Ustrd>", "************4242")]
    [InlineData("<Strd><AddtlRmtInf>4242 4242 4242 4242</AddtlRmtInf></Strd>", "************4242")]
    public async Task Camt_WordsThatNameABill_AreRead_AndNumbersOfCardsAreMasked(string remittance, string expected)
    {
        var text = new Camt().With(1, "x").ToXml().Replace("<Ustrd>x</Ustrd>", remittance, StringComparison.Ordinal);
        Assert.Equal(expected, Assert.Single(Assert.Single((await ReadAsync(Encoding.UTF8.GetBytes(text))).Statements).Lines).Remittance);
    }
}
