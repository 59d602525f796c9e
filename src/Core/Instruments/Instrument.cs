namespace Quittance.Core.Instruments;

/// <summary>What kind of number stands behind an instrument.</summary>
public enum InstrumentKind
{
    /// <summary>A card's.</summary>
    Card,

    /// <summary>That of a bank account with an IBAN.</summary>
    IbanAccount,

    /// <summary>That of a bank account in the United Kingdom.</summary>
    UkAccount,
}

/// <summary>What a customer's instrument may be used for.</summary>
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
}

/// <summary>What may be shown of an instrument whose number is a secret.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="LastFour">The last four characters of its number.</param>
public sealed record MaskedInstrument(InstrumentKind Kind, string LastFour)
{
    /// <summary>A card's scheme; null for bank accounts.</summary>
    public CardScheme? Scheme { get; init; }

    /// <summary>A bank account's country, two upper-case letters; null for cards.</summary>
    public string? Country { get; init; }

    /// <summary>Until when a card is good; null for bank accounts.</summary>
    public CardExpiry? Expiry { get; init; }

    /// <summary>Whose it is, where it is known.</summary>
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

/// <summary>Who charges an instrument whose number the vault holds, and what may be shown of it. The number itself is not here.</summary>
/// <param name="Provider">The name of the provider that charges it, such as <c>sandbox</c>.</param>
/// <param name="Shown">What may be shown.</param>
/// <param name="Mandate">The customer's leave to debit it; null for cards.</param>
public sealed record Vaulted(string Provider, MaskedInstrument Shown, Mandate? Mandate = null);

/// <summary>
/// A customer's card or bank account. Either an external gateway holds it: we know its name, never its number, and a payment made with it
/// has been charged there already. Or our vault holds it, and a provider charges it when we ask.
/// </summary>
/// <param name="Id">Its id.</param>
/// <param name="Account">Whose it is.</param>
/// <param name="Reference">The id under which clients name it.</param>
/// <param name="Method">Its kind.</param>
/// <param name="Name">A name fit to be shown.</param>
public sealed record Instrument(InstrumentId Id, AccountId Account, string Reference, PaymentMethod Method, string? Name)
{
    /// <summary>What may be known of it where the vault holds its number; null where an external gateway holds it.</summary>
    public Vaulted? Vaulted { get; init; }

    /// <summary>What it may be used for.</summary>
    public InstrumentStanding Standing { get; init; }

    /// <summary>Whether the customer may choose it again.</summary>
    public bool IsOffered => Vaulted is not null && Standing is InstrumentStanding.Saved or InstrumentStanding.Current;
}
