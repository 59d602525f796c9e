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
/// <param name="Account">The account; must be the session's.</param>
/// <param name="About">The session as it was read.</param>
public sealed record TakeInstrument(Origin Origin, AccountTarget Account, Session About) : SessionCommand(Origin, Account, About)
{
    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        wanted.Add(Instrument.OfAccount, About.Account);
        wanted.Add(Autopay.OfAccount, About.Account);
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
        // It was removed or replaced after the customer chose it.
        if (chosen.Standing is InstrumentStanding.Inactive or InstrumentStanding.Removed)
            return Decision.Refused(Refusal.InstrumentUnknown);
        var changes = new Changes();
        if (state.CurrentInstrumentOf(account.Id) is { } before && before.Id != chosen.Id)
        {
            changes.Put(before with { Standing = InstrumentStanding.Inactive });
            if (session.AutopayLanguage is null)
                KeepAutopay(changes, state, account, (before, chosen), stamp);
        }

        changes.Put(chosen with { Standing = InstrumentStanding.Current });
        SessionAutopay.TakeEffect(changes, state, account, session, Origin, stamp);
        changes.Put(session with { Status = SessionStatus.Used, Events = session.Events + 1 });
        changes.Put(EventOf(session, EventType.SessionUsed, stamp));
        return Decision.Accepted(changes);
    }

    /// <summary>Whose chosen card or bank account is replaced has bills collected by the new one, in the same words.</summary>
    private void KeepAutopay(Changes changes, State state, Account account, (Instrument Before, Instrument Now) replaced, Stamp stamp)
    {
        if (state.AutopayOf(account.Id) is { Text: { } text, Language: { } language } last && last.Allows(replaced.Before.Id))
        {
            ChooseAutopay.Put(
                changes, state, account,
                new ChooseAutopay(Origin, Account, replaced.Now.Id, AutopaySource.Replacement, text, language), stamp);
        }
    }
}
