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
/// <param name="Account">The account for whose payment the line is booked; <see cref="SettlementLineId.House"/> for none.</param>
/// <param name="Payment">The payment that the line is booked for; null for none.</param>
/// <param name="Reason">Why; kept with the line.</param>
public sealed record UnbookSettlement(Origin Origin, AccountTarget Account, SettlementLineId Line, PaymentId? Payment, string Reason)
    : AccountCommand(Origin, Account)
{
    /// <summary>How many events the line had when its booking was looked at: no later booking is taken back. Null for any.</summary>
    public int? Seen { get; init; }

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
        if (line.Status != SettlementStatus.Booked || line.Payment != Payment || (Seen is { } seen && line.Events != seen))
            return Decision.Refused(Refusal.SettlementNotBooked);
        var booked = state.History(Line.Subject, line.Events)[^1];
        var taken = Payment is { } id ? TakeBack(state, id, line, booked, stamp) : Decision.Accepted(new Changes());
        if (taken.Changes is not { } changes)
            return taken;

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
    private Decision TakeBack(State state, PaymentId id, SettlementLine line, Event booked, Stamp stamp)
    {
        if (state.Account(Account) is not { } account || state.Payment(id) is not { } payment || payment.Account != account.Id)
            return Decision.Refused(Refusal.PaymentUnknown);
        var together = state.History(payment.Id.Subject, payment.Events)
            .Where(happened => happened.At == booked.At && happened.Origin.Request == booked.Origin.Request).ToList();
        if (!line.IsIncoming && together.Exists(happened => !happened.BringsMoney))
            return Decision.Refused(Refusal.SettlementFinal);
        if (!line.IsIncoming || !together.Exists(happened => happened.BringsMoney))
            return Decision.Accepted(new Changes());
        if (account.IsClosed)
            return Decision.Refused(account.WhyClosed);
        var progress = new PaymentChanges(state, account, payment, Origin, stamp);
        return payment.RefundableMinor < progress.Amount.AmountMinor ? Decision.Refused(Refusal.ExceedsRefundable)
            : Decision.Accepted(MoneyOut.Of(progress, progress.Amount, EventType.PaymentUnbooked));
    }
}
