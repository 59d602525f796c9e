using Npgsql;
using Quittance.Core;
using Quittance.Core.Refunds;

namespace Quittance.Storage;

/// <summary>Reads what has happened to a payment and what belongs to it, and by whom.</summary>
public sealed class Trail(NpgsqlDataSource database)
{
    /// <summary>The events of a payment, of its attempts and of its refunds, in the order of time.</summary>
    public Task<IReadOnlyList<TrailEvent>> OfPaymentAsync(PaymentId payment, CancellationToken cancel) => database.ReadAllAsync(
        // Indexes: attempt_of_payment, refund_of_payment.
        """
        SELECT k.kind, e.subject_id, e.sequence, e.type, e.status, e.occurred_at, e.credential_id, c.name, e.request_id
          FROM (SELECT 1 AS place, 'payment' AS kind, $2::uuid AS id
                UNION ALL SELECT 2, 'attempt', a.id FROM attempt a WHERE a.merchant_id = $1 AND a.payment_id = $2
                UNION ALL SELECT 3, 'refund', r.id FROM refund r WHERE r.merchant_id = $1 AND r.payment_id = $2) k
         CROSS JOIN LATERAL (SELECT e.* FROM event e WHERE e.merchant_id = $1 AND e.subject_id = k.id ORDER BY e.sequence OFFSET 0) e
          LEFT JOIN LATERAL (SELECT c.name FROM credential c WHERE c.merchant_id = $1 AND c.id = e.credential_id LIMIT 1) c ON true
         ORDER BY e.occurred_at, k.place, e.subject_id, e.sequence
        """,
        command => command.With(payment.Merchant.Value).With(payment.Value),
        (row, first) => new TrailEvent(
            row.GetString(first), row.GetGuid(first + 1), row.GetInt32(first + 2), Words.ToEventType(row.GetString(first + 3)),
            row.IsDBNull(first + 4) ? null : Words.ToStatus(row.GetString(first + 4)), row.GetFieldValue<DateTimeOffset>(first + 5),
            row.GetInt64(first + 6), row.IsDBNull(first + 7) ? null : row.GetString(first + 7), row.GetGuid(first + 8)),
        cancel);

    /// <summary>The refunds of a payment's money, the oldest first.</summary>
    public Task<IReadOnlyList<Refund>> RefundsOfAsync(PaymentId payment, CancellationToken cancel) => database.ReadAllAsync(
        // Index: refund_of_payment.
        $"SELECT {Rows.RefundColumns} FROM refund x WHERE x.merchant_id = $1 AND x.payment_id = $2 ORDER BY x.id",
        command => command.With(payment.Merchant.Value).With(payment.Value), Rows.Refund, cancel);
}
