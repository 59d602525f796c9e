using System.CommandLine;
using Quittance.Bench.Batches;
using Quittance.Bench.Bookings;
using Quittance.Bench.Books;
using Quittance.Bench.Charts;
using Quittance.Bench.Contests;
using Quittance.Bench.Load;
using Quittance.Bench.Payments;
using Quittance.Bench.Providers;
using Quittance.Bench.Servers;
using Quittance.Bench.Sessions;
using Spectre.Console;

namespace Quittance.Bench.Mixed;

/// <summary>All five APIs at once, with reads between the writes.</summary>
internal static class MixedBenchmark
{
    private const int UsualAccounts = 10_000;
    private const int PaymentsOfABatch = 20;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);

    private static readonly Option<int> Accounts = BenchOptions.AccountsOr(UsualAccounts);

    private static readonly Option<int> Connections =
        BenchOptions.AtLeastOne("--connections", "How many connections each kind of request has", 8, most: 1000);

    public static Command Command()
    {
        var command = new Command("mixed", "All five APIs at once, with reads between the writes")
        {
            Accounts, Connections, BenchOptions.Bookings, BenchOptions.Rounds, BenchOptions.Seconds, BenchOptions.Json, BenchOptions.Charts,
        };
        command.SetAction((options, cancel) => Running.RunAsync(() => RunAsync(options, cancel)));
        return command;
    }

    private static async Task RunAsync(ParseResult options, CancellationToken cancel)
    {
        var (rounds, seconds) = (options.GetValue(BenchOptions.Rounds), options.GetValue(BenchOptions.Seconds));
        await using var database = await BenchDatabase.OpenAsync(null, cancel);
        await using var sandbox = await SandboxProcess.StartAsync(database, cancel);
        var books = await MixedBooks.FillAsync(
            database, options.GetValue(Accounts), options.GetValue(BenchOptions.Bookings), sandbox.Address, cancel);
        await using var server = await QuittanceServer.StartAsync(database, cancel);
        Trial[] all =
            [.. Kinds(books, server, sandbox, options.GetValue(Accounts)).Select(rival => new Trial(rival, options.GetValue(Connections)))];

        Screen.Progress.Report("Warming up: all together");
        await TogetherAsync(all, WarmUp, cancel);
        await database.SettleAsync(cancel);
        var results = all.ToDictionary(trial => trial, _ => new Samples());
        for (var round = 1; round <= rounds; round++)
        {
            Screen.Progress.Report($"Round {round} of {rounds}");
            foreach (var (trial, load) in all.Zip(await TogetherAsync(all, TimeSpan.FromSeconds(seconds), cancel)))
                results[trial].Add(new Sample(load, TimeSpan.Zero, TimeSpan.Zero));
        }

        await new SandboxBooksCheck(database, books.All, books.Account).ProveAsync(cancel);
        await database.VerifyAsync(books.All, cancel);
        var settings = $"{await database.DescribeAsync(cancel)}; {rounds} rounds of {seconds} s, all kinds at the same time";
        Print(settings, results);
        await BarDrawing.Of("All five APIs at once: requests a second", settings, results, _ => true)
            .WriteAsync(options.GetValue(BenchOptions.Charts), "mixed", cancel);
        if (options.GetValue(BenchOptions.Json))
            Screen.WriteJson(results.ToDictionary(result => result.Key.Rival.Name, result => (object)Math.Round(result.Value.PerSecond)));
    }

    private static IRival[] Kinds(MixedBooks books, ServerProcess server, ServerProcess sandbox, int accounts)
    {
        var sockets = new SocketLoad();
        return
        [
            new HttpRival("TMF676: payment in cash", server, sockets, CashPayment.Of(books.Telco, accounts)),
            new HttpRival("Oracle BRM: payment by check", server, sockets, CheckPayment.Of(books.Carrier, accounts)),
            new EscrowRival(server, EscrowCalls.Render(server.Address, books.Printer, accounts, PaymentsOfABatch),
                PaymentsOfABatch) { Name = $"Midnight: payments, {PaymentsOfABatch} in a call" },
            new SessionRival("Sport Alliance: session, paid, booked", server, books.Studio, accounts, SessionRequests.Cash),
            RailwayRival.Booking(server, books.Railway, "Train Travel: trip booked"),
            RailwayRival.Paying(server, sandbox, books.Held, "Train Travel: booking paid by card"),
            new ReadRival(
                "TMF676: an account's payments", server, () =>
                ($"/paymentManagement/v4/payment?limit=20&account.id=A-{Any(accounts).ToString($"D{BenchAccounts.Digits}")}",
                books.Telco.Headers[0])),
            new ReadRival("Sport Alliance: a member's transactions", server,
                () => ($"/v1/customers/{Any(accounts)}/account/transactions", books.Studio.NextKey)),
        ];
    }

    private static int Any(int accounts) => Random.Shared.Next(1, accounts + 1);

    private static Task<LoadResult[]> TogetherAsync(IReadOnlyList<Trial> all, TimeSpan time, CancellationToken cancel) =>
        Task.WhenAll(all.Select(trial => trial.Rival.RunAsync(trial.Connections, time, cancel)));

    private static void Print(string settings, IReadOnlyDictionary<Trial, Samples> results)
    {
        Screen.Out.MarkupLineInterpolated($"{settings}; load: raw sockets in the bench process");
        var table = new Table().Border(TableBorder.Simple).AddColumn("");
        foreach (var column in (string[])["in flight", "per second", "slowest–fastest round", "p50 ms", "p99 ms", "errors"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var (trial, samples) in results)
        {
            table.AddRow(
                trial.Rival.Name, $"{trial.Connections}", $"{samples.PerSecond:N0}", $"{samples.Slowest:N0}–{samples.Fastest:N0}",
                $"{samples.MedianOf(sample => sample.Load.MedianMs):0.0}",
                $"{samples.MedianOf(sample => sample.Load.SlowestPercentMs):0.0}",
                $"{samples.MedianOf(sample => sample.Load.ErrorRate):0.##%}");
        }

        Screen.Out.Write(table);
        Screen.Out.WriteLine("The books of all are clean, and agree with the sandbox's.");
    }
}
