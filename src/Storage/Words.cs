using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Attempts;
using Quittance.Core.Bookings;
using Quittance.Core.Collecting;
using Quittance.Core.Disputes;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;
using Quittance.Core.Sessions;
using Quittance.Core.Webhooks;


namespace Quittance.Storage;

/// <summary>The words that stand in the database for our enums. They never change: old rows keep them.</summary>
internal static class Words
{
    public static string Of(LedgerKind kind) => kind switch
    {
        LedgerKind.Receivable => "receivable",
        LedgerKind.Credit => "credit",
        LedgerKind.Clearing => "clearing",
        LedgerKind.RefundsInTransit => "refunds_in_transit",
        LedgerKind.Bank => "bank",
        LedgerKind.Billed => "billed",
        LedgerKind.Fees => "fees",
        LedgerKind.WriteOff => "write_off",
    };

    public static string Of(EventType type) => type switch
    {
        EventType.AccountOpened => "account.opened",
        EventType.InstrumentRegistered => "instrument.registered",
        EventType.ChargeRaised => "charge.raised",
        EventType.DepositAsked => "deposit.asked",
        EventType.PaymentRecorded => "payment.recorded",
        EventType.PaymentAllocated => "payment.allocated",
        EventType.PaymentBegun => "payment.begun",
        EventType.PaymentCapturing => "payment.capturing",
        EventType.PaymentAuthorised => "payment.authorised",
        EventType.PaymentCaptured => "payment.captured",
        EventType.PaymentUnanswered => "payment.unanswered",
        EventType.PaymentCapturePending => "payment.capture_pending",
        EventType.PaymentDeclined => "payment.declined",
        EventType.PaymentFailed => "payment.failed",
        EventType.PaymentVoiding => "payment.voiding",
        EventType.PaymentReversed => "payment.reversed",
        EventType.PaymentReinstated => "payment.reinstated",
        EventType.DisputeLost => "dispute.lost",
        EventType.PaymentCancelled => "payment.cancelled",
        EventType.PaymentRefunding => "payment.refunding",
        EventType.PaymentRefunded => "payment.refunded",
        EventType.PaymentRefundFailed => "payment.refund_failed",
        EventType.RefundRecorded => "refund.recorded",
        EventType.RefundMade => "refund.made",
        EventType.RefundAsked => "refund.asked",
        EventType.RefundUnanswered => "refund.unanswered",
        EventType.RefundDone => "refund.done",
        EventType.RefundFailed => "refund.failed",
        EventType.SessionOpened => "session.opened",
        EventType.SessionSubmitted => "session.submitted",
        EventType.SessionUsed => "session.used",
        EventType.SessionExpired => "session.expired",
        EventType.BookingHeld => "booking.held",
        EventType.BookingConfirmed => "booking.confirmed",
        EventType.BookingReleased => "booking.released",
        EventType.BookingExpired => "booking.expired",
        EventType.AttemptAsked => "attempt.asked",
        EventType.AttemptUnanswered => "attempt.unanswered",
        EventType.AttemptApproved => "attempt.approved",
        EventType.AttemptDeclined => "attempt.declined",
        EventType.AttemptGivenUp => "attempt.given_up",
        EventType.SettlementBooked => "settlement.booked",
        EventType.SettlementIgnored => "settlement.ignored",
    };

    public static string Of(PaymentStatus status) => status switch
    {
        PaymentStatus.Pending => "pending",
        PaymentStatus.Captured => "captured",
        PaymentStatus.Unknown => "unknown",
        PaymentStatus.Authorised => "authorised",
        PaymentStatus.Settling => "settling",
        PaymentStatus.Declined => "declined",
        PaymentStatus.Failed => "failed",
        PaymentStatus.Cancelled => "cancelled",
    };

    public static string Of(Verb verb) => verb switch
    {
        Verb.Authorise => "authorise",
        Verb.Capture => "capture",
        Verb.Void => "void",
        Verb.Refund => "refund",
    };

    public static string Of(AttemptStatus status) => status switch
    {
        AttemptStatus.Open => "open",
        AttemptStatus.Unknown => "unknown",
        AttemptStatus.Pending => "pending",
        AttemptStatus.Approved => "approved",
        AttemptStatus.Declined => "declined",
    };

    public static string Of(DeclineReason reason) => reason switch
    {
        DeclineReason.Declined => "declined",
        DeclineReason.InsufficientFunds => "insufficient_funds",
        DeclineReason.Expired => "expired",
        DeclineReason.InstrumentInvalid => "instrument_invalid",
        DeclineReason.SecurityCodeWrong => "security_code_wrong",
        DeclineReason.NotConfirmed => "not_confirmed",
        DeclineReason.AuthorisationInvalid => "authorisation_invalid",
        DeclineReason.RequestRefused => "request_refused",
        DeclineReason.NeverArrived => "never_arrived",
    };

