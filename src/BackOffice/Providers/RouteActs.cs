using Quittance.BackOffice.Acts;
using Quittance.BackOffice.BankStatements;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Storage;
using Quittance.Storage.Providers;

namespace Quittance.BackOffice.Providers;

/// <summary>Which provider charges what customers enter.</summary>
public static class RouteActs
{
    public const string Names = "providers";
    public const string Kind = "kind";
    public const string Code = "currency";

    private const string Any = "any";

    private static readonly Ask OfKind = new(Kind, AskKind.Word, "Kind", "The kind of instrument; every kind without it.")
    {
        IsOptional = true,
        Words = EnumWords.All<InstrumentKind>(),
    };

    private static readonly Ask OfCurrency = Asks.Currency(Code, "The currency; every currency without it.", isOptional: true);

    public static DeclaredAct Set { get; } = new(
        "provider.route", "Names the providers of a route, in place of those before",
        "What customers enter from now on goes to the first provider that takes it and answers. A payment is never sent to two providers.",
        OperatorRole.Admin, [
            new(Names, AskKind.Text, "Providers", "In the order in which they are tried, with commas between, such as stripe,sandbox."),
            OfKind, OfCurrency,
        ], SetAsync)
    {
        Operation = new("setProviderRoute", "provider-routes", "Providers", Scopes.Administer),
    };

    public static DeclaredAct End { get; } = new(
        "provider.route-end", "Ends a route: the next more general one counts",
        "Where there is no other route, customers can't enter such an instrument any more.",
        OperatorRole.Admin, [OfKind, OfCurrency], EndAsync)
    {
        Operation = new("endProviderRoute", "provider-routes/end", "Providers", Scopes.Administer),
    };

    private static async Task<ActResult> SetAsync(ActRequest request)
    {
        var asked = request.Asked;
        var names = asked.Required(Names).Split(',', StringSplitOptions.TrimEntries);
        var known = request.Part<KnownProviders>().Connected;
        if (names.Distinct().Count() != names.Length || names.Except(known).Any())
            return ActResult.Wrong(Names, $"Name each provider once, with commas between: {string.Join(", ", known)}.");
        if (IsNoCurrency(asked))
            return Asks.NoCurrency(Code);
        var route = new ProviderRoute(KindIn(asked), Asks.CurrencyIn(asked, Code), names);
        var changed = await request.Part<ProviderRoutes>().SetAsync(
            request.Merchant, route, request.By($"route {WordsOf(route.Kind, route.Currency)}: {string.Join(", ", names)}"),
            request.Cancel);
        return changed == ChangeOutcome.Nothing
            ? ActResult.Refused("The merchant has no account at one of them. Open it with: quittance provider connect")
            : ActResult.Done($"{TextOf(route.Kind, route.Currency)}: {string.Join(", then ", names)}.");
    }

    private static async Task<ActResult> EndAsync(ActRequest request)
    {
        var asked = request.Asked;
        if (IsNoCurrency(asked))
            return Asks.NoCurrency(Code);
        var (kind, currency) = (KindIn(asked), Asks.CurrencyIn(asked, Code));
        var changed = await request.Part<ProviderRoutes>().EndAsync(
            request.Merchant, kind, currency, request.By($"route {WordsOf(kind, currency)}"), request.Cancel);
        return changed == ChangeOutcome.Nothing ? ActResult.NoSuch(Kind, "route", "There is no such route.")
            : ActResult.Done($"The route of {TextOf(kind, currency)} is ended.");
    }

    private static bool IsNoCurrency(Asked asked) => asked.Has(Code) && Asks.CurrencyIn(asked, Code) is null;

    private static InstrumentKind? KindIn(Asked asked) => EnumWords.Find<InstrumentKind>(asked.Text(Kind) ?? "");

    private static string WordsOf(InstrumentKind? kind, Currency? currency) =>
        $"{(kind is { } known ? EnumWords.Of(known) : Any)} {currency?.Code ?? Any}";

    private static string TextOf(InstrumentKind? kind, Currency? currency) =>
        $"{(kind is { } known ? EnumWords.Of(known).Replace('_', ' ') : "everything")}{(currency is null ? "" : $" in {currency.Code}")}";
}
