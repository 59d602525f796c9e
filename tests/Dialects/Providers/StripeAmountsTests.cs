using Quittance.Core;
using Quittance.Providers.Stripe;

namespace Quittance.Tests.Providers;

/// <summary>The special currencies of docs.stripe.com/currencies, in both directions.</summary>
public sealed class StripeAmountsTests
{
    [Theory]
    [InlineData("EUR", 12_50, 12_50)]
    [InlineData("JPY", 500, 500)]
    [InlineData("ISK", 5, 5_00)]
    [InlineData("UGX", 70, 70_00)]
    [InlineData("MGA", 300_00, 300)]
    [InlineData("KWD", 1_230, 1_230)]
    public void Amount_IsTheSame_ThereAndBack(string currency, long minor, long units)
    {
        var amount = new Money(minor, Currency.Parse(currency));

        Assert.Equal(units, StripeAmounts.ToUnits(amount));
        Assert.Equal(amount, StripeAmounts.FromUnits(units, currency.ToLowerInvariant()));
    }

    [Theory]
    [InlineData("KWD", 1_234)]
    [InlineData("MGA", 300_20)]
    [InlineData("ISK", Money.MaxAmountMinor)]
    public void Amount_ThatStripeCannotSay_HasNoUnits(string currency, long minor) =>
        Assert.Null(StripeAmounts.ToUnits(new Money(minor, Currency.Parse(currency))));

    [Theory]
    [InlineData("isk", 5_01)]
    [InlineData("eur", -1)]
    [InlineData("mga", Money.MaxAmountMinor)]
    [InlineData("gold", 1)]
    [InlineData(null, 1)]
    public void Units_ThatAreNoAmount_AreRefused(string? currency, long units) =>
        Assert.Null(StripeAmounts.FromUnits(units, currency));
}
