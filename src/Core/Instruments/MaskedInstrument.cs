namespace Quittance.Core.Instruments;

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
