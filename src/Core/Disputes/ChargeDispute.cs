using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Disputes;

/// <summary>
/// Books the fee of a dispute that was opened without one: a bank may take it in a line of its own. The same news again is refused with
/// <see cref="Refusal.AttemptSettled"/>, and another fee with <see cref="Refusal.AttemptOvertaken"/>.
/// </summary>
/// <param name="FeeMinor">Above zero, minor units of the payment's currency.</param>
public sealed record ChargeDispute(Origin Origin, Attempt About, string Reference, long FeeMinor)
    : DisputeNews(Origin, About, Reference)
{
    private protected override Decision Decide(State state, Attempt attempt, PaymentChanges progress, Stamp stamp)
    {
        if (state.Dispute(Id) is not { } dispute || dispute.Payment != progress.Payment.Id)
            return Decision.Refused(Refusal.DisputeUnknown);
        if (dispute.FeeMinor != 0)
            return Decision.Refused(dispute.FeeMinor == FeeMinor ? Refusal.AttemptSettled : Refusal.AttemptOvertaken);

        var currency = progress.Amount.Currency;
        progress.Changes.Put(dispute with { FeeMinor = FeeMinor });
        progress.Move(
            EventType.DisputeCharged, null,
            new Transfer(
                Chart.Fees(progress.Account, currency), Chart.Clearing(progress.Account, attempt.Provider, currency), FeeMinor, null));
        return progress.Accept();
    }
}
