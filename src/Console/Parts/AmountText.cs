using System.Numerics;
using Quittance.Console.Languages;
using Quittance.Core;

namespace Quittance.Console.Parts;

/// <summary>How amounts are written: digits in groups of three, the reader's point, and a minus that is as wide as a digit.</summary>
internal static class AmountText
{
    private const int Group = 3;

    /// <summary>The figure with the currency's code: <c>1,234.00 EUR</c>.</summary>
    public static string WithCode(Money amount) => $"{Of(amount)} {amount.Currency.Code}";

    /// <summary>The figure alone, in major units.</summary>
    public static string Of(Money amount)
    {
        var text = amount.ToText(AmountDecimals.Full);
        var isNegative = text[0] == '-';
        var digits = isNegative ? text[1..] : text;
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var numbers = ReaderLanguage.Current.Forms.NumberFormat;
        var (whole, rest) = point < 0 ? (digits, "") : (digits[..point], digits[point..]);
        for (var at = whole.Length - Group; at > 0; at -= Group)
            whole = whole.Insert(at, numbers.NumberGroupSeparator);
        return $"{(isNegative ? "\u2212" : "")}{whole}{rest.Replace(".", numbers.NumberDecimalSeparator, StringComparison.Ordinal)}";
    }

    /// <summary>
    /// The figure alone as a form has it, and reads it again. Of three decimals behind a comma it can't tell thousands, so there a point
    /// stands before them in every language.
    /// </summary>
    public static string InField(Money amount) =>
        amount.Currency.MinorUnits == Group ? amount.ToText(AmountDecimals.Full) : Of(amount);

    /// <summary>A sum over all ledger accounts of a merchant, which may be larger than any one amount.</summary>
    /// <exception cref="OverflowException">The sum is larger than 64 bits: some hundred million times the largest payment.</exception>
    public static Money Sum(BigInteger minor, Currency currency) => new((long)minor, currency);
}
