using System.CommandLine;
using System.Globalization;
using Quittance.Bench.Books;
using Quittance.Bench.Charts;
using Quittance.Bench.Contests;
using Quittance.Bench.Load;
using Quittance.Bench.Payments;
using Quittance.Bench.Servers;
using Quittance.Host;
using Spectre.Console;

namespace Quittance.Bench.Scale;

/// <summary>Payments into books that are nearly empty, and into books that are full, each on a database and a server of its own.</summary>
internal static class ScaleBenchmark
{
    private const int Compared = 128;

    private static readonly int[] Connections = [Compared, 512];

    private static readonly Option<int> Payments =
        BenchOptions.AtLeastOne("--payments", "How many payments the full books have", 1_000_000, most: 100_000_000);

    public static Command Command()
    {
        var command = new Command("scale", "Payments into books that are empty, and into books that have a million already")
        {
            Payments, BenchOptions.Accounts, BenchOptions.Rounds, BenchOptions.Seconds, BenchOptions.Load, BenchOptions.Json,
            BenchOptions.Charts,
        };
        command.SetAction((options, cancel) => Running.RunAsync(() => RunAsync(options, cancel)));
        return command;
    }

    private static async Task RunAsync(ParseResult options, CancellationToken cancel)
    {
        var (accounts, payments) = (options.GetValue(BenchOptions.Accounts), options.GetValue(Payments));
        var load = HttpLoads.Choose(options.GetValue(BenchOptions.Load));
        await using var emptyDatabase = await BenchDatabase.OpenAsync(null, cancel);
        await using var fullDatabase = await BenchDatabase.OpenAsync(null, cancel);
        var emptyBooks = await FillAsync(emptyDatabase, accounts, 0, cancel);
        var fullBooks = await FillAsync(fullDatabase, accounts, payments, cancel);
        await using var emptyServer = await QuittanceServer.StartAsync(emptyDatabase, cancel);
        await using var fullServer = await QuittanceServer.StartAsync(fullDatabase, cancel);
        var empty = new HttpRival("Empty books", emptyServer, load, CashPayment.Of(emptyBooks, accounts));
        var full = new HttpRival($"{payments:N0} payments", fullServer, load, CashPayment.Of(fullBooks, accounts));

        Trial[] trials = [.. Connections.SelectMany<int, Trial>(connections => [new(empty, connections), new(full, connections)])];
        var results = await new Contest([emptyDatabase, fullDatabase], trials, TimeSpan.FromSeconds(options.GetValue(BenchOptions.Seconds)))
            .RunAsync(options.GetValue(BenchOptions.Rounds), cancel);
        await emptyDatabase.VerifyAsync([emptyBooks], cancel);
        await fullDatabase.VerifyAsync([fullBooks], cancel);

        var settings = await fullDatabase.DescribeAsync(cancel);
        Screen.Out.MarkupLineInterpolated(
            $"{settings}; load: {load.Name}; {accounts:N0} accounts; {await SizeAsync(fullDatabase, cancel)} in the full books");
        Screen.Out.Write(TrialTable.Of(results, "payments/s"));
        Dictionary<string, object> json = new() { ["payments"] = payments };
        foreach (var connections in Connections)
        {
            var (mine, other) = (results[new(full, connections)], results[new(empty, connections)]);
            Screen.Out.MarkupLineInterpolated(
                $"{connections,4} connections: full books take [bold]{mine.RatioTo(other):0.00}[/] × what empty ones take");
            var suffix = connections == Compared ? "" : $"_{connections}";
            json[$"payments_per_s{suffix}"] = Math.Round(mine.PerSecond);
            json[$"ratio_to_empty{suffix}"] = Math.Round(mine.RatioTo(other), 3);
            json[$"p99_ms{suffix}"] = Math.Round(mine.MedianOf(sample => sample.Load.SlowestPercentMs), 1);
        }

        Screen.Out.WriteLine("Both books are clean.");
        await BarDrawing.Of("Payments a second as the books grow", settings, results, trial => trial.Rival == full)
            .WriteAsync(options.GetValue(BenchOptions.Charts), "scale", cancel);
        if (options.GetValue(BenchOptions.Json))
            Screen.WriteJson(json);
    }

    private static async Task<BenchMerchant> FillAsync(BenchDatabase database, int accounts, int payments, CancellationToken cancel)
    {
        Screen.Progress.Report($"Opening {accounts:N0} accounts and booking {payments:N0} payments");
        var merchant = await BenchMerchant.CreateAsync(database.Merchants, "Bench: scale", Api.Tmf676, cancel);
        await using (var engine = database.StartEngine())
        {
            var filling = new BenchAccounts(engine, TimeProvider.System);
            await filling.OpenAsync(merchant.Id, accounts, BenchAccounts.Tmf);
            await filling.PayAsync(merchant.Id, accounts, payments, BenchAccounts.Tmf);
        }

        await database.SettleAsync(cancel);
        return merchant;
    }

    private static async Task<string> SizeAsync(BenchDatabase database, CancellationToken cancel)
    {
        await using var size = database.Source.CreateCommand("SELECT pg_size_pretty(pg_database_size(current_database()))");
        return Convert.ToString(await size.ExecuteScalarAsync(cancel), CultureInfo.InvariantCulture)!;
    }
}
