using Microsoft.AspNetCore.Components;
using Quittance.BackOffice.Providers;
using Quittance.Console.Layout;
using Quittance.Core;
using Quittance.Core.Acts;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using static Quittance.Console.Languages.Texts;

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
        InstrumentKind.Card => Say("Cards"),
        InstrumentKind.IbanAccount => Say("Bank accounts with an IBAN"),
        InstrumentKind.UkAccount => Say("Bank accounts in the United Kingdom"),
        null => Say("Everything"),
    };

    /// <summary>Such as <c>cards in EUR</c>.</summary>
    internal static string TextOf(ProviderRoute route)
    {
        var kind = route.Kind switch
        {
            InstrumentKind.Card => Say("cards"),
            InstrumentKind.IbanAccount => Say("bank accounts with an IBAN"),
            InstrumentKind.UkAccount => Say("bank accounts in the United Kingdom"),
            null => Say("everything"),
        };
        return route.Currency is { } currency ? Say($"{kind} in {currency.Code}") : kind;
    }

    internal static string AddressFor(ProviderRoute route, string act) => Places.With($"{Places.Routes}/{act}", new()
    {
        ["kind"] = route.Kind is { } kind ? EnumWords.Of(kind) : null,
        ["currency"] = route.Currency?.Code,
    });

    protected static Asked AskedOf(ProviderRoute route) => new Asked()
        .With(RouteActs.Kind, route.Kind is { } kind ? EnumWords.Of(kind) : null).With(RouteActs.Code, route.Currency?.Code);
}
