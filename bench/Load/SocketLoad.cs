using System.Diagnostics;

namespace Quittance.Bench.Load;

/// <summary>
/// A load generator for machines without wrk, and for requests of any size: raw sockets, requests rendered beforehand,
/// no pipelining.
/// </summary>
internal sealed class SocketLoad : IHttpLoad
{
    private const int Rendered = 20_000;

    public string Name => "raw sockets in the bench process";

    public Task<LoadResult> RunAsync(Uri server, RequestTemplate request, int connections, TimeSpan time, CancellationToken cancel)
    {
        var random = new Random(connections);
        return RunAsync(server, [.. Enumerable.Range(0, Rendered).Select(_ => request.Render(server, random))], connections, time, cancel);
    }

    /// <summary>Sends these requests one after the other, over and over, whichever connection is free.</summary>
    public static async Task<LoadResult> RunAsync(
        Uri server, IReadOnlyList<byte[]> requests, int connections, TimeSpan time, CancellationToken cancel)
    {
        var next = -1;
        var open = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => SocketConnection.OpenAsync(server, cancel)));
        try
        {
            var cpu = Environment.CpuUsage.TotalTime;
            var start = Stopwatch.GetTimestamp();
            await Task.WhenAll(open.Select(connection => Task.Run(() => SendAsync(connection, start), cancel)));
            var elapsed = Stopwatch.GetElapsedTime(start);
            var latencies = Latencies.Of(open.Select(connection => connection.Latencies));
            return new LoadResult(
                latencies.Count, open.Sum(connection => connection.Errors), elapsed, latencies.Percentile(50), latencies.Percentile(99),
                Environment.CpuUsage.TotalTime - cpu);
        }
        finally
        {
            foreach (var connection in open)
                connection.Dispose();
        }

        async Task SendAsync(SocketConnection connection, long start)
        {
            while (Stopwatch.GetElapsedTime(start) < time)
            {
                var request = requests[(int)((uint)Interlocked.Increment(ref next) % requests.Count)];
                await connection.ExchangeAsync(request, cancel);
            }
        }
    }

    /// <summary>Sends each of these requests once.</summary>
    public static async Task<LoadResult> SendAllAsync(Uri server, IReadOnlyList<byte[]> requests, CancellationToken cancel)
    {
        using var connection = await SocketConnection.OpenAsync(server, cancel);
        var start = Stopwatch.GetTimestamp();
        foreach (var request in requests)
            await connection.ExchangeAsync(request, cancel);
        return new LoadResult(requests.Count, connection.Errors, Stopwatch.GetElapsedTime(start), double.NaN, double.NaN, TimeSpan.Zero);
    }
}
