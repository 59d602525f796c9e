using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;

namespace Quittance.Core.Payments;

/// <summary>
/// Gives back money that a provider has reserved and we have not captured; the payment is cancelled for good. Refused with <see
/// cref="Refusal.UnderWay"/> while a capture is under way, and with <see cref="Refusal.PaymentNotPending"/> where nothing is reserved.
/// A session that the customer paid in stays open: the customer can pay anew.
/// </summary>
public sealed record VoidPayment(Origin Origin, AccountTarget Account, PaymentId Payment) : AccountCommand(Origin, Account)
{
    /// <summary>
    /// The attempt's id at the provider, where the provider has given the money back already and restored books lack the void; else null.
    /// </summary>
    public AttemptId? TakenOver { get; init; }

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.AddWhole(Payment);
    }

    public override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (state.Payment(Payment) is not { } payment || payment.Account != account.Id)
            return Decision.Refused(Refusal.PaymentUnknown);
        if (payment.Status is not (PaymentStatus.Authorised or PaymentStatus.Settling))
            return Decision.Refused(Refusal.PaymentNotPending);
        // The provider may carry the capture out: give captured money back by a refund.
        if (state.AttemptsOf(Payment).Any(attempt => attempt.Verb == Verb.Capture))
            return Decision.Refused(Refusal.UnderWay);
        if (TakenOver is { } known && known != state.NextAttempt(Payment, Verb.Void))
            return Decision.Refused(Refusal.AttemptUnknown);
        var changes = new Changes();
        Cancellation.Add(changes, state, payment, Origin, stamp);
        return Decision.Accepted(changes);
    }
}

/// <summary>
/// Cancels a payment. Money that its provider has reserved is given back at once; where the provider has not answered yet, the answer
/// that approves it gives it back.
/// </summary>
internal static class Cancellation
{
    /// <summary>Adds the cancellation to other changes; its event becomes the last one.</summary>
    public static void Add(Changes changes, State state, Payment payment, Origin origin, Stamp stamp)
    {
        var sequence = payment.Events + 1;
        var reserved = payment.Status == PaymentStatus.Authorised
            ? state.AttemptsOf(payment.Id).Single(attempt => attempt.Verb == Verb.Authorise)
            : null;
        changes.Release(state, payment.Id);
        if (reserved is not null)
        {
            changes.Put(new Attempt(
                state.NextAttempt(payment.Id, Verb.Void), payment.Id, reserved.Account, reserved.Slot, reserved.Provider, Verb.Void,
                reserved.Amount, stamp.Now)
            {
                Authorisation = reserved.Id,
                DueAt = stamp.Now,
            });
        }

        changes.Put(payment with { Status = PaymentStatus.Cancelled, StatusAt = stamp.At, Events = sequence });
        changes.Put(
            new Event(payment.Id.Value, sequence, EventType.PaymentCancelled, PaymentStatus.Cancelled, stamp.Time, origin, []));
    }
}