    public static string Of(NoticeOutcome outcome) => outcome switch
    {
        NoticeOutcome.Received => "received",
        NoticeOutcome.Taken => "taken",
        NoticeOutcome.NoNews => "no_news",
        NoticeOutcome.Early => "early",
        NoticeOutcome.Unmatched => "unmatched",
        NoticeOutcome.Contradicts => "contradicts",
        NoticeOutcome.Exceeds => "exceeds",
    };

    public static string Of(InstrumentStanding standing) => standing switch
    {
        InstrumentStanding.Saved => "saved",
        InstrumentStanding.Once => "once",
        InstrumentStanding.Current => "current",
        InstrumentStanding.Inactive => "inactive",
    };

    public static string Of(SessionScope scope) => scope switch
    {
        SessionScope.MemberAccount => "member_account",
        SessionScope.Ecom => "ecom",
    };

    public static string Of(RefundStatus status) => status switch
    {
        RefundStatus.Pending => "pending",
        RefundStatus.Done => "done",
        RefundStatus.Failed => "failed",
    };

    public static string Of(BookingStatus status) => status switch
    {
        BookingStatus.Held => "held",
        BookingStatus.Confirmed => "confirmed",
        BookingStatus.Released => "released",
        BookingStatus.Expired => "expired",
    };

    public static string Of(DeliveryFailure failure) => failure switch
    {
        DeliveryFailure.Unreachable => "unreachable",
        DeliveryFailure.PrivateAddress => "private_address",
        DeliveryFailure.Unencrypted => "unencrypted",
        DeliveryFailure.TimedOut => "timed_out",
        DeliveryFailure.Redirected => "redirected",
        DeliveryFailure.Refused => "refused",
        DeliveryFailure.Failed => "failed",
        DeliveryFailure.Unsayable => "unsayable",
    };

    public static string Of(SessionStatus status) => status switch
    {
        SessionStatus.Open => "open",
        SessionStatus.Used => "used",
        SessionStatus.Expired => "expired",
    };

    public static string Of(PaymentChoice choice) => choice switch
    {
        PaymentChoice.CreditCard => "credit_card",
        PaymentChoice.Sepa => "sepa",
        PaymentChoice.Bacs => "bacs",
        PaymentChoice.SwissDebit => "swiss_debit",
        PaymentChoice.SwissLsv => "swiss_lsv",
        PaymentChoice.BankTransfer => "bank_transfer",
        PaymentChoice.Cash => "cash",
    };

    public static string Of(Remainder remainder) => remainder switch
    {
        Remainder.Credit => "credit",
        Remainder.OldestDueFirst => "oldest_due_first",
    };

    public static string Of(DisputeKind kind) => kind switch
    {
        DisputeKind.Chargeback => "chargeback",
        DisputeKind.ReturnedDebit => "returned_debit",
    };

    public static string Of(DisputeStatus status) => status switch
    {
        DisputeStatus.Open => "open",
        DisputeStatus.Won => "won",
        DisputeStatus.Lost => "lost",
    };

    public static string Of(PaymentMethod method) => method switch
    {
        PaymentMethod.Unspecified => "unspecified",
        PaymentMethod.Cash => "cash",
        PaymentMethod.Check => "check",
        PaymentMethod.Voucher => "voucher",
        PaymentMethod.BankCard => "bank_card",
        PaymentMethod.TokenizedCard => "tokenized_card",
        PaymentMethod.BankAccountDebit => "bank_account_debit",
        PaymentMethod.BankAccountTransfer => "bank_account_transfer",
        PaymentMethod.DigitalWallet => "digital_wallet",
        PaymentMethod.Loyalty => "loyalty",
        PaymentMethod.Account => "account",
    };

    public static string Of(InstrumentKind kind) => kind switch
    {
        InstrumentKind.Card => "card",
        InstrumentKind.IbanAccount => "iban_account",
        InstrumentKind.UkAccount => "uk_account",
    };

    public static string Of(CardScheme scheme) => scheme switch
    {
        CardScheme.Unknown => "unknown",
        CardScheme.Visa => "visa",
        CardScheme.Mastercard => "mastercard",
        CardScheme.AmericanExpress => "american_express",
        CardScheme.Maestro => "maestro",
        CardScheme.Discover => "discover",
        CardScheme.Diners => "diners",
        CardScheme.Jcb => "jcb",
        CardScheme.UnionPay => "union_pay",
    };

