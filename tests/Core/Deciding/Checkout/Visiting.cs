using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Billing;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;

namespace Quittance.Tests.Deciding.Checkout;

/// <summary>
/// Anna in the payment widget, in sessions that her studio opens for her, and what the studio makes of them. Jonas is another customer.
/// </summary>
internal sealed class Visiting
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly Account _jonas = new(Given.AccountId(Given.Jonas), 5, 2, Given.Euro, Given.Jonas);

    private Visiting(Collecting money)
    {
        Money = money;
        Money.State.Load(_jonas);
        Money.State.Load(Given.AccountName(Given.Jonas), new NamedObject(_jonas.Id, 5, _jonas.Id.Value));
    }

    /// <summary>Anna's charges and payments.</summary>
    public Collecting Money { get; }

    public static Visiting Anna(params (string Charge, long AmountMinor)[] owing) => new(Collecting.Anna(owing));

    public static InstrumentId InstrumentId(string name) => new(Given.Merchant, Given.ChargeId(name).Value);

    public Visiting JonasOwing(string charge, long amountMinor)
    {
        Money.Do(new RaiseCharge(
            Given.Origin, Given.Target(Given.Jonas), Given.ChargeId(charge), new Money(amountMinor, Given.Euro), Given.Today)
        {
            Reference = Given.ChargeName(charge),
        }).IsAccepted();
        return this;
    }

    /// <summary>An instrument that is kept for payments to come.</summary>
    public Visiting Holding(
        string instrument, MandateScheme? scheme, string account = Given.Anna, InstrumentStanding standing = InstrumentStanding.Saved)
    {
        var mandate = scheme is { } known ? new Mandate($"MANDATE-{instrument}", known, Given.Today, MandateStatus.Active) : null;
        var kind = scheme is null ? InstrumentKind.Card : InstrumentKind.IbanAccount;
        Money.State.Load(new Instrument(
            InstrumentId(instrument), Given.AccountId(account), instrument, scheme is null ? PaymentMethod.BankCard
                : PaymentMethod.BankAccountDebit, null)
        {
            Vaulted = new Vaulted("sandbox", new MaskedInstrument(kind, "1111"), mandate),
            Standing = standing,
        });
        return this;
    }

    public Decision Opens(
        string session, long amountMinor, SessionScope scope = SessionScope.Ecom, params IReadOnlyList<PaymentChoice> choices) =>
        Money.Do(Opening(session, amountMinor, scope, choices));

    public static OpenSession Opening(
        string session, long amountMinor, SessionScope scope = SessionScope.Ecom, params IReadOnlyList<PaymentChoice> choices) => new(
        Given.Origin, Given.Target(), SessionId(session), Installation: 1, scope, new Money(amountMinor, Given.Euro), "Fees",
        choices.Count > 0 ? choices : [PaymentChoice.CreditCard, PaymentChoice.Cash], Lifetime);

    public Visiting Opened(
        string session, long amountMinor, SessionScope scope = SessionScope.Ecom, params IReadOnlyList<PaymentChoice> choices)
    {
        Opens(session, amountMinor, scope, choices).IsAccepted();
        return this;
    }

    /// <summary>Enters a card, or says how else she pays.</summary>
    public Decision Pays(
        string session, string payment, PaymentChoice choice = PaymentChoice.CreditCard, PaymentLink? link = null,
        string? returnTo = null, string? autopay = null) =>
        Money.Do(new SubmitSession(Given.Origin, Session(session), choice, Collecting.Id(payment), "test")
        {
            Registering = choice == PaymentChoice.CreditCard
                ? Registering(session, $"card for {payment}") with { IsForAutopay = autopay is not null } : null,
            AutopayLanguage = autopay,
            Provider = ClearingProvider.Cash,
            Link = link,
            ReturnTo = returnTo,
        });

    /// <summary>Enters a card that is authorised.</summary>
    public Visiting Paid(string session, string payment)
    {
        Pays(session, payment).IsAccepted();
        Money.Heard(payment, Verb.Authorise, ProviderAnswer.Approved);
        return this;
    }

    public Decision Chooses(string session, string instrument = "card", string? autopay = null) =>
        Money.Do(new SubmitSession(
            Given.Origin, Session(session), PaymentChoice.CreditCard, Collecting.Id("none"), "test")
        { Stored = InstrumentId(instrument), AutopayLanguage = autopay });

    public Visiting Chose(string session, string instrument = "card")
    {
        Chooses(session, instrument).IsAccepted();
        return this;
    }

    public Decision Books(string session, long amountMinor, params IReadOnlyList<string> charges) =>
        Books(Session(session), new Money(amountMinor, Given.Euro), Given.Anna, charges);

    public Decision Books(Session read, Money amount, string account, params IReadOnlyList<string> charges) => Money.Do(new BookSession(
        Given.Origin, Given.Target(account), read, amount,
        [.. charges.Select(charge => (IReadOnlyList<Reference>)[Given.ChargeName(charge)])],
        Collecting.Id($"payment of {read.Id.Value}"), "test"));

    public Visiting Booked(string session, long amountMinor, params IReadOnlyList<string> charges)
    {
        Books(session, amountMinor, charges).IsAccepted();
        return this;
    }

    public Decision Takes(string session, string account = Given.Anna) =>
        Money.Do(new TakeInstrument(Given.Origin, Given.Target(account), Session(session)));

    public Decision Expires(string session) => Money.Do(new ExpireSession(Given.Origin, Session(session)));

    /// <summary>An hour goes by.</summary>
    public Visiting Later()
    {
        Money.Now += Lifetime;
        return this;
    }

    public Session Session(string session) => Money.State.Session(SessionId(session))!;

    public static SessionId SessionId(string session) => new(Given.Merchant, Given.ChargeId($"session {session}").Value);

    public SessionStatus Status(string session) => Session(session).Status;

    /// <summary>The name of the payment with which a stored instrument is charged.</summary>
    public static string BookedIn(string session) => $"payment of {SessionId(session).Value}";

    public InstrumentStanding Standing(InstrumentId instrument) => Money.State.Instrument(instrument)!.Standing;

    private RegisterInstrument Registering(string session, string name) => new(
        Given.Origin, Session(session).Target, InstrumentId(name), Given.InstrumentName(name), PaymentMethod.BankCard, null)
    {
        Holding = new Holding(new Vaulted("sandbox", new MaskedInstrument(InstrumentKind.Card, "4242")), new Sealed(default, 1, default)),
        Standing = Session(session).IsForInstrument ? InstrumentStanding.Saved : InstrumentStanding.Once,
    };
}
