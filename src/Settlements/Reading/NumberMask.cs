using System.Text;
using System.Text.RegularExpressions;
using Quittance.Core.Instruments;

namespace Quittance.Settlements.Reading;

/// <summary>Takes numbers of bank accounts and cards out of what people write to transfers and what files are called, before it is stored.</summary>
internal static partial class NumberMask
{
    /// <summary>No bank sends longer texts, and all of this is looked at in no time.</summary>
    private const int MaxRead = 4000;

    private const int MaxLength = 500;
    private const int ShortestIban = 15;

    /// <summary>More than a number with all its blanks has: where a text was cut, so much of its end may be a part of one.</summary>
    private const int LongestNumber = 70;

    /// <summary>The text on one line, without such numbers and not longer than 500 characters; null where there is none.</summary>
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
        // Half of a character is none.
        line = line.Length > 0 && char.IsHighSurrogate(line[^1]) ? line[..^1] : line;
        return line.Length == 0 ? null : line;
    }

    private static string WithoutIbans(string line)
    {
        var masked = new StringBuilder(line.Length);
        var at = 0;
        while (Likely().Match(line, at) is { Success: true } likely)
        {
            // What only looks like the beginning of a number may have one in it.
            var (text, length) = Masked(likely.Value) ?? (likely.Value[..1], 1);
            masked.Append(line, at, likely.Index - at).Append(text);
            at = likely.Index + length;
        }

        return masked.Append(line, at, line.Length - at).ToString();
    }

    /// <summary>The number that a text begins with, masked, and how long it is; null where it begins with none.</summary>
    private static (string Text, int Length)? Masked(string likely)
    {
        // What follows the number may look like a part of it.
        for (var length = likely.Length; length >= ShortestIban; length--)
        {
            if (char.IsAsciiLetterOrDigit(likely[length - 1]) && Iban.TryParse(string.Concat(likely[..length].Where(char.IsAsciiLetterOrDigit)), out var iban))
                return (iban.ToString(), length);
        }

        return null;
    }

    [GeneratedRegex(@"[\s\p{Cc}]+", RegexOptions.None, 1000)]
    private static partial Regex Blanks();

    /// <summary>Behind other letters and underscores too: files are called Umsatzanzeige_DE…. Not behind digits: ids have such pieces by chance.</summary>
    [GeneratedRegex("(?<=(?:^|[^A-Za-z0-9])[A-Za-z]{0,40})[A-Za-z]{2}[0-9]{2}(?: ?[A-Za-z0-9]){11,36}", RegexOptions.None, 1000)]
    private static partial Regex Likely();
}
