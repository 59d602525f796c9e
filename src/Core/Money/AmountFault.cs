namespace Quittance.Core;

/// <summary>Why a number is not an amount of a currency.</summary>
public enum AmountFault
{
    /// <summary>It is an amount.</summary>
    None,

    /// <summary>It is finer than the currency's minor unit; trailing zeros do not count.</summary>
    TooManyDecimals,

    /// <summary>
    /// Its whole minor units, regardless of the sign, exceed <see cref="Money.MaxAmountMinor"/>. A number that is also too
    /// fine is told to be too large.
    /// </summary>
    TooLarge,
}
