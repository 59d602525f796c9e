using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Mails;

/// <summary>The mails to a merchant's people: one to a person for all of a kind that happened within a window of time.</summary>
public static class OperatorMail
{
    private const int WindowMinutes = 5;

    // What commits last within a window may take so long.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    /// <summary>The kinds that customers get.</summary>
    public static IReadOnlyList<MailKind> KindsOfCustomers { get; } =
        [.. Enum.GetValues<MailKind>().Where(kind => !kind.IsForOperators())];

    /// <summary>Whether a kind is for the merchant's people.</summary>
    public static bool IsForOperators(this MailKind kind) => kind is MailKind.DisputeOpened or MailKind.ApprovalWaits;

    /// <summary>The window of a moment. A mail to a person has it as its sequence.</summary>
    public static int WindowOf(DateTimeOffset at) => (int)(at.ToUnixTimeSeconds() / (WindowMinutes * 60));

    /// <summary>When a window begins, and when it is over.</summary>
    public static (DateTimeOffset From, DateTimeOffset Until) TimesOf(int window)
    {
        var from = DateTimeOffset.FromUnixTimeSeconds((long)window * WindowMinutes * 60);
        return (from, from.AddMinutes(WindowMinutes));
    }

    /// <summary>When the mail of a window is written: when nothing more can happen in it.</summary>
    public static DateTimeOffset DueOf(int window) => TimesOf(window).Until + Margin;

    /// <summary>The kind of mail to the merchant's people that an event asks for; null for none.</summary>
    /// <param name="state">The rows that the event's commit has read and changed.</param>
    public static MailKind? AskedBy(Event happened, State state) => happened.Type switch
    {
        // A returned debit is no dispute that a person can win.
        EventType.PaymentReversed => state.Payment(new PaymentId(happened.Origin.Merchant, happened.Subject)) is
        { Method: not PaymentMethod.BankAccountDebit } ? MailKind.DisputeOpened : null,
        EventType.ApprovalAsked => MailKind.ApprovalWaits,
        _ => null,
    };
}

/// <summary>A person of the merchant's whom a mail is for.</summary>
public sealed record MailedPerson(string Email, string Name);

/// <summary>What a mail to the merchant's people lists.</summary>
/// <param name="Number">The number of the disputed payment, or of the request for an approval.</param>
/// <param name="Customer">The customer's name; null where it is not known.</param>
public sealed record OperatorItem(long Number, string? Customer, Money Amount);

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
