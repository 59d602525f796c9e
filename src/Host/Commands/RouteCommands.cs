using System.CommandLine;
using Quittance.BackOffice.Providers;
using Quittance.Core;
using Quittance.Core.Acts;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Host.Cli;
using Quittance.Storage.Providers;

namespace Quittance.Host.Commands;

/// <summary><c>provider route</c>: which provider charges what customers enter.</summary>
internal static class RouteCommands
{
    private const string Any = "any";

    private static readonly Argument<string> Names = new("providers")
    {
        Description = "The providers in the order in which they are tried, such as stripe,sandbox",
    };

    private static readonly Option<string?> Kind = CreateKind();

    private static readonly Option<string?> Code = Options.Text(
        "--currency", "currency", "The currency, such as EUR (default: every currency)");

    private static readonly Option<string> Reason = Options.Required("--reason", "text", "Why; kept in the audit log");

    public static Command Route() => new("route", "Which provider charges what customers enter, by kind of instrument and currency")
    {
        CommandMaker.OfMerchant("list", "List the routes, the most exact first", ListAsync),
        CommandMaker.OfMerchant("set", "Name the providers of a route, in place of those before", SetAsync, Names, Kind, Code, Reason),
        CommandMaker.OfMerchant("end", "End a route: the next more general one counts", EndAsync, Kind, Code, Reason),
    };

    private static Option<string?> CreateKind()
    {
        var kind = Options.Text("--kind", "kind", "The kind of instrument (default: every kind)");
        kind.AcceptOnlyFromAmong([.. EnumWords.All<InstrumentKind>()]);
        return kind;
    }

    private static async Task ListAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var routes = await new ProviderRoutes(books, run.Clock).ListAsync(merchant, run.Cancel);
        run.Print(new { Routes = routes.Select(DocumentOf) }, () =>
        {
            if (routes.Count == 0)
                Terminal.Line($"No provider charges anything. Connect one with: quittance provider connect");
            foreach (var route in routes)
                Terminal.Line($"{TextOf(route.Kind, route.Currency)}: [bold]{string.Join(", then ", route.Providers)}[/]");
        });
    }

    private static async Task SetAsync(Run run)
    {
        var names = run.Required(Names).Split(',', StringSplitOptions.TrimEntries);
        var result = await run.DoAsync(RouteActs.Set, AskedOf(run).With(RouteActs.Names, run.Required(Names)), run.Required(Reason));
        run.Print(
            DocumentOf(new ProviderRoute(KindOf(run), CurrencyOf(run), names)), $"[green]✓[/] {result.Sentence}");
    }

    private static async Task EndAsync(Run run)
    {
        var result = await run.DoAsync(RouteActs.End, AskedOf(run), run.Required(Reason));
        run.Print(new { Kind = KindOf(run), Currency = CurrencyOf(run)?.Code }, $"[green]✓[/] {result.Sentence}");
    }

    private static Asked AskedOf(Run run) => new Asked().With(RouteActs.Kind, run.Get(Kind)).With(RouteActs.Code, run.Get(Code));

    private static object DocumentOf(ProviderRoute route) => new { route.Kind, Currency = route.Currency?.Code, route.Providers };

    /// <summary>Such as <c>card EUR: stripe</c>.</summary>
    public static string AuditTextOf(ProviderRoute route) =>
        $"{WordsOf(route.Kind, route.Currency)}: {string.Join(", ", route.Providers)}";

    public static string WordsOf(InstrumentKind? kind, Currency? currency) =>
        $"{(kind is { } known ? EnumWords.Of(known) : Any)} {currency?.Code ?? Any}";

    private static string TextOf(InstrumentKind? kind, Currency? currency) =>
        $"{(kind is { } known ? Report.Word(known) : "everything")}{(currency is null ? "" : $" in {currency.Code}")}";

    private static InstrumentKind? KindOf(Run run) => EnumWords.Find<InstrumentKind>(run.Get(Kind));

    private static Currency? CurrencyOf(Run run) => run.Get(Code) is not { } code ? null
        : Currency.TryParse(code.ToUpperInvariant(), out var currency) ? currency
        : throw new CommandException($"{code} is no currency. Name one such as EUR.");
}
