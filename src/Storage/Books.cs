using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;

namespace Quittance.Storage;

/// <summary>Reads payments with all that an answer may show of them, in one round trip; and how accounts stand.</summary>
public sealed class Books(NpgsqlDataSource database) : IBooks
{
    /// <inheritdoc/>
    public Task<PaymentView?> PaymentAsync(PaymentId id, int? asOf, CancellationToken cancel) =>
        ReadAsync("x.id = $2", id.Merchant, command => command.With(id.Value), payment => new History(payment, asOf), cancel);

    /// <inheritdoc/>
    public Task<PaymentView?> DecidedPaymentAsync(PaymentId id, int from, CancellationToken cancel) =>
        ReadAsync("x.id = $2", id.Merchant, command => command.With(id.Value), payment => new History(payment, from, untilDecided: true), cancel);

    /// <inheritdoc/>
    public Task<PaymentView?> PaymentAsync(MerchantId merchant, long number, CancellationToken cancel) =>
        ReadAsync("x.number = $2", merchant, command => command.With(number), payment => new History(payment, asOf: null), cancel);

    /// <inheritdoc/>
    public Task<PaymentView?> PaymentAfterAsync(PaymentId id, int sequence, CancellationToken cancel) =>
        ReadAsync("x.id = $2", id.Merchant, command => command.With(id.Value), payment => new History(payment, sequence, isExact: true), cancel);

    /// <inheritdoc/>
    public async Task<RefundView?> RefundAsync(RefundId id, int? asOf, CancellationToken cancel)
    {
        var events = await database.ReadAllAsync(
            $"""
            SELECT {Rows.RefundColumns}, e.sequence, e.type, e.occurred_at
              FROM refund x JOIN event e ON e.merchant_id = x.merchant_id AND e.subject_id = x.id AND e.merchant_id = $1
             WHERE x.merchant_id = $1 AND x.id = $2 ORDER BY e.sequence
            """,
            command => command.With(id.Merchant.Value).With(id.Value),
            (row, first) => (
                Refund: Rows.Refund(row, first), Sequence: row.GetInt32(Rows.AfterRefund), Type: Words.ToEventType(row.GetString(Rows.AfterRefund + 1)),
                At: row.GetFieldValue<DateTimeOffset>(Rows.AfterRefund + 2)),
            cancel);
        if (events.Count == 0)
            return null;
        // The next event that tells what came of it: while a provider is being asked there is no answer.
        var last = events.FirstOrDefault(row => row.Sequence >= (asOf ?? row.Refund.Events) && row.Type != EventType.RefundAsked);
        var isUnderWay = last.Refund is null;
        last = isUnderWay ? events[^1] : last;
        var stands = events.Last(row => row.Sequence <= last.Sequence && row.Type != EventType.RefundUnanswered);
        var refund = last.Refund with
        {
            Status = stands.Type switch
            {
                EventType.RefundDone => RefundStatus.Done,
                EventType.RefundFailed => RefundStatus.Failed,
                _ => RefundStatus.Pending,
            },
            StatusAt = stands.At,
            Events = last.Sequence,
        };
        return await PaymentAsync(refund.Payment, refund.TakenBy, cancel) is { } payment ? new RefundView(refund, payment, isUnderWay) : null;
    }

    /// <inheritdoc/>
    public Task<Account?> AccountAsync(Reference name, CancellationToken cancel) =>
        SqlStates.ReachingAsync(() => new AccountReading(database).AccountAsync(name, cancel));

    /// <inheritdoc/>
    public Task<AccountStanding> StandingAsync(Account account, Currency currency, DateOnly today, CancellationToken cancel) =>
        SqlStates.ReachingAsync(() => new AccountReading(database).StandingAsync(account, currency, today, cancel));

    /// <inheritdoc/>
    public Task<ChargeSlice> ChargesAsync(AccountId account, ChargeRange range, CancellationToken cancel) =>
        SqlStates.ReachingAsync(() => new AccountReading(database).ChargesAsync(account, range, cancel));

    private Task<PaymentView?> ReadAsync(
        string found, MerchantId merchant, Action<NpgsqlBatchCommand> key, Func<Payment, History> begin, CancellationToken cancel) =>
        SqlStates.ReachingAsync(() => QueryAsync(found, merchant, key, begin, cancel));

