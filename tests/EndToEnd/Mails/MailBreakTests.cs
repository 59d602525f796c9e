using Quittance.Host.Mails;
using Quittance.Tests.Running;
using SmtpServer.Protocol;

namespace Quittance.Tests.Mails;

/// <summary>
/// Connections to a mail server that break or stand still at each step: no mail is lost, and only one that the mail server may have taken
/// goes out again, under the same id.
/// </summary>
public sealed class MailBreakTests(BooksFixture books)
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(400);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(WireCut.BeforeTheGreeting, 1)]
    [InlineData(WireCut.AfterHello, 1)]
    [InlineData(WireCut.AfterSender, 1)]
    [InlineData(WireCut.AfterRecipient, 1)]
    [InlineData(WireCut.MidMail, 1)]
    [InlineData(WireCut.BeforeTheReceipt, 2)]
    public async Task WireThatIsCut_LosesNoMail_AndSendsTwice_OnlyWhatMayHaveArrived(WireCut cut, int copies)
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        await using var wire = CutWire.To(receiver, cut);
        var server = await office.ServerAsync(receiver, settings => settings with { Port = wire.Port });
        await office.PayAsync(await office.CustomerAsync("anna@example.com"));
        await server.TurnAsync(Cancel);
        Assert.True(wire.IsCut);
        Assert.Equal("waiting:unreachable 1", await office.StandAsync());

        // Another mail does not wait for the one that failed.
        await office.PayAsync(await office.CustomerAsync("ben@example.com", "Ben"));
        await AfterAsync(office, server, TimeSpan.FromMinutes(2));

        Assert.Equal("sent 2", await office.StandAsync());
        Assert.Equal((copies, 1), (CopiesTo(receiver, "anna"), CopiesTo(receiver, "ben")));
        Assert.Equal(2, receiver.Mailbox.Select(mail => mail.MessageId).Distinct().Count());
        // Half a mail is none.
        Assert.All(receiver.Mailbox, mail => Assert.Single(mail.Attachments));
    }

    /// <summary>The answer that comes too late belongs to no other mail: the second one is sent, and its address is good.</summary>
    [Fact]
    public async Task RefusalThatComesTooLate_IsNotTakenForTheNextMails()
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        using var late = new SemaphoreSlim(0);
        receiver.OnRecipient = () => late.WaitAsync(Cancel);
        receiver.Judge = address => address == "anna@example.com"
            ? new SmtpResponse(SmtpReplyCode.MailboxUnavailable, "5.1.1 No such user") : null;
        var server = await office.ServerAsync(receiver, settings => settings with { Timeout = Short });
        await office.PayAsync(await office.CustomerAsync("anna@example.com"));
        await server.TurnAsync(Cancel);
        Assert.Equal("waiting:timed_out 1", await office.StandAsync());

        receiver.OnRecipient = () => Task.CompletedTask;
        late.Release();
        await office.PayAsync(await office.CustomerAsync("ben@example.com", "Ben"));
        await server.TurnAsync(Cancel);
        Assert.Equal("sent 1, waiting:timed_out 1", await office.StandAsync());

        await AfterAsync(office, server, TimeSpan.FromMinutes(2));
        Assert.Equal("failed:address_refused 1, sent 1", await office.StandAsync());
        Assert.Equal("ben@example.com", Assert.Single(Assert.Single(receiver.Mailbox).To.Mailboxes).Address);
    }

    [Fact]
    public async Task ReceiptThatComesTooLate_SendsTheMailAgain_UnderTheSameId()
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        using var late = new SemaphoreSlim(0);
        receiver.AfterMail = _ => late.WaitAsync(Cancel);
        await office.PayAsync(await office.CustomerAsync());
        await (await office.ServerAsync(receiver, settings => settings with { MailTimeout = Short })).TurnAsync(Cancel);
        Assert.Equal("waiting:timed_out 1", await office.StandAsync());

        receiver.AfterMail = _ => Task.CompletedTask;
        late.Release();
        await AfterAsync(office, await office.ServerAsync(receiver), TimeSpan.FromMinutes(2));

        Assert.Equal("sent 1", await office.StandAsync());
        Assert.Equal(2, receiver.Mailbox.Count);
        Assert.Single(receiver.Mailbox.Select(mail => mail.MessageId).Distinct());
    }

    /// <summary>A mail server that looks for viruses before it says that it has taken a mail.</summary>
    [Fact]
    public async Task MailServerThatTakesLongForTheMail_HasItOnce()
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        var limit = TimeSpan.FromSeconds(2);
        receiver.AfterMail = _ => Task.Delay(limit * 1.5, Cancel);
        await office.PayAsync(await office.CustomerAsync());

        var server = await office.ServerAsync(
            receiver, settings => settings with { Timeout = limit, MailTimeout = TimeSpan.FromSeconds(30) });
        await server.TurnAsync(Cancel);

        Assert.Equal("sent 1", await office.StandAsync());
        Assert.Single(receiver.Mailbox);
    }

    /// <summary>Else another server takes the mail while the mail server still has it.</summary>
    [Fact]
    public void Lease_OutlastsAllThatATryMayTake()
    {
        var settings = new MailSettings("mail.example.com", 587, false, "shop@works.example");

        // The connection, the way in, and the commands before the mail.
        Assert.True(settings.Lease > (settings.Timeout * 2) + settings.MailTimeout);
        Assert.True(settings.MailTimeout >= TimeSpan.FromMinutes(5));
    }

    private static int CopiesTo(MailReceiver receiver, string name) =>
        receiver.Mailbox.Count(mail => mail.To.Mailboxes.Single().Address.StartsWith(name, StringComparison.Ordinal));

    private static async Task AfterAsync(PostOffice office, MailService server, TimeSpan time)
    {
        office.Clock.Advance(time);
        await server.TurnAsync(Cancel);
    }
}
