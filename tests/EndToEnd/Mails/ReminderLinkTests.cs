using System.Net;
using System.Text.RegularExpressions;
using MimeKit;
using Quittance.Core.Mails;
using Quittance.Core.Overdue;
using Quittance.Storage.Mails;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using SmtpServer.Protocol;

namespace Quittance.Tests.Mails;

/// <summary>A reminder that is mailed says how to pay all that it asks for.</summary>
public sealed partial class ReminderLinkTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CustomerWithoutALink_PaysBillsAndFee_ByTheMailedOne()
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: [MailKind.Reminder, MailKind.PaymentLink]);
        await using var receiver = MailReceiver.Start();
        var (address, server) = await office.OpenAsync(receiver);
        await office.TakeCardsAsync(books.Sandbox);
        await office.RemindAsync(new DunningLevel(7, 2_50));
        var customer = await office.CustomerAsync();
        await office.OweAsync(customer, "INV-7", 40_00, days: 10);
        await office.OweAsync(customer, "INV-8", 5_00, days: 9);
        await office.DunAsync(customer);
        await server.TurnAsync(Cancel);

        // The link is the reminder's own: no mail of another kind tells of it.
        Assert.Equal("sent 1", await office.StandAsync());
        using var payer = new Payer(address);
        var page = await payer.OpenAsync(LinkIn(Assert.Single(receiver.Mailbox)));
        Assert.Contains("€47.50", page.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await payer.PayAsync(Payer.TokenIn(page.Html))).Status);

        // The provider may take its time.
        await NoticePost.UntilAsync(async () => await office.CountAsync("charge WHERE is_open") == 0);
        Assert.Equal(0, await office.CountAsync("payment WHERE has_credit"));
    }

    [Fact]
    public async Task Retry_AndMailThatIsSentAgain_HaveTheSameLink()
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.Reminder);
        await using var receiver = MailReceiver.Start();
        var (_, server) = await office.OpenAsync(receiver);
        await office.TakeCardsAsync(books.Sandbox);
        await office.RemindAsync(new DunningLevel(7, 2_50));
        var customer = await office.CustomerAsync();
        await office.OweAsync(customer, "INV-7", 40_00, days: 10);
        await office.DunAsync(customer);
        receiver.Judge = _ => new SmtpResponse(SmtpReplyCode.ServiceUnavailable, "Come back later");
        await server.TurnAsync(Cancel);
        receiver.Judge = _ => null;
        office.Clock.Advance(TimeSpan.FromMinutes(2));
        await server.TurnAsync(Cancel);

        var queue = new MailQueue(office.Own.Database, office.Clock);
        var sent = (await queue.ListAsync(office.Merchant, new MailQuery(), after: null, 1, Cancel))[0].Id;
        await queue.ResendAsync(sent, office.By("mail.resend", $"mail {sent.Value}"), Cancel);
        await server.TurnAsync(Cancel);

        Assert.Equal(2, receiver.Mailbox.Count);
        Assert.Single(receiver.Mailbox.Select(LinkIn).Distinct());
        Assert.Equal(1, await office.CountAsync("payment_link"));
    }

    [Fact]
    public async Task LinkThatTheMerchantTookBack_IsFollowedByAnother_InTheMailThatIsSentAgain()
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.Reminder);
        await using var receiver = MailReceiver.Start();
        var (address, server) = await office.OpenAsync(receiver);
        await office.TakeCardsAsync(books.Sandbox);
        await office.RemindAsync(new DunningLevel(7, 2_50));
        var customer = await office.CustomerAsync();
        await office.OweAsync(customer, "INV-7", 40_00, days: 10);
        await office.DunAsync(customer);
        await server.TurnAsync(Cancel);
        var first = LinkIn(Assert.Single(receiver.Mailbox));
        await office.TakeLinksBackAsync();

        var queue = new MailQueue(office.Own.Database, office.Clock);
        var sent = (await queue.ListAsync(office.Merchant, new MailQuery(), after: null, 1, Cancel))[0].Id;
        await queue.ResendAsync(sent, office.By("mail.resend", $"mail {sent.Value}"), Cancel);
        await server.TurnAsync(Cancel);

        var second = LinkIn(receiver.Mailbox[1]);
        Assert.NotEqual(first, second);
        using var payer = new Payer(address);
        Assert.Contains("€42.50", (await payer.OpenAsync(second)).Html, StringComparison.Ordinal);
        Assert.DoesNotContain("data-token", (await payer.OpenAsync(first)).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReminderToAnAddressThatTakesNoMail_MakesNoLink()
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: [MailKind.Reminder, MailKind.Receipt]);
        await using var receiver = MailReceiver.Start();
        var (_, server) = await office.OpenAsync(receiver);
        await office.TakeCardsAsync(books.Sandbox);
        await office.RemindAsync(new DunningLevel(7));
        var customer = await office.CustomerAsync();
        receiver.Judge = _ => new SmtpResponse(SmtpReplyCode.MailboxUnavailable, "5.1.1 No such user");
        await office.OweAsync(customer, "INV-6", 1_00, days: 9);
        await office.SettleAsync(customer, "INV-6", 1_00);
        await server.TurnAsync(Cancel);
        await office.OweAsync(customer, "INV-7", 40_00, days: 10);
        await office.DunAsync(customer);
        await server.TurnAsync(Cancel);

        Assert.Equal("failed:address_refused 1, left_out:known_address_refused 1", await office.StandAsync());
        Assert.Equal(0, await office.CountAsync("payment_link"));
    }

    [Fact]
    public async Task LinkOfTheMerchant_IsSaid_WhereItIsForAllOfIt_AndWithCreditThereIsNone()
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.Reminder);
        await using var receiver = MailReceiver.Start();
        var (address, server) = await office.OpenAsync(receiver);
        await office.TakeCardsAsync(books.Sandbox);
        var (whole, part, credit) = (
            await office.CustomerAsync("whole@example.com"), await office.CustomerAsync("part@example.com"),
            await office.CustomerAsync("credit@example.com"));
        foreach (var (customer, bill) in new[] { (whole, "INV-1"), (part, "INV-2"), (credit, "INV-3") })
            await office.OweAsync(customer, bill, 40_00, days: 10);
        await office.LinkAsync(whole, "INV-1");
        await office.RemindAsync(new DunningLevel(7));
        await office.DunAsync(whole);
        await office.RemindAsync(new DunningLevel(7, 2_50));
        await office.LinkAsync(part, "INV-2");
        await office.DunAsync(part);
        await office.PayAsync(credit, 10_00);
        await office.DunAsync(credit);
        await server.TurnAsync(Cancel);

        Assert.Equal(3, await office.CountAsync("payment_link"));
        using var payer = new Payer(address);
        foreach (var (to, amount) in new[] { ("whole", "€40.00"), ("part", "€42.50") })
        {
            var mail = Assert.Single(receiver.Mailbox, one => one.To.ToString().Contains(to, StringComparison.Ordinal));
            Assert.Contains(amount, (await payer.OpenAsync(LinkIn(mail))).Html, StringComparison.Ordinal);
        }

        var rest = Assert.Single(receiver.Mailbox, one => one.To.ToString().Contains("credit", StringComparison.Ordinal));
        Assert.Contains("€32.50", rest.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("/pay/", rest.TextBody, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AT611904300234573201", true)]
    [InlineData("CH4431999123000889012", false)]
    public async Task MerchantWhomCustomersPayByNoLink_NamesItsBankAccount(string iban, bool isNamed)
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.Reminder);
        await using var receiver = MailReceiver.Start();
        var (_, server) = await office.OpenAsync(receiver);
        await office.NamePayeeAsync(iban, iban[..2]);
        await office.RemindAsync(new DunningLevel(7, 2_50));
        var customer = await office.CustomerAsync(language: "de");
        await office.OweAsync(customer, "INV-7", 40_00, days: 10);
        await office.DunAsync(customer);
        await server.TurnAsync(Cancel);

        var text = Assert.Single(receiver.Mailbox).TextBody!;
        Assert.DoesNotContain("/pay/", text, StringComparison.Ordinal);
        Assert.Equal(isNamed, text.Contains("IBAN: AT61 1904 3002 3457 3201", StringComparison.Ordinal));
        Assert.Equal(isNamed, PurposeWithBill().IsMatch(text));
    }

    private static string LinkIn(MimeMessage mail)
    {
        var link = Link().Match(mail.TextBody!).Value;
        SecretWatch.OfTheRun.Add([link[(link.IndexOf('=', StringComparison.Ordinal) + 1)..]]);
        return link;
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+/pay/\S+\?k=\S+", RegexOptions.None, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex Link();

    [GeneratedRegex(@"^\S.*: INV-7 D\d+-1-1\r?$", RegexOptions.Multiline, matchTimeoutMilliseconds: 60_000)]
    private static partial Regex PurposeWithBill();
}
