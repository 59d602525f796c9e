using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Disputes;

/// <summary>
/// Books the end of a dispute. A won dispute returns its money, which settles open charges first; the provider keeps its fee. Refused
/// with <see cref="Refusal.DisputeUnknown"/> while the books do not have the dispute: its notice may still come.
/// </summary>
/// <param name="IsWon">Whether the money is ours again.</param>
public sealed record CloseDispute(Origin Origin, Attempt About, string Reference, bool IsWon)
    : DisputeNews(Origin, About, Reference)
{
    private protected override bool MaySettleOldest => IsWon;

    private protected override Decision Decide(State state, Attempt attempt, PaymentChanges progress, Stamp stamp)
    {
        if (state.Dispute(Id) is not { } dispute || dispute.Payment != progress.Payment.Id)
            return Decision.Refused(Refusal.DisputeUnknown);
        if (dispute.Status == (IsWon ? DisputeStatus.Won : DisputeStatus.Lost))
            return Decision.Refused(Refusal.AttemptSettled);
        if (dispute.Status == DisputeStatus.Won)
            return Decision.Refused(Refusal.AttemptOvertaken);

        progress.Changes.Put(dispute with { Status = IsWon ? DisputeStatus.Won : DisputeStatus.Lost });
        if (IsWon)
            Reversals.Reinstate(progress, dispute);
        else
            progress.Move(EventType.DisputeLost);
        return progress.Accept();
    }
}
