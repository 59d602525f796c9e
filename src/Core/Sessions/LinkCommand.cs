using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Sessions;

/// <summary>
/// A command for a link that was read before. Where the link has changed since, it is refused with <see cref="Refusal.SessionChanged"/>:
/// read it again and decide anew.
/// </summary>
/// <param name="About">The link as it was read.</param>
/// <param name="Last">Its last session as it was read; null before it was opened.</param>
public abstract record LinkCommand(Origin Origin, PaymentLink About, Session? Last) : AccountCommand(Origin, About.Target)
{
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        About.Want(wanted);
        if (Last is null)
            return;
        wanted.Add(Session.Shelf, Last.Id);
        if (Last.Payment is { } payment)
            wanted.AddWhole(payment);
    }

    public sealed override Decision Decide(State state, Stamp stamp)
    {
        if (state.Link(About.Id) is not { } link)
            return Decision.Refused(Refusal.LinkUnknown);
        var session = link.Session is { } id ? state.Session(id) : null;
        if (link.Session != About.Session || session?.Payment != Last?.Payment)
            return Decision.Refused(Refusal.SessionChanged);
        var payment = session?.Payment is { } paid ? state.Payment(paid) : null;
        if (link.IsSettledBy(payment))
            return Decision.Refused(Refusal.LinkPaid);
        if (payment is { Status: PaymentStatus.Pending or PaymentStatus.Unknown or PaymentStatus.Authorised })
            return Decision.Refused(Refusal.UnderWay);
        if (link.Status == LinkStatus.TakenBack)
            return Decision.Refused(Refusal.LinkTakenBack);
        return Decide(state, link, session, stamp);
    }

    /// <summary>Decides on a link that is not taken back, and has no payment that came or is under way.</summary>
    private protected abstract Decision Decide(State state, PaymentLink link, Session? session, Stamp stamp);

    /// <summary>Ends the last session, so that an earlier page takes no money any more.</summary>
    private protected void End(Changes changes, State state, Session? session, Stamp stamp)
    {
        if (session is not { Status: SessionStatus.Open })
            return;
        SessionAutopay.Drop(changes, state, session);
        changes.Put(session with { Status = SessionStatus.Expired, Events = session.Events + 1 });
        changes.Put(new Event(session.Id.Value, session.Events + 1, EventType.SessionExpired, null, stamp.Time, Origin, []));
    }

    private protected Event EventOf(PaymentLink link, EventType type, Stamp stamp) =>
        new(link.Id.Value, link.Events + 1, type, null, stamp.Time, Origin, []);
}

/// <summary>Opens a link: the customer gets a session for what is due now.</summary>
/// <param name="Session">The id the session gets.</param>
/// <param name="Choices">The ways to pay that it offers, at least one.</param>
/// <param name="Lifetime">How long the session lasts; never longer than the link.</param>
public sealed record OpenLink(
    Origin Origin, PaymentLink About, Session? Last, SessionId Session, IReadOnlyList<PaymentChoice> Choices, TimeSpan Lifetime)
    : LinkCommand(Origin, About, Last)
{
    /// <summary>Whether the browser that opened it first opens it again.</summary>
    public bool IsReturning { get; init; }

    private protected override Decision Decide(State state, PaymentLink link, Session? session, Stamp stamp)
    {
        if (state.Account(Account) is { IsClosed: true } account)
            return Decision.Refused(account.WhyClosed);
        if (link.HasEnded(stamp.Now))
            return Decision.Refused(Refusal.LinkEnded);
        if (link is { Opens: LinkOpening.Once, Session: not null } && !IsReturning)
            return Decision.Refused(Refusal.LinkOpened);
        var due = link.DueIn(state);
        if (due.AmountMinor == 0)
            return Decision.Refused(Refusal.NothingDue);
        if (session is { Status: SessionStatus.Open } && !session.IsExpired(stamp.Now))
        {
            // So that no thief gets new tries by opening it again.
            if (session.IsTriedOut)
                return Decision.Refused(Refusal.TriedOut);
            if (session.Amount == due)
                return Decision.Refused(Refusal.SessionChanged);
        }

        var changes = new Changes();
        End(changes, state, session, stamp);
        var ends = stamp.Now + Lifetime < link.EndsAt ? stamp.Now + Lifetime : link.EndsAt;
        // A link does not prove that its holder is the customer: its session shows no stored instrument, and stores none.
        changes.Put(new Session(Session, link.Account, link.Slot, link.Installation, SessionScope.Link, due, link.Text, Choices, ends)
        {
            ShowsInstruments = false,
        });
        changes.Put(new Event(Session.Value, 1, EventType.SessionOpened, null, stamp.Time, Origin, []));
        changes.Put(link with { Session = Session, Events = link.Events + 1 });
        changes.Put(EventOf(link, EventType.LinkOpened, stamp));
        return Decision.Accepted(changes);
    }
}

/// <summary>Takes a link back: it takes no money any more.</summary>
public sealed record TakeLinkBack(Origin Origin, PaymentLink About, Session? Last) : LinkCommand(Origin, About, Last)
{
    private protected override Decision Decide(State state, PaymentLink link, Session? session, Stamp stamp)
    {
        var changes = new Changes();
        End(changes, state, session, stamp);
        changes.Put(link with { Status = LinkStatus.TakenBack, Events = link.Events + 1 });
        changes.Put(EventOf(link, EventType.LinkTakenBack, stamp));
        return Decision.Accepted(changes);
    }
}
