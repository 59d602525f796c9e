using Spectre.Console;

namespace Quittance.Bench.Contests;

/// <summary>Shows what one piece of work costs of the machine, and how fast it goes beside another.</summary>
internal static class CpuTable
{
    /// <param name="results">The trials; those without a server of their own are left out.</param>
    /// <param name="title">The work that the costs are for.</param>
    /// <param name="ratio">The other one, in the words of a column.</param>
    /// <param name="other">The other one's rounds, for each trial.</param>
    public static Table Of(IReadOnlyDictionary<Trial, Samples> results, string title, string ratio, Func<Trial, Samples> other)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(title);
        foreach (var column in (string[])["in flight", ratio, "CPU ms: server", "PostgreSQL", "sandbox"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var (trial, samples) in results.Where(result => result.Key.Rival.Server is not null))
        {
            table.AddRow(
                trial.Rival.Name, $"{trial.Connections}", $"{samples.RatioTo(other(trial)):0.00}",
                Milliseconds(samples, sample => sample.ServerCpu), Milliseconds(samples, sample => sample.PostgresCpu),
                trial.Rival.Provider is null ? "" : Milliseconds(samples, sample => sample.ProviderCpu));
        }

        return table;
    }

    private static string Milliseconds(Samples samples, Func<Sample, TimeSpan> cpu) =>
        $"{samples.MedianOf(sample => cpu(sample).TotalMilliseconds / Math.Max(1, sample.Load.Answers)):0.00}";
}
