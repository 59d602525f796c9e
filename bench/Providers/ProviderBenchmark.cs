using System.CommandLine;
using Quittance.Bench.Books;
using Quittance.Bench.Contests;
using Quittance.Bench.Load;
using Quittance.Bench.Payments;
using Quittance.Bench.Servers;

namespace Quittance.Bench.Providers;

/// <summary>Payments through a provider, beside payments in cash.</summary>
internal static class ProviderBenchmark
{
    private const int UsualAccounts = 10_000;

    private static readonly int[] Connections = [64, ProviderReport.Compared, 1];

    private static readonly int[] LimitConnections = [8, 16, 32];

    private static readonly Option<int> Accounts = BenchOptions.AccountsOr(UsualAccounts);

    public static Command Command()
    {
        // No database of somebody's own: the server would need the master key of its vault, and cards would stay in there.
        var command = new Command("provider", "Card payments through the sandbox, against payments in cash, and where their time goes")
        {
            Accounts, BenchOptions.Rounds, BenchOptions.Seconds, BenchOptions.Load, BenchOptions.Json,
        };
        command.SetAction((options, cancel) => Running.RunAsync(() => RunAsync(options, cancel)));
        return command;
    }

    private static async Task RunAsync(ParseResult options, CancellationToken cancel)
    {
        var accounts = options.GetValue(Accounts);
        var load = HttpLoads.Choose(options.GetValue(BenchOptions.Load));
        await using var database = await BenchDatabase.OpenAsync(null, cancel);
        await using var sandboxServer = await SandboxProcess.StartAsync(database, cancel);
        var books = await ProviderBooks.FillAsync(database, accounts, sandboxServer.Address, cancel);
        await using var server = await QuittanceServer.StartAsync(database, cancel);
        await using var memoryServer = await MemoryProviderServer.StartAsync(database, cancel);
        var cash = new HttpRival("Cash", server, load, CashPayment.Of(books.Cash, accounts));
        var memory = new HttpRival("Card, provider in memory", memoryServer, load, CardPayment.Of(books.Memory, accounts));
        var sandbox =
            new HttpRival("Card at the sandbox", server, load, CardPayment.Of(books.Sandbox, accounts)) { Provider = sandboxServer };
        await using var card = new CardRival(database, books, sandboxServer, accounts);

        // The first payment shows what Quittance keeps, and the limit keeps the same.
        await memory.RunAsync(1, TimeSpan.FromSeconds(1), cancel);
        var known = await KnownAccounts.ReadAsync(database.Source, books.Limit.Id, books.Memory.Id, cancel);
        var limit = CardLimit.Of(database.Source, books.Limit.Id, known);

        Trial[] trials =
        [
            .. LimitConnections.Select(connections => new Trial(limit, connections)),
            .. Connections.SelectMany<int, Trial>(
                connections => [new(cash, connections), new(memory, connections), new(sandbox, connections)]),
            new Trial(card, 1),
        ];
        var results = await new Contest(database, trials, TimeSpan.FromSeconds(options.GetValue(BenchOptions.Seconds)))
            .RunAsync(options.GetValue(BenchOptions.Rounds), cancel);
        var rows = await RowCounts.OfAsync(
            database, [new(limit, LimitConnections[^1]), .. trials.Where(trial => trial.Connections == ProviderReport.Compared)], cancel);
        var check = new SandboxBooksCheck(database, books.All, books.Account);
        await check.ProveAsync(cancel);
        var report = new ProviderReport(cash, memory, limit, sandbox, card, results)
        {
            Database = await database.DescribeAsync(cancel),
            Load = load.Name,
            Accounts = accounts,
            Rows = rows,
            AskedAgain = await check.AskedAgainAsync(cancel),
        };
        await database.VerifyAsync([.. books.All.Except([books.Limit])], cancel, books.Limit);
        report.Print();
        if (options.GetValue(BenchOptions.Json))
            Screen.WriteJson(report.ToJson());
    }
}
