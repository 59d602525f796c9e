using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;
using Quittance.Bench.Books;
using Quittance.Bench.Contests;
using Quittance.Bench.Load;
using Quittance.Bench.Servers;
using Quittance.Core;

namespace Quittance.Bench.Payments;

/// <summary>
/// The limit of one commit per payment: one prepared statement, one round trip, no HTTP, nothing looked up. Each connection
/// has slots of its own, so that none ever waits for another's lock.
/// </summary>
internal sealed class LimitRival(NpgsqlDataSource database, MerchantId merchant, KnownAccounts accounts) : IRival
{
    // Each update depends on the number taken first: the slot is locked before its balances.
    private const string Payment = """
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
        INSERT INTO payment (merchant_id, id, number, account_id, amount_minor, currency, allocated_minor, events, dialect, status, method, status_at, details)
        SELECT $1, $3, taken.number, $5, $6, 'USD', 0, 1, 'tmf676', 'captured', 'cash', $9, $10 FROM taken
        """;

    public string Name => "Limit: one SQL statement";

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
        await using var command = new NpgsqlCommand(Payment, connection);
        var parameters = new LimitParameters(command, merchant, accounts.Details);
        await command.PrepareAsync(cancel);
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            var slot = slots[random.Next(slots.Length)];
            var (account, credit) = accounts.Any(slot, random);
            parameters.Set(slot, account, accounts.ClearingOf(slot), credit,
                random.Next(RequestTemplate.SmallestAmount, RequestTemplate.LargestAmount) * 100);
            var sent = Stopwatch.GetTimestamp();
            await command.ExecuteNonQueryAsync(cancel);
            latencies.AddSince(sent);
        }

        return latencies;
    }

    /// <summary>The parameters of the statement, typed and used again for every payment.</summary>
    private sealed class LimitParameters
    {
        private readonly NpgsqlParameter<short> _slot = new();
        private readonly NpgsqlParameter<Guid> _payment = new();
        private readonly NpgsqlParameter<Guid> _request = new();
        private readonly NpgsqlParameter<Guid> _account = new();
        private readonly NpgsqlParameter<long> _amount = new();
        private readonly NpgsqlParameter<Guid> _clearing = new();
        private readonly NpgsqlParameter<Guid> _credit = new();
        private readonly NpgsqlParameter<DateTime> _at = new() { NpgsqlDbType = NpgsqlDbType.TimestampTz };

        public LimitParameters(NpgsqlCommand command, MerchantId merchant, string? details)
        {
            var merchantId = new NpgsqlParameter<long> { TypedValue = merchant.Value };
            var kept = new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Json, Value = (object?)details ?? DBNull.Value };
            command.Parameters.AddRange(
                new NpgsqlParameter[] { merchantId, _slot, _payment, _request, _account, _amount, _clearing, _credit, _at, kept });
        }

        public void Set(int slot, Guid account, Guid clearing, Guid credit, long amountMinor)
        {
            var now = TimeProvider.System.GetUtcNow();
            (_slot.TypedValue, _account.TypedValue, _clearing.TypedValue) = ((short)slot, account, clearing);
            (_credit.TypedValue, _amount.TypedValue, _at.TypedValue) = (credit, amountMinor, now.UtcDateTime);
            (_payment.TypedValue, _request.TypedValue) = (Guid.CreateVersion7(now), Guid.CreateVersion7(now));
        }
    }
}
