using Quittance.Bench.Load;
using Quittance.Bench.Servers;

namespace Quittance.Bench.Contests;

/// <summary>A server that takes payments over HTTP.</summary>
internal sealed class HttpRival(string name, ServerProcess server, IHttpLoad load, RequestTemplate request) : IRival
{
    public string Name => name;

    public ServerProcess? Server => server;

    public ServerProcess? Provider { get; init; }

    public Task<LoadResult> RunAsync(int connections, TimeSpan time, CancellationToken cancel) =>
        load.RunAsync(server.Address, request, connections, time, cancel);
}
