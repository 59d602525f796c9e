using System.CommandLine;
using Quittance.Bench.Books;
using Quittance.Bench.Charts;
using Quittance.Bench.Contests;
using Quittance.Bench.Servers;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Billing;
using Quittance.Dialects.OwnApi;
using Quittance.Host;
using Spectre.Console;

namespace Quittance.Bench.Charges;

/// <summary>Many charges in one call, against a COPY of the same rows.</summary>
internal static class ChargesBenchmark
{
    private const int Charges = 10_000;
    private const int Compared = 2;

    public static Command Command()
    {
        var command = new Command("charges", "Calls of 10,000 charges of our own API, against a binary COPY of the same rows")
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
        Screen.Progress.Report($"Opening {accounts:N0} accounts for each rival");
        var merchant = await BenchMerchant.CreateAsync(database.Merchants, "Bench: Quittance", Api.Own, cancel);
        var copied = await database.Merchants.CreateAsync("Bench: COPY, not balanced", cancel);
        await OpenAsync(database, merchant.Id, accounts);
        var known = await OpenAsync(database, copied, accounts);
        await database.SettleAsync(cancel);

        await using var server = await QuittanceServer.StartAsync(database, cancel);
        var quittance = new ChargeRival(server, merchant, accounts, Charges);
        var copy = new ChargeCopyRival(database.Source, copied, known, Charges);
        Trial[] trials = [new Trial(copy, Compared), new Trial(quittance, Compared)];
        var results = await new Contest(database, trials, TimeSpan.FromSeconds(options.GetValue(BenchOptions.Seconds)))
            .RunAsync(options.GetValue(BenchOptions.Rounds), cancel);
        await database.VerifyAsync([merchant], cancel);

        var (mine, rows) = (results[trials[1]], results[trials[0]]);
        Screen.Out.MarkupLineInterpolated(
            $"{await database.DescribeAsync(cancel)}; {Charges:N0} charges per call and per transaction, {quittance.Asked:N0} raised");
        Screen.Out.Write(TrialTable.Of(results, "charges/s"));
        Screen.Out.MarkupLineInterpolated(
            $"{Compared} in flight: [bold]{mine.RatioTo(rows):0.00}[/] × a binary COPY, which checks nothing and updates no balance.");
        Screen.Out.MarkupLineInterpolated($"Memory of Quittance: {server.MostMemory >> 20:N0} MB at most. Its books are clean.");
        await BarDrawing.Of(
            $"Calls of {Charges:N0} charges: charges a second", await database.DescribeAsync(cancel), results, trial =>
                trial.Rival == quittance)
            .WriteAsync(options.GetValue(BenchOptions.Charts), "charges", cancel);
        if (options.GetValue(BenchOptions.Json))
        {
            Screen.WriteJson(new Dictionary<string, object>
            {
                ["charges_per_s"] = Math.Round(mine.PerSecond),
                ["copy_per_s"] = Math.Round(rows.PerSecond),
                ["ratio_to_copy"] = Math.Round(mine.RatioTo(rows), 3),
                ["memory_mb"] = server.MostMemory >> 20,
            });
        }
    }

    private static async Task<IReadOnlyList<Account>> OpenAsync(BenchDatabase database, MerchantId merchant, int accounts)
    {
        await using var engine = database.StartEngine();
        var now = TimeProvider.System.GetUtcNow();
        var origin = new Origin(merchant, Credential: 0, Guid.CreateVersion7(now));
        List<Account> opened = [];
        foreach (var some in Enumerable.Range(1, accounts).Chunk(4096))
        {
            var outcomes = await Task.WhenAll(some.Select(number => engine.SubmitAsync(
                new OpenAccount(
                    origin, new AccountId(merchant, Guid.CreateVersion7(now)),
                    [new Reference(merchant, OwnApiNames.Dialect, OwnApiNames.Account, $"A-{number:D6}")], BenchAccounts.Currency, null),
                patient: true)));
            opened.AddRange(outcomes.Select(outcome => outcome.Changes!.Of<Account>().Single()));
        }

        return opened;
    }
}
