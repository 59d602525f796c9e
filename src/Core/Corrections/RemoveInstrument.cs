using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Corrections;

/// <summary>
/// Takes a customer's card or bank account away, at any time: no payment is made with it any more, its mandate has ended, and the commit
/// deletes its number from the vault. A payment with it that is under way ends as it will, and keeps the number until then. A provider's
/// reports of its earlier payments are booked, also on a closed account.
/// </summary>
public sealed record RemoveInstrument(Origin Origin, AccountTarget Account, InstrumentId Id) : AccountCommand(Origin, Account)
{
    /// <summary>
    /// Whether its provider or its bank says that the mandate is over: then no payment under way can use it either, and none keeps the
    /// number.
    /// </summary>
    public bool IsMandateOver { get; init; }

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.Add(Instrument.Shelf, Id);
        if (known.Find(Account) is { } found)
            wanted.Add(Payment.Unfinished, found.Account);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (state.Instrument(Id) is not { IsRemoved: false } instrument || instrument.Account != account.Id)
            return Decision.Refused(Refusal.InstrumentUnknown);
        var changes = new Changes();
        var removed = instrument.Remove();
        changes.Put(removed);
        var isUnderWay = state.All(Payment.Unfinished, account.Id).Any(payment => payment.IsUnderWay && payment.Instrument == Id);
        changes.Put(new NumberUsed(Id) { IsRemoved = true, IsNeeded = isUnderWay && !IsMandateOver });
        changes.Put(new Event(Id.Value, removed.Events, EventType.InstrumentRemoved, null, stamp.Time, Origin, []));
        return Decision.Accepted(changes);
    }
}
