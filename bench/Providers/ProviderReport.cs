using Quittance.Bench.Books;
using Quittance.Bench.Contests;
using Spectre.Console;

namespace Quittance.Bench.Providers;

/// <summary>The figures of the comparison of card payments with cash payments.</summary>
internal sealed class ProviderReport(
    IRival cash, IRival memory, IRival limit, IRival sandbox, CardRival card, IReadOnlyDictionary<Trial, Samples> results)
{
    /// <summary>The number of connections whose figures stand for the whole.</summary>
    public const int Compared = 128;

    public required string Database { get; init; }

    public required string Load { get; init; }

    public required int Accounts { get; init; }

    public required IReadOnlyDictionary<IRival, IReadOnlyDictionary<string, RowsWritten>> Rows { get; init; }

    public required long AskedAgain { get; init; }

    public void Print()
    {
        Screen.Out.MarkupLineInterpolated($"{Database}; load: {Load}; {Accounts:N0} accounts");
        Screen.Out.Write(TrialTable.Of(results, "payments/s"));
        Screen.Out.Write(CpuTable.Of(results, "for each payment", "× cash", trial => Of(cash, trial.Connections)));
        foreach (var (rival, tables) in Rows)
            RowsLine.Print(rival, tables);
        Screen.Out.MarkupLineInterpolated(
            $"Of the best of the limit: {Quick.RatioTo(BestLimit):0.00} with the provider in memory, at {Compared} in flight.");
        Screen.Out.Write(Steps());
        const string right = "Every payment was captured, the sandbox's books say the same, and ours are clean.";
        Screen.Out.MarkupLineInterpolated(
            $"{right} Providers were asked again {AskedAgain:N0} times since an answer was not clear.");
    }

    public IReadOnlyDictionary<string, object> ToJson()
    {
        Dictionary<string, object> json = [];
        AddTo(json, Compared, "");
        foreach (var connections in AllConnections().Where(connections => connections is not (1 or Compared)))
            AddTo(json, connections, $"_{connections}");
        AddTo(json, 1, "_1");
        json["limit_per_s"] = Math.Round(BestLimit.PerSecond);
        json["memory_ratio_to_limit"] = Math.Round(Quick.RatioTo(BestLimit), 3);
        json["error_rate"] = Of(sandbox, Compared).MedianOf(sample => sample.Load.ErrorRate);
        json["asked_again"] = AskedAgain;
        return json;
    }

    private Samples Quick => Of(memory, Compared);

    private Samples BestLimit =>
        results.Where(result => result.Key.Rival == limit).Select(result => result.Value).MaxBy(all => all.PerSecond)!;

    private void AddTo(Dictionary<string, object> json, int connections, string suffix)
    {
        var (coins, quick, cards) = (Of(cash, connections), Of(memory, connections), Of(sandbox, connections));
        json[$"cash_per_s{suffix}"] = Math.Round(coins.PerSecond);
        json[$"memory_per_s{suffix}"] = Math.Round(quick.PerSecond);
        json[$"sandbox_per_s{suffix}"] = Math.Round(cards.PerSecond);
        json[$"memory_ratio_to_cash{suffix}"] = Math.Round(quick.RatioTo(coins), 3);
        json[$"ratio_to_cash{suffix}"] = Math.Round(cards.RatioTo(coins), 3);
        json[$"p50_ms{suffix}"] = Math.Round(cards.MedianOf(sample => sample.Load.MedianMs), 2);
        json[$"p99_ms{suffix}"] = Math.Round(cards.MedianOf(sample => sample.Load.SlowestPercentMs), 2);
    }

    /// <summary>Where the time of one card payment goes.</summary>
    private Table Steps()
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("a card payment at the sandbox, alone")
            .AddColumn(new TableColumn("p50 ms").RightAligned());
        foreach (var (step, medianMs) in card.Steps)
            table.AddRow(step, $"{medianMs:0.00}");
        var (whole, inside) = (MedianMs(new Trial(sandbox, 1)), MedianMs(new Trial(card, 1)));
        table.AddRow("HTTP in front: the difference to the same over HTTP", $"{whole - inside:0.00}");
        table.AddRow("the whole over HTTP", $"{whole:0.00}");
        table.AddRow("a payment in cash over HTTP", $"{MedianMs(new Trial(cash, 1)):0.00}");
        return table;
    }

    private IEnumerable<int> AllConnections() => results.Keys.Where(trial => trial.Rival == sandbox).Select(trial => trial.Connections);

    private Samples Of(IRival rival, int connections) => results[new Trial(rival, connections)];

    private double MedianMs(Trial trial) => results[trial].MedianOf(sample => sample.Load.MedianMs);
}
