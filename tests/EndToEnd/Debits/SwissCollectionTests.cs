using System.Globalization;
using System.Xml.Linq;
using Quittance.Core.Instruments;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.Debits;

/// <summary>A studio whose bank account is at PostFinance collects its members' fees by CH-DD, in Swiss francs.</summary>
public sealed class SwissCollectionTests(BooksFixture books)
{
    private const string SwissIban = "CH9300762011623852957";
    private static readonly XNamespace Pain = "http://www.six-interbank-clearing.com/de/pain.008.001.02.ch.03.xsd";

    [Fact]
    public async Task Debits_GoToPostFinance_WhichRejectsOneAndPaysTheRest()
    {
        using var studio = await Studio.OpenSwissAsync(books);
        var (anna, jonas) = (await DebitAsync(studio, "39.90"), await DebitAsync(studio, "50"));
        var old = await DebitAsync(studio, "20", MandateScheme.SwissLsv);
        Assert.Equal("settling", await studio.StatusOfAsync(anna));

        var preview = await studio.CollectAsync("preview");
        Assert.Equal("89.90 CHF", $"{preview["sum"]!["amount"]} {preview["sum"]!["currency"]}");
        var left = Assert.Single(preview["leftOut"]!.AsArray())!;
        Assert.Equal((old.Number, "its mandate is not one of CH-DD"), ((long)left["payment"]!, (string)left["why"]!));

        var (_, file) = await studio.CollectAllAsync();
        Iso20022.IsValid("pain.008.001.02.ch.03", $"{file}");
        Assert.Equal(
            new[] { (studio.NameOf(anna), "39.90", "CHF"), (studio.NameOf(jonas), "50.00", "CHF") }.Order(),
            file.Descendants(Pain + "DrctDbtTxInf").Select(one => (
                one.Descendants(Pain + "EndToEndId").Single().Value, one.Element(Pain + "InstdAmt")!.Value,
                one.Element(Pain + "InstdAmt")!.Attribute("Ccy")!.Value)).Order());
        Assert.Contains(Studio.SwissCreditor, $"{file}", StringComparison.Ordinal);

        await studio.CollectAsync("status", await BankFileTests.WrittenAsync(studio, Report(file, studio.NameOf(jonas))));
        Assert.Equal(("failed", 50m), (await studio.StatusOfAsync(jonas), await studio.OpenOfAsync(jonas)));
        var group = file.Descendants(Pain + "PmtInfId").Single().Value;
        var lump = BankFileTests.Lump(39.90m, group).Replace("\"EUR\"", "\"CHF\"", StringComparison.Ordinal);
        await BankFileTests.ImportAsync(studio, new Camt { Currency = "CHF", Account = "CH2909000000250094239" }
            .WithEntry(39.90m, lump));
        Assert.Equal(("captured", 0m), (await studio.StatusOfAsync(anna), await studio.OpenOfAsync(anna)));
        Assert.Equal(("0", 0L), (await BankFileTests.OutstandingAsync(studio), await BankFileTests.OpenLinesAsync(studio)));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task BankAccount_IsSwiss_WithANumberAtPostFinance()
    {
        using var studio = await Studio.OpenSwissAsync(books);
        Assert.Contains(
            "no IBAN of Switzerland or Liechtenstein",
            await studio.RefusedAsync("account", "--flavour", "swiss", "--iban", Studio.OwnIban, "--name", "S", "--creditor", "41101000"),
            StringComparison.Ordinal);
        Assert.Contains(
            "no number at PostFinance",
            await studio.RefusedAsync("account", "--flavour", "swiss", "--iban", SwissIban, "--name", "S", "--creditor", Studio.Creditor),
            StringComparison.Ordinal);
    }

    private static Task<Member> DebitAsync(
        Studio studio, string amount, MandateScheme scheme = MandateScheme.SwissDebit) => studio.DebitAsync(
        amount, new Mandate($"M-{Biller.NewText()}", scheme, new DateOnly(2026, 1, 5), MandateStatus.Active), SwissIban);

    private static string Report(XDocument file, string endToEnd) => string.Create(CultureInfo.InvariantCulture, $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
          <GrpHdr><MsgId>S{Biller.NewText()[..20]}</MsgId><CreDtTm>2027-11-09T10:00:00</CreDtTm></GrpHdr>
          <OrgnlGrpInfAndSts><OrgnlMsgId>{file.Descendants(Pain + "MsgId").Single().Value}</OrgnlMsgId>
            <OrgnlMsgNmId>pain.008.001.02</OrgnlMsgNmId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>
          <OrgnlPmtInfAndSts><OrgnlPmtInfId>{file.Descendants(Pain + "PmtInfId").Single().Value}</OrgnlPmtInfId>
            <TxInfAndSts><OrgnlEndToEndId>{endToEnd}</OrgnlEndToEndId><TxSts>RJCT</TxSts>
            <StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts>
        </CstmrPmtStsRpt></Document>
        """);
}
