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
using static Quittance.Console.Languages.Texts;

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
    public static string NameOf(Account account) => Customer(account.Name, account.Number);

    /// <summary>The name of a customer; the number where no name is known.</summary>
    public static string Customer(string? name, long? number) => name is { Length: > 0 } ? name : Say($"Customer {number}");

    /// <summary>The name of a charge: the printed one, else its API's, else our number.</summary>
    public static string NameOf(Charge charge) => charge.Called;

    /// <summary>An instrument as far as it may be shown.</summary>
    public static string Of(Instrument instrument) => instrument.Vaulted is { } vaulted
        ? vaulted.Shown.Expiry is { } expiry
            ? Say($"{vaulted.Shown}, until {$"{expiry.Month:00}/{expiry.Year}"}") : $"{vaulted.Shown}"
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

    public static string Times(int count) => count == 1 ? Say("once") : Say($"{count} times");

    public static string TimesInARow(int count) => count == 1 ? Say("once") : Say($"{count} times in a row");

    public static string Of(OperatorRole role) => Say(Spelled(role));

    public static StatusWord Of(PaymentStatus status) => status switch
    {
        PaymentStatus.Pending => new(Say("Waiting"), Tone.Waiting),
        PaymentStatus.Captured => new(Say("Paid"), Tone.Good),
        PaymentStatus.Unknown => new(Say("Unknown"), Tone.Waiting),
        PaymentStatus.Authorised => new(Say("Reserved"), Tone.Waiting),
        PaymentStatus.Settling => new(Say("Waiting for the money"), Tone.Waiting),
        PaymentStatus.Declined => new(Say("Declined"), Tone.Bad),
        PaymentStatus.Failed => new(Say("Failed"), Tone.Bad),
        PaymentStatus.Cancelled => new(Say("Cancelled"), Tone.Quiet),
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
            return new(Say("Waiting for the bank"), Tone.Waiting);
        var goneMinor = payment.RefundedMinor + payment.ReversedMinor;
        if (payment.Status != PaymentStatus.Captured || goneMinor == 0)
            return Of(payment.Status);
        var isPart = goneMinor < (payment.Amount?.AmountMinor ?? 0);
        if (payment.ReversedMinor == 0)
            return new(isPart ? Say("Refunded in part") : Say("Refunded"), Tone.Quiet);
        var how = back switch
        {
            { Kind: DisputeKind.Chargeback, Status: DisputeStatus.Open } => Say("Disputed"),
            { Kind: DisputeKind.Chargeback } when isPart => Say($"Charged back in part {DayOf(back.At, desk)}"),
            { Kind: DisputeKind.Chargeback } => Say($"Charged back {DayOf(back.At, desk)}"),
            { Kind: DisputeKind.ReturnedDebit } when isPart => Say($"Returned in part {DayOf(back.At, desk)}"),
            { Kind: DisputeKind.ReturnedDebit } => Say($"Returned {DayOf(back.At, desk)}"),
            null when payment.Method == PaymentMethod.BankAccountDebit => isPart ? Say("Returned in part") : Say("Returned"),
            _ => isPart ? Say("Taken back in part") : Say("Taken back"),
        };
        return new(how, Tone.Bad);
    }

    private static bool IsOfABank(PaymentMethod method) => method is PaymentMethod.BankAccountDebit or PaymentMethod.BankAccountTransfer;

    /// <summary>A day within a few words: without its year while that is this year.</summary>
    private static string DayOf(DateTimeOffset at, CurrentOperator desk)
    {
        var local = desk.Local(at);
        return Dated(local, local.Year == desk.Now.Year ? "d MMM" : "d MMM yyyy");
    }

    /// <summary>What a payment is called in a title: its amount and its customer.</summary>
    public static string TitleOf(Payment payment, Account account) =>
        $"{(payment.Amount is { } amount ? AmountText.WithCode(amount) : Say($"Payment {payment.Number}"))} · {NameOf(account)}";

    public static string Of(PaymentMethod method) => method switch
    {
        PaymentMethod.Unspecified => Say("Unspecified"),
        PaymentMethod.Cash => Say("Cash"),
        PaymentMethod.Check => Say("Cheque"),
        PaymentMethod.Voucher => Say("Voucher"),
        PaymentMethod.BankCard => Say("Card"),
        PaymentMethod.TokenizedCard => Say("Card (token)"),
        PaymentMethod.BankAccountDebit => Say("Direct debit"),
        PaymentMethod.BankAccountTransfer => Say("Bank transfer"),
        PaymentMethod.DigitalWallet => Say("Wallet"),
        PaymentMethod.Loyalty => Say("Loyalty points"),
        PaymentMethod.Account => Say("Other account"),
    };

    public static string Of(Verb verb) => verb switch
    {
        Verb.Authorise => Say("reserve"),
        Verb.Capture => Say("take"),
        Verb.Void => Say("release"),
        Verb.Refund => Say("give back"),
    };

    /// <summary>A verb in the past: a provider <c>took</c> the money.</summary>
    public static string Past(Verb verb) => verb switch
    {
        Verb.Authorise => Say("reserved"),
        Verb.Capture => Say("took"),
        Verb.Void => Say("released"),
        Verb.Refund => Say("gave back"),
    };

    public static StatusWord Of(AttemptStatus status) => status switch
    {
        AttemptStatus.Open => new(Say("Being asked"), Tone.Waiting),
        AttemptStatus.Unknown => new(Say("No clear answer"), Tone.Waiting),
        AttemptStatus.Pending => new(Say("Decides later"), Tone.Waiting),
        AttemptStatus.Approved => new(Say("Done"), Tone.Good),
        AttemptStatus.Declined => new(Say("Not done"), Tone.Bad),
    };

    public static string Of(DeclineReason reason) => reason switch
    {
        DeclineReason.Declined => Say("No reason given"),
        DeclineReason.InsufficientFunds => Say("Not enough money"),
        DeclineReason.Expired => Say("Card expired"),
        DeclineReason.InstrumentInvalid => Say("Card or account not valid"),
        DeclineReason.SecurityCodeWrong => Say("Security code wrong"),
        DeclineReason.NotConfirmed => Say("Customer did not confirm"),
        DeclineReason.AuthorisationInvalid => Say("Reservation not valid any more"),
        DeclineReason.RequestRefused => Say("Provider refused the request"),
        DeclineReason.NeverArrived => Say("Never got through"),
    };

    /// <summary>A kind of act, within a sentence.</summary>
    public static string Of(ActKind kind) => Say(kind == ActKind.WriteOff ? "write-off" : Spelled(kind).ToLowerInvariant());

    public static StatusWord Of(RefundStatus status) => status switch
    {
        RefundStatus.Pending => new(Say("Not there yet"), Tone.Waiting),
        RefundStatus.Done => new(Say("Given back"), Tone.Good),
        RefundStatus.Failed => new(Say("Not given back"), Tone.Bad),
    };

    /// <summary>By what a search found a thing.</summary>
    public static string Of(FoundBy by) => by switch
    {
        FoundBy.Id => Say("id"),
        FoundBy.Number => Say("number"),
        FoundBy.Reference => Say("reference"),
        FoundBy.ProviderReference => Say("the provider's id"),
        FoundBy.Email => Say("e-mail address"),
        FoundBy.Name => Say("customer's name"),
        FoundBy.LastFour => Say("last four"),
        FoundBy.Amount => Say("amount"),
        FoundBy.Text => Say("bank's text"),
        FoundBy.Note => Say("note"),
    };

    public static string Of(MoneyReturn kind) => Say(Spelled(kind));

    public static string Of(DisputeKind kind) => Say(Spelled(kind));

    public static StatusWord Of(DisputeStatus status) => status switch
    {
        DisputeStatus.Open => new(Say("Open"), Tone.Waiting),
        DisputeStatus.Won => new(Say("Won"), Tone.Good),
        DisputeStatus.Lost => new(Say("Lost"), Tone.Bad),
    };

    public static string Of(MandateScheme scheme) => scheme switch
    {
        MandateScheme.Sepa => Say("SEPA"),
        MandateScheme.Bacs => Say("Bacs"),
        MandateScheme.SwissLsv => Say("LSV+"),
        MandateScheme.SwissDebit => Say("CH-DD"),
    };

    public static string Of(MandateStatus status) => status switch
    {
        MandateStatus.Active => Say("active"),
        MandateStatus.Cancelled => Say("ended"),
        MandateStatus.Expired => Say("expired"),
    };

    public static string Of(MandateSource source) => source switch
    {
        MandateSource.Widget => Say("in the widget"),
        MandateSource.Client => Say("through an API"),
        MandateSource.ProviderPage => Say("on the provider's page"),
        MandateSource.Paper => Say("on paper"),
        MandateSource.Import => Say("before the import"),
    };

    public static string Of(AutopaySource source) => source switch
    {
        AutopaySource.Widget => Say("in the widget"),
        AutopaySource.Link => Say("on the page of a payment link"),
        AutopaySource.Api => Say("through an API"),
        AutopaySource.Console => Say("in the console"),
        AutopaySource.CommandLine => Say("on the command line"),
        AutopaySource.Merge => Say("by the merge of two accounts"),
        AutopaySource.Replacement => Say("for the one that it replaced"),
    };

    public static string Of(InstrumentStanding standing) => standing switch
    {
        InstrumentStanding.Saved => Say("saved"),
        InstrumentStanding.Once => Say("for one payment"),
        InstrumentStanding.Current => Say("billed with"),
        InstrumentStanding.Inactive => Say("not used any more"),
        InstrumentStanding.Removed => Say("removed"),
    };

    public static StatusWord Of(BookingStatus status) => status switch
    {
        BookingStatus.Held => new(Say("held"), Tone.Waiting),
        BookingStatus.Confirmed => new(Say("confirmed"), Tone.Good),
        BookingStatus.Released => new(Say("given back"), Tone.Quiet),
        BookingStatus.Expired => new(Say("not paid in time"), Tone.Quiet),
    };

    public static string Of(ReceivableAge age) => age switch
    {
        ReceivableAge.NotDue => Say("Not due yet"),
        ReceivableAge.UpTo30 => Say("1 to 30 days"),
        ReceivableAge.UpTo60 => Say("31 to 60 days"),
        ReceivableAge.UpTo90 => Say("61 to 90 days"),
        ReceivableAge.Older => Say("More than 90 days"),
    };

    public static StatusWord Of(SettlementStatus status) => status switch
    {
        SettlementStatus.Open => new(Say("open"), Tone.Waiting),
        SettlementStatus.Booked => new(Say("booked"), Tone.Good),
        SettlementStatus.Ignored => new(Say("ignored"), Tone.Quiet),
        SettlementStatus.Undone => new(Say("undone"), Tone.Quiet),
    };

    public static string Of(SettlementUse use) => use switch
    {
        SettlementUse.Transfer => Say("a customer's bank transfer"),
        SettlementUse.Payout => Say("a provider's payout"),
        SettlementUse.Fee => Say("a fee"),
        SettlementUse.Reported => Say("a line of the provider's report"),
    };

    public static string Of(CredentialKind kind) => kind switch
    {
        CredentialKind.Bearer => Say("Bearer token"),
        CredentialKind.Midnight => Say("Midnight token"),
        CredentialKind.Prc => Say("PRC token"),
        CredentialKind.MisKey => Say("MISKEY"),
        CredentialKind.Customer => Say("Customer's session"),
        CredentialKind.ApiKey => Say("API key"),
        CredentialKind.Client => Say("OAuth client"),
        CredentialKind.Issuer => Say("Issuer"),
    };

    /// <summary>How many recovery codes a person has left.</summary>
    public static string OfCodesLeft(int left) => left switch
    {
        0 => Say("You have no recovery code left."),
        1 => Say("You have one recovery code left."),
        _ => Say($"You have {left} recovery codes left."),
    };

    /// <summary>How a receiver of webhooks stands: amber from its first failure on, and failing from when people are told of it.</summary>
    public static StatusWord StateOf(SubscriptionRow row) => row switch
    {
        { Subscription.HasEnded: true } => new(Say("ended"), Tone.Quiet),
        { Health.IsFailing: true } => new(Say("failing"), Tone.Bad),
        { Health.FailuresInARow: > 0 and var failures } => new(Say($"failed {Times(failures)}"), Tone.Waiting),
        _ => new(Say("live"), Tone.Good),
    };

    public static string Of(DeliveryState state) => Say(NameOf(state));

    /// <summary>The English name of a delivery's state, as addresses have it.</summary>
    public static string NameOf(DeliveryState state) => state == DeliveryState.Dead ? "Given up" : Spelled(state);

    /// <summary>The state of a delivery, as the begin of a sentence that ends with the receiver's address.</summary>
    public static string Of(StoryDelivery delivery) => delivery.State switch
    {
        DeliveryState.Delivered => Say("Delivered to"),
        DeliveryState.Dead => Say("Gave up on"),
        DeliveryState.Waiting when delivery.Failures == 0 => Say("Waits for delivery to"),
        DeliveryState.Waiting => Say($"Failed {Times(delivery.Failures)}, is tried again at"),
    };

    /// <summary>The reason why a delivery failed, as the end of a sentence.</summary>
    public static string Of(DeliveryFailure failure) => Say(DeliveryFailureText.Of(failure));

    public static string Of(NoticeOutcome outcome) => outcome switch
    {
        NoticeOutcome.Received => Say("waits to be processed"),
        NoticeOutcome.Taken => Say("booked"),
        NoticeOutcome.NoNews => Say("known before"),
        NoticeOutcome.Early => Say("came early"),
        NoticeOutcome.Unmatched => Say("about nothing of ours"),
        NoticeOutcome.Contradicts => Say("contradicts the books"),
        NoticeOutcome.Exceeds => Say("not booked: the disputes together are more than the payment"),
        NoticeOutcome.OnlyThere => Say("made at the provider: the books can't take it over"),
    };

    public static string Of(EventType type) => Say(Spelled(type));

    /// <summary>The name of a member: <c>PaymentCaptured</c> becomes <c>Payment captured</c>.</summary>
    public static string Spelled(Enum member, char between = ' ') =>
        string.Concat(member.ToString().Select(
            (letter, at) => at > 0 && char.IsUpper(letter) ? $"{between}{char.ToLowerInvariant(letter)}" : $"{letter}"));
}
