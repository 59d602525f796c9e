using Spectre.Console;

namespace Quittance.Bench.Contests;

/// <summary>Shows the medians of all trials.</summary>
internal static class TrialTable
{
    public static Table Of(IReadOnlyDictionary<Trial, Samples> results, string unit)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("");
        foreach (var column in (
            string[])["in flight", unit, "slowest–fastest round", "p50 ms", "p99 ms", "errors", "cores: load", "server", "PostgreSQL"])
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (var (trial, samples) in results)
        {
            table.AddRow(
                trial.Rival.Name, $"{trial.Connections}", $"{samples.PerSecond:N0}", $"{samples.Slowest:N0}–{samples.Fastest:N0}",
                $"{samples.MedianOf(sample => sample.Load.MedianMs):0.0}",
                $"{samples.MedianOf(sample => sample.Load.SlowestPercentMs):0.0}",
                $"{samples.MedianOf(sample => sample.Load.ErrorRate):0.##%}",
                Cores(samples, sample => sample.Load.Cpu),
                trial.Rival.Server is null ? "" : Cores(samples, sample => sample.ServerCpu),
                Cores(samples, sample => sample.PostgresCpu));
        }

        return table;
    }

    private static string Cores(Samples samples, Func<Sample, TimeSpan> cpu) =>
        $"{samples.MedianOf(sample => cpu(sample) / sample.Load.Elapsed):0.00}";
}
