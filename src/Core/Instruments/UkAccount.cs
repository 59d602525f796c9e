using System.Diagnostics.CodeAnalysis;

namespace Quittance.Core.Instruments;

/// <summary>A bank account in the United Kingdom, debited by Bacs.</summary>
/// <param name="SortCode">Its bank's branch.</param>
public sealed record UkAccount(SortCode SortCode, UkAccountNumber Number, string Holder) : InstrumentSecret
{
    /// <summary>The address to which the holder wants the mandate confirmed; null where that was not asked.</summary>
    public string? Email { get; init; }

    public override MaskedInstrument Shown => new(InstrumentKind.UkAccount, Number.LastFour) { Country = "GB", Holder = Holder };
}

/// <summary>The sort code of a bank in the United Kingdom: six digits. Its text is masked.</summary>
public sealed record SortCode
{
    private readonly string _digits;

    private SortCode(string digits) => _digits = digits;

    /// <summary>Reads six digits, in pairs with hyphens or spaces between them or none: <c>20-00-00</c>.</summary>
    /// <param name="text">Any text, or nothing.</param>
    /// <param name="code">The sort code, when it is one.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SortCode? code)
    {
        code = null;
        if (text is { Length: 8 } && text[2] == text[5] && text[2] is '-' or ' ')
            text = text[..2] + text[3..5] + text[6..];
        if (text is { Length: 6 } && text.All(char.IsAsciiDigit))
            code = new SortCode(text);
        return code is not null;
    }

    /// <summary>A sort code that is known to be one: a constant.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static SortCode Parse(string text) => TryParse(text, out var code) ? code : throw new FormatException("That is no sort code.");

    /// <summary>The six digits, for the provider and the vault alone.</summary>
    public string Reveal() => _digits;

    /// <summary>Nothing but its shape.</summary>
    public override string ToString() => "··-··-··";
}

/// <summary>The number of a bank account in the United Kingdom: eight digits. Its text is masked.</summary>
public sealed record UkAccountNumber
{
    private readonly string _digits;

    private UkAccountNumber(string digits) => _digits = digits;

    /// <summary>The last four digits.</summary>
    public string LastFour => _digits[^4..];

    /// <summary>Reads six to eight digits; shorter ones are filled up with zeros in front.</summary>
    /// <param name="text">Any text, or nothing.</param>
    /// <param name="number">The number, when it is one.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out UkAccountNumber? number)
    {
        number = text is { Length: >= 6 and <= 8 } && text.All(char.IsAsciiDigit) ? new UkAccountNumber(text.PadLeft(8, '0')) : null;
        return number is not null;
    }

    /// <summary>A number that is known to be one: a constant.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static UkAccountNumber Parse(string text) =>
        TryParse(text, out var number) ? number : throw new FormatException("That is no account number.");

    /// <summary>The eight digits, for the provider and the vault alone.</summary>
    public string Reveal() => _digits;

    /// <summary>The last four digits behind dots.</summary>
    public override string ToString() => $"···· {LastFour}";
}
