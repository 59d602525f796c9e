using Quittance.Core.Accounts;
using Quittance.Core.Ledger;
using Quittance.Storage.Console;

namespace Quittance.Console.Parts;

/// <summary>What ledger accounts are called where people read of them.</summary>
internal static class LedgerWords
{
    private const string EarmarkedPrefix = "earmarked:";
    private const string OnTheWayPrefix = "payout:";

    /// <summary>A line of the chart.</summary>
    public static string Of(LedgerKind kind) => kind switch
    {
        LedgerKind.Receivable => "Receivable from customers",
        LedgerKind.Credit => "Credit of customers",
        LedgerKind.Clearing => "Held for us",
        LedgerKind.RefundsInTransit => "Refunds under way",
        LedgerKind.Bank => "Bank",
        LedgerKind.Billed => "Billed",
        LedgerKind.Fees => "Fees of providers",
        LedgerKind.WriteOff => "Written off",
    };

    /// <summary>Where a line of the chart belongs in a balance sheet or an income statement.</summary>
    public static string SectionOf(LedgerKind kind) => kind switch
    {
        LedgerKind.Receivable or LedgerKind.Clearing or LedgerKind.Bank => "Asset",
        LedgerKind.Credit or LedgerKind.RefundsInTransit => "Liability",
        LedgerKind.Billed => "Income",
        LedgerKind.Fees or LedgerKind.WriteOff => "Expense",
    };

    /// <summary>A line of the chart with what of it is kept for a purpose.</summary>
    public static string Of(LedgerKind kind, string purpose) => (kind, purpose) switch
    {
        (LedgerKind.Credit, _) => Credit(purpose),
        (LedgerKind.Clearing, ClearingProvider.Cash) => "Cash drawer",
        (LedgerKind.Clearing, ClearingProvider.BankTransfer) => "Transfers that customers sent",
        (LedgerKind.Clearing, ClearingProvider.Gateway) => "Held by the client's gateway",
        (LedgerKind.Clearing, _) when purpose.StartsWith(OnTheWayPrefix, StringComparison.Ordinal) => $"On the way from {purpose[OnTheWayPrefix.Length..]}",
        (LedgerKind.Clearing, _) => $"Held by {purpose}",
        (LedgerKind.Bank, not "") => $"Bank account {purpose}",
        _ => Of(kind),
    };

    /// <summary>What credit is kept for.</summary>
    public static string Credit(string purpose) => purpose switch
    {
        CreditPurpose.General => "Credit",
        CreditPurpose.Escrow => "Credit in escrow",
        CreditPurpose.Consumption => "Credit for consumption",
        _ when purpose.StartsWith(EarmarkedPrefix, StringComparison.Ordinal) => "Credit for one order",
        _ => $"Credit for {purpose}",
    };

    /// <summary>Why the merchant's own ledger accounts are several of one name.</summary>
    public static string AboutSlots => $"A ledger account of the merchant's own is kept once for each of {Account.Slots} slots, so that payments of different customers need not wait for each other.";

    /// <summary>One ledger account, of whichever slot: <c>Receivable of customer 1002</c>, <c>Held by sandbox</c>.</summary>
    /// <param name="account">The ledger account.</param>
    /// <param name="holder">The customer's number, where it is a customer's.</param>
    public static string Of(LedgerAccount account, long? holder) => holder switch
    {
        { } number when account.Kind == LedgerKind.Receivable => $"Receivable of customer {number}",
        { } number => $"{Credit(account.Purpose)} of customer {number}",
        null => Of(account.Kind, account.Purpose),
    };

    /// <summary>One ledger account among others of its kind: <c>Receivable of customer 1002</c>, <c>Held by sandbox, slot 7</c>.</summary>
    public static string Of(LedgerTotals totals) => $"{Of(totals.Account, totals.HolderNumber)}{(totals.HolderNumber is null ? $", slot {totals.Account.Slot}" : "")}";
}
