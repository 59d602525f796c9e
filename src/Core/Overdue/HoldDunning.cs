using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Overdue;

/// <summary>
/// Pauses the dunning of a customer until a day, exempts the customer for good, or takes both back. A level that was reached stays.
/// </summary>
/// <param name="PausedUntil">The last day without dunning; null for no pause.</param>
public sealed record HoldDunning(Origin Origin, AccountTarget Account, bool IsExempt, DateOnly? PausedUntil)
    : AccountCommand(Origin, Account)
{
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        if (known.Find(Account) is { } found)
            wanted.Add(AccountDunning.Shelf, found.Account);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (account.IsClosed)
            return Decision.Refused(account.WhyClosed);
        var dunning = state.DunningOf(account.Id);
        var held = dunning with { IsExempt = IsExempt, PausedUntil = PausedUntil };
        if (held == dunning)
            return Decision.Refused(Refusal.NothingToChange);
        var changes = new Changes();
        changes.Put(held);
        changes.PutEvent(
            account, IsExempt || PausedUntil is not null ? EventType.AccountDunningHeld : EventType.AccountDunningReleased, Origin, stamp);
        return Decision.Accepted(changes);
    }
}
