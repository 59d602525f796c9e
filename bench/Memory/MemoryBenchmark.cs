using System.CommandLine;
using Quittance.Bench.Books;
using Quittance.Bench.Contests;
using Quittance.Bench.Load;
using Quittance.Bench.Payments;
using Quittance.Bench.Servers;
using Quittance.Host;
using Spectre.Console;

namespace Quittance.Bench.Memory;

/// <summary>The memory of one server: after its start, under payments, and when they are over.</summary>
internal static class MemoryBenchmark
{
    private static readonly int[] Connections = [1, 128, 512];

    // As long as a server waits before it gives memory back.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);

    public static Command Command()
    {
        var command = new Command("memory", "The memory of a server with one merchant: idle, under payments, and idle again")
        {
            BenchOptions.Accounts, BenchOptions.Seconds, BenchOptions.Load, BenchOptions.Json,
        };
        command.SetAction((options, cancel) => Running.RunAsync(() => RunAsync(options, cancel)));
        return command;
    }

    private static async Task RunAsync(ParseResult options, CancellationToken cancel)
    {
        var (load, accounts) = (HttpLoads.Choose(options.GetValue(BenchOptions.Load)), options.GetValue(BenchOptions.Accounts));
        await using var database = await BenchDatabase.OpenAsync(null, cancel);
        Screen.Progress.Report($"Opening {accounts:N0} accounts");
        var merchant = await BenchMerchant.CreateAsync(database.Merchants, "Bench: memory", Api.Tmf676, cancel);
        await using (var engine = database.StartEngine())
            await new BenchAccounts(engine, TimeProvider.System).OpenAsync(merchant.Id, accounts, BenchAccounts.Tmf);
        await database.SettleAsync(cancel);

        await using var server = await QuittanceServer.StartAsync(database, cancel);
        var quittance = new HttpRival("Quittance", server, load, CashPayment.Of(merchant, accounts));
        var table = new Table().Border(TableBorder.Simple).AddColumn("").AddColumn(new TableColumn("MB").RightAligned());
        Dictionary<string, object> json = [];
        await Task.Delay(Quiet, TimeProvider.System, cancel);
        Note("idle after its start", "idle_mb", server.Memory);
        foreach (var many in Connections)
        {
            Screen.Progress.Report($"{many} connections");
            await quittance.RunAsync(many, TimeSpan.FromSeconds(options.GetValue(BenchOptions.Seconds)), cancel);
            Note($"the most so far, after payments at {many} connections", $"most_{many}_mb", server.MostMemory);
        }

        await Task.Delay(Quiet, TimeProvider.System, cancel);
        Note("idle again", "idle_again_mb", server.Memory);
        await database.VerifyAsync([merchant], cancel);
        Screen.Out.MarkupLineInterpolated($"{await database.DescribeAsync(cancel)}; load: {load.Name}; {accounts:N0} accounts");
        Screen.Out.Write(table);
        if (options.GetValue(BenchOptions.Json))
            Screen.WriteJson(json);

        void Note(string when, string key, long bytes)
        {
            table.AddRow(when, $"{bytes >> 20:N0}");
            json[key] = bytes >> 20;
        }
    }
}
