using System.CommandLine;
using System.Diagnostics;
using System.Numerics;
using Quittance.Bench.Books;
using Quittance.Bench.Lists;
using Quittance.Bench.Load;
using Quittance.Core;
using Quittance.Core.Books;
using Quittance.Core.Ledger;
using Quittance.Storage.Moments;
using Spectre.Console;

namespace Quittance.Bench.Moments;

/// <summary>Balances of the past: of any day and of any moment, beside the sums of all transfers up to it.</summary>
internal static class MomentsBenchmark
{
    private const string CashClearing = "cash";

    private static readonly TimeSpan OneYear = TimeSpan.FromDays(365);

    private static readonly Option<int> Payments =
        BenchOptions.AtLeastOne("--payments", "How many payments the books took in a year", 10_000_000, most: 100_000_000);

    private static readonly Option<int> Readings = BenchOptions.AtLeastOne("--readings", "How often each kind is read", 200);

    public static Command Command()
    {
        var command = new Command("moments", "Trial balances and balances of any day and moment of a year with 10 million payments")
        {
            Payments, Readings, BenchOptions.Json,
        };
        command.SetAction((options, cancel) => Running.RunAsync(() => RunAsync(options, cancel)));
        return command;
    }

    private static async Task RunAsync(ParseResult options, CancellationToken cancel)
    {
        var (payments, readings) = (options.GetValue(Payments), options.GetValue(Readings));
        await using var database = await BenchDatabase.OpenAsync(null, cancel);
        var books = await ListBooks.FillAsync(database, payments, OneYear / payments, cancel);
        Screen.Progress.Report("Adding up the hours");
        var begun = Stopwatch.GetTimestamp();
        await new Checkpoints(database.Source, database.Merchants, TimeProvider.System).AddUpAsync(cancel);
        var added = Stopwatch.GetElapsedTime(begun);
        await database.SettleAsync(cancel);

        Kind[] kinds = [.. await KindsAsync(books, cancel)];
        var table = new Table().Border(TableBorder.Simple).AddColumn("read");
        foreach (var column in (string[])["p50 ms", "p99 ms", "slowest ms"])
            table.AddColumn(new TableColumn(column).RightAligned());
        Dictionary<string, object> json = new()
        {
            ["payments"] = payments,
            ["hours_added_up_s"] = Math.Round(added.TotalSeconds, 1),
        };
        foreach (var kind in kinds)
        {
            var latencies = await MeasureAsync(kind, readings, cancel);
            var (half, slow, worst) = (latencies.Percentile(50), latencies.Percentile(99), latencies.Percentile(100));
            table.AddRow(kind.Name, $"{half:0.0}", $"{slow:0.0}", $"{worst:0.0}");
            json[$"{kind.Key}_p50_ms"] = Math.Round(half, 1);
            json[$"{kind.Key}_p99_ms"] = Math.Round(slow, 1);
        }

        var plain = await CompareAsync(books, cancel);
        Screen.Out.MarkupLineInterpolated(
            $"{await database.DescribeAsync(cancel)}; {payments:N0} payments of {books.Accounts:N0} accounts");
        Screen.Out.Write(table);
        Screen.Out.WriteLine(
            $"The hours were added up in {added.TotalSeconds:0.0} s. "
            + $"The sum of all transfers up to one day took {plain.TotalMilliseconds:N0} ms and is the same.");
        json["plain_sum_ms"] = Math.Round(plain.TotalMilliseconds);
        if (options.GetValue(BenchOptions.Json))
            Screen.WriteJson(json);
    }

    private static MomentReading Reading(ListBooks books) =>
        new(books.Database.Source, new SlotCatchUp(books.Database.Source, TimeProvider.System));

