using System.Numerics;
using System.Runtime.InteropServices;

namespace Quittance.Core;

/// <summary>Why a number is not an amount of a currency.</summary>
public enum AmountFault
{
    /// <summary>It is an amount.</summary>
    None,

    /// <summary>It is finer than the currency's minor unit; trailing zeros do not count.</summary>
    TooManyDecimals,

    /// <summary>
    /// Its whole minor units, regardless of the sign, exceed <see cref="Money.MaxAmountMinor"/>. A number that is too fine as
    /// well counts as too large.
    /// </summary>
    TooLarge,
}

/// <summary>
/// A number as a client wrote it, read exactly and without a currency yet: a body may name the currency after the amount.
/// Once the currency is known, <see cref="TryToMinor(Currency, out long)"/> makes it an amount or says why it is none.
/// The default value is zero. Numbers have no equality: compare amounts.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct DecimalNumber
{
    /// <summary>The number of digits of <see cref="Money.MaxAmountMinor"/>: exactly the numbers of more digits exceed it.</summary>
    private const int MaxAmountDigits = 15;

    /// <summary>Beyond any power that matters; keeps sums of powers within an int.</summary>
    private const int FarPower = 1_000_000;

    /// <summary>The digits from the first to the last that is not zero, signed; only 18 of them when there are more.</summary>
    private readonly long _significand;

    /// <summary>The number's magnitude is below 10 to this power, and not below a tenth of that.</summary>
    private readonly int _upperPower;

    /// <summary>The power of ten of the last digit that is not zero.</summary>
    private readonly int _lowerPower;

    private DecimalNumber(long significand, long upperPower, long lowerPower)
    {
        _significand = significand;
        _upperPower = (int)Math.Clamp(upperPower, -FarPower, FarPower);
        _lowerPower = (int)Math.Clamp(lowerPower, -FarPower, FarPower);
    }

    /// <summary>-1, 0 or 1. Minus zero is zero.</summary>
    public int Sign => Math.Sign(_significand);

    /// <summary>Reads a number written as JSON writes numbers: no blanks, no plus sign, no leading zeros.</summary>
    /// <param name="utf8">The text; of any length, read in one pass for any exponent.</param>
    /// <param name="number">The number; zero when the text is none.</param>
    /// <returns>Whether the whole text is one number.</returns>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out DecimalNumber number) => TryParseCore(utf8, out number);

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out DecimalNumber)"/>
    /// <param name="text">The text; of any length, read in one pass for any exponent.</param>
    /// <param name="number">The number; zero when the text is none.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out DecimalNumber number) => TryParseCore(text, out number);

    /// <summary>The number, taken as major units, in minor units of a currency.</summary>
    /// <param name="amountMinor">The amount, of the number's sign; 0 when there is a fault.</param>
    /// <returns>Why the number is not an amount of the currency, or <see cref="AmountFault.None"/>.</returns>
    public AmountFault TryToMinor(Currency currency, out long amountMinor) => TryToMinor(currency.MinorUnits, out amountMinor);

    /// <summary>The number times 10 to the power of <paramref name="decimals"/>, when that is a whole number.</summary>
    /// <param name="decimals">How many decimals the number may have: 0 to 15.</param>
    /// <param name="amountMinor">The whole number; 0 when there is a fault.</param>
    /// <returns>Why there is none, or <see cref="AmountFault.None"/>.</returns>
    public AmountFault TryToMinor(int decimals, out long amountMinor)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(decimals);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(decimals, MaxAmountDigits);

        amountMinor = 0;
        if (_significand == 0)
            return AmountFault.None;
        if (_upperPower + decimals > MaxAmountDigits)
            return AmountFault.TooLarge;
        if (_lowerPower + decimals < 0)
            return AmountFault.TooManyDecimals;

        // Whole and of 15 digits at most: the significand is complete, and the product stays in range.
        amountMinor = _significand * PowersOfTen.Table[_lowerPower + decimals];
        return AmountFault.None;
    }

    private static bool TryParseCore<TCharacter>(ReadOnlySpan<TCharacter> text, out DecimalNumber number)
        where TCharacter : struct, IBinaryInteger<TCharacter>
    {
        number = default;
        var at = 0;
        var isNegative = Take('-', text, ref at);
        var digits = default(DigitRun);

        var wholeStart = at;
        TakeDigits(text, ref at, ref digits);
        var wholeDigits = at - wholeStart;
        if (wholeDigits == 0 || (wholeDigits > 1 && text[wholeStart] == TCharacter.CreateTruncating('0')))
            return false;

        if (Take('.', text, ref at))
        {
            var fractionStart = at;
            TakeDigits(text, ref at, ref digits);
            if (at == fractionStart)
                return false;
        }

        long exponent = 0;
        if ((Take('e', text, ref at) || Take('E', text, ref at)) && !TryTakeExponent(text, ref at, out exponent))
            return false;
        if (at != text.Length)
            return false;

        if (digits.Significand == 0)
            return true;

        number = new DecimalNumber(
            isNegative ? -digits.Significand : digits.Significand,
            wholeDigits - digits.First + exponent,
            wholeDigits - digits.Last - 1 + exponent);
        return true;
    }

    private static bool Take<TCharacter>(char wanted, ReadOnlySpan<TCharacter> text, ref int at)
        where TCharacter : struct, IBinaryInteger<TCharacter>
    {
        if (at == text.Length || text[at] != TCharacter.CreateTruncating(wanted))
            return false;
        at++;
        return true;
    }

    private static bool TryDigit<TCharacter>(ReadOnlySpan<TCharacter> text, int at, out int digit)
        where TCharacter : struct, IBinaryInteger<TCharacter>
    {
        digit = at < text.Length ? int.CreateTruncating(text[at]) - '0' : -1;
        return digit is >= 0 and <= 9;
    }

    private static void TakeDigits<TCharacter>(ReadOnlySpan<TCharacter> text, ref int at, ref DigitRun digits)
        where TCharacter : struct, IBinaryInteger<TCharacter>
    {
        for (; TryDigit(text, at, out var digit); at++)
            digits.Add(digit);
    }

    private static bool TryTakeExponent<TCharacter>(ReadOnlySpan<TCharacter> text, ref int at, out long exponent)
        where TCharacter : struct, IBinaryInteger<TCharacter>
    {
        // Further digits change nothing once the exponent outweighs the longest text there can be.
        const long Enough = 1_000_000_000_000;

        exponent = 0;
        var isNegative = Take('-', text, ref at);
        if (!isNegative)
            Take('+', text, ref at);
        var start = at;
        for (; TryDigit(text, at, out var digit); at++)
            exponent = exponent < Enough ? (exponent * 10) + digit : exponent;

        if (isNegative)
            exponent = -exponent;
        return at > start;
    }

    /// <summary>The digits of a number before its exponent, gathered from left to right across the point.</summary>
    [StructLayout(LayoutKind.Auto)]
    private struct DigitRun
    {
        private const int MaxSignificandDigits = 18;

        private int _count;

        /// <summary>The digits from the first to the last that is not zero; only 18 of them when there are more.</summary>
        public long Significand { get; private set; }

        /// <summary>How many digits come before the first that is not zero.</summary>
        public int First { get; private set; }

        /// <summary>How many digits come before the last that is not zero.</summary>
        public int Last { get; private set; }

        public void Add(int digit)
        {
            var place = _count++;
            if (digit == 0)
                return;

            if (Significand == 0)
                First = Last = place;

            // Zeros are taken in only once a digit follows them, so that trailing ones never count.
            if (place - First < MaxSignificandDigits)
                Significand = (Significand * PowersOfTen.Table[place - Last]) + digit;
            Last = place;
        }
    }
}

/// <summary>How many decimals an amount is written with.</summary>
public enum AmountDecimals
{
    /// <summary>All decimals of the currency: <c>10.00</c>.</summary>
    Full,

    /// <summary>The fewest that say the amount exactly: <c>10</c>, <c>42.5</c>.</summary>
    Shortest,
}

internal static class PowersOfTen
{
    /// <summary>10^0 to 10^18: the powers of ten that a long can hold.</summary>
    public static ReadOnlySpan<long> Table =>
    [
        1,
        10,
        100,
        1_000,
        10_000,
        100_000,
        1_000_000,
        10_000_000,
        100_000_000,
        1_000_000_000,
        10_000_000_000,
        100_000_000_000,
        1_000_000_000_000,
        10_000_000_000_000,
        100_000_000_000_000,
        1_000_000_000_000_000,
        10_000_000_000_000_000,
        100_000_000_000_000_000,
        1_000_000_000_000_000_000,
    ];
}
