using System.Text;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Settlements;

/// <summary>A statement's entries about our debits and transfers: lumps, returns, charges.</summary>
public sealed class CamtDebitTests
{
    private const string Id = "0194f8a1b2c37d4e8f90a1b2c3d4e5f6";

    private static async Task<ReadFile> ReadAsync(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await StatementFile.ReadAsync(
            stream, new ReadingOptions(), TestContext.Current.CancellationToken);
    }

    private static async Task<IReadOnlyList<ReadLine>> LinesAsync(decimal amount, string entry, string version = "001.08")
    {
        var read = await ReadAsync(new Camt { Version = version }.WithEntry(amount, entry).ToXml());
        Assert.Empty(read.Faults);
        return Assert.Single(read.Statements).Lines;
    }

    private static async Task<ReadDebit?> OnlyAsync(decimal amount, string entry, string version = "001.08") =>
        Assert.Single(await LinesAsync(amount, entry, version)).Debit;

    private static string Entry(decimal amount, string details, string more = "", string status = "<Sts><Cd>BOOK</Cd></Sts>") =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"""
        <Ntry><Amt Ccy="EUR">{Math.Abs(amount):0.00}</Amt><CdtDbtInd>{(amount < 0 ? "DBIT" : "CRDT")}</CdtDbtInd>{status}
        <BookgDt><Dt>2027-11-03</Dt></BookgDt><AcctSvcrRef>B1</AcctSvcrRef>{more}<NtryDtls>{details}</NtryDtls></Ntry>
        """);

    private static string Amount(string element, string amount) => $"<{element}><Amt Ccy=\"EUR\">{amount}</Amt></{element}>";

    private static string Returned(string id, string code, string amount, string charges = "") => $"""
        <TxDtls><Refs><EndToEndId>{id}</EndToEndId><MndtId>M-1</MndtId></Refs><AmtDtls>{Amount("InstdAmt", amount)}</AmtDtls>{charges}
        <RtrInf><Rsn><Cd>{code}</Cd></Rsn></RtrInf></TxDtls>
        """;

    [Fact]
    public async Task Lump_TellsTheGroupOfOurFile()
    {
        var lump = Entry(5_000, """
            <Btch><MsgId>COL-1</MsgId><PmtInfId>COL-1-G1</PmtInfId><NbOfTxs>170</NbOfTxs><TtlAmt Ccy="EUR">5000.00</TtlAmt></Btch>
            """);

        Assert.Equal(new ReadDebit { GroupId = "COL-1-G1", Count = 170 }, await OnlyAsync(5_000, lump));
    }

    /// <summary>A bank on the way took its charges in its own currency: the file tells what was sent.</summary>
    [Theory]
    [InlineData("20.00", "USD", "6.60", 26_00)]
    [InlineData("26.00", "USD", "6.60", 26_00)]
    [InlineData("20.00", "EUR", "6.00", 26_00)]
    [InlineData("20.00", "EUR", "5.00", 0)]
    [InlineData("27.00", "USD", "6.60", 0)]
    public async Task Transfer_LessChargesInTwoCurrencies_TellsThem(string own, string currency, string other, long chargesMinor)
    {
        var told = await OnlyAsync(1_474, Entry(1_474, $"""
            <TxDtls><Refs><EndToEndId>E-1</EndToEndId></Refs><AmtDtls>{Amount("InstdAmt", "1500.00")}</AmtDtls>
            <Chrgs><Rcrd><Amt Ccy="EUR">{own}</Amt></Rcrd><Rcrd><Amt Ccy="{currency}">{other}</Amt></Rcrd></Chrgs></TxDtls>
            """));

        Assert.Equal(chargesMinor, told!.ChargesMinor);
    }

    /// <summary>Transactions that tell what was sent alone, and those whose rate stands at the entry, are lines of their own.</summary>
    [Theory]
    [InlineData("", "<InstdAmt><Amt Ccy=\"EUR\">120.00</Amt></InstdAmt>", "<InstdAmt><Amt Ccy=\"EUR\">80.00</Amt></InstdAmt>")]
    [InlineData(
        "<AmtDtls><InstdAmt><Amt Ccy=\"USD\">216.00</Amt><CcyXchg><XchgRate>1.08</XchgRate></CcyXchg></InstdAmt></AmtDtls>",
        "<InstdAmt><Amt Ccy=\"USD\">129.60</Amt></InstdAmt>", "<InstdAmt><Amt Ccy=\"USD\">86.40</Amt></InstdAmt>")]
    public async Task Batch_IsSplit_ByWhatEachTransactionTells(string more, string first, string second)
    {
        var lines = await LinesAsync(200, Entry(200, $"""
            <TxDtls><Refs><EndToEndId>E-1</EndToEndId></Refs><AmtDtls>{first}</AmtDtls></TxDtls>
            <TxDtls><Refs><EndToEndId>E-2</EndToEndId></Refs><AmtDtls>{second}</AmtDtls></TxDtls>
            """, more));

        Assert.Equal([120_00L, 80_00L], lines.Select(line => line.AmountMinor));
    }

    /// <summary>What the account's bank made of another currency, before it kept its charges.</summary>
    [Fact]
    public async Task TransferInAnotherCurrency_LessCharges_TellsThem()
    {
        var told = await OnlyAsync(1_474, Entry(1_474, $"""
            <TxDtls><Refs><EndToEndId>E-1</EndToEndId></Refs><AmtDtls><InstdAmt><Amt Ccy="USD">1620.00</Amt></InstdAmt>
            {Amount("CntrValAmt", "1500.00")}</AmtDtls><Chrgs><Rcrd><Amt Ccy="EUR">26.00</Amt></Rcrd></Chrgs></TxDtls>
            """));

        Assert.Equal(26_00, told!.ChargesMinor);
    }

    /// <summary>What was sent stands in the amount of the transaction or at the entry, the charges with their tax or with a word.</summary>
    [Theory]
    [InlineData("TxAmt", "1500.00", "<Rcrd><Amt Ccy=\"EUR\">26.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></Rcrd>", 26_00)]
    [InlineData("TxAmt", "1500.00", "<Rcrd><Amt Ccy=\"EUR\">25.00</Amt></Rcrd>", 0)]
    [InlineData("TxAmt", "1500.00", "<Rcrd><Amt Ccy=\"EUR\">26.00</Amt><ChrgInclInd>false</ChrgInclInd></Rcrd>", 0)]
    [InlineData("TxAmt", "1500.00", "<Rcrd><Amt Ccy=\"EUR\">26.00</Amt><ChrgInclInd>0</ChrgInclInd></Rcrd>", 0)]
    [InlineData("TxAmt", "1500.00", "", 0)]
    [InlineData("TxAmt", "1474.00", "<Rcrd><Amt Ccy=\"EUR\">26.00</Amt><ChrgInclInd>1</ChrgInclInd></Rcrd>", 26_00)]
    [InlineData(
        "InstdAmt", "1500.00",
        "<TtlChrgsAndTaxAmt Ccy=\"EUR\">26.00</TtlChrgsAndTaxAmt><Rcrd><Amt Ccy=\"EUR\">21.85</Amt></Rcrd>", 26_00)]
    public async Task Transfer_LessCharges_InTheShapesOfBanks_TellsThem(string element, string amount, string charges, long chargesMinor)
    {
        var details = $"<AmtDtls>{Amount(element, amount)}</AmtDtls><Chrgs>{charges}</Chrgs>";
        const string Refs = "<Refs><EndToEndId>E-1</EndToEndId></Refs>";
        var ofTransaction = await OnlyAsync(1_474, Entry(1_474, $"<TxDtls>{Refs}{details}</TxDtls>"));
        var ofEntry = await OnlyAsync(1_474, Entry(1_474, $"<TxDtls>{Refs}</TxDtls>", details));

        Assert.Equal((chargesMinor, chargesMinor), (ofTransaction!.ChargesMinor, ofEntry!.ChargesMinor));
    }

    [Fact]
    public async Task Lump_LessItsCharges_TellsThem()
    {
        static string Lump(string charges) => Entry(
            4_998.30m, """<Btch><PmtInfId>G1</PmtInfId><TtlAmt Ccy="EUR">5000.00</TtlAmt></Btch>""", charges);

        Assert.Equal(
            (1_70, "G1"),
            await OnlyAsync(4_998.30m, Lump("<Chrgs><Rcrd><Amt Ccy=\"EUR\">1.70</Amt></Rcrd></Chrgs>")) is { } lump
                ? (lump.ChargesMinor, lump.GroupId!) : default);
        // Without the bank's word the difference may be debits that were refused.
        Assert.Equal(0, (await OnlyAsync(4_998.30m, Lump("")))!.ChargesMinor);
    }

    [Fact]
    public async Task Lump_WithItsDebits_IsALineForEach()
    {
        static string Part(string id, string amount) =>
            $"<TxDtls><Refs><EndToEndId>{id}</EndToEndId></Refs><Amt Ccy=\"EUR\">{amount}</Amt></TxDtls>";
        var lines = await LinesAsync(50, Entry(50, $"<Btch><PmtInfId>G1</PmtInfId></Btch>{Part("E1", "20.00")}{Part("E2", "30.00")}"));

        Assert.Equal(["E1 G1 2000", "E2 G1 3000"], lines.Select(line =>
            $"{line.Debit!.EndToEndId} {line.Debit.GroupId} {line.AmountMinor}"));
    }

    [Fact]
    public async Task SeveralGroupsInOneEntry_AreNoLumpOfOne() => Assert.Null(await OnlyAsync(50, Entry(
        50, "<Btch><PmtInfId>G1</PmtInfId></Btch></NtryDtls><NtryDtls><Btch><PmtInfId>G2</PmtInfId></Btch>")));

    /// <summary>A bank's debit of 53.00 is a debit of 50.00 that came back, and 3.00 of charges.</summary>
    [Theory]
    [InlineData("001.02", "<Chrgs><Amt Ccy=\"EUR\">3.00</Amt></Chrgs><Chrgs><Amt Ccy=\"EUR\">0.00</Amt></Chrgs>")]
    [InlineData("001.04", "<Chrgs><TtlChrgsAndTaxAmt Ccy=\"EUR\">3.00</TtlChrgsAndTaxAmt></Chrgs>")]
    [InlineData("001.08", "<Chrgs><Rcrd><Amt Ccy=\"EUR\">1.00</Amt></Rcrd><Rcrd><Amt Ccy=\"EUR\">2.00</Amt></Rcrd></Chrgs>")]
    [InlineData("001.08", "")]
    public async Task Return_WithChargesInside_TellsBoth(string version, string charges)
    {
        var status = version == "001.02" ? "<Sts>BOOK</Sts>" : "<Sts><Cd>BOOK</Cd></Sts>";
        var line = Assert.Single(await LinesAsync(
            -53, Entry(-53, Returned(Id, "AC04", "50.00", charges), status: status), version));

        Assert.Equal(
            (-53_00, new ReadDebit
            {
                EndToEndId = Id,
                MandateReference = "M-1",
                IsReturn = true,
                ReturnReason = "AC04",
                ChargesMinor = 3_00,
            }),
            (line.AmountMinor, line.Debit));
    }

    [Theory]
    [InlineData("50.00", "", 0)]
    [InlineData("60.00", "", 0)]
    [InlineData(null, "<Chrgs><Amt Ccy=\"EUR\">3.00</Amt></Chrgs>", 3_00)]
    [InlineData(null, "<Chrgs><Amt Ccy=\"EUR\">50.00</Amt></Chrgs>", 0)]
    [InlineData(null, "<Chrgs><Rcrd><Amt Ccy=\"EUR\">3.00</Amt><ChrgInclInd>false</ChrgInclInd></Rcrd></Chrgs>", 0)]
    [InlineData(null, "<Chrgs><Amt Ccy=\"CHF\">3.00</Amt></Chrgs>", 0)]
    public async Task Return_WithoutChargesInside_HasNone(string? amount, string charges, long chargesMinor)
    {
        var details = amount is null
            ? $"<TxDtls><Refs><EndToEndId>{Id}</EndToEndId></Refs>{charges}<RtrInf><Rsn><Cd>MS03</Cd></Rsn></RtrInf></TxDtls>"
            : Returned(Id, "MS03", amount, charges);
        Assert.Equal(chargesMinor, (await OnlyAsync(-50, Entry(-50, details)))!.ChargesMinor);
    }

    [Fact]
    public async Task SeveralReturnsInOneEntry_AreALineForEach_WithItsCharges()
    {
        const string Charges = "<Chrgs><Amt Ccy=\"EUR\">3.00</Amt></Chrgs>";
        var details = Returned("E1", "AM04", "30.00", Charges) + Returned("E2", "MD06", "70.00", Charges);
        var lines = await LinesAsync(-106, Entry(-106, details));

        Assert.Equal(["E1 AM04 -3300 300", "E2 MD06 -7300 300"], lines.Select(line =>
            $"{line.Debit!.EndToEndId} {line.Debit.ReturnReason} {line.AmountMinor} {line.Debit.ChargesMinor}"));
    }

    [Fact]
    public async Task UnpaidDebit_ByTheCodeOfTheEntry_IsAReturn()
    {
        const string Code = "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>IDDT</Cd><SubFmlyCd>UPDD</SubFmlyCd></Fmly></Domn></BkTxCd>";
        var debit = await OnlyAsync(-50, Entry(-50, $"<TxDtls><Refs><EndToEndId>{Id}</EndToEndId></Refs></TxDtls>", Code));
        Assert.Equal((true, null, Id), (debit!.IsReturn, debit.ReturnReason, debit.EndToEndId));
    }

    [Fact]
    public async Task Transfer_OfACustomer_HasNoMoreThanItsEndToEndId()
    {
        var read = await ReadAsync(new Camt().With(12.50m, "INV-1", "E2E-1").With(3m, "INV-2").ToXml());
        Assert.Equal([new ReadDebit { EndToEndId = "E2E-1" }, null], read.Statements.Single().Lines.Select(line => line.Debit));
    }

    [Theory]
    [InlineData("001.02")]
    [InlineData("001.04")]
    [InlineData("001.08")]
    public async Task Notification_IsReadWhereItIsWanted(string version)
    {
        var status = version == "001.02" ? "<Sts>BOOK</Sts>" : "<Sts><Cd>BOOK</Cd></Sts>";
        var xml = $"""
            <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.{version}"><BkToCstmrDbtCdtNtfctn>
            <GrpHdr><MsgId>M1</MsgId><CreDtTm>2027-11-30T20:00:00</CreDtTm></GrpHdr>
            <Ntfctn><Id>N1</Id><CreDtTm>2027-11-30T20:00:00</CreDtTm><Acct><Id><IBAN>{Camt.Iban}</IBAN></Id></Acct>
            {Entry(-53, Returned(Id, "AC04", "50.00"), status: status)}</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>
            """;
        var read = await ReadAsync(xml);

        Assert.Empty(read.Faults);
        var statement = Assert.Single(read.Statements);
        Assert.Equal((true, "N1 of 2027-11-30"), (statement.IsNotification, statement.Reference));
        Assert.Equal((Id, "AC04", 3_00L), statement.Lines.Single().Debit is { } debit
            ? (debit.EndToEndId, debit.ReturnReason, debit.ChargesMinor) : default);
    }

    [Fact]
    public async Task OurTransferThatComesBack_IsAReturn_LessItsCharges()
    {
        var debit = await OnlyAsync(47, Entry(47, Returned(Id, "AC04", "50.00")));
        Assert.Equal((true, 3_00L), (debit!.IsReturn, debit.ChargesMinor));
    }

    [Fact]
    public async Task Notification_WithoutTheDayOfAnEntry_HasItsOwnDay()
    {
        var read = await ReadAsync($"""
            <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"><BkToCstmrDbtCdtNtfctn>
            <Ntfctn><Id>N1</Id><CreDtTm>2027-11-30T20:00:00</CreDtTm><Acct><Id><IBAN>{Camt.Iban}</IBAN></Id></Acct>
            <Ntry><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts></Ntry>
            </Ntfctn></BkToCstmrDbtCdtNtfctn></Document>
            """);
        Assert.Equal(new DateOnly(2027, 11, 30), read.Statements.Single().Lines.Single().BookedOn);
    }

    [Fact]
    public async Task LumpOfFiftyThousandDebits_IsRead()
    {
        var parts = string.Concat(Enumerable.Range(1, 50_000).Select(number => $"""
            <TxDtls><Refs><PmtInfId>G1</PmtInfId><EndToEndId>E{number}</EndToEndId><MndtId>M{number}</MndtId></Refs>
            <Amt Ccy="EUR">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><AmtDtls>{Amount("InstdAmt", "1.00")}{Amount("TxAmt", "1.00")}</AmtDtls>
            <BkTxCd><Domn><Cd>PMNT</Cd>
            <Fmly><Cd>IDDT</Cd><SubFmlyCd>ESDD</SubFmlyCd></Fmly></Domn></BkTxCd><RltdPties><Dbtr><Pty><Nm>Anna</Nm></Pty></Dbtr><DbtrAcct>
            <Id><IBAN>AT611904300234573201</IBAN></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>x</Ustrd></RmtInf></TxDtls>
            """));
        Assert.Equal(50_000, (await LinesAsync(50_000, Entry(50_000, parts))).Count);
    }

    [Fact]
    public async Task ReportOfTheDay_IsRefused()
    {
        var read = await ReadAsync("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.052.001.08\"/>");
        Assert.Contains("camt.052.001.08, which tells of a day before it is over", read.Faults.Single().Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Details_AreNoPartOfALinesIdentity()
    {
        static string With(string refs) => Entry(50, $"<TxDtls><Refs><EndToEndId>E1</EndToEndId>{refs}</Refs></TxDtls>");
        var (one, other) = (await LinesAsync(50, With("<MndtId>M-1</MndtId>")), await LinesAsync(50, With("")));
        Assert.NotEqual(one[0].Debit, other[0].Debit);
        Assert.Equal(one[0].Identity, other[0].Identity);
    }
}
