using Quittance.Core.Accounts;

namespace Quittance.Core.Ledger;

/// <summary>The chart of accounts: the only place that builds the name of a ledger account.</summary>
public static class Chart
{
    /// <summary>Begins the purpose of clearing that is on the way from a provider to the bank.</summary>
    public const string OnTheWayPrefix = "payout:";

    /// <summary>The customer's debts in this currency.</summary>
    public static LedgerAccount Receivable(Account account, Currency currency) =>
        new(account.Id.Merchant, account.Slot, LedgerKind.Receivable, account.Id.Value, "", currency);

    /// <summary>The customer's credit for a purpose.</summary>
    public static LedgerAccount Credit(Account account, string purpose, Currency currency) =>
        new(account.Id.Merchant, account.Slot, LedgerKind.Credit, account.Id.Value, purpose, currency);

    /// <summary>Money that a provider holds for the merchant, in the slot of the account that paid.</summary>
    public static LedgerAccount Clearing(Account account, string provider, Currency currency) =>
        Clearing(account.Id.Merchant, account.Slot, provider, currency);

    /// <summary>Money that a provider holds for the merchant, in a slot.</summary>
    public static LedgerAccount Clearing(MerchantId merchant, int slot, string provider, Currency currency) =>
        new(merchant, slot, LedgerKind.Clearing, Guid.Empty, provider, currency);

    /// <summary>Money on the way from a provider to the bank, in a slot: the provider's report has it.</summary>
    public static LedgerAccount OnTheWay(MerchantId merchant, int slot, string provider, Currency currency) =>
        Clearing(merchant, slot, OnTheWayPrefix + provider, currency);

    /// <summary>Money on one bank account, in a slot.</summary>
    public static LedgerAccount Bank(MerchantId merchant, int slot, string bankAccount, Currency currency) =>
        new(merchant, slot, LedgerKind.Bank, Guid.Empty, bankAccount, currency);

    /// <summary>The counter account of charges, in the slot of the account that owes.</summary>
    public static LedgerAccount Billed(Account account, Currency currency) =>
        new(account.Id.Merchant, account.Slot, LedgerKind.Billed, Guid.Empty, "", currency);

    /// <summary>Fees of providers, in the slot of the account that paid.</summary>
    public static LedgerAccount Fees(Account account, Currency currency) =>
        Fees(account.Id.Merchant, account.Slot, currency);

    /// <summary>Fees of banks and providers, in a slot.</summary>
    public static LedgerAccount Fees(MerchantId merchant, int slot, Currency currency) =>
        new(merchant, slot, LedgerKind.Fees, Guid.Empty, "", currency);

    /// <summary>Refunds that the payer does not have yet, in the slot of the account that paid.</summary>
    public static LedgerAccount RefundsInTransit(Account account, Currency currency) =>
        new(account.Id.Merchant, account.Slot, LedgerKind.RefundsInTransit, Guid.Empty, "", currency);

    /// <summary>Money given up, in the slot of the account it is about.</summary>
    public static LedgerAccount WriteOff(Account account, Currency currency) =>
        new(account.Id.Merchant, account.Slot, LedgerKind.WriteOff, Guid.Empty, "", currency);

    /// <summary>The account of money that did not come of payments by transfer, in a slot.</summary>
    public static LedgerAccount Shortfall(MerchantId merchant, int slot, ShortfallKind kind, Currency currency) => kind switch
    {
        ShortfallKind.Fee => Fees(merchant, slot, currency),
        ShortfallKind.Rounding => new(merchant, slot, LedgerKind.WriteOff, Guid.Empty, "rounding", currency),
        ShortfallKind.Discount => new(merchant, slot, LedgerKind.WriteOff, Guid.Empty, "discount", currency),
    };

    /// <summary>Whether a balance of this kind is usually a debit (assets, expenses) rather than a credit (liabilities, income).</summary>
    public static bool IsDebitNormal(LedgerKind kind) => kind switch
    {
        LedgerKind.Receivable or LedgerKind.Clearing or LedgerKind.Bank or LedgerKind.Fees or LedgerKind.WriteOff => true,
        LedgerKind.Credit or LedgerKind.RefundsInTransit or LedgerKind.Billed => false,
    };
}

/// <summary>The holders of paid money until it is at the bank: these, and the providers by their names.</summary>
public static class ClearingProvider
{
    /// <summary>The house itself: the drawer with cash, cheques and vouchers.</summary>
    public const string Cash = "cash";

    /// <summary>The house's own bank account, on which customers' transfers arrive.</summary>
    public const string BankTransfer = "bank-transfer";

    /// <summary>A gateway of the client's, which charges customers without us.</summary>
    public const string Gateway = "gateway";

    /// <summary>The house's bank, which collects direct debits by files.</summary>
    public const string Bank = "bank";

    /// <summary>The parts of a line of the bank that an operator splits, until each is booked for what it is.</summary>
    public const string Split = "split";

    /// <summary>Whether no program answers for this holder: an operator or a line of a statement confirms that its money moved.</summary>
    public static bool IsConfirmedByPeople(string holder) => holder is Cash or BankTransfer or Gateway or Bank;
}

/// <summary>The purposes of a customer's credit.</summary>
public static class CreditPurpose
{
    /// <summary>Settles any charge of the customer.</summary>
    public const string General = "general";

    /// <summary>Held for orders to come; settles any charge of the customer.</summary>
    public const string Escrow = "escrow";

    /// <summary>Prepaid consumption; settles no charge.</summary>
    public const string Consumption = "consumption";

    private const string EarmarkedPrefix = "earmarked:";

    /// <summary>Held for one order; settles only that order's charges.</summary>
    public static string Earmarked(OrderId order) => EarmarkedPrefix + order.Value.ToString("D");

    /// <summary>The order that credit of this purpose is held for; null for none.</summary>
    public static OrderId? OrderOf(string purpose, MerchantId merchant) =>
        purpose.StartsWith(EarmarkedPrefix, StringComparison.Ordinal)
            ? new OrderId(merchant, Guid.ParseExact(purpose.AsSpan(EarmarkedPrefix.Length), "D")) : null;

    /// <summary>Whether credit of this purpose may settle this charge.</summary>
    public static bool MaySettle(string purpose, Charge charge) =>
        purpose.StartsWith(EarmarkedPrefix, StringComparison.Ordinal)
            ? charge.Order is { } order && purpose == Earmarked(order)
            : purpose != Consumption;
}
