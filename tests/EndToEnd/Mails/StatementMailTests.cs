using Quittance.Core;
using Quittance.Core.Mails;
using Quittance.Storage.Mails;
using Quittance.Tests.Running;
using UglyToad.PdfPig;

namespace Quittance.Tests.Mails;

/// <summary>Customers get the statement of a month, once: each by itself, or when a person sends it.</summary>
public sealed class StatementMailTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Statement_GoesToWhoeverHasSomethingInTheMonth_OnItsThirdDay_Once()
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.Statement);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        office.Clock.Advance(FirstOf(office, 1) - office.Clock.GetUtcNow());
        var owes = await office.CustomerAsync("owes@example.com", language: "de");
        await office.OweAsync(owes, "INV-1", 40_00, days: 0);
        await office.PayAsync(await office.CustomerAsync("paid@example.com"), 12_50);
        await office.CustomerAsync("idle@example.com");
        await office.OweAsync(await office.CustomerAsync(email: null), "INV-2", 40_00, days: 0);
        List<int> got = [];

        // The second and the third day of the next month, the third day of the one behind it, and the middle of the third.
        foreach (var (months, days) in new[] { (1, 1), (0, 2), (1, 2), (1, 15) })
        {
            office.Clock.Advance(FirstOf(office, months).AddDays(days) - office.Clock.GetUtcNow());
            await Task.WhenAll(office.AskForStatementsAsync(), office.AskForStatementsAsync());
            await server.TurnAsync(Cancel);
            got.Add(receiver.Mailbox.Count);
        }

        // The second month has nothing new, and one bill is still open.
        Assert.Equal([0, 2, 3, 3], got);
        Assert.Equal("sent 3", await office.StandAsync());
        var german = receiver.Mailbox.First(mail => mail.To.ToString().Contains("owes", StringComparison.Ordinal));
        Assert.StartsWith("Ihr Kontoauszug von", german.Subject, StringComparison.Ordinal);
        Assert.Contains("40,00\u00a0€", german.TextBody, StringComparison.Ordinal);
        Assert.Contains("INV-1", TextOf(german), StringComparison.Ordinal);
        Assert.Contains("12.50", TextOf(receiver.Mailbox.First(mail => mail.To.ToString().Contains("paid", StringComparison.Ordinal))),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statement_IsMailedWhenAPersonSendsIt_AlsoOfAMonthThatIsNotOver_AndAgain()
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        var customer = await office.CustomerAsync();
        await office.OweAsync(customer, "INV-1", 40_00, days: 0);

        Assert.Equal(MailResend.Queued, await SendAsync(office, customer));
        Assert.Equal(MailResend.Waits, await SendAsync(office, customer));
        await server.TurnAsync(Cancel);
        Assert.Equal(MailResend.Queued, await SendAsync(office, customer));
        await server.TurnAsync(Cancel);

        Assert.Equal(2, receiver.Mailbox.Count);
        Assert.All(receiver.Mailbox, mail => Assert.Contains("INV-1", TextOf(mail), StringComparison.Ordinal));
        Assert.Equal(2, receiver.Mailbox.Select(mail => mail.MessageId).Distinct().Count());

        // The whole month follows all the same.
        await office.SwitchAsync(MailKind.Statement, isOn: true);
        office.Clock.Advance(FirstOf(office, 1).AddDays(2) - office.Clock.GetUtcNow());
        await office.AskForStatementsAsync();
        await server.TurnAsync(Cancel);
        Assert.Equal(3, receiver.Mailbox.Count);
    }

    private static Task<MailResend> SendAsync(PostOffice office, AccountId customer)
    {
        var today = office.Clock.GetUtcNow();
        return new MailQueue(office.Own.Database, office.Clock).SendStatementAsync(
            customer, new DateOnly(today.Year, today.Month, 1), office.By("mail.statement", "account"), Cancel);
    }

    /// <summary>The words of the PDF that a mail has.</summary>
    private static string TextOf(MimeKit.MimeMessage mail)
    {
        using var content = new MemoryStream();
        Assert.IsType<MimeKit.MimePart>(Assert.Single(mail.Attachments)).Content!.DecodeTo(content, Cancel);
        using var pdf = PdfDocument.Open(content.ToArray());
        return string.Join(' ', pdf.GetPages().SelectMany(page => page.GetWords()).Select(word => word.Text));
    }

    /// <summary>The beginning of the month that is some months after this one.</summary>
    private static DateTimeOffset FirstOf(PostOffice office, int months)
    {
        var now = office.Clock.GetUtcNow().UtcDateTime;
        return new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero).AddMonths(months);
    }
}
