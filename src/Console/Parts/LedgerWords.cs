using Quittance.Console.Languages;
using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Storage.Console;
using static Quittance.Console.Languages.Texts;

namespace Quittance.Console.Parts;

/// <summary>The words for ledger accounts and transfers.</summary>
internal static class LedgerWords
{
    private const string EarmarkedPrefix = "earmarked:";
    private const string OnTheWayPrefix = "payout:";

    /// <summary>A line of the chart.</summary>
    public static string Of(LedgerKind kind) => kind switch
    {
        LedgerKind.Receivable => Say("Receivable from customers"),
        LedgerKind.Credit => Say("Credit of customers"),
        LedgerKind.Clearing => Say("Held for us"),
        LedgerKind.RefundsInTransit => Say("Refunds under way"),
        LedgerKind.Bank => Say("Bank"),
        LedgerKind.Billed => Say("Billed"),
        LedgerKind.Fees => Say("Fees of providers"),
        LedgerKind.WriteOff => Say("Written off"),
    };

    /// <summary>The section of a balance sheet or an income statement.</summary>
    public static string SectionOf(LedgerKind kind) => kind switch
    {
        LedgerKind.Receivable or LedgerKind.Clearing or LedgerKind.Bank => Say("Asset"),
        LedgerKind.Credit or LedgerKind.RefundsInTransit => Say("Liability"),
        LedgerKind.Billed => Say("Income"),
        LedgerKind.Fees or LedgerKind.WriteOff => Say("Expense"),
    };

    /// <summary>A line of the chart, of one purpose.</summary>
    public static string Of(LedgerKind kind, string purpose) => (kind, purpose) switch
    {
        (LedgerKind.WriteOff, "rounding" or "discount") => Say($"{Of(kind)}: {Say(purpose)}"),
        (LedgerKind.Credit, _) => Credit(purpose),
        (LedgerKind.Clearing, ClearingProvider.Cash) => Say("Cash drawer"),
        (LedgerKind.Clearing, ClearingProvider.BankTransfer) => Say("Transfers that customers sent"),
        (LedgerKind.Clearing, ClearingProvider.Gateway) => Say("Held by the client's gateway"),
        (LedgerKind.Clearing, OnTheWayPrefix + ClearingProvider.Split) => Say("Parts of split bank lines"),
        (LedgerKind.Clearing, _) when purpose.StartsWith(OnTheWayPrefix, StringComparison.Ordinal) =>
            Say($"On the way from {Words.Provider(purpose[OnTheWayPrefix.Length..])}"),
        (LedgerKind.Clearing, _) => Say($"Held by {Words.Provider(purpose)}"),
        (LedgerKind.Bank, not "") => Say($"Bank account {purpose}"),
        _ => Of(kind),
    };

    /// <summary>Credit with its purpose.</summary>
    public static string Credit(string purpose) => purpose switch
    {
        CreditPurpose.General => Say("Credit"),
        CreditPurpose.Escrow => Say("Credit in escrow"),
        CreditPurpose.Consumption => Say("Credit for consumption"),
        _ when purpose.StartsWith(EarmarkedPrefix, StringComparison.Ordinal) => Say("Credit for one order"),
        _ => Say($"Credit for {purpose}"),
    };

    /// <summary>The reason why the merchant has several ledger accounts of one name.</summary>
    public static string AboutSlots =>
        Say($"Each of {MerchantId.Slots} slots has its own ledger account of the merchant, so that payments of different customers need "
            + $"not wait for each other.");

    /// <summary>One ledger account, of whichever slot: <c>Receivable of customer 1002</c>, <c>Held by sandbox</c>.</summary>
    public static string Of(LedgerAccount account, long? holder) => holder switch
    {
        { } number when account.Kind == LedgerKind.Receivable => Say($"Receivable of customer {number}"),
        { } number => Say($"{Credit(account.Purpose)} of customer {number}"),
        null => Of(account.Kind, account.Purpose),
    };

