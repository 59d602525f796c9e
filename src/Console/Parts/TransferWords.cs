using Quittance.Core.Ledger;
using Quittance.Storage.Console;

namespace Quittance.Console.Parts;

/// <summary>Says what a transfer is, to someone who reads a statement.</summary>
internal static class TransferWords
{
    /// <summary>What moved, and for what.</summary>
    public static string Of(BookedTransfer transfer)
    {
        var payment = transfer.PaymentNumber is { } number ? $"payment {number}" : "money";
        var charge = transfer.Charge is { } name ? $"charge {name}" : "a charge";
        var (debit, credit) = (transfer.Debit.Account, transfer.Credit.Account);
        return TransferMeanings.Of(debit.Kind, credit.Kind) switch
        {
            TransferMeaning.Bills => $"Billed: {charge}",
            TransferMeaning.Forgives => $"Forgiven by a credit note: {charge}",
            TransferMeaning.Settles => $"Paid by {payment}: {charge}",
            TransferMeaning.Keeps => $"Paid by {payment}, kept as {Lower(LedgerWords.Credit(credit.Purpose))}",
            TransferMeaning.Allocates => $"{LedgerWords.Credit(debit.Purpose)} of {payment} used for {charge}",
            TransferMeaning.Reopens => $"Open again, its money is credit: {charge}",
            TransferMeaning.ReversesSettled => $"Taken back by the payer of {payment}: {charge} is open again",
            TransferMeaning.ReversesCredit => $"Taken back by the payer of {payment}",
            TransferMeaning.Refunds => $"Refund of {payment}",
            TransferMeaning.ReturnsRefund => $"Refund of {payment} did not go through: credit again",
            TransferMeaning.PaysRefund => $"Refund of {payment} paid out",
            TransferMeaning.UnpaysRefund => $"Refund of {payment} came back",
            TransferMeaning.TakesFee => $"Fee for {payment}",
            TransferMeaning.WritesOff => $"Written off for {payment}",
            TransferMeaning.Recovers => $"Recovered for {payment}, written off before",
            TransferMeaning.ReachesBank => "Arrived at the bank",
            TransferMeaning.LeavesBank => "Left the bank",
            TransferMeaning.Moves => $"{LedgerWords.Of(debit.Kind)} from {Lower(LedgerWords.Of(credit.Kind))}",
        };
    }

    private static string Lower(string words) => char.ToLowerInvariant(words[0]) + words[1..];
}
