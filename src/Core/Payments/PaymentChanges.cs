using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;

namespace Quittance.Core.Payments;

/// <summary>
/// The changes that news about one payment makes. Rules put rows and transfers in; the payment's own event, its figures and the charges
/// that it settles follow from the transfers. The payment gets one event at most, and that is the last one.
/// </summary>
internal sealed class PaymentChanges(State state, Account account, Payment payment, Origin origin, Stamp stamp)
{
    private readonly Changes _changes = new();
    private readonly List<Transfer> _transfers = [];
    private EventType? _type;
    private PaymentStatus? _status;
    private DeclineReason? _reason;

    public State State => state;

    public Account Account => account;

    /// <summary>The payment before the news.</summary>
    public Payment Payment => payment;

    public Origin Origin => origin;

    public Stamp Stamp => stamp;

    /// <summary>The money that the payment holds or held, in its currency.</summary>
    public Money Amount => payment.Amount!.Value;

    /// <summary>The changes of other rows than the payment.</summary>
    public Changes Changes => _changes;

    /// <summary>Changes an attempt.</summary>
    public void Put(Attempt attempt, EventType type) => _changes.Change(attempt, type, payment.Method, origin, stamp);

    /// <summary>Adds an event of something other than the payment.</summary>
    public void Note(Guid subject, int sequence, EventType type, params IReadOnlyList<Transfer> transfers) =>
        _changes.Put(new Event(subject, sequence, type, null, stamp.Time, origin, transfers));

    /// <summary>Sets the type of the payment's event, and adds transfers to it.</summary>
    /// <param name="status">The payment's status from now on; null where it stays.</param>
    public void Move(EventType type, PaymentStatus? status = null, params IReadOnlyList<Transfer> transfers)
    {
        (_type, _status) = (type, status);
        _transfers.AddRange(transfers);
    }

    /// <summary>The payment fails, because its provider refused this attempt of it.</summary>
    public void Fail(EventType type, PaymentStatus status, DeclineReason? reason)
    {
        Move(type, status);
        _reason = reason ?? DeclineReason.Declined;
    }

    /// <summary>Ends the payment's claims: other payments may collect the charges.</summary>
    public void Release() => _changes.Release(state, payment.Id);

    /// <summary>Opens the next attempt, which follows another and belongs to the payment's event.</summary>
    public void Open(Verb verb, Attempt after, TimeSpan lease) => _changes.Put(
        after.Next(state.NextAttempt(payment.Id, verb), verb, stamp.Now, lease) with { Account = account.Id, Slot = account.Slot });

    /// <summary>The event that <see cref="Accept"/> puts.</summary>
    public EventId Event => new(origin.Merchant, payment.Id.Value, payment.Events + 1);

    public Decision Accept()
    {
        if (_type is { } type)
        {
            PaymentEvents.Put(
                _changes, state, account, payment,
                new Event(payment.Id.Value, payment.Events + 1, type, _status, stamp.Time, origin, _transfers) { Reason = _reason });
        }

        return Decision.Accepted(_changes);
    }
}
