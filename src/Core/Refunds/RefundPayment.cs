using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Refunds;

/// <summary>
/// Gives money of a payment back, at most what of it has not gone back yet. Where a provider took it, that provider is asked, and the
/// money is in transit until it says that it is done; money that we were only told of counts as given back at once.
/// </summary>
/// <param name="Origin">Who asks.</param>
/// <param name="Account">Whose payment it is.</param>
/// <param name="Payment">The payment.</param>
/// <param name="Id">The id the refund gets.</param>
/// <param name="Dialect">The dialect through which it is asked for.</param>
public sealed record RefundPayment(Origin Origin, AccountTarget Account, PaymentId Payment, RefundId Id, string Dialect) : Command(Origin, Account)
{
    /// <summary>How much, above zero; null for all that has not gone back yet.</summary>
    public Money? Amount { get; init; }

    /// <summary>What the dialect wants to show again, as JSON of its own.</summary>
    public string? Details { get; init; }

    /// <inheritdoc/>
    public override bool MayAskProvider => true;

    /// <inheritdoc/>
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.WholePayments.Add(Payment);
        wanted.HoldersOf.Add(Payment);
        wanted.DisputesOf.Add(Payment);
    }

    /// <inheritdoc/>
    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Find(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (state.Payment(Payment) is not { } payment || payment.Account != account.Id)
            return Decision.Refused(Refusal.PaymentUnknown);
        if (payment is not { Status: PaymentStatus.Captured, Amount: { } paid })
            return Decision.Refused(Refusal.PaymentNotCaptured);
        if (state.DisputesOf(Payment).Any(dispute => dispute.Status == DisputeStatus.Open))
            return Decision.Refused(Refusal.PaymentDisputed);
        var amount = Amount ?? paid with { AmountMinor = payment.RefundableMinor };
        if (amount.Currency != paid.Currency)
            return Decision.Refused(Refusal.CurrencyMismatch);
        if (amount.AmountMinor == 0 || amount.AmountMinor > payment.RefundableMinor)
            return Decision.Refused(Refusal.ExceedsRefundable);
        return Decision.Accepted(Refunded(state, account, payment, amount, stamp));
    }

    private Changes Refunded(State state, Account account, Payment payment, Money amount, Stamp stamp)
    {
        var plan = new RefundPlan(account, amount.Currency);
        plan.Take(amount.AmountMinor, state.CreditsOf(Payment), state.AllocationsOf(Payment));
        var sequence = payment.Events + 1;
        var capture = state.AttemptsOf(Payment).FirstOrDefault(attempt => attempt is { Verb: Verb.Capture, Status: AttemptStatus.Approved });
        var attempt = capture is null ? null : new Attempt(
            AttemptId.Of(Payment, sequence), Payment, account.Id, account.Slot, capture.Provider, Verb.Refund, amount, stamp.Now)
        {
            Authorisation = capture.Authorisation,
            DueAt = stamp.Now + stamp.Lease,
        };
        var refund = new Refund(
            Id, stamp.Number(1), Payment, account.Id, Dialect, amount, attempt is null ? RefundStatus.Done : RefundStatus.Pending, attempt?.Id, Details,
            Events: 1, stamp.Now)
        {
            TakenBy = sequence,
            Taken = plan.Transfers,
        };
        IReadOnlyList<Transfer> transfers = attempt is null
            ? [.. plan.Transfers, new Transfer(Chart.RefundsInTransit(account, amount.Currency), Chart.Clearing(account, state.HolderOf(Payment)!, amount.Currency), amount.AmountMinor, null)]
            : plan.Transfers;
        return new Changes
        {
            Refunds = [refund],
            Attempts = attempt is null ? [] : [attempt],
            Settled = plan.Settled,
            Forgiven = plan.Forgiven,
            PaymentsChanged = [new PaymentChanged(Payment, AllocatedMinor: plan.Settled.Sum(freed => freed.AmountMinor), RefundedMinor: refund.CoveredMinor)],
            Events =
            [
                new Event(Payment.Value, sequence, attempt is null ? EventType.PaymentRefunded : EventType.PaymentRefunding, null, stamp.Now, Origin, transfers),
                new Event(Id.Value, 1, attempt is null ? EventType.RefundMade : EventType.RefundAsked, null, stamp.Now, Origin, []),
            ],
            NumbersTaken = 1,
        };
    }
}
