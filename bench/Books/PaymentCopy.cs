using Npgsql;
using NpgsqlTypes;
using Quittance.Core;

namespace Quittance.Bench.Books;

/// <summary>A binary COPY of a merchant's payments into each of their tables, in one transaction. It updates no balance.</summary>
internal static class PaymentCopy
{
    public static async Task WriteAsync(
        NpgsqlConnection connection, MerchantId merchant, IReadOnlyList<PaymentRow> rows, CancellationToken cancel)
    {
        var request = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await RowCopy.WriteAsync(
            connection, merchant, "transfer (merchant_id, subject_id, sequence, line, debit_id, credit_id, amount_minor, currency)",
            rows.Where(row => row.IsCaptured), (copy, row) =>
        {
            copy.Write(row.Payment, NpgsqlDbType.Uuid);
            copy.Write(1, NpgsqlDbType.Integer);
            copy.Write(1, NpgsqlDbType.Integer);
            copy.Write(row.Clearing, NpgsqlDbType.Uuid);
            copy.Write(row.Credit, NpgsqlDbType.Uuid);
            copy.Write(row.AmountMinor, NpgsqlDbType.Bigint);
            copy.Write(BenchAccounts.Currency.Code, NpgsqlDbType.Text);
        });
        await RowCopy.WriteAsync(
            connection,
            merchant,
            "payment (merchant_id, id, number, account_id, amount_minor, currency, allocated_minor, events, dialect, status, method, "
                + "status_at, details)",
            rows,
            (copy, row) =>
            {
                copy.Write(row.Payment, NpgsqlDbType.Uuid);
                copy.Write(row.Number, NpgsqlDbType.Bigint);
                copy.Write(row.Account, NpgsqlDbType.Uuid);
                copy.Write(row.AmountMinor, NpgsqlDbType.Bigint);
                copy.Write(BenchAccounts.Currency.Code, NpgsqlDbType.Text);
                copy.Write(0L, NpgsqlDbType.Bigint);
                copy.Write(1, NpgsqlDbType.Integer);
                copy.Write(row.Dialect, NpgsqlDbType.Text);
                copy.Write(row.Status, NpgsqlDbType.Text);
                copy.Write(row.Method, NpgsqlDbType.Text);
                copy.Write(row.At.UtcDateTime, NpgsqlDbType.TimestampTz);
                if (row.Details is { } details)
                    copy.Write(details, NpgsqlDbType.Json);
                else
                    copy.WriteNull();
            });
        await RowCopy.WriteAsync(
            connection, merchant,
            "event (merchant_id, subject_id, sequence, type, status, occurred_at, credential_id, request_id, booked_on, effective_on)",
            rows, (copy, row) =>
        {
            copy.Write(row.Payment, NpgsqlDbType.Uuid);
            copy.Write(1, NpgsqlDbType.Integer);
            copy.Write("payment.recorded", NpgsqlDbType.Text);
            copy.Write(row.Status, NpgsqlDbType.Text);
            copy.Write(row.At.UtcDateTime, NpgsqlDbType.TimestampTz);
            copy.Write(1L, NpgsqlDbType.Bigint);
            copy.Write(request, NpgsqlDbType.Uuid);
            copy.Write(DateOnly.FromDateTime(row.At.UtcDateTime), NpgsqlDbType.Date);
            copy.Write(DateOnly.FromDateTime(row.At.UtcDateTime), NpgsqlDbType.Date);
        });
        await transaction.CommitAsync(cancel);
    }
}
