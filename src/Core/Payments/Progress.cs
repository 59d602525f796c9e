using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Bookings;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;

namespace Quittance.Core.Payments;

/// <summary>
/// Gathers what news about one payment change: its attempts, its status, its money. The payment has one event for it at most,
/// and that is the last one.
/// </summary>
internal sealed class Progress(State state, Account account, Payment payment, Origin origin, Stamp stamp)
{
    private readonly List<Event> _attemptEvents = [];
    private readonly List<Attempt> _changed = [];
    private readonly List<Attempt> _opened = [];
    private PaymentChanged _change = new(payment.Id);
    private Event? _event;
    private IReadOnlyList<Allocation> _settled = [];
    private readonly List<Dispute> _disputes = [];
    private bool _releases;
    private Changes _confirmation = new();
    private IReadOnlyList<Allocation> _forgiven = [];
    private readonly List<Refund> _refunds = [];
    private readonly List<Event> _refundEvents = [];

    /// <summary>The payment as it stood before.</summary>
    public Payment Payment => payment;

    /// <summary>
    /// Whether the provider approved and then declined: all of the money has gone back, whatever of it was or will be disputed. So it
    /// does not matter in which order we are told.
    /// </summary>
    public bool IsDeclinedLate => payment.Status == PaymentStatus.Captured && state.AttemptsOf(payment.Id).Any(
        attempt => attempt is { Verb: Verb.Authorise or Verb.Capture, Status: AttemptStatus.Declined });

    /// <summary>
    /// Whether the provider declined the capture of a payment that came to nothing. It may have approved it before, without our ever
    /// hearing of it, so that somebody could dispute it.
    /// </summary>
    public bool IsDeclinedUnbooked => payment.Status is PaymentStatus.Declined or PaymentStatus.Failed && state.AttemptsOf(payment.Id).Any(
        attempt => attempt is { Verb: Verb.Capture, Status: AttemptStatus.Declined, IsJudged: false });

    /// <summary>An attempt as it is now, with its event.</summary>
    public void Change(Attempt attempt, EventType type)
    {
        var sequence = attempt.Events + 1;
        _changed.Add(attempt with { Events = sequence });
        _attemptEvents.Add(new Event(attempt.Id.Value, sequence, type, null, stamp.At, origin, []));
    }

    /// <summary>The payment's event, with where it stands from now on.</summary>
    public void Move(EventType type, PaymentStatus? status)
    {
        _change = _change with { Status = status };
        _event = EventOf(type, status, []);
    }

    /// <summary>What a dispute is now.</summary>
    public void Change(Dispute dispute) => _disputes.Add(dispute);

    /// <summary>The payment is no longer under way: others may collect what it claimed.</summary>
    public void Release() => _releases = true;

    /// <summary>Opens the next attempt, by the payment's event, after another.</summary>
    public void Open(Verb verb, Attempt after, TimeSpan lease) => _opened.Add(
        new Attempt(
            AttemptId.Of(payment.Id, _event!.Sequence), payment.Id, account.Id, account.Slot, after.Provider, verb, after.Amount, stamp.Now)
        {
            Authorisation = after.Authorisation ?? after.Id,
            Remainder = after.Remainder,
            DueAt = stamp.Now + lease,
        });

    /// <summary>Books captured money: the claims first, as far as they are still due, then the remainder.</summary>
    public void Book(Attempt capture)
    {
        var plan = new AllocationPlan(state, account, capture.Amount);
        var booked = state.BookingOf(payment.Id) is { Status: BookingStatus.Held } booking ? Confirm(booking) : null;
        foreach (var claim in state.ClaimsOf(payment.Id))
        {
            // The charge of a booking is raised by being paid. One that was lost meanwhile has none: its money stays credit.
            if ((state.Charge(claim.Charge) ?? booked) is { } charge)
                plan.TakeUpTo(charge, claim.AmountMinor);
        }

        plan.TakeRemainder(capture.Remainder);
        _settled = plan.Allocations;
        _change = new PaymentChanged(payment.Id, PaymentStatus.Captured, plan.Allocations.Sum(allocation => allocation.AmountMinor));
        _event = EventOf(EventType.PaymentCaptured, PaymentStatus.Captured, plan.TransfersFrom(capture.Provider));
        Release();
    }

