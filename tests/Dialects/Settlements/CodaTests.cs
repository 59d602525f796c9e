using System.Globalization;
using System.Text;
using Quittance.BackOffice.BankStatements.Reading;
using Quittance.Core.Settlements;

namespace Quittance.Tests.Settlements;

/// <summary>Statements in CODA 2, whose fields stand at fixed places of records of 128 characters.</summary>
public sealed class CodaTests
{
    private const string Iban = "BE68539007547034";

    private static async Task<ReadFile> ReadAsync(string file, DateOnly? today = null)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(file));
        return await StatementFile.ReadAsync(stream, new ReadingOptions { Today = today }, TestContext.Current.CancellationToken);
    }

    private static string Amount(decimal amount) => Math.Abs(amount * 1000).ToString("000000000000000", CultureInfo.InvariantCulture);

    private static string Sign(decimal amount) => amount < 0 ? "1" : "0";

    /// <summary>Fields at their places, from 1.</summary>
    private static string Record(params (int At, string Text)[] fields)
    {
        var record = new StringBuilder(new string(' ', 128));
        foreach (var (at, text) in fields)
            record.Remove(at - 1, text.Length).Insert(at - 1, text);
        return $"{record}\r\n";
    }

    private static string Movement(
        decimal amount, string communication, string type = "0", string detail = "0000", string day = "051127", string reference = "B1") =>
        Record(
            (1, "210001"), (7, detail), (11, reference), (32, Sign(amount)), (33, Amount(amount)), (48, "061127"), (54, "00150000"),
            (62, type), (63, communication), (116, day), (122, "309"), (125, "010"));

    private static string Words(string more, string customer = "", string reason = "") =>
        Record((1, "220001"), (7, "0000"), (11, more), (64, customer), (113, reason), (126, "1"));

    private static string Party(string account, string name) => Record((1, "230001"), (7, "0000"), (11, account), (45, "EUR"), (48, name));

    private static string File(string movements, decimal opening, decimal closing, decimal wentOut, decimal came) =>
        Record((1, "00000"), (6, "061127"), (12, "53905"), (25, "REF"), (35, "STUDIO"), (61, "KREDBEBB"), (128, "2"))
        + Record((1, "12309"), (6, Iban), (40, "EUR"), (43, Sign(opening)), (44, Amount(opening)), (59, "041127"), (65, "STUDIO"))
        + movements
        + Record((1, "8309"), (5, Iban), (39, "EUR"), (42, Sign(closing)), (43, Amount(closing)), (58, "051127"), (128, "0"))
        + Record((1, "9"), (17, "000006"), (23, Amount(wentOut)), (38, Amount(came)), (128, "2"));

    private static readonly string Movements =
        Movement(120, "Invoice INV-2027-0001 of the fifth of November, paid ") + Words("with thanks", "E-1")
        + Party("NL91ABNA0417164300", "Anna Bell")
        + Record((1, "310001"), (11, "B1"), (32, "00150000"), (40, "1"), (41, "001Anna Bell"))
        + Movement(-45.5m, "Paper", reference: "B2");

    private static readonly string Whole = File(Movements, -100, -25.5m, 45.5m, 120);

    [Fact]
    public async Task DayFarAhead_IsRefused()
    {
        var read = await ReadAsync(File(Movement(10, "INV-1", day: "051199"), 0, 10, 0, 10), new DateOnly(2027, 11, 30));
        Assert.Empty(read.Statements);
        Assert.Contains("21: 2099-11-05 lies more than two years ahead", $"{Assert.Single(read.Faults)}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Movements_AreReadWithTheWordsOfAllTheirRecords()
    {
        var statement = Assert.Single((await ReadAsync(Whole)).Statements);
        Assert.Equal(
            (Iban, "309 of 2027-11-05", -100_00L, -25_50L),
            (statement.AccountKey, statement.Reference, statement.OpeningMinor!.Value, statement.ClosingMinor!.Value));
        var line = statement.Lines[0];
        Assert.Equal(
            (new DateOnly(2027, 11, 5), new DateOnly(2027, 11, 6), 120_00L, "B1"),
            (line.BookedOn, line.ValueOn, line.AmountMinor, line.BankReference));
        Assert.Equal(
            ("Anna Bell", "NL91ABNA0417164300", "Invoice INV-2027-0001 of the fifth of November, paid with thanks", "E-1"),
            (line.Counterparty, line.CounterpartyAccount, line.Remittance, line.EndToEnd));
        Assert.Equal((-45_50L, "Paper"), (statement.Lines[1].AmountMinor, statement.Lines[1].Remittance));
    }

    [Fact]
    public async Task StructuredCommunication_IsShownAsOnTheBill()
    {
        var file = File(Movement(10, "101010806817183", type: "1"), 0, 10, 0, 10);
        Assert.Equal("***010/8068/17183***", Assert.Single(Assert.Single((await ReadAsync(file)).Statements).Lines).Remittance);
    }

    [Fact]
    public async Task SumWithDetails_IsALineForEach_WhereTheyAddUp()
    {
        string Of(decimal second) => File(
            Movement(30, "sum") + Movement(10, "INV-1", detail: "0001") + Movement(second, "INV-2", detail: "0002"), 0, 30, 0, 30);
        Assert.Equal(["INV-1", "INV-2"], Assert.Single((await ReadAsync(Of(20))).Statements).Lines.Select(line => line.Remittance));
        Assert.Equal(["sum"], Assert.Single((await ReadAsync(Of(19))).Statements).Lines.Select(line => line.Remittance));
    }

    [Fact]
    public async Task SumWhoseDetailsDoNotAddUp_SaysSo()
    {
        var read = await ReadAsync(File(
            Movement(30, "sum") + Movement(10, "INV-1", detail: "0001") + Movement(19, "INV-2", detail: "0002") + Movement(5, "INV-3")
            + Movement(4, "INV-3", detail: "0001"), 0, 35, 0, 35));
        Assert.Equal(["sum", "INV-3"], Assert.Single(read.Statements).Lines.Select(line => line.Remittance));
        Assert.Equal(
            [
                "line 3, 21: its 2 details do not add up to it: it stays one line",
                "line 6, 21: its detail does not make up all of it: it stays one line",
            ],
            read.Remarks.Select(remark => $"{remark}"));
    }

    /// <summary>The detail has the other party and its words, which the sum leaves out.</summary>
    [Fact]
    public async Task OneDetailOfTheWholeSum_IsTheLine_AndTheLineStaysTheSame()
    {
        var sum = Movement(30, "sum", reference: "B1") + Party("", "BANK");
        var read = await ReadAsync(File(
            sum + Movement(30, "INV-1", detail: "0001", reference: "B2") + Words("", "E-1") + Party("NL91ABNA0417164300", "Anna Bell"),
            0, 30, 0, 30));

        Assert.Empty(read.Remarks);
        var line = Assert.Single(Assert.Single(read.Statements).Lines);
        Assert.Equal(
            ("Anna Bell", "NL91ABNA0417164300", "INV-1", "E-1"),
            (line.Counterparty, line.CounterpartyAccount, line.Remittance, line.EndToEnd));
        var before = Assert.Single(Assert.Single((await ReadAsync(File(sum, 0, 30, 0, 30))).Statements).Lines);
        Assert.Equal(before.Identity, line.Identity);
    }

    [Fact]
    public async Task DebitThatComesBack_IsAReturn()
    {
        var file = File(Movement(-40, "MND-1") + Words("", "E-1", "2AM04"), 100, 60, 40, 0);
        Assert.Equal(
            new ReadDebit { IsReturn = true, ReturnReason = "AM04", EndToEndId = "E-1" },
            Assert.Single(Assert.Single((await ReadAsync(file)).Statements).Lines).Debit);
    }

    [Fact]
    public async Task SeveralStatements_AreAllRead() => Assert.Equal(2, (await ReadAsync(Whole + Whole)).Statements.Count);

    [Fact]
    public async Task WhatIsWrong_RefusesTheFile_ByLineAndRecord()
    {
        async Task IsRefusedAsync(string file, int line, string because)
        {
            var read = await ReadAsync(file);
            Assert.Empty(read.Statements);
            Assert.Equal(line, read.Faults[0].Line);
            Assert.Contains(because, $"{read.Faults[0]}", StringComparison.Ordinal);
        }

        var rows = Whole.Split("\r\n");
        await IsRefusedAsync(File(Movements, -100, -26, 45.5m, 120), 9, "make -25.50 EUR, not -26.00 EUR");
        await IsRefusedAsync(File(Movements, -100, -25.5m, 45, 120), 9, "its sums are others");
        await IsRefusedAsync(File(Movement(1, "x", day: "311127"), 0, 1, 0, 1), 3, "21: a date is written as 310127");
        await IsRefusedAsync(File(Movement(1.005m, "x"), 0, 1.005m, 0, 1.005m), 3, "21: the amount is no number that the currency has");
        await IsRefusedAsync(string.Join("\r\n", rows[..8]), 8, "there is no record 9 at its end: the file may be cut off");
        await IsRefusedAsync(string.Join("\r\n", (string[])[.. rows[..7], rows[8]]), 8, "there is no record 8 before it");
        await IsRefusedAsync(string.Join("\r\n", (string[])[rows[0], .. rows[2..]]), 2, "there is no record 1 before it");
        await IsRefusedAsync(string.Join("\r\n", (string[])[.. rows[..3], "5", .. rows[3..]]), 4, "CODA has no such record");
    }
}
