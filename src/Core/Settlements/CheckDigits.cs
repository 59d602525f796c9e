using System.Globalization;
using Quittance.Core.Instruments;

namespace Quittance.Core.Settlements;

/// <summary>
/// The check digits of references on bills: of creditor references (ISO 11649), of Swiss QR-bills, and of Norwegian (KID) and Swedish
/// (OCR) ones.
/// </summary>
public static class CheckDigits
{
    private const int SwissLength = 27;
    private const int ShortestCreditor = 5;
    private const int LongestCreditor = 25;

    /// <summary>Shorter numbers have right check digits by chance too often.</summary>
    private const int ShortestNordic = 7;

    private const int LongestNordic = 25;
    private const int LongestWeight = 7;

    // Recursive modulo 10, as the rules for QR-bills have it (annex B).
    private static readonly int[] Carries = [0, 9, 4, 6, 8, 2, 7, 1, 3, 5];

    /// <summary>Whether a text is a creditor reference with right check digits.</summary>
    /// <param name="text">The text, without blanks and in capitals.</param>
    public static bool AreOfCreditor(string text) => IsCreditor(text) && Modulo97($"{text[4..]}{text[..4]}") == 1;

    /// <summary>Whether a text is a reference of a Swiss QR-bill with a right check digit.</summary>
    public static bool AreOfSwiss(string text) =>
        text.Length == SwissLength && AreDigits(text) && OfSwiss(text.AsSpan(..^1)) == text[^1] - '0';

    /// <summary>The check digits of a creditor reference.</summary>
    public static string OfCreditor(string reference) =>
        (98 - Modulo97($"{reference}RF00")).ToString("00", CultureInfo.InvariantCulture);

    /// <summary>The check digit of a Swiss reference.</summary>
    public static int OfSwiss(ReadOnlySpan<char> digits)
    {
        var carry = 0;
        foreach (var digit in digits)
            carry = Carries[(carry + digit - '0') % 10];
        return (10 - carry) % 10;
    }

    /// <summary>
    /// The references that a text may be meant to be, if one of its digits is wrong. None where its check digits are right, or where it has
    /// the form of no reference.
    /// </summary>
    /// <param name="text">The text, without blanks and in capitals.</param>
    public static IEnumerable<string> Mended(string text)
    {
        if (IsCreditor(text))
            return MendedBy(text, 2, AreOfCreditor);
        if (!AreDigits(text))
            return [];
        if (text.Length == SwissLength)
            return MendedBy(text, 0, AreOfSwiss);
        return text.Length is < ShortestNordic or > LongestNordic ? []
            : MendedBy(text, 0, digits => CardNumber.PassesLuhn(digits)).Concat(MendedBy(text, 0, HasModulo11)).Distinct();
    }

    private static IEnumerable<string> MendedBy(string text, int from, Func<string, bool> isRight)
    {
        if (isRight(text))
            yield break;
        for (var at = from; at < text.Length; at++)
        {
            if (!char.IsAsciiDigit(text[at]))
                continue;
            for (var digit = '0'; digit <= '9'; digit++)
            {
                var mended = $"{text[..at]}{digit}{text[(at + 1)..]}";
                if (digit != text[at] && isRight(mended))
                    yield return mended;
            }
        }
    }

    private static bool IsCreditor(string text) => text.Length is >= ShortestCreditor and <= LongestCreditor
        && text.StartsWith("RF", StringComparison.Ordinal) && AreDigits(text.AsSpan(2, 2)) && text.All(char.IsAsciiLetterOrDigit);

    private static bool AreDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');

    // ISO 7064: a letter counts as two digits, from A for 10.
    private static int Modulo97(string text) => text.Aggregate(0, (rest, sign) => char.IsAsciiDigit(sign)
        ? ((rest * 10) + sign - '0') % 97 : ((rest * 100) + char.ToUpperInvariant(sign) - 'A' + 10) % 97);

    /// <summary>Weights from 2 to 7, again and again, from the right; the check digit counts once.</summary>
    private static bool HasModulo11(string digits)
    {
        var (sum, weight) = (digits[^1] - '0', 2);
        for (var at = digits.Length - 2; at >= 0; at--)
        {
            sum += (digits[at] - '0') * weight;
            weight = weight == LongestWeight ? 2 : weight + 1;
        }

        return sum % 11 == 0;
    }
}
