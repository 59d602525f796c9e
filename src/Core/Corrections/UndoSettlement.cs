using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Settlements;

namespace Quittance.Core.Corrections;

/// <summary>
/// Takes a line of a statement back because the import of the statement is: its booking first, as <see cref="UnbookSettlement"/> does, and
/// refused where that is. The row stays, and nothing can be said of it any more.
/// </summary>
/// <param name="Account">The account for whose payment the line is booked; <see cref="SettlementLineId.House"/> for none.</param>
/// <param name="Payment">The payment that the line is booked for; null for none.</param>
/// <param name="Reason">Why; kept with the line.</param>
public sealed record UndoSettlement(Origin Origin, AccountTarget Account, SettlementLineId Line, PaymentId? Payment, string Reason)
    : AccountCommand(Origin, Account)
{
    /// <summary>How many events the line had when it was looked at: what was said of it since is not taken back unseen.</summary>
    public required int Seen { get; init; }

    private UnbookSettlement Unbooking => new(Origin, Account, Line, Payment, Reason) { Seen = Seen };

    public override void Want(Wanted wanted, State known) => Unbooking.Want(wanted, known);

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.SettlementLine(Line) is not { } line)
            return Decision.Refused(Refusal.SettlementUnknown);
        if (line.Status == SettlementStatus.Undone)
            return Decision.Refused(Refusal.SettlementUndone);
        if (line.Payment != Payment || line.Events != Seen)
            return Decision.Refused(Refusal.SettlementNotBooked);
        var unbooked = line.Status == SettlementStatus.Booked ? Unbooking.Decide(state, stamp) : Decision.Accepted(new Changes());
        if (unbooked.Changes is not { } changes)
            return unbooked;
        var open = changes.Of<SettlementLine>().FirstOrDefault() ?? line;
        changes.Put(open with { Status = SettlementStatus.Undone, Events = open.Events + 1, Note = Reason });
        changes.Put(new Event(Line.Value, open.Events + 1, EventType.SettlementUndone, null, stamp.Time, Origin, []));
        return Decision.Accepted(changes);
    }
}
