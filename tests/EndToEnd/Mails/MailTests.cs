using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using Quittance.Core.Mails;
using Quittance.Host.Mails;
using Quittance.Storage;
using Quittance.Tests.Console;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using SmtpServer.Protocol;
using UglyToad.PdfPig;

namespace Quittance.Tests.Mails;

/// <summary>Mail to customers, counted in the mailbox of a mail server on this machine.</summary>
public sealed class MailTests(BooksFixture books)
{
    private static readonly SmtpResponse Later = new(SmtpReplyCode.ServiceUnavailable, "Come back later");
    private static readonly SmtpResponse NoSuchAddress = new(SmtpReplyCode.MailboxUnavailable, "No such address");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Receipt_ComesOnce_InTheCustomersLanguage_WithThePaper()
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver, settings => settings with { ReplyTo = "answers@works.example" });
        office.Logs.Add(["anna@example.com"]);
        await office.PayAsync(await office.CustomerAsync(language: "de-AT"));

        await server.TurnAsync(Cancel);
        await server.TurnAsync(Cancel);

        var mail = Assert.Single(receiver.Mailbox);
        Assert.Equal("sent 1", await office.StandAsync());
        Assert.Equal("Ihre Quittung von Café \"Ø\" <Works>", mail.Subject);
        Assert.Equal(("Café \"Ø\" <Works>", "shop@works.example"), NameOf(mail.From));
        Assert.Equal(("Anna Keller", "anna@example.com"), NameOf(mail.To));
        Assert.Equal("answers@works.example", Assert.Single(mail.ReplyTo.Mailboxes).Address);
        Assert.EndsWith("@works.example", mail.MessageId, StringComparison.Ordinal);
        Assert.Contains("Zahlung von 12,50\u00a0€ erhalten", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("Caf&#233; &quot;&#216;&quot; &lt;Works&gt;", mail.HtmlBody, StringComparison.Ordinal);
        using var paper = new MemoryStream();
        await Assert.IsType<MimePart>(Assert.Single(mail.Attachments)).Content!.DecodeToAsync(paper, Cancel);
        using var pdf = PdfDocument.Open(paper.ToArray());
        Assert.Contains("12,50", pdf.GetPage(1).Text, StringComparison.Ordinal);
        office.Logs.AssertNothingSeen();
    }

    /// <summary>The mail server offers SMTPUTF8, and may hand the mail on to one that does not.</summary>
    [Fact]
    public async Task DomainsOfOtherLetters_GoOutAsThoseOfHosts()
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        var recipients = new List<string>();
        receiver.Judge = address =>
        {
            recipients.Add(address);
            return null;
        };
        var server = await office.ServerAsync(receiver, settings => settings with { From = "shop@käse.example" });
        await office.PayAsync(await office.CustomerAsync("anna@bücher.example"));

        await server.TurnAsync(Cancel);

        Assert.Equal("sent 1", await office.StandAsync());
        Assert.Equal(["anna@xn--bcher-kva.example"], recipients);
        var mail = Assert.Single(receiver.Mailbox);
        Assert.EndsWith("@xn--kse-qla.example", mail.MessageId, StringComparison.Ordinal);
        Assert.All(mail.Headers, header => Assert.True(Ascii.IsValid(header.RawValue), header.Field));
    }

    [Fact]
    public async Task TestMail_ComesAtOnce_AndTheMailServersAnswerIsSaid()
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        var test = await office.TestMailAsync(receiver);

        Assert.Null(await test.SendAsync("you@example.com", "Café \"Ø\" <Works>", Cancel));
        var mail = Assert.Single(receiver.Mailbox);
        Assert.Equal("A test mail of Café \"Ø\" <Works>", mail.Subject);
        Assert.Equal("you@example.com", Assert.Single(mail.To.Mailboxes).Address);

        receiver.Judge = _ => NoSuchAddress;
        Assert.Equal(MailFailure.AddressRefused, await test.SendAsync("you@example.com", "Works", Cancel));
        Assert.Equal("", await office.StandAsync());
    }

    [Fact]
    public async Task Customer_ShowsItsMail_AndLeadsToAllOfIt()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var biller = await Biller.OpenAsync(books, desk.Merchant);
        var (anna, ben) = (await IdAsync(), await IdAsync());
        await SampleMail.SentAsync(books.Database, desk.Merchant, Guid.Parse(anna));

        Assert.Contains("Receipt of a payment", await desk.PageAsync($"/console/customers/{anna}"), StringComparison.Ordinal);
        Assert.Contains("anna@example.com", await desk.PageAsync($"/console/mails?customer={anna}"), StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"mails\"", await desk.PageAsync($"/console/customers/{ben}"), StringComparison.Ordinal);
        Assert.Contains("There is no mail", await desk.PageAsync($"/console/mails?customer={ben}"), StringComparison.Ordinal);

        async Task<string> IdAsync() =>
            (string)(await biller.GetAsync($"{Biller.Accounts}/{await biller.CustomerAsync()}")).Json["id"]!;
    }

    /// <summary>People sign in by these addresses: a program that only reads does not get them.</summary>
    [Fact]
    public async Task MailToThePeople_IsListedForPrograms_WithoutItsAddress()
    {
        var biller = await Biller.OpenAsync(books, "read");
        await books.ScalarAsync(
            """
            INSERT INTO mail (merchant_id, id, kind, subject_id, sequence, nth, status, recipient, failures, queued_at, ended_at)
            VALUES ($1, gen_random_uuid(), 'dispute_opened', gen_random_uuid(), 1, 0, 'sent', 'olga@works.example', 0, now(), now())
            """,
            biller.Merchant.Value);

        var listed = (await biller.GetAsync("/api/v1/mails")).Json.ToJsonString();

        Assert.Contains("dispute_opened", listed, StringComparison.Ordinal);
        Assert.DoesNotContain("olga", listed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TestMail_WithoutAMailServer_SaysSo_AndAWrongAddressIsNamed()
    {
        using var desk = await TestDesk.OpenAsync(books);
        var form = await SeenForm.OpenAsync(desk, "/console/mails/test");

        Assert.Contains("started without a mail server", (await form.SendAsync(("To", "you@example.com"))).Page, StringComparison.Ordinal);
        Assert.Contains("Type one e-mail address", (await form.SendAsync(("To", "a\r\nBcc: b@c.example"))).Page, StringComparison.Ordinal);
        Assert.Contains("Fill this in", (await form.SendAsync(("To", " "))).Page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task Nothing_IsAskedFor_WithoutAMailServer_OrWithoutThePolicy(bool asksForMail, bool isOn)
    {
        await using var office = await PostOffice.OpenAsync(books, asksForMail);
        await office.SwitchAsync(MailKind.Receipt, isOn);

        await office.PayAsync(await office.CustomerAsync());

        Assert.Equal("", await office.StandAsync());
    }

    [Fact]
    public async Task Refusal_ForNow_IsTriedAgain_AndTheMailComesOnce()
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        var refusals = 2;
        receiver.Judge = _ => refusals-- > 0 ? Later : null;
        await office.PayAsync(await office.CustomerAsync());

        await server.TurnAsync(Cancel);
        Assert.Equal("waiting:put_off 1", await office.StandAsync());
        await server.TurnAsync(Cancel);
        Assert.Equal(1, refusals);
        await AfterAsync(office, server, TimeSpan.FromMinutes(2));
        Assert.Empty(receiver.Mailbox);
        await AfterAsync(office, server, TimeSpan.FromMinutes(6));

        Assert.Single(receiver.Mailbox);
        Assert.Equal("sent 1", await office.StandAsync());
    }

    [Fact]
    public async Task Refusal_ForGood_IsFinal_AndTheAddressIsWrittenToNoMore_UntilTheContactChanges()
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        receiver.Judge = address => address == "gone@example.com" ? NoSuchAddress : null;
        var (gone, here) = (await office.CustomerAsync("gone@example.com"), await office.CustomerAsync());
        await office.PayAsync(gone);
        await office.PayAsync(here);

        // One of two is refused.
        await server.TurnAsync(Cancel);
        Assert.Equal("failed:address_refused 1, sent 1", await office.StandAsync());
        receiver.Judge = _ => null;
        await office.PayAsync(gone);
        await server.TurnAsync(Cancel);
        Assert.Equal("failed:address_refused 1, left_out:known_address_refused 1, sent 1", await office.StandAsync());

        await office.WriteToAsync(gone, "new@example.com");
        await office.PayAsync(gone);
        await server.TurnAsync(Cancel);
        office.Clock.Advance(TimeSpan.FromSeconds(1));
        await office.WriteToAsync(gone, "gone@example.com");
        await office.PayAsync(gone);
        await server.TurnAsync(Cancel);

        Assert.Equal(
            ["anna@example.com", "new@example.com", "gone@example.com"], receiver.Mailbox.Select(mail => NameOf(mail.To).Address));
    }

    [Fact]
    public async Task Connection_ThatBreaks_BeforeTheMailIsTaken_IsTriedAgainUnderTheSameId()
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        // The other side has the mail, and its answer is lost.
        receiver.AfterMail = session =>
        {
            session.Pipe!.Dispose();
            return Task.CompletedTask;
        };
        await office.PayAsync(await office.CustomerAsync());
        await server.TurnAsync(Cancel);
        Assert.Equal("waiting:unreachable 1", await office.StandAsync());

        receiver.AfterMail = _ => Task.CompletedTask;
        await AfterAsync(office, server, TimeSpan.FromMinutes(2));

        Assert.Equal("sent 1", await office.StandAsync());
        Assert.Equal(2, receiver.Mailbox.Count);
        Assert.Single(receiver.Mailbox.Select(mail => mail.MessageId).Distinct());
    }

    [Fact]
    public async Task Connection_ThatBreaks_AfterTheMailIsTaken_MeansSent()
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        receiver.AfterMail = async session =>
        {
            await session.Pipe!.Output.WriteAsync("250 Ok\r\n"u8.ToArray(), Cancel);
            session.Pipe.Dispose();
        };
        var customer = await office.CustomerAsync();
        await office.PayAsync(customer);
        await office.PayAsync(customer);

        await server.TurnAsync(Cancel);
        await AfterAsync(office, server, TimeSpan.FromMinutes(2));

        Assert.Equal("sent 2", await office.StandAsync());
        Assert.Equal(2, receiver.Mailbox.Count);
    }

    [Fact]
    public async Task MailServer_ThatIsSilent_IsGivenUp_AndAskedLater()
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        using var silence = new SemaphoreSlim(0);
        receiver.OnMail = async _ => await silence.WaitAsync(Cancel);
        await office.PayAsync(await office.CustomerAsync());

        await (await office.ServerAsync(receiver, settings => settings with { MailTimeout = TimeSpan.FromMilliseconds(500) }))
            .TurnAsync(Cancel);

        Assert.Equal("waiting:timed_out 1", await office.StandAsync());
        receiver.OnMail = _ => Task.CompletedTask;
        await AfterAsync(office, await office.ServerAsync(receiver), TimeSpan.FromMinutes(2));
        Assert.Equal("sent 1", await office.StandAsync());
        silence.Release();
    }

    [Fact]
    public async Task MailServer_WithAnotherCertificate_GetsNothing()
    {
        await using var office = await PostOffice.OpenAsync(books);
        using var certificate = MailCertificate.OfItself("mail.example.com");
        await using var atOnce = MailReceiver.Start(certificate);
        await using var later = MailReceiver.Start(certificate, offersTls: true);
        await using var never = MailReceiver.Start();
        await office.PayAsync(await office.CustomerAsync());

        await (await office.ServerAsync(atOnce, settings => settings with { IsEncryptedAtOnce = true, IsLocal = false })).TurnAsync(Cancel);
        Assert.Equal("waiting:untrusted 1", await office.StandAsync());
        await AfterAsync(
            office, await office.ServerAsync(later, settings => settings with { IsLocal = false }), TimeSpan.FromMinutes(2));
        Assert.Equal("waiting:untrusted 1", await office.StandAsync());
        await AfterAsync(office, await office.ServerAsync(never, settings => settings with { IsLocal = false }), TimeSpan.FromMinutes(20));
        Assert.Equal("waiting:unencrypted 1", await office.StandAsync());

        Assert.Equal(0, atOnce.Offers + later.Offers + never.Offers);
    }

    [Fact]
    public async Task TwoServers_SendEachMailOnce_AndNoMoreThanTheLimit()
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        var customer = await office.CustomerAsync();
        for (var nth = 0; nth < 12; nth++)
            await office.PayAsync(customer);
        var settings = PostOffice.Settings(receiver) with { Limit = 7 };
        var (one, other) = (await office.ServerAsync(settings), await office.ServerAsync(settings));

        await Task.WhenAll(one.TurnAsync(Cancel), other.TurnAsync(Cancel));
        await one.TurnAsync(Cancel);
        Assert.InRange(receiver.Mailbox.Count, 7, 12);
        office.Clock.Advance(TimeSpan.FromSeconds(61));
        await Task.WhenAll(one.TurnAsync(Cancel), other.TurnAsync(Cancel));

        Assert.Equal("sent 12", await office.StandAsync());
        Assert.Equal(12, receiver.Mailbox.Select(mail => mail.MessageId).Distinct().Count());
        Assert.Equal(12, receiver.Mailbox.Count);
    }

    [Fact]
    public async Task Merchants_TakeTurns_AlsoWhereTheLimitAllowsOneMail()
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver, settings => settings with { Limit = 1 });
        var customer = await office.CustomerAsync();
        await office.PayAsync(customer);
        await office.PayAsync(customer);
        await office.OtherMerchantAsync("ben@example.com");

        foreach (var to in (string[])["anna@example.com", "ben@example.com", "anna@example.com"])
        {
            await server.TurnAsync(Cancel);
            await server.TurnAsync(Cancel);
            Assert.Equal(to, receiver.Mailbox[^1].To.Mailboxes.Single().Address);
            office.Clock.Advance(TimeSpan.FromSeconds(61));
        }

        Assert.Equal(3, receiver.Mailbox.Count);
    }

    [Fact]
    public async Task Name_WithAHeaderInIt_StaysAName()
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        await office.PayAsync(await office.CustomerAsync("anna@bücher.example", "Eve\r\nBcc: all@example.com <b>\"x\", y@z.example"));

        await server.TurnAsync(Cancel);

        var mail = Assert.Single(receiver.Mailbox);
        var to = Assert.Single(mail.To.Mailboxes);
        Assert.Equal("anna@xn--bcher-kva.example", MailboxAddress.EncodeAddrspec(to.Address));
        Assert.Empty(mail.Bcc);
        Assert.Empty(mail.Cc);
        Assert.DoesNotContain("<b>", mail.HtmlBody, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;", mail.HtmlBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Customer_WithoutAnAddress_OrErased_GetsNone()
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        var (nobody, anna) = (await office.CustomerAsync(email: null), await office.CustomerAsync());
        await office.PayAsync(nobody);
        await office.PayAsync(anna);
        await server.TurnAsync(Cancel);
        await office.PayAsync(anna);

        var erased = await new Erasing(office.Own.Database, office.Clock).EraseAsync(anna, office.By("account.erase", "account"), Cancel);
        await server.TurnAsync(Cancel);

        Assert.True(erased.IsDone, string.Join('\n', erased.UnderWay));
        Assert.Single(receiver.Mailbox);
        Assert.Equal("left_out:no_address 2, sent 1", await office.StandAsync());
        var tables = new SecretWatch();
        tables.Add(["anna@example.com"]);
        await tables.LookAtTablesAsync(office.Own.Database);
        tables.AssertNothingSeen();
    }

    /// <summary>The mail server has the mail, and the books have noted nothing of it yet.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Customer_ErasedWhileTheMailGoesOut_LeavesNoAddress(bool isTaken)
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        var anna = await office.CustomerAsync();
        await office.PayAsync(anna);
        receiver.Refusal = isTaken ? null : Later;
        receiver.OnRecipient = () => new Erasing(office.Own.Database, office.Clock).EraseAsync(
            anna, office.By("account.erase", "account"), Cancel);

        await server.TurnAsync(Cancel);

        Assert.Equal(isTaken ? "sent 1" : "waiting:put_off 1", await office.StandAsync());
        var tables = new SecretWatch();
        tables.Add(["anna@example.com"]);
        await tables.LookAtTablesAsync(office.Own.Database);
        tables.AssertNothingSeen();
    }

    private static (string? Name, string Address) NameOf(InternetAddressList list) =>
        Assert.Single(list.Mailboxes) is var one ? (one.Name, one.Address) : default;

    private static async Task AfterAsync(PostOffice office, MailService server, TimeSpan time)
    {
        office.Clock.Advance(time);
        await server.TurnAsync(Cancel);
    }
}
