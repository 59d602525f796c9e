using System.Globalization;
using System.Text;
using PdfSharp.Drawing;
using PdfSharp.Fonts;

namespace Quittance.Papers;

/// <summary>
/// The font of papers: Liberation Sans, which the Swiss Implementation Guidelines for the QR-bill allow. It has the letters of Latin, Greek
/// and Cyrillic.
/// </summary>
internal sealed class PaperFonts : IFontResolver
{
    private const string Family = "Liberation Sans";
    private const string Regular = "LiberationSans-Regular";
    private const string Bold = "LiberationSans-Bold";
    private const double AnySize = 10;

    private static readonly Rune Blank = new(' ');
    private static readonly Rune Missing = new('?');
    private static readonly XFont Any = Ready();

    private PaperFonts()
    {
    }

    public static XFont Of(double size, bool isBold = false) =>
        new(Any.FontFamily.Name, size, isBold ? XFontStyleEx.Bold : XFontStyleEx.Regular);

    /// <summary>
    /// The text with letters that the font has: another one is drawn as a question mark, and never as a box. Letters that are read from
    /// right to left are others, since a paper has one direction. A mark that is set apart from its letter is drawn with it, and left out
    /// where the font has no such letter.
    /// </summary>
    public static string Drawable(string text) => Drawn(text).Drawable;

    /// <summary>Whether each letter of a text is drawn, and none is a question mark.</summary>
    public static bool HasAllOf(string text) => !Drawn(text).IsLossy;

    private static (string Drawable, bool IsLossy) Drawn(string text)
    {
        var (drawn, isLossy) = (new List<Rune>(text.Length), false);
        foreach (var letter in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(letter))
            {
                drawn.Add(Blank);
            }
            else if (IsIgnored(letter))
            {
                if (drawn is [.., var last] && ComposedLetters.Of(last, letter) is { } whole && Has(whole))
                    drawn[^1] = whole;
            }
            else if (Has(letter))
            {
                drawn.Add(letter);
            }
            else
            {
                drawn.Add(Missing);
                isLossy = true;
            }
        }

        return (string.Concat(drawn), isLossy);
    }

    public FontResolverInfo ResolveTypeface(string familyName, bool isBold, bool isItalic) => new(isBold ? Bold : Regular);

    public byte[] GetFont(string faceName)
    {
        using var file = typeof(PaperFonts).Assembly.GetManifestResourceStream($"Quittance.Papers.Fonts.{faceName}.ttf")!;
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static XFont Ready()
    {
        GlobalFontSettings.FontResolver = new PaperFonts();
        return new XFont(Family, AnySize);
    }

    // Hebrew, Arabic and what stands beside them.
    private static bool IsFromRight(Rune letter) =>
        letter.Value is (>= 0x590 and <= 0x8FF) or (>= 0xFB1D and <= 0xFDFF) or (>= 0xFE70 and <= 0xFEFE);

    private static bool Has(Rune letter) => !IsFromRight(letter) && GlyphHelper.GlyphIndexFromCodePoint(letter.Value, Any) != 0;

    // Marks, and what nobody sees.
    private static bool IsIgnored(Rune letter) => Rune.GetUnicodeCategory(letter)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.Format or UnicodeCategory.Control;
}