    /// <summary>The booking is paid for: it owes its price, which this very payment settles. Returns the charge.</summary>
    private Charge Confirm(Booking booking)
    {
        var charge = booking.ToCharge(account, stamp.Number(1), stamp.At);
        var referent = new Referent(account.Id, account.Slot, charge.Id.Value);
        var raised = new Transfer(
            Chart.Receivable(account, booking.Price.Currency), Chart.Billed(account, booking.Price.Currency), booking.Price.AmountMinor, charge.Id);
        _confirmation = new Changes
        {
            Charges = [charge],
            References =
            [
                new ReferenceGiven(new Reference(booking.Id.Merchant, payment.Dialect, "booking", charge.Reference!), referent),
                new ReferenceGiven(Reference.ToChargeNumber(booking.Id.Merchant, charge.Number), referent),
            ],
            BookingsChanged = [booking with { Status = BookingStatus.Confirmed, Events = booking.Events + 1 }],
            Events =
            [
                new Event(charge.Id.Value, 1, EventType.ChargeRaised, null, stamp.At, origin, [raised]),
                new Event(booking.Id.Value, booking.Events + 1, EventType.BookingConfirmed, null, stamp.At, origin, []),
            ],
            NumbersTaken = 1,
        };
        return charge;
    }

    /// <summary>Books that money went back to the payer. Returns what of it the payment had, minor units.</summary>
    public long Reverse(string provider, long amountMinor, long feeMinor)
    {
        var reversal = new Reversal(account, payment, provider);
        reversal.Take(amountMinor, state.CreditsOf(payment.Id), state.AllocationsOf(payment.Id));
        reversal.TakeFee(feeMinor);
        _settled = reversal.Reopened;
        _change = new PaymentChanged(payment.Id, null, reversal.Reopened.Sum(reopened => reopened.AmountMinor), reversal.ReversedMinor);
        _event = EventOf(EventType.PaymentReversed, null, reversal.Transfers);
        return reversal.ReversedMinor;
    }

    /// <summary>
    /// Books a late decline: what the provider had taken for us it has not. What disputes took is gone already; what was refunded the customer has
    /// twice, and it is written off.
    /// </summary>
    /// <param name="attempt">The authorisation or the capture that is declined.</param>
    public void ReverseDeclined(Attempt attempt)
    {
        if (!IsDeclinedElsewhere(attempt) && DisputableMinor is > 0 and var goneMinor)
            Reverse(attempt.Provider, goneMinor, feeMinor: 0);
        else
            Move(EventType.PaymentVoiding, null);
    }

    /// <summary>What of the money that a late decline took back the payment had, minor units; the rest was written off.</summary>
    public long ReversedByDeclineMinor => payment.ReversedMinor - StandingDisputes.Sum(dispute => dispute.ReversedMinor);

    /// <summary>What of the payment no standing dispute has taken, minor units. A late decline takes all of it.</summary>
    public long DisputableMinor => payment.Amount!.Value.AmountMinor - StandingDisputes.Sum(dispute => dispute.AmountMinor);

    private IEnumerable<Dispute> StandingDisputes => state.DisputesOf(payment.Id).Where(dispute => dispute.Status != DisputeStatus.Won);

    /// <summary>Whether the other request for this money was declined late as well.</summary>
    private bool IsDeclinedElsewhere(Attempt attempt) => state.AttemptsOf(payment.Id).Any(other =>
        other.Id != attempt.Id && other is { Verb: Verb.Authorise or Verb.Capture, Status: AttemptStatus.Declined });

    /// <summary>
    /// Books that money which had gone back is ours again: what was written off for it, and for other disputes that found nothing left of
    /// the payment; then open charges; then credit.
    /// </summary>
    public void Reinstate(Dispute dispute)
    {
        if (payment.Status != PaymentStatus.Captured || IsDeclinedLate)
        {
            // It was never booked, or is gone all the same.
            Reinstate(dispute.Provider, 0, 0);
            return;
        }

        var coveredMinor = Cover(dispute.ReversedMinor, dispute.Id);
        Reinstate(dispute.Provider, dispute.ReversedMinor - coveredMinor, dispute.ExcessMinor + coveredMinor);
    }

