using Npgsql;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Executing;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Providers;

/// <summary>Reads the refunds that people pay out: by a transfer from the bank account, or at a client's gateway.</summary>
/// <param name="database">Where they are.</param>
public sealed class PayOuts(NpgsqlDataSource database) : IRefundsToPay
{
    private static readonly string Columns =
        $"{Tables.Attempt.Selected}, r.id, r.number, p.number, a.number, h.name, d.collection, d.reason";

    /// <summary>The refunds that wait to be paid out: attempts <c>x</c> of the merchant $1. Index: attempt_to_pay_out.</summary>
    internal const string Waits =
        "x.merchant_id = $1 AND x.verb = 'refund' AND x.provider IN ('bank-transfer', 'gateway', 'bank') "
        + "AND x.status IN ('open', 'unknown', 'pending')";

    private const string Joins = """
        CROSS JOIN LATERAL (SELECT r.* FROM refund r WHERE r.merchant_id = $1 AND r.payment_id = x.payment_id
            AND r.attempt_id = x.id LIMIT 1) r
        CROSS JOIN LATERAL (SELECT p.number FROM payment p WHERE p.merchant_id = $1 AND p.id = x.payment_id LIMIT 1) p
        CROSS JOIN LATERAL (SELECT a.number FROM account a WHERE a.merchant_id = $1 AND a.id = x.account_id LIMIT 1) a
         LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1 AND h.account_id = x.account_id LIMIT 1) h ON true
         LEFT JOIN LATERAL (SELECT d.reason, CASE WHEN NOT d.is_left_out AND c.status <> 'called_off' THEN c.number END AS collection
            FROM debit d JOIN collection c ON c.merchant_id = $1 AND c.id = d.collection_id
            WHERE d.merchant_id = $1 AND d.id = x.id LIMIT 1) d ON true
        """;

    /// <summary>Those that wait to be paid out, the oldest first.</summary>
    /// <param name="after">The last one of the part before; null for the first part.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Ends the reading.</param>
    public Task<IReadOnlyList<RefundToPay>> WaitingAsync(MerchantId merchant, Attempt? after, int limit, CancellationToken cancel) =>
        // Indexes: attempt_to_pay_out, refund_of_payment.
        database.AllAsync(
            $"""
            SELECT {Columns}
              FROM (SELECT x.* FROM attempt x
                     WHERE {Waits}
                       AND (x.opened_at, x.id) > ($2, $3)
                     ORDER BY x.opened_at, x.id LIMIT $4) x
            {Joins}
             ORDER BY x.opened_at, x.id
            """,
            command => command.With(merchant.Value).With(after?.OpenedAt.UtcDateTime ?? DateTime.MinValue)
                .With(after?.Id.Value ?? Guid.Empty).With(limit),
            Read, cancel);

    /// <summary>One by the number of its refund, whether it waits or not; null where people pay out no such refund.</summary>
    public Task<RefundToPay?> FindAsync(MerchantId merchant, long refund, CancellationToken cancel) => database.FirstAsync(
        $"""
        SELECT {Columns}
          FROM (SELECT x.* FROM refund n JOIN attempt x ON x.merchant_id = n.merchant_id AND x.id = n.attempt_id
                 WHERE n.merchant_id = $1 AND n.number = $2 AND x.provider IN ('bank-transfer', 'gateway', 'bank')) x
        {Joins}
        """,
        command => command.With(merchant.Value).With(refund), Read, cancel);

    /// <inheritdoc/>
    public Task<RefundToPay?> FindAsync(RefundId refund, CancellationToken cancel) => database.FirstAsync(
        $"""
        SELECT {Columns}
          FROM (SELECT x.* FROM refund n JOIN attempt x ON x.merchant_id = n.merchant_id AND x.id = n.attempt_id
                 WHERE n.merchant_id = $1 AND n.id = $2 AND x.provider IN ('bank-transfer', 'gateway', 'bank')) x
        {Joins}
        """,
        command => command.With(refund.Merchant.Value).With(refund.Value), Read, cancel);

    private static RefundToPay Read(NpgsqlDataReader row)
    {
        var attempt = Tables.Attempt.Read(row);
        var at = Tables.Attempt.Width;
        return new RefundToPay(
            attempt, new RefundId(attempt.Id.Merchant, row.GetGuid(at)), row.GetInt64(at + 1), row.GetInt64(at + 2), row.GetInt64(at + 3),
            row.IsDBNull(at + 4) ? null : row.GetString(at + 4))
        {
            Collection = row.IsDBNull(at + 5) ? null : row.GetInt64(at + 5),
            Rejected = row.IsDBNull(at + 6) ? null : row.GetString(at + 6),
        };
    }
}
