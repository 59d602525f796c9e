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

    private readonly string _signs;
    private readonly List<bool> _begins = [];

    public SpelledText(params IEnumerable<string?> texts)
    {
        var signs = new StringBuilder();
        foreach (var text in texts.OfType<string>())
        {
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
        var signs = SignsOf(name);
        var digits = signs.Count(char.IsAsciiDigit);
        if (signs.Length < (digits == signs.Length ? ShortestNumber : Shortest) || digits < FewestDigits)
            return false;
        for (var from = 0; _signs.IndexOf(signs, from, StringComparison.Ordinal) is >= 0 and var at; from = at + 1)
        {
            if (IsEdge(at) && IsEdge(at + signs.Length))
                return true;
        }

        return false;
    }

    /// <summary>The letters and digits of a text, in capitals.</summary>
    public static string SignsOf(string text) => string.Concat(text.Where(char.IsLetterOrDigit).Select(char.ToUpperInvariant));

    /// <summary>Whether a name may begin or end at a place: where the signs are apart, or where letters and digits meet.</summary>
    private bool IsEdge(int at) => at == 0 || at == _signs.Length || _begins[at]
        || char.IsAsciiDigit(_signs[at - 1]) != char.IsAsciiDigit(_signs[at]);
}
