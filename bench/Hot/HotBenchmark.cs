using System.CommandLine;
using Quittance.Bench.Books;
using Quittance.Bench.Charts;
using Quittance.Bench.Contests;
using Quittance.Bench.Load;
using Quittance.Bench.Payments;
using Quittance.Bench.Servers;
using Quittance.Host;
using Spectre.Console;

namespace Quittance.Bench.Hot;

/// <summary>One account that takes every payment, against the same load spread over all accounts.</summary>
internal static class HotBenchmark
{
    private const int Compared = 128;

    private static readonly int[] Connections = [64, Compared, 512];

    public static Command Command()
    {
        var command = new Command("hot", "One account that takes every payment, against the same load spread over all accounts")
        {
            BenchOptions.Accounts, BenchOptions.Rounds, BenchOptions.Seconds, BenchOptions.Load, BenchOptions.Database, BenchOptions.Json,
            BenchOptions.Charts,
        };
        command.SetAction((options, cancel) => Running.RunAsync(() => RunAsync(options, cancel)));
        return command;
    }

    private static async Task RunAsync(ParseResult options, CancellationToken cancel)
    {
        var accounts = options.GetValue(BenchOptions.Accounts);
        var load = HttpLoads.Choose(options.GetValue(BenchOptions.Load));
        await using var database = await BenchDatabase.OpenAsync(options.GetValue(BenchOptions.Database), cancel);
        var merchant = await FillAsync(database, accounts, cancel);
        await using var server = await QuittanceServer.StartAsync(database, cancel);
        var spread = new HttpRival($"Spread over {accounts:N0} accounts", server, load, CashPayment.Of(merchant, accounts));
        var hot = new HttpRival("One account", server, load, CashPayment.Of(merchant, accounts: 1));
        Trial[] trials = [.. Connections.SelectMany<int, Trial>(connections => [new(spread, connections), new(hot, connections)])];
        var results = await new Contest(database, trials, TimeSpan.FromSeconds(options.GetValue(BenchOptions.Seconds)))
            .RunAsync(options.GetValue(BenchOptions.Rounds), cancel);
        await database.VerifyAsync([merchant], cancel);
        await PrintAsync(database, load, results, cancel);

        Dictionary<string, object> json = [];
        foreach (var connections in Connections)
        {
            var (mine, all) = (results[new(hot, connections)], results[new(spread, connections)]);
            var suffix = connections == Compared ? "" : $"_{connections}";
            json[$"payments_per_s{suffix}"] = Math.Round(mine.PerSecond);
            json[$"ratio_to_spread{suffix}"] = Math.Round(mine.RatioTo(all), 3);
            Screen.Out.MarkupLineInterpolated(
                $"{connections,4} connections: one account takes [bold]{mine.RatioTo(all):0.00}[/] × what all take");
        }

        Screen.Out.WriteLine("The books are clean.");
        await BarDrawing.Of(
            "One hot account: payments a second", await database.DescribeAsync(cancel), results, trial => trial.Rival == hot)
            .WriteAsync(options.GetValue(BenchOptions.Charts), "hot", cancel);
        if (options.GetValue(BenchOptions.Json))
            Screen.WriteJson(json);
    }

    private static async Task<BenchMerchant> FillAsync(BenchDatabase database, int accounts, CancellationToken cancel)
    {
        Screen.Progress.Report($"Opening {accounts:N0} accounts");
        var merchant = await BenchMerchant.CreateAsync(database.Merchants, "Bench: hot", Api.Tmf676, cancel);
        await using (var engine = database.StartEngine())
            await new BenchAccounts(engine, TimeProvider.System).OpenAsync(merchant.Id, accounts, BenchAccounts.Tmf);
        await database.SettleAsync(cancel);
        return merchant;
    }

    private static async Task PrintAsync(
        BenchDatabase database, IHttpLoad load, IReadOnlyDictionary<Trial, Samples> results, CancellationToken cancel)
    {
        Screen.Out.MarkupLineInterpolated($"{await database.DescribeAsync(cancel)}; load: {load.Name}");
        Screen.Out.Write(TrialTable.Of(results, "payments/s"));
    }
}
