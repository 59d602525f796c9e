using Quittance.Bench.Load;
using Quittance.Bench.Servers;

namespace Quittance.Bench.Contests;

/// <summary>
/// A server that gets so many payments a second and no more. Each has its moment on the clock, and its latency counts from there: a request
/// that had to wait for its turn has waited.
/// </summary>
/// <param name="request">The request to it.</param>
/// <param name="perSecond">How many requests a second.</param>
internal sealed class PacedRival(string name, ServerProcess server, RequestTemplate request, double perSecond) : IRival
{
    public string Name => name;

    public ServerProcess? Server => server;

    public Task<LoadResult> RunAsync(int connections, TimeSpan time, CancellationToken cancel) =>
        SocketLoad.RunPacedAsync(server.Address, request, connections, perSecond, time, cancel);
}
