using System.Diagnostics;
using Npgsql;
using Quittance.Bench.Books;
using Quittance.Bench.Contests;
using Quittance.Bench.Load;
using Quittance.Bench.Servers;
using Quittance.Core;

namespace Quittance.Bench.Batches;

/// <summary>
/// The fastest way into PostgreSQL: a binary COPY of a payment's rows into each of its tables, in transactions of as many
/// payments. It checks nothing, answers nobody and updates no balance, so its books do not add up.
/// </summary>
internal sealed class CopyRival(NpgsqlDataSource database, MerchantId merchant, KnownAccounts accounts, int payments) : IRival
{
    // Above every number that the slots have given out.
    private long _lastNumber = 1_000_000_000;

    public string Name => "Binary COPY";

    public ServerProcess? Server => null;

    public async Task<LoadResult> RunAsync(int connections, TimeSpan time, CancellationToken cancel)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        var work = Enumerable.Range(0, connections)
            .Select(index => Task.Run(() => CopyAsync(new Random(index), start, time, cancel), cancel));
        var latencies = Latencies.Of(await Task.WhenAll(work));
        return new LoadResult(
            (long)latencies.Count * payments, 0, Stopwatch.GetElapsedTime(start), latencies.Percentile(50), latencies.Percentile(99),
            Environment.CpuUsage.TotalTime - cpu);
    }

    private async Task<Latencies> CopyAsync(Random random, long start, TimeSpan time, CancellationToken cancel)
    {
        var latencies = new Latencies();
        await using var connection = await database.OpenConnectionAsync(cancel);
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            var sent = Stopwatch.GetTimestamp();
            await CopyTransactionAsync(connection, random, cancel);
            latencies.AddSince(sent);
        }

        return latencies;
    }

    private Task CopyTransactionAsync(NpgsqlConnection connection, Random random, CancellationToken cancel)
    {
        var now = TimeProvider.System.GetUtcNow();
        return PaymentCopy.WriteAsync(connection, merchant, [.. Enumerable.Range(0, payments).Select(_ => NewRow(random, now))], cancel);
    }

    private PaymentRow NewRow(Random random, DateTimeOffset now)
    {
        var slot = random.Next(MerchantId.Slots);
        var (account, credit) = accounts.Any(slot, random);
        var number = (Interlocked.Increment(ref _lastNumber) * MerchantId.Slots) + slot;
        return new PaymentRow(
            Guid.CreateVersion7(now), number, account, accounts.ClearingOf(slot), credit, random.Next(10, 100) * 100, "midnight",
            "captured", "unspecified",
            accounts.Details, now);
    }
}
