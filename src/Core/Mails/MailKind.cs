using Quittance.Core.Attempts;
using Quittance.Core.Debits;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;
using Quittance.Core.Sessions;

namespace Quittance.Core.Mails;

/// <summary>What a mail to a customer, or to the merchant's people, is about.</summary>
public enum MailKind
{
    /// <summary>The money of a payment has come.</summary>
    Receipt,

    /// <summary>A payment link was made for the customer.</summary>
    PaymentLink,

    /// <summary>A debit of the customer's bank account is announced: the day, the amount, the mandate and the creditor.</summary>
    DebitNotice,

    /// <summary>The customer's bank has returned a debit, or has not paid one that was sent to it.</summary>
    ReturnedDebit,

    /// <summary>The customer has reached a level of dunning.</summary>
    Reminder,

    /// <summary>The customer has money back.</summary>
    Refund,

    /// <summary>The link to the customer's own page, which the customer or the merchant asked for.</summary>
    AccountLink,

    /// <summary>A month of the customer's account: what was charged and paid in it, and what is open.</summary>
    Statement,

    /// <summary>The card that pays the customer's bills by itself is good for no longer than the next month.</summary>
    CardExpires,

    /// <summary>The customer has given a mandate: its words, its reference, the creditor and the bank account.</summary>
    MandateGiven,

    /// <summary>To the merchant's people: a payer has taken money back by a dispute.</summary>
    DisputeOpened,

    /// <summary>To the merchant's people: an act above the limit waits for a second person.</summary>
    ApprovalWaits,

    /// <summary>To the merchant's people: a card was declined or a debit came back that no customer was there for.</summary>
    CollectionFailed,

    /// <summary>To the merchant's people: a receiver of webhooks has not taken what it is told for minutes.</summary>
    WebhookFails,
}

/// <summary>A mail that an event asks for, or time alone. Whether it is sent is the merchant's word.</summary>
/// <param name="Id">Its own id, by which mail servers know it again.</param>
/// <param name="Event">What happened, and to what; with the sequence 0 where nothing happened to it but that time went by.</param>
public sealed record MailCause(MailId Id, MailKind Kind, AccountId Account, EventId Event)
{
    /// <summary>The mail that tells a customer of a card that expires: one for a card.</summary>
    public static MailCause Of(Instrument card, DateTimeOffset now) => new(
        new MailId(card.Id.Merchant, Guid.CreateVersion7(now)), MailKind.CardExpires, card.Account,
        new EventId(card.Id.Merchant, card.Id.Value, Sequence: 0));

    // A paper that was signed before that was in another system, and is no news.
    private const int MostDaysOfPaper = 30;

    // Before the end of a month its statement is another one than afterwards.
    private const int Unfinished = 1_000_000;

    /// <summary>The mail with the statement of a month: one for an account and a month.</summary>
    /// <param name="month">Its first day.</param>
    /// <param name="today">The merchant's day.</param>
    public static MailCause Of(AccountId account, DateOnly month, DateOnly today, DateTimeOffset now) => new(
        new MailId(account.Merchant, Guid.CreateVersion7(now)), MailKind.Statement, account,
        new EventId(account.Merchant, account.Value, SequenceOf(month, today)));

    /// <summary>A month as the sequence of its mails, such as 202611, or 1202611 while it is not over.</summary>
    /// <param name="month">Its first day.</param>
    /// <param name="today">The merchant's day.</param>
    public static int SequenceOf(DateOnly month, DateOnly today) => (month.Year * 100) + month.Month
        + (today < month.AddMonths(1) ? Unfinished : 0);

    /// <summary>The first day of the month of a sequence.</summary>
    public static DateOnly MonthOf(int sequence) => new(sequence % Unfinished / 100, sequence % 100, 1);

    /// <summary>
    /// Whether a customer is told of a mandate: other systems have told of theirs, and so has a provider on its own page.
    /// </summary>
    private static bool IsNews(Mandate given, DateTimeOffset at) => given.Source == MandateSource.Widget
        || (given.Source == MandateSource.Paper && given.SignedOn.AddDays(MostDaysOfPaper) >= DateOnly.FromDateTime(at.UtcDateTime));

    /// <summary>
    /// Whether the customer's bank has refused a debit: one of a file that somebody has, or of a provider that does not say that it did not
    /// get that far. What our own bank or a provider refuses, such as a whole file, never came to the customer's bank.
    /// </summary>
    private static bool WasSentToBank(PaymentId payment, State state) => state.AttemptsOf(payment).Any(debit =>
        debit is
        {
            Verb: Verb.Capture, Status: AttemptStatus.Declined, Reason: not (DeclineReason.RequestRefused or DeclineReason.NeverArrived),
        } && (debit.Provider == ClearingProvider.Bank
            ? state.IsInFile(debit.Id)
            : debit is { IsJudged: false, Reason: not (DeclineReason.NotConfirmed or DeclineReason.AuthorisationInvalid) }));

    /// <summary>The mail that an event asks for; null for none.</summary>
    /// <param name="state">The rows that the event's commit has read and changed.</param>
    public static MailCause? Of(Event happened, State state)
    {
        var merchant = happened.Origin.Merchant;
        return happened.Type switch
        {
            _ when happened.BringsMoney => state.Payment(new PaymentId(merchant, happened.Subject)) is
            { Amount: not null, MovedFrom: null, MergedFrom: null } payment
                ? To(MailKind.Receipt, payment.Account) : null,
            // Who makes a link for themselves is there already.
            EventType.LinkMade when happened.Origin is { Credential: not 0 } or { Action: not null } => To(
                MailKind.PaymentLink, state.Link(new PaymentLinkId(merchant, happened.Subject))!.Account),
            EventType.PaymentDebitTaken => To(MailKind.DebitNotice, state.Payment(new PaymentId(merchant, happened.Subject))!.Account),
            EventType.PaymentReversed => state.Payment(new PaymentId(merchant, happened.Subject)) is
            { Method: PaymentMethod.BankAccountDebit } debit ? To(MailKind.ReturnedDebit, debit.Account) : null,
            EventType.PaymentFailed => state.Payment(new PaymentId(merchant, happened.Subject)) is
            { Method: PaymentMethod.BankAccountDebit } unpaid && WasSentToBank(unpaid.Id, state)
                ? To(MailKind.ReturnedDebit, unpaid.Account) : null,
            EventType.InstrumentRegistered => state.Instrument(new InstrumentId(merchant, happened.Subject)) is
            { Vaulted.Mandate: { } given } instrument && IsNews(given, happened.At) ? To(MailKind.MandateGiven, instrument.Account) : null,
            EventType.AccountDunned => To(MailKind.Reminder, new AccountId(merchant, happened.Subject)),
            // Payments that share a refund have one mail of the whole.
            EventType.RefundMade or EventType.RefundDone => state.Refund(new RefundId(merchant, happened.Subject)) is
            { Amount: not null, ShareOf: null } refund ? To(MailKind.Refund, refund.Account) : null,
            _ => null,
        };

        MailCause To(MailKind kind, AccountId account) => new(
            new MailId(merchant, Guid.CreateVersion7(happened.At)), kind, account,
            new EventId(merchant, happened.Subject, happened.Sequence));
    }
}
