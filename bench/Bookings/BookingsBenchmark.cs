using System.CommandLine;
using Quittance.Bench.Books;
using Quittance.Bench.Contests;
using Quittance.Bench.Providers;
using Quittance.Bench.Servers;

namespace Quittance.Bench.Bookings;

/// <summary>Booking trips, and paying for bookings.</summary>
internal static class BookingsBenchmark
{
    private static readonly TimeSpan PaidBefore = TimeSpan.FromSeconds(5);
    private static readonly int[] Connections = [64, BookingsReport.Compared, 1];

    public static Command Command()
    {
        // No database of somebody's own, for the reasons of the provider's benchmark; and no wrk, since no two requests name the same
        // booking.
        var command = new Command("bookings", "Trips booked over HTTP, and bookings paid for by card")
        {
            BenchOptions.Bookings, BenchOptions.Rounds, BenchOptions.Seconds, BenchOptions.Json,
        };
        command.SetAction((options, cancel) => Running.RunAsync(() => RunAsync(options, cancel)));
        return command;
    }

    private static async Task RunAsync(ParseResult options, CancellationToken cancel)
    {
        var bookings = options.GetValue(BenchOptions.Bookings);
        var (rounds, seconds) = (options.GetValue(BenchOptions.Rounds), options.GetValue(BenchOptions.Seconds));
        await using var database = await BenchDatabase.OpenAsync(null, cancel);
        await using var sandbox = await SandboxProcess.StartAsync(database, cancel);
        var books = await BookingsBooks.FillAsync(database, bookings, sandbox.Address, cancel);
        await using var server = await QuittanceServer.StartAsync(database, cancel);
        var booked = RailwayRival.Booking(server, books.Booked);
        var paid = RailwayRival.Paying(server, sandbox, books.Held);

        // As in a business, some have paid before: what is planned for tables that are still empty reads too much of them.
        Screen.Progress.Report("Paying for the first bookings");
        await paid.RunAsync(BookingsReport.Compared, PaidBefore, cancel);
        await database.SettleAsync(cancel);

        Trial[] trials = [.. Connections.SelectMany<int, Trial>(connections => [new(booked, connections), new(paid, connections)])];
        var results = await new Contest(database, trials, TimeSpan.FromSeconds(seconds)).RunAsync(rounds, cancel);
        var rows = await RowCounts.OfAsync(database, [new(paid, BookingsReport.Compared)], cancel);
        var check = new SandboxBooksCheck(database, books.All, books.Account);
        await check.ProveAsync(cancel);
        var report = new BookingsReport(booked, paid, results)
        {
            Settings = $"{await database.DescribeAsync(cancel)}; load: raw sockets in the bench process; "
                + $"{bookings:N0} seats held beforehand; {rounds} rounds of {seconds} s",
            Rows = rows,
            AskedAgain = await check.AskedAgainAsync(cancel),
        };
        await database.VerifyAsync(books.All, cancel);
        report.Print();
        if (options.GetValue(BenchOptions.Json))
            Screen.WriteJson(report.ToJson());
    }
}
