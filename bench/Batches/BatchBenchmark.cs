using System.CommandLine;
using Quittance.Bench.Books;
using Quittance.Bench.Charts;
using Quittance.Bench.Contests;
using Quittance.Bench.Servers;
using Quittance.Core;
using Quittance.Core.Payments;
using Quittance.Host;
using Spectre.Console;

namespace Quittance.Bench.Batches;

/// <summary>Many payments in one call, against a COPY of the same rows.</summary>
internal static class BatchBenchmark
{
    private const int Payments = 1000;
    private const int Compared = 2;

    private static readonly int[] InFlight = [1, Compared];

    public static Command Command()
    {
        var command = new Command("batch", "Midnight calls of 1,000 payments, against a binary COPY of the same rows")
        {
            BenchOptions.Accounts, BenchOptions.Rounds, BenchOptions.Seconds, BenchOptions.Database, BenchOptions.Json,
            BenchOptions.Charts,
        };
        command.SetAction((options, cancel) => Running.RunAsync(() => RunAsync(options, cancel)));
        return command;
    }

    private static async Task RunAsync(ParseResult options, CancellationToken cancel)
    {
        await using var database = await BenchDatabase.OpenAsync(options.GetValue(BenchOptions.Database), cancel);
        var accounts = options.GetValue(BenchOptions.Accounts);
        var (merchant, copied) = await FillAsync(database, accounts, cancel);
        await using var server = await QuittanceServer.StartAsync(database, cancel);
        var quittance = new EscrowRival(server, EscrowCalls.Render(server.Address, merchant, accounts, Payments), Payments);
        Screen.Progress.Report("Warming up: every customer pays once");
        await quittance.RunOnceAsync(cancel);
        var copy = new CopyRival(
            database.Source, copied, await KnownAccounts.ReadAsync(database.Source, copied, merchant.Id, cancel), Payments);

        Trial[] trials = [.. InFlight.SelectMany<int, Trial>(inFlight => [new Trial(copy, inFlight), new Trial(quittance, inFlight)])];
        var memoryBefore = server.Memory;
        var results = await new Contest(database, trials, TimeSpan.FromSeconds(options.GetValue(BenchOptions.Seconds)))
            .RunAsync(options.GetValue(BenchOptions.Rounds), cancel);
        await CheckAsync(database, merchant, accounts + quittance.Asked, cancel);

        var (mine, rows) = (results[new Trial(quittance, Compared)], results[new Trial(copy, Compared)]);
        await PrintAsync(database, results, cancel);
        Screen.Out.MarkupLineInterpolated(
            $"{Compared} in flight: [bold]{mine.RatioTo(rows):0.00}[/] × a binary COPY, which checks nothing and updates no balance.");
        Screen.Out.MarkupLineInterpolated(
            $"Memory of Quittance: {memoryBefore >> 20:N0} MB before, {server.Memory >> 20:N0} MB after, {server.MostMemory >> 20:N0} MB at most. Its books are clean.");
        await BarDrawing.Of(
            $"Calls of {Payments:N0} payments: payments a second", await database.DescribeAsync(cancel), results, trial =>
                trial.Rival == quittance)
            .WriteAsync(options.GetValue(BenchOptions.Charts), "batch", cancel);
        if (options.GetValue(BenchOptions.Json))
            Screen.WriteJson(ToJson(mine, rows, server));
    }

    private static async Task<(BenchMerchant Quittance, MerchantId Copied)> FillAsync(
        BenchDatabase database, int accounts, CancellationToken cancel)
    {
        Screen.Progress.Report($"Opening {accounts:N0} accounts for each rival");
        var quittance = await BenchMerchant.CreateAsync(database.Merchants, "Bench: Quittance", Api.Midnight, cancel);
        var copied = await database.Merchants.CreateAsync("Bench: COPY, not balanced", cancel);
        await using (var engine = database.StartEngine())
        {
            var filling = new BenchAccounts(engine, TimeProvider.System);
            foreach (var merchant in (MerchantId[])[quittance.Id, copied])
                await filling.OpenAsync(merchant, accounts, BenchAccounts.Midnight, Part.Escrow(null, 1));
        }

        await database.SettleAsync(cancel);
        return (quittance, copied);
    }

    /// <summary>An answer tells of each payment by itself, so success is seen in the books.</summary>
    private static async Task CheckAsync(BenchDatabase database, BenchMerchant merchant, long expected, CancellationToken cancel)
    {
        await database.VerifyAsync([merchant], cancel);
        await using var command = database.Source.CreateCommand($"SELECT count(*) FROM payment WHERE merchant_id = {merchant.Id.Value}");
        var stored = (long)(await command.ExecuteScalarAsync(cancel))!;
        if (stored != expected)
            throw new BenchException($"{expected:N0} payments were sent, and {stored:N0} are stored.");
    }

    private static async Task PrintAsync(BenchDatabase database, IReadOnlyDictionary<Trial, Samples> results, CancellationToken cancel)
    {
        var durability = await database.DescribeAsync(cancel);
        Screen.Out.MarkupLineInterpolated($"{durability}; {Payments:N0} payments per call and per transaction");
        Screen.Out.Write(TrialTable.Of(results, "payments/s"));
    }

    private static Dictionary<string, object> ToJson(Samples mine, Samples rows, ServerProcess server) => new()
    {
        ["payments_per_s"] = Math.Round(mine.PerSecond),
        ["copy_per_s"] = Math.Round(rows.PerSecond),
        ["ratio_to_copy"] = Math.Round(mine.RatioTo(rows), 3),
        ["p50_ms"] = Math.Round(mine.MedianOf(sample => sample.Load.MedianMs), 1),
        ["p99_ms"] = Math.Round(mine.MedianOf(sample => sample.Load.SlowestPercentMs), 1),
        ["memory_mb"] = server.MostMemory >> 20,
    };
}
