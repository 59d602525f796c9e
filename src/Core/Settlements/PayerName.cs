using System.Globalization;
using System.Text;

namespace Quittance.Core.Settlements;

/// <summary>
/// Compares the name that a bank gives of a payer with a customer's. Case, umlauts, accents, the order of words and titles do not count.
/// </summary>
public static class PayerName
{
    private static readonly HashSet<string> Titles = new(StringComparer.Ordinal)
    {
        "herr", "herrn", "frau", "fr", "hr", "dr", "prof", "dipl", "ing", "med", "mag", "phil", "nat", "rer", "mr", "mrs", "ms", "sir",
    };

    /// <summary>
    /// Whether a payer is the holder: all words of one name are among the other's, and there are at least two; or both are the same one
    /// word. An initial is no word.
    /// </summary>
    /// <param name="holder">The customer's name.</param>
    public static bool Agrees(string? holder, string? payer) => Agree(WordsOf(holder), WordsOf(payer));

    /// <inheritdoc cref="Agrees"/>
    /// <param name="own">The words of the customer's name.</param>
    /// <param name="said">Those of the payer's.</param>
    public static bool Agree(IReadOnlySet<string> own, IReadOnlySet<string> said)
    {
        var shared = own.Count(said.Contains);
        return shared > 0 && (shared > 1 ? shared == own.Count || shared == said.Count : own.Count == 1 && said.Count == 1);
    }

    /// <summary>The words of a name as they are compared.</summary>
    /// <param name="name">The name; null for none.</param>
    public static IReadOnlySet<string> WordsOf(string? name)
    {
        HashSet<string> words = new(StringComparer.Ordinal);
        var word = new StringBuilder();
        foreach (var character in (name ?? "") + " ")
        {
            if (char.GetUnicodeCategory(character) == UnicodeCategory.NonSpacingMark)
                continue;
            if (char.IsLetter(character))
            {
                word.Append(Plain(char.ToLowerInvariant(character)));
                continue;
            }

            if (word.Length > 1 && !Titles.Contains(word.ToString()))
                words.Add(Folded(word.ToString()));
            word.Clear();
        }

        return words;
    }

    /// <summary>The letters and digits of a text as names are compared.</summary>
    public static string SignsOf(string text) => Folded(string.Concat(text
        .Where(character => char.IsLetterOrDigit(character)).Select(character => Plain(char.ToLowerInvariant(character)))));

    /// <summary>
    /// A letter without its accent. Not by the runtime's normalisation, which does nothing where it has no data of languages.
    /// </summary>
    private static string Plain(char letter) => letter switch
    {
        'ä' or 'à' or 'á' or 'â' or 'ã' or 'å' or 'ą' or 'æ' => "a",
        'ç' or 'ć' or 'č' => "c",
        'ď' or 'đ' => "d",
        'é' or 'è' or 'ê' or 'ë' or 'ę' or 'ě' => "e",
        'ğ' => "g",
        'í' or 'ì' or 'î' or 'ï' or 'ı' => "i",
        'ł' => "l",
        'ñ' or 'ń' or 'ň' => "n",
        'ö' or 'ò' or 'ó' or 'ô' or 'õ' or 'ø' or 'ő' or 'œ' => "o",
        'ř' => "r",
        'ś' or 'š' or 'ş' => "s",
        'ß' => "ss",
        'ţ' or 'ť' => "t",
        'ü' or 'ù' or 'ú' or 'û' or 'ů' or 'ű' => "u",
        'ý' or 'ÿ' => "y",
        'ź' or 'ż' or 'ž' => "z",
        _ => letter.ToString(),
    };

    /// <summary>Banks write ü as u or as ue.</summary>
    private static string Folded(string word) =>
        word.Replace("ae", "a", StringComparison.Ordinal).Replace("oe", "o", StringComparison.Ordinal)
        .Replace("ue", "u", StringComparison.Ordinal);
}
