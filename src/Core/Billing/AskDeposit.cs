using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Billing;

/// <summary>Names an order that may have to be opened.</summary>
/// <param name="Id">The id the order gets if it is new.</param>
/// <param name="Names">Its references: its id with the client and its number. At least one; the first finds it.</param>
public sealed record OrderNaming(OrderId Id, IReadOnlyList<Reference> Names)
{
    internal void Want(Wanted wanted, State known)
    {
        if (known.Find(Names[0]) is { } found)
            wanted.AddOrder(new OrderId(Id.Merchant, found.Object));
    }

    /// <summary>Finds the order, or opens it with the changes given out. The refusal when the names belong to something else.</summary>
    internal Refusal? Refused(State state, Account account, out Order? order, out Changes opened)
    {
        opened = new Changes();
        order = null;
        if (state.Find(Names[0]) is { } found)
        {
            order = found.Account == account.Id ? state.Order(new OrderId(Id.Merchant, found.Object)) : null;
            return order is null ? Refusal.OrderUnknown : null;
        }

        if (Names.Any(name => state.Find(name) is not null))
            return Refusal.ReferenceTaken;
        order = new Order(Id, account.Id, DepositAskedMinor: 0, DepositPaidMinor: 0, EarmarkedMinor: 0, Events: 0);
        var referent = new NamedObject(account.Id, account.Slot, Id.Value);
        opened.Put(order);
        opened.Name(referent, Names);
        return null;
    }
}

/// <summary>Asks a deposit for an order. It raises no debt: a payment of it becomes credit earmarked for the order.</summary>
/// <param name="Order">The order, which is opened if it is new.</param>
/// <param name="Amount">How much more is asked for, above zero, in the account's currency.</param>
public sealed record AskDeposit(Origin Origin, AccountTarget Account, OrderNaming Order, Money Amount) : AccountCommand(Origin, Account)
{
    public override IEnumerable<Reference> References => Order.Names;

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        Order.Want(wanted, known);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (account.IsClosed)
            return Decision.Refused(account.WhyClosed);
        if (Amount.Currency != account.Currency)
            return Decision.Refused(Refusal.CurrencyMismatch);
        if (Order.Refused(state, account, out var order, out var opened) is { } refusal)
            return Decision.Refused(refusal);

        var asked = order! with { DepositAskedMinor = checked(order.DepositAskedMinor + Amount.AmountMinor), Events = order.Events + 1 };
        opened.Put(asked);
        opened.Put(new Event(order.Id.Value, asked.Events, EventType.DepositAsked, null, stamp.Time, Origin, []));
        return Decision.Accepted(opened);
    }
}
