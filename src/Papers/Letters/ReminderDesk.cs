using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Books;
using Quittance.Core.Overdue;
using Quittance.Core.Sessions;

namespace Quittance.Papers.Letters;

/// <summary>A reminder, as a mail or a letter says it.</summary>
/// <param name="Fee">The open fee of its level; null for none.</param>
/// <param name="FormerFees">The open fees of the levels before it.</param>
/// <param name="Link">The latest payment link at which the customer can pay, with its address; null for none.</param>
public sealed record Reminder(OverdueReminder Of, Charge? Fee, IReadOnlyList<Charge> FormerFees, (LinkView View, string Address)? Link)
{
    /// <summary>All that it asks for: bills and fees.</summary>
    public IReadOnlyList<Charge> Charges => [.. Of.Bills, .. FormerFees, .. Fee is null ? Array.Empty<Charge>() : [Fee]];

    /// <summary>What the customer is to pay: all of it less the credit.</summary>
    public Money Total => Of.Overdue with { AmountMinor = Charges.Sum(charge => charge.OpenMinor) - Of.CreditMinor };

    /// <summary>What it asks for besides bills: fees, less the credit, and the sum of all where there are any.</summary>
    internal IReadOnlyList<(string Name, Money Amount)> Others(CustomerTexts texts)
    {
        List<(string, Money)> others = [.. FormerFees.Select(fee => ($"{texts["letter.fee"]} ({fee.Called})", OpenOf(fee)))];
        if (Fee is { } own)
            others.Add((texts["mail.fee"], OpenOf(own)));
        if (Of.CreditMinor > 0)
            others.Add((texts["letter.credit"], Total with { AmountMinor = -Of.CreditMinor }));
        return others.Count == 0 ? others : [.. others, (texts["statement.total"], Total)];

        static Money OpenOf(Charge fee) => fee.Amount with { AmountMinor = fee.OpenMinor };
    }
}

/// <summary>Reads what reminders say, from the books as they are.</summary>
/// <param name="links">
/// Payment links, with the address under which customers reach the server, without a slash at the end; null where no link is to be said.
/// </param>
public sealed class ReminderDesk(
    IReceivables receivables, IDunnings dunnings, (LinkDesk Desk, string Server)? links, TimeProvider clock)
{
    // A customer has five levels; older cycles are over.
    private const int MostSteps = 10;
    private const int MostLinks = 5;

    /// <summary>The day by which dunning goes: that of UTC.</summary>
    public DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    /// <summary>The reminder of the level of which an event of an account tells; null where there is nothing to write any more.</summary>
    public async Task<Reminder?> OfEventAsync(AccountId account, int sequence, CancellationToken cancel)
    {
        var steps = await dunnings.StepsAsync(account, MostSteps, cancel);
        return steps.FirstOrDefault(one => one.Sequence == sequence) is { } step
            && await dunnings.FindAsync(account, Today, cancel) is { } found && OverdueReminder.Of(step, found.Case, Today) is { } reminder
            ? await WholeAsync(reminder, steps, cancel) : null;
    }

    /// <summary>What a customer is reminded of at the level at which the customer stands; null for none.</summary>
    public async Task<OverdueReminder?> OfAccountAsync(AccountId account, CancellationToken cancel) =>
        await dunnings.StepsAsync(account, limit: 1, cancel) is [var step]
            && await dunnings.FindAsync(account, Today, cancel) is { } found ? OverdueReminder.Of(step, found.Case, Today) : null;

    /// <summary>The reminder with its fees and its payment link.</summary>
    public async Task<Reminder> WholeAsync(OverdueReminder reminder, CancellationToken cancel) => await WholeAsync(
        reminder,
        reminder.Step.Id.Level == 1 ? [reminder.Step] : await dunnings.StepsAsync(reminder.Step.Id.Account, MostSteps, cancel), cancel);

    private async Task<Reminder> WholeAsync(OverdueReminder reminder, IReadOnlyList<DunningStep> steps, CancellationToken cancel)
    {
        var (level, fees) = (reminder.Step.Id, new List<(bool IsFormer, Charge Fee)>());
        foreach (var step in steps.Where(one => one.Id.Cycle == level.Cycle && one.Id.Level <= level.Level).OrderBy(one => one.Id.Level))
        {
            if (step.Fee is { } charged && await receivables.ChargeAsync(charged, cancel) is { OpenMinor: > 0 } fee)
                fees.Add((step.Id.Level < level.Level, fee));
        }

        return new Reminder(
            reminder, fees.Find(fee => !fee.IsFormer).Fee, [.. fees.Where(fee => fee.IsFormer).Select(fee => fee.Fee)],
            await LinkAsync(reminder, cancel));
    }

    private async Task<(LinkView View, string Address)?> LinkAsync(OverdueReminder reminder, CancellationToken cancel)
    {
        if (links is not var (desk, server))
            return null;
        var (now, account) = (clock.GetUtcNow(), reminder.Step.Id.Account);
        return (await desk.LatestAsync(account.Merchant, account, MostLinks, cancel))
            .FirstOrDefault(one => one.StandingAt(now) == LinkStanding.Open && !one.IsUnderWay
                // One for some of the bills, or for less, would leave the rest overdue.
                && (one.Charges.Count == 0 ? one.Due.Currency == reminder.Overdue.Currency
                        && one.Due.AmountMinor >= reminder.Overdue.AmountMinor
                    : reminder.Bills.All(bill => one.Charges.Any(charge => charge.Id == bill.Id)))) is { } link
            ? (link, await desk.AddressAsync(server, link.Link, cancel)) : null;
    }
}
