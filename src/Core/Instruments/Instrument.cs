using Quittance.Core.Engine;

namespace Quittance.Core.Instruments;

/// <summary>The kind of number behind an instrument.</summary>
public enum InstrumentKind
{
    /// <summary>A card's.</summary>
    Card,

    /// <summary>That of a bank account with an IBAN.</summary>
    IbanAccount,

    /// <summary>That of a bank account in the United Kingdom.</summary>
    UkAccount,
}

/// <summary>The uses of a customer's instrument.</summary>
public enum InstrumentStanding
{
    /// <summary>Kept for payments to come; offered to the customer.</summary>
    Saved,

    /// <summary>Entered for one payment; not offered again.</summary>
    Once,

    /// <summary>The account's own instrument, of which there is one at most; offered too.</summary>
    Current,

    /// <summary>Replaced by another; kept, as its payments name it.</summary>
    Inactive,

    /// <summary>
    /// Taken away; kept, as its payments name it. Its number is deleted when no payment under way needs it, and nothing new is charged.
    /// </summary>
    Removed,
}

/// <summary>The parts of a secret number that can be shown.</summary>
/// <param name="LastFour">The last four characters of its number.</param>
public sealed record MaskedInstrument(InstrumentKind Kind, string LastFour)
{
    /// <summary>A card's scheme; null for bank accounts.</summary>
    public CardScheme? Scheme { get; init; }

    /// <summary>A bank account's country, two upper-case letters; null for cards.</summary>
    public string? Country { get; init; }

    /// <summary>Until when a card is good; null for bank accounts.</summary>
    public CardExpiry? Expiry { get; init; }

    /// <summary>The name of its holder, where it is known.</summary>
    public string? Holder { get; init; }

    /// <summary>Such as <c>Visa ···· 4242</c> or <c>DE ···· 3000</c>.</summary>
    public override string ToString() => $"{(Scheme is { } scheme ? NameOf(scheme) : Country)} ···· {LastFour}";

    private static string NameOf(CardScheme scheme) => scheme switch
    {
        CardScheme.Unknown => "Card",
        CardScheme.Visa => "Visa",
        CardScheme.Mastercard => "Mastercard",
        CardScheme.AmericanExpress => "American Express",
        CardScheme.Maestro => "Maestro",
        CardScheme.Discover => "Discover",
        CardScheme.Diners => "Diners Club",
        CardScheme.Jcb => "JCB",
        CardScheme.UnionPay => "UnionPay",
    };
}

/// <summary>The provider of an instrument whose number the vault holds, and the parts that can be shown.</summary>
/// <param name="Provider">The name of the provider that charges it, such as <c>sandbox</c>.</param>
/// <param name="Shown">The parts that can be shown.</param>
/// <param name="Mandate">The customer's leave to debit it; null for cards.</param>
public sealed record Vaulted(string Provider, MaskedInstrument Shown, Mandate? Mandate = null);

/// <summary>
/// A customer's card or bank account. Either an external gateway holds it: we know its name, never its number, and a payment made with it
/// has been charged there already. Or our vault holds its number or a provider's names for it, and the provider charges it when we ask.
/// </summary>
/// <param name="Reference">The id under which clients name it.</param>
/// <param name="Method">Its kind.</param>
/// <param name="Name">A name fit to be shown.</param>
public sealed record Instrument(InstrumentId Id, AccountId Account, string Reference, PaymentMethod Method, string? Name)
    : IRow<InstrumentId, Instrument>
{
    public static Shelf<InstrumentId, Instrument> Shelf { get; } = new(instrument => instrument.Id);

    /// <summary>The instruments of an account. Only its own one is read.</summary>
    public static Relation<AccountId, InstrumentId, Instrument> OfAccount { get; } = new(Shelf, instrument => instrument.Account);

    /// <summary>
    /// The known parts where the vault holds its number, or the provider's names for it; null where an external gateway holds it.
    /// </summary>
    public Vaulted? Vaulted { get; init; }

    public InstrumentStanding Standing { get; init; }

    /// <summary>What can be shown of it.</summary>
    public string Called => Vaulted is { } vaulted ? $"{vaulted.Shown}" : Name ?? Reference;

    public bool IsRemoved => Standing == InstrumentStanding.Removed;

    /// <summary>The country of its bank account, two upper-case letters; empty where it has none.</summary>
    public string Country => Vaulted?.Shown.Country ?? "";

    /// <summary>How many events it has.</summary>
    public int Events => 1 + (Vaulted?.Mandate?.Amended ?? 0) + (IsRemoved ? 1 : 0);

    /// <summary>It, once it is taken away.</summary>
    public Instrument Remove() => this with
    {
        Standing = InstrumentStanding.Removed,
        Vaulted = Vaulted is { Mandate: { } mandate } vaulted
            ? vaulted with { Mandate = mandate with { Status = MandateStatus.Cancelled } } : Vaulted,
    };

    /// <summary>Whether the customer may choose it again.</summary>
    public bool IsOffered => Vaulted is { Mandate: not { IsForOneDebit: true } }
        && Standing is InstrumentStanding.Saved or InstrumentStanding.Current;
}

public static class InstrumentRows
{
    public static Instrument? Instrument(this State state, InstrumentId id) => state.Find(Instruments.Instrument.Shelf, id);

    /// <summary>The account's own instrument; null when it has none.</summary>
    public static Instrument? CurrentInstrumentOf(this State state, AccountId id) =>
        state.All(Instruments.Instrument.OfAccount, id).FirstOrDefault(instrument => instrument.Standing == InstrumentStanding.Current);
}
