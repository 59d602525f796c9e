using System.Security.Cryptography;
using System.Text;
using Quittance.BackOffice.BankCollections;
using Quittance.Core.Debits;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Settlements;

/// <summary>The reading of a bank's report about a file, and the reasons for a refusal.</summary>
public sealed class PainStatusReaderTests
{
    private const string Message = "pain.002.001.10";

    private static async Task<ReadStatusReport> ReadAsync(string text, ReadingOptions? options = null)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await PainStatusReader.ReadAsync(stream, options, TestContext.Current.CancellationToken);
    }

    private static async Task<StatusReport> OnlyAsync(string text)
    {
        var read = await ReadAsync(text);
        Assert.Empty(read.Faults);
        return read.Report!;
    }

    private static string Report(
        string groups, string status = "<GrpSts>PART</GrpSts>", string header = "<MsgId>R-1</MsgId>", string space = Message,
        string original = "<OrgnlMsgId>COL-1</OrgnlMsgId>") => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:{space}">
          <CstmrPmtStsRpt>
            <GrpHdr>{header}<CreDtTm>2026-11-20T10:00:00</CreDtTm></GrpHdr>
            <OrgnlGrpInfAndSts>{original}<OrgnlMsgNmId>pain.008.001.08</OrgnlMsgNmId>
            <OrgnlNbOfTxs>3</OrgnlNbOfTxs>{status}</OrgnlGrpInfAndSts>
            {groups}
          </CstmrPmtStsRpt>
        </Document>
        """;

    private static string Group(string id, string parts) =>
        $"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{id}</OrgnlPmtInfId>{parts}</OrgnlPmtInfAndSts>";

    private static string Rejected(string id, string code) => $"""
        <TxInfAndSts><OrgnlEndToEndId>{id}</OrgnlEndToEndId><TxSts>RJCT</TxSts>
          <StsRsnInf><Rsn><Cd>{code}</Cd></Rsn><AddtlInf>KONTO DE89370400440532013000</AddtlInf></StsRsnInf>
          <OrgnlTxRef><Amt><InstdAmt Ccy="EUR">29.9</InstdAmt></Amt><MndtRltdInf><MndtId>M-1</MndtId></MndtRltdInf></OrgnlTxRef>
        </TxInfAndSts>
        """;

    [Fact]
    public async Task Report_TellsFileGroupsAndDebits()
    {
        var text = Report(
            Group("G1", $"<PmtInfSts>PART</PmtInfSts>{Rejected("E1", "AM04")}{Rejected("E2", "MD01")}")
            + Group("G2", "<PmtInfSts>RJCT</PmtInfSts><StsRsnInf><Rsn><Cd>DT01</Cd></Rsn></StsRsnInf>"));
        Iso20022.IsValid(Message, text);
        var report = await OnlyAsync(text);

        Assert.Equal(
            ("R-1", "COL-1", "pain.008.001.08", FileStatus.PartlyAccepted, 3L),
            (report.MessageId, report.OriginalMessageId, report.OriginalMessageName, report.Status, report.OriginalCount));
        Assert.Equal(["G1 PartlyAccepted ", "G2 Rejected DT01"], report.Groups.Select(
            group => $"{group.Id} {group.Status} {string.Join(' ', group.Reasons.Select(reason => reason.Code))}"));
        Assert.Equal(["E1 Rejected AM04 2990 M-1", "E2 Rejected MD01 2990 M-1"], report.Debits.Select(debit =>
            $"{debit.EndToEndId} {debit.Status} {debit.Reasons.Single().Code} {debit.AmountMinor} {debit.MandateReference}"));
        Assert.Equal("KONTO DE ···· 3000", report.Debits.First().Reasons.Single().Text);
        Assert.Equal(7, report.Groups[0].FileLine);
    }

    [Theory]
    [InlineData("RCVD", FileStatus.Received)]
    [InlineData("ACTC", FileStatus.Accepted)]
    [InlineData("ACCP", FileStatus.Accepted)]
    [InlineData("ACSC", FileStatus.Accepted)]
    [InlineData("PDNG", FileStatus.Pending)]
    [InlineData("RJCT", FileStatus.Rejected)]
    [InlineData("RVNM", FileStatus.PayeeDiffers)]
    [InlineData("XXXX", FileStatus.Unknown)]
    public async Task Report_OfTheWholeFile_TellsItsStatus(string code, FileStatus status)
    {
        var report = await OnlyAsync(Report("", $"<GrpSts>{code}</GrpSts><StsRsnInf><Rsn><Prtry>X1</Prtry></Rsn></StsRsnInf>"));
        Assert.Equal((status, "X1", 0), (report.Status, report.Reasons.Single().Code, report.Groups.Count));
    }

    [Fact]
    public async Task UnknownStatus_IsARemark()
    {
        var read = await ReadAsync(Report(Group("G1", "<PmtInfSts>ZZZZ</PmtInfSts>")));
        Assert.Equal(FileStatus.Unknown, read.Report!.Groups.Single().Status);
        Assert.Contains("line 7, PmtInfSts", read.Remarks.Single().ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pain.002.001.03")]
    [InlineData("pain.002.003.03")]
    public async Task EveryVersion_IsRead(string version) =>
        Assert.Equal("COL-1", (await OnlyAsync(Report("", space: version))).OriginalMessageId);

    [Fact]
    public async Task WithoutNamespace_IsRead() => Assert.Equal("COL-1", (await OnlyAsync(
        Report("").Replace($" xmlns=\"urn:iso:std:iso:20022:tech:xsd:{Message}\"", "", StringComparison.Ordinal))).OriginalMessageId);

    [Fact]
    public async Task NamespaceOfACountry_IsRead() => Assert.Equal("COL-1", (await OnlyAsync(Report("").Replace(
        $"urn:iso:std:iso:20022:tech:xsd:{Message}", "http://www.six-interbank-clearing.com/de/pain.002.001.03.ch.02.xsd",
        StringComparison.Ordinal))).OriginalMessageId);

    [Theory]
    [InlineData("")]
    [InlineData("<OrgnlInstrId>NOTPROVIDED</OrgnlInstrId>")]
    [InlineData("<OrgnlEndToEndId>NOTPROVIDED</OrgnlEndToEndId>")]
    public async Task DebitWithoutId_KeepsItsMandateAndAmount_AndTheOthersAreRead(string ids)
    {
        var report = await OnlyAsync(Report(Group(
            "G1", Rejected("E1", "AC01").Replace("<OrgnlEndToEndId>E1</OrgnlEndToEndId>", ids, StringComparison.Ordinal)
                + Rejected("E2", "AC01"))));
        Assert.Equal([" 2990 M-1", "E2 2990 M-1"], report.Debits.Select(debit =>
            $"{debit.EndToEndId} {debit.AmountMinor} {debit.MandateReference}"));
    }

    [Fact]
    public async Task DebitsWithoutAGroup_AreRead()
    {
        var report = await OnlyAsync(Report(Rejected("E3", "AC01")));
        var (group, debit) = (report.Groups.Single(), report.Debits.Single());
        Assert.Equal((FileStatus.PartlyAccepted, null, "E3", 7), (report.Status, group.Id, debit.EndToEndId, debit.FileLine));
    }

    [Fact]
    public async Task SeveralReportsInAFile_AreAllRead()
    {
        var second = Report("", header: "<MsgId>R-2</MsgId>", original: "<OrgnlMsgId>COL-2</OrgnlMsgId>");
        var read = await ReadAsync($"{Report("")}\n{second}");
        Assert.Equal(["COL-1", "COL-2"], read.Further.Prepend(read.Report!).Select(report => report.OriginalMessageId));
        var enveloped = await ReadAsync($"<Envelope><AppHdr/>{Bare(Report(""))}<AppHdr/>{Bare(second)}</Envelope>");
        Assert.Equal(["COL-1", "COL-2"], enveloped.Further.Prepend(enveloped.Report!).Select(report => report.OriginalMessageId));

        static string Bare(string report) => report[report.IndexOf("<Document", StringComparison.Ordinal)..];
    }

    public static TheoryData<string, string> Refused => new()
    {
        { "", "The file is empty." },
        { "id,amount", "no report of a bank" },
        { "<!DOCTYPE x []><x/>", "document type" },
        { Report("", space: "pain.008.001.08"), "this is pain.008.001.08" },
        { "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"/>", "pain.002" },
        { "<Document><BkToCstmrStmt/></Document>", "BkToCstmrStmt" },
        { "<Document/>", "pain.002" },
        { "<AppHdr/>", "pain.002" },
        { Report("", header: ""), "MsgId: the report has no id" },
        { Report("", original: ""), "OrgnlMsgId" },
        { Report("", status: ""), "gives no status" },
        { Report("<OrgnlPmtInfAndSts><PmtInfSts>RJCT</PmtInfSts></OrgnlPmtInfAndSts>"), "line 7, OrgnlPmtInfId: the group has no id" },
        { Report("")[..^20], "cut off" },
        { $"<Document>{string.Concat(Enumerable.Repeat("<CstmrPmtStsRpt>", 40))}", "levels deep" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task WhatIsNoReport_IsRefusedWithLineAndField(string text, string because)
    {
        var read = await ReadAsync(text);
        Assert.Null(read.Report);
        Assert.Contains(read.Faults, fault => fault.ToString().Contains(because, StringComparison.Ordinal));
    }

    [Fact]
    public async Task TooLargeReport_IsRefused()
    {
        var text = Report(Group("G", Rejected("E1", "AM04") + Rejected("E2", "AM04")));
        Assert.Null((await ReadAsync(text, new ReadingOptions { MaxLines = 1 })).Report);
        Assert.Null((await ReadAsync(text, new ReadingOptions { MaxBytes = 100 })).Report);
        var read = await ReadAsync(text, new ReadingOptions { MaxLines = 2 });
        Assert.NotNull(read.Report);
        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes(text)), read.Hash.ToArray());
    }

    [Fact]
    public async Task EveryPrefixOfAReport_IsReadOrRefused()
    {
        var text = Report(Group("G1", Rejected("E1", "AM04")));
        for (var length = 0; length < text.Length; length++)
        {
            var read = await ReadAsync(text[..length]);
            Assert.True(read.Report is null, $"{length} of {text.Length} characters");
            Assert.NotEmpty(read.Faults);
        }
    }
}
