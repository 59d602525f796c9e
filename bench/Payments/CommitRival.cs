using System.Diagnostics;
using Npgsql;
using Quittance.Bench.Contests;
using Quittance.Bench.Load;
using Quittance.Bench.Servers;

namespace Quittance.Bench.Payments;

/// <summary>
/// The database's own commit: one row of a few bytes, inserted by a prepared statement that commits by itself. What answers after it is
/// durable can't answer sooner.
/// </summary>
internal sealed class CommitRival(NpgsqlDataSource database) : IRival
{
    public string Name => "The database's own commit";

    public ServerProcess? Server => null;

    /// <summary>Makes the table that takes the rows.</summary>
    public async Task PrepareAsync(CancellationToken cancel)
    {
        await using var create = database.CreateCommand("CREATE TABLE IF NOT EXISTS bench_commit (number bigint)");
        await create.ExecuteNonQueryAsync(cancel);
    }

    public async Task<LoadResult> RunAsync(int connections, TimeSpan time, CancellationToken cancel)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        var latencies = Latencies.Of(
            await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => CommitAsync(start, time, cancel), cancel))));
        return new LoadResult(
            latencies.Count, 0, Stopwatch.GetElapsedTime(start), latencies.Percentile(50), latencies.Percentile(99),
            Environment.CpuUsage.TotalTime - cpu);
    }

    private async Task<Latencies> CommitAsync(long start, TimeSpan time, CancellationToken cancel)
    {
        var latencies = new Latencies();
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var command = new NpgsqlCommand("INSERT INTO bench_commit (number) VALUES ($1)", connection);
        var number = new NpgsqlParameter<long>();
        command.Parameters.Add(number);
        await command.PrepareAsync(cancel);
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            number.TypedValue = latencies.Count;
            var sent = Stopwatch.GetTimestamp();
            await command.ExecuteNonQueryAsync(cancel);
            latencies.AddSince(sent);
        }

        return latencies;
    }
}
