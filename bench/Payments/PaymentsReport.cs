using System.Globalization;
using Quittance.Bench.Books;
using Quittance.Bench.Charts;
using Quittance.Bench.Contests;
using Spectre.Console;

namespace Quittance.Bench.Payments;

/// <summary>The figures of the comparison of single payments.</summary>
internal sealed class PaymentsReport(
    IRival limit, IRival plain, IRival quittance, IRival commit, IReadOnlyDictionary<Trial, Samples> results)
{
    /// <summary>The number of connections whose figures stand for the whole.</summary>
    public const int Compared = 128;

    private const double Megabyte = 1024 * 1024;

    public required string Database { get; init; }

    public required string Load { get; init; }

    public required int Accounts { get; init; }

    public required (long Before, long After, long Most) Memory { get; init; }

    public required IReadOnlyDictionary<IRival, IReadOnlyDictionary<string, RowsWritten>> Rows { get; init; }

    private Samples BestLimit => results.Where(result => result.Key.Rival == limit).MaxBy(result => result.Value.PerSecond).Value;

    /// <summary>The time of a payment at the idle server, as a multiple of a rival's time.</summary>
    private double Beside(IRival other) =>
        Of(quittance, 1).MedianOfPairs(Of(other, 1), (mine, theirs) => mine.Load.MedianMs / theirs.Load.MedianMs);

    private Samples HalfLoad => results.Single(result => result.Key.Rival is PacedRival).Value;

    public BarDrawing Chart()
    {
        var shown = results.Where(result => result.Key.Connections > 1 && (result.Key.Rival == plain || result.Key.Rival == quittance));
        var chart = BarDrawing.Of(
            "Payments a second over HTTP", Database, shown.ToDictionary(),
            trial => trial.Rival == quittance);
        var best = results.Where(result => result.Key.Rival == limit).MaxBy(result => result.Value.PerSecond);
        return chart.Add(
            "Without HTTP, without rules",
            [new Bar($"{limit.Name}, {best.Key.Connections} clients", best.Value.PerSecond,
            best.Value.PerSecond.ToString("N0", CultureInfo.InvariantCulture), IsOurs: false)]);
    }

    public void Print()
    {
        Screen.Out.MarkupLineInterpolated($"{Database}; load: {Load}; {Accounts:N0} accounts");
        Screen.Out.Write(TrialTable.Of(results, "payments/s"));
        foreach (var connections in ComparedAt())
        {
            var mine = Of(quittance, connections);
            var (toLimit, toPlain) = (mine.RatioTo(BestLimit), mine.RatioTo(Of(plain, connections)));
            Screen.Out.MarkupLineInterpolated(
                $"{connections,4} connections: [bold]{toLimit:0.00}[/] × the limit, [bold]{toPlain:0.00}[/] × plain transactions");
        }

        Screen.Out.MarkupLineInterpolated(
            $"   1 connection:  p50 is [bold]{Beside(limit):0.00}[/] × the one statement that writes a payment's rows");
        Screen.Out.MarkupLineInterpolated($"                  and [bold]{Beside(commit):0.00}[/] × the commit of one small row");
        var p50 = HalfLoad.MedianOf(sample => sample.Load.MedianMs);
        var p99 = HalfLoad.MedianOf(sample => sample.Load.SlowestPercentMs);
        Screen.Out.MarkupLineInterpolated(
            $"Half of the most, {HalfLoad.PerSecond:N0}/s: p50 {p50:0.0} ms, p99 [bold]{p99:0.0}[/] ms, counted from when each was due");
        foreach (var (rival, tables) in Rows)
            RowsLine.Print(rival, tables);
        var (before, after, most) = (Memory.Before / Megabyte, Memory.After / Megabyte, Memory.Most / Megabyte);
        Screen.Out.MarkupLineInterpolated($"Memory of Quittance: {before:N0} MB before, {after:N0} MB after, {most:N0} MB at most.");
        Screen.Out.MarkupLineInterpolated($"The books of all three are clean.");
    }

    public IReadOnlyDictionary<string, object> ToJson()
    {
        var at = Of(quittance, Compared);
        Dictionary<string, object> json = new()
        {
            ["payments_per_s"] = Math.Round(at.PerSecond),
            ["ratio_to_limit"] = Math.Round(at.RatioTo(BestLimit), 3),
            ["ratio_to_plain"] = Math.Round(at.RatioTo(Of(plain, Compared)), 3),
            ["p50_ms"] = Math.Round(at.MedianOf(sample => sample.Load.MedianMs), 2),
            ["p99_ms"] = Math.Round(at.MedianOf(sample => sample.Load.SlowestPercentMs), 2),
            ["error_rate"] = at.MedianOf(sample => sample.Load.ErrorRate),
            ["limit_per_s"] = Math.Round(BestLimit.PerSecond),
            ["plain_per_s"] = Math.Round(Of(plain, Compared).PerSecond),
            ["idle_p50_ms"] = Math.Round(Of(quittance, 1).MedianOf(sample => sample.Load.MedianMs), 2),
            ["idle_p99_ms"] = Math.Round(Of(quittance, 1).MedianOf(sample => sample.Load.SlowestPercentMs), 2),
            ["commit_p50_ms"] = Math.Round(Of(commit, 1).MedianOf(sample => sample.Load.MedianMs), 2),
            ["idle_p50_in_statements"] = Math.Round(Beside(limit), 2),
            ["idle_p50_in_commits"] = Math.Round(Beside(commit), 2),
            ["half_load_per_s"] = Math.Round(HalfLoad.PerSecond),
            ["half_load_p99_ms"] = Math.Round(HalfLoad.MedianOf(sample => sample.Load.SlowestPercentMs), 2),
            ["memory_mb"] = Math.Round(Memory.Most / Megabyte),
        };
        foreach (var connections in ComparedAt().Where(connections => connections != Compared))
        {
            json[$"payments_per_s_{connections}"] = Math.Round(Of(quittance, connections).PerSecond);
            json[$"ratio_to_limit_{connections}"] = Math.Round(Of(quittance, connections).RatioTo(BestLimit), 3);
            json[$"ratio_to_plain_{connections}"] = Math.Round(Of(quittance, connections).RatioTo(Of(plain, connections)), 3);
        }

        return json;
    }

    private IEnumerable<int> ComparedAt() =>
        results.Keys.Where(trial => trial.Rival == quittance && trial.Connections > 1).Select(trial => trial.Connections);

    private Samples Of(IRival rival, int connections) => results.Single(result => result.Key == new Trial(rival, connections)).Value;
}
