using Quittance.Bench.Contests;
using Spectre.Console;

namespace Quittance.Bench.Neighbours;

/// <summary>The figures of one merchant beside those of many.</summary>
internal sealed class MerchantsReport(IRival one, IRival many, IReadOnlyDictionary<Trial, Samples> results)
{
    private const int Compared = 128;
    private const double Megabyte = 1024 * 1024;

    /// <summary>How many payments are in flight.</summary>
    public static IReadOnlyList<int> Connections { get; } = [Compared, 512];

    /// <summary>On what it was measured.</summary>
    public required string Settings { get; init; }

    /// <summary>The reads of one merchant, beside one other and beside many.</summary>
    public required IReadOnlyList<(string Name, Samples One, Samples Many)> Lists { get; init; }

    /// <summary>The server of one merchant: the time of its start, its memory then and at most.</summary>
    public required (TimeSpan Start, long Memory, long Most) One { get; init; }

    /// <summary>The server of many.</summary>
    public required (TimeSpan Start, long Memory, long Most) Many { get; init; }

    public void Print()
    {
        Screen.Out.MarkupLineInterpolated($"{Settings}");
        Screen.Out.Write(TrialTable.Of(results, "payments/s"));
        foreach (var connections in Connections)
        {
            Screen.Out.MarkupLineInterpolated(
                $"{connections,4} connections: {many.Name} take [bold]{Ratio(connections):0.00}[/] × what one takes");
        }

        var table = new Table().Border(TableBorder.Simple).AddColumn("of one merchant, one request at a time, ms");
        foreach (var column in (string[])["beside one: p50", "p99", "beside all: p50", "p99", "growth of p50"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var (name, few, all) in Lists)
            table.AddRow([name, Median(few), Slowest(few), Median(all), Slowest(all), $"{Growth(few, all):0.00}"]);
        Screen.Out.Write(table);
        Print(one, One);
        Print(many, Many);
    }

    public IReadOnlyDictionary<string, object> ToJson()
    {
        Dictionary<string, object> json = [];
        foreach (var connections in Connections)
        {
            var suffix = connections == Compared ? "" : $"_{connections}";
            json[$"payments_per_s{suffix}"] = Math.Round(Of(many, connections).PerSecond);
            json[$"ratio_to_one{suffix}"] = Math.Round(Ratio(connections), 3);
            json[$"p99_ms{suffix}"] = Math.Round(Of(many, connections).MedianOf(sample => sample.Load.SlowestPercentMs), 1);
        }

        json["list_growth"] = Math.Round(Lists.Max(list => Growth(list.One, list.Many)), 2);
        json["start_s"] = Math.Round(Many.Start.TotalSeconds, 1);
        json["memory_mb"] = Math.Round(Many.Most / Megabyte);
        return json;
    }

    private static void Print(IRival rival, (TimeSpan Start, long Memory, long Most) report)
    {
        var (memory, most) = (report.Memory / Megabyte, report.Most / Megabyte);
        Screen.Out.MarkupLineInterpolated(
            $"{rival.Name}: ready after {report.Start.TotalSeconds:0.0} s; {memory:N0} MB then, {most:N0} MB at most.");
    }

    private static string Median(Samples samples) => $"{samples.MedianOf(sample => sample.Load.MedianMs):0.00}";

    private static string Slowest(Samples samples) => $"{samples.MedianOf(sample => sample.Load.SlowestPercentMs):0.0}";

    private static double Growth(Samples few, Samples all) =>
        all.MedianOfPairs(few, (mine, theirs) => mine.Load.MedianMs / theirs.Load.MedianMs);

    private double Ratio(int connections) => Of(many, connections).RatioTo(Of(one, connections));

    private Samples Of(IRival rival, int connections) => results[new Trial(rival, connections)];
}
