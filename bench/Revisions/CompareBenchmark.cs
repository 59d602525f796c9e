using System.CommandLine;
using Quittance.Bench.Books;
using Quittance.Bench.Contests;
using Quittance.Bench.Load;
using Quittance.Bench.Payments;
using Spectre.Console;

namespace Quittance.Bench.Revisions;

/// <summary>
/// This build and that of another revision in turn, each as a demo with a PostgreSQL of its own, by requests that every revision takes.
/// </summary>
internal static class CompareBenchmark
{
    private const string OnePage = "/paymentManagement/v4/payment?limit=100";
    private const string OwnPage = "/api/v1/payments?limit=100";

    private static readonly int[] Connections = [1, 64, 128, 512];

    private static readonly Argument<string> Revision = new("revision") { Description = "The other one, as git names it" };

    private static readonly Option<int> Accounts = BenchOptions.AccountsOr(20_000);

    public static Command Command()
    {
        var command = new Command("compare", "This build against another revision's, in turn: payments, one hot account, lists, look-ups")
        {
            Revision, Accounts, BenchOptions.Rounds, BenchOptions.Seconds, BenchOptions.Load, BenchOptions.Json,
        };
        command.SetAction((options, cancel) => Running.RunAsync(() => RunAsync(options, cancel)));
        return command;
    }

    private static async Task RunAsync(ParseResult options, CancellationToken cancel)
    {
        var (load, accounts) = (HttpLoads.Choose(options.GetValue(BenchOptions.Load)), options.GetValue(Accounts));
        var other = await BuiltRevision.OfAsync(options.GetRequiredValue(Revision), cancel);
        var mine = await BuiltRevision.OfThisTreeAsync(cancel);
        await using var its = await DemoServer.StartAsync(other, cancel);
        await using var ours = await DemoServer.StartAsync(mine, cancel);
        var before = await TrialsAsync(its, other.Commit, load, accounts, cancel);
        var after = await TrialsAsync(ours, mine.Commit, load, accounts, cancel);
        Trial[] trials = [.. before.Zip(after, (one, two) => (Trial[])[one.Trial, two.Trial]).SelectMany(pair => pair)];
        var results = await new Contest([its.Postgres, ours.Postgres], trials, TimeSpan.FromSeconds(options.GetValue(BenchOptions.Seconds)))
            .RunAsync(options.GetValue(BenchOptions.Rounds), cancel);

        Screen.Out.MarkupLineInterpolated($"{Machine.Describe()}; load: {load.Name}; {accounts:N0} accounts");
        Print(before.Zip(after), results, options.GetValue(BenchOptions.Json));
    }

    private static async Task<IReadOnlyList<RevisionTrial>> TrialsAsync(
        DemoServer demo, string commit, IHttpLoad load, int accounts, CancellationToken cancel)
    {
        var books = new RevisionBooks(demo);
        await books.FillAsync(accounts, cancel);
        var server = demo.Process;
        var payments = new HttpRival(commit, server, load, CashPayment.Of(DemoServer.Telco, accounts));
        var hot = new HttpRival(commit, server, load, CashPayment.Of(DemoServer.Telco, 1));
        RequestsRival Reading(IReadOnlyList<byte[]> requests) => new(commit, server, requests);
        return
        [
            .. Connections.Select(many => new RevisionTrial("payments", new Trial(payments, many))),
            new RevisionTrial("payments into one account", new Trial(hot, 128)),
            new RevisionTrial("TMF676's page of 100 payments", new Trial(Reading(books.Page(DemoServer.Telco, OnePage)), 1)),
            new RevisionTrial("our own page of 100 payments", new Trial(Reading(books.Page(DemoServer.OwnApi, OwnPage)), 1)),
            new RevisionTrial("one payment", new Trial(Reading(await books.OnesAsync(cancel)), 1)),
        ];
    }

    private static void Print(
        IEnumerable<(RevisionTrial Before, RevisionTrial After)> pairs, IReadOnlyDictionary<Trial, Samples> results, bool asJson)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("");
        string[] columns =
        [
            "in flight", "before /s", "now /s", "ratio", "CPU ms before", "now", "ratio", "of them PostgreSQL", "now",
            "p50 ms before", "now",
        ];
        foreach (var column in columns)
            table.AddColumn(new TableColumn(column).RightAligned());
        Dictionary<string, object> json = [];
        foreach (var (one, two) in pairs)
        {
            var (before, after) = (results[one.Trial], results[two.Trial]);
            if (Has(before) != Has(after))
            {
                table.AddRow(
                    one.Kind, $"{one.Trial.Connections}", $"{before.PerSecond:N0}", $"{after.PerSecond:N0}", "one of them refuses it");
                continue;
            }

            var (rate, cpu) = (after.RatioTo(before), after.MedianOfPairs(before, (now, then) => CpuMs(now) / CpuMs(then)));
            table.AddRow(
                one.Kind, $"{one.Trial.Connections}", $"{before.PerSecond:N0}", $"{after.PerSecond:N0}", $"[bold]{rate:0.00}[/]",
                $"{before.MedianOf(CpuMs):0.000}", $"{after.MedianOf(CpuMs):0.000}", $"[bold]{cpu:0.00}[/]",
                $"{before.MedianOf(PostgresMs):0.000}", $"{after.MedianOf(PostgresMs):0.000}",
                $"{before.MedianOf(sample => sample.Load.MedianMs):0.00}", $"{after.MedianOf(sample => sample.Load.MedianMs):0.00}");
            json[$"{one.Kind}, {one.Trial.Connections}"] = new { rate = Math.Round(rate, 3), cpu = Math.Round(cpu, 3) };
        }

        Screen.Out.Write(table);
        Screen.Out.WriteLine(
            "CPU is that of server and PostgreSQL for one answer; a ratio is the median of the rounds' ratios, now to before.");
        if (asJson)
            Screen.WriteJson(json);
    }

    private static bool Has(Samples samples) => samples.PerSecond > 0;

    /// <summary>What one answer costs of the processors, in milliseconds.</summary>
    private static double CpuMs(Sample sample) => PostgresMs(sample) + (sample.ServerCpu.TotalMilliseconds / Answers(sample));

    private static double PostgresMs(Sample sample) => sample.PostgresCpu.TotalMilliseconds / Answers(sample);

    private static long Answers(Sample sample) => Math.Max(1, sample.Load.Answers);

    /// <summary>One kind of work, as one build does it.</summary>
    private sealed record RevisionTrial(string Kind, Trial Trial);
}
