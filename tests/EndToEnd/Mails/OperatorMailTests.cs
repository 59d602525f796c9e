using System.Globalization;
using Quittance.Core.Access;
using Quittance.Core.Mails;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Console;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Mails;

/// <summary>The merchant's people hear of what waits for them: one mail for all of a kind within a few minutes.</summary>
public sealed class OperatorMailTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Disputes_AreToldInOneMail_ToThoseWhoMayAct()
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.DisputeOpened);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        await PersonAsync(office, "olga", OperatorRole.Operator);
        await PersonAsync(office, "adam", OperatorRole.Admin);
        await PersonAsync(office, "vera", OperatorRole.Viewer);
        await PersonAsync(office, "nobody", null);
        var customer = await office.CustomerAsync();
        var card = await office.CardAsync(customer, new(12, 2090));
        BeginWindow(office);
        await office.DisputeAsync(customer, card, 41_00);
        await office.DisputeAsync(customer, card, 42_00);

        await server.TurnAsync(Cancel);
        Assert.Empty(receiver.Mailbox);
        office.Clock.Advance(TimeSpan.FromMinutes(6));
        await server.TurnAsync(Cancel);
        await server.TurnAsync(Cancel);

        Assert.Equal(["adam@works.example", "olga@works.example"], Addresses(receiver));
        Assert.All(receiver.Mailbox, mail =>
        {
            Assert.Contains("disputes were opened", mail.Subject, StringComparison.Ordinal);
            Assert.Contains("Anna Keller: €41.00", mail.TextBody, StringComparison.Ordinal);
            Assert.Contains("Anna Keller: €42.00", mail.TextBody, StringComparison.Ordinal);
            Assert.Contains("https://pay.example/console\n", mail.TextBody!.ReplaceLineEndings("\n"), StringComparison.Ordinal);
            Assert.DoesNotContain("anna@example.com", $"{mail}", StringComparison.Ordinal);
        });

        BeginWindow(office);
        await office.DisputeAsync(customer, card, 43_00);
        office.Clock.Advance(TimeSpan.FromMinutes(6));
        await server.TurnAsync(Cancel);
        Assert.Equal(4, receiver.Mailbox.Count);
        Assert.Matches(@"https://pay\.example/console/payments/\d+\n", receiver.Mailbox[^1].TextBody!.ReplaceLineEndings("\n"));
        Assert.Equal("sent 4", await office.StandAsync());
    }

    [Fact]
    public async Task Approval_IsToldToAllButWhoAsked_AndNoMoreOnceItIsOver()
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.ApprovalWaits);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        var asks = await PersonAsync(office, "olga", OperatorRole.Operator);
        await PersonAsync(office, "adam", OperatorRole.Admin);
        await new ApprovalLimits(office.Own.Database, office.Clock).SetAsync(
            office.Merchant, Business.Euro, 20_00, office.By("limit.set", "limit in EUR"), Cancel);
        var customer = await office.CustomerAsync();
        BeginWindow(office);
        await office.AskForRefundAsync(customer, asks, 25_00);
        office.Clock.Advance(TimeSpan.FromMinutes(6));
        await server.TurnAsync(Cancel);

        var mail = Assert.Single(receiver.Mailbox);
        Assert.Equal(["adam@works.example"], Addresses(receiver));
        Assert.Equal("left_out:outdated 1, sent 1", await office.StandAsync());
        Assert.Contains("€25.00", mail.Subject, StringComparison.Ordinal);
        Assert.Contains("https://pay.example/console/approvals\n", mail.TextBody!.ReplaceLineEndings("\n"), StringComparison.Ordinal);

        // Switched off, it asks for none.
        await office.SwitchAsync(MailKind.ApprovalWaits, isOn: false);
        await office.AskForRefundAsync(customer, asks, 26_00);
        Assert.Equal("left_out:outdated 1, sent 1", await office.StandAsync());
    }

    private static IEnumerable<string> Addresses(MailReceiver receiver) =>
        receiver.Mailbox.Select(mail => mail.To.Mailboxes.Single().Address).Order(StringComparer.Ordinal);

    /// <summary>Puts the clock to the beginning of a window, so that all that follows at once is in it.</summary>
    private static void BeginWindow(PostOffice office)
    {
        var now = office.Clock.GetUtcNow();
        office.Clock.Advance(OperatorMail.TimesOf(OperatorMail.WindowOf(now)).Until.AddSeconds(1) - now);
    }

    private static Task<Person> PersonAsync(PostOffice office, string name, OperatorRole? role) => SignedUp.AddAsync(
        office.Own.Database, office.Merchant, $"{name}@works.example", CultureInfo.InvariantCulture.TextInfo.ToTitleCase(name), role);
}
