using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;

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

/// <summary>
/// Gathers what refunds of an account's payments change: each takes the money from its payment. Where a provider has it, that provider is
/// asked, and the money is in transit until it says that it is done. Money on the house's bank account or at a client's gateway is in transit until an
/// operator or a line of a statement tells that it was paid out. Money from the drawer is given back at once.
/// </summary>
internal sealed class Refunding(State state, Account account, Origin origin, string dialect, Stamp stamp)
{
    private readonly List<Refund> _refunds = [];
    private readonly List<Attempt> _attempts = [];
    private readonly List<Allocation> _settled = [];
    private readonly List<Allocation> _forgiven = [];
    private readonly List<DepositChanged> _deposits = [];
    private readonly List<PaymentChanged> _payments = [];
    private readonly List<Event> _events = [];

    /// <summary>Gives money of a payment back.</summary>
    /// <param name="id">The id the refund gets.</param>
    /// <param name="payment">The payment, captured and read whole.</param>
    /// <param name="amount">How much; the payment has it.</param>
    /// <param name="credits">The credits of the payment that may be taken.</param>
    /// <param name="allocations">What the payment settles that may be taken.</param>
    /// <param name="details">What the dialect wants to show again.</param>
    /// <param name="shareOf">The refund that it is a share of; null when it stands for itself.</param>
    public void Take(
        RefundId id, Payment payment, Money amount, IReadOnlyList<Credit> credits, IReadOnlyList<Allocation> allocations, string? details, RefundId? shareOf = null)
    {
        var plan = new RefundPlan(account, amount.Currency);
        plan.Take(amount.AmountMinor, credits, allocations);
        var sequence = payment.Events + 1;
        var attempt = AttemptOf(payment, sequence, amount);
        var refund = new Refund(
            id, NextNumber(), payment.Id, account.Id, dialect, amount, attempt is null ? RefundStatus.Done : RefundStatus.Pending, attempt?.Id, details,
            Events: 1, stamp.At)
        {
            ShareOf = shareOf,
            TakenBy = sequence,
            Taken = plan.Transfers,
        };
        IReadOnlyList<Transfer> transfers = attempt is null
            ? [.. plan.Transfers, new Transfer(Chart.RefundsInTransit(account, amount.Currency), Chart.Clearing(account, state.HolderOf(payment.Id)!, amount.Currency), amount.AmountMinor, null)]
            : plan.Transfers;
        if (attempt is not null)
            _attempts.Add(attempt);
        _settled.AddRange(plan.Settled);
        _forgiven.AddRange(plan.Forgiven);
        _deposits.AddRange(EarmarkedMoney.Moved(state, account, plan.Transfers));
        _payments.Add(new PaymentChanged(payment.Id, AllocatedMinor: plan.Settled.Sum(freed => freed.AmountMinor), RefundedMinor: refund.CoveredMinor));
        _events.Add(new Event(
            payment.Id.Value, sequence, attempt is null ? EventType.PaymentRefunded : EventType.PaymentRefunding, null, stamp.At, origin, transfers));
        Add(refund);
    }

    /// <summary>The refund whose shares were taken: it stands as they do together.</summary>
    public void AddWhole(RefundId id, Money amount, string? details) => Add(RefundShares.Together(
        new Refund(id, NextNumber(), Payment: null, account.Id, dialect, amount, RefundStatus.Pending, Attempt: null, details, Events: 1, stamp.At)
        {
            TakenBy = 0,
        },
        _refunds));

    /// <summary>All of it. The last event is that of the refund which was added last.</summary>
    public Changes ToChanges() => new()
    {
        Refunds = _refunds,
        Attempts = _attempts,
        Settled = _settled,
        Forgiven = _forgiven,
        Deposits = _deposits,
        PaymentsChanged = _payments,
        Events = _events,
        NumbersTaken = _refunds.Count,
    };

    private long NextNumber() => stamp.Number(_refunds.Count + 1);

    private void Add(Refund refund)
    {
        _refunds.Add(refund);
        var type = refund.Status == RefundStatus.Pending ? EventType.RefundAsked : EventType.RefundMade;
        _events.Add(new Event(refund.Id.Value, 1, type, null, stamp.At, origin, []));
    }

    private Attempt? AttemptOf(Payment payment, int sequence, Money amount)
    {
        var capture = state.AttemptsOf(payment.Id).FirstOrDefault(attempt => attempt is { Verb: Verb.Capture, Status: AttemptStatus.Approved });
        var provider = capture?.Provider ?? state.HolderOf(payment.Id);
        if (capture is null && provider is not (ClearingProvider.BankTransfer or ClearingProvider.Gateway))
            return null;
        return new Attempt(AttemptId.Of(payment.Id, sequence), payment.Id, account.Id, account.Slot, provider!, Verb.Refund, amount, stamp.Now)
        {
            Authorisation = capture?.Authorisation,
            DueAt = stamp.Now + stamp.Lease,
        };
    }
}
