using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Quittance.Core.Instruments;

/// <summary>
/// The characters that every bank in SEPA takes (EPC217-08), and texts of people in them. A letter with an accent loses it; umlauts become
/// two letters, as German banks advise; Greek and Cyrillic letters are transliterated. Of the rest, a blank stays a blank and each other
/// character becomes a full stop.
/// </summary>
public static class SepaText
{
    /// <summary>The longest name of a party.</summary>
    public const int NameLength = 70;

    /// <summary>The longest text of a transfer or debit.</summary>
    public const int RemittanceLength = 140;

    /// <summary>The longest identifier: of a message, a group, a transfer, a debit, a mandate.</summary>
    public const int IdentifierLength = 35;

    /// <summary>The characters of an identifier, for people.</summary>
    public const string IdentifierRule = "1 to 35 letters without accents, digits and signs /-?:().,'+";

    // Not by the runtime's normalisation, which does nothing where it has no data of languages.
    private static readonly FrozenDictionary<char, string> Latin = (
        "ä ae,ö oe,ü ue,ß ss,à a,á a,â a,ã a,å a,ā a,ă a,ą a,æ ae,ç c,ć c,č c,ĉ c,ċ c,ď d,đ d,ð d,è e,"
        + "é e,ê e,ë e,ē e,ĕ e,ė e,ę e,ě e,ĝ g,ğ g,ġ g,ģ g,ĥ h,ħ h,ì i,í i,î i,ï i,ĩ i,ī i,ĭ i,į i,ı i,"
        + "İ I,ĵ j,ķ k,ĺ l,ļ l,ľ l,ł l,ñ n,ń n,ņ n,ň n,ò o,ó o,ô o,õ o,ø o,ō o,ŏ o,ő o,œ oe,ŕ r,ř r,ś s,"
        + "ŝ s,ş s,š s,ș s,ţ t,ť t,ț t,ŧ t,þ th,ù u,ú u,û u,ũ u,ū u,ŭ u,ů u,ű u,ų u,ŵ w,ý y,ÿ y,ŷ y,ź z,"
        + "ż z,ž z,α a,ά a,β v,γ g,δ d,ε e,έ e,ζ z,η i,ή i,θ th,ι i,ί i,ϊ i,ΐ i,κ k,λ l,μ m,ν n,ξ x,ο o,"
        + "ό o,π p,ρ r,σ s,ς s,τ t,υ y,ύ y,ϋ y,ΰ y,φ f,χ ch,ψ ps,ω o,ώ o,а a,б b,в v,г g,д d,ђ dj,е e,"
        + "ж zh,з z,и i,ј j,й y,к k,л l,љ lj,м m,н n,њ nj,о o,п p,р r,с s,т t,ћ c,у u,ф f,х h,ц ts,ч ch,"
        + "џ dz,ш sh,щ sht,ъ a,ы y,ь y,э e,ю yu,я ya,ѐ e,ѝ i,ѓ g,ќ k,ѕ dz,і i,ї yi,є ye,& +,_ -,– -,— -,"
        + "‑ -,‐ -,’ ',‘ ',´ ',` ',\" ',“ ',” ',„ ',; .,! .,[ (,] ),{ (,} ),€ E")
        .Split(',').ToFrozenDictionary(entry => entry[0], entry => entry[2..]);

    /// <summary>Whether every bank takes a character.</summary>
    public static bool IsAllowed(char character) => char.IsAsciiLetterOrDigit(character) || "/-?:().,'+ ".Contains(character);

    /// <summary>Whether a text can be an identifier: no blank and no slash at an end, and no two slashes together.</summary>
    public static bool IsIdentifier(string? text) => text is { Length: >= 1 and <= IdentifierLength } && text.All(IsAllowed)
        && text.Trim(' ', '/') == text && !text.Contains("//", StringComparison.Ordinal);

    /// <summary>A text in the characters of SEPA, on one line, cut where it is too long; empty where nothing is left of it.</summary>
    /// <param name="text">Any text, or nothing.</param>
    /// <param name="maxLength">The most characters of the result.</param>
    public static string Of(string? text, int maxLength)
    {
        var fit = new StringBuilder();
        foreach (var letter in (text ?? "").EnumerateRunes())
        {
            var said = Said(letter);
            if (said != " " || (fit.Length > 0 && fit[^1] != ' '))
                fit.Append(said);
            if (fit.Length > maxLength)
                break;
        }

        return fit.ToString(0, Math.Min(fit.Length, maxLength)).TrimEnd(' ');
    }

    private static string Said(Rune letter)
    {
        if (letter.IsAscii && IsAllowed((char)letter.Value))
            return letter.ToString();
        if (Rune.IsWhiteSpace(letter) || Rune.IsControl(letter))
            return " ";
        if (Rune.GetUnicodeCategory(letter) is UnicodeCategory.NonSpacingMark or UnicodeCategory.Format)
            return "";
        if (!letter.IsBmp)
            return ".";
        var lower = char.ToLowerInvariant((char)letter.Value);
        if (!Latin.TryGetValue(lower, out var said))
            return ".";
        return lower == letter.Value ? said : char.ToUpperInvariant(said[0]) + said[1..];
    }
}
