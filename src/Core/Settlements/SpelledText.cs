using System.Globalization;
using System.Text;

namespace Quittance.Core.Settlements;

/// <summary>
/// The texts of a line by their letters and digits alone: case, blanks, dashes and slashes do not count, and a name may be cut between two
/// texts.
/// </summary>
public sealed class SpelledText
{
    private const int Shortest = 6;
    private const int FewestDigits = 3;

    /// <summary>Digits alone stand next to one another by chance: a date beside an amount.</summary>
    private const int ShortestNumber = 8;

    private const int ShortestSlipped = 8;
    private const int ShortestEnd = 4;

    private static readonly string[] FormsOfADay = ["yyyyMMdd", "ddMMyyyy", "MMddyyyy", "yyMMdd", "ddMMyy", "MMddyy"];

    private readonly string _signs;
    private readonly List<bool> _begins = [];
    private readonly HashSet<string> _words = new(StringComparer.Ordinal);

    public SpelledText(params IEnumerable<string?> texts)
    {
        var signs = new StringBuilder();
        foreach (var text in texts.OfType<string>())
        {
            _words.UnionWith(
                text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(word => word.Trim('.', ',', ';', ':')));
            var isApart = true;
            foreach (var sign in text)
            {
                if (!char.IsLetterOrDigit(sign))
                {
                    isApart = true;
                    continue;
                }

                signs.Append(char.ToUpperInvariant(sign));
                _begins.Add(isApart);
                isApart = false;
            }
        }

        _signs = signs.ToString();
    }

    /// <summary>Whether the texts have a name, as a word of its own. Short names have the letters of other words by chance.</summary>
    public bool Has(string name)
    {
        var (signs, digits) = CountIn(name);
        return signs >= (digits == signs ? ShortestNumber : Shortest) && digits >= FewestDigits && signs <= _signs.Length
            && HasWord(SignsOf(name));
    }

    /// <summary>
    /// Whether the texts have the digits of a name without its letters, as a word of digits alone that is no day. Only beside a witness for
    /// whose name it is.
    /// </summary>
    public bool HasDigits(string name)
    {
        var digits = string.Concat(name.Where(char.IsAsciiDigit));
        return digits.Length >= Shortest && _words.Contains(digits) && !IsDay(digits);
    }

    private static bool IsDay(string digits) =>
        DateOnly.TryParseExact(digits, FormsOfADay, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    /// <summary>
    /// Whether the texts have a name with a slip of typing: one sign is another one, missing, too many or behind its neighbour; or the
    /// number at its end without what stands before. Only beside a witness for whose name it is: bills differ by such slips.
    /// </summary>
    public bool HasNearly(string name)
    {
        var (count, digits) = CountIn(name);
        // Both ways ask for so many digits at least.
        if (digits < ShortestEnd)
            return false;
        var parts = count == name.Length ? [name]
            : name.Split([.. name.Where(sign => !char.IsLetterOrDigit(sign)).Distinct()], StringSplitOptions.RemoveEmptyEntries);
        if (parts is [var first, .., var end] && end.Length >= ShortestEnd && end.All(char.IsAsciiDigit) && !IsYear(end)
            && (HasWord(end) || HasWord(SignsOf(first) + end)))
        {
            return true;
        }

        if (count < ShortestSlipped)
            return false;
        var signs = SignsOf(name);
        return Enumerable.Range(0, _signs.Length).Where(IsEdge).Any(from => Enumerable.Range(signs.Length - 1, 3)
            .Any(length => from + length <= _signs.Length && IsEdge(from + length) && IsOneSlip(signs, _signs.AsSpan(from, length))));
    }

    private bool HasWord(string signs)
    {
        for (var from = 0; _signs.IndexOf(signs, from, StringComparison.Ordinal) is >= 0 and var at; from = at + 1)
        {
            if (IsEdge(at) && IsEdge(at + signs.Length))
                return true;
        }

        return false;
    }

    private static bool IsYear(string digits) => digits.Length == ShortestEnd && digits[..2] is "19" or "20";

    /// <summary>Whether one slip makes a text of another.</summary>
    private static bool IsOneSlip(ReadOnlySpan<char> signs, ReadOnlySpan<char> typed)
    {
        var same = signs.CommonPrefixLength(typed);
        var rest = signs[same..];
        var other = typed[same..];
        return (rest.Length - other.Length) switch
        {
            1 => rest[1..].SequenceEqual(other),
            -1 => rest.SequenceEqual(other[1..]),
            _ => rest.Length > 0 && (rest[1..].SequenceEqual(other[1..])
                || (rest.Length > 1 && rest[0] == other[1] && rest[1] == other[0] && rest[2..].SequenceEqual(other[2..]))),
        };
    }

    /// <summary>
    /// How many letters and digits a name has, and how many of them are digits. Most names are too short, or have too few digits.
    /// </summary>
    private static (int Signs, int Digits) CountIn(string name)
    {
        var (signs, digits) = (0, 0);
        foreach (var sign in name)
        {
            signs += char.IsLetterOrDigit(sign) ? 1 : 0;
            digits += char.IsAsciiDigit(sign) ? 1 : 0;
        }

        return (signs, digits);
    }

    /// <summary>The letters and digits of a text, in capitals.</summary>
    public static string SignsOf(string text) => string.Concat(text.Where(char.IsLetterOrDigit).Select(char.ToUpperInvariant));

    /// <summary>Whether a name may begin or end at a place: where the signs are apart, or where letters and digits meet.</summary>
    private bool IsEdge(int at) => at == 0 || at == _signs.Length || _begins[at]
        || char.IsAsciiDigit(_signs[at - 1]) != char.IsAsciiDigit(_signs[at]);
}
