using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Billing;

/// <summary>The changes by which a customer is reached otherwise.</summary>
internal static class ContactChanges
{
    /// <summary>Adds what is not known of a customer, and nothing where all is.</summary>
    public static void Fill(Changes changes, State state, Account account, Contact more, Origin origin, Stamp stamp)
    {
        var before = state.Find(AccountContact.Shelf, account.Id)?.Contact ?? Contact.None;
        if (before.FilledFrom(more) is var now && now != before)
            Put(changes, account, now, origin, stamp);
    }

    /// <summary>Gives a customer a contact in place of the one before.</summary>
    public static void Put(Changes changes, Account account, Contact contact, Origin origin, Stamp stamp)
    {
        changes.Put(new AccountContact(account.Id, contact));
        changes.Put(account with { Events = account.Events + 1 });
        changes.Put(new Event(account.Id.Value, account.Events + 1, EventType.AccountContactChanged, null, stamp.Time, origin, []));
    }
}
