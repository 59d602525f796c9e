using System.Diagnostics;
using Npgsql;
using Quittance.Bench.Contests;
using Quittance.Bench.Load;
using Quittance.Bench.Servers;

namespace Quittance.Bench.Batches;

/// <summary>
/// The fastest way into PostgreSQL: a binary COPY of the rows of many things into each of their tables, in one transaction after the
/// other. It checks nothing, gives no answer, seals nothing and updates no balance, so its books do not add up.
/// </summary>
/// <param name="database">Where it copies to.</param>
/// <param name="each">How many things a transaction has.</param>
/// <param name="copyAsync">Copies one transaction.</param>
internal sealed class CopyRival(NpgsqlDataSource database, int each, Func<NpgsqlConnection, Random, CancellationToken, Task> copyAsync)
    : IRival
{
    public string Name => "Binary COPY";

    public ServerProcess? Server => null;

    public async Task<LoadResult> RunAsync(int connections, TimeSpan time, CancellationToken cancel)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        var all = Latencies.Of(await Task.WhenAll(
            Enumerable.Range(0, connections).Select(index => Task.Run(() => CopyAsync(new Random(index), start, time, cancel), cancel))));
        return new LoadResult(
            (long)all.Count * each, 0, Stopwatch.GetElapsedTime(start), all.Percentile(50), all.Percentile(99),
            Environment.CpuUsage.TotalTime - cpu);
    }

    private async Task<Latencies> CopyAsync(Random random, long start, TimeSpan time, CancellationToken cancel)
    {
        var latencies = new Latencies();
        await using var connection = await database.OpenConnectionAsync(cancel);
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            var sent = Stopwatch.GetTimestamp();
            await copyAsync(connection, random, cancel);
            latencies.AddSince(sent);
        }

        return latencies;
    }
}
