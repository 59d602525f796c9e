using Quittance.Core.Accounts;
using Quittance.Core.Ledger;

namespace Quittance.Core.Payments;

/// <summary>Money that leaves a payment: unallocated credit first, then allocations, newest first.</summary>
/// <param name="Credits">The credits that it takes, each above zero.</param>
/// <param name="Allocations">The allocations that it takes, each above zero, newest first.</param>
/// <param name="MissingMinor">The amount that the payment no longer has, minor units.</param>
internal sealed record Withdrawal(IReadOnlyList<Credit> Credits, IReadOnlyList<Allocation> Allocations, long MissingMinor)
{
    /// <param name="credits">The credits that are left of the payment.</param>
    /// <param name="allocations">The allocations of the payment, oldest first.</param>
    public static Withdrawal Of(long amountMinor, IReadOnlyList<Credit> credits, IReadOnlyList<Allocation> allocations)
    {
        var leftMinor = amountMinor;
        List<Credit> fromCredits = [];
        foreach (var credit in credits)
        {
            if (Next(credit.AmountMinor) is > 0 and var takenMinor)
                fromCredits.Add(credit with { AmountMinor = takenMinor });
        }

        List<Allocation> fromAllocations = [];
        foreach (var allocation in allocations.Reverse())
        {
            if (Next(allocation.AmountMinor) is > 0 and var takenMinor)
                fromAllocations.Add(allocation with { AmountMinor = takenMinor });
        }

        return new Withdrawal(fromCredits, fromAllocations, leftMinor);

        long Next(long availableMinor)
        {
            var takenMinor = Math.Min(availableMinor, leftMinor);
            leftMinor -= takenMinor;
            return takenMinor;
        }
    }

    /// <summary>The credits and the allocations of a payment after transfers of it. The payment has settled their charges before.</summary>
    public static (IReadOnlyList<Credit> Credits, IReadOnlyList<Allocation> Allocations) After(
        IReadOnlyList<Transfer> transfers, IReadOnlyList<Credit> credits, IReadOnlyList<Allocation> allocations)
    {
        List<Credit> after =
        [
            .. credits.Concat(transfers.Where(transfer => transfer.Effect.Credit != 0).Select(transfer => new Credit(
                (transfer.Effect.Credit > 0 ? transfer.Credit : transfer.Debit).Purpose, transfer.Effect.Credit * transfer.AmountMinor)))
                .GroupBy(credit => credit.Purpose).Select(same => new Credit(same.Key, same.Sum(credit => credit.AmountMinor))),
        ];
        return (
            after,
            [
                .. allocations.Select(allocation => allocation with
                {
                    AmountMinor = allocation.AmountMinor + transfers.Where(transfer => transfer.Charge == allocation.Charge.Id)
                        .Sum(transfer => transfer.Effect.Settled * transfer.AmountMinor),
                }),
            ]);
    }

    /// <summary>The transfers that move the money back to the account of its holder: the charges that it settled are open again.</summary>
    public List<Transfer> ToHolder(LedgerAccount clearing, Account account) => To(clearing, account, allocation =>
        [new Transfer(Chart.Receivable(account, clearing.Currency), clearing, allocation.AmountMinor, allocation.Charge.Id)]);

    /// <summary>
    /// The transfers that move the money to another ledger account; the merchant writes off what the payment no longer has.
    /// </summary>
    /// <param name="fromCharge">The transfers that free money of a charge.</param>
    public List<Transfer> To(
        LedgerAccount target, Account account, Func<Allocation, IEnumerable<Transfer>> fromCharge)
    {
        List<Transfer> transfers =
        [
            .. Credits.Select(
                credit => new Transfer(Chart.Credit(account, credit.Purpose, target.Currency), target, credit.AmountMinor, null)),
            .. Allocations.SelectMany(fromCharge),
        ];
        if (MissingMinor > 0)
            transfers.Add(new Transfer(Chart.WriteOff(account, target.Currency), target, MissingMinor, null));
        return transfers;
    }
}
