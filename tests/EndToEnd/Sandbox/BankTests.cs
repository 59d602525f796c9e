using System.Text;
using System.Xml;
using Quittance.BackOffice.BankCollections;
using Quittance.BackOffice.BankCollections.Writing;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;
using Quittance.Core.Settlements;
using Quittance.Sandbox.Bank;

namespace Quittance.Tests.Sandbox;

/// <summary>The sandbox's bank: our file goes in, and our readers understand what comes back.</summary>
public sealed class BankTests
{
    private static readonly DateOnly DueOn = new(2026, 12, 3);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static FileDebit Debit(string id, long cents, string iban = "AT611904300234573201") =>
        new(id, cents, $"M-{id}", new DateOnly(2026, 1, 31), "Anna Bell", Iban.Parse(iban), "November");

    private static async Task<IReadOnlyList<(string Name, byte[] File)>> AnswerAsync(params FileDebit[] debits)
    {
        using var order = new MemoryStream();
        await PainDebitWriter.WriteAsync(
            new DebitFile(
                "COL-1", new DateTimeOffset(2026, 11, 20, 9, 0, 0, TimeSpan.Zero),
                new DebitCreditor(
                    "Studio", Iban.Parse("DE89370400440532013000"), null, CreditorIdentifier.Parse("DE98ZZZ09999999999")),
                [
                    new DebitGroup(
                        "COL-1-G1", DueOn, DebitScheme.Core, DebitSequence.Recurring, debits.Length,
                        debits.Sum(debit => debit.AmountMinor), debits.ToAsyncEnumerable()),
                ]),
            order, Cancel);
        order.Position = 0;
        return SandboxBank.Answer(order);
    }

    private static async Task<ReadStatement> StatementAsync((string Name, byte[] File) answer)
    {
        Iso20022.IsValid(
            answer.Name.StartsWith("notification", StringComparison.Ordinal) ? "camt.054.001.08" : "camt.053.001.08",
            Encoding.UTF8.GetString(answer.File));
        using var file = new MemoryStream(answer.File);
        var read = await StatementFile.ReadAsync(file, new ReadingOptions(), Cancel);
        Assert.Empty(read.Faults);
        return Assert.Single(read.Statements);
    }

    [Fact]
    public async Task DebitsThatArePaid_ComeAsOneLump()
    {
        var answers = await AnswerAsync(Debit("E1", 29_90), Debit("E2", 10_10));

        Assert.Equal(["status.xml", "statement-2026-12-03.xml"], answers.Select(answer => answer.Name));
        var line = Assert.Single((await StatementAsync(answers[1])).Lines);
        Assert.Equal((40_00, DueOn, new ReadDebit { GroupId = "COL-1-G1", Count = 2 }), (line.AmountMinor, line.BookedOn, line.Debit));
    }

    [Fact]
    public async Task DebitsThatAreRejected_StandInTheStatusReport_AndInNoStatement()
    {
        var answers = await AnswerAsync(Debit("E1", 29_90), Debit("E2", 666_20), Debit("E3", 5_00, "DE45120300000000000002"));

        Iso20022.IsValid("pain.002.001.10", Encoding.UTF8.GetString(answers[0].File));
        using var file = new MemoryStream(answers[0].File);
        var report = (await PainStatusReader.ReadAsync(file, null, Cancel)).Report!;
        Assert.Equal(("COL-1", FileStatus.PartlyAccepted, 3), (report.OriginalMessageId, report.Status, (int)report.OriginalCount!));
        Assert.Equal(["E2 Rejected AC04", "E3 Rejected AC01"], report.Debits.Select(debit =>
            $"{debit.EndToEndId} {debit.Status} {debit.Reasons.Single().Code}"));
        Assert.Equal(29_90, (await StatementAsync(Assert.Single(answers.Skip(1)))).Lines.Single().AmountMinor);
    }

    [Fact]
    public async Task DebitsThatComeBack_TellReasonAndCharges_LateAndTwiceToo()
    {
        var answers = await AnswerAsync(
            Debit("E1", 666_21), Debit("E2", 666_22), Debit("E3", 666_23), Debit("E4", 666_24),
            Debit("E5", 5_00, "DE18120300000000000003"));

        Assert.Equal(
            [
                "status.xml", "statement-2026-12-03.xml", "statement-2026-12-07.xml", "statement-2026-12-08.xml",
                "notification-2026-12-09.xml", "statement-2026-12-09.xml", "statement-2026-12-10.xml", "statement-2027-01-14.xml",
            ],
            answers.Select(answer => answer.Name));
        var notification = await StatementAsync(answers[4]);
        Assert.Equal((true, "E4"), (notification.IsNotification, notification.Lines.Single().Debit!.EndToEndId));
        string[] returned =
        [
            "E1 AM04 -66921 300 M-E1", "E2 MD01 -66622 0 M-E2", "E4 AC04 -66924 300 M-E4", "E5 MS03 -800 300 M-E5",
            "E3 MD06 -66923 300 M-E3",
        ];
        foreach (var (answer, line) in new[] { answers[2], answers[3], answers[5], answers[6], answers[7] }.Zip(returned))
            Assert.Equal([line], await ReturnsAsync(answer));
    }

    private static async Task<IEnumerable<string>> ReturnsAsync((string, byte[]) answer) => (await StatementAsync(answer)).Lines.Select(
        line => $"{line.Debit!.EndToEndId} {line.Debit.ReturnReason} {line.AmountMinor} {line.Debit.ChargesMinor} "
            + $"{line.Debit.MandateReference}");

    [Fact]
    public async Task DebitBookedByItself_NamesItsGroup()
    {
        var answers = await AnswerAsync(Debit("E1", 29_90), Debit("E2", 666_25));
        var line = Assert.Single((await StatementAsync(answers[2])).Lines);
        Assert.Equal((666_25, "E2", "COL-1-G1"), (line.AmountMinor, line.Debit!.EndToEndId, line.Debit.GroupId));
    }

    [Theory]
    [InlineData("<x/>")]
    [InlineData("<!DOCTYPE x []><x/>")]
    [InlineData("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.008.001.08\"/>")]
    [InlineData("x")]
    public void AnotherFile_IsRefused(string text)
    {
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(text));
        Assert.Throws<XmlException>(() => SandboxBank.Answer(file));
    }
}
