using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Bookings;
using Quittance.Core.Collecting;
using Quittance.Core.Disputes;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;
using Quittance.Core.Settlements;
using Quittance.Core.Webhooks;
using Quittance.Storage.Console;
using Quittance.Storage.Tenancy;

namespace Quittance.Console.Parts;

/// <summary>How good or bad something is, as its colour shows. The words beside it say the same.</summary>
public enum Tone
{
    Quiet,
    Good,

    /// <summary>Undecided, or worth a look.</summary>
    Waiting,

    /// <summary>Failed, lost or overdue.</summary>
    Bad,
}

/// <summary>The console's words and colours for the states and kinds of things.</summary>
internal static class Words
{
    private static readonly Dictionary<string, string> Apis = new(StringComparer.Ordinal)
    {
        ["midnight"] = "Midnight",
        ["oracle-brm"] = "Oracle BRM",
        [Reference.House] = "Quittance",
        ["sport-alliance"] = "Sport Alliance",
        ["tmf676"] = "TMF676",
        ["train-travel"] = "Train Travel",
        ["widget"] = "Payment widget",
    };

    /// <summary>The database's words for all APIs, in the order of their names.</summary>
    public static IEnumerable<string> Dialects => Apis.OrderBy(api => api.Value, StringComparer.Ordinal).Select(api => api.Key);

    /// <summary>The name of an API.</summary>
    public static string Api(string dialect) => Apis.GetValueOrDefault(dialect, dialect);

    /// <summary>A reference with its kind: <c>order-number 4711</c> becomes <c>order number 4711</c>.</summary>
    public static string Of(Reference name) => $"{name.Kind.Replace('-', ' ')} {name.Value}";

    /// <summary>The name of a customer; the number where no name is known.</summary>
    public static string NameOf(Account account) => Customer(account.Name, account.Number);

    /// <summary>The name of a customer; the number where no name is known.</summary>
    public static string Customer(string? name, long? number) => name is { Length: > 0 } ? name : $"Customer {number}";

    /// <summary>The name of a charge: the printed one, else its API's, else our number.</summary>
    public static string NameOf(Charge charge) => charge.Document ?? charge.Reference ?? $"{charge.Number}";

    /// <summary>An instrument as far as it may be shown.</summary>
    public static string Of(Instrument instrument) => instrument.Vaulted is { } vaulted
        ? vaulted.Shown.Expiry is { } expiry ? $"{vaulted.Shown}, until {expiry.Month:00}/{expiry.Year}" : $"{vaulted.Shown}"
        : instrument.Name ?? instrument.Reference;

