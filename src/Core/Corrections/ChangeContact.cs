using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Corrections;

/// <summary>Gives an account a contact in place of the one before, also a closed one: its customer still gets statements.</summary>
public sealed record ChangeContact(Origin Origin, AccountTarget Account, Contact Contact) : AccountCommand(Origin, Account)
{
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        if (known.Find(Account) is { } found)
            wanted.Add(AccountContact.Shelf, found.Account);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (account.MergedInto is not null)
            return Decision.Refused(Refusal.AccountMerged);
        if ((state.Find(AccountContact.Shelf, account.Id)?.Contact ?? Contact.None) == Contact)
            return Decision.Refused(Refusal.NothingToChange);
        var changes = new Changes();
        Put(changes, account, Contact, Origin, stamp);
        return Decision.Accepted(changes);
    }

    internal static void Put(Changes changes, Account account, Contact contact, Origin origin, Stamp stamp)
    {
        changes.Put(new AccountContact(account.Id, contact));
        changes.Put(account with { Events = account.Events + 1 });
        changes.Put(new Event(account.Id.Value, account.Events + 1, EventType.AccountContactChanged, null, stamp.Time, origin, []));
    }
}
