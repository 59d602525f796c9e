using System.Xml.Linq;
using Quittance.BackOffice.BankCollections.Writing;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;

namespace Quittance.Tests.Settlements;

/// <summary>The content of a file of direct debits for the bank.</summary>
public sealed class PainDebitWriterTests
{
    private const string Message = "pain.008.001.08";

    private static readonly XNamespace Space = $"urn:iso:std:iso:20022:tech:xsd:{Message}";

    private static async Task<XElement> WrittenAsync(DebitFile file)
    {
        var text = await SampleDebits.WriteAsync(file);
        Iso20022.IsValid(Message, text);
        return XDocument.Parse(text).Root!;
    }

    private static string? Value(XElement from, params string[] path) =>
        path.Aggregate((XElement?)from, (at, name) => at?.Element(Space + name))?.Value;

    [Fact]
    public async Task Group_TellsSchemeSequenceAndTheDay()
    {
        var second = SampleDebits.Anna with { EndToEndId = "E2", AmountMinor = 10 };
        var root = await WrittenAsync(SampleDebits.Of(
            SampleDebits.Group("G1", DebitSequence.Recurring, SampleDebits.Anna, second),
            SampleDebits.Group("G2", DebitSequence.OneOff, SampleDebits.Anna) with { Scheme = DebitScheme.B2B }));

        var header = root.Descendants(Space + "GrpHdr").Single();
        Assert.Equal(
            ("COL-2026-11-001", "2026-11-20T08:30:15Z", "3", "59.90", "Fitness Koeln GmbH"),
            (Value(header, "MsgId"), Value(header, "CreDtTm"), Value(header, "NbOfTxs"), Value(header, "CtrlSum"),
            Value(header, "InitgPty", "Nm")));
        var groups = root.Descendants(Space + "PmtInf").ToList();
        Assert.Equal(["G1 2 30.00 CORE RCUR", "G2 1 29.90 B2B OOFF"], groups.Select(group => string.Join(
            ' ', Value(group, "PmtInfId"), Value(group, "NbOfTxs"), Value(group, "CtrlSum"),
            Value(group, "PmtTpInf", "LclInstrm", "Cd"), Value(group, "PmtTpInf", "SeqTp"))));
        Assert.All(groups, group => Assert.Equal(
            ("SEPA", "2026-12-01", "COBADEFFXXX", "SLEV", "DE98ZZZ09999999999", "true"),
            (Value(group, "PmtTpInf", "SvcLvl", "Cd"), Value(group, "ReqdColltnDt"), Value(group, "CdtrAgt", "FinInstnId", "BICFI"),
            Value(group, "ChrgBr"), Value(group, "CdtrSchmeId", "Id", "PrvtId", "Othr", "Id"), Value(group, "BtchBookg"))));
        // Some banks refuse a file with a priority.
        Assert.Empty(root.Descendants(Space + "InstrPrty"));
    }

    [Fact]
    public async Task Debit_TellsItsMandate_AndABankThatItsIbanTells()
    {
        var root = await WrittenAsync(SampleDebits.Of(SampleDebits.Group("G1", DebitSequence.First, SampleDebits.Anna)));

        var debit = root.Descendants(Space + "DrctDbtTxInf").Single();
        Assert.Equal(
            ("0194f8a1b2c37d4e8f90a1b2c3d4e5f6", "29.90", "MND-1001", "2026-01-31", "NOTPROVIDED", "Anna Mueller", "AT611904300234573201",
            "Beitrag November 2026"),
            (Value(debit, "PmtId", "EndToEndId"), Value(debit, "InstdAmt"), Value(debit, "DrctDbtTx", "MndtRltdInf", "MndtId"),
            Value(debit, "DrctDbtTx", "MndtRltdInf", "DtOfSgntr"), Value(debit, "DbtrAgt", "FinInstnId", "Othr", "Id"),
            Value(debit, "Dbtr", "Nm"), Value(debit, "DbtrAcct", "Id", "IBAN"), Value(debit, "RmtInf", "Ustrd")));
        Assert.Null(Value(debit, "DrctDbtTx", "MndtRltdInf", "AmdmntInfDtls"));
    }

    [Fact]
    public async Task AmendedMandate_TellsWhatItWas()
    {
        var amended = SampleDebits.Anna with
        {
            Amendment = new MandateAmendment("OLD-1", CreditorIdentifier.Parse("NL79ZZZ999999990000"))
            {
                OldCreditorName = "Alt & Söhne",
                HasNewAccount = true,
            },
        };
        var root = await WrittenAsync(SampleDebits.Of(SampleDebits.Group("G1", DebitSequence.Recurring, amended)));

        var mandate = root.Descendants(Space + "MndtRltdInf").Single();
        Assert.Equal("true", Value(mandate, "AmdmntInd"));
        var details = mandate.Element(Space + "AmdmntInfDtls")!;
        Assert.Equal(
            ("OLD-1", "Alt + Soehne", "NL79ZZZ999999990000", "SMNDA"),
            (Value(details, "OrgnlMndtId"), Value(details, "OrgnlCdtrSchmeId", "Nm"),
            Value(details, "OrgnlCdtrSchmeId", "Id", "PrvtId", "Othr", "Id"), Value(details, "OrgnlDbtrAcct", "Id", "Othr", "Id")));
    }

