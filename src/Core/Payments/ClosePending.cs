using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Payments;

/// <summary>
/// Completes or cancels a recorded payment that waits for its money. A payment through a provider waits for the provider instead. A
/// bare record has no money to wait for, but can be cancelled.
/// </summary>
/// <param name="ReceivedBy">The holder of the money; null to cancel the payment.</param>
/// <param name="Parts">
/// The charges that the money settles as far as they are due; only <see cref="PartKind.ChargeIfKnown"/>. The rest becomes credit.
/// </param>
public sealed record ClosePending(Origin Origin, AccountTarget Account, PaymentId Payment, string? ReceivedBy, IReadOnlyList<Part> Parts)
    : AccountCommand(Origin, Account)
{
    public override IEnumerable<Reference> References => Parts.Select(part => part.Target!.Value);

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.AddWhole(Payment);
        wanted.AddCharges(known, Parts);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (state.Payment(Payment) is not { } payment || payment.Account != account.Id)
            return Decision.Refused(Refusal.PaymentUnknown);
        if (payment.Status != PaymentStatus.Pending || state.AttemptsOf(Payment).Any())
            return Decision.Refused(Refusal.PaymentNotPending);
        var progress = new PaymentChanges(state, account, payment, Origin, stamp);
        if (ReceivedBy is not { } receiver)
        {
            progress.Move(EventType.PaymentCancelled, PaymentStatus.Cancelled);
            return progress.Accept();
        }

        if (payment.Amount is not { } amount)
            return Decision.Refused(Refusal.PaymentNotPending);
        if (amount.Currency != account.Currency)
            return Decision.Refused(Refusal.CurrencyMismatch);
        var plan = new AllocationPlan(state, account, amount);
        foreach (var part in Parts)
            plan.Take(part);
        plan.TakeRemainder(Remainder.Credit);
        progress.Move(EventType.PaymentCaptured, PaymentStatus.Captured, plan.TransfersFrom(receiver));
        return progress.Accept();
    }
}
