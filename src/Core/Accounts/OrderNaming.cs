using Quittance.Core.Engine;

namespace Quittance.Core.Accounts;

/// <summary>Names an order that may have to be opened.</summary>
/// <param name="Id">The id the order gets if it is new.</param>
/// <param name="Names">Its references: its id with the client and its number. At least one; the first finds it.</param>
public sealed record OrderNaming(OrderId Id, IReadOnlyList<Reference> Names)
{
    internal void Want(Wanted wanted, State known)
    {
        if (known.Find(Names[0]) is { } found)
            wanted.Orders.Add(new OrderId(Id.Merchant, found.Object));
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
        var referent = new Referent(account.Id, account.Slot, Id.Value);
        opened = new Changes { Orders = [order], References = [.. Names.Distinct().Select(name => new ReferenceGiven(name, referent))] };
        return null;
    }
}
