using System.Diagnostics.CodeAnalysis;

namespace Quittance.Core.Instruments;

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
