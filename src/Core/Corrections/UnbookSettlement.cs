using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Settlements;

namespace Quittance.Core.Corrections;

/// <summary>
/// Takes the booking of a line of a statement back: the line is open again. The payment that the booking recorded or completed has no
/// money any more, and its charges are open again. Refused where the booking reversed a payment or paid refunds out.
/// </summary>
/// <param name="Account">Whose payment the line is booked for; <see cref="SettlementLineId.House"/> for none.</param>
/// <param name="Payment">The payment that the line is booked for; null for none.</param>
/// <param name="Reason">Why; kept with the line.</param>
public sealed record UnbookSettlement(Origin Origin, AccountTarget Account, SettlementLineId Line, PaymentId? Payment, string Reason)
    : AccountCommand(Origin, Account)
{
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.Add(SettlementLine.Shelf, Line);
        wanted.Add(Event.OfSubject, Line.Subject);
        if (Payment is not { } payment)
            return;
        wanted.AddWhole(payment);
        wanted.Add(Funds.HeldBy, payment);
        wanted.Add(Event.OfSubject, payment.Subject);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.SettlementLine(Line) is not { } line)
            return Decision.Refused(Refusal.SettlementUnknown);
        if (line.Status != SettlementStatus.Booked || line.Payment != Payment)
            return Decision.Refused(Refusal.SettlementNotBooked);
        var booked = state.History(Line.Subject, line.Events)[^1];
        var changes = new Changes();
        if (Payment is { } id && Refused(changes, state, id, line, booked, stamp) is { } refusal)
            return Decision.Refused(refusal);

        changes.Put(line with
        {
            Status = SettlementStatus.Open,
            Events = line.Events + 1,
            Use = null,
            Payment = null,
            Settles = null,
            Note = Reason,
        });
        changes.Put(new Event(
            Line.Value, line.Events + 1, EventType.SettlementUnbooked, null, stamp.Time, Origin,
            [.. booked.Transfers.Reverse().Select(transfer => transfer.Mirrored)]));
        return Decision.Accepted(changes);
    }

    /// <summary>Takes the line's money from the payment, where the booking brought it.</summary>
    private Refusal? Refused(Changes changes, State state, PaymentId id, SettlementLine line, Event booked, Stamp stamp)
    {
        if (state.Account(Account) is not { } account || state.Payment(id) is not { } payment || payment.Account != account.Id)
            return Refusal.PaymentUnknown;
        var together = state.History(payment.Id.Subject, payment.Events)
            .Where(happened => happened.At == booked.At && happened.Origin.Request == booked.Origin.Request).ToList();
        if (!line.IsIncoming)
            return together.Exists(happened => !happened.BringsMoney) ? Refusal.SettlementFinal : null;
        if (!together.Exists(happened => happened.BringsMoney))
            return null;
        if (payment.RefundableMinor < payment.Amount!.Value.AmountMinor)
            return Refusal.ExceedsRefundable;
        Leaving.Put(
            changes, state, account, payment, payment.Amount.Value, state.HolderOf(payment.Id)!,
            EventType.PaymentUnbooked, Origin, stamp);
        return null;
    }
}
