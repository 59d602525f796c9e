using Quittance.Core.Accounts;
using Quittance.Core.Billing;
using Quittance.Core.Engine;

namespace Quittance.Core.Corrections;

/// <summary>Gives an account a contact in place of the one before, also a closed one: its customer still gets statements.</summary>
public sealed record ChangeContact(Origin Origin, AccountTarget Account, Contact Contact) : AccountCommand(Origin, Account)
{
    /// <summary>Whether what the contact leaves unsaid stays as it is. An address is taken as a whole.</summary>
    public bool KeepsUnsaid { get; init; }

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
        var before = state.Find(AccountContact.Shelf, account.Id)?.Contact ?? Contact.None;
        var now = KeepsUnsaid ? Contact.FilledFrom(before) : Contact;
        if (before == now)
            return Decision.Refused(Refusal.NothingToChange);
        var changes = new Changes();
        ContactChanges.Put(changes, account, now, Origin, stamp);
        return Decision.Accepted(changes);
    }
}
