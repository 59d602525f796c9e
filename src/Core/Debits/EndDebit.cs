using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;

namespace Quittance.Core.Debits;

/// <summary>
/// Ends a debit that no file has, and that none may have any more: its mandate has ended, so the payment fails; or other money has settled
/// all that it is for, so the payment is cancelled. Refused with <see cref="Refusal.AttemptSettled"/> where neither is so.
/// </summary>
/// <param name="About">The capture.</param>
/// <param name="Instrument">The bank account that would be debited.</param>
/// <param name="Former">The collection that has it, which was called off; null for none.</param>
public sealed record EndDebit(Origin Origin, Attempt About, InstrumentId Instrument, CollectionId? Former) : PaymentNews(Origin, About)
{
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.Add(Debit.Shelf, About.Id);
        wanted.Add(Core.Instruments.Instrument.Shelf, Instrument);
        if (Former is { } former)
            wanted.Add(Collection.Shelf, former);
    }

    private protected override Decision Decide(State state, Attempt attempt, PaymentChanges progress, Stamp stamp)
    {
        if (!attempt.WaitsForCollection)
            return Decision.Refused(Refusal.AttemptSettled);
        if (state.IsInFile(attempt.Id))
            return Decision.Refused(Refusal.CollectionChanged);
        if (attempt.IsPerhapsSent(stamp.RestoredAt))
            return Decision.Refused(Refusal.PerhapsSent);
        var isPaid = state.IsPaidOtherwise(attempt.Payment);
        if (!isPaid && state.Instrument(Instrument) is { IsRemoved: false, Vaulted.Mandate.Status: MandateStatus.Active })
            return Decision.Refused(Refusal.AttemptSettled);

        var reason = isPaid ? DeclineReason.NotConfirmed : DeclineReason.InstrumentInvalid;
        progress.Put(
            attempt with { Status = AttemptStatus.Declined, Reason = reason, DueAt = null }, EventType.AttemptDeclined);
        if (isPaid)
            progress.Move(EventType.PaymentCancelled, PaymentStatus.Cancelled);
        else
            progress.Fail(EventType.PaymentFailed, PaymentStatus.Failed, reason);
        progress.Release();
        progress.Open(Verb.Void, attempt, TimeSpan.Zero);
        return progress.Accept();
    }
}
