using System.CommandLine;
using Quittance.Bench.Books;
using Quittance.Bench.Contests;
using Quittance.Bench.Lists;
using Quittance.Bench.Load;
using Quittance.Bench.Mixed;
using Quittance.Bench.Payments;
using Quittance.Bench.Servers;
using Spectre.Console;

namespace Quittance.Bench.Neighbours;

/// <summary>Payments to one merchant, and to many, each on a database and a server of its own.</summary>
internal static class MerchantsBenchmark
{
    private static readonly Option<int> Merchants =
        BenchOptions.AtLeastOne("--merchants", "Over how many merchants the accounts are spread", 1000, most: 10_000);

    public static Command Command()
    {
        var command = new Command("merchants", "Payments to one merchant, and to a thousand, and the lists of one beside the others")
        {
            Merchants, BenchOptions.Accounts, BenchOptions.Rounds, BenchOptions.Seconds, BenchOptions.Load, BenchOptions.Json,
        };
        command.SetAction((options, cancel) => Running.RunAsync(() => RunAsync(options, cancel)));
        return command;
    }

    private static async Task RunAsync(ParseResult options, CancellationToken cancel)
    {
        var (merchants, accounts) = (options.GetValue(Merchants), options.GetValue(BenchOptions.Accounts));
        await using var oneDatabase = await BenchDatabase.OpenAsync(null, cancel);
        await using var manyDatabase = await BenchDatabase.OpenAsync(null, cancel);
        var one = await MerchantsBooks.FillAsync(oneDatabase, 1, accounts, cancel);
        var many = await MerchantsBooks.FillAsync(manyDatabase, merchants, Math.Max(1, accounts / merchants), cancel);
        await using var oneServer = await TimedServer.StartAsync(oneDatabase, cancel);
        await using var manyServer = await TimedServer.StartAsync(manyDatabase, cancel);

        var load = HttpLoads.Choose(options.GetValue(BenchOptions.Load));
        var (toOne, toMany) = (Paying(one, oneServer, load), Paying(many, manyServer, load));
        Trial[] payments =
            [.. MerchantsReport.Connections.SelectMany<int, Trial>(count => [new(toOne, count), new(toMany, count)])];
        var reads = Reading(one, oneServer.Process).Zip(Reading(many, manyServer.Process)).ToList();
        var (rounds, time) = (options.GetValue(BenchOptions.Rounds), TimeSpan.FromSeconds(options.GetValue(BenchOptions.Seconds)));
        // The lists first: no server has more to remember than the other then.
        var lists = await new Contest(
            [oneDatabase, manyDatabase],
            [.. reads.SelectMany<(ReadRival First, ReadRival Second), Trial>(pair => [new(pair.First, 1), new(pair.Second, 1)])],
            TimeSpan.FromSeconds(1)).RunAsync(rounds, cancel);
        var results = await new Contest([oneDatabase, manyDatabase], payments, time).RunAsync(rounds, cancel);
        var report = new MerchantsReport(toOne, toMany, results)
        {
            Settings = $"{await manyDatabase.DescribeAsync(cancel)}; load: {load.Name}; {accounts:N0} accounts in all",
            Lists = [.. reads.Select(pair => (pair.First.Name, One: lists[new(pair.First, 1)], Many: lists[new(pair.Second, 1)]))],
            One = oneServer.Figures(),
            Many = manyServer.Figures(),
        };
        report.Print();
        await one.VerifyAsync(cancel);
        await many.VerifyAsync(cancel);
        Screen.Out.WriteLine("Both books are clean.");
        if (options.GetValue(BenchOptions.Json))
            Screen.WriteJson(report.ToJson());
    }

    private static HttpRival Paying(MerchantsBooks books, TimedServer server, IHttpLoad load) => new(
        books.Paid.Count == 1 ? "One merchant" : $"{books.Paid.Count:N0} merchants", server.Process, load,
        CashPayment.Of(books.Paid, books.Accounts));

    /// <summary>The reads of one merchant beside the others.</summary>
    private static IEnumerable<ReadRival> Reading(MerchantsBooks books, ServerProcess server)
    {
        var (header, cookie) = (string.Join("\r\n", books.Reader.Merchant.Headers), $"Cookie: quittance-console={books.Token}");
        foreach (var kind in PaymentLists.Of(books.Reader).Where(kind => kind.Key is "all" or "account" or "status_few" or "lookup"))
        {
            var random = new Random(books.Paid.Count);
            yield return new ReadRival(kind.Name, server, () => (kind.Path(random), header));
        }

        yield return new ReadRival("console: payments", server, () => ("/console/payments", cookie));
    }
}
