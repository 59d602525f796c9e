using Quittance.Core.Attempts;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Core.Providers;

namespace Quittance.Core.Executing;

/// <summary>
/// Books that a payer took money back: it reverses the payment, opens what the payment settled, and books the fee. The same notice
/// again is refused with <see cref="Refusal.AttemptSettled"/>. A payer can't take back more than the payment: a larger dispute
/// contradicts the books (<see cref="Refusal.AttemptOvertaken"/>), and one that is too large beside the standing disputes waits until
/// one of those, or this one, is won (<see cref="Refusal.ExceedsRefundable"/>).
/// </summary>
/// <param name="Kind">How the money was taken back.</param>
/// <param name="AmountMinor">The disputed amount, above zero, minor units of the payment's currency.</param>
/// <param name="FeeMinor">The provider's fee, minor units.</param>
public sealed record OpenDispute(
    Origin Origin, Attempt About, string Reference, DisputeKind Kind, long AmountMinor, long FeeMinor)
    : DisputeNews(Origin, About, Reference)
{
    /// <summary>Why a debit was returned; null for no reason.</summary>
    public DeclineReason? Reason { get; init; }

    /// <summary>Whether the provider has said already that the dispute is won: then it holds the money only briefly.</summary>
    public bool IsWon { get; init; }

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        MoneyTakenBack.Want(wanted, About.Payment);
    }

    private protected override Decision Decide(State state, Attempt attempt, PaymentChanges progress, Stamp stamp)
    {
        var payment = progress.Payment;
        if (state.Dispute(Id) is { } known)
        {
            return Decision.Refused(
                known.Payment == payment.Id && known.AmountMinor == AmountMinor ? Refusal.AttemptSettled : Refusal.AttemptOvertaken);
        }

        if (payment.Status != PaymentStatus.Captured && !Reversals.IsDeclinedUnbooked(progress))
            return Decision.Refused(Refusal.PaymentNotCaptured);
        if (AmountMinor > attempt.Amount.AmountMinor)
            return Decision.Refused(Refusal.AttemptOvertaken);
        // A won dispute does not wait for the others: they may have come after it, and its end waits for its beginning.
        if (!IsWon && AmountMinor > Reversals.DisputableMinor(progress))
            return Decision.Refused(Refusal.ExceedsRefundable);

        // A late decline has taken the money back already, and a payment that was never booked has none. The provider takes the fee all
        // the same.
        var movedMinor = Reversals.IsDeclinedLate(progress) || Reversals.IsDeclinedUnbooked(progress) ? 0 : AmountMinor;
        var goneMinor = Reversals.IsDeclinedLate(progress) ? Math.Min(AmountMinor, Reversals.ReversedByDeclineMinor(progress)) : 0;
        var reversedMinor = goneMinor + MoneyTakenBack.Reverse(progress, attempt.Provider, movedMinor, FeeMinor);
        progress.Changes.Put(new Dispute(
            Id, payment.Id, attempt.Provider, Reference, Kind, DisputeStatus.Open, AmountMinor, FeeMinor, reversedMinor, stamp.At)
        {
            Reason = Reason,
        });
        return progress.Accept();
    }
}
