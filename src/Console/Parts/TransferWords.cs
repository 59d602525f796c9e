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
        return (transfer.Debit.Account.Kind, transfer.Credit.Account.Kind) switch
        {
            (LedgerKind.Receivable, LedgerKind.Billed) => $"Billed: {charge}",
            (LedgerKind.Billed, LedgerKind.Receivable) => $"Forgiven by a credit note: {charge}",
            (LedgerKind.Clearing, LedgerKind.Receivable) => $"Paid by {payment}: {charge}",
            (LedgerKind.Clearing, LedgerKind.Credit) => $"Paid by {payment}, kept as {Lower(LedgerWords.Credit(transfer.Credit.Account.Purpose))}",
            (LedgerKind.Credit, LedgerKind.Receivable) => $"{LedgerWords.Credit(transfer.Debit.Account.Purpose)} of {payment} used for {charge}",
            (LedgerKind.Receivable, LedgerKind.Credit) => $"Open again, its money is credit: {charge}",
            (LedgerKind.Receivable, LedgerKind.Clearing) => $"Taken back by the payer of {payment}: {charge} is open again",
            (LedgerKind.Credit, LedgerKind.Clearing) => $"Taken back by the payer of {payment}",
            (LedgerKind.Credit, LedgerKind.RefundsInTransit) => $"Refund of {payment}",
            (LedgerKind.RefundsInTransit, LedgerKind.Credit) => $"Refund of {payment} did not go through: credit again",
            (LedgerKind.RefundsInTransit, LedgerKind.Clearing) => $"Refund of {payment} paid out",
            (LedgerKind.Clearing, LedgerKind.RefundsInTransit) => $"Refund of {payment} came back",
            (LedgerKind.Fees, _) => $"Fee for {payment}",
            (LedgerKind.WriteOff, _) => $"Written off for {payment}",
            (_, LedgerKind.WriteOff) => $"Recovered for {payment}, written off before",
            (LedgerKind.Bank, _) => "Arrived at the bank",
            (_, LedgerKind.Bank) => "Left the bank",
            var (debit, credit) => $"{LedgerWords.Of(debit)} from {Lower(LedgerWords.Of(credit))}",
        };
    }

    private static string Lower(string words) => char.ToLowerInvariant(words[0]) + words[1..];
}