    /// <summary>The reads to measure, each time as of another day or moment.</summary>
    private static async Task<IEnumerable<Kind>> KindsAsync(ListBooks books, CancellationToken cancel)
    {
        var (reading, random, merchant) = (Reading(books), new Random(676), books.Merchant.Id);
        var known = await KnownAccounts.ReadAsync(books.Database.Source, merchant, merchant, cancel);
        var slots = Enumerable.Range(0, MerchantId.Slots).Where(known.HasAny).ToArray();
        return
        [
            new("Trial balance of a day", "trial_day", () => reading.TrialBalanceAsync(merchant, AnyDay(), cancel)),
            new("Trial balance of a moment", "trial_moment", () => reading.TrialBalanceAsync(merchant, AnyMoment(), cancel)),
            new("One line of the chart, of a day", "line_day",
                () => reading.LineAsync(merchant, LedgerKind.Clearing, CashClearing, AnyDay(), cancel)),
            new("One line of the chart, of a moment", "line_moment",
                () => reading.LineAsync(merchant, LedgerKind.Clearing, CashClearing, AnyMoment(), cancel)),
            new("A customer, of a day", "customer_day", () => reading.CustomerAsync(AnyCustomer(), AnyDay(), cancel)),
            new("A customer, of a moment", "customer_moment", () => reading.CustomerAsync(AnyCustomer(), AnyMoment(), cancel)),
        ];

        AsOf AnyDay() => AsOf.Of(DateOnly.FromDateTime(AnyTime().UtcDateTime));
        AsOf AnyMoment() => AsOf.Of(AnyTime());
        AccountId AnyCustomer() => new(merchant, known.Any(slots[random.Next(slots.Length)], random).Id);
        DateTimeOffset AnyTime() => books.Begin + ((books.End - books.Begin) * random.NextDouble());
    }

    private static async Task<Latencies> MeasureAsync(Kind kind, int readings, CancellationToken cancel)
    {
        // The first ones compile the code and prepare the statements.
        for (var reading = 0; reading < 10; reading++)
            await kind.ReadAsync();
        var latencies = new Latencies();
        for (var reading = 0; reading < readings; reading++)
        {
            cancel.ThrowIfCancellationRequested();
            var begun = Stopwatch.GetTimestamp();
            await kind.ReadAsync();
            latencies.AddSince(begun);
        }

        Screen.Progress.Report($"{kind.Name}: read {readings:N0} times");
        return Latencies.Of([latencies]);
    }

    /// <summary>Adds every transfer up to a day, and holds that the trial balance has the same sums.</summary>
    /// <returns>How long that took.</returns>
    private static async Task<TimeSpan> CompareAsync(ListBooks books, CancellationToken cancel)
    {
        var day = DateOnly.FromDateTime((books.Begin + ((books.End - books.Begin) / 2)).UtcDateTime);
        var quick = await Reading(books).TrialBalanceAsync(books.Merchant.Id, AsOf.Of(day), cancel);
        var begun = Stopwatch.GetTimestamp();
        await using var all = books.Database.Source.CreateCommand($"""
            SELECT sum(t.amount_minor)
              FROM transfer t JOIN event e USING (merchant_id, subject_id, sequence)
             WHERE t.merchant_id = {books.Merchant.Id.Value} AND e.booked_on <= '{day:yyyy-MM-dd}'
            """);
        all.CommandTimeout = 0;
        var debits = (decimal)(await all.ExecuteScalarAsync(cancel))!;
        var took = Stopwatch.GetElapsedTime(begun);
        var lines = quick.Lines.Aggregate(BigInteger.Zero, (sum, line) => sum + line.DebitsMinor);
        return lines == new BigInteger(debits)
            ? took : throw new BenchException($"The trial balance of {day:yyyy-MM-dd} has debits of {lines}, the transfers {debits}.");
    }

    /// <param name="Name">In the table.</param>
    /// <param name="Key">In the JSON.</param>
    /// <param name="ReadAsync">Reads it once, as of another time with each call.</param>
    private sealed record Kind(string Name, string Key, Func<Task> ReadAsync);
}
