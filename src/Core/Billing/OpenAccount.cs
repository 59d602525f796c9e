using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Billing;

/// <summary>Opens a customer account.</summary>
/// <param name="Names">Its references; the first decides its slot. At least one.</param>
/// <param name="Currency">The currency in which the customer is billed.</param>
/// <param name="Name">The customer's name, if known.</param>
public sealed record OpenAccount(Origin Origin, AccountId Id, IReadOnlyList<Reference> Names, Currency Currency, string? Name)
    : AccountCommand(Origin, AccountTarget.Named(Names))
{
    /// <summary>
    /// Finds the account of a target, or opens it. Refused where it is closed, where it is unknown and there is no opening, or where the
    /// opening is refused.
    /// </summary>
    /// <param name="account">The account; null only where it is refused.</param>
    internal static Decision FindOrOpen(State state, Stamp stamp, AccountTarget target, OpenAccount? opening, out Account? account)
    {
        account = state.Account(target);
        if (account is not null)
            return account.IsClosed ? Decision.Refused(account.WhyClosed) : Decision.Accepted(new Changes());
        var decision = opening?.Decide(state, stamp) ?? Decision.Refused(Refusal.AccountUnknown);
        account = decision.Changes?.Of<Account>().Single();
        return decision;
    }

    /// <summary>How the customer is reached; null where nothing is known.</summary>
    public Contact? Contact { get; init; }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (Names.Any(name => state.Find(name) is not null))
            return Decision.Refused(Refusal.ReferenceTaken);

        var changes = new Changes();
        var account = new Account(Id, Names[0].HomeSlot(), changes.TakeNumber(stamp), Currency, Name);
        changes.Put(account);
        if (Contact is not null && Contact != Contact.None)
            changes.Put(new AccountContact(Id, Contact));
        changes.Name(
            new NamedObject(Id, account.Slot, Id.Value), [.. Names, Reference.ToAccountNumber(Origin.Merchant, account.Number)]);
        changes.Put(new Event(Id.Value, 1, EventType.AccountOpened, null, stamp.Time, Origin, []));
        return Decision.Accepted(changes);
    }
}