    /// <summary>Books that money which a late decline had taken back is ours after all.</summary>
    /// <param name="attempt">The authorisation or the capture that is approved again.</param>
    public void ReinstateDeclined(Attempt attempt)
    {
        if (!IsDeclinedElsewhere(attempt) && DisputableMinor > 0)
            Reinstate(attempt.Provider, ReversedByDeclineMinor, recoveredMinor: DisputableMinor - ReversedByDeclineMinor);
    }

    /// <summary>Books money that is ours again: what had been written off, then open charges, then credit.</summary>
    private void Reinstate(string provider, long amountMinor, long recoveredMinor)
    {
        var currency = payment.Amount!.Value.Currency;
        List<Transfer> transfers = [];
        if (recoveredMinor > 0)
            transfers.Add(new Transfer(Chart.Clearing(account, provider, currency), Chart.WriteOff(account, currency), recoveredMinor, null));
        var plan = new AllocationPlan(state, account, new Money(amountMinor, currency));
        plan.TakeRemainder(Remainder.OldestDueFirst);
        transfers.AddRange(plan.TransfersFrom(provider));
        _settled = plan.Allocations;
        _change = new PaymentChanged(payment.Id, null, plan.Allocations.Sum(allocation => allocation.AmountMinor), -amountMinor);
        _event = EventOf(EventType.PaymentReinstated, null, transfers);
    }

    /// <summary>Books that the provider gave a refund's money back.</summary>
    public void Confirm(Refund refund, Attempt attempt)
    {
        var (amountMinor, currency) = (refund.Amount!.Value.AmountMinor, refund.Amount.Value.Currency);
        List<Transfer> transfers = [];
        if (refund.Status == RefundStatus.Failed)
        {
            // It had been taken for failed, and its money may be elsewhere by now.
            var plan = new RefundPlan(account, currency);
            plan.Take(amountMinor, state.CreditsOf(payment.Id), state.AllocationsOf(payment.Id));
            (_settled, _forgiven) = (plan.Settled, plan.Forgiven);
            refund = refund with { TakenBy = payment.Events + 1, Taken = plan.Transfers };
            transfers.AddRange(plan.Transfers);
            _change = new PaymentChanged(payment.Id, null, plan.Settled.Sum(freed => freed.AmountMinor), RefundedMinor: refund.CoveredMinor);
        }

        transfers.Add(new Transfer(
            Chart.RefundsInTransit(account, currency), Chart.Clearing(account, attempt.Provider, currency), amountMinor, null));
        // One line may pay several refunds out.
        _event = EventOf(EventType.PaymentRefunded, null, [.. _event?.Transfers ?? [], .. transfers]);
        Change(refund with { Status = RefundStatus.Done }, EventType.RefundDone);
    }

    /// <summary>Books that the provider did not give a refund's money back: the payment is as it was before.</summary>
    public void Fail(Refund refund, Attempt attempt)
    {
        var (amountMinor, currency) = (refund.Amount!.Value.AmountMinor, refund.Amount.Value.Currency);
        List<Transfer> transfers = [];
        if (refund.Status == RefundStatus.Done)
        {
            transfers.Add(new Transfer(
                Chart.Clearing(account, attempt.Provider, currency), Chart.RefundsInTransit(account, currency), amountMinor, null));
        }

        transfers.AddRange(refund.Taken.Reverse().Select(transfer => transfer.Mirrored));
        var notes = refund.Taken.Where(transfer => transfer.Debit.Kind == LedgerKind.Billed)
            .Select(note => (Charge: state.Charge(note.Charge!.Value)!, Minor: note.AmountMinor)).ToList();
        // What disputes and a late decline had found in transit was written off: now it is there, and goes to them.
        var disputedMinor = Cover(refund.CoveredMinor);
        var gone = TakenAgain(refund, attempt.Provider, IsDeclinedLate ? refund.CoveredMinor : disputedMinor);
        transfers.AddRange(gone);
        _settled = [.. notes.Select(note => new Allocation(note.Charge, note.Minor - gone.Where(taken => taken.Charge == note.Charge.Id).Sum(taken => taken.AmountMinor)))
            .Where(allocation => allocation.AmountMinor > 0)];
        _forgiven = [.. notes.Select(note => new Allocation(note.Charge, -note.Minor))];
        _change = new PaymentChanged(
            payment.Id, null, _settled.Sum(allocation => allocation.AmountMinor), IsDeclinedLate ? refund.CoveredMinor : disputedMinor, -refund.CoveredMinor);
        _event = EventOf(EventType.PaymentRefundFailed, null, transfers);
        Change(refund with { Status = RefundStatus.Failed }, EventType.RefundFailed);
    }

