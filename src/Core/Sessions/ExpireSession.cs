using Quittance.Core.Accounts;
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
        return Decision.Accepted(payment is { Status: PaymentStatus.Pending or PaymentStatus.Unknown or PaymentStatus.Authorised }
            ? new CalledOff(payment, Origin).AddTo(changes, state, stamp)
            : changes);
    }
}
