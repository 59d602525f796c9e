using Quittance.Bench.Books;
using Quittance.Bench.Contests;
using Spectre.Console;

namespace Quittance.Bench.Bookings;

/// <summary>The figures of the benchmark of bookings.</summary>
internal sealed class BookingsReport(IRival booked, IRival paid, IReadOnlyDictionary<Trial, Samples> results)
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
        Screen.Out.Write(TrialTable.Of(results, "answers/s"));
        Screen.Out.Write(CpuTable.Of(results, "for each answer", "× booked", trial => Of(booked, trial.Connections)));
        foreach (var (rival, tables) in Rows)
            RowsLine.Print(rival, tables);
        const string right = "Every payment was captured, the sandbox's books say the same, and ours are clean.";
        Screen.Out.MarkupLineInterpolated(
            $"{right} Providers were asked again {AskedAgain:N0} times since an answer was not clear.");
    }

    public IReadOnlyDictionary<string, object> ToJson()
    {
        Dictionary<string, object> json = [];
        foreach (var connections in results.Keys.Select(trial => trial.Connections).Distinct())
        {
            var suffix = connections == Compared ? "" : $"_{connections}";
            AddTo(json, "bookings", "book", suffix, Of(booked, connections));
            AddTo(json, "payments", "pay", suffix, Of(paid, connections));
        }

        json["asked_again"] = AskedAgain;
        return json;
    }

    private static void AddTo(Dictionary<string, object> json, string what, string step, string suffix, Samples samples)
    {
        json[$"{what}_per_s{suffix}"] = Math.Round(samples.PerSecond, samples.PerSecond < 100 ? 1 : 0);
        json[$"{step}_p50_ms{suffix}"] = Math.Round(samples.MedianOf(sample => sample.Load.MedianMs), 2);
        json[$"{step}_p99_ms{suffix}"] = Math.Round(samples.MedianOf(sample => sample.Load.SlowestPercentMs), 2);
    }

    private Samples Of(IRival rival, int connections) => results[new Trial(rival, connections)];
}
