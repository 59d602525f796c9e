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
    public static Task<LoadResult> RunAsync(
        Uri server, IReadOnlyList<byte[]> requests, int connections, TimeSpan time, CancellationToken cancel)
    {
        var next = -1;
        return RunAsync(
            server, connections, time, connection => connection.ExchangeAsync(requests[(int)((uint)Interlocked.Increment(ref next) % requests.Count)], cancel),
            cancel);
    }

    /// <summary>Does a piece of work over and over on each connection; the last one is finished when the time is over.</summary>
    public static async Task<LoadResult> RunAsync(
        Uri server, int connections, TimeSpan time, Func<SocketConnection, Task> work, CancellationToken cancel)
    {
        var open = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => SocketConnection.OpenAsync(server, cancel)));
        try
        {
            var cpu = Environment.CpuUsage.TotalTime;
            var start = Stopwatch.GetTimestamp();
            var latencies = Latencies.Of(await Task.WhenAll(open.Select(connection => Task.Run(() => WorkAsync(connection, start), cancel))));
            return new LoadResult(
                latencies.Count, open.Sum(connection => connection.Errors), Stopwatch.GetElapsedTime(start), latencies.Percentile(50),
                latencies.Percentile(99), Environment.CpuUsage.TotalTime - cpu);
        }
        finally
        {
            foreach (var connection in open)
                connection.Dispose();
        }

        async Task<Latencies> WorkAsync(SocketConnection connection, long start)
        {
            var latencies = new Latencies();
            while (Stopwatch.GetElapsedTime(start) < time)
            {
                var begun = Stopwatch.GetTimestamp();
                await work(connection);
                latencies.AddSince(begun);
            }

            return latencies;
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
