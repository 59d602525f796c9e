using Quittance.Core;

namespace Quittance.Dialects.TrainTravel.Timetables;

/// <summary>The currencies of fares (Train Travel 5.5).</summary>
public static class Fares
{
    private static readonly Currency Euro = Currency.Parse("EUR");

    private static readonly Dictionary<string, Currency> Own = new()
    {
        ["BA"] = Currency.Parse("BAM"),
        ["BG"] = Currency.Parse("BGN"),
        ["CH"] = Currency.Parse("CHF"),
        ["GB"] = Currency.Parse("GBP"),
        ["NO"] = Currency.Parse("NOK"),
        ["SE"] = Currency.Parse("SEK"),
        ["TR"] = Currency.Parse("TRY"),
    };

    /// <summary>The currencies in lower case, as the API writes them, in alphabetical order.</summary>
    public static IReadOnlyList<string> Words { get; } =
        [.. Own.Values.Append(Euro).Select(currency => currency.Code.ToLowerInvariant()).Order(StringComparer.Ordinal)];

    /// <summary>The currency in which a trip that begins in a country is paid.</summary>
    /// <param name="country">ISO 3166-1 alpha-2, upper case.</param>
    public static Currency CurrencyOf(string country) => Own.GetValueOrDefault(country, Euro);
}
