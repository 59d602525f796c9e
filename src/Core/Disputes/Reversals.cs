using Quittance.Core.Attempts;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;

namespace Quittance.Core.Disputes;

/// <summary>
/// Books money that goes back to the payer against our will, by disputes and late declines, and money that returns. A late decline is
/// one that comes after the provider approved: it takes back the whole payment. The order in which the provider tells us does not matter.
/// </summary>
internal static class Reversals
{
    public static bool IsDeclinedLate(PaymentChanges progress) =>
        progress.Payment.Status == PaymentStatus.Captured && progress.State.AttemptsOf(progress.Payment.Id).Any(
            attempt => attempt is { Verb: Verb.Authorise or Verb.Capture, Status: AttemptStatus.Declined });

    /// <summary>
    /// Whether the provider declined the capture of a payment that failed. It may have approved it before without telling us, so the payer
    /// may dispute it.
    /// </summary>
    public static bool IsDeclinedUnbooked(PaymentChanges progress) =>
        progress.Payment.Status is PaymentStatus.Declined or PaymentStatus.Failed && progress.State.AttemptsOf(progress.Payment.Id).Any(
            attempt => attempt is { Verb: Verb.Capture, Status: AttemptStatus.Declined, IsJudged: false });

    /// <summary>The part of the payment that no standing dispute has taken, minor units. A late decline takes all of it.</summary>
    public static long DisputableMinor(PaymentChanges progress) =>
        progress.Amount.AmountMinor - StandingDisputes(progress).Sum(dispute => dispute.AmountMinor);

    /// <summary>The part of a late decline that the payment had, minor units; the rest was written off.</summary>
    public static long ReversedByDeclineMinor(PaymentChanges progress) =>
        progress.Payment.ReversedMinor - StandingDisputes(progress).Sum(dispute => dispute.ReversedMinor);

    /// <summary>
    /// Books the money of a won dispute: first what the merchant wrote off for it and for other disputes that found nothing left of the
    /// payment; then it settles open charges; the rest is credit.
    /// </summary>
    public static void Reinstate(PaymentChanges progress, Dispute dispute)
    {
        if (progress.Payment.Status != PaymentStatus.Captured || IsDeclinedLate(progress))
        {
            // The payment was never booked, or a late decline has taken its money all the same.
            Reinstate(progress, dispute.Provider, 0, 0);
            return;
        }

        var coveredMinor = CoverDisputes(progress, dispute.ReversedMinor, dispute.Id);
        Reinstate(progress, dispute.Provider, dispute.ReversedMinor - coveredMinor, dispute.ExcessMinor + coveredMinor);
    }

    /// <summary>Books the money of a late decline when the provider approves the authorisation or the capture after all.</summary>
    public static void ReinstateDeclined(PaymentChanges progress, Attempt attempt)
    {
        var (disputableMinor, reversedMinor) = (DisputableMinor(progress), ReversedByDeclineMinor(progress));
        if (!IsDeclinedElsewhere(progress, attempt) && disputableMinor > 0)
            Reinstate(progress, attempt.Provider, reversedMinor, recoveredMinor: disputableMinor - reversedMinor);
    }

    /// <summary>
    /// Gives money of the payment to standing disputes, as far as the merchant had to write off their money. Returns how much they take,
    /// minor units.
    /// </summary>
    /// <param name="won">A dispute that takes nothing any more; null for none.</param>
    public static long CoverDisputes(PaymentChanges progress, long amountMinor, DisputeId? won = null)
    {
        var leftMinor = amountMinor;
        foreach (var dispute in StandingDisputes(progress).Where(dispute => dispute.Id != won))
        {
            var coveredMinor = Math.Min(dispute.ExcessMinor, leftMinor);
            if (coveredMinor == 0)
                continue;
            progress.Changes.Put(dispute with { ReversedMinor = dispute.ReversedMinor + coveredMinor });
            leftMinor -= coveredMinor;
        }

        return amountMinor - leftMinor;
    }

    private static IEnumerable<Dispute> StandingDisputes(PaymentChanges progress) =>
        progress.State.DisputesOf(progress.Payment.Id).Where(dispute => dispute.Status != DisputeStatus.Won);

    /// <summary>Whether the provider declined the other request for this money late as well.</summary>
    public static bool IsDeclinedElsewhere(PaymentChanges progress, Attempt attempt) =>
        progress.State.AttemptsOf(progress.Payment.Id).Any(
        other => other.Id != attempt.Id && other is { Verb: Verb.Authorise or Verb.Capture, Status: AttemptStatus.Declined });

    private static void Reinstate(PaymentChanges progress, string provider, long amountMinor, long recoveredMinor)
    {
        var (account, currency) = (progress.Account, progress.Amount.Currency);
        List<Transfer> transfers = [];
        if (recoveredMinor > 0)
        {
            transfers.Add(
                new Transfer(Chart.Clearing(account, provider, currency), Chart.WriteOff(account, currency), recoveredMinor, null));
        }

        var plan = new AllocationPlan(progress.State, account, new Money(amountMinor, currency));
        plan.TakeRemainder(Remainder.OldestDueFirst);
        progress.Move(EventType.PaymentReinstated, null, [.. transfers, .. plan.TransfersFrom(provider)]);
    }
}
