using Quittance.Core.Accounts;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Refunds;

/// <summary>
/// Works out where the money of a refund comes from: what of the payment settles no charge first, then what does, the newest allocation
/// first. A credit note forgives what it had settled.
/// </summary>
internal sealed class RefundPlan(Account account, Currency currency)
{
    /// <summary>What moves in the ledger.</summary>
    public List<Transfer> Transfers { get; } = [];

    /// <summary>The charges that are settled no more, each with an amount below zero.</summary>
    public List<Allocation> Settled { get; } = [];

    /// <summary>What of charges is forgiven.</summary>
    public List<Allocation> Forgiven { get; } = [];

    private LedgerAccount InTransit => Chart.RefundsInTransit(account, currency);

    /// <summary>Takes the money. What the payment does not have any more is written off.</summary>
    /// <param name="amountMinor">How much, minor units.</param>
    /// <param name="credits">What is left of the payment.</param>
    /// <param name="allocations">What it settles, in the order in which it was settled.</param>
    public void Take(long amountMinor, IReadOnlyList<Credit> credits, IReadOnlyList<Allocation> allocations)
    {
        var taking = Taking.Of(amountMinor, credits, allocations);
        foreach (var credit in taking.Credits)
            Transfers.Add(new Transfer(Chart.Credit(account, credit.Purpose, currency), InTransit, credit.AmountMinor, null));
        foreach (var allocation in taking.Allocations)
            Forgive(allocation.Charge, allocation.AmountMinor);
        if (taking.MissingMinor > 0)
            Transfers.Add(new Transfer(Chart.WriteOff(account, currency), InTransit, taking.MissingMinor, null));
    }

    private void Forgive(Charge charge, long amountMinor)
    {
        var (receivable, credit) = (Chart.Receivable(account, currency), Chart.Credit(account, CreditPurpose.General, currency));
        Transfers.Add(new Transfer(Chart.Billed(account, currency), receivable, amountMinor, charge.Id));
        Transfers.Add(new Transfer(receivable, credit, amountMinor, charge.Id));
        Transfers.Add(new Transfer(credit, InTransit, amountMinor, null));
        Settled.Add(new Allocation(charge, -amountMinor));
        Forgiven.Add(new Allocation(charge, amountMinor));
    }
}
