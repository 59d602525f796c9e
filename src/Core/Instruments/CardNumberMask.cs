using System.Text;

namespace Quittance.Core.Instruments;

/// <summary>
/// Takes card numbers out of texts before they are stored: of 13 to 19 digits that pass the Luhn check, with single spaces or dashes
/// between them or none, only the last four are left, as in <c>************4242</c>. Blanks that don't break lines and signs that nobody
/// sees count as spaces, and digits of full width as digits.
/// </summary>
public static class CardNumberMask
{
    /// <summary>A card number has at least so many digits here: shorter ones are names of bills too often.</summary>
    public const int MinDigits = 13;

    private const int MaxDigits = 19;
    private const int DigitsShown = 4;

    /// <summary>The text without card numbers; the same one where there is none.</summary>
    /// <remarks>UUIDs are never card numbers, though by chance one in ten long numbers passes the check.</remarks>
    /// <param name="text">The text.</param>
    /// <param name="isCard">Whether digits that pass the check are a card's; null where all of them count as one.</param>
    public static string Apply(string text, Func<string, bool>? isCard = null)
    {
        if (Guid.TryParseExact(text, "D", out _))
            return text;

        var at = 0;
        while (at < text.Length)
        {
            var run = RunAt(text, at);
            if (MaskedRun(text.AsSpan(at, run), isCard) is { } masked)
            {
                text = string.Concat(text.AsSpan(0, at), masked, text.AsSpan(at + run));
                run = masked.Length;
            }

            at += Math.Max(run, 1);
        }

        return text;
    }

    /// <summary>How far digits with at most one space or dash between them go on; 0 where there is no digit.</summary>
    private static int RunAt(ReadOnlySpan<char> text, int start)
    {
        var end = start;
        for (var at = start; at < text.Length; at++)
        {
            if (IsDigit(text[at]))
                end = at + 1;
            else if (at == start || (!IsUnseen(text[at]) && (!Parts(text[at]) || HasParted(text, end, at))))
                break;
        }

        return end - start;
    }

    private static bool IsDigit(char sign) => char.IsAsciiDigit(sign) || sign is >= '\uff10' and <= '\uff19';

    private static char Ascii(char digit) => char.IsAsciiDigit(digit) ? digit : (char)(digit - '\uff10' + '0');

    /// <summary>Whether a sign parts groups of the digits of one number.</summary>
    private static bool Parts(char sign) => sign is ' ' or '-' or '\u00a0' or '\u2007' or '\u2009' or '\u202f';

    /// <summary>Whether nobody sees a sign: any number of them changes nothing.</summary>
    private static bool IsUnseen(char sign) =>
        sign is '\u00ad' or '\u200b' or '\u200c' or '\u200d' or '\u2060' or '\ufeff';

    /// <summary>Whether a sign that parts groups stands between two places already.</summary>
    private static bool HasParted(ReadOnlySpan<char> text, int from, int to)
    {
        foreach (var sign in text[from..to])
        {
            if (!IsUnseen(sign))
                return true;
        }

        return false;
    }

    /// <summary>A run without the card numbers in it; null when there is none.</summary>
    private static string? MaskedRun(ReadOnlySpan<char> run, Func<string, bool>? isCard)
    {
        List<Range>? numbers = null;
        for (var start = 0; start < run.Length; start++)
        {
            // A number begins and ends where digits are set apart: the middle of a longer one is none.
            if (!IsDigit(run[start]) || (start > 0 && IsDigit(run[start - 1])))
                continue;
            if (LongestNumber(run, start, isCard) is { } end)
                Add(numbers ??= [], start, end);
        }

        return numbers is null ? null : Masked(run, numbers);
    }

    /// <summary>The end of the longest card number that begins at a place; null for none.</summary>
    private static int? LongestNumber(ReadOnlySpan<char> run, int start, Func<string, bool>? isCard)
    {
        int? end = null;
        Span<char> digits = stackalloc char[MaxDigits];
        var count = 0;
        for (var at = start; at < run.Length; at++)
        {
            if (!IsDigit(run[at]))
                continue;
            if (count == MaxDigits)
                return end;
            digits[count++] = Ascii(run[at]);
            var isSetApart = at + 1 == run.Length || !IsDigit(run[at + 1]);
            if (isSetApart && count >= MinDigits && CardNumber.PassesLuhn(digits[..count])
                && isCard?.Invoke(digits[..count].ToString()) != false)
            {
                end = at + 1;
            }
        }

        return end;
    }

    /// <summary>Numbers that share digits count as one: which of them is the card's cannot be known.</summary>
    private static void Add(List<Range> numbers, int start, int end)
    {
        if (numbers.Count == 0 || numbers[^1].End.Value <= start)
            numbers.Add(start..end);
        else
            numbers[^1] = numbers[^1].Start.Value..Math.Max(numbers[^1].End.Value, end);
    }

    private static string Masked(ReadOnlySpan<char> run, List<Range> numbers)
    {
        var masked = new StringBuilder(run.Length);
        var at = 0;
        foreach (var number in numbers)
        {
            masked.Append(run[at..number.Start.Value]);
            at = number.End.Value;
            var digits = run[number].ToString().Where(IsDigit).Select(Ascii).ToArray();
            masked.Append('*', digits.Length - DigitsShown).Append(digits.AsSpan(digits.Length - DigitsShown));
        }

        return masked.Append(run[at..]).ToString();
    }
}