    private async Task<PaymentView?> QueryAsync(
        string found, MerchantId merchant, Action<NpgsqlBatchCommand> key, Func<Payment, History> begin, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        Add(batch, $"""
            SELECT {Rows.PaymentColumns},
                   a.merchant_id, a.id, a.slot, a.number, a.currency, h.name,
                   i.merchant_id, i.id, i.account_id, i.reference, i.method, i.name, i.provider, i.kind, i.last_four, i.scheme, i.country,
                   i.expires_on, i.holder, {Rows.MandateColumns}, i.standing
              FROM payment x
              JOIN account a ON a.merchant_id = x.merchant_id AND a.id = x.account_id AND a.merchant_id = $1
              LEFT JOIN account_holder h ON h.merchant_id = x.merchant_id AND h.account_id = x.account_id AND h.merchant_id = $1
              LEFT JOIN instrument i ON i.merchant_id = x.merchant_id AND i.id = x.instrument_id AND i.merchant_id = $1
              LEFT JOIN mandate m ON m.merchant_id = x.merchant_id AND m.instrument_id = x.instrument_id AND m.merchant_id = $1
             WHERE x.merchant_id = $1 AND {found}
            """);
        Add(batch, $"""
            SELECT e.sequence, e.type, e.status, e.occurred_at
              FROM payment x JOIN event e ON e.merchant_id = x.merchant_id AND e.subject_id = x.id AND e.merchant_id = $1
             WHERE x.merchant_id = $1 AND {found} ORDER BY e.sequence
            """);
        // An allocation is a transfer of the payment to receivable that names a charge; one from there takes it back. What is read of
        // the charge here never changes but for its running totals, which no answer shows.
        Add(batch, $"""
            SELECT t.sequence, t.amount_minor, d.kind, k.kind,
                   c.merchant_id, c.id, c.account_id, c.order_id, c.number, c.label, c.reference, c.document, c.description, c.due_on,
                   c.amount_minor, c.currency, c.allocated_minor, c.credited_minor, c.reference_number
              FROM payment x
              JOIN transfer t ON t.merchant_id = x.merchant_id AND t.subject_id = x.id AND t.merchant_id = $1
              JOIN ledger_account d ON d.merchant_id = t.merchant_id AND d.id = t.debit_id AND d.merchant_id = $1
              JOIN ledger_account k ON k.merchant_id = t.merchant_id AND k.id = t.credit_id AND k.merchant_id = $1
              LEFT JOIN charge c ON c.merchant_id = t.merchant_id AND c.id = t.charge_id AND c.merchant_id = $1
             WHERE x.merchant_id = $1 AND {found} ORDER BY t.sequence, t.line
            """);
        // Index: reference_by_object.
        Add(batch, $"""
            SELECT r.dialect, r.kind, r.value
              FROM payment x JOIN reference r ON r.merchant_id = x.merchant_id AND r.object_id = x.account_id AND r.merchant_id = $1
             WHERE x.merchant_id = $1 AND {found} ORDER BY r.dialect, r.kind, r.value
            """);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        return await ViewAsync(reader, merchant, begin, cancel);

        void Add(NpgsqlBatch statements, string sql) => key(statements.Statement(sql).With(merchant.Value));
    }

    private static async Task<PaymentView?> ViewAsync(NpgsqlDataReader reader, MerchantId merchant, Func<Payment, History> begin, CancellationToken cancel)
    {
        if (!await reader.ReadAsync(cancel))
            return null;
        var payment = Rows.Payment(reader, 0);
        var account = Rows.Account(reader, Rows.AfterPayment);
        var instrument = reader.IsDBNull(Rows.AfterPayment + 6) ? null : Rows.Instrument(reader, Rows.AfterPayment + 6);

        await reader.NextResultAsync(cancel);
        var history = begin(payment);
        while (await reader.ReadAsync(cancel))
        {
            history.Add(
                reader.GetInt32(0), Words.ToEventType(reader.GetString(1)),
                reader.IsDBNull(2) ? null : Words.ToStatus(reader.GetString(2)), reader.GetFieldValue<DateTimeOffset>(3));
        }

        await reader.NextResultAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            history.Add(
                reader.GetInt32(0), reader.GetInt64(1), Words.ToKind(reader.GetString(2)), Words.ToKind(reader.GetString(3)),
                reader.IsDBNull(4) ? null : Rows.Charge(reader, 4));
        }

        await reader.NextResultAsync(cancel);
        List<Reference> names = [];
        while (await reader.ReadAsync(cancel))
            names.Add(new Reference(merchant, reader.GetString(0), reader.GetString(1), reader.GetString(2)));

        return new PaymentView(history.Payment, account, instrument, history.Allocations)
        {
            AccountNames = names,
            IsUnderWay = history.IsUnderWay,
            IsUnanswered = history.IsUnanswered,
        };
    }
}
