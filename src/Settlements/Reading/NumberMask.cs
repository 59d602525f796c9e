using System.Text;
using System.Text.RegularExpressions;
using Quittance.Core.Instruments;

namespace Quittance.Settlements.Reading;

/// <summary>Masks the numbers of bank accounts and cards in texts of transfers and in file names, before they are stored.</summary>
internal static partial class NumberMask
{
    /// <summary>No bank sends longer texts, and so much text is quick to search.</summary>
    private const int MaxRead = 4000;

    private const int MaxLength = 500;
    private const int ShortestIban = 15;

    /// <summary>Longer than a number with all its blanks: the end of a cut text may be a part of one.</summary>
    private const int LongestNumber = 70;

    /// <summary>The text on one line, masked and of at most 500 characters; null for none.</summary>
    public static string? Apply(string? text)
    {
        var isCut = text?.Length > MaxRead;
        var line = Blanks().Replace(isCut ? text![..MaxRead] : text ?? "", " ").Trim();
        if (line.Length == 0)
            return null;
        line = CardNumberMask.Apply(WithoutIbans(line));
        if (isCut)
            line = line[..Math.Max(0, line.Length - LongestNumber)];
        if (line.Length > MaxLength)
            line = line[..MaxLength];
        // Do not cut a character in half.
        line = line.Length > 0 && char.IsHighSurrogate(line[^1]) ? line[..^1] : line;
        return line.Length == 0 ? null : line;
    }

    private static string WithoutIbans(string line)
    {
        var masked = new StringBuilder(line.Length);
        var at = 0;
        while (Likely().Match(line, at) is { Success: true } likely)
        {
            // A text that only looks like the beginning of a number may contain one.
            var (text, length) = Masked(likely.Value) ?? (likely.Value[..1], 1);
            masked.Append(line, at, likely.Index - at).Append(text);
            at = likely.Index + length;
        }

        return masked.Append(line, at, line.Length - at).ToString();
    }

    /// <summary>The number at the beginning of a text, masked, and its length; null for none.</summary>
    private static (string Text, int Length)? Masked(string likely)
    {
        // The text behind the number may look like a part of it.
        for (var length = likely.Length; length >= ShortestIban; length--)
        {
            if (char.IsAsciiLetterOrDigit(likely[length - 1])
                && Iban.TryParse(string.Concat(likely[..length].Where(char.IsAsciiLetterOrDigit)), out var iban))
            {
                return (iban.ToString(), length);
            }
        }

        return null;
    }

    [GeneratedRegex(@"[\s\p{Cc}]+", RegexOptions.None, 1000)]
    private static partial Regex Blanks();

    /// <summary>
    /// Also behind letters and underscores, as in file names such as Umsatzanzeige_DE…. Not behind digits: ids have such pieces by
    /// chance.
    /// </summary>
    [GeneratedRegex("(?<=(?:^|[^A-Za-z0-9])[A-Za-z]{0,40})[A-Za-z]{2}[0-9]{2}(?: ?[A-Za-z0-9]){11,36}", RegexOptions.None, 1000)]
    private static partial Regex Likely();
}
