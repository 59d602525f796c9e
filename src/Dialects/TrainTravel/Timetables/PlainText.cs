using System.Text;

namespace Quittance.Dialects.TrainTravel.Timetables;

/// <summary>
/// Texts without case and accents, to search in: <c>Genève</c> and <c>GENEVE</c> are the same. The server runs without the framework's
/// cultures, so the letters of Europe's Latin alphabets stand here.
/// </summary>
public static class PlainText
{
    private const char FirstMark = '\u0300';
    private const char LastMark = '\u036F';

    private static readonly (string Letters, string Plain)[] Letters =
    [
        ("àáâãäåāăąǎ", "a"), ("æ", "ae"), ("çćĉċč", "c"), ("ďđð", "d"), ("èéêëēĕėęě", "e"), ("ĝğġģ", "g"), ("ĥħ", "h"),
        ("ìíîïĩīĭįıİ", "i"), ("ĵ", "j"), ("ķ", "k"), ("ĺļľŀł", "l"), ("ñńņňŋ", "n"), ("òóôõöøōŏő", "o"), ("œ", "oe"), ("ŕŗř", "r"),
        ("śŝşšș", "s"), ("ß", "ss"), ("ţťŧț", "t"), ("ùúûüũūŭůűų", "u"), ("ŵ", "w"), ("ýÿŷ", "y"), ("źżž", "z"), ("þ", "th"),
    ];

    private static readonly Dictionary<char, string> Plain =
        Letters.SelectMany(group => group.Letters.Select(letter => (letter, group.Plain))).ToDictionary();

    /// <summary>The text without case and accents.</summary>
    public static string Of(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            // Accents that stand behind their letter.
            if (letter is >= FirstMark and <= LastMark)
                continue;
            var lower = char.ToLowerInvariant(letter);
            if (Plain.TryGetValue(lower, out var known))
                plain.Append(known);
            else
                plain.Append(lower);
        }

        return plain.ToString();
    }
}
