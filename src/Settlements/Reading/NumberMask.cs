using System.Text.RegularExpressions;
using Quittance.Core.Instruments;

namespace Quittance.Settlements.Reading;

/// <summary>Takes numbers of bank accounts and cards out of what people write to transfers, before it is stored.</summary>
internal static partial class NumberMask
{
    private const int MaxLength = 500;
    private const int ShortestIban = 15;

    /// <summary>The text on one line, without such numbers and not longer than 500 characters; null where there is none.</summary>
    public static string? Apply(string? text)
    {
        var line = Blanks().Replace(text ?? "", " ").Trim();
        if (line.Length == 0)
            return null;
        line = CardNumberMask.Apply(Likely().Replace(line, Masked));
        return line.Length <= MaxLength ? line : line[..MaxLength];
    }

    private static string Masked(Match likely)
    {
        // What follows the number may look like a part of it.
        for (var length = likely.Length; length >= ShortestIban; length--)
        {
            if (Iban.TryParse(likely.Value[..length], out var iban))
                return iban + (likely.Value[length - 1] == ' ' ? " " : "") + likely.Value[length..];
        }

        return likely.Value;
    }

    [GeneratedRegex(@"[\s\p{Cc}]+", RegexOptions.None, 1000)]
    private static partial Regex Blanks();

    [GeneratedRegex(@"\b[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]){11,36}", RegexOptions.None, 1000)]
    private static partial Regex Likely();
}
