using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Accounts;

/// <summary>Asks a deposit for an order. It raises no debt: what is paid of it becomes credit earmarked for the order.</summary>
/// <param name="Origin">Who asks.</param>
/// <param name="Account">Whose order it is.</param>
/// <param name="Order">The order, which is opened if it is new.</param>
/// <param name="Amount">How much more is asked for, above zero, in the account's currency.</param>
public sealed record AskDeposit(Origin Origin, AccountTarget Account, OrderNaming Order, Money Amount) : Command(Origin, Account)
{
    /// <inheritdoc/>
    public override IEnumerable<Reference> References => Order.Names;

    /// <inheritdoc/>
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        Order.Want(wanted, known);
    }

    /// <inheritdoc/>
    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Find(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (Amount.Currency != account.Currency)
            return Decision.Refused(Refusal.CurrencyMismatch);
        if (Order.Refused(state, account, out var order, out var opened) is { } refusal)
            return Decision.Refused(refusal);

        return Decision.Accepted(opened with
        {
            Deposits = [new DepositChanged(order!.Id, Amount.AmountMinor, PaidMinor: 0, EarmarkedMinor: 0)],
            Events = [new Event(order.Id.Value, order.Events + 1, EventType.DepositAsked, null, stamp.At, Origin, [])],
        });
    }
}
