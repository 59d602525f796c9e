using Quittance.Core;

namespace Quittance.Providers.Stripe;

/// <summary>
/// Amounts in Stripe's units. They are ISO minor units but for the currencies of this table (docs.stripe.com/currencies).
/// </summary>
internal static class StripeAmounts
{
    // ISO has two digits for it, and Stripe none.
    private static readonly string[] WithoutDigits = ["MGA"];

    // ISO has none for them, and Stripe wants two, which must be zeros.
    private static readonly string[] WithTwoDigits = ["ISK", "UGX"];

    /// <summary>The amount in Stripe's units; null where Stripe can't say it, such as a thousandth of a dinar.</summary>
    public static long? ToUnits(Money amount)
    {
        var (code, minor) = (amount.Currency.Code, amount.AmountMinor);
        if (WithTwoDigits.Contains(code) && amount.Currency.MinorUnits == 0)
            return minor <= Money.MaxAmountMinor / 100 ? minor * 100 : null;
        if (WithoutDigits.Contains(code) && amount.Currency.MinorUnits == 2)
            return minor % 100 == 0 ? minor / 100 : null;
        // Of three digits, the last must be a zero.
        return amount.Currency.MinorUnits == 3 && minor % 10 != 0 ? null : minor;
    }

    /// <summary>The amount that Stripe says; null where it is none.</summary>
    public static Money? FromUnits(long units, string? currency)
    {
        if (units < 0 || units > Money.MaxAmountMinor || !Currency.TryParse(currency?.ToUpperInvariant(), out var known))
            return null;
        if (WithTwoDigits.Contains(known.Code) && known.MinorUnits == 0)
            return units % 100 == 0 ? new Money(units / 100, known) : null;
        if (WithoutDigits.Contains(known.Code) && known.MinorUnits == 2)
            return units <= Money.MaxAmountMinor / 100 ? new Money(units * 100, known) : null;
        return new Money(units, known);
    }
}
