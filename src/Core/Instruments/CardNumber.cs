using System.Diagnostics.CodeAnalysis;

namespace Quittance.Core.Instruments;

/// <summary>Why a text is no card number.</summary>
public enum CardNumberFault
{
    /// <summary>It is one.</summary>
    None,

    /// <summary>It holds something other than digits, spaces and hyphens.</summary>
    NotDigits,

    /// <summary>It has fewer than 12 digits.</summary>
    TooShort,

    /// <summary>It has more than 19 digits.</summary>
    TooLong,

    /// <summary>Its last digit does not follow from the others (Luhn): a digit is mistyped.</summary>
    CheckDigit,
}

/// <summary>The scheme that a card belongs to.</summary>
public enum CardScheme
{
    /// <summary>None that we know.</summary>
    Unknown,

    /// <summary>Visa.</summary>
    Visa,

    /// <summary>Mastercard.</summary>
    Mastercard,

    /// <summary>American Express.</summary>
    AmericanExpress,

    /// <summary>Maestro.</summary>
    Maestro,

    /// <summary>Discover.</summary>
    Discover,

    /// <summary>Diners Club.</summary>
    Diners,

    /// <summary>JCB.</summary>
    Jcb,

    /// <summary>UnionPay.</summary>
    UnionPay,
}

/// <summary>A card's number (PAN). Its text is masked; only <see cref="Reveal"/> gives it away.</summary>
public sealed record CardNumber
{
    private const int MinDigits = 12;
    private const int MaxDigits = 19;

    // By the first six digits, as the schemes publish them. 622126 to 622925 are UnionPay's, though Discover's network takes them too.
    private static readonly (int From, int To, CardScheme Scheme)[] Ranges =
    [
        (222100, 272099, CardScheme.Mastercard),
        (300000, 305999, CardScheme.Diners),
        (309500, 309599, CardScheme.Diners),
        (340000, 349999, CardScheme.AmericanExpress),
        (352800, 358999, CardScheme.Jcb),
        (360000, 369999, CardScheme.Diners),
        (370000, 379999, CardScheme.AmericanExpress),
        (380000, 399999, CardScheme.Diners),
        (400000, 499999, CardScheme.Visa),
        (500000, 509999, CardScheme.Maestro),
        (510000, 559999, CardScheme.Mastercard),
        (560000, 589999, CardScheme.Maestro),
        (601100, 601199, CardScheme.Discover),
        (620000, 629999, CardScheme.UnionPay),
        (630400, 630499, CardScheme.Maestro),
        (639000, 639099, CardScheme.Maestro),
        (644000, 659999, CardScheme.Discover),
        (670000, 679999, CardScheme.Maestro),
        (810000, 817199, CardScheme.UnionPay),
    ];

    private readonly string _digits;

    private CardNumber(string digits) => _digits = digits;

    /// <summary>The scheme, by the number's first digits.</summary>
    public CardScheme Scheme
    {
        get
        {
            var prefix = int.Parse(_digits.AsSpan(0, 6));
            return Ranges.FirstOrDefault(range => prefix >= range.From && prefix <= range.To).Scheme;
        }
    }

    /// <summary>The last four digits.</summary>
    public string LastFour => _digits[^4..];

    /// <summary>Reads a number: 12 to 19 digits that pass the Luhn check, with spaces or hyphens between them or none.</summary>
    /// <param name="text">Any text, or nothing.</param>
    /// <param name="number">The number, when it is one.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out CardNumber? number) => TryParse(text, out number, out _);

    /// <inheritdoc cref="TryParse(string?, out CardNumber?)"/>
    /// <param name="text">Any text, or nothing.</param>
    /// <param name="number">The number, when it is one.</param>
    /// <param name="fault">Why it is none.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out CardNumber? number, out CardNumberFault fault)
    {
        var digits = (text ?? "").Replace(" ", "").Replace("-", "");
        fault = FaultOf(digits);
        number = fault == CardNumberFault.None ? new CardNumber(digits) : null;
        return number is not null;
    }

    /// <summary>A number that is known to be one: a constant.</summary>
    /// <exception cref="FormatException">It is none. The message does not repeat it.</exception>
    public static CardNumber Parse(string text) =>
        TryParse(text, out var number, out var fault) ? number : throw new FormatException($"That is no card number: {fault}.");

    /// <summary>All digits, for the provider and the vault alone.</summary>
    public string Reveal() => _digits;

    /// <summary>The last four digits behind dots.</summary>
    public override string ToString() => $"···· {LastFour}";

    /// <summary>Whether digits end with the check digit that follows from the others.</summary>
    public static bool PassesLuhn(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var fromEnd = 0; fromEnd < digits.Length; fromEnd++)
        {
            var digit = digits[digits.Length - 1 - fromEnd] - '0';
            if (fromEnd % 2 == 1)
                digit = digit > 4 ? (digit * 2) - 9 : digit * 2;
            sum += digit;
        }

        return sum % 10 == 0;
    }

    private static CardNumberFault FaultOf(string digits) => digits switch
    {
        _ when !digits.All(char.IsAsciiDigit) => CardNumberFault.NotDigits,
        { Length: < MinDigits } => CardNumberFault.TooShort,
        { Length: > MaxDigits } => CardNumberFault.TooLong,
        _ when !PassesLuhn(digits) => CardNumberFault.CheckDigit,
        _ => CardNumberFault.None,
    };
}
