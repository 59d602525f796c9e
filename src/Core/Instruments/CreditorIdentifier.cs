using System.Diagnostics.CodeAnalysis;

namespace Quittance.Core.Instruments;

/// <summary>
/// Names a creditor of SEPA direct debits (EPC262-08): country, check digits, a business code of three characters that the creditor
/// chooses, the country's own number. Or names a creditor of CH-DD: a number that PostFinance gives (RS-PID). No secret.
/// </summary>
public sealed record CreditorIdentifier
{
    private const int Shortest = 8;
    private const int ShortestSwiss = 5;

    private readonly string _text;

    private CreditorIdentifier(string text) => _text = text;

    /// <summary>The country that gave it, two upper-case letters.</summary>
    public string Country => _text[..2];

    /// <summary>Reads an identifier, in upper or lower case.</summary>
    /// <param name="text">Any text, or nothing.</param>
    /// <param name="identifier">The identifier, when it is one.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out CreditorIdentifier? identifier)
    {
        var upper = (text ?? "").Replace(" ", "").ToUpperInvariant();
        identifier = IsIdentifier(upper) ? new CreditorIdentifier(upper) : null;
        return identifier is not null;
    }

    /// <summary>Reads a creditor's number at PostFinance.</summary>
    /// <param name="text">Any text, or nothing.</param>
    /// <param name="identifier">The identifier, when it is one.</param>
    public static bool TryParseSwiss(string? text, [NotNullWhen(true)] out CreditorIdentifier? identifier)
    {
        var digits = (text ?? "").Replace(" ", "");
        identifier = digits.Length is >= ShortestSwiss and <= SepaText.IdentifierLength && digits.All(char.IsAsciiDigit)
            ? new CreditorIdentifier(digits) : null;
        return identifier is not null;
    }

    /// <summary>An identifier that is known to be one: a constant.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static CreditorIdentifier Parse(string text) =>
        TryParse(text, out var identifier) ? identifier : throw new FormatException($"'{text}' is no creditor identifier.");

    /// <summary>The identifier, upper-case and without blanks.</summary>
    public override string ToString() => _text;

    private static bool IsIdentifier(string text) => text.Length is >= Shortest and <= SepaText.IdentifierLength
        && text.All(SepaText.IsAllowed) && Iban.IsSepaCountry(text[..2]) && char.IsAsciiDigit(text[2]) && char.IsAsciiDigit(text[3])
        && text[4..7].All(char.IsAsciiLetterOrDigit) && Remainder(text) == 1;

    /// <summary>The check digits leave out the business code, and what is neither letter nor digit.</summary>
    private static int Remainder(string text) => Iban.Mod97(string.Concat((text[7..] + text[..4]).Where(char.IsAsciiLetterOrDigit)));
}
