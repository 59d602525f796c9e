using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;
using Quittance.Bench.Books;
using Quittance.Bench.Contests;
using Quittance.Bench.Load;
using Quittance.Bench.Servers;
using Quittance.Core;
using Quittance.Core.Accounts;

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
        var work = Enumerable.Range(0, connections).Select(index => Task.Run(() => CopyAsync(new Random(index), start, time, cancel), cancel));
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

    private async Task CopyTransactionAsync(NpgsqlConnection connection, Random random, CancellationToken cancel)
    {
        var now = TimeProvider.System.GetUtcNow();
        var request = Guid.CreateVersion7(now);
        Row[] rows = [.. Enumerable.Range(0, payments).Select(_ => NewRow(random, now))];
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await CopyAsync(connection, "transfer (merchant_id, subject_id, sequence, line, debit_id, credit_id, amount_minor, currency)", rows, (copy, row) =>
        {
            copy.Write(row.Payment, NpgsqlDbType.Uuid);
            copy.Write(1, NpgsqlDbType.Integer);
            copy.Write(1, NpgsqlDbType.Integer);
            copy.Write(row.Clearing, NpgsqlDbType.Uuid);
            copy.Write(row.Credit, NpgsqlDbType.Uuid);
            copy.Write(row.AmountMinor, NpgsqlDbType.Bigint);
            copy.Write("USD", NpgsqlDbType.Text);
        });
        await CopyAsync(
            connection,
            "payment (merchant_id, id, number, account_id, amount_minor, currency, allocated_minor, events, dialect, status, method, status_at, details)",
            rows,
            (copy, row) =>
            {
                copy.Write(row.Payment, NpgsqlDbType.Uuid);
                copy.Write(row.Number, NpgsqlDbType.Bigint);
                copy.Write(row.Account, NpgsqlDbType.Uuid);
                copy.Write(row.AmountMinor, NpgsqlDbType.Bigint);
                copy.Write("USD", NpgsqlDbType.Text);
                copy.Write(0L, NpgsqlDbType.Bigint);
                copy.Write(1, NpgsqlDbType.Integer);
                copy.Write("midnight", NpgsqlDbType.Text);
                copy.Write("captured", NpgsqlDbType.Text);
                copy.Write("unspecified", NpgsqlDbType.Text);
                copy.Write(now.UtcDateTime, NpgsqlDbType.TimestampTz);
                if (accounts.Details is { } details)
                    copy.Write(details, NpgsqlDbType.Json);
                else
                    copy.WriteNull();
            });
        await CopyAsync(connection, "event (merchant_id, subject_id, sequence, type, status, occurred_at, credential_id, request_id)", rows, (copy, row) =>
        {
            copy.Write(row.Payment, NpgsqlDbType.Uuid);
            copy.Write(1, NpgsqlDbType.Integer);
            copy.Write("payment.recorded", NpgsqlDbType.Text);
            copy.Write("captured", NpgsqlDbType.Text);
            copy.Write(now.UtcDateTime, NpgsqlDbType.TimestampTz);
            copy.Write(1L, NpgsqlDbType.Bigint);
            copy.Write(request, NpgsqlDbType.Uuid);
        });
        await transaction.CommitAsync(cancel);
    }

    private async Task CopyAsync(NpgsqlConnection connection, string table, Row[] rows, Action<NpgsqlBinaryImporter, Row> write)
    {
        await using var copy = await connection.BeginBinaryImportAsync($"COPY {table} FROM STDIN (FORMAT BINARY)");
        foreach (var row in rows)
        {
            await copy.StartRowAsync();
            await copy.WriteAsync(merchant.Value, NpgsqlDbType.Bigint);
            write(copy, row);
        }

        await copy.CompleteAsync();
    }

    private Row NewRow(Random random, DateTimeOffset now)
    {
        var slot = random.Next(Account.Slots);
        var (account, credit) = accounts.Any(slot, random);
        var number = (Interlocked.Increment(ref _lastNumber) * Account.Slots) + slot;
        return new Row(Guid.CreateVersion7(now), number, account, accounts.ClearingOf(slot), credit, random.Next(10, 100) * 100);
    }

    private readonly record struct Row(Guid Payment, long Number, Guid Account, Guid Clearing, Guid Credit, long AmountMinor);
}
