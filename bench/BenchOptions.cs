using System.CommandLine;
using Quittance.Bench.Load;

namespace Quittance.Bench;

/// <summary>The options of every benchmark.</summary>
internal static class BenchOptions
{
    public static Option<int> Rounds { get; } =
        AtLeastOne("--rounds", "How often each part is measured, in turn; the report shows medians", 5);

    public static Option<int> Seconds { get; } = AtLeastOne("--seconds", "How long each measurement lasts", 4);

    public static Option<int> Accounts { get; } = AccountsOr(100_000);

    public static Option<int> Bookings { get; } =
        AtLeastOne("--bookings", "How many seats are held beforehand, to be paid for, each once", 60_000);

    public static Option<string?> Database { get; } = new("--database")
    {
        Description =
            "A PostgreSQL to use in place of a temporary embedded one, as a connection string; merchants are added and left there",
        HelpName = "connection",
    };

    public static Option<bool> Json { get; } = new("--json") { Description = "Print the figures as one JSON object in the last line" };

    public static Option<string?> Charts { get; } =
        new("--charts") { Description = "Also draw the figures, as SVG in this folder", HelpName = "folder" };

    public static Option<LoadKind?> Load { get; } = new("--load")
    {
        Description = "The load generator (default: wrk where it is installed)",
        HelpName = "wrk|sockets",
    };

    /// <summary>The number of accounts, for a benchmark with a usual number of its own.</summary>
    public static Option<int> AccountsOr(int usual) =>
        AtLeastOne("--accounts", "How many accounts the payments are spread over at random", usual);

    /// <summary>A number of something, at least one.</summary>
    public static Option<int> AtLeastOne(string name, string description, int usual, int most = Books.BenchAccounts.Most)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "number", DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var number && (number < 1 || number > most))
                result.AddError($"{name} must be between 1 and {most}.");
        });
        return option;
    }
}
