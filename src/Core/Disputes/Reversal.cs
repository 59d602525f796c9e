using Quittance.Core.Accounts;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Disputes;

/// <summary>
/// Works out where money comes from that went back to the payer: what settles no charge first, then charges, the newest
/// allocation first; those are open again. What the payment does not have any more is written off.
/// </summary>
internal sealed class Reversal(Account account, Payment payment, string provider)
{
    private readonly Currency _currency = payment.Amount!.Value.Currency;

    /// <summary>What moves in the ledger.</summary>
    public List<Transfer> Transfers { get; } = [];

    /// <summary>The charges that are open again, each with an amount below zero.</summary>
    public List<Allocation> Reopened { get; } = [];

    /// <summary>What of the amount the payment had, minor units.</summary>
    public long ReversedMinor { get; private set; }

    private LedgerAccount Clearing => Chart.Clearing(account, provider, _currency);

    /// <summary>Takes the amount back.</summary>
    /// <param name="amountMinor">What went back to the payer, minor units.</param>
    /// <param name="credits">What is left of the payment.</param>
    /// <param name="allocations">What it settles, in the order in which it was settled.</param>
    public void Take(long amountMinor, IReadOnlyList<Credit> credits, IReadOnlyList<Allocation> allocations)
    {
        var taking = Taking.Of(amountMinor, credits, allocations);
        foreach (var credit in taking.Credits)
            Transfers.Add(new Transfer(Chart.Credit(account, credit.Purpose, _currency), Clearing, credit.AmountMinor, null));
        foreach (var allocation in taking.Allocations)
        {
            Transfers.Add(new Transfer(Chart.Receivable(account, _currency), Clearing, allocation.AmountMinor, allocation.Charge.Id));
            Reopened.Add(allocation with { AmountMinor = -allocation.AmountMinor });
        }

        ReversedMinor = amountMinor - taking.MissingMinor;
        if (taking.MissingMinor > 0)
            Transfers.Add(new Transfer(Chart.WriteOff(account, _currency), Clearing, taking.MissingMinor, null));
    }

    /// <summary>Books what the provider takes for its trouble.</summary>
    public void TakeFee(long feeMinor)
    {
        if (feeMinor > 0)
            Transfers.Add(new Transfer(Chart.Fees(account, _currency), Clearing, feeMinor, null));
    }
}
