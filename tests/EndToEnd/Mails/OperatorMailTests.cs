using System.Globalization;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Ledger;
using Quittance.Core.Mails;
using Quittance.Core.Webhooks;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Webhooks;
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
        Assert.Equal("sent 1", await office.StandAsync());
        Assert.Contains("€25.00", mail.Subject, StringComparison.Ordinal);
        Assert.Contains("https://pay.example/console/approvals\n", mail.TextBody!.ReplaceLineEndings("\n"), StringComparison.Ordinal);

        // Switched off, it asks for none.
        await office.SwitchAsync(MailKind.ApprovalWaits, isOn: false);
        await office.AskForRefundAsync(customer, asks, 26_00);
        Assert.Equal("sent 1", await office.StandAsync());
    }

    [Fact]
    public async Task CollectionsThatFail_AreToldOnceForAnHour()
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.CollectionFailed);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        await PersonAsync(office, "olga", OperatorRole.Operator);
        var customer = await office.CustomerAsync();
        BeginWindow(office, MailKind.CollectionFailed);
        await office.DeclineDebitAsync(customer, 41_00);
        office.Clock.Advance(TimeSpan.FromMinutes(30));
        await office.DeclineDebitAsync(customer, 42_00);

        await server.TurnAsync(Cancel);
        Assert.Empty(receiver.Mailbox);
        office.Clock.Advance(TimeSpan.FromMinutes(31));
        await server.TurnAsync(Cancel);
        await server.TurnAsync(Cancel);

        var mail = Assert.Single(receiver.Mailbox);
        Assert.Contains("collections failed", mail.Subject, StringComparison.Ordinal);
        Assert.All(
            (string[])["Anna Keller: €41.00", "Anna Keller: €42.00"],
            part => Assert.Contains(part, mail.TextBody, StringComparison.Ordinal));

        // A payment that was declined while its customer was there is no collection.
        await office.DisputeAsync(customer, await office.CardAsync(customer, new(12, 2090)), 43_00);
        Assert.Equal("sent 1", await office.StandAsync());
    }

    [Fact]
    public async Task WebhookThatFails_IsToldOnceADay_FromItsFourthFailureOn()
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.WebhookFails);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        await PersonAsync(office, "olga", OperatorRole.Operator);
        BeginWindow(office, MailKind.WebhookFails);
        var subscription = await SubscribeAsync(office);
        var customer = await office.CustomerAsync();
        await office.PayAsync(customer);
        List<string> stands = [];

        for (var failure = 1; failure <= 5; failure++)
        {
            await FailAsync(office, subscription);
            stands.Add(await office.StandAsync());
        }

        Assert.Equal(["", "", "", "waiting 1", "waiting 1"], stands);
        office.Clock.Advance(TimeSpan.FromMinutes(6));
        await server.TurnAsync(Cancel);
        var mail = Assert.Single(receiver.Mailbox);
        Assert.Contains("webhooks fail", mail.Subject, StringComparison.Ordinal);
        Assert.Contains("hooks.example: 1 message is not delivered", mail.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-path", $"{mail}", StringComparison.Ordinal);
        Assert.Contains("https://pay.example/console/webhooks\n", mail.TextBody!.ReplaceLineEndings("\n"), StringComparison.Ordinal);

        await FailAsync(office, subscription);
        Assert.Equal("sent 1", await office.StandAsync());

        // On the next day it fails, is well again before the mail is written, and fails once more.
        BeginWindow(office, MailKind.WebhookFails);
        await FailAsync(office, subscription);
        Assert.Equal("sent 1, waiting 1", await office.StandAsync());
        await office.ExecuteAsync("UPDATE delivery SET failures = 0");
        office.Clock.Advance(TimeSpan.FromMinutes(6));
        await server.TurnAsync(Cancel);
        Assert.Equal("sent 1", await office.StandAsync());
        await office.ExecuteAsync("UPDATE delivery SET failures = 5");
        await FailAsync(office, subscription);
        Assert.Equal("sent 1, waiting 1", await office.StandAsync());
    }

    private static async Task<SubscriptionId> SubscribeAsync(PostOffice office)
    {
        var merchants = new Merchants(office.Own.Database, office.Clock);
        var installation = (await merchants.InstallationsAsync(office.Merchant, Cancel)).Single();
        await merchants.EnsureCredentialAsync(installation, CredentialKind.Bearer, "hooks", $"qt_{Business.NewId():N}", ["read"], Cancel);
        var id = new SubscriptionId(office.Merchant, Business.NewId());
        Assert.Equal(SubscriptionOutcome.Added, await new Subscriptions(office.Own.Database, office.Clock).AddAsync(
            new Subscription(id, 1, "quittance", new Uri("https://hooks.example/secret-path"), [EventType.PaymentRecorded], null), Cancel));
        return id;
    }

    /// <summary>The receiver does not take the message once more.</summary>
    private static async Task FailAsync(PostOffice office, SubscriptionId subscription)
    {
        var deliveries = new Deliveries(office.Own.Database, office.Clock) { AsksForMail = true };
        office.Clock.Advance(TimeSpan.FromMinutes(1));
        var delivery = Assert.Single(await deliveries.ClaimAsync(subscription, 1, TimeSpan.FromMinutes(1), Cancel));
        Assert.True(await deliveries.FailedAsync(delivery, DeliveryFailure.Refused, TimeSpan.FromSeconds(30), Cancel));
    }

    private static IEnumerable<string> Addresses(MailReceiver receiver) =>
        receiver.Mailbox.Select(mail => mail.To.Mailboxes.Single().Address).Order(StringComparer.Ordinal);

    /// <summary>Puts the clock to the beginning of a window, so that all that follows at once is in it.</summary>
    private static void BeginWindow(PostOffice office, MailKind kind = MailKind.DisputeOpened)
    {
        var now = office.Clock.GetUtcNow();
        office.Clock.Advance(OperatorMail.TimesOf(kind, OperatorMail.WindowOf(kind, now)).Until.AddSeconds(1) - now);
    }

    private static Task<Person> PersonAsync(PostOffice office, string name, OperatorRole? role) => SignedUp.AddAsync(
        office.Own.Database, office.Merchant, $"{name}@works.example", CultureInfo.InvariantCulture.TextInfo.ToTitleCase(name), role);
}
