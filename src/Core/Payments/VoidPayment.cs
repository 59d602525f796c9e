using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;

namespace Quittance.Core.Payments;

/// <summary>Cancels a payment whose money has not come, unless something speaks against it.</summary>
public abstract record CancelPayment(Origin Origin, AccountTarget Account, PaymentId Payment) : AccountCommand(Origin, Account)
{
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.AddWhole(Payment);
    }

    public sealed override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (state.Payment(Payment) is not { } payment || payment.Account != account.Id)
            return Decision.Refused(Refusal.PaymentUnknown);
        if (RefusalFor(state, payment) is { } refusal)
            return Decision.Refused(refusal);
        var changes = new Changes();
        Cancellation.Add(changes, state, payment, Origin, stamp);
        return Decision.Accepted(changes);
    }

    private protected abstract Refusal? RefusalFor(State state, Payment payment);
}

/// <summary>
/// Gives back money that a provider has reserved and we have not captured, or will reserve when the customer confirms it at the bank; the
/// payment is cancelled for good. Refused with <see cref="Refusal.UnderWay"/> while a capture is under way, and with <see
/// cref="Refusal.PaymentNotPending"/> where nothing is reserved. A session that the customer paid in stays open for another payment.
/// </summary>
public sealed record VoidPayment(Origin Origin, AccountTarget Account, PaymentId Payment) : CancelPayment(Origin, Account, Payment)
{
    /// <summary>
    /// The attempt's id at the provider, where the provider has given the money back already and restored books lack the void; else null.
    /// </summary>
    public AttemptId? TakenOver { get; init; }

    private protected override Refusal? RefusalFor(State state, Payment payment)
    {
        var isReserved = payment.Status is PaymentStatus.Authorised or PaymentStatus.Settling;
        if (!isReserved && !Cancellation.WaitsForCustomer(state, payment))
            return Refusal.PaymentNotPending;
        // The provider may carry the capture out: give captured money back by a refund.
        if (state.AttemptsOf(Payment).Any(attempt => attempt.Verb == Verb.Capture))
            return Refusal.UnderWay;
        return TakenOver is { } known && known != state.NextAttempt(Payment, Verb.Void) ? Refusal.AttemptUnknown : null;
    }
}

/// <summary>
/// The customer gives up a payment that waits for a confirmation at the bank (3-D Secure), to pay in another way. The payment is cancelled
/// and its authorisation is voided, so that a later confirmation charges no one. Refused with <see cref="Refusal.UnderWay"/> while the
/// provider has not said that it waits for the customer, and with <see cref="Refusal.PaymentNotPending"/> once its outcome is known.
/// </summary>
public sealed record GiveUpPayment(Origin Origin, AccountTarget Account, PaymentId Payment) : CancelPayment(Origin, Account, Payment)
{
    private protected override Refusal? RefusalFor(State state, Payment payment)
    {
        if (payment.Status is not (PaymentStatus.Pending or PaymentStatus.Unknown))
            return Refusal.PaymentNotPending;
        return Cancellation.WaitsForCustomer(state, payment) ? null : Refusal.UnderWay;
    }
}

/// <summary>
/// Cancels a payment. Money that its provider has reserved is given back at once, and an authorisation that waits for the customer is
/// voided; where the provider has not answered yet, the answer that approves it gives it back.
/// </summary>
internal static class Cancellation
{
    /// <summary>Whether a payment waits for its customer to confirm it at the bank.</summary>
    public static bool WaitsForCustomer(State state, Payment payment) =>
        payment.Status is PaymentStatus.Pending or PaymentStatus.Unknown
        && state.AttemptsOf(payment.Id).Any(attempt => attempt.WaitsForCustomer);

    /// <summary>Adds the cancellation to other changes; its event becomes the last one.</summary>
    public static void Add(Changes changes, State state, Payment payment, Origin origin, Stamp stamp)
    {
        var sequence = payment.Events + 1;
        changes.Release(state, payment.Id);
        if (ToVoid(changes, state, payment, origin, stamp) is { } authorisation)
        {
            changes.Put(new Attempt(
                state.NextAttempt(payment.Id, Verb.Void), payment.Id, authorisation.Account, authorisation.Slot, authorisation.Provider,
                Verb.Void, authorisation.Amount, stamp.Now)
            {
                Authorisation = authorisation.Id,
                DueAt = stamp.Now,
            });
        }

        changes.Put(payment with { Status = PaymentStatus.Cancelled, StatusAt = stamp.At, Events = sequence });
        changes.Put(
            new Event(payment.Id.Value, sequence, EventType.PaymentCancelled, PaymentStatus.Cancelled, stamp.Time, origin, []));
    }

    /// <summary>The authorisation to void; null for none. One that waits for the customer is declined, so that no one asks on.</summary>
    private static Attempt? ToVoid(Changes changes, State state, Payment payment, Origin origin, Stamp stamp)
    {
        if (payment.Status == PaymentStatus.Authorised)
            return state.AttemptsOf(payment.Id).Single(attempt => attempt.Verb == Verb.Authorise);
        if (state.AttemptsOf(payment.Id).FirstOrDefault(attempt => attempt.WaitsForCustomer) is not { } waiting)
            return null;
        changes.Change(
            waiting with { Status = AttemptStatus.Declined, Reason = DeclineReason.NotConfirmed, DueAt = null },
            EventType.AttemptDeclined, payment.Method, origin, stamp);
        return waiting;
    }
}
