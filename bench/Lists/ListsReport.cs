using Quittance.Bench.Contests;
using Spectre.Console;

namespace Quittance.Bench.Lists;

/// <summary>The figures of the benchmark of lists and look-ups.</summary>
internal sealed class ListsReport(string things, IReadOnlyList<int> sizes, IReadOnlyDictionary<Trial, Samples> results)
{
    private readonly IReadOnlyList<string> _keys = [.. results.Keys.Select(trial => KindOf(trial).Key).Distinct()];

    /// <summary>The p50 of a list may grow by less than this from the smallest books to the largest.</summary>
    public const double MostGrowth = 2;

    /// <summary>On what it was measured.</summary>
    public required string Settings { get; init; }

    public void Print()
    {
        Screen.Out.MarkupLineInterpolated($"{Settings}");
        var table = new Table().Border(TableBorder.Simple).AddColumn("one request at a time, ms");
        foreach (var size in sizes)
        {
            table.AddColumn(new TableColumn($"{size:N0}: p50").RightAligned());
            table.AddColumn(new TableColumn("p99").RightAligned());
        }

        table.AddColumn(new TableColumn("growth of p50").RightAligned());
        foreach (var kind in _keys)
        {
            string[] figures =
                [.. sizes.Select(size => Of(kind, size)).SelectMany<Samples, string>(
                samples => [$"{MedianMs(samples):0.00}", $"{SlowestMs(samples):0.00}"])];
            table.AddRow([NameOf(kind), .. figures, $"{GrowthOf(kind):0.00}"]);
        }

        Screen.Out.Write(table);
        var slow = _keys.Where(kind => GrowthOf(kind) >= MostGrowth).ToList();
        Screen.Out.MarkupLineInterpolated(slow.Count == 0
            ? (FormattableString)$"Every p50 grows less than {MostGrowth:0}× from {sizes[0]:N0} {things} to {sizes[^1]:N0}."
            : $"[red]✗[/] p50 grows {MostGrowth:0}× or more: {string.Join(", ", slow.Select(NameOf))}.");
    }

    public IReadOnlyDictionary<string, object> ToJson()
    {
        Dictionary<string, object> json = [];
        foreach (var kind in _keys)
        {
            foreach (var size in sizes)
            {
                json[$"{kind}_p50_ms_{size}"] = Math.Round(MedianMs(Of(kind, size)), 2);
                json[$"{kind}_p99_ms_{size}"] = Math.Round(SlowestMs(Of(kind, size)), 2);
            }

            json[$"{kind}_growth"] = Math.Round(GrowthOf(kind), 2);
        }

        return json;
    }

    /// <summary>
    /// How much longer the same takes in the largest books: the median of the rounds, each compared with its neighbour in time.
    /// </summary>
    private double GrowthOf(string kind)
    {
        double[] growths =
        [
            .. Of(kind, sizes[^1]).All.Zip(Of(kind, sizes[0]).All, (large, small) => large.Load.MedianMs / small.Load.MedianMs).Order(),
        ];
        return growths[growths.Length / 2];
    }

    private static double MedianMs(Samples samples) => samples.MedianOf(sample => sample.Load.MedianMs);

    private static double SlowestMs(Samples samples) => samples.MedianOf(sample => sample.Load.SlowestPercentMs);

    private Samples Of(string kind, int size) => results.Single(
        result => KindOf(result.Key).Key == kind && result.Key.Rival is ListRival rival && rival.Books.Size == size).Value;

    private string NameOf(string kind) => KindOf(results.Keys.First(trial => KindOf(trial).Key == kind)).Name;

    private static ListKind KindOf(Trial trial) => ((ListRival)trial.Rival).Kind;
}
