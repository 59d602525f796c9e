using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;
using Quittance.Bench.Books;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Ledger;

namespace Quittance.Bench.Charges;

/// <summary>Copies the rows of charges as a call raises them, each of any customer.</summary>
internal sealed class ChargeCopy(MerchantId merchant, IReadOnlyList<Account> accounts, int charges)
{
    // Above every number that the slots have given out.
    private long _lastNumber = 1_000_000_000;

    public async Task WriteAsync(NpgsqlConnection connection, Random random, CancellationToken cancel)
    {
        var now = TimeProvider.System.GetUtcNow();
        var request = Guid.CreateVersion7(now);
        var hash = RandomNumberGenerator.GetBytes(32);
        var rows = Enumerable.Range(0, charges).Select(line => NewRow(random, now, line)).ToList();
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await RowCopy.WriteAsync(
            connection, merchant,
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
            await RowCopy.WriteAsync(
                connection, merchant, "reference (merchant_id, dialect, kind, value, account_id, slot, object_id)", rows, (copy, row) =>
            {
                copy.Write(Reference.House, NpgsqlDbType.Text);
                copy.Write(kind, NpgsqlDbType.Text);
                copy.Write($"{name}{row.Number}", NpgsqlDbType.Text);
                copy.Write(row.Account.Id.Value, NpgsqlDbType.Uuid);
                copy.Write((short)row.Account.Slot, NpgsqlDbType.Smallint);
                copy.Write(row.Charge, NpgsqlDbType.Uuid);
            });
        }

        await RowCopy.WriteAsync(
            connection, merchant,
            "event (merchant_id, subject_id, sequence, type, occurred_at, credential_id, request_id, booked_on, effective_on)",
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
        await RowCopy.WriteAsync(
            connection, merchant,
            "transfer (merchant_id, subject_id, sequence, line, debit_id, credit_id, amount_minor, currency, charge_id)",
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
        await RowCopy.WriteAsync(
            connection, merchant,
            "kept_answer (merchant_id, scope, key, line, request_hash, subject_id, sequence, faults, kept_until)", rows,
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