    public static string Of(MandateScheme scheme) => scheme switch
    {
        MandateScheme.Sepa => "sepa",
        MandateScheme.Bacs => "bacs",
        MandateScheme.SwissLsv => "swiss_lsv",
        MandateScheme.SwissDebit => "swiss_debit",
    };

    public static string Of(MandateStatus status) => status switch
    {
        MandateStatus.Active => "active",
        MandateStatus.Cancelled => "cancelled",
        MandateStatus.Expired => "expired",
    };

    public static string Of(OperatorRole role) => role switch
    {
        OperatorRole.Viewer => "viewer",
        OperatorRole.Operator => "operator",
        OperatorRole.Admin => "admin",
    };

    public static string Of(CredentialKind kind) => kind switch
    {
        CredentialKind.Bearer => "bearer",
        CredentialKind.Midnight => "midnight",
        CredentialKind.Prc => "prc",
        CredentialKind.MisKey => "mis_key",
        CredentialKind.Customer => "customer",
        CredentialKind.ApiKey => "api_key",
        CredentialKind.Client => "client",
        CredentialKind.Issuer => "issuer",
    };

    public static string Of(Refusal refusal) => refusal switch
    {
        Refusal.Overloaded => "overloaded",
        Refusal.Unavailable => "unavailable",
        Refusal.KeyReused => "key_reused",
        Refusal.CorrelatorReused => "correlator_reused",
        Refusal.UnderWay => "under_way",
        Refusal.AccountUnknown => "account_unknown",
        Refusal.ReferenceTaken => "reference_taken",
        Refusal.SessionUnknown => "session_unknown",
        Refusal.SessionForeign => "session_foreign",
        Refusal.SessionChanged => "session_changed",
        Refusal.SessionUsed => "session_used",
        Refusal.SessionExpired => "session_expired",
        Refusal.SessionSubmitted => "session_submitted",
        Refusal.SessionOfOtherKind => "session_of_other_kind",
        Refusal.SessionAmountMismatch => "session_amount_mismatch",
        Refusal.ChoiceNotOffered => "choice_not_offered",
        Refusal.BookingUnknown => "booking_unknown",
        Refusal.BookingConfirmed => "booking_confirmed",
        Refusal.BookingExpired => "booking_expired",
        Refusal.SoldOut => "sold_out",
        Refusal.PaymentUnknown => "payment_unknown",
        Refusal.AttemptUnknown => "attempt_unknown",
        Refusal.AttemptSettled => "attempt_settled",
        Refusal.AttemptOvertaken => "attempt_overtaken",
        Refusal.AttemptNotDue => "attempt_not_due",
        Refusal.DisputeUnknown => "dispute_unknown",
        Refusal.SettlementUnknown => "settlement_unknown",
        Refusal.SettlementBooked => "settlement_booked",
        Refusal.SettlementMismatch => "settlement_mismatch",
        Refusal.SettlementExceedsReturned => "settlement_exceeds_returned",
        Refusal.PaymentNotCaptured => "payment_not_captured",
        Refusal.PaymentNotPending => "payment_not_pending",
        Refusal.PaymentDisputed => "payment_disputed",
        Refusal.ExceedsRefundable => "exceeds_refundable",
        Refusal.CurrencyMismatch => "currency_mismatch",
        Refusal.InstrumentUnknown => "instrument_unknown",
        Refusal.InstrumentKindMismatch => "instrument_kind_mismatch",
        Refusal.InstrumentNotOwn => "instrument_not_own",
        Refusal.ChargeUnknown => "charge_unknown",
        Refusal.ChargeNamedTwice => "charge_named_twice",
        Refusal.ChargeClaimed => "charge_claimed",
        Refusal.OrderUnknown => "order_unknown",
        Refusal.NothingDue => "nothing_due",
        Refusal.ExceedsDue => "exceeds_due",
        Refusal.PartsExceedPayment => "parts_exceed_payment",
        Refusal.ExceedsUnallocated => "exceeds_unallocated",
        Refusal.BalanceOutOfRange => "balance_out_of_range",
    };

    private static readonly Dictionary<string, PaymentStatus> Statuses = Enum.GetValues<PaymentStatus>().ToDictionary(Of);
    private static readonly Dictionary<string, PaymentMethod> Methods = Enum.GetValues<PaymentMethod>().ToDictionary(Of);
    private static readonly Dictionary<string, Verb> Verbs = Enum.GetValues<Verb>().ToDictionary(Of);
    private static readonly Dictionary<string, AttemptStatus> AttemptStatuses = Enum.GetValues<AttemptStatus>().ToDictionary(Of);
    private static readonly Dictionary<string, DeclineReason> Reasons = Enum.GetValues<DeclineReason>().ToDictionary(Of);
    private static readonly Dictionary<string, Remainder> Remainders = Enum.GetValues<Remainder>().ToDictionary(Of);
    private static readonly Dictionary<string, DisputeKind> DisputeKinds = Enum.GetValues<DisputeKind>().ToDictionary(Of);
    private static readonly Dictionary<string, DisputeStatus> DisputeStatuses = Enum.GetValues<DisputeStatus>().ToDictionary(Of);
    private static readonly Dictionary<string, EventType> EventTypes = Enum.GetValues<EventType>().ToDictionary(Of);

