using System.Diagnostics;
using System.Text;
using Quittance.Bench.Books;
using Quittance.Bench.Contests;
using Quittance.Bench.Load;
using Quittance.Bench.Servers;

namespace Quittance.Bench.Charges;

/// <summary>Quittance, called with many charges at once: each call has a key of its own, and each charge a reference.</summary>
internal sealed class ChargeRival(ServerProcess server, BenchMerchant merchant, int accounts, int charges) : IRival
{
    private long _calls;

    public string Name => "Quittance";

    public ServerProcess? Server => server;

    /// <summary>How many charges it was asked to raise.</summary>
    public long Asked => Interlocked.Read(ref _calls) * charges;

    public async Task<LoadResult> RunAsync(int connections, TimeSpan time, CancellationToken cancel)
    {
        var start = Stopwatch.GetTimestamp();
        using var client = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(5) };
        var all = Latencies.Of(await Task.WhenAll(
            Enumerable.Range(0, connections).Select(_ => Task.Run(() => CallAsync(client, start, time, cancel), cancel))));
        return new LoadResult(
            (long)all.Count * charges, 0, Stopwatch.GetElapsedTime(start), all.Percentile(50), all.Percentile(99), TimeSpan.Zero);
    }

    private async Task<Latencies> CallAsync(HttpClient client, long start, TimeSpan time, CancellationToken cancel)
    {
        var latencies = new Latencies();
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            var call = Interlocked.Increment(ref _calls);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/charges")
            {
                Content = new StringContent(BodyOf(call), Encoding.UTF8, "application/json"),
            };
            foreach (var header in merchant.Headers)
                request.Headers.TryAddWithoutValidation(header[..header.IndexOf(':')], header[(header.IndexOf(':') + 1)..].Trim());
            request.Headers.Add("Idempotency-Key", $"bench {call}");
            var sent = Stopwatch.GetTimestamp();
            using var answer = await client.SendAsync(request, cancel);
            var report = await answer.Content.ReadAsStringAsync(cancel);
            latencies.AddSince(sent);
            if (!report.StartsWith($"{{\"raised_count\":{charges},", StringComparison.Ordinal))
                throw new BenchException($"A call was not carried out whole: {report[..Math.Min(report.Length, 200)]}");
        }

        return latencies;
    }

    private string BodyOf(long call)
    {
        var random = new Random((int)call);
        return "{\"charges\":[" + string.Join(',', Enumerable.Range(0, charges).Select(line =>
            $$$"""{"account":"A-{{{random.Next(1, accounts + 1):D6}}}","reference":"B-{{{call}}}-{{{line}}}","amount":"""
                + $$$"""{"amount":"{{{random.Next(10, 100)}}}.50","currency":"USD"},"due":"2027-01-31"}"""))
            + "]}";
    }
}