    /// <summary>A name at the beginning of a sentence.</summary>
    public static string Capitalised(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    public static string Times(int count) => count == 1 ? "once" : $"{count} times";

    public static string Of(OperatorRole role) => role switch
    {
        OperatorRole.Viewer => "Viewer",
        OperatorRole.Operator => "Operator",
        OperatorRole.Admin => "Admin",
    };

    public static string Of(PaymentStatus status) => status switch
    {
        PaymentStatus.Pending => "Waiting",
        PaymentStatus.Captured => "Paid",
        PaymentStatus.Unknown => "Unknown",
        PaymentStatus.Authorised => "Reserved",
        PaymentStatus.Settling => "Settling",
        PaymentStatus.Declined => "Declined",
        PaymentStatus.Failed => "Failed",
        PaymentStatus.Cancelled => "Cancelled",
    };

    public static Tone ToneOf(PaymentStatus status) => status switch
    {
        PaymentStatus.Captured => Tone.Good,
        PaymentStatus.Pending or PaymentStatus.Unknown or PaymentStatus.Authorised or PaymentStatus.Settling => Tone.Waiting,
        PaymentStatus.Declined or PaymentStatus.Failed => Tone.Bad,
        PaymentStatus.Cancelled => Tone.Quiet,
    };

    public static string Of(PaymentMethod method) => method switch
    {
        PaymentMethod.Unspecified => "Unspecified",
        PaymentMethod.Cash => "Cash",
        PaymentMethod.Check => "Cheque",
        PaymentMethod.Voucher => "Voucher",
        PaymentMethod.BankCard => "Card",
        PaymentMethod.TokenizedCard => "Card (token)",
        PaymentMethod.BankAccountDebit => "Direct debit",
        PaymentMethod.BankAccountTransfer => "Bank transfer",
        PaymentMethod.DigitalWallet => "Wallet",
        PaymentMethod.Loyalty => "Loyalty points",
        PaymentMethod.Account => "Other account",
    };

    public static string Of(Verb verb) => verb switch
    {
        Verb.Authorise => "reserve",
        Verb.Capture => "take",
        Verb.Void => "release",
        Verb.Refund => "give back",
    };

    /// <summary>A verb in the past: a provider <c>took</c> the money.</summary>
    public static string Past(Verb verb) => verb switch
    {
        Verb.Authorise => "reserved",
        Verb.Capture => "took",
        Verb.Void => "released",
        Verb.Refund => "gave back",
    };

    public static string Of(AttemptStatus status) => status switch
    {
        AttemptStatus.Open => "Being asked",
        AttemptStatus.Unknown => "No clear answer",
        AttemptStatus.Pending => "Decides later",
        AttemptStatus.Approved => "Done",
        AttemptStatus.Declined => "Not done",
    };

    public static Tone ToneOf(AttemptStatus status) => status switch
    {
        AttemptStatus.Approved => Tone.Good,
        AttemptStatus.Declined => Tone.Bad,
        AttemptStatus.Open or AttemptStatus.Unknown or AttemptStatus.Pending => Tone.Waiting,
    };

    public static string Of(DeclineReason reason) => reason switch
    {
        DeclineReason.Declined => "No reason given",
        DeclineReason.InsufficientFunds => "Not enough money",
        DeclineReason.Expired => "Card expired",
        DeclineReason.InstrumentInvalid => "Card or account not valid",
        DeclineReason.SecurityCodeWrong => "Security code wrong",
        DeclineReason.NotConfirmed => "Customer did not confirm",
        DeclineReason.AuthorisationInvalid => "Reservation not valid any more",
        DeclineReason.RequestRefused => "Provider refused the request",
        DeclineReason.NeverArrived => "Never reached the provider",
    };

    public static string Of(RefundStatus status) => status switch
    {
        RefundStatus.Pending => "On its way",
        RefundStatus.Done => "Given back",
        RefundStatus.Failed => "Not given back",
    };

    public static Tone ToneOf(RefundStatus status) => status switch
    {
        RefundStatus.Pending => Tone.Waiting,
        RefundStatus.Done => Tone.Good,
        RefundStatus.Failed => Tone.Bad,
    };

    public static string Of(MoneyReturn kind) => kind switch
    {
        MoneyReturn.Refunded => "Refunded",
        MoneyReturn.Disputed => "Disputed",
    };

    public static string Of(DisputeKind kind) => kind switch
    {
        DisputeKind.Chargeback => "Chargeback",
        DisputeKind.ReturnedDebit => "Returned debit",
    };

    public static string Of(DisputeStatus status) => status switch
    {
        DisputeStatus.Open => "Open",
        DisputeStatus.Won => "Won",
        DisputeStatus.Lost => "Lost",
    };

    public static Tone ToneOf(DisputeStatus status) => status switch
    {
        DisputeStatus.Open => Tone.Waiting,
        DisputeStatus.Won => Tone.Good,
        DisputeStatus.Lost => Tone.Bad,
    };

    public static string Of(MandateScheme scheme) => scheme switch
    {
        MandateScheme.Sepa => "SEPA",
        MandateScheme.Bacs => "Bacs",
        MandateScheme.SwissLsv => "LSV+",
        MandateScheme.SwissDebit => "CH-DD",
    };

    public static string Of(MandateStatus status) => status switch
    {
        MandateStatus.Active => "active",
        MandateStatus.Cancelled => "ended",
        MandateStatus.Expired => "expired",
    };

    public static string Of(InstrumentStanding standing) => standing switch
    {
        InstrumentStanding.Saved => "saved",
        InstrumentStanding.Once => "for one payment",
        InstrumentStanding.Current => "billed with",
        InstrumentStanding.Inactive => "not used any more",
    };

    public static string Of(BookingStatus status) => status switch
    {
        BookingStatus.Held => "held",
        BookingStatus.Confirmed => "confirmed",
        BookingStatus.Released => "given back",
        BookingStatus.Expired => "not paid in time",
    };

    public static Tone ToneOf(BookingStatus status) => status switch
    {
        BookingStatus.Held => Tone.Waiting,
        BookingStatus.Confirmed => Tone.Good,
        BookingStatus.Released or BookingStatus.Expired => Tone.Quiet,
    };

    public static string Of(ReceivableAge age) => age switch
    {
        ReceivableAge.NotDue => "Not due yet",
        ReceivableAge.UpTo30 => "1 to 30 days",
        ReceivableAge.UpTo60 => "31 to 60 days",
        ReceivableAge.UpTo90 => "61 to 90 days",
        ReceivableAge.Older => "More than 90 days",
    };

    public static string Of(SettlementStatus status) => status switch
    {
        SettlementStatus.Open => "open",
        SettlementStatus.Booked => "booked",
        SettlementStatus.Ignored => "ignored",
    };

    public static Tone ToneOf(SettlementStatus status) => status switch
    {
        SettlementStatus.Open => Tone.Waiting,
        SettlementStatus.Booked => Tone.Good,
        SettlementStatus.Ignored => Tone.Quiet,
    };

    public static string Of(SettlementUse use) => use switch
    {
        SettlementUse.Transfer => "a customer's bank transfer",
        SettlementUse.Payout => "a provider's payout",
        SettlementUse.Fee => "a fee",
        SettlementUse.Reported => "a line of the provider's report",
    };

    public static string Of(CredentialKind kind) => kind switch
    {
        CredentialKind.Bearer => "Bearer token",
        CredentialKind.Midnight => "Midnight token",
        CredentialKind.Prc => "PRC token",
        CredentialKind.MisKey => "MISKEY",
        CredentialKind.Customer => "Customer's session",
        CredentialKind.ApiKey => "API key",
        CredentialKind.Client => "OAuth client",
        CredentialKind.Issuer => "Issuer",
    };

    /// <summary>The reason why a credential did not change; null where it did.</summary>
    public static string? ProblemOf(CredentialOutcome outcome) => outcome switch
    {
        CredentialOutcome.Changed => null,
        CredentialOutcome.Unknown => "There is no such credential any more.",
        CredentialOutcome.Ended => "Nothing has changed: the credential has ended, or is a former secret that will end.",
        CredentialOutcome.WithoutSecret => "Nothing has changed: the credential has no secret.",
        CredentialOutcome.OneSecretOnly =>
            "Nothing has changed: an OAuth client has one secret at a time. Choose that the old one ends at once.",
        CredentialOutcome.Repeated =>
            "You sent this form before, and it is done. The page showed the secret once; if it is lost, make another.",
    };

    /// <summary>The reason why a person's access did not change; null where it did.</summary>
    public static string? ProblemOf(PersonOutcome outcome) => outcome switch
    {
        PersonOutcome.Changed => null,
        PersonOutcome.Unknown => "This person has no access any more.",
        PersonOutcome.Same => "Nothing has changed: it is so already.",
        PersonOutcome.Oneself => "Nothing has changed: you can't change your own access. Ask another admin.",
        PersonOutcome.LastAdmin =>
            "Nothing has changed: this is the last admin, and without one no one could let people in. Make someone else an admin first.",
        PersonOutcome.Repeated => "You sent this form before, and it is done.",
    };

    public static string Of(DeliveryState state) => state switch
    {
        DeliveryState.Waiting => "Waiting",
        DeliveryState.Delivered => "Told",
        DeliveryState.Dead => "Given up",
    };

    /// <summary>The state of a delivery, as the begin of a sentence that ends with the receiver's address.</summary>
    public static string Of(StoryDelivery delivery) => delivery.State switch
    {
        DeliveryState.Delivered => "Told",
        DeliveryState.Dead => "Given up:",
        DeliveryState.Waiting when delivery.Failures == 0 => "To be told:",
        DeliveryState.Waiting => $"Told again later (failed {Times(delivery.Failures)}):",
    };

    /// <summary>The reason why a delivery failed, as the end of a sentence.</summary>
    public static string Of(DeliveryFailure failure) => failure switch
    {
        DeliveryFailure.Unreachable => "no server answers there: the name, the connection or its encryption failed",
        DeliveryFailure.PrivateAddress => "the address is in a private network, which this server may not enter",
        DeliveryFailure.Unencrypted => "the address is not encrypted",
        DeliveryFailure.TimedOut => "there was no answer in time",
        DeliveryFailure.Redirected => "the answer is a redirect, which webhooks do not follow",
        DeliveryFailure.Refused => "the receiver refused it (HTTP 4xx)",
        DeliveryFailure.Failed => "the receiver failed (HTTP 5xx)",
        DeliveryFailure.Unsayable => "a fault of this server, which is in its log",
    };

    public static string Of(NoticeOutcome outcome) => outcome switch
    {
        NoticeOutcome.Received => "waits to be processed",
        NoticeOutcome.Taken => "booked",
        NoticeOutcome.NoNews => "known before",
        NoticeOutcome.Early => "came early",
        NoticeOutcome.Unmatched => "about nothing of ours",
        NoticeOutcome.Contradicts => "contradicts the books",
        NoticeOutcome.Exceeds => "not booked: the disputes together are more than the payment",
    };

    /// <summary>The name of an event: <c>PaymentCaptured</c> becomes <c>Payment captured</c>.</summary>
    public static string Of(EventType type) =>
        string.Concat(
            type.ToString().Select((letter, at) => at > 0 && char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{letter}"));
}
