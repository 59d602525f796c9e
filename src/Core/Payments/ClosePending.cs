using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Payments;

/// <summary>
/// Says what became of a payment that was only recorded and waits for its money: it came, or it never will. What a provider is asked for, that
/// provider tells. A bare record has no money to wait for, but can be called off.
/// </summary>
/// <param name="Origin">Who says so.</param>
/// <param name="Account">Whose payment it is.</param>
/// <param name="Payment">The payment.</param>
/// <param name="ReceivedBy">Who has its money now; null where it never came.</param>
/// <param name="Parts">What the money is for, as far as that is due; only <see cref="PartKind.ChargeIfKnown"/>. What is left becomes credit.</param>
public sealed record ClosePending(Origin Origin, AccountTarget Account, PaymentId Payment, string? ReceivedBy, IReadOnlyList<Part> Parts)
    : Command(Origin, Account)
{
    /// <inheritdoc/>
    public override IEnumerable<Reference> References => Parts.Select(part => part.Target!.Value);

    /// <inheritdoc/>
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.WholePayments.Add(Payment);
        foreach (var part in Parts)
        {
            if (known.Find(part.Target!.Value) is { } found)
                wanted.Charges.Add(new ChargeId(Origin.Merchant, found.Object));
        }
    }

    /// <inheritdoc/>
    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Find(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (state.Payment(Payment) is not { } payment || payment.Account != account.Id)
            return Decision.Refused(Refusal.PaymentUnknown);
        if (payment.Status != PaymentStatus.Pending || state.AttemptsOf(Payment).Any())
            return Decision.Refused(Refusal.PaymentNotPending);
        var progress = new PaymentProgress(state, account, payment, Origin, stamp);
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
