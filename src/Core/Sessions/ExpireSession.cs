using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Sessions;

/// <summary>
/// Ends a session whose time is over. What was paid in it and not booked is given back. Refused with
/// <see cref="Refusal.SessionUsed"/> where there is nothing to end.
/// </summary>
/// <param name="Origin">Who asks.</param>
/// <param name="About">The session as it was read.</param>
public sealed record ExpireSession(Origin Origin, Session About) : SessionCommand(Origin, About.Target, About)
{
    private protected override Refusal? RefusalFor(State state, Session session, Payment? payment, Stamp stamp) =>
        session.Status == SessionStatus.Open && session.IsExpired(stamp.Now) ? null : Refusal.SessionUsed;

    private protected override Decision Decide(State state, Account account, Session session, Payment? payment, Stamp stamp)
    {
        var changes = new Changes
        {
            SessionsChanged = [session with { Status = SessionStatus.Expired, Events = session.Events + 1 }],
            Events = [EventOf(session, EventType.SessionExpired, stamp)],
        };
        if (payment is not { Status: PaymentStatus.Pending or PaymentStatus.Unknown or PaymentStatus.Authorised })
            return Decision.Accepted(changes);

        // What is reserved is given back at once; what is not known yet will be, by whoever learns of it.
        var sequence = payment.Events + 1;
        var reserved = payment.Status == PaymentStatus.Authorised
            ? state.AttemptsOf(payment.Id).Single(attempt => attempt.Verb == Verb.Authorise)
            : null;
        return Decision.Accepted(changes with
        {
            PaymentsChanged = [new PaymentChanged(payment.Id, PaymentStatus.Cancelled)],
            Attempts = reserved is null ? [] :
            [
                new Attempt(
                    AttemptId.Of(payment.Id, sequence), payment.Id, account.Id, account.Slot, reserved.Provider, Verb.Void, reserved.Amount, stamp.Now)
                {
                    Authorisation = reserved.Id,
                    DueAt = stamp.Now,
                },
            ],
            Events =
            [
                .. changes.Events,
                new Event(payment.Id.Value, sequence, EventType.PaymentCancelled, PaymentStatus.Cancelled, stamp.Now, Origin, []),
            ],
        });
    }
}
