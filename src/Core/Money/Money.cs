using System.Text;

namespace Quittance.Core;

/// <summary>An amount of money, kept as a whole number of the currency's minor unit; it may be negative.</summary>
/// <param name="AmountMinor">The amount in minor units: 1250 is 12.50 USD, 1250 JPY, 1.250 BHD.</param>
public readonly record struct Money(long AmountMinor, Currency Currency) : IComparable<Money>
{
    /// <summary>
    /// The largest magnitude, in minor units, of an amount that is taken from outside: 15 nines. Below 2^53, so that it
    /// stays exact in clients that read JSON numbers as doubles, also in major units; and 9,000 of the largest amounts
    /// still add up within the 64 bits of a total.
    /// </summary>
    public const long MaxAmountMinor = 999_999_999_999_999;

    /// <summary>The most characters (all ASCII) that an amount takes in major units: 19 digits, a sign and a point.</summary>
    public const int MaxTextLength = 21;

    /// <summary>Adds two amounts of one currency.</summary>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    /// <exception cref="OverflowException">The sum does not fit 64 bits.</exception>
    public static Money operator +(Money left, Money right) =>
        new(checked(left.AmountMinor + InCurrencyOf(left, right)), left.Currency);

    /// <summary>Subtracts an amount from another of the same currency.</summary>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    /// <exception cref="OverflowException">The difference does not fit 64 bits.</exception>
    public static Money operator -(Money left, Money right) =>
        new(checked(left.AmountMinor - InCurrencyOf(left, right)), left.Currency);

    /// <summary>The amount with the opposite sign.</summary>
    /// <exception cref="OverflowException">The amount is the smallest that 64 bits hold.</exception>
    public static Money operator -(Money amount) => new(checked(-amount.AmountMinor), amount.Currency);

    /// <summary>Whether the left amount is smaller.</summary>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public static bool operator <(Money left, Money right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left amount is larger.</summary>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public static bool operator >(Money left, Money right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left amount is not larger.</summary>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public static bool operator <=(Money left, Money right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left amount is not smaller.</summary>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public static bool operator >=(Money left, Money right) => left.CompareTo(right) >= 0;

    /// <summary>Compares two amounts of one currency.</summary>
    /// <exception cref="InvalidOperationException">The currencies differ.</exception>
    public int CompareTo(Money other) => AmountMinor.CompareTo(InCurrencyOf(this, other));

    /// <summary>The amount in major units, without the currency: <c>12.50</c>, <c>-0.05</c>.</summary>
    /// <param name="decimals">How many decimals to write.</param>
    public string ToText(AmountDecimals decimals)
    {
        Span<byte> text = stackalloc byte[MaxTextLength];
        return Encoding.ASCII.GetString(text[..WriteText(text, decimals)]);
    }

    /// <summary>Writes the amount in major units without the currency, as ASCII; the text is a JSON number.</summary>
    /// <param name="destination">At least <see cref="MaxTextLength"/> bytes.</param>
    /// <param name="decimals">How many decimals to write.</param>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="ArgumentException">The destination is shorter than <see cref="MaxTextLength"/>.</exception>
    public int WriteText(Span<byte> destination, AmountDecimals decimals)
    {
        if (destination.Length < MaxTextLength)
            throw new ArgumentException($"{MaxTextLength} bytes are needed.", nameof(destination));

        // The magnitude of the smallest long fits an unsigned one only.
        var magnitude = unchecked((ulong)(AmountMinor < 0 ? -AmountMinor : AmountMinor));
        var (whole, fraction) = Math.DivRem(magnitude, (ulong)PowersOfTen.Table[Currency.MinorUnits]);
        var fractionDigits = Currency.MinorUnits;
        while (decimals == AmountDecimals.Shortest && fractionDigits > 0 && fraction % 10 == 0)
        {
            fraction /= 10;
            fractionDigits--;
        }

        var written = 0;
        if (AmountMinor < 0)
            destination[written++] = (byte)'-';
        whole.TryFormat(destination[written..], out var wholeDigits);
        written += wholeDigits;
        if (fractionDigits == 0)
            return written;

        destination[written++] = (byte)'.';
        for (var place = fractionDigits - 1; place >= 0; place--)
        {
            destination[written + place] = (byte)('0' + (fraction % 10));
            fraction /= 10;
        }

        return written + fractionDigits;
    }

    /// <summary>The amount with all its decimals and the code of its currency: <c>12.50 USD</c>.</summary>
    /// <summary>The sum of amounts in each of their currencies.</summary>
    public static IReadOnlyList<Money> SumsOf(IEnumerable<Money> amounts) =>
    [
        .. amounts.GroupBy(amount => amount.Currency)
            .Select(group => new Money(group.Sum(amount => amount.AmountMinor), group.Key))
            .OrderBy(sum => sum.Currency.Code, StringComparer.Ordinal),
    ];

    public override string ToString() => $"{ToText(AmountDecimals.Full)} {Currency.Code}";

    private static long InCurrencyOf(Money expected, Money given) =>
        given.Currency == expected.Currency
            ? given.AmountMinor
            : throw new InvalidOperationException($"{given} and {expected} are of different currencies.");
}
