using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

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
    };

    public static string Of(PaymentStatus status) => status switch
    {
        PaymentStatus.Pending => "pending",
        PaymentStatus.Captured => "captured",
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

    public static string Of(CredentialKind kind) => kind switch
    {
        CredentialKind.Bearer => "bearer",
        CredentialKind.Midnight => "midnight",
        CredentialKind.Prc => "prc",
        CredentialKind.MisKey => "mis_key",
    };

    public static string Of(Refusal refusal) => refusal switch
    {
        Refusal.Overloaded => "overloaded",
        Refusal.Unavailable => "unavailable",
        Refusal.KeyReused => "key_reused",
        Refusal.CorrelatorReused => "correlator_reused",
        Refusal.AccountUnknown => "account_unknown",
        Refusal.ReferenceTaken => "reference_taken",
        Refusal.PaymentUnknown => "payment_unknown",
        Refusal.CurrencyMismatch => "currency_mismatch",
        Refusal.InstrumentUnknown => "instrument_unknown",
        Refusal.InstrumentKindMismatch => "instrument_kind_mismatch",
        Refusal.ChargeUnknown => "charge_unknown",
        Refusal.OrderUnknown => "order_unknown",
        Refusal.NothingDue => "nothing_due",
        Refusal.ExceedsDue => "exceeds_due",
        Refusal.PartsExceedPayment => "parts_exceed_payment",
        Refusal.ExceedsUnallocated => "exceeds_unallocated",
        Refusal.BalanceOutOfRange => "balance_out_of_range",
    };

    private static readonly Dictionary<string, PaymentStatus> Statuses = Enum.GetValues<PaymentStatus>().ToDictionary(Of);
    private static readonly Dictionary<string, PaymentMethod> Methods = Enum.GetValues<PaymentMethod>().ToDictionary(Of);
    private static readonly Dictionary<string, InstrumentKind> InstrumentKinds = Enum.GetValues<InstrumentKind>().ToDictionary(Of);
    private static readonly Dictionary<string, CardScheme> CardSchemes = Enum.GetValues<CardScheme>().ToDictionary(Of);
    private static readonly Dictionary<string, MandateScheme> MandateSchemes = Enum.GetValues<MandateScheme>().ToDictionary(Of);
    private static readonly Dictionary<string, MandateStatus> MandateStatuses = Enum.GetValues<MandateStatus>().ToDictionary(Of);
    private static readonly Dictionary<string, LedgerKind> Kinds = Enum.GetValues<LedgerKind>().ToDictionary(Of);

    private static readonly Dictionary<string, Refusal> Refusals = Enum.GetValues<Refusal>().ToDictionary(Of);

    public static Refusal ToRefusal(string word) => Refusals[word];

    public static PaymentStatus ToStatus(string word) => Statuses[word];

    public static PaymentMethod ToMethod(string word) => Methods[word];

    public static InstrumentKind ToInstrumentKind(string word) => InstrumentKinds[word];

    public static CardScheme ToCardScheme(string word) => CardSchemes[word];

    public static MandateScheme ToMandateScheme(string word) => MandateSchemes[word];

    public static MandateStatus ToMandateStatus(string word) => MandateStatuses[word];

    public static LedgerKind ToKind(string word) => Kinds[word];
}
