using System.Runtime.CompilerServices;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Books;
using Quittance.Core.Mails;
using Quittance.Core.Overdue;
using Quittance.Papers.Mails;

namespace Quittance.Papers.Letters;

/// <summary>What a run of letters has, and whom it leaves out.</summary>
/// <param name="Count">How many letters there are.</param>
/// <param name="WithoutAddress">The customers who should get one, and whose name or postal address is not known.</param>
/// <param name="Unprintable">
/// The customers who should get one, and whose name or postal address has letters that are printed as question marks: no post finds them.
/// </param>
/// <param name="Outdated">How many customers have paid, are paused or owe only what is disputed, so that there is nothing to write.</param>
public sealed record LetterRun(int Count, IReadOnlyList<Account> WithoutAddress, IReadOnlyList<Account> Unprintable, int Outdated)
{
    /// <summary>The most letters of a file: those of more customers are printed by fewer days at once.</summary>
    public const int Most = 5_000;

    public bool IsTooLong => Count > Most;
}

/// <summary>Why there is no letter for a customer.</summary>
public enum LetterLack
{
    /// <summary>The customer stands at no level, has paid, is paused, or owes only what is disputed or being paid.</summary>
    NothingToSay,

    /// <summary>The customer's name or postal address is not known.</summary>
    NoAddress,

    /// <summary>The customer's name or postal address has letters that are printed as question marks.</summary>
    Unprintable,
}

/// <summary>
/// Writes reminders as letters, from the books as they are, in the customer's language where it is one of ours, else in the merchant's.
/// </summary>
public sealed class LetterDesk(
    ReminderDesk reminders, IDunnings dunnings, IReceivables receivables, PaperDesk papers, IMailSentences sentences, TimeProvider clock)
{
    private const int AtOnce = 200;

    /// <summary>What the letters to customers who stand at a level would be, without drawing them.</summary>
    public async Task<LetterRun> CountAsync(DunnedQuery query, CancellationToken cancel)
    {
        var (count, outdated) = (0, 0);
        List<Account> without = [], unprintable = [];
        await foreach (var (reminder, customer) in EachAsync(query, cancel))
        {
            switch (reminder is null ? LetterLack.NothingToSay : LackOf(customer))
            {
                case null:
                    count++;
                    break;
                case LetterLack.NothingToSay:
                    outdated++;
                    break;
                case LetterLack.NoAddress:
                    without.Add(customer.Account);
                    break;
                case LetterLack.Unprintable:
                    unprintable.Add(customer.Account);
                    break;
            }
        }

        return new LetterRun(count, without, unprintable, outdated);
    }

    /// <summary>Draws the letters into one file, each on pages of its own; null where there is none, or where they are too many.</summary>
    public async Task<(Paper? Paper, LetterRun Run)> RunAsync(DunnedQuery query, PaperIssuer issuer, CancellationToken cancel)
    {
        var run = await CountAsync(query, cancel);
        if (run.Count == 0 || run.IsTooLong)
            return (null, run);
        var today = TodayOf(issuer);
        using var file = new LetterFile(await papers.SenderAsync(query.Merchant, issuer, cancel), today, issuer);
        await foreach (var (reminder, customer) in EachAsync(query, cancel))
        {
            if (reminder is not null && LackOf(customer) is null && file.Count < LetterRun.Most)
                await AddAsync(file, reminder, customer, issuer, cancel);
        }

        return file.Count == 0 ? (null, run) : (file.End($"reminders-{today:yyyy-MM-dd}.pdf"), run with { Count = file.Count });
    }

    /// <summary>The letter to one customer, about the level at which the customer stands.</summary>
    public async Task<(Paper? Paper, LetterLack? Lack)> OfAsync(NamedAccount customer, PaperIssuer issuer, CancellationToken cancel)
    {
        var account = customer.Account.Id;
        if (await reminders.OfAccountAsync(account, cancel) is not { } reminder)
            return (null, LetterLack.NothingToSay);
        if (LackOf(customer) is { } lack)
            return (null, lack);
        var today = TodayOf(issuer);
        using var file = new LetterFile(await papers.SenderAsync(account.Merchant, issuer, cancel), today, issuer);
        await AddAsync(file, reminder, customer, issuer, cancel);
        return (file.End($"reminder-{customer.Account.Number}-{today:yyyy-MM-dd}.pdf"), null);
    }

    /// <summary>Why no letter reaches a customer; null where one does.</summary>
    public static LetterLack? LackOf(NamedAccount customer) =>
        customer is not { Account.Name: { Length: > 0 } name, Contact.Address: { } address } ? LetterLack.NoAddress
        : LetterSender.LinesOf(address, from: null).Append(name).All(PaperFonts.HasAllOf) ? null : LetterLack.Unprintable;

    /// <summary>Each customer who is asked for, with what there is to write; null for nothing any more.</summary>
    private async IAsyncEnumerable<(OverdueReminder? Reminder, NamedAccount Customer)> EachAsync(
        DunnedQuery query, [EnumeratorCancellation] CancellationToken cancel)
    {
        var today = await reminders.TodayAsync(query.Merchant, cancel);
        for (var after = Guid.Empty; ;)
        {
            var some = await dunnings.DunnedAsync(query, today, after, AtOnce, cancel);
            var customers = await receivables.AccountsAsync(
                query.Merchant, [.. some.Select(one => one.Candidate.Account.Id.Value)], Reference.House, cancel);
            foreach (var (step, candidate) in some)
                yield return (OverdueReminder.Of(step, candidate.Case, today), customers[candidate.Account.Id.Value]);
            if (some.Count < AtOnce)
                yield break;
            after = some[^1].Candidate.Account.Id.Value;
        }
    }

    private async Task AddAsync(
        LetterFile file, OverdueReminder overdue, NamedAccount customer, PaperIssuer issuer, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var reminder = await reminders.WholeAsync(overdue, cancel);
        var texts = CustomerTexts.Choose(MailDesk.All, customer.Contact.Language, issuer.Locale);
        var draft = new MailDraft(
            texts, issuer, customer.Account.Name,
            await sentences.FindAsync(customer.Account.Id.Merchant, MailKind.Reminder, texts.Tag, cancel));
        file.Add(reminder, customer, draft, UntilOf(overdue.NextOn, file.Day));
    }

    /// <summary>The last day to pay: the one before the next level comes, where it leaves a week at least and two at most.</summary>
    private static DateOnly UntilOf(DateOnly? next, DateOnly day)
    {
        const int Least = 7;
        const int Most = 14;
        var last = next?.AddDays(-1) ?? day.AddDays(Most);
        return last < day.AddDays(Least) ? day.AddDays(Least) : last > day.AddDays(Most) ? day.AddDays(Most) : last;
    }

    private DateOnly TodayOf(PaperIssuer issuer) =>
        issuer.Zone.DayOf(clock.GetUtcNow());
}
