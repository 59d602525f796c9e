using System.Globalization;
using Quittance.BackOffice.Webhooks;
using Quittance.Console.Access;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Approvals;
using Quittance.Core.Attempts;
using Quittance.Core.Bookings;
using Quittance.Core.Disputes;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;
using Quittance.Core.Searching;
using Quittance.Core.Settlements;
using Quittance.Core.Webhooks;
using Quittance.Storage.Console;

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

/// <summary>The word, or the message, for a status.</summary>
public readonly record struct StatusWord(string Text, Tone Tone = Tone.Good)
{
    public static implicit operator string(StatusWord word) => word.Text;

    public override string ToString() => Text;
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
    public static string NameOf(Account account) => account.Called;

    /// <summary>The name of a customer; the number where no name is known.</summary>
    public static string Customer(string? name, long? number) => name is { Length: > 0 } ? name : $"Customer {number}";

    /// <summary>The name of a charge: the printed one, else its API's, else our number.</summary>
    public static string NameOf(Charge charge) => charge.Called;

    /// <summary>An instrument as far as it may be shown.</summary>
    public static string Of(Instrument instrument) => instrument.Vaulted is { } vaulted
        ? vaulted.Shown.Expiry is { } expiry ? $"{vaulted.Shown}, until {expiry.Month:00}/{expiry.Year}" : $"{vaulted.Shown}"
        : instrument.Called;

    /// <summary>A name at the beginning of a sentence.</summary>
    public static string Capitalised(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>A provider as it writes its own name.</summary>
    public static string Provider(string name) => name switch
    {
        "stripe" => "Stripe",
        "gocardless" => "GoCardless",
        _ => name,
    };

    public static string Times(int count) => count == 1 ? "once" : $"{count} times";

    public static string TimesInARow(int count) => count == 1 ? "once" : $"{count} times in a row";

    public static string Of(OperatorRole role) => Spelled(role);

    public static StatusWord Of(PaymentStatus status) => status switch
    {
        PaymentStatus.Pending => new("Waiting", Tone.Waiting),
        PaymentStatus.Captured => new("Paid", Tone.Good),
        PaymentStatus.Unknown => new("Unknown", Tone.Waiting),
        PaymentStatus.Authorised => new("Reserved", Tone.Waiting),
        PaymentStatus.Settling => new("Waiting for the money", Tone.Waiting),
        PaymentStatus.Declined => new("Declined", Tone.Bad),
        PaymentStatus.Failed => new("Failed", Tone.Bad),
        PaymentStatus.Cancelled => new("Cancelled", Tone.Quiet),
    };

    /// <summary>How a payment stands for people: paid, or how its money went back since.</summary>
    /// <param name="back">Its last return; null for none.</param>
    /// <param name="desk">Knows the merchant's days.</param>
    public static StatusWord Of(Payment payment, LastReturn? back, CurrentOperator desk) =>
        StandingOf((payment.Status, payment.Method, payment.Amount, payment.RefundedMinor, payment.ReversedMinor), back, desk);

    /// <inheritdoc cref="Of(Payment, LastReturn?, CurrentOperator)"/>
    public static StatusWord Of(ListedPayment payment, CurrentOperator desk) => StandingOf(
        (payment.Status, payment.Method, payment.Amount, payment.RefundedMinor, payment.ReversedMinor), payment.LastReturn, desk);

    private static StatusWord StandingOf(
        (PaymentStatus Status, PaymentMethod Method, Money? Amount, long RefundedMinor, long ReversedMinor) payment, LastReturn? back,
        CurrentOperator desk)
    {
        if (payment.Status == PaymentStatus.Settling && IsOfABank(payment.Method))
            return new("Waiting for the bank", Tone.Waiting);
        var goneMinor = payment.RefundedMinor + payment.ReversedMinor;
        if (payment.Status != PaymentStatus.Captured || goneMinor == 0)
            return Of(payment.Status);
        var part = goneMinor < (payment.Amount?.AmountMinor ?? 0) ? " in part" : "";
        if (payment.ReversedMinor == 0)
            return new($"Refunded{part}", Tone.Quiet);
        var how = back switch
        {
            { Kind: DisputeKind.Chargeback, Status: DisputeStatus.Open } => "Disputed",
            { Kind: DisputeKind.Chargeback } => $"Charged back{part} {DayOf(back.At, desk)}",
            { Kind: DisputeKind.ReturnedDebit } => $"Returned{part} {DayOf(back.At, desk)}",
            null when payment.Method == PaymentMethod.BankAccountDebit => $"Returned{part}",
            _ => $"Taken back{part}",
        };
        return new(how, Tone.Bad);
    }

    private static bool IsOfABank(PaymentMethod method) => method is PaymentMethod.BankAccountDebit or PaymentMethod.BankAccountTransfer;

    /// <summary>A day within a few words: without its year while that is this year.</summary>
    private static string DayOf(DateTimeOffset at, CurrentOperator desk)
    {
        var local = desk.Local(at);
        return local.ToString(local.Year == desk.Now.Year ? "d MMM" : "d MMM yyyy", CultureInfo.InvariantCulture);
    }

    /// <summary>What a payment is called in a title: its amount and its customer.</summary>
    public static string TitleOf(Payment payment, Account account) =>
        $"{(payment.Amount is { } amount ? AmountText.WithCode(amount) : $"Payment {payment.Number}")} · {NameOf(account)}";

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

    public static StatusWord Of(AttemptStatus status) => status switch
    {
        AttemptStatus.Open => new("Being asked", Tone.Waiting),
        AttemptStatus.Unknown => new("No clear answer", Tone.Waiting),
        AttemptStatus.Pending => new("Decides later", Tone.Waiting),
        AttemptStatus.Approved => new("Done", Tone.Good),
        AttemptStatus.Declined => new("Not done", Tone.Bad),
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

    /// <summary>A kind of act, within a sentence.</summary>
    public static string Of(ActKind kind) => kind == ActKind.WriteOff ? "write-off" : Spelled(kind).ToLowerInvariant();

    public static StatusWord Of(RefundStatus status) => status switch
    {
        RefundStatus.Pending => new("On its way", Tone.Waiting),
        RefundStatus.Done => new("Given back", Tone.Good),
        RefundStatus.Failed => new("Not given back", Tone.Bad),
    };

    /// <summary>By what a search found a thing.</summary>
    public static string Of(FoundBy by) => by switch
    {
        FoundBy.Id => "id",
        FoundBy.Number => "number",
        FoundBy.Reference => "reference",
        FoundBy.ProviderReference => "the provider's id",
        FoundBy.Email => "e-mail address",
        FoundBy.Name => "customer's name",
        FoundBy.LastFour => "last four",
        FoundBy.Amount => "amount",
        FoundBy.Text => "bank's text",
        FoundBy.Note => "note",
    };

    public static string Of(MoneyReturn kind) => Spelled(kind);

    public static string Of(DisputeKind kind) => Spelled(kind);

    public static StatusWord Of(DisputeStatus status) => status switch
    {
        DisputeStatus.Open => new("Open", Tone.Waiting),
        DisputeStatus.Won => new("Won", Tone.Good),
        DisputeStatus.Lost => new("Lost", Tone.Bad),
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

    public static string Of(MandateSource source) => source switch
    {
        MandateSource.Widget => "in the widget",
        MandateSource.Client => "through an API",
        MandateSource.ProviderPage => "on the provider's page",
        MandateSource.Paper => "on paper",
        MandateSource.Import => "before the import",
    };

    public static string Of(AutopaySource source) => source switch
    {
        AutopaySource.Widget => "in the widget",
        AutopaySource.Link => "on the page of a payment link",
        AutopaySource.Api => "through an API",
        AutopaySource.Console => "in the console",
        AutopaySource.CommandLine => "on the command line",
        AutopaySource.Merge => "by the merge of two accounts",
        AutopaySource.Replacement => "for the one that it replaced",
    };

    public static string Of(InstrumentStanding standing) => standing switch
    {
        InstrumentStanding.Saved => "saved",
        InstrumentStanding.Once => "for one payment",
        InstrumentStanding.Current => "billed with",
        InstrumentStanding.Inactive => "not used any more",
        InstrumentStanding.Removed => "removed",
    };

    public static StatusWord Of(BookingStatus status) => status switch
    {
        BookingStatus.Held => new("held", Tone.Waiting),
        BookingStatus.Confirmed => new("confirmed", Tone.Good),
        BookingStatus.Released => new("given back", Tone.Quiet),
        BookingStatus.Expired => new("not paid in time", Tone.Quiet),
    };

    public static string Of(ReceivableAge age) => age switch
    {
        ReceivableAge.NotDue => "Not due yet",
        ReceivableAge.UpTo30 => "1 to 30 days",
        ReceivableAge.UpTo60 => "31 to 60 days",
        ReceivableAge.UpTo90 => "61 to 90 days",
        ReceivableAge.Older => "More than 90 days",
    };

    public static StatusWord Of(SettlementStatus status) => status switch
    {
        SettlementStatus.Open => new("open", Tone.Waiting),
        SettlementStatus.Booked => new("booked", Tone.Good),
        SettlementStatus.Ignored => new("ignored", Tone.Quiet),
        SettlementStatus.Undone => new("undone", Tone.Quiet),
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

    /// <summary>How many recovery codes a person has left.</summary>
    public static string OfCodesLeft(int left) => left switch
    {
        0 => "You have no recovery code left.",
        1 => "You have one recovery code left.",
        _ => $"You have {left} recovery codes left.",
    };

    /// <summary>How a receiver of webhooks stands: amber from its first failure on, and failing from when people are told of it.</summary>
    public static StatusWord StateOf(SubscriptionRow row) => row switch
    {
        { Subscription.HasEnded: true } => new("ended", Tone.Quiet),
        { Health.IsFailing: true } => new("failing", Tone.Bad),
        { Health.FailuresInARow: > 0 and var failures } => new($"failed {Times(failures)}", Tone.Waiting),
        _ => new("live", Tone.Good),
    };

    public static string Of(DeliveryState state) => state == DeliveryState.Dead ? "Given up" : Spelled(state);

    /// <summary>The state of a delivery, as the begin of a sentence that ends with the receiver's address.</summary>
    public static string Of(StoryDelivery delivery) => delivery.State switch
    {
        DeliveryState.Delivered => "Delivered to",
        DeliveryState.Dead => "Gave up on",
        DeliveryState.Waiting when delivery.Failures == 0 => "Waits for delivery to",
        DeliveryState.Waiting => $"Failed {Times(delivery.Failures)}, is tried again at",
    };

    /// <summary>The reason why a delivery failed, as the end of a sentence.</summary>
    public static string Of(DeliveryFailure failure) => DeliveryFailureText.Of(failure);

    public static string Of(NoticeOutcome outcome) => outcome switch
    {
        NoticeOutcome.Received => "waits to be processed",
        NoticeOutcome.Taken => "booked",
        NoticeOutcome.NoNews => "known before",
        NoticeOutcome.Early => "came early",
        NoticeOutcome.Unmatched => "about nothing of ours",
        NoticeOutcome.Contradicts => "contradicts the books",
        NoticeOutcome.Exceeds => "not booked: the disputes together are more than the payment",
        NoticeOutcome.OnlyThere => "made at the provider: the books can't take it over",
    };

    public static string Of(EventType type) => Spelled(type);

    /// <summary>The name of a member: <c>PaymentCaptured</c> becomes <c>Payment captured</c>.</summary>
    public static string Spelled(Enum member, char between = ' ') =>
        string.Concat(member.ToString().Select(
            (letter, at) => at > 0 && char.IsUpper(letter) ? $"{between}{char.ToLowerInvariant(letter)}" : $"{letter}"));
}
