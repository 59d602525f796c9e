using System.Buffers;
using System.Globalization;
using System.Text;

namespace Quittance.Core;

/// <summary>Texts of people and programs that lists and logs show on one line.</summary>
public static class OneLine
{
    // Unicode's other ends of lines, and what turns the direction of reading, so that a text shows as another one (UAX 9).
    private static readonly SearchValues<char> Unfit = SearchValues.Create(
        [
            .. Enumerable.Range(0, 0x100).Select(code => (char)code).Where(char.IsControl), '\u2028', '\u2029', '\u061C', '\u200E',
            '\u200F', '\u202A', '\u202B', '\u202C', '\u202D', '\u202E', '\u2066', '\u2067', '\u2068', '\u2069',
        ]);

    /// <summary>The text with a blank for each control character and each character that turns the direction of reading.</summary>
    public static string Of(string text) => text.AsSpan().ContainsAny(Unfit)
        ? string.Concat(text.Select(letter => Unfit.Contains(letter) ? ' ' : letter)) : text;

    /// <summary>Whether a text can name a thing or give a reason: on one line, in its own direction, with a letter to see.</summary>
    public static bool IsName(string text) => !text.AsSpan().ContainsAny(Unfit)
        && text.EnumerateRunes().Any(letter => !Rune.IsWhiteSpace(letter) && Rune.GetUnicodeCategory(letter) != UnicodeCategory.Format);
}
