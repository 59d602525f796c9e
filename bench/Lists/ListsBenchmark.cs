using System.CommandLine;
using Quittance.Bench.Books;
using Quittance.Bench.Contests;
using Quittance.Bench.Servers;

namespace Quittance.Bench.Lists;

/// <summary>Lists and look-ups of payments or of charges, in books of several sizes.</summary>
internal static class ListsBenchmark
{
    /// <summary>Lists of payments, as TMF676 has them.</summary>
    public static Command Payments() => Command(
        "lists", "TMF676's lists, filtered and deep, and look-ups, in books of 10 thousand and of 1 million payments", "payments",
        async (database, size, cancel) => await ListBooks.FillAsync(database, size, cancel));

    /// <summary>Lists of charges, as our own API has them.</summary>
    public static Command Charges() => Command(
        "charge-lists", "Our own API's lists of charges, filtered and deep, and look-ups, in books of 10 thousand and of 1 million charges",
        "charges", async (database, size, cancel) => await ChargeBooks.FillAsync(database, size, cancel));

    private static Command Command(
        string name, string description, string things, Func<BenchDatabase, int, CancellationToken, Task<IListedBooks>> fillAsync)
    {
        // Each size has a database of its own: statistics and indexes are of that size alone.
        var sizes = SizesOption(things);
        var command = new Command(name, description) { sizes, BenchOptions.Rounds, BenchOptions.Seconds, BenchOptions.Json };
        command.SetAction((options, cancel) => Running.RunAsync(
            () => RunAsync(things, [.. options.GetValue(sizes)!.Distinct().Order()], fillAsync, options, cancel)));
        return command;
    }

    private static async Task RunAsync(
        string things, int[] sizes, Func<BenchDatabase, int, CancellationToken, Task<IListedBooks>> fillAsync, ParseResult options,
        CancellationToken cancel)
    {
        var (rounds, seconds) = (options.GetValue(BenchOptions.Rounds), options.GetValue(BenchOptions.Seconds));
        List<IAsyncDisposable> open = [];
        try
        {
            List<(IListedBooks Books, ServerProcess Server)> all = [];
            var largest = default(BenchDatabase);
            foreach (var size in sizes)
            {
                largest = await BenchDatabase.OpenAsync(null, cancel);
                open.Add(largest);
                var books = await fillAsync(largest, size, cancel);
                all.Add((books, await QuittanceServer.StartAsync(largest, cancel)));
                open.Add(all[^1].Server);
            }

            // The kinds are the same for all sizes.
            Trial[] trials =
            [
                .. Enumerable.Range(0, all[0].Books.Kinds.Count).SelectMany(
                    kind => all.Select(one => new Trial(new ListRival(one.Books.Kinds[kind], one.Books, one.Server), 1))),
            ];
            var results = await new Contest(largest!, trials, TimeSpan.FromSeconds(seconds)).RunAsync(rounds, cancel);
            var report = new ListsReport(things, sizes, results)
            {
                Settings = $"{await largest!.DescribeAsync(cancel)}; load: raw sockets in the bench process; "
                    + $"{rounds} rounds of {seconds} s",
            };
            report.Print();
            if (options.GetValue(BenchOptions.Json))
                Screen.WriteJson(report.ToJson());
        }
        finally
        {
            // Servers before their databases.
            foreach (var one in Enumerable.Reverse(open))
                await one.DisposeAsync();
        }
    }

    private static Option<int[]> SizesOption(string things)
    {
        var option = new Option<int[]>($"--{things}")
        {
            Description = $"How many {things} the books have; may be given several times, such as 10000000 beside the usual sizes",
            HelpName = "number",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [10_000, 1_000_000],
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int[]>() is not { Length: > 0 } sizes || sizes.Any(size => size is < 10_000 or > 100_000_000))
                result.AddError($"--{things} must be between 10000, for there to be a page 1,000, and 100000000.");
        });
        return option;
    }
}
