using System.Diagnostics.CodeAnalysis;

namespace Quittance.Core.Instruments;

/// <summary>A bank's identifier (ISO 9362): 8 characters, or 11 with a branch. No secret.</summary>
public sealed record Bic
{
    private readonly string _text;

    private Bic(string text) => _text = text;

    /// <summary>Reads a BIC, in upper or lower case.</summary>
    /// <param name="text">Any text, or nothing.</param>
    /// <param name="bic">The BIC, when it is one.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Bic? bic)
    {
        var upper = text?.Trim(' ').ToUpperInvariant();
        var isBic = upper is { Length: 8 or 11 } && upper[..6].All(char.IsAsciiLetter) && upper[6..].All(char.IsAsciiLetterOrDigit);
        bic = isBic ? new Bic(upper!) : null;
        return isBic;
    }

    /// <summary>A BIC that is known to be one: a constant.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static Bic Parse(string text) => TryParse(text, out var bic) ? bic : throw new FormatException($"'{text}' is no BIC.");

    /// <summary>The identifier, upper-case.</summary>
    public override string ToString() => _text;
}
