using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Corrections;

/// <summary>
/// Moves money of a payment to another customer, whose money it is: it leaves the payment as it came, and becomes a payment of that
/// customer. Credit leaves first, then allocations, newest first. Only cash and bank transfers: a provider and a gateway pay back to the
/// payer's own card or account, and a dispute takes the money from the payment that it came with.
/// </summary>
/// <param name="Account">The customer who gets the money.</param>
/// <param name="Payer">The customer whose payment it is now.</param>
/// <param name="Id">The id of the payment that the customer gets.</param>
/// <param name="Amount">How much, above zero.</param>
public sealed record MovePayment(
    Origin Origin, AccountTarget Account, AccountTarget Payer, PaymentId Payment, PaymentId Id, Money Amount)
    : AccountCommand(Origin, Account)
{
    /// <summary>
    /// The charges of the customer that the money settles, each as far as it is due; the rest is credit. Null for all of the customer's
    /// open charges, oldest due first.
    /// </summary>
    public IReadOnlyList<Part>? To { get; init; }

    private IReadOnlyList<Part> Parts => To ?? [];

    public override IEnumerable<Reference> References => Parts.Select(part => part.Target!.Value);

    public override IReadOnlyList<AccountTarget> Others => [Payer];

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        if (known.Find(Payer) is { } payer)
            wanted.Add(Accounts.Account.Shelf, payer.Account);
        wanted.AddWhole(Payment);
        wanted.Add(Funds.HeldBy, Payment);
        wanted.Add(Dispute.OfPayment, Payment);
        wanted.AddCharges(known, Parts);

        if (To is null && known.Find(Account) is { } holder)
            wanted.AddOpenCharges(holder.Account, Amount);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account || state.Account(Payer) is not { } payer)
            return Decision.Refused(Refusal.AccountUnknown);
        if (account.IsClosed || payer.IsClosed)
            return Decision.Refused((account.IsClosed ? account : payer).WhyClosed);
        if (state.Payment(Payment) is not { } payment || payment.Account != payer.Id)
            return Decision.Refused(Refusal.PaymentUnknown);
        if (payment is not { Status: PaymentStatus.Captured, Amount: { } paid })
            return Decision.Refused(Refusal.PaymentNotCaptured);
        if (state.DisputesOf(Payment).Any(dispute => dispute.Status == DisputeStatus.Open))
            return Decision.Refused(Refusal.PaymentDisputed);
        var holder = state.HolderOf(Payment)!;
        if (holder is not (ClearingProvider.Cash or ClearingProvider.BankTransfer))
            return Decision.Refused(Refusal.HeldByProvider);
        if (Amount.AmountMinor == 0 || Amount.AmountMinor > payment.RefundableMinor)
            return Decision.Refused(Refusal.ExceedsRefundable);
        if (Amount.Currency != paid.Currency || Amount.Currency != account.Currency)
            return Decision.Refused(Refusal.CurrencyMismatch);
        if (payer.Id == account.Id)
            return Decision.Refused(Refusal.SameCustomer);

        var plan = new AllocationPlan(state, account, Amount);
        var faults = plan.TakeEach(Parts, []);
        if (plan.LeftMinor < 0)
            faults.Add(new Fault(Refusal.PartsExceedPayment));
        if (faults.Count > 0)
            return Decision.Refused(faults);
        plan.TakeRemainder(To is null ? Remainder.OldestDueFirst : Remainder.Credit);

        var changes = MoneyOut.Of(new PaymentChanges(state, payer, payment, Origin, stamp), Amount, EventType.PaymentMoved);
        var moved = new Payment(
            Id, changes.TakeNumber(stamp), account.Id, Reference.House, PaymentStatus.Captured, Amount, AllocatedMinor: 0, payment.Method,
            Instrument: null, Details: null, Events: 0, stamp.At)
        {
            MovedFrom = Payment,
        };
        PaymentEvents.Put(
            changes, state, account, moved,
            new Event(
                Id.Value, 1, EventType.PaymentRecorded, PaymentStatus.Captured, stamp.Time, Origin, plan.TransfersFrom(holder)));
        return Decision.Accepted(changes);
    }
}

/// <summary>Money that leaves a payment by a correction, as it came: from credit and charges back to the account of its holder.</summary>
internal static class MoneyOut
{
    /// <summary>The changes of the payment.</summary>
    /// <param name="amount">At most what the payment has.</param>
    public static Changes Of(PaymentChanges progress, Money amount, EventType type)
    {
        var (state, account, id) = (progress.State, progress.Account, progress.Payment.Id);
        var clearing = Chart.Clearing(account, state.HolderOf(id)!, amount.Currency);
        progress.Move(
            type, null,
            Withdrawal.Of(amount.AmountMinor, state.CreditsOf(id), state.AllocationsOf(id)).ToHolder(clearing, account));
        return progress.Accept().Changes!;
    }
}
