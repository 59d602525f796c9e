using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;

namespace Quittance.Tests.Deciding.Checkout;

/// <summary>The most exact route counts.</summary>
public sealed class ProviderRouteTests
{
    private static readonly Currency Euro = Currency.Parse("EUR");

    private static readonly ProviderRoute[] Routes =
    [
        new(null, null, ["everything"]), new(null, Euro, ["euros"]), new(InstrumentKind.Card, null, ["cards"]),
        new(InstrumentKind.Card, Euro, ["cards in euros"]),
    ];

    [Theory]
    [InlineData(InstrumentKind.Card, "EUR", "cards in euros")]
    [InlineData(InstrumentKind.Card, "USD", "cards")]
    [InlineData(InstrumentKind.IbanAccount, "EUR", "euros")]
    [InlineData(InstrumentKind.UkAccount, "GBP", "everything")]
    public void Route_ThatIsMostExact_Counts(InstrumentKind kind, string currency, string expected) =>
        Assert.Equal([expected], ProviderRoute.Of(Routes, kind, Currency.Parse(currency)));

    [Fact]
    public void Kind_WithoutARoute_HasNoProvider() =>
        Assert.Empty(ProviderRoute.Of([new(InstrumentKind.Card, null, ["cards"])], InstrumentKind.UkAccount, Euro));
}
