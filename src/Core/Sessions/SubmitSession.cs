using Quittance.Core.Accounts;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;

namespace Quittance.Core.Sessions;

/// <summary>
/// The customer pays in the widget, or leaves an instrument. The provider authorises new money at once and captures it when the client
/// books it; a stored instrument is charged when the client books it.
/// </summary>
/// <param name="About">The session as it was read.</param>
/// <param name="Choice">The way to pay; of no meaning for a stored instrument, which is of its own kind.</param>
/// <param name="Payment">The id the payment gets, where one is begun.</param>
/// <param name="Dialect">The dialect whose session it is.</param>
public sealed record SubmitSession(Origin Origin, Session About, PaymentChoice Choice, PaymentId Payment, string Dialect)
    : SessionCommand(Origin, About.Target, About)
{
    /// <summary>
    /// The instrument that the customer enters; null for a stored one, for money without an instrument, and where no provider charges it.
    /// </summary>
    public RegisterInstrument? Registering { get; init; }

    /// <summary>A stored instrument of the customer.</summary>
    public InstrumentId? Stored { get; init; }

    /// <summary>The address to which the customer returns after a redirect (3-D Secure).</summary>
    public string? ReturnTo { get; init; }

    /// <summary>
    /// The language of the words by which the customer chooses autopay with the instrument; null where the customer does not.
    /// </summary>
    public string? AutopayLanguage { get; init; }

    /// <summary>The payment link whose last session it is; null for a session of a client.</summary>
    public PaymentLink? Link { get; init; }

    /// <summary>The provider where no instrument names one.</summary>
    public string? Provider { get; init; }

    public override bool MayAskProvider => !About.IsForInstrument && Stored is null;

    public override IEnumerable<Reference> References => Registering?.References ?? [];

    public override void Want(Wanted wanted, State known)
    {
        base.Want(wanted, known);
        if (Stored is { } stored)
            wanted.Add(Instrument.Shelf, stored);
        Link?.Want(wanted);
    }

    private protected override Refusal? RefusalFor(State state, Session session, Payment? payment, Stamp stamp)
    {
        if ((base.RefusalFor(state, session, payment, stamp) ?? RefusalToEnter(session, payment)) is { } refusal)
            return refusal;
        if (session.Scope == SessionScope.Link && LinkRefusal(state, session, stamp) is { } refused)
            return refused;
        if (AutopayLanguage is not null && !MayChooseAutopay(session))
            return Refusal.ChoiceNotOffered;
        // The kind of a stored instrument is in its row.
        return Stored is not null || (session.Choices.Contains(Choice) && (!Choice.IsCollected() || Registering?.Holding is not null))
            ? null : Refusal.ChoiceNotOffered;
    }

    private protected override Decision Decide(State state, Account account, Session session, Payment? payment, Stamp stamp)
    {
        var changes = new Changes();
        Instrument? instrument = null;
        if (Stored is { } stored)
        {
            instrument = state.Instrument(stored);
            if (instrument is null || instrument.Account != account.Id || !instrument.IsOffered)
                return Decision.Refused(Refusal.InstrumentUnknown);
            if (!session.Offers(instrument))
                return Decision.Refused(Refusal.ChoiceNotOffered);
        }
        else if (Registering is not null)
        {
            var registered = Registering.Decide(state, stamp);
            if (registered.Changes is null)
                return registered;
            changes = registered.Changes;
            instrument = changes.Of<Instrument>().Single();
        }

        SessionAutopay.Drop(changes, state, session);
        // A declined payment leaves the session.
        var beginsPayment = !session.IsForInstrument && Stored is null;
        changes.Put(
            session with
            {
                Payment = beginsPayment ? Payment : null,
                Instrument = instrument?.Id,
                Page = null,
                AutopayLanguage = AutopayLanguage,
                Events = session.Events + 1,
            });
        changes.Put(EventOf(session, EventType.SessionSubmitted, stamp));
        if (!beginsPayment)
            return Decision.Accepted(changes);
        var begun = new PaymentIntent(account, Payment, Dialect, session.Amount, MethodOf(Choice), instrument, Origin)
        {
            Provider = instrument?.Vaulted?.Provider ?? Provider!,
            CapturesAtOnce = session.Scope == SessionScope.Link,
            Plan = session.Scope == SessionScope.Link ? Link!.PlanOf(state, account) : null,
            Remainder = session.Scope == SessionScope.Link && Link!.Charges.Count == 0 ? Remainder.OldestDueFirst : Remainder.Credit,
            ReturnTo = ReturnTo,
        };
        begun.AddTo(changes, stamp);
        return Decision.Accepted(changes);
    }

    private bool MayChooseAutopay(Session session) =>
        Stored is null ? session.TakesAutopay && Registering?.Holding is not null : session.TakesAutopayWithStored;

    /// <summary>
    /// Why a payment link takes no money. Where another amount is due than the customer saw, the customer opens the page again.
    /// </summary>
    private Refusal? LinkRefusal(State state, Session session, Stamp stamp)
    {
        if (Link is null || state.Link(Link.Id) is not { Status: LinkStatus.Open } link || link.Session != session.Id
            || link.HasEnded(stamp.Now) || link.DueIn(state) != session.Amount)
        {
            return Refusal.SessionExpired;
        }

        return link.Charges.Any(charge => state.ClaimantOf(charge) is not null) ? Refusal.ChargeClaimed : null;
    }

    private static PaymentMethod MethodOf(PaymentChoice choice) => choice switch
    {
        PaymentChoice.CreditCard => PaymentMethod.BankCard,
        PaymentChoice.Sepa or PaymentChoice.Bacs or PaymentChoice.SwissDebit or PaymentChoice.SwissLsv => PaymentMethod.BankAccountDebit,
        PaymentChoice.BankTransfer => PaymentMethod.BankAccountTransfer,
        PaymentChoice.Cash => PaymentMethod.Cash,
    };
}
