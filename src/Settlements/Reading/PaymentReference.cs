using System.Globalization;
using Quittance.Core.Settlements;

namespace Quittance.Settlements.Reading;

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
internal static class LineWords
{
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
            Hidden = hidden.Count == 0 ? null : new HiddenNumbers(hidden, remittance, endToEnd, marks, [.. digits]),
        };
    }

    /// <summary>A line in which a number that is a name of something in the books is shown.</summary>
    public static ReadLine Showing(this ReadLine line, IReadOnlySet<string> names)
    {
        if (line.Hidden is not { } hidden)
            return line;
        var shown = line with { Hidden = null };
        return !hidden.Numbers.Any(names.Contains) ? shown
            : shown with
            {
                Masked = shown,
                Remittance = Marked(NumberMask.Apply(hidden.Remittance, IsName), hidden.Marks),
                EndToEnd = NumberMask.Apply(hidden.EndToEnd, IsName),
            };

        bool IsName(string number) => names.Contains(number) || hidden.Shown.Contains(number);
    }

    private static string? Marked(string? text, string? marks) => text is null ? marks : marks is null ? text : $"{text} {marks}";
}
