using Quittance.Core.Mails;
using Quittance.Storage;
using Quittance.Storage.Mails;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Running;
using SmtpServer.Protocol;

namespace Quittance.Tests.Mails;

/// <summary>An address is given up for its own fault alone, and a person can have it tried again.</summary>
public sealed class MailRefusalTests(BooksFixture books)
{
    private static readonly SmtpResponse Gone = new(SmtpReplyCode.MailboxUnavailable, "5.1.1 No such user");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>As Postfix, Exim, Exchange and Gmail say it.</summary>
    [Theory]
    [InlineData(550, "5.1.1 <anna@example.com>: Recipient address rejected: User unknown in local recipient table", true)]
    [InlineData(550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", true)]
    [InlineData(556, "5.1.10 Recipient address has null MX", true)]
    [InlineData(550, "5.2.1 The email account that you tried to reach is disabled.", true)]
    [InlineData(550, "Unrouteable address", true)]
    [InlineData(551, "User not local", true)]
    [InlineData(553, "sorry, no mailbox here by that name", true)]
    [InlineData(550, "5.7.1 relaying denied", false)]
    [InlineData(550, "#5.7.1 Your access to submit messages to this e-mail system has been rejected.", false)]
    [InlineData(554, "5.7.1 <anna@example.com>: Relay access denied", false)]
    [InlineData(554, "Your address is on a list of spammers", false)]
    [InlineData(552, "5.2.2 mailbox full", false)]
    [InlineData(552, "mailbox full", false)]
    [InlineData(550, "5.1.8 <shop@works.example>: Sender address rejected: Domain not found", false)]
    [InlineData(550, "5.4.1 Recipient address rejected: Access denied", false)]
    public async Task RecipientThatIsRefused_IsGivenUp_OnlyForItsOwnFault(int code, string text, bool isGivenUp)
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        receiver.Judge = _ => new SmtpResponse((SmtpReplyCode)code, text);
        var customer = await office.CustomerAsync();
        await office.PayAsync(customer);
        await server.TurnAsync(Cancel);
        Assert.Equal(isGivenUp ? "failed:address_refused 1" : "waiting:refused 1", await office.StandAsync());

        // What was the matter is over: the mail itself goes out, and the next one.
        receiver.Judge = _ => null;
        office.Clock.Advance(TimeSpan.FromMinutes(2));
        await office.PayAsync(customer);
        await server.TurnAsync(Cancel);

        Assert.Equal(isGivenUp ? "failed:address_refused 1, left_out:known_address_refused 1" : "sent 2", await office.StandAsync());
    }

    [Theory]
    [InlineData(550, "5.1.1 No such user", "failed:address_refused 1", "left_out:known_address_refused 1")]
    [InlineData(554, "5.7.1 Message rejected as spam", "failed:refused 1", "sent 1")]
    [InlineData(550, "We do not want this", "failed:refused 1", "sent 1")]
    public async Task MailThatIsRefusedAsAWhole_IsFinal_AndItsAddressIsGivenUp_WhereTheServerSaysSo(
        int code, string text, string first, string second)
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        receiver.Refusal = new SmtpResponse((SmtpReplyCode)code, text);
        var customer = await office.CustomerAsync();
        await office.PayAsync(customer);
        await server.TurnAsync(Cancel);
        Assert.Equal(first, await office.StandAsync());

        receiver.Refusal = null;
        await office.PayAsync(customer);
        await server.TurnAsync(Cancel);

        Assert.Equal($"{first}, {second}", await office.StandAsync());
    }

    [Fact]
    public async Task MailboxThatIsFull_AfterTheMailWasHandedOver_IsTriedLater()
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        receiver.Refusal = new SmtpResponse(SmtpReplyCode.SizeLimitExceeded, "5.2.2 The mailbox is full");
        await office.PayAsync(await office.CustomerAsync());
        await server.TurnAsync(Cancel);

        Assert.Equal("waiting:refused 1", await office.StandAsync());
    }

    [Fact]
    public async Task MailThatAPersonHasSentAgain_TriesTheAddress_WhichIsGoodAgainOnceItIsTaken()
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        receiver.Judge = _ => Gone;
        var customer = await office.CustomerAsync();
        await office.PayAsync(customer);
        await TurnAsync();

        await ResendAsync();
        await TurnAsync();
        await office.PayAsync(customer);
        await TurnAsync();
        Assert.Equal("failed:address_refused 2, left_out:known_address_refused 1", await office.StandAsync());

        receiver.Judge = _ => null;
        await ResendAsync();
        await TurnAsync();
        await office.PayAsync(customer);
        await TurnAsync();
        Assert.Equal("failed:address_refused 2, left_out:known_address_refused 1, sent 2", await office.StandAsync());

        // The refusals are forgotten with the mail that was taken, and not after it.
        office.Clock.Advance(TimeSpan.FromDays(91));
        await new Pruning(office.Own.Database, new Merchants(office.Own.Database, office.Clock), office.Clock).PruneAsync(Cancel);
        await office.PayAsync(customer);
        await TurnAsync();
        Assert.Equal("sent 1", await office.StandAsync());

        async Task TurnAsync()
        {
            office.Clock.Advance(TimeSpan.FromSeconds(1));
            await server.TurnAsync(Cancel);
        }

        async Task ResendAsync()
        {
            var queue = new MailQueue(office.Own.Database, office.Clock);
            var refused = (await queue.ListAsync(office.Merchant, new MailQuery(MailStatus.Failed), after: null, 1, Cancel))[0];
            Assert.Equal(
                MailResend.Queued,
                await queue.ResendAsync(refused.Id, office.By("mail.resend", $"mail {refused.Id.Value}"), Cancel));
        }
    }

    [Fact]
    public async Task AddressThatWasRefused_IsKnownForGood()
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        receiver.Judge = _ => Gone;
        var customer = await office.CustomerAsync();
        await office.PayAsync(customer);
        await server.TurnAsync(Cancel);

        office.Clock.Advance(TimeSpan.FromDays(91));
        await new Pruning(office.Own.Database, new Merchants(office.Own.Database, office.Clock), office.Clock).PruneAsync(Cancel);
        await office.PayAsync(customer);
        await server.TurnAsync(Cancel);

        Assert.Equal("failed:address_refused 1, left_out:known_address_refused 1", await office.StandAsync());
    }
}
