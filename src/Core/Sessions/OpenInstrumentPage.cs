using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Sessions;

/// <summary>The customer goes to a provider's page to enter an instrument there. A page before it counts no more.</summary>
/// <param name="About">The session as it was read.</param>
/// <param name="Choice">The way to pay.</param>
/// <param name="Page">The page, which the provider has opened.</param>
public sealed record OpenInstrumentPage(Origin Origin, Session About, PaymentChoice Choice, SessionPage Page)
    : SessionCommand(Origin, About.Target, About)
{
    /// <summary>
    /// The language of the words by which the customer chooses autopay with what is entered there; null where the customer does not.
    /// </summary>
    public string? AutopayLanguage { get; init; }

    private protected override Refusal? RefusalFor(State state, Session session, Payment? payment, Stamp stamp) =>
        base.RefusalFor(state, session, payment, stamp) ?? RefusalToEnter(session, payment)
        ?? (session.Choices.Contains(Choice) && (AutopayLanguage is null || session.TakesAutopay) ? null : Refusal.ChoiceNotOffered);

    private protected override Decision Decide(State state, Account account, Session session, Payment? payment, Stamp stamp)
    {
        var changes = new Changes();
        SessionAutopay.Drop(changes, state, session);
        changes.Put(session with { Page = Page, AutopayLanguage = AutopayLanguage, Events = session.Events + 1 });
        changes.Put(EventOf(session, EventType.SessionPageOpened, stamp));
        return Decision.Accepted(changes);
    }
}
