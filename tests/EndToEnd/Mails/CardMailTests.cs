using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Mails;
using Quittance.Tests.Running;

namespace Quittance.Tests.Mails;

/// <summary>Customers are told of the card that pays their bills by itself before it expires, once.</summary>
public sealed class CardMailTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CardThatPaysByItself_IsToldOfOnce_InTheMonthBeforeItsLast()
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.CardExpires);
        await using var receiver = MailReceiver.Start();
        var (server, other) = (await office.ServerAsync(receiver), await office.ServerAsync(receiver));
        var expiry = InMonths(2);
        await office.CardAsync(await CustomerAsync("chosen", "de"), expiry);
        await office.CardAsync(await CustomerAsync("own"), expiry, InstrumentStanding.Current, isAutopay: false);
        await office.CardAsync(await CustomerAsync("later"), InMonths(3));
        // These pay by no card that expires.
        await office.CardAsync(await CustomerAsync("saved"), expiry, isAutopay: false);
        var (ended, changed) = (await CustomerAsync("ended"), await CustomerAsync("changed"));
        await office.CardAsync(ended, expiry, InstrumentStanding.Current);
        await office.EndAutopayAsync(ended);
        await office.CardAsync(changed, expiry, InstrumentStanding.Current, isAutopay: false);
        await office.CardAsync(changed, InMonths(20));
        List<int> told = [];

        for (var month = 0; month < 4; month++)
        {
            for (var turn = 0; turn < 2; turn++)
            {
                await Task.WhenAll(office.AskForCardsAsync(), office.AskForCardsAsync());
                await server.TurnAsync(Cancel);
                await other.TurnAsync(Cancel);
            }

            told.Add(receiver.Mailbox.Count);
            office.Clock.Advance(FirstOf(1) - office.Clock.GetUtcNow());
        }

        Assert.Equal([0, 2, 3, 3], told);
        Assert.Equal("sent 3", await office.StandAsync());
        Assert.Equal(
            ["chosen@example.com", "later@example.com", "own@example.com"],
            receiver.Mailbox.Select(mail => mail.To.Mailboxes.Single().Address).Order(StringComparer.Ordinal));
        var german = Assert.Single(receiver.Mailbox, one => one.To.ToString().Contains("chosen", StringComparison.Ordinal));
        Assert.Contains($"läuft am {expiry.LastDay:dd.MM.yyyy} ab", german.Subject, StringComparison.Ordinal);
        Assert.Contains("Visa ···· 4242", german.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("42424242", $"{german}", StringComparison.Ordinal);

        Task<AccountId> CustomerAsync(string name, string? language = null) =>
            office.CustomerAsync($"{name}@example.com", language: language);

        DateTimeOffset FirstOf(int months)
        {
            var now = office.Clock.GetUtcNow().UtcDateTime;
            return new DateTimeOffset(new DateTime(now.Year, now.Month, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(months));
        }

        CardExpiry InMonths(int months) => new(FirstOf(months).Month, FirstOf(months).Year);
    }

    [Fact]
    public async Task CardThatNobodyIsToBeToldOf_BringsNoMail()
    {
        await using var office = await PostOffice.OpenAsync(books, kinds: MailKind.Receipt);
        await using var receiver = MailReceiver.Start();
        var server = await office.ServerAsync(receiver);
        var next = office.Clock.GetUtcNow().UtcDateTime.AddDays(1 - office.Clock.GetUtcNow().Day).AddMonths(1);
        var expiry = new CardExpiry(next.Month, next.Year);
        var customer = await office.CustomerAsync();
        var card = await office.CardAsync(customer, expiry);

        await office.AskForCardsAsync();
        Assert.Equal("", await office.StandAsync());

        await office.SwitchAsync(MailKind.CardExpires, isOn: true);
        await office.AskForCardsAsync();
        await office.RemoveAsync(customer, card);
        await server.TurnAsync(Cancel);
        Assert.Equal("left_out:outdated 1", await office.StandAsync());

        // After a restore it may have been sent in the time that was lost.
        var restored = await office.CustomerAsync("paul@example.com");
        await office.CardAsync(restored, expiry);
        await office.WhileRestoredAsync(async () =>
        {
            await office.AskForCardsAsync();
            await server.TurnAsync(Cancel);
        });
        Assert.Equal("left_out:outdated 1, left_out:restored 1", await office.StandAsync());
        Assert.Empty(receiver.Mailbox);
    }
}
