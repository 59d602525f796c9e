using System.Diagnostics;
using Quittance.Bench.Books;
using Quittance.Bench.Servers;

namespace Quittance.Bench.Neighbours;

/// <summary>A server whose start was timed.</summary>
/// <param name="Process">The server.</param>
/// <param name="Start">How long it took to say that it is ready.</param>
/// <param name="Memory">Its memory then, in bytes.</param>
internal sealed record TimedServer(ServerProcess Process, TimeSpan Start, long Memory) : IAsyncDisposable
{
    public static async Task<TimedServer> StartAsync(BenchDatabase database, CancellationToken cancel)
    {
        var begun = Stopwatch.GetTimestamp();
        var server = await QuittanceServer.StartAsync(database, cancel);
        return new TimedServer(server, Stopwatch.GetElapsedTime(begun), server.Memory);
    }

    /// <summary>The time of the start, and the memory then and at most.</summary>
    public (TimeSpan Start, long Memory, long Most) Figures() => (Start, Memory, Process.MostMemory);

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
