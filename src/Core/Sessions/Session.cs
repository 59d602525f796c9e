using Quittance.Core.Engine;
using Quittance.Core.Instruments;

namespace Quittance.Core.Sessions;

/// <summary>The status of a payment session.</summary>
public enum SessionStatus
{
    /// <summary>The customer can pay in it. A payment in it waits for the client to book it.</summary>
    Open,

    /// <summary>A client booked its payment or took its instrument over.</summary>
    Used,

    /// <summary>It has expired; money that no client booked went back.</summary>
    Expired,
}

/// <summary>The purpose of a payment session.</summary>
public enum SessionScope
{
    /// <summary>An instrument with which a customer's account is paid from then on.</summary>
    MemberAccount,

    /// <summary>A purchase now, or an instrument for purchases that the customer starts later.</summary>
    Ecom,

    /// <summary>A payment by a payment link, which no client books: the money is taken at once.</summary>
    Link,
}

/// <summary>The ways to pay that a session can offer, in the order in which they are shown.</summary>
public enum PaymentChoice
{
    /// <summary>A credit or debit card.</summary>
    CreditCard,

    /// <summary>A SEPA direct debit.</summary>
    Sepa,

    /// <summary>A direct debit in the United Kingdom.</summary>
    Bacs,

    /// <summary>A Swiss direct debit of PostFinance and the banks.</summary>
    SwissDebit,

    /// <summary>A Swiss direct debit of the older scheme LSV.</summary>
    SwissLsv,

    /// <summary>The customer transfers the money.</summary>
    BankTransfer,

    /// <summary>The customer pays at the counter.</summary>
    Cash,
}

/// <summary>A page of a provider on which the customer of a session enters an instrument.</summary>
/// <param name="Provider">The provider's name in the books.</param>
/// <param name="Reference">The provider's name for the page.</param>
public sealed record SessionPage(string Provider, string Reference);

/// <summary>
/// Lets one customer pay, or leave an instrument, in the payment widget. A client uses the result once: it books the payment or takes
/// the instrument over.
/// </summary>
/// <param name="Slot">The slot of that account (0 to 31).</param>
/// <param name="Installation">The installation that opened it.</param>
/// <param name="Amount">Zero where the session is for an instrument.</param>
/// <param name="ReferenceText">The text on the customer's bank statement.</param>
/// <param name="Choices">The ways to pay that it offers.</param>
/// <param name="ExpiresAt">When its time is over.</param>
public sealed record Session(
    SessionId Id, AccountId Account, int Slot, long Installation, SessionScope Scope, Money Amount, string ReferenceText,
    IReadOnlyList<PaymentChoice> Choices, DateTimeOffset ExpiresAt) : IRow<SessionId, Session>
{
    public static Shelf<SessionId, Session> Shelf { get; } = new(session => session.Id);

    /// <summary>The sessions of an account that no client has used and the server has not expired.</summary>
    public static Relation<AccountId, SessionId, Session> OpenOf { get; } =
        new(Shelf, session => session.Status == SessionStatus.Open ? session.Account : null);

    /// <summary>Whether a direct debit asks for a signature.</summary>
    public bool RequiresSignature { get; init; }

    /// <summary>Whether the customer's stored instruments are offered too.</summary>
    public bool ShowsInstruments { get; init; } = true;

    public SessionStatus Status { get; init; }

    /// <summary>The payment that was begun in it; null before, and where a stored instrument is charged only when it is booked.</summary>
    public PaymentId? Payment { get; init; }

    /// <summary>The instrument that was chosen in it; null where none is needed.</summary>
    public InstrumentId? Instrument { get; init; }

    /// <summary>The page on which the customer enters an instrument at the provider; null where no entry is under way.</summary>
    public SessionPage? Page { get; init; }

    /// <summary>
    /// The language of the words by which the customer chose autopay with the instrument, or does so on the provider's page; null where the
    /// customer did not. The consent comes into force when the session is used up.
    /// </summary>
    public string? AutopayLanguage { get; init; }

    public int Events { get; init; } = 1;

    /// <summary>How often the customer can try to pay in it, so that a thief can't try card numbers out.</summary>
    public const int MostTries = 10;

    /// <summary>
    /// Whether no try is left. It has had an event for each, beside the one that opened it; the opening of a page counts too.
    /// </summary>
    public bool IsTriedOut => Events > MostTries;

    /// <summary>Whether only an instrument is wanted.</summary>
    public bool IsForInstrument => Amount.AmountMinor == 0;

    /// <summary>Whether the customer can keep the instrument for later payments: only in a purchase.</summary>
    public bool MayStore => Scope == SessionScope.Ecom && !IsForInstrument;

    /// <summary>
    /// Whether the customer can choose autopay with a new card or bank account: not with one for purchases that the customer starts later.
    /// </summary>
    public bool TakesAutopay => Scope != SessionScope.Ecom || !IsForInstrument;

    /// <summary>
    /// Whether the customer can choose autopay with a stored instrument. In a purchase it is charged when the customer is gone, so nobody
    /// could say that it was declined and that there is no consent.
    /// </summary>
    public bool TakesAutopayWithStored => TakesAutopay && IsForInstrument;

    /// <summary>The target of a command for it.</summary>
    public AccountTarget Target => AccountTarget.Of(Account, Slot);

    /// <summary>Whether the customer may choose this stored instrument in it.</summary>
    public bool Offers(Instrument instrument) =>
        ShowsInstruments && instrument is { IsOffered: true, Vaulted: { } vaulted } && Choices.Contains(ChoiceOf(vaulted));

    /// <summary>The way to pay that a stored instrument is.</summary>
    public static PaymentChoice ChoiceOf(Vaulted vaulted) => vaulted.Mandate?.Scheme switch
    {
        MandateScheme.Sepa => PaymentChoice.Sepa,
        MandateScheme.Bacs => PaymentChoice.Bacs,
        MandateScheme.SwissDebit => PaymentChoice.SwissDebit,
        MandateScheme.SwissLsv => PaymentChoice.SwissLsv,
        null => PaymentChoice.CreditCard,
    };

    /// <summary>Whether its time is over.</summary>
    public bool IsExpired(DateTimeOffset now) => Status == SessionStatus.Expired || (Status == SessionStatus.Open && now >= ExpiresAt);
}

public static class PaymentChoices
{
    /// <summary>Whether there is this way to pay in a currency: each scheme of direct debits has its own (Sport Alliance 5.4).</summary>
    public static bool IsOffered(this PaymentChoice choice, Currency currency) => choice switch
    {
        PaymentChoice.CreditCard or PaymentChoice.BankTransfer or PaymentChoice.Cash => true,
        PaymentChoice.Sepa => currency.Code == "EUR",
        PaymentChoice.Bacs => currency.Code == "GBP",
        PaymentChoice.SwissDebit or PaymentChoice.SwissLsv => currency.Code == "CHF",
    };

    /// <summary>Whether a provider collects the money. Else the customer promises it.</summary>
    public static bool IsCollected(this PaymentChoice choice) => choice is not (PaymentChoice.BankTransfer or PaymentChoice.Cash);
}

public static class SessionRows
{
    public static Session? Session(this State state, SessionId id) => state.Find(Sessions.Session.Shelf, id);
}
