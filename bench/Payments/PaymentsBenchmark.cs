using System.CommandLine;
using Quittance.Bench.Books;
using Quittance.Bench.Contests;
using Quittance.Bench.Load;
using Quittance.Bench.Servers;

namespace Quittance.Bench.Payments;

/// <summary>Single payments: Quittance, a plain implementation of the same, and the limit of one commit per payment.</summary>
internal static class PaymentsBenchmark
{
    private static readonly int[] LimitConnections = [4, 8, 16, 32];
    private static readonly int[] HttpConnections = [64, 128, 512];

    public static Command Command()
    {
        var command = new Command(
            "payments", "Single payments over HTTP, against plain transactions and the best that one SQL statement per payment can do")
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
        var books = await PaymentsBooks.FillAsync(database, accounts, cancel);
        await using var quittanceServer = await QuittanceServer.StartAsync(database, cancel);
        await using var plainServer = await PlainServer.StartAsync(database, books.Plain.Id, cancel);
        var quittance = new HttpRival("Quittance", quittanceServer, load, CashPayment.Of(books.Quittance, accounts));
        var plain = new HttpRival("Plain transactions", plainServer, load, CashPayment.Of(books.Plain, accounts));
        // Its first payment shows what Quittance writes, and the limit writes the same.
        await quittance.RunAsync(1, TimeSpan.FromSeconds(1), cancel);
        var known = await KnownAccounts.ReadAsync(database.Source, books.Limit.Id, books.Quittance.Id, cancel);
        var limit = new LimitRival("Limit: one SQL statement", database.Source, books.Limit.Id, known, LimitRival.Cash);
        var commit = new CommitRival(database.Source);
        await commit.PrepareAsync(cancel);

        var memoryBefore = quittanceServer.Memory;
        var (rounds, time) = (options.GetValue(BenchOptions.Rounds), TimeSpan.FromSeconds(options.GetValue(BenchOptions.Seconds)));
        var results = await new Contest(database, Trials(limit, plain, quittance, commit), time).RunAsync(rounds, cancel);
        var most = results.Where(result => result.Key.Rival == quittance).Max(result => result.Value.PerSecond);
        var half = new PacedRival("Quittance, half of its most", quittanceServer, CashPayment.Of(books.Quittance, accounts), most / 2);
        var halfLoad = await new Contest(database, [new Trial(half, PaymentsReport.Compared)], time).RunAsync(rounds, cancel);
        var report = new PaymentsReport(limit, plain, quittance, commit, results.Concat(halfLoad).ToDictionary())
        {
            Database = await database.DescribeAsync(cancel),
            Load = load.Name,
            Accounts = accounts,
            Memory = (memoryBefore, quittanceServer.Memory, quittanceServer.MostMemory),
            Rows = await RowCounts.OfAsync(
                database, [new(limit, LimitConnections[^1]), new(plain, PaymentsReport.Compared), new(quittance, PaymentsReport.Compared)],
                cancel),
        };
        await database.VerifyAsync([books.Quittance], cancel, books.Limit, books.Plain);
        report.Print();
        await report.Chart().WriteAsync(options.GetValue(BenchOptions.Charts), "payments", cancel);
        if (options.GetValue(BenchOptions.Json))
            Screen.WriteJson(report.ToJson());
    }

    private static Trial[] Trials(LimitRival limit, HttpRival plain, HttpRival quittance, CommitRival commit) =>
    [
        .. LimitConnections.Select(connections => new Trial(limit, connections)),
        .. HttpConnections.SelectMany<int, Trial>(connections => [new Trial(plain, connections), new Trial(quittance, connections)]),
        new Trial(commit, 1),
        new Trial(limit, 1),
        new Trial(plain, 1),
        new Trial(quittance, 1),
    ];
}
