using System.Diagnostics.CodeAnalysis;

namespace Quittance.Core.Instruments;

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
