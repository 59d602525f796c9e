using System.Diagnostics;
using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;
using Quittance.Bench.Contests;
using Quittance.Bench.Load;
using Quittance.Bench.Servers;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Ledger;

namespace Quittance.Bench.Charges;

/// <summary>
/// The fastest way into PostgreSQL: a binary COPY of a charge's rows into each of its tables, in transactions of as many charges. It checks
/// nothing, answers nobody, seals nothing and updates no balance, so its books do not add up.
/// </summary>
internal sealed class ChargeCopyRival(NpgsqlDataSource database, MerchantId merchant, IReadOnlyList<Account> accounts, int charges) : IRival
{
    // Above every number that the slots have given out.
    private long _lastNumber = 1_000_000_000;

    public string Name => "Binary COPY";

    public ServerProcess? Server => null;

    public async Task<LoadResult> RunAsync(int connections, TimeSpan time, CancellationToken cancel)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        var all = Latencies.Of(await Task.WhenAll(
            Enumerable.Range(0, connections).Select(index => Task.Run(() => CopyAsync(new Random(index), start, time, cancel), cancel))));
        return new LoadResult(
            (long)all.Count * charges, 0, Stopwatch.GetElapsedTime(start), all.Percentile(50), all.Percentile(99),
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
        var hash = RandomNumberGenerator.GetBytes(32);
        var rows = Enumerable.Range(0, charges).Select(line => NewRow(random, now, line)).ToList();
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await CopyAsync(
            connection,
            "charge (merchant_id, id, account_id, number, label, reference, due_on, currency, amount_minor, allocated_minor, "
                + "credited_minor)", rows, (copy, row) =>
        {
            copy.Write(row.Charge, NpgsqlDbType.Uuid);
            copy.Write(row.Account.Id.Value, NpgsqlDbType.Uuid);
            copy.Write(row.Number, NpgsqlDbType.Bigint);
            copy.Write("bill", NpgsqlDbType.Text);
            copy.Write($"B-{row.Number}", NpgsqlDbType.Text);
            copy.Write(new DateOnly(2027, 1, 31), NpgsqlDbType.Date);
            copy.Write("USD", NpgsqlDbType.Text);
            copy.Write(row.AmountMinor, NpgsqlDbType.Bigint);
            copy.Write(0L, NpgsqlDbType.Bigint);
            copy.Write(0L, NpgsqlDbType.Bigint);
        });
        foreach (var (kind, name) in ((string, string)[])[("charge", "B-"), ("charge-number", "")])
        {
            await CopyAsync(
                connection, "reference (merchant_id, dialect, kind, value, account_id, slot, object_id)", rows, (copy, row) =>
            {
                copy.Write(Reference.House, NpgsqlDbType.Text);
                copy.Write(kind, NpgsqlDbType.Text);
                copy.Write($"{name}{row.Number}", NpgsqlDbType.Text);
                copy.Write(row.Account.Id.Value, NpgsqlDbType.Uuid);
                copy.Write((short)row.Account.Slot, NpgsqlDbType.Smallint);
                copy.Write(row.Charge, NpgsqlDbType.Uuid);
            });
        }

        await CopyAsync(
            connection, "event (merchant_id, subject_id, sequence, type, occurred_at, credential_id, request_id, booked_on, effective_on)",
            rows, (copy, row) =>
        {
            copy.Write(row.Charge, NpgsqlDbType.Uuid);
            copy.Write(1, NpgsqlDbType.Integer);
            copy.Write("charge.raised", NpgsqlDbType.Text);
            copy.Write(now.UtcDateTime, NpgsqlDbType.TimestampTz);
            copy.Write(1L, NpgsqlDbType.Bigint);
            copy.Write(request, NpgsqlDbType.Uuid);
            copy.Write(DateOnly.FromDateTime(now.UtcDateTime), NpgsqlDbType.Date);
            copy.Write(DateOnly.FromDateTime(now.UtcDateTime), NpgsqlDbType.Date);
        });
        await CopyAsync(
            connection, "transfer (merchant_id, subject_id, sequence, line, debit_id, credit_id, amount_minor, currency, charge_id)",
            rows, (copy, row) =>
        {
            copy.Write(row.Charge, NpgsqlDbType.Uuid);
            copy.Write(1, NpgsqlDbType.Integer);
            copy.Write(1, NpgsqlDbType.Integer);
            copy.Write(row.Receivable, NpgsqlDbType.Uuid);
            copy.Write(row.Billed, NpgsqlDbType.Uuid);
            copy.Write(row.AmountMinor, NpgsqlDbType.Bigint);
            copy.Write("USD", NpgsqlDbType.Text);
            copy.Write(row.Charge, NpgsqlDbType.Uuid);
        });
        await CopyAsync(
            connection, "kept_answer (merchant_id, scope, key, line, request_hash, subject_id, sequence, faults, kept_until)", rows,
            (copy, row) =>
        {
            copy.Write("1 charge.raise", NpgsqlDbType.Text);
            copy.Write($"{request:N}", NpgsqlDbType.Text);
            copy.Write(row.Line, NpgsqlDbType.Integer);
            copy.Write(hash, NpgsqlDbType.Bytea);
            copy.Write(row.Charge, NpgsqlDbType.Uuid);
            copy.Write(1, NpgsqlDbType.Integer);
            copy.Write("", NpgsqlDbType.Text);
            copy.Write(now.UtcDateTime.AddDays(30), NpgsqlDbType.TimestampTz);
        });
        await transaction.CommitAsync(cancel);
    }

    private async Task CopyAsync(
        NpgsqlConnection connection, string table, IEnumerable<ChargeRow> rows, Action<NpgsqlBinaryImporter, ChargeRow> write)
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

    private ChargeRow NewRow(Random random, DateTimeOffset now, int line)
    {
        var account = accounts[random.Next(accounts.Count)];
        return new ChargeRow(
            Guid.CreateVersion7(now), account, (Interlocked.Increment(ref _lastNumber) * MerchantId.Slots) + account.Slot,
            random.Next(10, 100) * 100, line, Chart.Receivable(account, account.Currency).ToId(),
            Chart.Billed(account, account.Currency).ToId());
    }

    private sealed record ChargeRow(Guid Charge, Account Account, long Number, long AmountMinor, int Line, Guid Receivable, Guid Billed);
}
