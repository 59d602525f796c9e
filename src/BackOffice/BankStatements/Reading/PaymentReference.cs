using System.Globalization;
using System.Text.RegularExpressions;
using Quittance.Core.Settlements;

namespace Quittance.BackOffice.BankStatements.Reading;

/// <summary>Tells references of bills from numbers of cards, by their check digits and by the beginnings that card schemes have.</summary>
internal static class PaymentReference
{
    /// <summary>Whether a text is a creditor reference (ISO 11649) or a reference of a Swiss QR-bill, with right check digits.</summary>
    public static bool IsOne(string written)
    {
        var text = written.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        return CheckDigits.AreOfCreditor(text) || CheckDigits.AreOfSwiss(text);
    }

    /// <summary>
    /// Whether a card can have this number: Norwegian and Swedish references have the same check digit and other beginnings.
    /// </summary>
    public static bool MayBeCard(string digits)
    {
        var (two, four) = (NumberOf(digits[..2]), NumberOf(digits[..4]));
        return digits[0] switch
        {
            '4' => digits.Length is 13 or 16 or 19,
            '5' => digits.Length == 16 || two is 50 or >= 56,
            '6' => true,
            '3' when two is 34 or 37 => digits.Length == 15,
            '3' => two is 30 or 36 or 38 or 39 ? digits.Length >= 14 : two == 35 && digits.Length >= 16,
            '2' => (four == 2131 && digits.Length == 15)
                || (four is (>= 2200 and <= 2204) or (>= 2221 and <= 2720) && digits.Length >= 16),
            '1' => digits.Length == 15,
            '8' => two is 81 or 82 && digits.Length >= 16,
            '9' => four == 9792 && digits.Length == 16,
            _ => false,
        };
    }

    private static int NumberOf(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);
}

/// <summary>The texts of a line, masked, with what a lookup of names in the books needs to show a number after all.</summary>
internal static partial class LineWords
{
    /// <summary>The most digits of a group of a card's number.</summary>
    private const int LongestGroup = 6;

    /// <summary>The remark where a text is too long.</summary>
    public const string Cut = "the text is longer than 2000 characters: the rest is not read, and may name more";

    /// <summary>A line with its texts.</summary>
    /// <param name="references">Texts that stand in the field of a reference: no card's number does.</param>
    /// <param name="marks">Words of ours behind the bank's text; null for none.</param>
    public static ReadLine WithTexts(
        this ReadLine line, string? counterparty, string? remittance, string? endToEnd,
        IReadOnlyCollection<string>? references = null, string? marks = null)
    {
        var digits = references?.Select(text => string.Concat(text.Where(char.IsAsciiDigit))).ToHashSet(StringComparer.Ordinal) ?? [];
        var hidden = NumberMask.CardsIn(remittance).Concat(NumberMask.CardsIn(endToEnd)).Where(number => !digits.Contains(number))
            .Distinct().ToList();
        return line with
        {
            Counterparty = NumberMask.Apply(counterparty),
            Remittance = Marked(NumberMask.Apply(remittance, digits.Contains), marks),
            EndToEnd = NumberMask.Apply(endToEnd, digits.Contains),
            Hidden = hidden.Count == 0 ? null : new HiddenNumbers(hidden, remittance, endToEnd, marks, [.. digits])
            {
                Pieces = PiecesOf(hidden, remittance, endToEnd),
            },
        };
    }

    /// <summary>A line with words of ours behind the bank's text, by which it is no other line.</summary>
    public static ReadLine WithMarks(this ReadLine line, string marks) => line with
    {
        Remittance = Marked(line.Remittance, marks),
        Hidden = line.Hidden is { } hidden ? hidden with { Marks = marks } : null,
        Masked = line.Masked ?? line with { Hidden = null },
    };

    /// <summary>A line that an earlier version read in other words: it stays the one that it was.</summary>
    public static ReadLine KnownAs(this ReadLine line, ReadLine known) => line with { Masked = known with { Hidden = null } };

    /// <summary>A line in which a number that is a name of something in the books is shown.</summary>
    public static ReadLine Showing(this ReadLine line, IReadOnlySet<string> names)
    {
        if (line.Hidden is not { } hidden)
            return line;
        var shown = line with { Hidden = null };
        return !hidden.Numbers.Any(IsName) ? shown
            : shown with
            {
                Masked = shown.Masked ?? shown,
                Remittance = Marked(NumberMask.Apply(hidden.Remittance, IsName), hidden.Marks),
                EndToEnd = NumberMask.Apply(hidden.EndToEnd, IsName),
            };

        bool IsName(string number) => names.Contains(number) || hidden.Shown.Contains(number)
            || (hidden.Pieces.TryGetValue(number, out var pieces) && AreNames(pieces, names));
    }

    /// <summary>
    /// Whether numbers side by side are names, and no card's number in groups: a short group may be a name by chance, and no card has two
    /// groups, or one of more than six digits.
    /// </summary>
    private static bool AreNames(IReadOnlyList<string> pieces, IReadOnlySet<string> names) =>
        (pieces.Count == 2 && pieces.All(names.Contains)) || pieces.Any(piece => piece.Length > LongestGroup && names.Contains(piece));

    /// <summary>The numbers that make up each of these, where a text has it in several.</summary>
    private static Dictionary<string, IReadOnlyList<string>> PiecesOf(IReadOnlyList<string> numbers, params string?[] texts)
    {
        Dictionary<string, IReadOnlyList<string>> found = new(StringComparer.Ordinal);
        foreach (var text in texts.OfType<string>())
        {
            string[] groups = [.. Digits().Matches(text).Select(match => match.Value)];
            foreach (var number in numbers)
            {
                for (var first = 0; first < groups.Length && !found.ContainsKey(number); first++)
                {
                    if (EndOf(groups, first, number) is > 1 and var count)
                        found[number] = groups[first..(first + count)];
                }
            }
        }

        return found;
    }

    /// <summary>How many groups from a place on make up a number; null where they do not.</summary>
    private static int? EndOf(string[] groups, int first, string number)
    {
        var length = 0;
        for (var at = first; at < groups.Length && length < number.Length; at++)
        {
            if (string.CompareOrdinal(number, length, groups[at], 0, groups[at].Length) != 0)
                return null;
            length += groups[at].Length;
            if (length == number.Length)
                return at - first + 1;
        }

        return null;
    }

    [GeneratedRegex("[0-9]+", RegexOptions.None, 1000)]
    private static partial Regex Digits();

    private static string? Marked(string? text, string? marks) => text is null ? marks : marks is null ? text : $"{text} {marks}";
}