    /// <summary>Takes of what a refund has just returned to the payment out of it once more, for what was written off: what settles no charge first.</summary>
    private List<Transfer> TakenAgain(Refund refund, string provider, long amountMinor)
    {
        var clearing = Chart.Clearing(account, provider, refund.Amount!.Value.Currency);
        var leftMinor = amountMinor;
        List<Transfer> transfers = [];
        for (var index = 0; index < refund.Taken.Count && leftMinor > 0; index++)
        {
            var taken = refund.Taken[index];
            // What settled a charge went to credit first, and from there into transit.
            var settledNone = taken.Debit.Kind == LedgerKind.Credit && (index == 0 || refund.Taken[index - 1].Debit.Kind != LedgerKind.Receivable);
            if (!settledNone && taken.Debit.Kind != LedgerKind.Receivable)
                continue;
            var minor = Math.Min(taken.AmountMinor, leftMinor);
            transfers.Add(new Transfer(taken.Debit, clearing, minor, settledNone ? null : taken.Charge));
            leftMinor -= minor;
        }

        if (amountMinor > 0)
            transfers.Add(new Transfer(clearing, Chart.WriteOff(account, refund.Amount.Value.Currency), amountMinor, null));
        return transfers;
    }

    /// <summary>Lets money of the payment cover what standing disputes had not found there. Returns how much of it they take, minor units.</summary>
    /// <param name="amountMinor">What there is, minor units.</param>
    /// <param name="won">A dispute that takes nothing any more; null for none.</param>
    private long Cover(long amountMinor, DisputeId? won = null)
    {
        var leftMinor = amountMinor;
        foreach (var dispute in StandingDisputes.Where(dispute => dispute.Id != won))
        {
            var coveredMinor = Math.Min(dispute.ExcessMinor, leftMinor);
            if (coveredMinor == 0)
                continue;
            Change(dispute with { ReversedMinor = dispute.ReversedMinor + coveredMinor });
            leftMinor -= coveredMinor;
        }

        return amountMinor - leftMinor;
    }

    /// <summary>A refund as it is now, with its event; what it is a share of stands as its shares do.</summary>
    public void Change(Refund refund, EventType type)
    {
        Note(refund, type);
        if (refund.ShareOf is not { } id)
            return;
        var before = state.Refund(id) ?? throw new InvalidOperationException($"Refund {refund.Id.Value:D} is a share of one that is not there.");
        var whole = RefundShares.Together(before, [.. state.SharesOf(id).Select(share => share.Id == refund.Id ? refund : share)]);
        if ((whole.Status, whole.Amount) != (before.Status, before.Amount))
            Note(whole, whole.Status == RefundStatus.Done ? EventType.RefundDone : EventType.RefundFailed);
        else if (type == EventType.RefundUnanswered)
            Note(whole, type);
    }

    private void Note(Refund refund, EventType type)
    {
        var sequence = refund.Events + 1;
        _refunds.Add(refund with { Events = sequence, StatusAt = type == EventType.RefundUnanswered ? refund.StatusAt : stamp.At });
        _refundEvents.Add(new Event(refund.Id.Value, sequence, type, null, stamp.At, origin, []));
    }

    /// <summary>The refund that an attempt asks for.</summary>
    public Refund RefundOf(Attempt attempt) => state.RefundOf(attempt.Id)!;

    /// <summary>All of it.</summary>
    public Decision Accept() => Decision.Accepted(_confirmation with
    {
        Attempts = _opened,
        AttemptsChanged = _changed,
        ClaimsReleased = _releases ? [payment.Id] : [],
        PaymentsChanged = _event is null ? [] : [_change],
        Settled = _settled,
        Forgiven = _forgiven,
        Deposits = EarmarkedMoney.Moved(state, account, _event?.Transfers ?? []),
        RefundsChanged = _refunds,
        Disputes = _disputes,
        Events = [.. _confirmation.Events, .. _attemptEvents, .. _refundEvents, .. _event is null ? [] : new[] { _event }],
    });

    private Event EventOf(EventType type, PaymentStatus? status, IReadOnlyList<Transfer> transfers) =>
        new(payment.Id.Value, payment.Events + 1, type, status, stamp.At, origin, transfers);
}