    /// <summary>One ledger account among others of its kind: <c>Receivable of customer 1002</c>, <c>Held by sandbox, slot 7</c>.</summary>
    public static string Of(LedgerTotals totals) =>
        Of(totals.Account, totals.HolderNumber) + (totals.HolderNumber is null ? Say($", slot {totals.Account.Slot}") : "");

    /// <summary>One side of a transfer.</summary>
    public static string Of(LedgerSide side) => Of(side.Account, side.HolderNumber);

    /// <summary>A transfer, as a statement shows it.</summary>
    public static string Of(BookedTransfer transfer)
    {
        var payment = transfer.PaymentNumber is { } number ? Say($"payment {number}") : Say("money");
        var charge = transfer.Charge is { } name ? Say($"charge {name}") : Say("a charge");
        var (debit, credit) = (transfer.Debit.Account, transfer.Credit.Account);
        return TransferMeanings.Of(debit.Kind, credit.Kind) switch
        {
            TransferMeaning.Bills when transfer.Event == EventType.ChargeReinstated => Say($"Credit note taken back: {charge}"),
            TransferMeaning.Bills when transfer.Event == EventType.ChargeMoved => Say($"Back from the other account: {charge}"),
            TransferMeaning.Forgives when transfer.Event == EventType.ChargeMoved =>
                Say($"Moved to another account of the customer: {charge}"),
            TransferMeaning.Bills => Say($"Billed: {charge}"),
            TransferMeaning.Forgives => Say($"Forgiven by a credit note: {charge}"),
            TransferMeaning.Settles => Say($"Paid by {payment}: {charge}"),
            TransferMeaning.Keeps => Say($"Paid by {payment}, kept as {Lower(Credit(credit.Purpose))}"),
            TransferMeaning.Allocates => Say($"{Credit(debit.Purpose)} of {payment} used for {charge}"),
            TransferMeaning.ReversesSettled when transfer.Event == EventType.PaymentMoved =>
                Say($"Moved to another customer by a correction of {payment}: {charge} is open again"),
            TransferMeaning.ReversesCredit when transfer.Event == EventType.PaymentMoved =>
                Say($"Moved to another customer from {payment}"),
            TransferMeaning.ReversesSettled when transfer.Event == EventType.PaymentUnbooked =>
                Say($"Unbooked with the line that brought {payment}: {charge} is open again"),
            TransferMeaning.ReversesCredit when transfer.Event == EventType.PaymentUnbooked =>
                Say($"Unbooked with the line that brought {payment}"),
            TransferMeaning.Reopens => Say($"Open again, its money is credit: {charge}"),
            TransferMeaning.ReversesSettled => Say($"Taken back by the payer of {payment}: {charge} is open again"),
            TransferMeaning.ReversesCredit => Say($"Taken back by the payer of {payment}"),
            TransferMeaning.Refunds => Say($"Refund of {payment}"),
            TransferMeaning.ReturnsRefund => Say($"Refund of {payment} did not go through: credit again"),
            TransferMeaning.PaysRefund => Say($"Refund of {payment} paid out"),
            TransferMeaning.UnpaysRefund => Say($"Refund of {payment} came back"),
            TransferMeaning.TakesFee => Say($"Fee for {payment}"),
            TransferMeaning.WritesOff when transfer.Event == EventType.ChargeWrittenOff => Say($"Written off as a bad debt: {charge}"),
            TransferMeaning.Recovers when transfer.Event == EventType.ChargeRecovered => Say($"Recovered, open again: {charge}"),
            TransferMeaning.WritesOff => Say($"Written off for {payment}"),
            TransferMeaning.Recovers => Say($"Recovered for {payment}, written off before"),
            TransferMeaning.ReachesBank => Say("Arrived at the bank"),
            TransferMeaning.LeavesBank => Say("Left the bank"),
            TransferMeaning.Moves => Say($"{Of(debit.Kind)} from {Lower(Of(credit.Kind))}"),
        };
    }

    // Within a sentence; other languages keep their great letters there.
    private static string Lower(string words) =>
        ReaderLanguage.Current == ReaderLanguage.English ? char.ToLowerInvariant(words[0]) + words[1..] : words;
}
