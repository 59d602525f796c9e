using System.Text;
using System.Xml.Linq;
using Quittance.BackOffice.BankCollections.Writing;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;

namespace Quittance.Tests.Settlements;

/// <summary>The content of a file of CH-DD direct debits for PostFinance.</summary>
public sealed class SwissDebitWriterTests
{
    private static readonly FileDebit Debit = SampleDebits.Anna with { Debtor = Iban.Parse("CH9300762011623852957") };

    private static async Task<string> WriteAsync(DebitGroup group)
    {
        using var stream = new MemoryStream();
        await SwissDebitWriter.WriteAsync(
            new SwissDebitFile(
                "COL-1", new DateTimeOffset(2026, 11, 20, 9, 0, 0, TimeSpan.Zero),
                new SwissCreditor("Fitness Zürich AG", "61101000000", Iban.Parse("CH2909000000250094239")), "CHF", [group]),
            stream, TestContext.Current.CancellationToken);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    [Fact]
    public async Task File_IsOneOfTheSwissScheme()
    {
        var text = await WriteAsync(SampleDebits.Group("G1", DebitSequence.Recurring, Debit, Debit with { EndToEndId = "E2" }));
        Iso20022.IsValid("pain.008.001.02.ch.03", text);

        var values = XDocument.Parse(text).Descendants().Where(element => !element.HasElements)
            .Select(element => $"{element.Parent!.Name.LocalName}/{element.Name.LocalName} {element.Value}").ToList();
        Assert.Equal(
            [
                "GrpHdr/MsgId COL-1", "GrpHdr/CreDtTm 2026-11-20T09:00:00Z", "GrpHdr/NbOfTxs 2", "GrpHdr/CtrlSum 59.80",
                "InitgPty/Nm Fitness Zuerich AG", "Othr/Id 61101000000", "PmtInf/PmtInfId G1", "PmtInf/PmtMtd DD", "SvcLvl/Prtry CHDD",
                "LclInstrm/Prtry DDCOR1", "PmtInf/ReqdColltnDt 2026-12-01", "Cdtr/Nm Fitness Zuerich AG", "Id/IBAN CH2909000000250094239",
                "ClrSysMmbId/MmbId 09000", "Othr/Id 61101000000", "SchmeNm/Prtry CHDD",
                $"PmtId/InstrId {Debit.EndToEndId}", $"PmtId/EndToEndId {Debit.EndToEndId}", "DrctDbtTxInf/InstdAmt 29.90",
                "ClrSysMmbId/MmbId 00762", "Dbtr/Nm Anna Mueller", "Id/IBAN CH9300762011623852957", "RmtInf/Ustrd Beitrag November 2026",
            ],
            values.Take(23));
    }

    [Fact]
    public async Task DebtorElsewhere_IsRefused()
    {
        Assert.Contains("Switzerland", SwissDebitWriter.ProblemOf(SampleDebits.Anna), StringComparison.Ordinal);
        Assert.Null(SwissDebitWriter.ProblemOf(Debit));
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(
            SampleDebits.Group("G1", DebitSequence.Recurring, SampleDebits.Anna)));
    }
}
