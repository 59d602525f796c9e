using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Ledger;
using Quittance.Core.Lists;
using Quittance.Core.Payments;
using Quittance.Core.Refunds;

namespace Quittance.Storage;

/// <summary>Reads payments with all that an answer may show of them, in one round trip; and how accounts stand.</summary>
public sealed class Books(NpgsqlDataSource database) : IBooks
{
    private readonly PaymentReading _payments = new(database);

    /// <inheritdoc/>
    public Task<PaymentView?> PaymentAsync(PaymentId id, int? asOf, CancellationToken cancel) =>
        _payments.ByIdAsync(id, asOf, cancel);

    /// <inheritdoc/>
    public Task<PaymentView?> PaymentAsync(MerchantId merchant, long number, CancellationToken cancel) =>
        _payments.ByNumberAsync(merchant, number, cancel);

    /// <inheritdoc/>
    public Task<ListSlice<PaymentView>> PaymentsAsync(ListQuery query, CancellationToken cancel) => _payments.ListAsync(query, cancel);

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
}