    [Fact]
    public async Task DebtorOutsideTheEea_NeedsAnAddressInParts()
    {
        var swiss = SampleDebits.Anna with { Debtor = Iban.Parse("CH9300762011623852957") };
        Assert.Contains("European Economic Area", swiss.Problem, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => SampleDebits.WriteAsync(
            SampleDebits.Of(SampleDebits.Group("G1", DebitSequence.Recurring, swiss))));

        swiss = swiss with
        {
            DebtorAddress = new FileAddress("Zürich", "CH") { Street = "Bahnhofstraße", Number = "1", PostalCode = "8001" },
        };
        Assert.Null(swiss.Problem);
        var root = await WrittenAsync(SampleDebits.Of(SampleDebits.Group("G1", DebitSequence.Recurring, swiss)));
        Assert.Equal(
            ["StrtNm Bahnhofstrasse", "BldgNb 1", "PstCd 8001", "TwnNm Zuerich", "Ctry CH"],
            root.Descendants(Space + "PstlAdr").Single().Elements().Select(part => $"{part.Name.LocalName} {part.Value}"));
    }

    [Fact]
    public void DebitThatABankRefuses_SaysWhy()
    {
        (FileDebit Debit, string Why)[] refused =
        [
            (SampleDebits.Anna with { AmountMinor = 0 }, "amount"),
            (SampleDebits.Anna with { AmountMinor = 1_000_000_000_00 }, "amount"),
            (SampleDebits.Anna with { EndToEndId = "a_b" }, "end-to-end"),
            (SampleDebits.Anna with { MandateReference = "//" }, "mandate"),
            (SampleDebits.Anna with { DebtorName = " " }, "no name"),
            (SampleDebits.Anna with { Debtor = Iban.Parse("TR330006100519786457841326") }, "outside SEPA"),
            (SampleDebits.Anna with { Amendment = new MandateAmendment("ä", null) }, "old reference"),
        ];
        Assert.All(refused, one => Assert.Contains(one.Why, one.Debit.Problem, StringComparison.Ordinal));
        Assert.Null((SampleDebits.Anna with { AmountMinor = FileDebit.MaxAmountMinor }).Problem);
    }

    [Fact]
    public async Task GroupWithAnotherSumThanItsDebits_IsABug()
    {
        var group = SampleDebits.Group("G1", DebitSequence.Recurring, SampleDebits.Anna);
        await Assert.ThrowsAsync<InvalidOperationException>(() => SampleDebits.WriteAsync(SampleDebits.Of(group with { SumMinor = 1 })));
        await Assert.ThrowsAsync<InvalidOperationException>(() => SampleDebits.WriteAsync(SampleDebits.Of(group with { Count = 2 })));
        await Assert.ThrowsAsync<ArgumentException>(() => SampleDebits.WriteAsync(SampleDebits.Of(group with { Id = "a//b" })));
    }

    [Fact]
    public async Task HundredThousandDebits_AreWrittenWhileTheyAreRead()
    {
        const int count = 100_000;
        var to = new CountingStream();
        var (most, fewest) = (0L, long.MaxValue);
        async IAsyncEnumerable<FileDebit> DebitsAsync()
        {
            for (var number = 1; number <= count; number++)
            {
                if (number % 25_000 == 0)
                    (most, fewest) = (Math.Max(most, to.Written / number), Math.Min(fewest, to.Written / number));
                yield return SampleDebits.Anna with { EndToEndId = $"E{number}" };
            }

            await Task.CompletedTask;
        }

        var file = SampleDebits.Of(
            SampleDebits.Group("G1", DebitSequence.Recurring) with { Count = count, SumMinor = count * 29_90L, Debits = DebitsAsync() });
        await PainDebitWriter.WriteAsync(file, to, TestContext.Current.CancellationToken);

        // When the writer reads a debit, it has written all debits before it, but for its small buffer.
        var each = to.Written / count;
        Assert.InRange(fewest, each * 99 / 100, each);
        Assert.InRange(most, fewest, each * 101 / 100);
    }

    private sealed class CountingStream : MemoryStream
    {
        public long Written { get; private set; }

        public override void Write(byte[] buffer, int offset, int count) => Written += count;

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            Written += count;
            return Task.CompletedTask;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Written += buffer.Length;
            return ValueTask.CompletedTask;
        }
    }
}
