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

    private static readonly Dictionary<string, PaymentStatus> Statuses = Enum.GetValues<PaymentStatus>().ToDictionary(Of);
    private static readonly Dictionary<string, PaymentMethod> Methods = Enum.GetValues<PaymentMethod>().ToDictionary(Of);
    private static readonly Dictionary<string, LedgerKind> Kinds = Enum.GetValues<LedgerKind>().ToDictionary(Of);

    public static PaymentStatus Status(string word) => Statuses[word];

    public static PaymentMethod Method(string word) => Methods[word];

    public static LedgerKind Kind(string word) => Kinds[word];
}
