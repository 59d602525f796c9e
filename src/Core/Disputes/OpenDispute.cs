using Quittance.Core.Access;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Core.Providers;

namespace Quittance.Core.Disputes;

/// <summary>
/// Takes in that a payer took money back: the payment is reversed, what it settled is open again, and the fee is booked. Told
/// again, it is no news (<see cref="Refusal.AttemptSettled"/>). A payer takes back no more than was paid: a dispute of more
/// contradicts the books (<see cref="Refusal.AttemptOvertaken"/>), and one that is too much beside the disputes that are not won waits
/// until one of them is, or until the provider says that this one is won (<see cref="Refusal.ExceedsRefundable"/>).
/// </summary>
/// <param name="Origin">Who brings it.</param>
/// <param name="About">The authorisation of the payment.</param>
/// <param name="Reference">What the provider calls the dispute.</param>
/// <param name="Kind">How the money was taken back.</param>
/// <param name="AmountMinor">What the provider took from us, above zero, minor units of the payment's currency.</param>
/// <param name="FeeMinor">What it took beside that, minor units.</param>
public sealed record OpenDispute(
    Origin Origin, Attempt About, string Reference, DisputeKind Kind, long AmountMinor, long FeeMinor) : PaymentNews(Origin, About)
{
    /// <summary>Whether the provider has said already that it is won: then it takes nothing for long.</summary>
    public bool IsWon { get; init; }

    private DisputeId Id => DisputeId.Of(Origin.Merchant, About.Provider, Reference);

    /// <inheritdoc/>
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.Disputes.Add(Id);
        wanted.DisputesOf.Add(About.Payment);
    }

    /// <inheritdoc/>
    private protected override Decision Decide(State state, Attempt attempt, PaymentProgress progress, Stamp stamp)
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
        // One that is won does not wait for the others: they may have come after it, and its end waits for its beginning.
        if (!IsWon && AmountMinor > Reversals.DisputableMinor(progress))
            return Decision.Refused(Refusal.ExceedsRefundable);

        // What was declined late had gone back already, or never came into the books. The fee is taken all the same.
        var movedMinor = Reversals.IsDeclinedLate(progress) || Reversals.IsDeclinedUnbooked(progress) ? 0 : AmountMinor;
        var goneMinor = Reversals.IsDeclinedLate(progress) ? Math.Min(AmountMinor, Reversals.ReversedByDeclineMinor(progress)) : 0;
        var reversedMinor = goneMinor + Reversals.Reverse(progress, attempt.Provider, movedMinor, FeeMinor);
        Reversals.Put(progress, new Dispute(
            Id, payment.Id, attempt.Provider, Reference, Kind, DisputeStatus.Open, AmountMinor, FeeMinor, reversedMinor, stamp.At));
        return progress.Accept();
    }
}
