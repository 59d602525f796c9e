using System.Text.Json;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Ledger;

namespace Quittance.Bench.Servers;

/// <summary>
/// Payments without batching: a transaction for each, one prepared statement after the other. It writes the same rows as
/// Quittance, and updates last what many payments share, so that locks are short.
/// </summary>
internal sealed class PlainPayments(NpgsqlDataSource database, TimeProvider clock, MerchantId merchant)
{
    /// <summary>Null when there is no such account.</summary>
    public async Task<PlainPayment?> CreateAsync(PlainPaymentRequest request, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var amountMinor = (long)(request.TotalAmount.Value * 100);
        var currency = request.TotalAmount.Unit;

        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await LockAccountAsync(connection, request.Account.Id) is not { } account)
            return null;
        var credit = await MoveAsync(
            connection, "credits_minor", LedgerKind.Credit, account.Slot, account.Id, CreditPurpose.General, currency, amountMinor);
        await ExecuteAsync(
            connection,
            """
            INSERT INTO event (merchant_id, subject_id, sequence, type, status, occurred_at, credential_id, request_id, booked_on,
                effective_on)
            VALUES ($1, $2, 1, 'payment.recorded', 'captured', $3, 1, $4, ($3 AT TIME ZONE 'UTC')::date, ($3 AT TIME ZONE 'UTC')::date)
            """,
            merchant.Value, id, now.UtcDateTime, Guid.CreateVersion7(now));
        var clearing = await MoveAsync(
            connection, "debits_minor", LedgerKind.Clearing, account.Slot, Guid.Empty, ClearingProvider.Cash, currency, amountMinor);
        await ExecuteAsync(
            connection,
            """
            INSERT INTO transfer (merchant_id, subject_id, sequence, line, debit_id, credit_id, amount_minor, currency)
            VALUES ($1, $2, 1, 1, $3, $4, $5, $6)
            """,
            merchant.Value, id, clearing, credit, amountMinor, currency);
        var number = await TakeNumberAsync(connection, account.Slot);
        await ExecuteAsync(
            connection,
            """
            INSERT INTO payment (merchant_id, id, number, account_id, amount_minor, currency, allocated_minor, events, dialect, status,
                method, status_at, details)
            VALUES ($1, $2, $3, $4, $5, $6, 0, 1, 'tmf676', 'captured', 'cash', $7, $8::json)
            """,
            merchant.Value, id, number, account.Id, amountMinor, currency, now.UtcDateTime,
            JsonSerializer.Serialize(new { request.PaymentMethod }));
        await transaction.CommitAsync(cancel);

        return new PlainPayment(
            id.ToString(), $"http://127.0.0.1/paymentManagement/v4/payment/{id}", "done", now, now, request.Account, request.TotalAmount,
            request.PaymentMethod, request.TotalAmount, "Payment");
    }

    private async Task<(Guid Id, short Slot)?> LockAccountAsync(NpgsqlConnection connection, string name)
    {
        await using var command = Command(
            connection,
            """
            SELECT a.id, a.slot FROM reference r JOIN account a ON a.merchant_id = r.merchant_id AND a.id = r.account_id
             WHERE r.merchant_id = $1 AND r.dialect = 'tmf676' AND r.kind = 'account' AND r.value = $2 FOR UPDATE OF a
            """,
            merchant.Value, name);
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync() ? (reader.GetGuid(0), reader.GetInt16(1)) : null;
    }

    private async Task<Guid> MoveAsync(
        NpgsqlConnection connection, string column, LedgerKind kind, short slot, Guid holder, string purpose, string currency,
        long amountMinor)
    {
        var id = new LedgerAccount(merchant, slot, kind, holder, purpose, Currency.Parse(currency)).ToId();
        await ExecuteAsync(
            connection, $"UPDATE ledger_account SET {column} = {column} + $3 WHERE merchant_id = $1 AND id = $2", merchant.Value, id,
            amountMinor);
        return id;
    }

    private async Task<long> TakeNumberAsync(NpgsqlConnection connection, short slot)
    {
        await using var command = Command(
            connection, "UPDATE slot SET last_number = last_number + 1 WHERE merchant_id = $1 AND slot = $2 RETURNING last_number",
            merchant.Value, slot);
        return ((long)(await command.ExecuteScalarAsync())! * MerchantId.Slots) + slot;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, params object[] values)
    {
        await using var command = Command(connection, sql, values);
        await command.ExecuteNonQueryAsync();
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
