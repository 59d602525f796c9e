using Quittance.Bench.Contests;
using Quittance.Bench.Load;
using Quittance.Bench.Servers;

namespace Quittance.Bench.Revisions;

/// <summary>A server that answers these requests, over and over.</summary>
internal sealed class RequestsRival(string name, ServerProcess server, IReadOnlyList<byte[]> requests) : IRival
{
    public string Name => name;

    public ServerProcess? Server => server;

    public Task<LoadResult> RunAsync(int connections, TimeSpan time, CancellationToken cancel) =>
        SocketLoad.RunAsync(server.Address, requests, connections, time, cancel);
}
