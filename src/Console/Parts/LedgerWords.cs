using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Storage.Console;

namespace Quittance.Console.Parts;

/// <summary>The words for ledger accounts and transfers.</summary>
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

    /// <summary>The section of a balance sheet or an income statement.</summary>
    public static string SectionOf(LedgerKind kind) => kind switch
    {
        LedgerKind.Receivable or LedgerKind.Clearing or LedgerKind.Bank => "Asset",
        LedgerKind.Credit or LedgerKind.RefundsInTransit => "Liability",
        LedgerKind.Billed => "Income",
        LedgerKind.Fees or LedgerKind.WriteOff => "Expense",
    };

    /// <summary>A line of the chart, of one purpose.</summary>
    public static string Of(LedgerKind kind, string purpose) => (kind, purpose) switch
    {
        (LedgerKind.WriteOff, "rounding" or "discount") => $"{Of(kind)}: {purpose}",
        (LedgerKind.Credit, _) => Credit(purpose),
        (LedgerKind.Clearing, ClearingProvider.Cash) => "Cash drawer",
        (LedgerKind.Clearing, ClearingProvider.BankTransfer) => "Transfers that customers sent",
        (LedgerKind.Clearing, ClearingProvider.Gateway) => "Held by the client's gateway",
        (LedgerKind.Clearing, OnTheWayPrefix + ClearingProvider.Split) => "Parts of split bank lines",
        (LedgerKind.Clearing, _) when purpose.StartsWith(OnTheWayPrefix, StringComparison.Ordinal) =>
            $"On the way from {Words.Provider(purpose[OnTheWayPrefix.Length..])}",
        (LedgerKind.Clearing, _) => $"Held by {Words.Provider(purpose)}",
        (LedgerKind.Bank, not "") => $"Bank account {purpose}",
        _ => Of(kind),
    };

    /// <summary>Credit with its purpose.</summary>
    public static string Credit(string purpose) => purpose switch
    {
        CreditPurpose.General => "Credit",
        CreditPurpose.Escrow => "Credit in escrow",
        CreditPurpose.Consumption => "Credit for consumption",
        _ when purpose.StartsWith(EarmarkedPrefix, StringComparison.Ordinal) => "Credit for one order",
        _ => $"Credit for {purpose}",
    };

    /// <summary>The reason why the merchant has several ledger accounts of one name.</summary>
    public static string AboutSlots =>
        $"Each of {MerchantId.Slots} slots has its own ledger account of the merchant, so that payments of different customers need not "
        + "wait for each other.";

    /// <summary>One ledger account, of whichever slot: <c>Receivable of customer 1002</c>, <c>Held by sandbox</c>.</summary>
    public static string Of(LedgerAccount account, long? holder) => holder switch
    {
        { } number when account.Kind == LedgerKind.Receivable => $"Receivable of customer {number}",
        { } number => $"{Credit(account.Purpose)} of customer {number}",
        null => Of(account.Kind, account.Purpose),
    };

    /// <summary>One ledger account among others of its kind: <c>Receivable of customer 1002</c>, <c>Held by sandbox, slot 7</c>.</summary>
    public static string Of(LedgerTotals totals) =>
        Of(totals.Account, totals.HolderNumber) + (totals.HolderNumber is null ? $", slot {totals.Account.Slot}" : "");

    /// <summary>One side of a transfer.</summary>
    public static string Of(LedgerSide side) => Of(side.Account, side.HolderNumber);

    /// <summary>A transfer, as a statement shows it.</summary>
    public static string Of(BookedTransfer transfer)
    {
        var payment = transfer.PaymentNumber is { } number ? $"payment {number}" : "money";
        var charge = transfer.Charge is { } name ? $"charge {name}" : "a charge";
        var (debit, credit) = (transfer.Debit.Account, transfer.Credit.Account);
        return TransferMeanings.Of(debit.Kind, credit.Kind) switch
        {
            TransferMeaning.Bills when transfer.Event == EventType.ChargeReinstated => $"Credit note taken back: {charge}",
            TransferMeaning.Bills when transfer.Event == EventType.ChargeMoved => $"Back from the other account: {charge}",
            TransferMeaning.Forgives when transfer.Event == EventType.ChargeMoved => $"Moved to another account of the customer: {charge}",
            TransferMeaning.Bills => $"Billed: {charge}",
            TransferMeaning.Forgives => $"Forgiven by a credit note: {charge}",
            TransferMeaning.Settles => $"Paid by {payment}: {charge}",
            TransferMeaning.Keeps => $"Paid by {payment}, kept as {Lower(Credit(credit.Purpose))}",
            TransferMeaning.Allocates => $"{Credit(debit.Purpose)} of {payment} used for {charge}",
            TransferMeaning.ReversesSettled when transfer.Event == EventType.PaymentMoved =>
                $"Moved to another customer by a correction of {payment}: {charge} is open again",
            TransferMeaning.ReversesCredit when transfer.Event == EventType.PaymentMoved => $"Moved to another customer from {payment}",
            TransferMeaning.ReversesSettled when transfer.Event == EventType.PaymentUnbooked =>
                $"Unbooked with the line that brought {payment}: {charge} is open again",
            TransferMeaning.ReversesCredit when transfer.Event == EventType.PaymentUnbooked =>
                $"Unbooked with the line that brought {payment}",
            TransferMeaning.Reopens => $"Open again, its money is credit: {charge}",
            TransferMeaning.ReversesSettled => $"Taken back by the payer of {payment}: {charge} is open again",
            TransferMeaning.ReversesCredit => $"Taken back by the payer of {payment}",
            TransferMeaning.Refunds => $"Refund of {payment}",
            TransferMeaning.ReturnsRefund => $"Refund of {payment} did not go through: credit again",
            TransferMeaning.PaysRefund => $"Refund of {payment} paid out",
            TransferMeaning.UnpaysRefund => $"Refund of {payment} came back",
            TransferMeaning.TakesFee => $"Fee for {payment}",
            TransferMeaning.WritesOff when transfer.Event == EventType.ChargeWrittenOff => $"Written off as a bad debt: {charge}",
            TransferMeaning.Recovers when transfer.Event == EventType.ChargeRecovered => $"Recovered, open again: {charge}",
            TransferMeaning.WritesOff => $"Written off for {payment}",
            TransferMeaning.Recovers => $"Recovered for {payment}, written off before",
            TransferMeaning.ReachesBank => "Arrived at the bank",
            TransferMeaning.LeavesBank => "Left the bank",
            TransferMeaning.Moves => $"{Of(debit.Kind)} from {Lower(Of(credit.Kind))}",
        };
    }

    private static string Lower(string words) => char.ToLowerInvariant(words[0]) + words[1..];
}
