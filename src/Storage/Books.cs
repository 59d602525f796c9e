using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Payments;

namespace Quittance.Storage;

/// <summary>Reads payments with all that an answer may show of them, in one round trip.</summary>
public sealed class Books(NpgsqlDataSource database) : IBooks
{
    /// <inheritdoc/>
    public Task<PaymentView?> PaymentAsync(PaymentId id, int? asOf, CancellationToken cancel) =>
        ReadAsync("x.id = $2", id.Merchant, command => command.With(id.Value), asOf, cancel);

    /// <inheritdoc/>
    public Task<PaymentView?> PaymentAsync(MerchantId merchant, long number, CancellationToken cancel) =>
        ReadAsync("x.number = $2", merchant, command => command.With(number), null, cancel);

    private async Task<PaymentView?> ReadAsync(
        string found, MerchantId merchant, Action<NpgsqlBatchCommand> key, int? asOf, CancellationToken cancel)
    {
        try
        {
            return await QueryAsync(found, merchant, key, asOf, cancel);
        }
        catch (Exception broken) when (SqlStates.MeansUnreachable(broken))
        {
            throw new StoreUnavailableException("The database can't be reached.", broken);
        }
    }

    private async Task<PaymentView?> QueryAsync(
        string found, MerchantId merchant, Action<NpgsqlBatchCommand> key, int? asOf, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        Add(batch, $"""
            SELECT {Rows.PaymentColumns},
                   a.merchant_id, a.id, a.slot, a.number, a.currency, h.name,
                   i.merchant_id, i.id, i.account_id, i.reference, i.method, i.name, i.provider, i.kind, i.last_four, i.scheme, i.country,
                   i.expires_on, i.holder, {Rows.MandateColumns}
              FROM payment x
              JOIN account a ON a.merchant_id = x.merchant_id AND a.id = x.account_id AND a.merchant_id = $1
              LEFT JOIN account_holder h ON h.merchant_id = x.merchant_id AND h.account_id = x.account_id AND h.merchant_id = $1
              LEFT JOIN instrument i ON i.merchant_id = x.merchant_id AND i.id = x.instrument_id AND i.merchant_id = $1
              LEFT JOIN mandate m ON m.merchant_id = x.merchant_id AND m.instrument_id = x.instrument_id AND m.merchant_id = $1
             WHERE x.merchant_id = $1 AND {found}
            """);
        Add(batch, $"""
            SELECT e.sequence, e.status, e.occurred_at
              FROM payment x JOIN event e ON e.merchant_id = x.merchant_id AND e.subject_id = x.id AND e.merchant_id = $1
             WHERE x.merchant_id = $1 AND {found} ORDER BY e.sequence
            """);
        // An allocation is a transfer of the payment that names a charge. What is read of the charge here never changes but for
        // its running totals, which no answer shows.
        Add(batch, $"""
            SELECT c.merchant_id, c.id, c.account_id, c.order_id, c.number, c.label, c.reference, c.document, c.description, c.due_on,
                   c.amount_minor, c.currency, c.allocated_minor, c.credited_minor, t.sequence, t.amount_minor
              FROM payment x
              JOIN transfer t ON t.merchant_id = x.merchant_id AND t.subject_id = x.id AND t.merchant_id = $1
              JOIN charge c ON c.merchant_id = t.merchant_id AND c.id = t.charge_id AND c.merchant_id = $1
             WHERE x.merchant_id = $1 AND {found} ORDER BY t.sequence, t.line
            """);
        // Index: reference_by_object.
        Add(batch, $"""
            SELECT r.dialect, r.kind, r.value
              FROM payment x JOIN reference r ON r.merchant_id = x.merchant_id AND r.object_id = x.account_id AND r.merchant_id = $1
             WHERE x.merchant_id = $1 AND {found} ORDER BY r.dialect, r.kind, r.value
            """);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        return await ViewAsync(reader, merchant, asOf, cancel);

        void Add(NpgsqlBatch statements, string sql) => key(statements.Statement(sql).With(merchant.Value));
    }

    private static async Task<PaymentView?> ViewAsync(NpgsqlDataReader reader, MerchantId merchant, int? asOf, CancellationToken cancel)
    {
        if (!await reader.ReadAsync(cancel))
            return null;
        var payment = Rows.Payment(reader, 0);
        var account = Rows.Account(reader, 14);
        var instrument = reader.IsDBNull(20) ? null : Rows.Instrument(reader, 20);

        await reader.NextResultAsync(cancel);
        var last = asOf ?? payment.Events;
        while (await reader.ReadAsync(cancel) && reader.GetInt32(0) <= last)
        {
            if (!reader.IsDBNull(1))
                payment = payment with { Status = Words.ToStatus(reader.GetString(1)), StatusAt = reader.GetFieldValue<DateTimeOffset>(2) };
        }

        await reader.NextResultAsync(cancel);
        List<Allocation> allocations = [];
        while (await reader.ReadAsync(cancel))
        {
            if (reader.GetInt32(14) <= last)
                allocations.Add(new Allocation(Rows.Charge(reader, 0), reader.GetInt64(15)));
        }

        await reader.NextResultAsync(cancel);
        List<Reference> names = [];
        while (await reader.ReadAsync(cancel))
            names.Add(new Reference(merchant, reader.GetString(0), reader.GetString(1), reader.GetString(2)));

        payment = payment with { Events = last, AllocatedMinor = allocations.Sum(allocation => allocation.AmountMinor) };
        return new PaymentView(payment, account, instrument, allocations) { AccountNames = names };
    }
}
