using Npgsql;
using Quittance.Core;
using Quittance.Core.Mails;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Mails;

/// <inheritdoc/>
public sealed class OperatorNews(NpgsqlDataSource database) : IOperatorNews
{
    /// <summary>The roles that may do something about what the mails say.</summary>
    internal const string MayAct = "w.ended_at IS NULL AND w.role IN ('operator', 'admin')";

    private const int MostCounted = 1000;

    private const string Name = """
        LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1 AND h.account_id = p.account_id LIMIT 1) h ON true
        """;

    // Index: dispute_by_time; the keys of the others.
    private const string Disputes = $"""
        SELECT p.number, h.name, d.amount_minor, p.currency
          FROM dispute d
         CROSS JOIN LATERAL (SELECT p.* FROM payment p WHERE p.merchant_id = $1 AND p.id = d.payment_id LIMIT 1) p
          {Name}
         WHERE d.merchant_id = $1 AND d.opened_at >= $2 AND d.opened_at < $3 AND d.kind = 'chargeback' AND d.status = 'open'
           AND $4::uuid IS NOT NULL
         ORDER BY d.opened_at, d.id LIMIT $5
        """;

    // Index: approval_request_list. Who asked can't approve.
    private const string Waiting = $"""
        SELECT p.number, h.name, p.amount_minor, p.currency
          FROM approval_request p
          {Name}
         WHERE p.merchant_id = $1 AND p.status = 'waiting' AND p.asked_at >= $2 AND p.asked_at < $3 AND p.asked_by <> $4
         ORDER BY p.number LIMIT $5
        """;

    // Indexes: payment_by_status_at, due_payment_of_payment, payment_retry_of_payment, event_by_time_and_day.
    private const string Failed = $"""
        SELECT p.number, h.name, p.minor, p.currency
          FROM (SELECT p.number, p.account_id, p.amount_minor AS minor, p.currency
                  FROM payment p
                 WHERE p.merchant_id = $1 AND p.status IN ('declined', 'failed') AND p.status_at >= $2 AND p.status_at < $3
                   AND p.amount_minor IS NOT NULL
                   AND (p.method = 'bank_account_debit'
                        OR EXISTS (SELECT FROM due_payment k WHERE k.merchant_id = $1 AND k.payment_id = p.id)
                        OR EXISTS (SELECT FROM payment_retry k WHERE k.merchant_id = $1 AND k.payment_id = p.id))
                UNION ALL
                SELECT p.number, p.account_id, p.reversed_minor, p.currency
                  FROM event e
                 CROSS JOIN LATERAL (SELECT p.* FROM payment p WHERE p.merchant_id = $1 AND p.id = e.subject_id LIMIT 1) p
                 WHERE e.merchant_id = $1 AND e.occurred_at >= $2 AND e.occurred_at < $3 AND e.type = 'payment.reversed'
                   AND p.method = 'bank_account_debit' AND p.reversed_minor > 0) p
          {Name}
         WHERE $4::uuid IS NOT NULL
         ORDER BY p.number LIMIT $5
        """;

    // What fails now, and what was given up within the time. Indexes: delivery_due, delivery_dead_last.
    private const string Failing = """
        SELECT d.many, s.address, NULL::bigint, NULL::text
          FROM subscription s
         CROSS JOIN LATERAL (
               SELECT count(*) AS many, coalesce(bool_or(d.is_dead), false) AS has_dead
                 FROM ((SELECT false AS is_dead FROM delivery d
                         WHERE d.merchant_id = $1 AND d.subscription_id = s.id AND d.status = 'waiting' LIMIT $7)
                       UNION ALL
                       (SELECT true FROM delivery d
                         WHERE d.merchant_id = $1 AND d.subscription_id = s.id AND d.status = 'dead'
                           AND d.ended_at >= $2 AND d.ended_at < $3 LIMIT $7)) d) d
         WHERE s.merchant_id = $1 AND s.ended_at IS NULL AND $4::uuid IS NOT NULL
           AND (d.has_dead OR EXISTS (SELECT FROM delivery w
                                       WHERE w.merchant_id = $1 AND w.subscription_id = s.id AND w.status = 'waiting'
                                         AND w.failures >= $6))
         ORDER BY s.created_at, s.id LIMIT $5
        """;

    /// <inheritdoc/>
    public Task<MailedPerson?> PersonAsync(MerchantId merchant, Guid person, CancellationToken cancel) => database.FirstAsync(
        $"SELECT w.email, w.name FROM person w WHERE w.merchant_id = $1 AND w.id = $2 AND {MayAct}",
        command => command.With(merchant.Value).With(person), row => new MailedPerson(row.GetString(0), row.GetString(1)), cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<OperatorItem>> OfAsync(
        MailKind kind, MerchantId merchant, Guid person, DateTimeOffset from, DateTimeOffset until, int limit, CancellationToken cancel)
    {
        var sql = kind switch
        {
            MailKind.DisputeOpened => Disputes,
            MailKind.ApprovalWaits => Waiting,
            MailKind.CollectionFailed => Failed,
            MailKind.WebhookFails => Failing,
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "It is for customers."),
        };
        return database.AllAsync(
            sql,
            command =>
            {
                command.With(merchant.Value).With(from.UtcDateTime).With(until.UtcDateTime).With(person).With(limit);
                if (kind == MailKind.WebhookFails)
                    command.With(OperatorMail.FailuresToTell).With(MostCounted);
            },
            row => Read(row, kind), cancel);
    }

    private static OperatorItem Read(NpgsqlDataReader row, MailKind kind)
    {
        var name = row.IsDBNull(1) ? null : row.GetString(1);
        return new OperatorItem(
            row.GetInt64(0),
            // The rest of an address may be secret.
            kind == MailKind.WebhookFails ? new Uri(name!).Host : name,
            row.IsDBNull(2) ? null : new Money(row.GetInt64(2), Currency.Parse(row.GetString(3))));
    }
}
