using System.Diagnostics;
using Npgsql;
using Quittance.Bench.Books;
using Quittance.Bench.Contests;
using Quittance.Bench.Load;
using Quittance.Bench.Servers;
using Quittance.Core;

namespace Quittance.Bench.Payments;

/// <summary>
/// The limit of commits for each payment alone: prepared statements, each a round trip and a commit, no HTTP, nothing looked up. Each
/// connection has slots of its own, so that none ever waits for another's lock.
/// </summary>
/// <param name="statements">The statements that write a payment's rows; <see cref="LimitCommands"/> has their parameters.</param>
internal sealed class LimitRival(
    string name, NpgsqlDataSource database, MerchantId merchant, KnownAccounts accounts, params IReadOnlyList<string> statements) : IRival
{
    /// <summary>A payment in cash. Each update depends on the number taken first: the slot is locked before its balances.</summary>
    public const string Cash = """
        WITH taken AS (
          UPDATE slot SET last_number = last_number + 1 WHERE merchant_id = $1 AND slot = $2 RETURNING last_number * 32 + slot AS number
        ), cleared AS (
          UPDATE ledger_account l SET debits_minor = l.debits_minor + $6 FROM taken WHERE l.merchant_id = $1 AND l.id = $7
        ), credited AS (
          UPDATE ledger_account l SET credits_minor = l.credits_minor + $6 FROM taken WHERE l.merchant_id = $1 AND l.id = $8
        ), moved AS (
          INSERT INTO transfer (merchant_id, subject_id, sequence, line, debit_id, credit_id, amount_minor, currency)
          VALUES ($1, $3, 1, 1, $7, $8, $6, 'USD')
        ), happened AS (
          INSERT INTO event (merchant_id, subject_id, sequence, type, status, occurred_at, credential_id, request_id, booked_on,
              effective_on)
          VALUES ($1, $3, 1, 'payment.recorded', 'captured', $9, 1, $4, ($9 AT TIME ZONE 'UTC')::date, ($9 AT TIME ZONE 'UTC')::date)
        )
        INSERT INTO payment (merchant_id, id, number, account_id, amount_minor, currency, allocated_minor, events, dialect, status,
            method, status_at, details)
        SELECT $1, $3, taken.number, $5, $6, 'USD', 0, 1, 'tmf676', 'captured', 'cash', $9, $10 FROM taken
        """;

    public string Name => name;

    public ServerProcess? Server => null;

    public async Task<LoadResult> RunAsync(int connections, TimeSpan time, CancellationToken cancel)
    {
        var open = await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ => await database.OpenConnectionAsync(cancel)));
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        var work = open.Select(
            (connection, index) => Task.Run(() => PayAsync(connection, SlotsOf(index, connections), start, time, cancel), cancel));
        var latencies = Latencies.Of(await Task.WhenAll(work));
        var elapsed = Stopwatch.GetElapsedTime(start);
        foreach (var connection in open)
            await connection.DisposeAsync();
        return new LoadResult(
            latencies.Count, 0, elapsed, latencies.Percentile(50), latencies.Percentile(99), Environment.CpuUsage.TotalTime - cpu);
    }

    private int[] SlotsOf(int index, int connections) =>
        [.. Enumerable.Range(0, MerchantId.Slots).Where(slot => slot % connections == index && accounts.HasAny(slot))];

    private async Task<Latencies> PayAsync(NpgsqlConnection connection, int[] slots, long start, TimeSpan time, CancellationToken cancel)
    {
        var random = new Random(slots[0]);
        var latencies = new Latencies();
        await using var commands = new LimitCommands(connection, merchant, accounts.Details, statements);
        await commands.PrepareAsync(cancel);

        while (Stopwatch.GetElapsedTime(start) < time)
        {
            var slot = slots[random.Next(slots.Length)];
            var account = accounts.Any(slot, random);
            var amountMinor = random.Next(RequestTemplate.SmallestAmount, RequestTemplate.LargestAmount) * 100;
            var sent = Stopwatch.GetTimestamp();
            await commands.WriteAsync(slot, account, accounts.ClearingOf(slot), amountMinor, cancel);
            latencies.AddSince(sent);
        }

        return latencies;
    }
}
