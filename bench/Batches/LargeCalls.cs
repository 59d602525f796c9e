using System.CommandLine;
using Quittance.Bench.Books;
using Quittance.Bench.Charts;
using Quittance.Bench.Contests;
using Quittance.Bench.Servers;
using Spectre.Console;

namespace Quittance.Bench.Batches;

/// <summary>Calls of many things each, against a binary COPY of the same rows.</summary>
/// <param name="Name">The benchmark.</param>
/// <param name="Things">The things of which a call has many.</param>
/// <param name="Each">How many of them.</param>
internal sealed record LargeCalls(string Name, string Things, int Each)
{
    /// <summary>With so many calls in flight the two are compared.</summary>
    public const int Compared = 2;

    public static Command Command(string name, string description, Func<ParseResult, CancellationToken, Task> runAsync)
    {
        var command = new Command(name, description)
        {
            BenchOptions.Accounts, BenchOptions.Rounds, BenchOptions.Seconds, BenchOptions.Database, BenchOptions.Json,
            BenchOptions.Charts,
        };
        command.SetAction((options, cancel) => Running.RunAsync(() => runAsync(options, cancel)));
        return command;
    }

    /// <summary>Measures both, checks the books, and reports.</summary>
    public async Task CompareAsync(
        BenchDatabase database, IRival quittance, IRival copy, IReadOnlyList<int> inFlight, Func<Task> checkAsync, ParseResult options,
        CancellationToken cancel)
    {
        var server = quittance.Server!;
        Trial[] trials = [.. inFlight.SelectMany<int, Trial>(many => [new Trial(copy, many), new Trial(quittance, many)])];
        var memoryBefore = server.Memory;
        var results = await new Contest(database, trials, TimeSpan.FromSeconds(options.GetValue(BenchOptions.Seconds)))
            .RunAsync(options.GetValue(BenchOptions.Rounds), cancel);
        await checkAsync();

        var (mine, rows) = (results[new Trial(quittance, Compared)], results[new Trial(copy, Compared)]);
        var durability = await database.DescribeAsync(cancel);
        Screen.Out.MarkupLineInterpolated($"{durability}; {Each:N0} {Things} per call and per transaction");
        Screen.Out.Write(TrialTable.Of(results, $"{Things}/s"));
        Screen.Out.MarkupLineInterpolated(
            $"{Compared} in flight: [bold]{mine.RatioTo(rows):0.00}[/] × a binary COPY, which checks nothing and updates no balance.");
        var (after, atMost) = (server.Memory >> 20, server.MostMemory >> 20);
        Screen.Out.MarkupLineInterpolated(
            $"Memory of Quittance: {memoryBefore >> 20:N0} MB before, {after:N0} after, {atMost:N0} at most.");
        Screen.Out.MarkupLine("Its books are clean.");
        await BarDrawing.Of(
            $"Calls of {Each:N0} {Things}: {Things} a second", durability, results, trial => trial.Rival == quittance)
            .WriteAsync(options.GetValue(BenchOptions.Charts), Name, cancel);
        if (options.GetValue(BenchOptions.Json))
            Screen.WriteJson(ToJson(mine, rows, server));
    }

    private Dictionary<string, object> ToJson(Samples mine, Samples rows, ServerProcess server) => new()
    {
        [$"{Things}_per_s"] = Math.Round(mine.PerSecond),
        ["copy_per_s"] = Math.Round(rows.PerSecond),
        ["ratio_to_copy"] = Math.Round(mine.RatioTo(rows), 3),
        ["p50_ms"] = Math.Round(mine.MedianOf(sample => sample.Load.MedianMs), 1),
        ["p99_ms"] = Math.Round(mine.MedianOf(sample => sample.Load.SlowestPercentMs), 1),
        ["memory_mb"] = server.MostMemory >> 20,
    };
}
