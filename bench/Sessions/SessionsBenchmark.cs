using System.CommandLine;
using Quittance.Bench.Books;
using Quittance.Bench.Contests;
using Quittance.Bench.Providers;
using Quittance.Bench.Servers;

namespace Quittance.Bench.Sessions;

/// <summary>Payment sessions: opened only, and the whole way to a booked payment.</summary>
internal static class SessionsBenchmark
{
    private const int UsualAccounts = 10_000;

    private static readonly int[] Connections = [64, SessionsReport.Compared, 1];

    private static readonly Option<int> Accounts = BenchOptions.AccountsOr(UsualAccounts);

    public static Command Command()
    {
        // No database of somebody's own, for the reasons of the provider's benchmark; and no wrk, which can't take a token from one answer
        // to the next request.
        var command = new Command("sessions", "Payment sessions, opened, paid in and booked over HTTP, and where their time goes")
        {
            Accounts, BenchOptions.Rounds, BenchOptions.Seconds, BenchOptions.Json,
        };
        command.SetAction((options, cancel) => Running.RunAsync(() => RunAsync(options, cancel)));
        return command;
    }

    private static async Task RunAsync(ParseResult options, CancellationToken cancel)
    {
        var accounts = options.GetValue(Accounts);
        var (rounds, seconds) = (options.GetValue(BenchOptions.Rounds), options.GetValue(BenchOptions.Seconds));
        await using var database = await BenchDatabase.OpenAsync(null, cancel);
        await using var sandbox = await SandboxProcess.StartAsync(database, cancel);
        var books = await SessionBooks.FillAsync(database, accounts, sandbox.Address, cancel);
        await using var server = await QuittanceServer.StartAsync(database, cancel);
        var opened = new SessionRival("Session opened", server, books.Opened, accounts, payment: null);
        var cash = new SessionRival("Opened, paid at the counter, booked", server, books.Cash, accounts, SessionRequests.Cash);
        var card = new SessionRival(
            "Opened, paid by card, booked", server, books.Card, accounts, SessionRequests.Card)
        { Provider = sandbox };

        Trial[] trials =
        [
            .. Connections.SelectMany<int, Trial>(
                connections => [new(opened, connections), new(cash, connections), new(card, connections)]),
        ];
        var results = await new Contest(database, trials, TimeSpan.FromSeconds(seconds)).RunAsync(rounds, cancel);
        var rows = await RowCounts.OfAsync(database, [new(cash, SessionsReport.Compared), new(card, SessionsReport.Compared)], cancel);
        var check = new SandboxBooksCheck(database, books.All, books.Account);
        await check.ProveAsync(cancel);
        var report = new SessionsReport(opened, cash, card, results)
        {
            Settings = $"{await database.DescribeAsync(cancel)}; load: raw sockets in the bench process; "
                + $"{accounts:N0} accounts; {rounds} rounds of {seconds} s",
            Rows = rows,
            AskedAgain = await check.AskedAgainAsync(cancel),
        };
        await database.VerifyAsync(books.All, cancel);
        report.Print();
        if (options.GetValue(BenchOptions.Json))
            Screen.WriteJson(report.ToJson());
    }
}
