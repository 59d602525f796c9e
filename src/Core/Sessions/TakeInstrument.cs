using Quittance.Core.Access;
using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Sessions;

/// <summary>
/// Makes the instrument that a customer left in a session the one of the account. The one before is kept as inactive. The session is
/// used up by it.
/// </summary>
/// <param name="Account">Whose account it is; must be the session's.</param>
/// <param name="About">The session as it was read.</param>
public sealed record TakeInstrument(Origin Origin, AccountTarget Account, Session About) : SessionCommand(Origin, Account, About)
{
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.CurrentInstrumentOf.Add(About.Account);
    }

    private protected override Refusal? RefusalFor(State state, Session session, Payment? payment, Stamp stamp)
    {
        if (base.RefusalFor(state, session, payment, stamp) is { } refusal)
            return refusal;
        if (session.Instrument is null && payment is null)
            return Refusal.SessionUnknown;
        return session is { IsForInstrument: true, Scope: SessionScope.MemberAccount } ? null : Refusal.SessionOfOtherKind;
    }

    private protected override Decision Decide(State state, Account account, Session session, Payment? payment, Stamp stamp)
    {
        var chosen = state.Instrument(session.Instrument!.Value)!;
        List<Instrument> changed = [];
        if (state.CurrentInstrumentOf(account.Id) is { } before && before.Id != chosen.Id)
            changed.Add(before with { Standing = InstrumentStanding.Inactive });
        changed.Add(chosen with { Standing = InstrumentStanding.Current });
        return Decision.Accepted(new Changes
        {
            InstrumentsChanged = changed,
            SessionsChanged = [session with { Status = SessionStatus.Used, Events = session.Events + 1 }],
            Events = [EventOf(session, EventType.SessionUsed, stamp)],
        });
    }
}
