using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;

namespace Quittance.Core.Refunds;

/// <summary>The transfers of refunds.</summary>
internal static class RefundMoney
{
    /// <summary>
    /// Puts the money of a refund in transit: unallocated credit first, then allocations, newest first. A credit note forgives what an
    /// allocation had settled, unless the debt is kept: then the charge is open again.
    /// </summary>
    /// <param name="credits">The payment's credits that the refund may take.</param>
    /// <param name="allocations">The allocations that it may take, in the order in which the payment settled their charges.</param>
    public static List<Transfer> Take(
        Account account, Money amount, IReadOnlyList<Credit> credits, IReadOnlyList<Allocation> allocations, bool keepsDebt)
    {
        var (receivable, credit) =
            (Chart.Receivable(account, amount.Currency), Chart.Credit(account, CreditPurpose.General, amount.Currency));
        var (billed, transit) = (Chart.Billed(account, amount.Currency), Chart.RefundsInTransit(account, amount.Currency));
        return Withdrawal.Of(amount.AmountMinor, credits, allocations).To(transit, account, allocation =>
        [
            .. keepsDebt ? (Transfer[])[] : [new Transfer(billed, receivable, allocation.AmountMinor, allocation.Charge.Id)],
            new Transfer(receivable, credit, allocation.AmountMinor, allocation.Charge.Id),
            new Transfer(credit, transit, allocation.AmountMinor, null),
        ]);
    }

    /// <summary>The holder of the money gives it to the payer.</summary>
    public static Transfer PayOut(Account account, Money amount, string holder) => new(
        Chart.RefundsInTransit(account, amount.Currency), Chart.Clearing(account, holder, amount.Currency), amount.AmountMinor, null);
}

/// <summary>
/// Refunds money of an account's payments. A provider that holds the money is asked, and the money is in transit until the provider says
/// that the payer has it. Money on the merchant's bank account or at a client's gateway is in transit until an operator or a line of a
/// statement confirms that it was paid out. Cash goes back at once.
/// </summary>
internal sealed class Refunding(State state, Account account, Origin origin, string dialect, Stamp stamp)
{
    /// <summary>Whether the charges that the money had settled are open again; else credit notes forgive them.</summary>
    public bool KeepsDebt { get; init; }

    /// <summary>All changes. The last event is that of the refund added last.</summary>
    public Changes Changes { get; } = new();

    /// <summary>Refunds money of a payment, which was read whole and has the money.</summary>
    /// <param name="credits">The credits of the payment that the refund may take.</param>
    /// <param name="allocations">The allocations of the payment that the refund may take.</param>
    /// <param name="shareOf">The refund that this one is a share of; null when it stands for itself.</param>
    /// <param name="takenOver">
    /// The attempt's id at the provider that has made it already, and the provider's own; null where the provider is to be asked.
    /// </param>
    public void Take(
        RefundId id, Payment payment, Money amount, IReadOnlyList<Credit> credits, IReadOnlyList<Allocation> allocations, string? details,
        RefundId? shareOf = null, (AttemptId Attempt, string? Reference)? takenOver = null)
    {
        var taken = RefundMoney.Take(account, amount, credits, allocations, KeepsDebt);
        var sequence = payment.Events + 1;
        var attempt = AttemptOf(payment, takenOver?.Attempt ?? AttemptId.Of(id), amount);
        var (type, transfers) = attempt is null
            ? (EventType.PaymentRefunded, [.. taken, RefundMoney.PayOut(account, amount, state.HolderOf(payment.Id)!)])
            : (EventType.PaymentRefunding, taken);
        if (attempt is not null)
            Changes.Put(attempt with { ProviderReference = takenOver?.Reference });
        PaymentEvents.Put(
            Changes, state, account, payment, new Event(payment.Id.Value, sequence, type, null, stamp.Time, origin, transfers));
        Add(New(id, amount, attempt is null ? RefundStatus.Done : RefundStatus.Pending, details) with
        {
            Payment = payment.Id,
            Attempt = attempt?.Id,
            ShareOf = shareOf,
            TakenBy = sequence,
            Taken = taken,
        });
    }

    /// <summary>Adds the refund whose shares were taken.</summary>
    public void AddWhole(RefundId id, Money amount, string? details) =>
        Add(RefundShares.Together(New(id, amount, RefundStatus.Pending, details), [.. Changes.Of<Refund>()]));

    private Refund New(RefundId id, Money amount, RefundStatus status, string? details) => new(
        id, Changes.TakeNumber(stamp), Payment: null, account.Id, dialect, amount, status, Attempt: null, details, Events: 1, stamp.At)
    {
        TakenBy = 0,
    };

    private void Add(Refund refund)
    {
        var type = refund.Status == RefundStatus.Pending ? EventType.RefundAsked : EventType.RefundMade;
        Changes.Put(refund);
        Changes.Put(new Event(refund.Id.Value, 1, type, null, stamp.Time, origin, []));
    }

    private Attempt? AttemptOf(Payment payment, AttemptId id, Money amount)
    {
        var capture = state.AttemptsOf(payment.Id)
            .FirstOrDefault(attempt => attempt is { Verb: Verb.Capture, Status: AttemptStatus.Approved });
        var provider = capture?.Provider ?? state.HolderOf(payment.Id);
        if (capture is null && provider is not (ClearingProvider.BankTransfer or ClearingProvider.Gateway))
            return null;
        return new Attempt(id, payment.Id, account.Id, account.Slot, provider!, Verb.Refund, amount, stamp.Now)
        {
            Authorisation = capture?.Authorisation,
            DueAt = stamp.Now + stamp.Lease,
        };
    }
}