    private static readonly Dictionary<string, InstrumentKind> InstrumentKinds = Enum.GetValues<InstrumentKind>().ToDictionary(Of);
    private static readonly Dictionary<string, CardScheme> CardSchemes = Enum.GetValues<CardScheme>().ToDictionary(Of);
    private static readonly Dictionary<string, MandateScheme> MandateSchemes = Enum.GetValues<MandateScheme>().ToDictionary(Of);
    private static readonly Dictionary<string, MandateStatus> MandateStatuses = Enum.GetValues<MandateStatus>().ToDictionary(Of);
    private static readonly Dictionary<string, InstrumentStanding> Standings = Enum.GetValues<InstrumentStanding>().ToDictionary(Of);
    private static readonly Dictionary<string, SessionScope> Scopes = Enum.GetValues<SessionScope>().ToDictionary(Of);
    private static readonly Dictionary<string, RefundStatus> RefundStatuses = Enum.GetValues<RefundStatus>().ToDictionary(Of);
    private static readonly Dictionary<string, BookingStatus> BookingStatuses = Enum.GetValues<BookingStatus>().ToDictionary(Of);
    private static readonly Dictionary<string, SessionStatus> SessionStatuses = Enum.GetValues<SessionStatus>().ToDictionary(Of);
    private static readonly Dictionary<string, PaymentChoice> Choices = Enum.GetValues<PaymentChoice>().ToDictionary(Of);
    private static readonly Dictionary<string, OperatorRole> OperatorRoles = Enum.GetValues<OperatorRole>().ToDictionary(Of);
    private static readonly Dictionary<string, CredentialKind> CredentialKinds = Enum.GetValues<CredentialKind>().ToDictionary(Of);
    private static readonly Dictionary<string, DeliveryFailure> DeliveryFailures = Enum.GetValues<DeliveryFailure>().ToDictionary(Of);
    private static readonly Dictionary<string, NoticeOutcome> NoticeOutcomes = Enum.GetValues<NoticeOutcome>().ToDictionary(Of);
    private static readonly Dictionary<string, LedgerKind> Kinds = Enum.GetValues<LedgerKind>().ToDictionary(Of);

    private static readonly Dictionary<string, Refusal> Refusals = Enum.GetValues<Refusal>().ToDictionary(Of);

    public static Refusal ToRefusal(string word) => Refusals[word];

    public static PaymentStatus ToStatus(string word) => Statuses[word];

    public static PaymentMethod ToMethod(string word) => Methods[word];

    public static Verb ToVerb(string word) => Verbs[word];

    public static AttemptStatus ToAttemptStatus(string word) => AttemptStatuses[word];

    public static DeclineReason ToReason(string word) => Reasons[word];

    public static Remainder ToRemainder(string word) => Remainders[word];

    public static DisputeKind ToDisputeKind(string word) => DisputeKinds[word];

    public static DisputeStatus ToDisputeStatus(string word) => DisputeStatuses[word];

    public static EventType ToEventType(string word) => EventTypes[word];

    public static InstrumentKind ToInstrumentKind(string word) => InstrumentKinds[word];

    public static CardScheme ToCardScheme(string word) => CardSchemes[word];

    public static MandateScheme ToMandateScheme(string word) => MandateSchemes[word];

    public static MandateStatus ToMandateStatus(string word) => MandateStatuses[word];

    public static InstrumentStanding ToStanding(string word) => Standings[word];

    public static SessionScope ToScope(string word) => Scopes[word];

    public static RefundStatus ToRefundStatus(string word) => RefundStatuses[word];

    public static BookingStatus ToBookingStatus(string word) => BookingStatuses[word];

    public static SessionStatus ToSessionStatus(string word) => SessionStatuses[word];

    public static PaymentChoice ToChoice(string word) => Choices[word];

    public static OperatorRole ToOperatorRole(string word) => OperatorRoles[word];

    public static CredentialKind ToCredentialKind(string word) => CredentialKinds[word];

    public static DeliveryFailure ToDeliveryFailure(string word) => DeliveryFailures[word];

    public static NoticeOutcome ToNoticeOutcome(string word) => NoticeOutcomes[word];

    public static LedgerKind ToKind(string word) => Kinds[word];
}
