using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Debits;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;

namespace Quittance.Core.Refunds;

/// <summary>Books what a provider, an operator or a line of a statement says about a refund under way.</summary>
internal static class RefundAnswers
{
    public static Refund RefundOf(PaymentChanges progress, Attempt attempt) => progress.State.RefundOf(attempt.Id)!;

    /// <summary>Books that the payer has the money of a refund. One line of a statement may pay several refunds.</summary>
    public static void Confirm(PaymentChanges progress, Attempt attempt)
    {
        var (refund, account, payment) = (RefundOf(progress, attempt), progress.Account, progress.Payment);
        var amount = refund.Amount!.Value;
        if (refund.Status == RefundStatus.Failed)
        {
            // The payment got the money back when the refund failed, and may have used it since.
            var taken = RefundMoney.Take(
                account, amount, progress.State.CreditsOf(payment.Id), progress.State.AllocationsOf(payment.Id), refund.KeepsDebt);
            refund = refund with { TakenBy = payment.Events + 1, Taken = taken };
            progress.Move(EventType.PaymentRefunded, null, taken);
        }

        progress.Move(EventType.PaymentRefunded, null, RefundMoney.PayOut(account, amount, attempt.Provider));
        Put(progress, refund with { Status = RefundStatus.Done }, EventType.RefundDone);
    }

    /// <summary>Books that the payer does not get the money of a refund: the payment is as it was before.</summary>
    /// <returns>The transfers that give the payment its money again.</returns>
    public static IReadOnlyList<Transfer> Fail(PaymentChanges progress, Attempt attempt)
    {
        var (refund, account) = (RefundOf(progress, attempt), progress.Account);
        List<Transfer> transfers = [];
        if (refund.Status == RefundStatus.Done)
            transfers.Add(RefundMoney.PayOut(account, refund.Amount!.Value, attempt.Provider).Mirrored);
        transfers.AddRange(Returned(progress, refund));

        // While the refund was in transit, disputes and a late decline did not find its money and the merchant wrote it off: they get it
        // now.
        var disputedMinor = Reversals.CoverDisputes(progress, refund.CoveredMinor);
        transfers.AddRange(
            TakeAgain(refund, account, attempt.Provider, Reversals.IsDeclinedLate(progress) ? refund.CoveredMinor : disputedMinor));
        progress.Move(EventType.PaymentRefundFailed, null, transfers);
        Put(progress, refund with { Status = RefundStatus.Failed }, EventType.RefundFailed);
        return transfers;
    }

    /// <summary>
    /// Calls a refund off that has not left: its money goes back to the payer in another way. The payment has it again, as where it fails.
    /// </summary>
    /// <returns>The transfers that give the payment its money again.</returns>
    public static IReadOnlyList<Transfer> CallOff(PaymentChanges progress, Attempt attempt)
    {
        progress.Put(
            attempt with { Status = AttemptStatus.Declined, Reason = DeclineReason.Declined, DueAt = null }, EventType.AttemptDeclined);
        return Fail(progress, attempt);
    }

    /// <summary>
    /// The refunds of a payment that people still have to pay out, the newest first: no file that has them was handed out. Only of payments
    /// whose refunds and their transfers were read.
    /// </summary>
    /// <param name="restoredAt">When the books were restored last: what may have left before stays. Null for never.</param>
    public static IEnumerable<Attempt> NotLeft(State state, PaymentId payment, DateTimeOffset? restoredAt) => state.AttemptsOf(payment)
        .Where(attempt => attempt is { Verb: Verb.Refund, WaitsForPeople: true } && state.RefundOf(attempt.Id) is not null
            && !attempt.IsPerhapsSent(restoredAt)
            && (state.Debit(attempt.Id) is not { IsLeftOut: false } transfer
                || state.Collection(transfer.Collection) is not { Status: CollectionStatus.HandedOut }))
        .OrderByDescending(attempt => attempt.OpenedAt).ThenByDescending(attempt => attempt.Id.Value);

    /// <summary>
    /// The mirror of what took the money. A debt that was opened again meanwhile, or that other money settled, stays as it is: the money
    /// settles what is open, and the rest is credit.
    /// </summary>
    private static List<Transfer> Returned(PaymentChanges progress, Refund refund)
    {
        Dictionary<ChargeId, (long CreditedMinor, long OpenMinor)> charges = [];
        List<Transfer> transfers = [];
        for (var index = refund.Taken.Count - 1; index >= 0; index--)
        {
            var taken = refund.Taken[index];
            if (taken.Meaning != TransferMeaning.Reopens)
            {
                transfers.Add(taken.Mirrored);
                continue;
            }

            var id = taken.Charge!.Value;
            var forgives = index > 0 && refund.Taken[index - 1].Meaning == TransferMeaning.Forgives ? refund.Taken[--index] : null;
            if (!charges.TryGetValue(id, out var standing))
                standing = progress.State.Charge(id) is { } charge ? (charge.CreditedMinor, charge.OpenMinor) : default;
            var billedMinor = forgives is null ? 0 : Math.Min(taken.AmountMinor, Math.Max(standing.CreditedMinor, 0));
            var openMinor = Math.Min(taken.AmountMinor - billedMinor, Math.Max(standing.OpenMinor, 0));
            charges[id] = (standing.CreditedMinor - billedMinor, standing.OpenMinor - openMinor);
            if (billedMinor + openMinor > 0)
                transfers.Add(taken.Mirrored with { AmountMinor = billedMinor + openMinor });
            if (billedMinor > 0)
                transfers.Add(forgives!.Mirrored with { AmountMinor = billedMinor });
        }

        return transfers;
    }

    /// <summary>Changes a refund, and the refund that it is a share of.</summary>
    public static void Put(PaymentChanges progress, Refund refund, EventType type)
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

    private static void PutOne(PaymentChanges progress, Refund refund, EventType type)
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
