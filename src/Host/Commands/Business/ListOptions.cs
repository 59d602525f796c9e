using System.CommandLine;
using Npgsql;
using Quittance.Core;
using Quittance.Host.Cli;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Commands.Business;

/// <summary>What the lists of payments, charges and customers ask.</summary>
internal static class ListOptions
{
    private const int Shown = 50;
    private const int MostShown = 1000;

    public static Option<int> Limit { get; } = Options.WithDefault("--limit", "number", "How many to list at most", () => Shown);

    public static Option<string?> After { get; } =
        Options.Text("--after", "place", "Goes on behind this place, which the part before has said");

    public static Option<bool> Csv { get; } = Options.Flag("--csv", "Print lines for spreadsheets on standard output");

    public static Option<string?> Search { get; } =
        Options.Text("--search", "text", "Only those that the console finds by this: part of a name, a number, a reference, an amount");

    public static Option<DateOnly?> From { get; } = Options.Of<DateOnly?>("--from", "day", "Only from this day on");

    public static Option<DateOnly?> To { get; } = Options.Of<DateOnly?>("--to", "day", "Only up to this day");

    public static Option<string?> Code { get; } = Options.Text("--currency", "code", "Only those in this currency");

    /// <summary>Only one of some words.</summary>
    public static Option<string?> Words<T>(string name, string description)
        where T : struct, Enum
    {
        var option = Options.Text(name, string.Join('|', EnumWords.All<T>()), description);
        option.AcceptOnlyFromAmong([.. EnumWords.All<T>()]);
        return option;
    }

    public static int LimitOf(Run run) => run.Get(Limit) is >= 1 and <= MostShown and var limit ? limit
        : throw new CommandException($"{Limit.Name} must be between 1 and {MostShown}.");

    public static Currency? CurrencyOf(Run run) => run.Get(Code) is not { } code ? null
        : Currency.TryParse(code.ToUpperInvariant(), out var currency) ? currency
        : throw new CommandException($"{Code.Name} must be an ISO 4217 code, such as EUR.");

    /// <summary>The moments between which the days are, by the merchant's clock.</summary>
    public static async Task<(DateTimeOffset? From, DateTimeOffset? Until)> MomentsOfAsync(
        Run run, NpgsqlDataSource books, MerchantId merchant)
    {
        var (from, to) = (run.Get(From), run.Get(To));
        if (to < from)
            throw new CommandException($"{To.Name} must not be before {From.Name}.");
        var zone = await books.ZoneAsync(merchant, run.Cancel);
        return (from is { } first ? zone.StartOf(first) : null, to is { } last ? zone.StartOf(last.AddDays(1)) : null);
    }
}
