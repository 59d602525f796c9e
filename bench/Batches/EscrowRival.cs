using Quittance.Bench.Contests;
using Quittance.Bench.Load;
using Quittance.Bench.Servers;

namespace Quittance.Bench.Batches;

/// <summary>Quittance, called with many payments at once.</summary>
internal sealed class EscrowRival(ServerProcess server, IReadOnlyList<byte[]> calls, int payments) : IRival
{
    public string Name { get; init; } = "Quittance";

    public ServerProcess? Server => server;

    /// <summary>How many payments it was asked to store.</summary>
    public long Asked { get; private set; }

    public async Task<LoadResult> RunAsync(int connections, TimeSpan time, CancellationToken cancel) =>
        InPayments(await SocketLoad.RunAsync(server.Address, calls, connections, time, cancel));

    /// <summary>Sends each call once.</summary>
    public async Task RunOnceAsync(CancellationToken cancel) => InPayments(await SocketLoad.SendAllAsync(server.Address, calls, cancel));

    private LoadResult InPayments(LoadResult inCalls)
    {
        Asked += inCalls.Answers * payments;
        return inCalls with { Answers = inCalls.Answers * payments, Errors = inCalls.Errors * payments };
    }
}
