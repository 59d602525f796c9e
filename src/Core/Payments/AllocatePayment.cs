using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;

namespace Quittance.Core.Payments;

/// <summary>Settles charges with money of an earlier payment that settles none yet.</summary>
/// <param name="Payment">The payment whose money is used.</param>
/// <param name="Parts">
/// The charges, at least one and each once: with exact amounts, all of them or none (<see cref="PartKind.Charge"/>), or as far as they are
/// due and the money reaches (<see cref="PartKind.ChargeUpTo"/>).
/// </param>
public sealed record AllocatePayment(Origin Origin, AccountTarget Account, PaymentId Payment, IReadOnlyList<Part> Parts)
    : AccountCommand(Origin, Account)
{
    public override IEnumerable<Reference> References => Parts.Select(part => part.Target!.Value);

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.AddPayment(Payment);
        wanted.AddCharges(known, Parts);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (state.Payment(Payment) is not { } payment || payment.Account != account.Id)
            return Decision.Refused(Refusal.PaymentUnknown);

        // A bare record has no money, so any allocation is too much; other faults come first.
        var left = new Money(payment.UnallocatedMinor, payment.Amount?.Currency ?? account.Currency);
        var plan = new AllocationPlan(state, account, left);
        if (plan.TakeEach(Parts, []) is { Count: > 0 } faults)
            return Decision.Refused(faults);
        if (plan.Allocations.Count == 0)
            return Decision.Refused(left.AmountMinor == 0 ? Refusal.ExceedsUnallocated : Refusal.NothingDue);

        var spending = new CreditSpending(state.CreditsOf(Payment));
        var transfers = new List<Transfer>();
        foreach (var allocation in plan.Allocations)
        {
            if (!spending.Spend(account, allocation, transfers))
                return Decision.Refused(Refusal.ExceedsUnallocated);
        }

        var progress = new PaymentChanges(state, account, payment, Origin, stamp);
        progress.Move(EventType.PaymentAllocated, null, transfers);
        return progress.Accept();
    }
}

/// <summary>
/// Takes the money for allocations from a payment's credits: credit earmarked for the charge's own order first, since it can go nowhere
/// else, then general credit, then escrow.
/// </summary>
internal sealed class CreditSpending(IEnumerable<Credit> credits)
{
    private readonly List<Credit> _left = [.. credits.OrderBy(credit => Rank(credit.Purpose))];

    /// <summary>Adds the transfers that pay for an allocation; false when the credits that may settle its charge do not suffice.</summary>
    public bool Spend(Account account, Allocation allocation, List<Transfer> transfers)
    {
        var missingMinor = allocation.AmountMinor;
        var currency = allocation.Charge.Amount.Currency;
        for (var i = 0; i < _left.Count && missingMinor > 0; i++)
        {
            var credit = _left[i];
            var spentMinor = CreditPurpose.MaySettle(credit.Purpose, allocation.Charge) ? Math.Min(credit.AmountMinor, missingMinor) : 0;
            if (spentMinor == 0)
                continue;
            transfers.Add(new Transfer(
                Chart.Credit(account, credit.Purpose, currency), Chart.Receivable(account, currency), spentMinor, allocation.Charge.Id));
            _left[i] = credit with { AmountMinor = credit.AmountMinor - spentMinor };
            missingMinor -= spentMinor;
        }

        return missingMinor == 0;
    }

    private static int Rank(string purpose) => purpose switch
    {
        CreditPurpose.General => 1,
        CreditPurpose.Escrow => 2,
        _ => 0,
    };
}
