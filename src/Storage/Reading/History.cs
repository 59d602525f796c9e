using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;

namespace Quittance.Storage.Reading;

/// <summary>
/// Tells what a payment was after one of its events, from events and transfers alone. Where its provider was being asked just
/// then, it goes on to the first event with its outcome, unless exactly that event is meant.
/// </summary>
/// <param name="payment">The payment as it is now.</param>
/// <param name="asOf">The event; null for now.</param>
/// <param name="untilDecided">Whether it goes on past a provider's silence too.</param>
/// <param name="isExact">Whether exactly that event is meant, also where its provider was being asked.</param>
internal sealed class History(Payment payment, int? asOf, bool untilDecided = false, bool isExact = false)
{
    private readonly List<Allocation> _allocations = [];
    private readonly Dictionary<int, DateTimeOffset> _times = [];
    private Payment _payment = payment with { AllocatedMinor = 0, ReversedMinor = 0, RefundedMinor = 0 };
    private int _last = asOf ?? payment.Events;

    /// <summary>The payment as it was then.</summary>
    public Payment Payment => _payment with { Events = _last };

    /// <summary>The charges that it settled then, in the order in which that began.</summary>
    public IReadOnlyList<Allocation> Allocations => _allocations.FindAll(allocation => allocation.AmountMinor > 0);

    /// <summary>The day on which its money came; null while it had not.</summary>
    public DateOnly? ReceivedOn { get; private set; }

    /// <summary>Whether there is no answer yet.</summary>
    public bool IsUnderWay { get; private set; }

    /// <summary>Whether all that is known is that the provider has not answered, or not decided.</summary>
    public bool IsUnanswered { get; private set; }

    /// <summary>Why its provider had refused it then; null where it had not.</summary>
    public DeclineReason? Declined { get; private set; }

    /// <summary>Takes in its events in their order.</summary>
    public void Add(
        int sequence, EventType type, PaymentStatus? status, DateTimeOffset at, DateOnly effectiveOn, DeclineReason? reason)
    {
        if (sequence > _last && (isExact || !IsUnderWay))
            return;
        _times[sequence] = at;
        _last = Math.Max(_last, sequence);
        IsUnanswered = type is EventType.PaymentUnanswered;
        IsUnderWay = PaymentView.IsUnderWayAfter(type) || (untilDecided && IsUnanswered);
        if (status is not null)
            Declined = reason;
        if (status == PaymentStatus.Captured && type != EventType.PaymentReinstated)
            ReceivedOn ??= effectiveOn;
        if (status is { } stands)
            _payment = _payment with { Status = stands, StatusAt = at };
    }

    /// <summary>Takes in its transfers in their order, after its events.</summary>
    public void Add(int sequence, long amountMinor, LedgerKind debit, LedgerKind credit, Charge? charge)
    {
        if (sequence > _last)
            return;
        var effect = TransferMeanings.EffectOf(debit, credit);
        if (charge is not null && effect.Settled != 0)
            Settle(charge, effect.Settled * amountMinor, _times[sequence]);

        // Money that comes in after the payer took some back is that money again.
        var reversedMinor = effect.Taken < 0 || _payment.ReversedMinor > 0 ? -effect.Taken * amountMinor : 0;
        _payment = _payment with
        {
            ReversedMinor = _payment.ReversedMinor + reversedMinor,
            RefundedMinor = _payment.RefundedMinor + (effect.Refunded * amountMinor),
        };
    }

    private void Settle(Charge charge, long amountMinor, DateTimeOffset at)
    {
        _payment = _payment with { AllocatedMinor = _payment.AllocatedMinor + amountMinor };
        var known = _allocations.FindIndex(allocation => allocation.Charge.Id == charge.Id);
        if (known < 0)
        {
            _allocations.Add(new Allocation(charge, amountMinor) { At = at });
        }
        else
        {
            _allocations[known] = new Allocation(
                charge, _allocations[known].AmountMinor + amountMinor)
            { At = amountMinor > 0 ? at : _allocations[known].At };
        }
    }
}
