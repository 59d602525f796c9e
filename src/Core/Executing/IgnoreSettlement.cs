using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Settlements;

namespace Quittance.Core.Executing;

/// <summary>
/// Leaves a line of a statement out of the books, because an operator or a rule of the merchant says so. It can still be booked later.
/// </summary>
/// <param name="Reason">Why; kept with the line.</param>
public sealed record IgnoreSettlement(Origin Origin, SettlementLineId Line, string Reason) : Command(Origin, Line.House)
{
    /// <inheritdoc cref="BookSettlement.Seen"/>
    public int? Seen { get; init; }

    public override void Want(Wanted wanted, State known) => wanted.Add(SettlementLine.Shelf, Line);

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.SettlementLine(Line) is not { } line)
            return Decision.Refused(Refusal.SettlementUnknown);
        if (line.Status == SettlementStatus.Undone)
            return Decision.Refused(Refusal.SettlementUndone);
        if (line.Status == SettlementStatus.Booked || (Seen is { } seen && line.Events != seen))
            return Decision.Refused(Refusal.SettlementBooked);
        var changes = new Changes();
        changes.Put(line with { Status = SettlementStatus.Ignored, Events = line.Events + 1, Note = Reason });
        changes.Put(new Event(Line.Value, line.Events + 1, EventType.SettlementIgnored, null, stamp.Time, Origin, []));
        return Decision.Accepted(changes);
    }
}
