using Quittance.Bench.Books;
using Quittance.Bench.Contests;
using Spectre.Console;

namespace Quittance.Bench.Sessions;

/// <summary>The figures of the benchmark of payment sessions.</summary>
internal sealed class SessionsReport(SessionRival opened, SessionRival cash, SessionRival card, IReadOnlyDictionary<Trial, Samples> results)
{
    /// <summary>The number of connections whose figures stand for the whole.</summary>
    public const int Compared = 128;

    /// <summary>On what it was measured.</summary>
    public required string Settings { get; init; }

    public required IReadOnlyDictionary<IRival, IReadOnlyDictionary<string, RowsWritten>> Rows { get; init; }

    public required long AskedAgain { get; init; }

    public void Print()
    {
        Screen.Out.MarkupLineInterpolated($"{Settings}");
        Screen.Out.Write(TrialTable.Of(results, "sessions/s"));
        Screen.Out.Write(CpuTable.Of(results, "for each session", "× opened only", trial => Of(opened, trial.Connections)));
        foreach (var (rival, tables) in Rows)
            RowsLine.Print(rival, tables);
        Screen.Out.Write(Steps());
        const string right = "Every payment was booked and captured, the sandbox's books say the same, and ours are clean.";
        Screen.Out.MarkupLineInterpolated(
            $"{right} Providers were asked again {AskedAgain:N0} times since an answer was not clear.");
    }

    public IReadOnlyDictionary<string, object> ToJson()
    {
        Dictionary<string, object> json = [];
        foreach (var connections in results.Keys.Select(trial => trial.Connections).Distinct())
        {
            var suffix = connections == Compared ? "" : $"_{connections}";
            var cards = Of(card, connections);
            json[$"sessions_per_s{suffix}"] = Rate(Of(opened, connections));
            json[$"cash_bookings_per_s{suffix}"] = Rate(Of(cash, connections));
            json[$"bookings_per_s{suffix}"] = Rate(cards);
            json[$"p50_ms{suffix}"] = Math.Round(cards.MedianOf(sample => sample.Load.MedianMs), 2);
            json[$"p99_ms{suffix}"] = Math.Round(cards.MedianOf(sample => sample.Load.SlowestPercentMs), 2);
        }

        foreach (var ((_, medianMs), name) in card.Steps.Zip((string[])["open", "pay", "book"]))
            json[$"{name}_p50_ms"] = Math.Round(medianMs, 2);
        json["asked_again"] = AskedAgain;
        return json;
    }

    /// <summary>Where the time of one session goes.</summary>
    private Table Steps()
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("one session at a time, p50 ms");
        foreach (var rival in (SessionRival[])[card, cash])
            table.AddColumn(new TableColumn(rival.Name).RightAligned());
        foreach (var (bySandbox, atCounter) in card.Steps.Zip(cash.Steps))
            table.AddRow(bySandbox.Step, $"{bySandbox.MedianMs:0.00}", $"{atCounter.MedianMs:0.00}");
        table.AddRow("the whole", $"{WholeMs(card):0.00}", $"{WholeMs(cash):0.00}");
        return table;
    }

    private double WholeMs(IRival rival) => Of(rival, 1).MedianOf(sample => sample.Load.MedianMs);

    private Samples Of(IRival rival, int connections) => results[new Trial(rival, connections)];

    private static double Rate(Samples samples) => Math.Round(samples.PerSecond, samples.PerSecond < 100 ? 1 : 0);
}
