using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;

namespace Quittance.Core.Sessions;

/// <summary>
/// A command for a session that was read before. Where the session has changed since in a way that matters, it is refused with <see
/// cref="Refusal.SessionChanged"/>: read the session again and decide anew.
/// </summary>
/// <param name="Account">The account that it is done for.</param>
/// <param name="About">The session as it was read.</param>
public abstract record SessionCommand(Origin Origin, AccountTarget Account, Session About) : AccountCommand(Origin, Account)
{
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.Add(Session.Shelf, About.Id);
        if (About.Payment is { } payment)
            wanted.AddWhole(payment);
        if (About.Instrument is { } instrument)
            wanted.Add(Instrument.Shelf, instrument);
    }

    public sealed override Decision Decide(State state, Stamp stamp)
    {
        if (state.Account(Account) is not { } account)
            return Decision.Refused(Refusal.AccountUnknown);
        if (state.Session(About.Id) is not { } session)
            return Decision.Refused(Refusal.SessionUnknown);
        if (session.Account != account.Id)
            return Decision.Refused(Refusal.SessionForeign);
        if (session.Payment != About.Payment || session.Instrument != About.Instrument || session.Page != About.Page)
            return Decision.Refused(Refusal.SessionChanged);
        var payment = session.Payment is { } id ? state.Payment(id) : null;
        return RefusalFor(state, session, payment, stamp) is { } refusal
            ? Decision.Refused(refusal)
            : Decide(state, account, session, payment, stamp);
    }

    /// <summary>Why nothing can be done with the session as it stands; null when something can.</summary>
    private protected virtual Refusal? RefusalFor(State state, Session session, Payment? payment, Stamp stamp)
    {
        if (session.Status == SessionStatus.Used)
            return IsUnderWay(state, payment) ? Refusal.UnderWay : Refusal.SessionUsed;
        return session.IsExpired(stamp.Now) ? Refusal.SessionExpired : null;
    }

    /// <summary>Why the customer can't pay in it now, or leave an instrument; null where the customer can.</summary>
    private protected static Refusal? RefusalToEnter(Session session, Payment? payment)
    {
        if (payment is { Status: PaymentStatus.Pending or PaymentStatus.Unknown })
            return Refusal.UnderWay;
        // The customer has paid already, and a client has yet to book it unless a payment link asked for the money.
        if (payment is { Status: PaymentStatus.Authorised or PaymentStatus.Settling or PaymentStatus.Captured }
            || (payment is null && session.Instrument is not null))
        {
            return Refusal.SessionSubmitted;
        }

        return session.IsTriedOut ? Refusal.SessionExpired : null;
    }

    /// <summary>Decides on a session that something can be done with.</summary>
    private protected abstract Decision Decide(State state, Account account, Session session, Payment? payment, Stamp stamp);

    /// <summary>Whether the provider told us of a capture, which no client has asked for, and works on it.</summary>
    private protected static bool IsCapturedUnasked(State state, Session session, Payment? payment) =>
        session is { Status: SessionStatus.Open, Scope: not SessionScope.Link } && payment is not null
        && state.AttemptsOf(payment.Id).Any(attempt => attempt is { Verb: Verb.Capture, IsSettled: false });

    /// <summary>Whether the session's payment has no outcome yet. A capture that a bank works on counts as one.</summary>
    private static bool IsUnderWay(State state, Payment? payment) =>
        payment is not null && state.AttemptsOf(payment.Id).Any(attempt => attempt
            is { Verb: Verb.Authorise, Status: AttemptStatus.Open or AttemptStatus.Unknown or AttemptStatus.Pending }
            or { Verb: Verb.Capture, Status: AttemptStatus.Open or AttemptStatus.Unknown });

    /// <summary>The session's next event.</summary>
    private protected Event EventOf(Session session, EventType type, Stamp stamp) =>
        new(session.Id.Value, session.Events + 1, type, null, stamp.Time, Origin, []);
}

/// <summary>
/// Ends a session whose time is over, or by whose payment link nothing is due any more. A payment in it that no client booked goes back;
/// one that a payment link took, or a person at the provider's own console, has used it up.
/// </summary>
/// <param name="About">The session as it was read.</param>
/// <param name="Link">The payment link whose last session it is; null for none.</param>
public sealed record ExpireSession(Origin Origin, Session About, PaymentLink? Link = null)
    : SessionCommand(Origin, About.Target, About)
{
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        Link?.Want(wanted);
        SessionAutopay.Want(wanted, About);
    }

    private protected override Refusal? RefusalFor(State state, Session session, Payment? payment, Stamp stamp) =>
        session.Status == SessionStatus.Open && (session.IsExpired(stamp.Now) || IsPaid(state, session, payment))
            ? null : Refusal.SessionUsed;

    /// <summary>Whether the money of a payment link has come, by its payment or by others.</summary>
    private bool IsPaid(State state, Session session, Payment? payment) => session.Scope == SessionScope.Link
        && ((Link?.IsSettledBy(payment) ?? payment is { Pays: true })
            || (payment?.IsUnderWay != true && Link?.DueIn(state).AmountMinor == 0));

    private protected override Decision Decide(State state, Account account, Session session, Payment? payment, Stamp stamp)
    {
        var changes = new Changes();
        // The capture of an authorisation by a link is on its way. Others are captured by a person at the provider's own console.
        var isPaid = payment is { Status: PaymentStatus.Captured } || IsCapturedUnasked(state, session, payment)
            || (session.Scope == SessionScope.Link && payment is { Status: PaymentStatus.Settling or PaymentStatus.Authorised });
        if (isPaid)
            SessionAutopay.TakeEffect(changes, state, account, session, Origin, stamp);
        else
            SessionAutopay.Drop(changes, state, session);
        changes.Put(session with { Status = isPaid ? SessionStatus.Used : SessionStatus.Expired, Events = session.Events + 1 });
        changes.Put(EventOf(session, isPaid ? EventType.SessionUsed : EventType.SessionExpired, stamp));
        if (!isPaid && payment is { Status: PaymentStatus.Pending or PaymentStatus.Unknown or PaymentStatus.Authorised })
            Cancellation.Add(changes, state, payment, Origin, stamp);
        return Decision.Accepted(changes);
    }
}
