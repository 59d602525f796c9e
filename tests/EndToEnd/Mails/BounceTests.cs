using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Quittance.Core.Mails;
using Quittance.Host.Mails;
using Quittance.Tests.Console;
using Quittance.Tests.Engine;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;

namespace Quittance.Tests.Mails;

/// <summary>A mail that a mail server took can come back: its report comes into a folder, or by a program.</summary>
public sealed class BounceTests(BooksFixture books) : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("quittance-reports-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task MailThatComesBack_IsMarked_AndItsAddressIsWrittenToNoMore(bool isExchange)
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        var (mail, reports) = await office.ServerAsync(receiver, _folder.FullName);
        var customer = await office.CustomerAsync();
        await office.PayAsync(customer);
        await mail.TurnAsync(Cancel);
        var id = Assert.Single(receiver.Mailbox).MessageId!;

        // The same report twice, as two mail servers on the way can write it.
        var report = isExchange ? SampleReport.OfExchange(id) : SampleReport.OfPostfix(id);
        await PutAsync("one.eml", report);
        await PutAsync("two.eml", report);
        await TwoTurnsAsync(reports);

        Assert.Equal("bounced:address_refused 1", await office.StandAsync());
        Assert.Equal(["one.eml", "two.eml"], FilesIn(BounceService.Done));
        await office.PayAsync(customer);
        await mail.TurnAsync(Cancel);
        Assert.Equal("bounced:address_refused 1, left_out:known_address_refused 1", await office.StandAsync());
    }

    [Theory]
    [InlineData("delayed", "4.4.1", "anna@example.com", "sent 1")]
    [InlineData("delivered", "2.0.0", "anna@example.com", "sent 1")]
    [InlineData("failed", "5.7.1", "anna@example.com", "bounced:refused 1")]
    [InlineData("failed", "4.4.7", "anna@example.com", "bounced:refused 1")]
    [InlineData("failed", "5.1.1", "somebody@else.example", "bounced:refused 1")]
    [InlineData("Failed", "5.2.1 (disabled)", "ANNA@example.com", "bounced:address_refused 1")]
    public async Task Report_CountsByWhatItSays(string action, string status, string address, string expected)
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        var (mail, reports) = await office.ServerAsync(receiver, _folder.FullName);
        await office.PayAsync(await office.CustomerAsync());
        await mail.TurnAsync(Cancel);

        await PutAsync("report", SampleReport.OfPostfix(Assert.Single(receiver.Mailbox).MessageId!, address, action, status));
        await TwoTurnsAsync(reports);

        Assert.Equal(expected, await office.StandAsync());
        Assert.Equal(["report"], FilesIn(BounceService.Done));
    }

    [Theory]
    [InlineData("Status: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1 User unknown", "address_refused")]
    [InlineData("Status: 5.0.0\nDiagnostic-Code: smtp; 550-5.1.1 The account does\n 550-5.1.1 not exist", "address_refused")]
    [InlineData("Status: 5.0.0\nDiagnostic-Code: SMTP;550 No such user here", "address_refused")]
    [InlineData("Diagnostic-Code: smtp; 553 sorry, no mailbox here by that name", "address_refused")]
    [InlineData("Status: 5.0.0\nDiagnostic-Code: smtp; 550 5.4.4 The domain is none", "address_refused")]
    [InlineData("Status: 5.0.0\nX-Exim-Diagnostic: X-str; Unrouteable address", "address_refused")]
    [InlineData("Status: 5.7.1\nX-Exim-Diagnostic: X-str; Unrouteable address", "refused")]
    [InlineData("Status: 5.4.4", "address_refused")]
    [InlineData("Status: 5.0.0", "refused")]
    [InlineData("Status: 5.4.1\nDiagnostic-Code: smtp; 550 5.4.1 Recipient address rejected: Access denied", "refused")]
    [InlineData("Status: 5.7.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown", "refused")]
    [InlineData("Status: 5.0.0\nDiagnostic-Code: smtp; 550 5.7.1 relaying denied", "refused")]
    [InlineData("Status: 5.0.0\nDiagnostic-Code: smtp; 552 mailbox full", "refused")]
    [InlineData("Status: 5.0.0\nDiagnostic-Code: smtp; 554 Your address is on a list of spammers", "refused")]
    [InlineData("Status: 5.0.0\nDiagnostic-Code: X-Unix; 550 5.1.1 User unknown", "refused")]
    public async Task ReportWithoutStatus_CountsByWhatTheOtherMailServerAnswered(string fields, string why)
    {
        var report = await ReadAsync(SampleReport.OfExim($"{Business.NewId():N}@works.example", fields));

        Assert.Equal((true, why == "address_refused"), (report.HasFailed, report.IsOfAddress));
    }

    /// <summary>As where a mail is handed over: without an enhanced code, a refusal is of the address at the recipient alone.</summary>
    [Theory]
    [InlineData("RCPT TO:<anna@example.com>", true)]
    [InlineData("MAIL FROM:<shop@works.example>", false)]
    [InlineData("end of data", false)]
    public async Task AnswerWithoutAnEnhancedCode_IsOfTheAddress_AtTheRecipientAlone(string step, bool isOfAddress)
    {
        var report = await ReadAsync(SampleReport.OfExim(
            $"{Business.NewId():N}@works.example", "Status: 5.0.0\nDiagnostic-Code: smtp; 550 We do not want this", step));

        Assert.Equal(isOfAddress, report.IsOfAddress);
    }

    [Fact]
    public async Task MailThatEximReportsAsUnknown_StopsItsAddress()
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        var (mail, reports) = await office.ServerAsync(receiver, _folder.FullName);
        await office.PayAsync(await office.CustomerAsync());
        await mail.TurnAsync(Cancel);

        await PutAsync("report", SampleReport.OfExim(
            Assert.Single(receiver.Mailbox).MessageId!, "Status: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1 User unknown"));
        await TwoTurnsAsync(reports);

        Assert.Equal("bounced:address_refused 1", await office.StandAsync());
    }

    [Fact]
    public async Task Report_IsAboutTheMailThatItReturns_ElseTheOneThatItAnswers()
    {
        var (mail, other) = (Business.NewId(), Business.NewId());
        var (id, otherId) = ($"{mail:N}@works.example", $"{other:N}@works.example");
        string[] reports =
        [
            SampleReport.OfOthers(reply: $"In-Reply-To: <{id}>"),
            SampleReport.OfOthers(reply: $"References: <1@example.com> <{id}>"),
            SampleReport.OfOthers(SampleReport.ReturnedInBase64("message/rfc822", id)),
            SampleReport.OfOthers(SampleReport.ReturnedInBase64("text/rfc822-headers", id)),
            SampleReport.OfOthers(SampleReport.ReturnedInBase64("message/rfc822", id), $"In-Reply-To: <{otherId}>"),
            SampleReport.OfOthers($"Content-Type: message/rfc822\n\nFrom: a@works.example\nMessage-ID: <{id}>\n\nHello\n", isWrapped: true),
            SampleReport.OfOthers(reply: $"In-Reply-To: <{id}>", isWrapped: true),
        ];

        foreach (var text in reports)
        {
            var report = await ReadAsync(text);
            Assert.Equal((mail, true, true), (report.Mail, report.HasFailed, report.IsOfAddress));
        }
    }

    [Fact]
    public async Task Report_ThatReturnsAMailOfAnother_IsNotAboutTheOneThatItAnswers()
    {
        var report = await ReadAsync(SampleReport.OfOthers(
            SampleReport.ReturnedInBase64("message/rfc822", "1@else.example"), $"In-Reply-To: <{Business.NewId():N}@works.example>"));

        Assert.Null(report.Mail);
    }

    [Fact]
    public async Task ReportInAMessageThatAnotherReturns_IsNoReport()
    {
        var forwarded = SampleReport.OfPostfix($"{Business.NewId():N}@works.example");
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(
            $"From: ben@works.example\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n{forwarded}"));

        Assert.Null(await new BounceReader().ReadAsync(bytes, Cancel));
    }

    [Fact]
    public async Task FailedReport_ThatNamesNoMailOfOurs_Stays_WithAWarning()
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        var (_, reports) = await office.ServerAsync(receiver, _folder.FullName);
        office.Logs.Add(["names no mail of ours"]);
        await PutAsync("failed.eml", SampleReport.OfOthers());
        await PutAsync("late.eml", SampleReport.OfPostfix("<no id>", action: "delayed", status: "4.4.1"));

        await TwoTurnsAsync(reports);
        await reports.TurnAsync(Cancel);

        Assert.Equal("failed.eml", Assert.Single(_folder.GetFiles()).Name);
        Assert.Equal(["late.eml"], FilesIn(BounceService.Done));
        Assert.Contains(nameof(BounceService), Assert.Single(office.Logs.Seen), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Maildir_IsRead_WhatIsNoReportStays_AndAForgedOneChangesNothing()
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        foreach (var part in new[] { "new", "cur", "tmp" })
            _folder.CreateSubdirectory(part);
        var (mail, reports) = await office.ServerAsync(receiver, _folder.FullName);
        office.Logs.Add(["My iban is wrong", "anna@example.com"]);
        await office.PayAsync(await office.CustomerAsync());
        await mail.TurnAsync(Cancel);
        var id = Assert.Single(receiver.Mailbox).MessageId!;

        await PutAsync("new/1794476467.M1.mail", SampleReport.OfAPerson(id));
        await PutAsync("new/1794476468.M2.mail", SampleReport.OfPostfix($"{Business.NewId():N}@works.example"));
        await PutAsync("new/1794476469.M3.mail", SampleReport.OfPostfix("<no id>"));
        await PutAsync("new/1794476470.M4.mail", "Content-Type: multipart/report; boundary=x\r\n\r\n--x\r\nno end");
        await PutAsync("new/1794476471.M5.mail", "\0\0\0");
        await TwoTurnsAsync(reports);

        Assert.Equal("sent 1", await office.StandAsync());
        Assert.Equal(["1794476467.M1.mail", "1794476469.M3.mail", "1794476470.M4.mail", "1794476471.M5.mail"], FilesIn("new"));
        Assert.Equal(["1794476468.M2.mail:2,S"], FilesIn("cur"));
        office.Logs.AssertNothingSeen();

        await PutAsync("new/1794476472.M6.mail", SampleReport.OfPostfix(id));
        await reports.TurnAsync(Cancel);
        Assert.Equal("bounced:address_refused 1", await office.StandAsync());
    }

    [Fact]
    public async Task ReportThatAMailProgramHasSeen_IsReadWhereItIs_Once()
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        foreach (var part in new[] { "new", "cur", "tmp" })
            _folder.CreateSubdirectory(part);
        var (mail, reports) = await office.ServerAsync(receiver, _folder.FullName);
        var customer = await office.CustomerAsync();
        await office.PayAsync(customer);
        await office.PayAsync(customer);
        await mail.TurnAsync(Cancel);
        var (seen, old) = (receiver.Mailbox[0].MessageId!, receiver.Mailbox[1].MessageId!);
        await PutAsync("cur/1794476468.M1.mail:2,S", SampleReport.OfPostfix(seen, status: "5.7.1"));
        await PutAsync("cur/1794476469.M2.mail:2,RS", SampleReport.OfAPerson(seen));
        await PutAsync("cur/1794476470.M3.mail:2,S", SampleReport.OfPostfix(old));
        File.SetLastWriteTimeUtc(
            Path.Combine(_folder.FullName, "cur", "1794476470.M3.mail:2,S"), office.Clock.GetUtcNow().UtcDateTime.AddDays(-31));

        await TwoTurnsAsync(reports);

        Assert.Equal("bounced:refused 1, sent 1", await office.StandAsync());
        Assert.Equal(3, FilesIn("cur").Count());
    }

    [Fact]
    public async Task ReportOfAProgram_CountsOnce_ForTheMerchantsOwnMail_AndIsShown()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var biller = await Biller.OpenAsync(books, desk.Merchant);
        var (mail, alien) = (
            await SampleMail.SentAsync(books.Database, desk.Merchant),
            await SampleMail.SentAsync(books.Database, (await Biller.OpenAsync(books)).Merchant));

        Assert.Contains("about no mail", await ReportAsync(SampleReport.OfPostfix($"{alien:N}@works.example")), StringComparison.Ordinal);
        Assert.Contains("came back", await ReportAsync(SampleReport.OfExchange($"{mail:N}@works.example")), StringComparison.Ordinal);
        Assert.Contains("It is known", await ReportAsync(SampleReport.OfPostfix($"{mail:N}@works.example")), StringComparison.Ordinal);

        var wrong = await biller.PostAsync("/api/v1/mails/bounces", Body(SampleReport.OfAPerson("x")));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.Status);
        var listed = Assert.Single((await biller.GetAsync("/api/v1/mails?status=bounced")).Json["items"]!.AsArray())!;
        Assert.Equal(($"{mail:D}", "address_refused"), ((string)listed["id"]!, (string)listed["why"]!));
        Assert.Contains("Came back", await desk.PageAsync("/console/mails"), StringComparison.Ordinal);
        Assert.Equal(
            "1", $"{await books.ScalarAsync(
                "SELECT count(*) FROM operator_action WHERE merchant_id = $1 AND what = 'mail.bounce'", desk.Merchant.Value)}");

        async Task<string> ReportAsync(string message)
        {
            var answer = await biller.PostAsync("/api/v1/mails/bounces", Body(message));
            Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
            return answer.Text;
        }

        static JsonObject Body(string message) =>
            new() { ["report"] = SampleReport.InBase64(message), ["reason"] = "the mail server says so" };
    }

    private static async Task<BounceReport> ReadAsync(string message)
    {
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes(message));
        return (await new BounceReader().ReadAsync(bytes, Cancel))!;
    }

    private Task PutAsync(string name, string message) => File.WriteAllTextAsync(Path.Combine(_folder.FullName, name), message, Cancel);

    private IEnumerable<string> FilesIn(string part) =>
        _folder.GetDirectories(part).Single().GetFiles().Select(file => file.Name).Order(StringComparer.Ordinal);

    /// <summary>A file is complete where two looks find it alike.</summary>
    private static async Task TwoTurnsAsync(BounceService reports)
    {
        await reports.TurnAsync(Cancel);
        await reports.TurnAsync(Cancel);
    }
}
