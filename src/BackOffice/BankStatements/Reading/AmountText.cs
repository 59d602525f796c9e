using System.Globalization;
using Quittance.Core;

namespace Quittance.BackOffice.BankStatements.Reading;

/// <summary>
/// Reads an amount as banks and people write it. The last of a point and a comma is the decimal sign. A sign that occurs several times
/// groups thousands. A single sign is the decimal sign, unless three digits follow and it could group thousands: then only the operator
/// can tell, and the amount is refused.
/// </summary>
internal static class AmountText
{
    /// <summary>Reads an amount.</summary>
    /// <param name="text">The text: <c>1.234,56</c>, <c>-1,234.56</c>, <c>1 234,56</c>, <c>12.5-</c>.</param>
    /// <param name="decimalSign">The decimal sign; null where the amount must show it.</param>
    /// <param name="amountMinor">The amount in minor units.</param>
    /// <returns>The problem; null for none.</returns>
    public static string? Read(string text, Currency currency, char? decimalSign, out long amountMinor)
    {
        amountMinor = 0;
        var digits = Bare(text, currency, out var isNegative);
        if (digits.Length == 0 || !digits.All(character => char.IsAsciiDigit(character) || character is '.' or ','))
            return $"'{Shown(text)}' is no amount";
        if (Split(digits, decimalSign, out var whole, out var fraction) is { } problem)
            return $"'{Shown(text)}' {problem}";
        var plain = $"{(whole.TrimStart('0') is { Length: > 0 } some ? some : "0")}{(fraction.Length > 0 ? "." : "")}{fraction}";
        if (!DecimalNumber.TryParse(plain, out var number))
            return $"'{Shown(text)}' is no amount";
        return number.TryToMinor(currency, out amountMinor) switch
        {
            AmountFault.TooManyDecimals => $"'{Shown(text)}' has more decimals than {currency.Code} has",
            AmountFault.TooLarge => $"'{Shown(text)}' is too large",
            AmountFault.None => Signed(ref amountMinor, isNegative),
        };
    }

    /// <summary>An amount of a message's schema, minor units: digits with a point, zeros and a plus in front; null for none.</summary>
    public static long? OfSchema(string text, Currency currency)
    {
        var digits = text.Trim().TrimStart('+').TrimStart('0');
        digits = digits.Length == 0 || digits[0] == '.' ? "0" + digits : digits;
        return text.Any(char.IsAsciiDigit) && digits.All(character => char.IsAsciiDigit(character) || character == '.')
            && DecimalNumber.TryParse(digits, out var number) && number.TryToMinor(currency, out var amountMinor) == AmountFault.None
                ? amountMinor : null;
    }

    /// <summary>The decimal sign that an amount shows by itself, whatever stands around its digits; null where it shows none.</summary>
    public static char? DecimalSignOf(string text)
    {
        var digits = string.Concat(text.Where(character => char.IsAsciiDigit(character) || character is '.' or ',')).Trim('.', ',');
        if (digits.LastIndexOfAny(['.', ',']) is not (>= 0 and var last))
            return null;
        var sign = digits[last];
        var other = sign == '.' ? ',' : '.';
        if (digits.Count(character => character == sign) > 1)
            return !digits.Contains(other) && AreThousands(digits, sign) ? other : null;
        return digits.Contains(other) || !MayGroup(digits, last) ? sign : null;
    }

    /// <summary>Whether the only sign of an amount may group thousands: then it may be the decimal sign, too.</summary>
    private static bool MayGroup(string digits, int at) => digits.Length - at - 1 == 3 && at is >= 1 and <= 3 && digits[0] != '0';

    /// <summary>Whether a character is a minus, or one of the dashes that spreadsheets put in its place.</summary>
    public static bool IsMinus(char character) => character is '-' or '\u2212' or (>= '\u2010' and <= '\u2015') or '\uFE63' or '\uFF0D';

    private static string? Signed(ref long amountMinor, bool isNegative)
    {
        amountMinor = isNegative ? -amountMinor : amountMinor;
        return null;
    }

    /// <summary>Without its sign (which may follow it), its currency, and the blanks and apostrophes that group thousands.</summary>
    private static string Bare(string text, Currency currency, out bool isNegative)
    {
        var bare = text.Trim();
        if (bare.EndsWith(currency.Code, StringComparison.Ordinal))
            bare = bare[..^3].TrimEnd();
        var isMinusBehind = bare.Length > 0 && IsMinus(bare[^1]);
        isNegative = isMinusBehind || (bare.Length > 0 && IsMinus(bare[0]));
        var isSigned = isNegative || bare.StartsWith('+');
        if (isSigned)
            bare = isMinusBehind ? bare[..^1] : bare[1..];
        return string.Concat(bare.Trim().Where(character => character is not (' ' or '\u00A0' or '\u202F' or '\'' or '\u2019')));
    }

    private static string? Split(string digits, char? decimalSign, out string whole, out string fraction)
    {
        (whole, fraction) = (digits, "");
        var last = digits.LastIndexOfAny(['.', ',']);
        if (last < 0)
            return null;
        var sign = digits[last];
        var other = sign == '.' ? ',' : '.';
        var hasOther = digits.Contains(other);
        var times = digits.Count(character => character == sign);
        var isDecimal = hasOther || (times == 1 && (decimalSign is { } known ? sign == known : true));
        if (hasOther && (times > 1 || (decimalSign is { } given && given != sign)))
            return decimalSign is null ? "is no amount" : $"has its decimals after another sign than '{decimalSign}'";
        if (times > 1 && decimalSign == sign)
            return $"has '{sign}' more than once before its decimals";
        var after = digits.Length - last - 1;
        if (isDecimal && !hasOther && decimalSign is null && MayGroup(digits, last))
        {
            return $"can be read in two ways, as {digits.Replace(sign, '.')} or as {digits.Remove(last, 1)}: say what stands before the "
                + "decimals";
        }

        if (isDecimal && (after == 0 || last == 0))
            return "is no amount";
        (whole, fraction) = isDecimal ? (digits[..last], digits[(last + 1)..]) : (digits, "");
        if (!AreThousands(whole, isDecimal ? other : sign))
            return "has groups that are no thousands";
        whole = string.Concat(whole.Where(char.IsAsciiDigit));
        return null;
    }

    private static bool AreThousands(string whole, char sign)
    {
        var groups = whole.Split(sign);
        return groups.Length == 1 || (groups[0].Length is >= 1 and <= 3 && groups.Skip(1).All(group => group.Length == 3));
    }

    private static string Shown(string text)
    {
        var shown = text.Trim();
        return shown.Length <= 40 ? shown : string.Create(CultureInfo.InvariantCulture, $"{shown[..40]}…");
    }
}
