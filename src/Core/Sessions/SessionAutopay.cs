using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;

namespace Quittance.Core.Sessions;

/// <summary>
/// A customer's choice of autopay in a session. It is kept with the session, and is a consent once the session is used up: by the client
/// that books its payment or takes its instrument over, or because the money of a payment link has come.
/// </summary>
internal static class SessionAutopay
{
    /// <summary>Wants what the consent needs.</summary>
    public static void Want(Wanted wanted, Session session)
    {
        if (session.AutopayLanguage is not null)
            wanted.Add(Autopay.OfAccount, session.Account);
    }

    /// <summary>The session is used up: the instrument is a stored one from now on, and the customer has autopay with it.</summary>
    public static void TakeEffect(Changes changes, State state, Account account, Session session, Origin origin, Stamp stamp)
    {
        if (session is not { AutopayLanguage: { } language, Instrument: { } id } || AutopayTexts.Of(language) is not { } text)
            return;
        if (state.Instrument(id) is not { } entered)
            return;
        var stored = entered.Standing == InstrumentStanding.Once ? entered with { Standing = InstrumentStanding.Saved } : entered;
        if (!stored.IsOffered)
            return;
        if (stored != entered)
            changes.Put(stored);
        var source = session.Scope == SessionScope.Link ? AutopaySource.Link : AutopaySource.Widget;
        ChooseAutopay.Put(
            changes, state, account, new ChooseAutopay(origin, session.Target, id, source, text, language), stamp);
    }

    /// <summary>
    /// The session ends without the consent, or the customer tries another instrument: a number that was kept for the consent is deleted as
    /// soon as no payment under way needs it.
    /// </summary>
    public static void Drop(Changes changes, State state, Session session)
    {
        if (session is { AutopayLanguage: not null, Instrument: { } id } && state.Instrument(id)?.IsOffered != true)
            changes.Put(new NumberUsed(id) { IsNeeded = true });
    }
}
