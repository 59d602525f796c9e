using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Mails;

/// <summary>The mails to a merchant's people: one to a person for all of a kind that happened within a window of time.</summary>
public static class OperatorMail
{
    /// <summary>From which failure in a row on a receiver of webhooks is told of. By then it has failed for minutes.</summary>
    public const int FailuresToTell = 4;

    // What commits last within a window may take so long.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Short = TimeSpan.FromMinutes(5);

    /// <summary>The kinds that customers get.</summary>
    public static IReadOnlyList<MailKind> KindsOfCustomers { get; } =
        [.. Enum.GetValues<MailKind>().Where(kind => !kind.IsForOperators())];

    /// <summary>Whether a kind is for the merchant's people.</summary>
    public static bool IsForOperators(this MailKind kind) => kind is MailKind.DisputeOpened or MailKind.ApprovalWaits
        or MailKind.CollectionFailed or MailKind.WebhookFails;

    /// <summary>The window of a moment. A mail to a person has it as its sequence.</summary>
    public static int WindowOf(MailKind kind, DateTimeOffset at) => (int)(at.ToUnixTimeSeconds() / (long)LengthOf(kind).TotalSeconds);

    /// <summary>When a window begins, and when it is over.</summary>
    public static (DateTimeOffset From, DateTimeOffset Until) TimesOf(MailKind kind, int window)
    {
        var from = DateTimeOffset.FromUnixTimeSeconds(window * (long)LengthOf(kind).TotalSeconds);
        return (from, from + LengthOf(kind));
    }

    /// <summary>
    /// When the mail of a moment's window is written: when nothing more can happen in it. What fails now is told of soon, and no second
    /// time on that day.
    /// </summary>
    public static DateTimeOffset DueOf(MailKind kind, DateTimeOffset at) =>
        kind == MailKind.WebhookFails ? at + Short : TimesOf(kind, WindowOf(kind, at)).Until + Margin;

    /// <summary>How long what happens is gathered. A run of collections takes its time.</summary>
    private static TimeSpan LengthOf(MailKind kind) => kind switch
    {
        MailKind.CollectionFailed => TimeSpan.FromHours(1),
        MailKind.WebhookFails => TimeSpan.FromDays(1),
        _ => Short,
    };

    /// <summary>The kind of mail to the merchant's people that an event asks for; null for none.</summary>
    /// <param name="state">The rows that the event's commit has read and changed.</param>
    public static MailKind? AskedBy(Event happened, State state) => happened.Type switch
    {
        // A returned debit is no dispute that a person can win.
        EventType.PaymentReversed => PaymentOf(happened, state)?.Method == PaymentMethod.BankAccountDebit
            ? MailKind.CollectionFailed : MailKind.DisputeOpened,
        // Who pays by a card of their own on a page sees it themselves.
        EventType.PaymentDeclined or EventType.PaymentFailed => PaymentOf(happened, state) is { Instrument: not null } asked
            && (asked.Method == PaymentMethod.BankAccountDebit || happened.Origin.Credential == 0) ? MailKind.CollectionFailed : null,
        EventType.ApprovalAsked => MailKind.ApprovalWaits,
        _ => null,
    };

    private static Payment? PaymentOf(Event happened, State state) =>
        state.Payment(new PaymentId(happened.Origin.Merchant, happened.Subject));
}

/// <summary>A person of the merchant's whom a mail is for.</summary>
public sealed record MailedPerson(string Email, string Name);

/// <summary>What a mail to the merchant's people lists.</summary>
/// <param name="Number">The number of the payment, of the request for an approval, or how many deliveries of webhooks wait.</param>
/// <param name="Name">The customer's name, or the host of a receiver of webhooks; null where it is not known.</param>
/// <param name="Amount">Null of what is no money.</param>
public sealed record OperatorItem(long Number, string? Name, Money? Amount);

/// <summary>Reads what mails to the merchant's people are about, as it is now.</summary>
public interface IOperatorNews
{
    /// <summary>The person whom a mail is for; null where they have left, or may not do anything about it any more.</summary>
    Task<MailedPerson?> PersonAsync(MerchantId merchant, Guid person, CancellationToken cancel);

    /// <summary>What happened within a time and still waits for somebody, the first first.</summary>
    /// <param name="person">Who is to do something about it: what waits for another person than this one is left out.</param>
    Task<IReadOnlyList<OperatorItem>> OfAsync(
        MailKind kind, MerchantId merchant, Guid person, DateTimeOffset from, DateTimeOffset until, int limit, CancellationToken cancel);
}
