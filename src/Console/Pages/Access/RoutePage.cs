using Microsoft.AspNetCore.Components;
using Quittance.BackOffice.Providers;
using Quittance.Console.Layout;
using Quittance.Core;
using Quittance.Core.Acts;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;

namespace Quittance.Console.Pages.Access;

/// <summary>A page that changes a route to providers.</summary>
public abstract class RoutePage : ActionPage
{
    /// <summary>The word of the kind in the address; null for every kind.</summary>
    [SupplyParameterFromQuery(Name = "kind")] public string? GivenKind { get; set; }

    /// <summary>The code of the currency in the address; null for every currency.</summary>
    [SupplyParameterFromQuery(Name = "currency")] public string? GivenCurrency { get; set; }

    internal static string KindText(InstrumentKind? kind) => kind switch
    {
        InstrumentKind.Card => "Cards",
        InstrumentKind.IbanAccount => "Bank accounts with an IBAN",
        InstrumentKind.UkAccount => "Bank accounts in the United Kingdom",
        null => "Everything",
    };

    /// <summary>Such as <c>cards in EUR</c>.</summary>
    internal static string TextOf(ProviderRoute route)
    {
        var kind = KindText(route.Kind);
        return $"{char.ToLowerInvariant(kind[0])}{kind[1..]}{(route.Currency is { } currency ? $" in {currency.Code}" : "")}";
    }

    internal static string AddressFor(ProviderRoute route, string act) => Places.With($"{Places.Routes}/{act}", new()
    {
        ["kind"] = route.Kind is { } kind ? EnumWords.Of(kind) : null,
        ["currency"] = route.Currency?.Code,
    });

    protected static Asked AskedOf(ProviderRoute route) => new Asked()
        .With(RouteActs.Kind, route.Kind is { } kind ? EnumWords.Of(kind) : null).With(RouteActs.Code, route.Currency?.Code);
}
