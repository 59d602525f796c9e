using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Quittance.Core.Access;
using Quittance.Tests.Console;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.Debits;

/// <summary>A returned debit comes in notifications and statements, in any order and number, and is booked once.</summary>
public sealed class ReturnedDebitTests(BooksFixture books)
{
    /// <summary>Banks name another day of booking in a notification, or none: then it is the day on which they wrote it.</summary>
    [Theory]
    [InlineData(true, "<BookgDt><Dt>2027-12-02</Dt></BookgDt>")]
    [InlineData(true, "<BookgDt><Dt>2027-12-01</Dt></BookgDt>")]
    [InlineData(true, "")]
    [InlineData(false, "<BookgDt><Dt>2027-12-02</Dt></BookgDt>")]
    [InlineData(false, "<BookgDt><Dt>2027-12-01</Dt></BookgDt>")]
    [InlineData(false, "")]
    public async Task ReturnInANotificationAndAStatement_IsBookedOnce(bool notificationIsFirst, string bookedOn)
    {
        using var studio = await Studio.OpenAsync(books);
        var (member, file) = await CollectedAsync(studio);
        var entry = BankFileTests.Return(53, studio.NameOf(member), "AM04", fee: 3);
        var statement = new Camt { Id = "2027/12", Opening = 1050 }.WithEntry(-53, entry).ToXml();
        var notification = Notification(entry.Replace(
            "<BookgDt><Dt>2027-12-02</Dt></BookgDt>", bookedOn, StringComparison.Ordinal));
        string[] files = notificationIsFirst ? [notification, statement] : [statement, notification];

        Assert.Empty(await RemarksAsync(studio, files[0]));
        Assert.Equal(50m, await studio.OpenOfAsync(member));
        var money = await TransfersAsync(studio);
        Assert.Empty(await RemarksAsync(studio, files[1]));
        // The notification books no line: the statement's is booked with what it is made of.
        Assert.Equal(money + (notificationIsFirst ? 2 : 0), await TransfersAsync(studio));
        Assert.Equal("returned_debit 5000 300", await DisputeAsync(studio, member));
        Assert.Equal(("0", 0L), (await BankFileTests.OutstandingAsync(studio), await BankFileTests.OpenLinesAsync(studio)));

        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, studio.Merchant);
        var page = WebUtility.HtmlDecode(await desk.PageAsync($"/console/payments/{member.Number}"));
        Assert.Contains("Returned debit", page, StringComparison.Ordinal);
        Assert.Contains("oney went back to the payer by a dispute", page, StringComparison.Ordinal);
        // It is paid no more, wherever a person looks.
        Assert.Matches(">Returned [0-9]{1,2} [A-Z][a-z]{2}</", page);
        var list = await desk.PageAsync("/console/payments");
        Assert.Matches(">Returned [0-9]{1,2} [A-Z][a-z]{2}</", list);
        Assert.DoesNotContain(">Paid</span>", list, StringComparison.Ordinal);
        var day = WebUtility.HtmlDecode(await desk.PageAsync("/console"));
        Assert.Contains("1 · 50.00 EUR", day, StringComparison.Ordinal);
        // What came in is less what the bank took back.
        Assert.Matches("came in, and banks or payers took <a[^>]*><span class=\"money *\"><span class=\"figure\">50.00<", day);
        var (_, today, _) = await studio.RunAsync("today");
        // On the first days of a month, the one before is to be closed too.
        var work = Assert.Single(JsonNode.Parse(today)!["work"]!.AsArray(), one => (string?)one!["kind"] == "returned_debit")!;
        Assert.Equal((1, "50.00"), ((int)work["count"]!, (string)work["sums"]![0]!["amount"]!));
        await studio.AssertCleanAsync();
        Assert.NotNull(file);
    }

    [Fact]
    public async Task NotificationBeforeTheCollection_ChangesNothing_AndTheStatementsSayAll()
    {
        using var studio = await Studio.OpenAsync(books);
        var member = await studio.DebitAsync("50");
        var (_, file) = await studio.CollectAllAsync();
        var entry = BankFileTests.Return(53, studio.NameOf(member), "AM04", fee: 3);
        var remark = Assert.Single(await RemarksAsync(studio, Notification(entry)));
        Assert.Contains("is not collected in the books", remark, StringComparison.Ordinal);
        Assert.Equal("settling", await studio.StatusOfAsync(member));

        var group = BankFileTests.GroupOf(file);
        await BankFileTests.ImportAsync(
            studio, new Camt().WithEntry(-53, entry).WithEntry(50, BankFileTests.Lump(50, group)));
        Assert.Equal("returned_debit 5000 300", await DisputeAsync(studio, member));
        Assert.Equal(("0", 0L), (await BankFileTests.OutstandingAsync(studio), await BankFileTests.OpenLinesAsync(studio)));
        await studio.AssertCleanAsync();
    }

    /// <summary>A bank that books the same return in two lines takes the money twice: the second one waits for an operator.</summary>
    [Theory]
    [InlineData("2027-12-02")]
    [InlineData("2027-12-03")]
    public async Task SameReturnInTwoLines_IsBookedOnce_AndTheSecondWaitsForAnOperator(string again)
    {
        using var studio = await Studio.OpenAsync(books);
        var (member, _) = await CollectedAsync(studio);
        var entry = BankFileTests.Return(53, studio.NameOf(member), "AM04", fee: 3);
        Assert.Empty(await RemarksAsync(studio, new Camt { Id = "2027/12", Opening = 1050 }.WithEntry(-53, entry).ToXml()));
        var second = entry.Replace("<AcctSvcrRef>R", "<AcctSvcrRef>S", StringComparison.Ordinal)
            .Replace("2027-12-02", again, StringComparison.Ordinal);

        var remark = Assert.Single(
            await RemarksAsync(studio, new Camt { Id = "2028/01", Opening = 997 }.WithEntry(-53, second).ToXml()));
        Assert.Equal(
            $"line 11, TxDtls: The return of payment {member.Number} is booked already: say what this line is, or ignore it.", remark);
        Assert.Equal((50m, 1L), (await studio.OpenOfAsync(member), await BankFileTests.OpenLinesAsync(studio)));
        Assert.Equal("returned_debit 5000 300", await DisputeAsync(studio, member));
        Assert.Equal("0", await BankFileTests.OutstandingAsync(studio));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task ReturnAfterTheMandateWasRevoked_OpensTheDebtAgain()
    {
        using var studio = await Studio.OpenAsync(books);
        var (member, _) = await CollectedAsync(studio);
        var revoked = await studio.Biller.SendAsync(HttpMethod.Delete, $"/api/v1/instruments/{member.Instrument}");
        Assert.True((int)revoked.Status < 300, revoked.Text);

        Assert.Empty(await RemarksAsync(studio, new Camt { Id = "2027/12", Opening = 1050 }
            .WithEntry(-50, BankFileTests.Return(50, studio.NameOf(member), "MD01", fee: 0)).ToXml()));
        Assert.Equal((50m, "returned_debit 5000 0"), (await studio.OpenOfAsync(member), await DisputeAsync(studio, member)));
        Assert.Equal(("0", 0L), (await BankFileTests.OutstandingAsync(studio), await BankFileTests.OpenLinesAsync(studio)));
        await studio.AssertCleanAsync();
    }

    [Fact]
    public async Task ChargesAboveTheAmount_AreLeftOutOfAccount_WithARemark()
    {
        using var studio = await Studio.OpenAsync(books);
        var (member, _) = await CollectedAsync(studio);
        var entry = XElement.Parse(BankFileTests.Return(50, studio.NameOf(member), "AM04", fee: 3));
        entry.Descendants("InstdAmt").Remove();
        entry.Descendants("Chrgs").Elements("Amt").Single().Value = "60.00";

        var remark = Assert.Single(await RemarksAsync(
            studio, new Camt { Id = "2027/12", Opening = 1050 }.WithEntry(-50, $"{entry}").ToXml()));
        Assert.Contains("line 11, Chrgs: the charges are not below the amount", remark, StringComparison.Ordinal);
        Assert.Equal((50m, "returned_debit 5000 0"), (await studio.OpenOfAsync(member), await DisputeAsync(studio, member)));
        await studio.AssertCleanAsync();
    }

    /// <summary>The customer gets the money twice: the bank's return is booked, opens no debt again, and is written off.</summary>
    [Fact]
    public async Task ReturnOfARefundedPayment_IsBooked_AndOpensNothing()
    {
        using var studio = await Studio.OpenAsync(books);
        var (member, _) = await CollectedAsync(studio);
        var refund = await studio.RefundAsync(member, "50");
        var paid = await studio.RunAsync("refund", "paid", $"{refund.Number}", "--reason", "by hand");
        Assert.True(paid.ExitCode == 0, paid.Error);
        var open = await studio.OpenOfAsync(member);

        Assert.Empty(await RemarksAsync(studio, new Camt { Id = "2027/12", Opening = 1050 }
            .WithEntry(-50, BankFileTests.Return(50, studio.NameOf(member), "MD06", fee: 0)).ToXml()));
        Assert.Equal((open, "returned_debit 5000 0"), (await studio.OpenOfAsync(member), await DisputeAsync(studio, member)));
        Assert.Equal(0L, await BankFileTests.OpenLinesAsync(studio));
        await studio.AssertCleanAsync();
    }

    /// <summary>A notification told of the return, and the correction's statement is read before that of the return.</summary>
    [Fact]
    public async Task CorrectionBeforeTheLineOfItsReturn_WaitsForThatLine_AndChangesNothing()
    {
        using var studio = await Studio.OpenAsync(books);
        var (member, _) = await CollectedAsync(studio);
        var entry = BankFileTests.Return(53, studio.NameOf(member), "AM04", fee: 3);
        Assert.Empty(await RemarksAsync(studio, Notification(entry)));
        await BankFileTests.ImportAsync(
            studio, new Camt { Id = "2028/01", Opening = 997 }.With(53, "correction", studio.NameOf(member)));
        var correction = await CountedOnceTests.OpenLineAsync(studio);

        var (exitCode, _, error) = await studio.RunAsync("settlement", "match", $"{correction["id"]}", "--accept");
        Assert.Equal(1, exitCode);
        Assert.Contains(
            $"the line by which the bank took payment {member.Number} back is not booked yet: book that one first", error,
            StringComparison.Ordinal);
        Assert.Equal((50m, "returned_debit 5000 300"), (await studio.OpenOfAsync(member), await DisputeAsync(studio, member)));

        Assert.Empty(await RemarksAsync(studio, new Camt { Id = "2027/12", Opening = 1050 }.WithEntry(-53, entry).ToXml()));
        await CountedOnceTests.MatchAsync(studio, correction, "--accept");
        Assert.Equal(0m, await studio.OpenOfAsync(member));
        await CountedOnceTests.AssertSettledAsync(studio);
    }

    /// <summary>A debit of 50.00 that the bank has collected.</summary>
    private static async Task<(Member Member, XDocument File)> CollectedAsync(Studio studio)
    {
        var member = await studio.DebitAsync("50");
        var (_, file) = await studio.CollectAllAsync();
        await BankFileTests.ImportAsync(studio, new Camt().WithEntry(50, BankFileTests.Lump(50, BankFileTests.GroupOf(file))));
        return (member, file);
    }

    private static string Notification(string entry) => $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.02"><BkToCstmrDbtCdtNtfctn>
          <GrpHdr><MsgId>M1</MsgId><CreDtTm>2027-11-30T20:00:00</CreDtTm></GrpHdr>
          <Ntfctn><Id>N1</Id><CreDtTm>2027-11-30T20:00:00</CreDtTm><Acct><Id><IBAN>{Camt.Iban}</IBAN></Id></Acct>{entry}</Ntfctn>
        </BkToCstmrDbtCdtNtfctn></Document>
        """;

    /// <summary>Imports a file that is taken. Returns what contradicts the books.</summary>
    private static async Task<IReadOnlyList<string>> RemarksAsync(Studio studio, string file)
    {
        var (exitCode, output, error) = await studio.RunAsync(
            "settlement", "import", await BankFileTests.WrittenAsync(studio, file));
        Assert.True(exitCode == 0, $"{output}{error}");
        return
        [
            .. JsonNode.Parse(output)!["remarks"]!.AsArray().Select(
                remark => $"line {remark!["line"]}, {remark["column"]}: {remark["problem"]}"),
        ];
    }

    private static async Task<long> TransfersAsync(Studio studio) => (long)(await studio.ScalarAsync(
        "SELECT count(*) FROM transfer WHERE merchant_id = $1", studio.Merchant.Value))!;

    private static async Task<string?> DisputeAsync(Studio studio, Member member) => await studio.ScalarAsync(
        "SELECT string_agg(format('%s %s %s', kind, amount_minor, fee_minor), ', ') FROM dispute WHERE payment_id = $1", member.Payment)
        as string;
}
