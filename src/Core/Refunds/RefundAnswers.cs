using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Disputes;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Refunds;

/// <summary>Books what a provider, an operator or a line of a statement says about a refund under way.</summary>
internal static class RefundAnswers
{
    public static Refund RefundOf(PaymentProgress progress, Attempt attempt) => progress.State.RefundOf(attempt.Id)!;

    /// <summary>Books that the payer has the money of a refund. One line of a statement may pay several refunds.</summary>
    public static void Confirm(PaymentProgress progress, Attempt attempt)
    {
        var (refund, account, payment) = (RefundOf(progress, attempt), progress.Account, progress.Payment);
        var amount = refund.Amount!.Value;
        if (refund.Status == RefundStatus.Failed)
        {
            // The payment got the money back when the refund failed, and may have used it since.
            var taken = RefundMoney.Take(account, amount, progress.State.CreditsOf(payment.Id), progress.State.AllocationsOf(payment.Id));
            refund = refund with { TakenBy = payment.Events + 1, Taken = taken };
            progress.Move(EventType.PaymentRefunded, null, taken);
        }

        progress.Move(EventType.PaymentRefunded, null, RefundMoney.PayOut(account, amount, attempt.Provider));
        Put(progress, refund with { Status = RefundStatus.Done }, EventType.RefundDone);
    }

    /// <summary>Books that the payer does not get the money of a refund: the payment is as it was before.</summary>
    public static void Fail(PaymentProgress progress, Attempt attempt)
    {
        var (refund, account) = (RefundOf(progress, attempt), progress.Account);
        List<Transfer> transfers = [];
        if (refund.Status == RefundStatus.Done)
            transfers.Add(RefundMoney.PayOut(account, refund.Amount!.Value, attempt.Provider).Mirrored);
        transfers.AddRange(refund.Taken.Reverse().Select(transfer => transfer.Mirrored));

        // While the refund was in transit, disputes and a late decline did not find its money and the merchant wrote it off: they get it
        // now.
        var disputedMinor = Reversals.CoverDisputes(progress, refund.CoveredMinor);
        transfers.AddRange(
            TakeAgain(refund, account, attempt.Provider, Reversals.IsDeclinedLate(progress) ? refund.CoveredMinor : disputedMinor));
        progress.Move(EventType.PaymentRefundFailed, null, transfers);
        Put(progress, refund with { Status = RefundStatus.Failed }, EventType.RefundFailed);
    }

    /// <summary>Changes a refund, and the refund that it is a share of.</summary>
    public static void Put(PaymentProgress progress, Refund refund, EventType type)
    {
        PutOne(progress, refund, type);
        if (refund.ShareOf is not { } id)
            return;
        var before = progress.State.Refund(id)
            ?? throw new InvalidOperationException($"Refund {refund.Id.Value:D} is a share of a refund that does not exist.");
        var whole = RefundShares.Together(before, [.. progress.State.SharesOf(id).Select(share => share.Id == refund.Id ? refund : share)]);
        if ((whole.Status, whole.Amount) != (before.Status, before.Amount))
            PutOne(progress, whole, whole.Status == RefundStatus.Done ? EventType.RefundDone : EventType.RefundFailed);
        else if (type == EventType.RefundUnanswered)
            PutOne(progress, whole, type);
    }

    private static void PutOne(PaymentProgress progress, Refund refund, EventType type)
    {
        var changed = refund with
        {
            Events = refund.Events + 1,
            StatusAt = type == EventType.RefundUnanswered ? refund.StatusAt : progress.Stamp.At,
        };
        progress.Changes.Put(changed);
        progress.Note(refund.Id.Value, changed.Events, type);
    }

    /// <summary>Takes money that a refund has just returned to the payment for what was written off: unallocated credit first.</summary>
    private static List<Transfer> TakeAgain(Refund refund, Account account, string provider, long amountMinor)
    {
        var clearing = Chart.Clearing(account, provider, refund.Amount!.Value.Currency);
        var leftMinor = amountMinor;
        List<Transfer> transfers = [];
        for (var index = 0; index < refund.Taken.Count && leftMinor > 0; index++)
        {
            // The money of a charge went to credit first, and from there into transit.
            var taken = refund.Taken[index];
            var wasCredit = taken.Meaning == TransferMeaning.Refunds
                && (index == 0 || refund.Taken[index - 1].Meaning != TransferMeaning.Reopens);
            if (!wasCredit && taken.Meaning != TransferMeaning.Reopens)
                continue;
            var minor = Math.Min(taken.AmountMinor, leftMinor);
            transfers.Add(new Transfer(taken.Debit, clearing, minor, taken.Charge));
            leftMinor -= minor;
        }

        if (amountMinor > 0)
            transfers.Add(new Transfer(clearing, Chart.WriteOff(account, clearing.Currency), amountMinor, null));
        return transfers;
    }
}
