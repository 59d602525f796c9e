using Quittance.Core.Accounts;

namespace Quittance.Core.Overdue;

/// <summary>Which customers who stand at a level are asked for.</summary>
/// <param name="From">The first day on which they reached it.</param>
/// <param name="To">The last day.</param>
/// <param name="IsUnmailed">Whether only those whom no mail reached: none was sent, and none waits for an address that they have.</param>
public sealed record DunnedQuery(MerchantId Merchant, DateOnly From, DateOnly To, bool IsUnmailed);

/// <summary>A customer who stands at a level.</summary>
public sealed record DunnedCustomer(DunningStep Step, DunningCandidate Candidate);

/// <summary>What a customer is reminded of at a level, as the books are now.</summary>
/// <param name="Bills">The overdue charges that count, the longest due first.</param>
/// <param name="CreditMinor">The customer's credit, which covers the first of them, minor units.</param>
/// <param name="NextOn">The day on which the next level comes; null where none comes, or the day is not known.</param>
public sealed record OverdueReminder(DunningStep Step, IReadOnlyList<Charge> Bills, long CreditMinor, DateOnly? NextOn)
{
    /// <summary>The overdue amount less the credit.</summary>
    public Money Overdue => Step.Overdue with { AmountMinor = Bills.Sum(bill => bill.OpenMinor) - CreditMinor };

    /// <summary>
    /// The reminder of a level; null where there is nothing to write any more: the customer stands at another level, is paused or exempt,
    /// has paid, or each bill is paused, disputed or being paid.
    /// </summary>
    public static OverdueReminder? Of(DunningStep step, DunningCase found, DateOnly today)
    {
        var dunning = found.Dunning;
        List<Charge> bills =
        [
            .. found.Overdue.Where(one => one.LeftOut is null).Select(one => one.Charge).OrderBy(bill => bill.DueOn)
                .ThenBy(bill => bill.Number),
        ];
        return (dunning.Cycle, dunning.Level) != (step.Id.Cycle, step.Id.Level) || dunning.IsExempt || dunning.IsPaused(today)
            // Money that came covers them, also before it is allocated.
            || bills.Sum(bill => bill.OpenMinor) <= found.CreditMinor
            ? null : new OverdueReminder(step, bills, found.CreditMinor, found.On(today).On);
    }
}
