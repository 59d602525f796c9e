using System.Text;
using System.Text.RegularExpressions;
using Quittance.Core.Instruments;

namespace Quittance.BackOffice.BankStatements.Reading;

/// <summary>Masks the numbers of bank accounts and cards in texts of transfers and in file names, before they are stored.</summary>
internal static partial class NumberMask
{
    /// <summary>No bank sends longer texts, and so much text is quick to search.</summary>
    private const int MaxRead = 4000;

    private const int MaxLength = 2000;
    private const int ShortestIban = 15;

    /// <summary>Longer than a number with all its blanks: the end of a cut text may be a part of one.</summary>
    private const int LongestNumber = 70;

    /// <summary>The text on one line, masked and of at most 2000 characters; null for none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isName">Whether digits are a name that a bill has, though a card's number could look so; null where none is.</param>
    public static string? Apply(string? text, Func<string, bool>? isName = null)
    {
        var isCut = text?.Length > MaxRead;
        var line = Blanks().Replace(isCut ? text![..MaxRead] : text ?? "", " ").Trim();
        if (line.Length == 0)
            return null;
        line = WithoutCards(WithoutIbans(line), digits => isName?.Invoke(digits) != true);
        if (isCut)
            line = line[..Math.Max(0, line.Length - LongestNumber)];
        if (line.Length > MaxLength)
            line = line[..MaxLength];
        // Do not cut a character in half.
        line = line.Length > 0 && char.IsHighSurrogate(line[^1]) ? line[..^1] : line;
        return line.Length == 0 ? null : line;
    }

    /// <summary>Whether a text of usual length has a number that would be masked, also with dashes between its digits.</summary>
    public static bool Hides(string? text) => Hidden(text) != Folded(text);

    /// <summary>A text of usual length on one line, masked also where a number has dashes between its digits.</summary>
    public static string Hidden(string? text)
    {
        var (line, dashed) = (Folded(text), Folded(text).Replace('-', ' '));
        return Apply(dashed) is { } found && found != dashed ? found : Apply(line) ?? "";
    }

    private static string Folded(string? text) => Blanks().Replace(text ?? "", " ").Trim();

    /// <summary>Whether a text is longer than what is kept of it.</summary>
    public static bool IsCut(string? text) => text?.Length > MaxLength && Blanks().Replace(text, " ").Trim().Length > MaxLength;

    /// <summary>The digits in a text that are masked as a card's number.</summary>
    public static IReadOnlyList<string> CardsIn(string? text)
    {
        List<string> cards = [];
        if (text?.Length <= MaxRead && HasCard(text))
        {
            WithoutCards(WithoutIbans(Blanks().Replace(text, " ")), digits =>
            {
                cards.Add(digits);
                return true;
            });
        }

        return cards;
    }

    private static bool HasCard(string text) => text.Count(char.IsAsciiDigit) >= CardNumberMask.MinDigits;

    /// <summary>
    /// Numbers of cards begin as their schemes have it. A reference with right check digits is none, though a part of it may look like one.
    /// </summary>
    private static string WithoutCards(string line, Func<string, bool> isCard)
    {
        if (!HasCard(line))
            return line;
        var masked = new StringBuilder(line.Length);
        var at = 0;
        foreach (var reference in Referenced().EnumerateMatches(line))
        {
            if (!PaymentReference.IsOne(line.AsSpan(reference.Index, reference.Length).ToString()))
                continue;
            masked.Append(Masked(line[at..reference.Index])).Append(line, reference.Index, reference.Length);
            at = reference.Index + reference.Length;
        }

        return masked.Append(Masked(line[at..])).ToString();

        string Masked(string part) => CardNumberMask.Apply(part, digits => PaymentReference.MayBeCard(digits) && isCard(digits));
    }

    private static string WithoutIbans(string line)
    {
        if (line.Length < ShortestIban || !line.AsSpan().ContainsAnyInRange('0', '9'))
            return line;
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

    /// <summary>The form of a creditor reference, or of a reference of a Swiss QR-bill, also in groups.</summary>
    [GeneratedRegex(@"(?<![A-Za-z0-9])([Rr][Ff][0-9]{2}( ?[A-Za-z0-9]){1,21}|[0-9]( ?[0-9]){26})(?![A-Za-z0-9])",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Referenced();

    [GeneratedRegex(@"[\s\p{Cc}]+", RegexOptions.None, 1000)]
    private static partial Regex Blanks();

    /// <summary>
    /// Also behind letters and underscores, as in file names such as Umsatzanzeige_DE…. Not behind digits: ids have such pieces by
    /// chance.
    /// </summary>
    [GeneratedRegex("(?<=(?:^|[^A-Za-z0-9])[A-Za-z]{0,40})[A-Za-z]{2}[0-9]{2}(?: ?[A-Za-z0-9]){11,36}", RegexOptions.None, 1000)]
    private static partial Regex Likely();
}
