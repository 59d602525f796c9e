using System.CommandLine;
using System.Text;
using Quittance.Bench.Books;
using Quittance.Bench.Load;
using Quittance.Bench.Servers;
using Spectre.Console;

namespace Quittance.Bench.Console;

/// <summary>Every page of the operators' console, on books that are full.</summary>
internal static class ConsoleBenchmark
{
    private static readonly int[] Connections = [1, 8];

    // What a page may take where nobody else asks, and a search in the middle.
    private const double MostMs = 20;
    private const double MostSearchMs = 60;
    private const string Search = "/console/search?";

    private static readonly Option<int> Payments =
        BenchOptions.AtLeastOne("--payments", "How many payments the books have", 1_000_000, most: 100_000_000);

    public static Command Command()
    {
        var command = new Command("console", "Every page of the operators' console, in books of 1 million payments")
        {
            Payments, BenchOptions.Seconds, BenchOptions.Json,
        };
        command.SetAction((options, cancel) => Running.RunAsync(() => RunAsync(options, cancel)));
        return command;
    }

    private static async Task RunAsync(ParseResult options, CancellationToken cancel)
    {
        var (payments, time) = (options.GetValue(Payments), TimeSpan.FromSeconds(options.GetValue(BenchOptions.Seconds)));
        await using var database = await BenchDatabase.OpenAsync(null, cancel);
        var books = await ConsoleBooks.FillAsync(database, payments, cancel);
        await using var server = await QuittanceServer.StartAsync(database, cancel);
        var pages = await ConsolePages.AllAsync(database, books.Books.Merchant, cancel);
        var table = new Table().Border(TableBorder.Simple).AddColumn("page");
        foreach (var column in Connections.SelectMany(count => (string[])[$"{count}: pages/s", "p50 ms", "p99 ms", "errors"]))
            table.AddColumn(new TableColumn(column).RightAligned());
        Dictionary<string, object> json = new() { ["payments"] = payments };
        HashSet<string> failing = [];
        var slowest = Connections.ToDictionary(count => count, _ => 0.0);
        List<(string Page, double Ms)> above = [];
        var searchMs = 0.0;
        foreach (var (page, addresses) in pages)
        {
            if (addresses.Count == 0)
            {
                table.AddRow([page.EscapeMarkup(), "nothing to ask for"]);
                continue;
            }

            Screen.Progress.Report($"Asking for {page}");
            byte[][] requests = [.. addresses.Select(address => Request(server.Address, address, books.Token))];
            // The first time, pages are compiled and sums added up.
            await SocketLoad.SendAllAsync(server.Address, [.. requests.Take(10)], cancel);
            List<string> cells = [page.EscapeMarkup()];
            foreach (var count in Connections)
            {
                var result = await SocketLoad.RunAsync(server.Address, requests, count, time, cancel);
                cells.AddRange(
                    [$"{result.PerSecond:N0}", $"{result.MedianMs:0.0}", $"{result.SlowestPercentMs:0.0}", $"{result.ErrorRate:0.##%}"]);
                json[$"{page} p99_ms_{count}"] = Math.Round(result.SlowestPercentMs, 1);
                slowest[count] = Math.Max(slowest[count], result.SlowestPercentMs);
                if (result.Errors > 0)
                    failing.Add(page);
                if (count > 1)
                    continue;
                if (result.SlowestPercentMs > MostMs)
                    above.Add((page, result.SlowestPercentMs));
                if (page.StartsWith(Search, StringComparison.Ordinal))
                    searchMs = Math.Max(searchMs, result.MedianMs);
            }

            table.AddRow([.. cells]);
        }

        Screen.Out.MarkupLineInterpolated(
            $"{await database.DescribeAsync(cancel)}; load: raw sockets in the bench process; {time.TotalSeconds:0} s each");
        Screen.Out.Write(table);
        Screen.Out.MarkupLineInterpolated(
            $"p99 above {MostMs:0} ms, one at a time: {(above.Count == 0 ? "no page" : Text(above))}");
        Screen.Out.MarkupLineInterpolated($"the slowest kind of search, p50: {searchMs:0.0} ms; aimed at: {MostSearchMs:0} ms");
        if (failing.Count > 0)
            throw new BenchException($"These answered with something else than a page: {string.Join(", ", failing)}");
        foreach (var count in Connections)
            json[$"slowest_p99_ms_{count}"] = Math.Round(slowest[count], 1);
        (json["search_p50_ms"], json["pages_above"]) = (Math.Round(searchMs, 1), above.Count);
        if (options.GetValue(BenchOptions.Json))
            Screen.WriteJson(json);
    }

    private static string Text(IEnumerable<(string Page, double Ms)> pages) =>
        string.Join(", ", pages.Select(one => $"{one.Page} ({one.Ms:0.0})"));

    private static byte[] Request(Uri server, string address, string token) =>
        Encoding.ASCII.GetBytes($"GET {address} HTTP/1.1\r\nHost: {server.Authority}\r\nCookie: quittance-console={token}\r\n\r\n");
}
