using System.CommandLine;
using Quittance.Bench.Books;
using Quittance.Bench.Contests;
using Quittance.Bench.Servers;

namespace Quittance.Bench.Lists;

/// <summary>Lists and look-ups of TMF676, in books of several sizes.</summary>
internal static class ListsBenchmark
{
    private static readonly Option<int[]> Payments = SizesOption();

    public static Command Command()
    {
        // Each size has a database of its own: statistics and indexes are of that size alone.
        var command =
            new Command("lists", "TMF676's lists, filtered and deep, and look-ups, in books of 10 thousand and of 1 million payments")
        {
            Payments, BenchOptions.Rounds, BenchOptions.Seconds, BenchOptions.Json,
        };
        command.SetAction((options, cancel) => Running.RunAsync(() => RunAsync(options, cancel)));
        return command;
    }

    private static async Task RunAsync(ParseResult options, CancellationToken cancel)
    {
        int[] sizes = [.. options.GetValue(Payments)!.Distinct().Order()];
        var (rounds, seconds) = (options.GetValue(BenchOptions.Rounds), options.GetValue(BenchOptions.Seconds));
        List<IAsyncDisposable> open = [];
        try
        {
            List<(ListBooks Books, ServerProcess Server)> all = [];
            foreach (var size in sizes)
            {
                var database = await BenchDatabase.OpenAsync(null, cancel);
                open.Add(database);
                var books = await ListBooks.FillAsync(database, size, cancel);
                all.Add((books, await QuittanceServer.StartAsync(database, cancel)));
                open.Add(all[^1].Server);
            }

            var largest = all[^1].Books.Database;
            Trial[] trials =
                [.. ListKind.All.SelectMany(kind => all.Select(one => new Trial(new ListRival(kind, one.Books, one.Server), 1)))];
            var results = await new Contest(largest, trials, TimeSpan.FromSeconds(seconds)).RunAsync(rounds, cancel);
            var report = new ListsReport(sizes, results)
            {
                Settings = $"{await largest.DescribeAsync(cancel)}; load: raw sockets in the bench process; "
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

    private static Option<int[]> SizesOption()
    {
        var option = new Option<int[]>("--payments")
        {
            Description = "How many payments the books have; may be given several times, such as 10000000 beside the usual sizes",
            HelpName = "number",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [10_000, 1_000_000],
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int[]>() is not { Length: > 0 } sizes || sizes.Any(size => size is < 10_000 or > 100_000_000))
                result.AddError("--payments must be between 10000, for there to be a page 1,000, and 100000000.");
        });
        return option;
    }
}
