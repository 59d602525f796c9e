using Quittance.Core.Engine;

namespace Quittance.Core.Instruments;

/// <summary>A consent of a customer, by its place among those of the customer.</summary>
/// <param name="Nth">From 1.</param>
public readonly record struct AutopayId(AccountId Account, int Nth);

/// <summary>Where a customer's consent was given or ended.</summary>
public enum AutopaySource
{
    /// <summary>The customer, in the payment widget of a client.</summary>
    Widget,

    /// <summary>The customer, on the page of a payment link, or on its own page.</summary>
    Link,

    /// <summary>A program, by Quittance's own API: it keeps how the customer said so.</summary>
    Api,

    /// <summary>An operator, in the console.</summary>
    Console,

    /// <summary>An operator, on the command line.</summary>
    CommandLine,

    /// <summary>Nobody: the customer's account was merged into another one.</summary>
    Merge,

    /// <summary>The customer, who put another card or bank account in the place of the chosen one.</summary>
    Replacement,
}

/// <summary>
/// A customer's word that bills are collected by a card or a bank account when they are due. Each consent is kept, also one that has ended.
/// </summary>
/// <param name="Instrument">
/// What is charged; null where a customer who chose nothing here said that nothing is to be collected by itself.
/// </param>
/// <param name="Text">The words that the customer agreed to; null once they are erased.</param>
/// <param name="Language">Their language, such as <c>de</c>; null once it is erased.</param>
public sealed record Autopay(
    AutopayId Id, InstrumentId? Instrument, AutopaySource Source, string? Text, string? Language, DateTimeOffset GivenAt)
    : IRow<AutopayId, Autopay>
{
    public static Shelf<AutopayId, Autopay> Shelf { get; } = new(autopay => autopay.Id);

    /// <summary>All consents of a customer.</summary>
    public static Relation<AccountId, AutopayId, Autopay> OfAccount { get; } = new(Shelf, autopay => autopay.Id.Account);

    /// <summary>When the customer ended it, or chose anew; null while it is in force.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Where it was ended.</summary>
    public AutopaySource? EndedBy { get; init; }

    public bool IsInForce => EndedAt is null;

    /// <summary>
    /// Whether an instrument may be asked without the customer. One who ended autopay is asked for nothing, and one who chose an
    /// instrument by no other.
    /// </summary>
    public bool Allows(InstrumentId instrument) => IsInForce && Instrument == instrument;

    /// <summary>
    /// Whether an instrument pays its customer's bills by itself: the customer chose it, or it is the account's own and the customer never
    /// said otherwise.
    /// </summary>
    /// <param name="last">The customer's last consent; null for none.</param>
    public static bool Pays(Instrument instrument, Autopay? last) =>
        instrument is { IsRemoved: false, Vaulted: not null }
        && (last?.Allows(instrument.Id) ?? instrument.Standing == InstrumentStanding.Current);
}

/// <summary>The words of the consent, in the languages in which Quittance speaks to customers.</summary>
public static class AutopayTexts
{
    /// <summary>The language where a customer's own is none of them.</summary>
    public const string Usual = "en";

    private static readonly Dictionary<string, string> Texts = new(StringComparer.Ordinal)
    {
        ["de"] = "Meine künftigen Rechnungen automatisch mit dieser Zahlungsart bezahlen, wenn sie fällig sind. Ich kann das jederzeit "
            + "beenden.",
        ["en"] = "Pay my future bills automatically with this payment method when they are due. I can end this at any time.",
        ["es"] = "Pagar mis próximas facturas automáticamente con este método de pago cuando venzan. Puedo anularlo en cualquier momento.",
        ["fr"] = "Payer automatiquement mes prochaines factures avec ce moyen de paiement à leur échéance. Je peux y mettre fin à tout "
            + "moment.",
        ["it"] = "Pagare automaticamente le mie prossime fatture con questo metodo di pagamento alla scadenza. Posso revocarlo in "
            + "qualsiasi momento.",
        ["nl"] = "Mijn volgende rekeningen automatisch met deze betaalmethode betalen wanneer ze vervallen. Ik kan dit op elk moment "
            + "stopzetten.",
    };

    public static IReadOnlyList<string> Languages { get; } = [.. Texts.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The words in a language; null where there are none.</summary>
    public static string? Of(string language) => Texts.GetValueOrDefault(language);
}

/// <summary>Reads which customers have their bills collected by themselves.</summary>
public interface IAutopays
{
    /// <summary>The consents of a customer, the last one first.</summary>
    Task<IReadOnlyList<Autopay>> OfAccountAsync(AccountId account, CancellationToken cancel);

    /// <summary>
    /// Whether the merchant collects what is due: each month begins a run of dues by itself, or somebody has ever begun one.
    /// </summary>
    Task<bool> IsOfferedAsync(MerchantId merchant, CancellationToken cancel);

    /// <summary>Whether a customer was ever billed. One who was not is none yet, such as a person in a shop.</summary>
    Task<bool> IsBilledAsync(AccountId account, CancellationToken cancel);
}

public static class AutopayRows
{
    /// <summary>The last consent of a customer; null for none. Only of accounts whose consents were wanted.</summary>
    public static Autopay? AutopayOf(this State state, AccountId account) =>
        state.All(Autopay.OfAccount, account).MaxBy(autopay => autopay.Id.Nth);
}
