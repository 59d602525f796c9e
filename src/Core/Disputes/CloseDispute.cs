using Quittance.Core.Access;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Disputes;

/// <summary>
/// Takes in how a dispute ended. Won, its money is ours again and settles open charges first; its fee stays taken. Refused with
/// <see cref="Refusal.DisputeUnknown"/> before the dispute itself is known: it may be told of later.
/// </summary>
/// <param name="Origin">Who brings it.</param>
/// <param name="About">The authorisation of the payment.</param>
/// <param name="Reference">What the provider calls the dispute.</param>
/// <param name="IsWon">Whether the money is ours again.</param>
public sealed record CloseDispute(Origin Origin, Attempt About, string Reference, bool IsWon) : PaymentNews(Origin, About)
{
    private protected override bool MaySettleOldest => IsWon;

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
        if (state.Dispute(Id) is not { } dispute || dispute.Payment != progress.Payment.Id)
            return Decision.Refused(Refusal.DisputeUnknown);
        if (dispute.Status == (IsWon ? DisputeStatus.Won : DisputeStatus.Lost))
            return Decision.Refused(Refusal.AttemptSettled);
        if (dispute.Status == DisputeStatus.Won)
            return Decision.Refused(Refusal.AttemptOvertaken);

        Reversals.Put(progress, dispute with { Status = IsWon ? DisputeStatus.Won : DisputeStatus.Lost });
        if (IsWon)
            Reversals.Reinstate(progress, dispute);
        else
            progress.Move(EventType.DisputeLost);
        return progress.Accept();
    }
}
