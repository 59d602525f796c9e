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

    public Task<LoadResult> RunAsync(Uri server, RequestTemplate request, int connections, TimeSpan time, CancellationToken cancel) =>
        RunAsync(server, Render(server, request, connections), connections, time, cancel);

    /// <summary>
    /// Sends so many requests a second, also where answers take long; a latency counts from the moment at which its request was due.
    /// </summary>
    public static Task<LoadResult> RunPacedAsync(
        Uri server, RequestTemplate request, int connections, double perSecond, TimeSpan time, CancellationToken cancel)
    {
        var requests = Render(server, request, connections);
        var between = Stopwatch.Frequency / perSecond;
        var next = -1;
        var first = 0L;
        return RunAsync(server, connections, time, PayAsync, cancel);

        async Task<long> PayAsync(SocketConnection connection)
        {
            Interlocked.CompareExchange(ref first, Stopwatch.GetTimestamp(), 0);
            var number = Interlocked.Increment(ref next);
            var due = first + (long)(number * between);
            if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { Ticks: > 0 } early)
                await Task.Delay(early, TimeProvider.System, cancel);
            await connection.ExchangeAsync(requests[number % requests.Count], cancel);
            return due;
        }
    }

    /// <summary>Sends these requests one after the other, over and over, whichever connection is free.</summary>
    public static Task<LoadResult> RunAsync(
        Uri server, IReadOnlyList<byte[]> requests, int connections, TimeSpan time, CancellationToken cancel)
    {
        var next = -1;
        return RunAsync(
            server, connections, time, connection =>
                connection.ExchangeAsync(requests[(int)((uint)Interlocked.Increment(ref next) % requests.Count)], cancel),
            cancel);
    }

    /// <summary>Does a piece of work over and over on each connection; the last one is finished when the time is over.</summary>
    public static async Task<LoadResult> RunAsync(
        Uri server, int connections, TimeSpan time, Func<SocketConnection, Task> work, CancellationToken cancel) =>
        await RunAsync(
            server, connections, time,
            async connection =>
            {
                var begun = Stopwatch.GetTimestamp();
                await work(connection);
                return begun;
            },
            cancel);

    private static async Task<LoadResult> RunAsync(
        Uri server, int connections, TimeSpan time, Func<SocketConnection, Task<long>> work, CancellationToken cancel)
    {
        var open = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => SocketConnection.OpenAsync(server, cancel)));
        try
        {
            var cpu = Environment.CpuUsage.TotalTime;
            var start = Stopwatch.GetTimestamp();
            var latencies =
                Latencies.Of(await Task.WhenAll(open.Select(connection => Task.Run(() => WorkAsync(connection, start), cancel))));
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
                latencies.AddSince(await work(connection));
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

    private static IReadOnlyList<byte[]> Render(Uri server, RequestTemplate request, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Rendered).Select(_ => request.Render(server, random))];
    }
}
