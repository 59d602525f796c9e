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

    /// <summary>The names of what is paid, as many as a bank's line can say: the import of statements finds them again.</summary>
    internal string Purpose
    {
        get
        {
            var text = "";
            foreach (var name in Charges.Select(charge => charge.Called))
            {
                var longer = text.Length == 0 ? name : $"{text} {name}";
                if (longer.Length > TransferCode.MostText)
                    break;
                text = longer;
            }

            return text;
        }
    }

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

/// <summary>Makes the payment links of reminders that are mailed.</summary>
public interface IReminderLinks
{
    /// <summary>
    /// The link of a level that a customer has reached, over all that its reminder asks for: the same one each time, as long as it asks
    /// for the same.
    /// </summary>
    /// <returns>Null where customers can't pay the merchant by a link, or the account takes no payment any more.</returns>
    Task<PaymentLink?> OfAsync(DunningStep step, IReadOnlyList<Charge> charges, Money total, CancellationToken cancel);
}

/// <summary>Reads what reminders say, from the books as they are.</summary>
/// <param name="links">
/// Payment links, with the address under which customers reach the server, without a slash at the end; null where no link is to be said.
/// </param>
/// <param name="making">Null where no link is to be made.</param>
public sealed class ReminderDesk(
    IReceivables receivables, IDunnings dunnings, (LinkDesk Desk, string Server)? links, IReminderLinks? making, TimeProvider clock)
{
    // A customer has five levels; older cycles are over.
    private const int MostSteps = 10;
    private const int MostLinks = 5;

    // A customer may read the mail days later.
    private static readonly TimeSpan LastsLong = TimeSpan.FromDays(14);

    /// <summary>The merchant's day, by which dunning goes.</summary>
    public Task<DateOnly> TodayAsync(MerchantId merchant, CancellationToken cancel) =>
        dunnings.DayAsync(merchant, clock.GetUtcNow(), cancel);

    /// <summary>The reminder of the level of which an event of an account tells; null where there is nothing to write any more.</summary>
    /// <param name="makesLink">Whether a payment link is made for it where there is none for all that it asks for.</param>
    public async Task<Reminder?> OfEventAsync(AccountId account, int sequence, bool makesLink, CancellationToken cancel)
    {
        var steps = await dunnings.StepsAsync(account, MostSteps, cancel);
        var today = await TodayAsync(account.Merchant, cancel);
        return steps.FirstOrDefault(one => one.Sequence == sequence) is { } step
            && await dunnings.FindAsync(account, today, cancel) is { } found && OverdueReminder.Of(step, found.Case, today) is { } reminder
            ? await WholeAsync(reminder, steps, makesLink, cancel) : null;
    }

    /// <summary>What a customer is reminded of at the level at which the customer stands; null for none.</summary>
    public async Task<OverdueReminder?> OfAccountAsync(AccountId account, CancellationToken cancel)
    {
        var today = await TodayAsync(account.Merchant, cancel);
        return await dunnings.StepsAsync(account, limit: 1, cancel) is [var step]
            && await dunnings.FindAsync(account, today, cancel) is { } found ? OverdueReminder.Of(step, found.Case, today) : null;
    }

    /// <summary>The reminder with its fees and its payment link.</summary>
    public async Task<Reminder> WholeAsync(OverdueReminder reminder, CancellationToken cancel) => await WholeAsync(
        reminder,
        reminder.Step.Id.Level == 1 ? [reminder.Step] : await dunnings.StepsAsync(reminder.Step.Id.Account, MostSteps, cancel),
        makesLink: false, cancel);

    private async Task<Reminder> WholeAsync(
        OverdueReminder reminder, IReadOnlyList<DunningStep> steps, bool makesLink, CancellationToken cancel)
    {
        var (level, fees) = (reminder.Step.Id, new List<(bool IsFormer, Charge Fee)>());
        foreach (var step in steps.Where(one => one.Id.Cycle == level.Cycle && one.Id.Level <= level.Level).OrderBy(one => one.Id.Level))
        {
            if (step.Fee is { } charged && await receivables.ChargeAsync(charged, cancel) is { OpenMinor: > 0 } fee)
                fees.Add((step.Id.Level < level.Level, fee));
        }

        var whole = new Reminder(
            reminder, fees.Find(fee => !fee.IsFormer).Fee, [.. fees.Where(fee => fee.IsFormer).Select(fee => fee.Fee)], Link: null);
        return links is not var (desk, server) || await LinkAsync(desk, whole, makesLink, cancel) is not { } link ? whole
            : whole with { Link = (link, await desk.AddressAsync(server, link.Link, cancel)) };
    }

    private async Task<LinkView?> LinkAsync(LinkDesk desk, Reminder reminder, bool makesLink, CancellationToken cancel)
    {
        var (now, account) = (clock.GetUtcNow(), reminder.Of.Step.Id.Account);
        // One that opens once may have been opened in another browser.
        bool CanPay(LinkView one) =>
            one.StandingAt(now) == LinkStanding.Open && !one.IsUnderWay && one.Link.Opens == LinkOpening.Many;
        var open = (await desk.LatestAsync(account.Merchant, account, MostLinks, cancel)).Where(CanPay).ToList();
        if (open.Find(one => one.Due == reminder.Total && one.Link.EndsAt - now > LastsLong
            && (one.Charges.Count == 0 || HasAll(one, reminder.Charges))) is { } same)
        {
            return same;
        }

        if (makesLink && making is not null
            && await making.OfAsync(reminder.Of.Step, reminder.Charges, reminder.Total, cancel) is { } made
            && await desk.ViewAsync(made, cancel) is var view && CanPay(view))
        {
            return view;
        }

        // One for some of the bills, or for less, would leave the rest overdue; one for more takes what is not owed.
        var overdue = reminder.Of.Overdue;
        return open.Find(one => one.Due.Currency == overdue.Currency && one.Due.AmountMinor <= reminder.Total.AmountMinor
            && (one.Charges.Count == 0 ? one.Due.AmountMinor >= overdue.AmountMinor : HasAll(one, reminder.Of.Bills)));
    }

    private static bool HasAll(LinkView link, IEnumerable<Charge> charges) =>
        charges.All(asked => link.Charges.Any(charge => charge.Id == asked.Id));
}
