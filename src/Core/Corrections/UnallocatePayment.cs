using Quittance.Core.Accounts;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Corrections;

/// <summary>
/// Takes money of a payment off the charges that it settles: they are open again, and the money is credit for the purpose that it had
/// before. It may settle other charges of the customer in the same event.
/// </summary>
public sealed record UnallocatePayment(Origin Origin, AccountTarget Account, PaymentId Payment) : AccountCommand(Origin, Account)
{
    /// <summary>The charge to take the money off; null for all charges, those first that were settled last.</summary>
    public ChargeId? From { get; init; }

    /// <summary>How much, above zero; null for all.</summary>
    public Money? Amount { get; init; }

    /// <summary>The charges that the money settles instead, each once. The rest stays credit.</summary>
    public IReadOnlyList<Part> To { get; init; } = [];

    public override IEnumerable<Reference> References => To.Select(part => part.Target!.Value);

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.AddWhole(Payment);
        wanted.Add(Dispute.OfPayment, Payment);
        wanted.Add(Event.OfSubject, Payment.Subject);
        wanted.AddCharges(known, To);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (account.IsClosed)
            return Decision.Refused(account.WhyClosed);
        if (state.Payment(Payment) is not { } payment || payment.Account != account.Id)
            return Decision.Refused(Refusal.PaymentUnknown);
        if (payment is not { Status: PaymentStatus.Captured, Amount: { } paid })
            return Decision.Refused(Refusal.PaymentNotCaptured);
        if (state.DisputesOf(Payment).Any(dispute => dispute.Status == DisputeStatus.Open))
            return Decision.Refused(Refusal.PaymentDisputed);
        if (Amount is { } said && said.Currency != paid.Currency)
            return Decision.Refused(Refusal.CurrencyMismatch);
        List<Allocation> settled =
            [.. state.AllocationsOf(Payment).Where(one => one.AmountMinor > 0 && (From is null || one.Charge.Id == From))];
        var mostMinor = settled.Sum(allocation => allocation.AmountMinor);
        var amount = Amount ?? paid with { AmountMinor = mostMinor };
        if (amount.AmountMinor == 0 || amount.AmountMinor > mostMinor)
            return Decision.Refused(Refusal.ExceedsSettled);

        var freed = Withdrawal.Of(amount.AmountMinor, [], settled).Allocations;
        var transfers = Freed(state, account, payment, freed);
        if (Settle(state, account, amount, freed, transfers) is { Count: > 0 } faults)
            return Decision.Refused(faults);
        var progress = new PaymentChanges(state, account, payment, Origin, stamp);
        progress.Move(EventType.PaymentUnallocated, null, transfers);
        return progress.Accept();
    }

    /// <summary>
    /// The mirror of what settled the charges: credit goes back to its purpose, and money that was never credit becomes general credit.
    /// </summary>
    private List<Transfer> Freed(State state, Account account, Payment payment, IReadOnlyList<Allocation> freed)
    {
        List<Transfer> transfers = [];
        foreach (var (charge, allocatedMinor) in freed.Select(allocation => (allocation.Charge, allocation.AmountMinor)))
        {
            var receivable = Chart.Receivable(account, charge.Amount.Currency);
            var leftMinor = allocatedMinor;
            var spent = state.History(Payment.Subject, payment.Events).SelectMany(happened => happened.Transfers)
                .Where(transfer => transfer.Charge == charge.Id && transfer.Effect.Credit != 0)
                .GroupBy(transfer => transfer.Effect.Credit < 0 ? transfer.Debit.Purpose : transfer.Credit.Purpose);
            foreach (var credit in spent.Where(credit => credit.Key != CreditPurpose.General))
                Free(credit.Key, Math.Min(leftMinor, -credit.Sum(transfer => transfer.Effect.Credit * transfer.AmountMinor)));
            Free(CreditPurpose.General, leftMinor);

            void Free(string purpose, long minor)
            {
                if (minor <= 0)
                    return;
                transfers.Add(new Transfer(receivable, Chart.Credit(account, purpose, receivable.Currency), minor, charge.Id));
                leftMinor -= minor;
            }
        }

        return transfers;
    }

    /// <summary>Adds the transfers that settle other charges with the freed money. The faults of the parts.</summary>
    private List<Fault> Settle(State state, Account account, Money amount, IReadOnlyList<Allocation> freed, List<Transfer> transfers)
    {
        var plan = new AllocationPlan(state, account, amount);
        var faults = plan.TakeEach(To, [.. freed.Select(allocation => allocation.Charge.Id)]);
        if (plan.LeftMinor < 0)
            faults.Add(new Fault(Refusal.PartsExceedPayment));
        var spending = new CreditSpending(transfers.Select(transfer => new Credit(transfer.Credit.Purpose, transfer.AmountMinor)));
        if (faults.Count == 0 && !plan.Allocations.All(allocation => spending.Spend(account, allocation, transfers)))
            faults.Add(new Fault(Refusal.ExceedsUnallocated));
        return faults;
    }
}
