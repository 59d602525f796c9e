using System.Buffers;
using System.Globalization;
using System.Text;
using Quittance.Core.Instruments;

namespace Quittance.Core;

/// <summary>Texts of people and programs that lists and logs show on one line.</summary>
public static class OneLine
{
    /// <summary>The rule that <see cref="IsName"/> checks, as the end of a sentence.</summary>
    public const string Rule =
        "on one line with a letter to see, without control characters and without characters that turn the direction of reading "
        + "(U+202A to U+202E, U+2066 to U+2069)";

    // Unicode's other ends of lines, and what turns the direction of reading, so that a text shows as another one (UAX 9).
    private static readonly SearchValues<char> Unfit = SearchValues.Create(
        [
            .. Enumerable.Range(0, 0x100).Select(code => (char)code).Where(char.IsControl), '\u2028', '\u2029', '\u202A', '\u202B',
            '\u202C', '\u202D', '\u202E', '\u2066', '\u2067', '\u2068', '\u2069',
        ]);

    // Spreadsheets and messengers put these marks around Hebrew and Arabic names. They turn nothing, and nobody sees or types them.
    private static readonly SearchValues<char> Marks = SearchValues.Create(['\u061C', '\u200E', '\u200F']);

    /// <summary>
    /// The text without marks of direction, with a blank for each control character and each character that turns the direction of
    /// reading.
    /// </summary>
    public static string Of(string text)
    {
        var plain = WithoutMarks(text);
        return plain.AsSpan().ContainsAny(Unfit) ? string.Concat(plain.Select(letter => Unfit.Contains(letter) ? ' ' : letter)) : plain;
    }

    /// <summary>
    /// The text without marks of direction. Each way in drops them, so that a name with them and one without are one name.
    /// </summary>
    public static string WithoutMarks(string text) => text.AsSpan().ContainsAny(Marks)
        ? string.Concat(text.Where(letter => !Marks.Contains(letter))) : text;

    /// <summary>A text for people: on one line, and without numbers of cards.</summary>
    public static string ForPeople(string text) => CardNumberMask.Apply(Of(text));

    /// <summary>Whether a text can name a thing or give a reason: on one line, in its own direction, with a letter to see.</summary>
    public static bool IsName(string text) => !text.AsSpan().ContainsAny(Unfit)
        && text.EnumerateRunes().Any(letter => !Rune.IsWhiteSpace(letter) && Rune.GetUnicodeCategory(letter) != UnicodeCategory.Format);
}
