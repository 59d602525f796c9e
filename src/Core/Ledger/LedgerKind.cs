namespace Quittance.Core.Ledger;

/// <summary>
/// The lines of the chart of accounts, kept per merchant and currency. Their order enters the ids of ledger accounts: new
/// ones go to the end.
/// </summary>
public enum LedgerKind
{
    /// <summary>Asset, per customer account: what the customer owes.</summary>
    Receivable,

    /// <summary>Liability, per customer account and purpose: money that settles no charge yet.</summary>
    Credit,

    /// <summary>Asset, per provider and slot: what a provider or the cash drawer holds for the merchant.</summary>
    Clearing,

    /// <summary>Liability, per slot: refunds asked of a provider and not confirmed yet.</summary>
    RefundsInTransit,

    /// <summary>Asset, per slot: settlements that arrived at the bank.</summary>
    Bank,

    /// <summary>Income, per slot: the counter account of charges.</summary>
    Billed,

    /// <summary>Expense, per slot: what providers deduct.</summary>
    Fees,

    /// <summary>Expense, per slot: debts given up.</summary>
    WriteOff,
}
