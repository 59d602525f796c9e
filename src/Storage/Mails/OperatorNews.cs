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

    /// <inheritdoc/>
    public Task<MailedPerson?> PersonAsync(MerchantId merchant, Guid person, CancellationToken cancel) => database.FirstAsync(
        $"SELECT w.email, w.name FROM person w WHERE w.merchant_id = $1 AND w.id = $2 AND {MayAct}",
        command => command.With(merchant.Value).With(person), row => new MailedPerson(row.GetString(0), row.GetString(1)), cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyList<OperatorItem>> OfAsync(
        MailKind kind, MerchantId merchant, Guid person, DateTimeOffset from, DateTimeOffset until, int limit, CancellationToken cancel) =>
        database.AllAsync(
            kind == MailKind.DisputeOpened ? Disputes : Waiting,
            command => command.With(merchant.Value).With(from.UtcDateTime).With(until.UtcDateTime).With(person).With(limit),
            row => new OperatorItem(
                row.GetInt64(0), row.IsDBNull(1) ? null : row.GetString(1),
                new Money(row.GetInt64(2), Currency.Parse(row.GetString(3)))),
            cancel);
}
