using Npgsql;
using Quittance.Core;
using Quittance.Core.Webhooks;
using Quittance.Storage.Webhooks;

namespace Quittance.Storage.Console;

/// <summary>Who is told of events, and what became of that.</summary>
/// <param name="database">Where it is kept.</param>
public sealed class ToldDeliveries(NpgsqlDataSource database)
{
    /// <summary>Up to how many deliveries are counted.</summary>
    public const int MostCounted = 1000;

    private const int MostSubscriptions = 500;

    /// <summary>A merchant's subscriptions: the live ones first, and of each the oldest.</summary>
    /// <param name="merchant">Whose.</param>
    /// <param name="subscription">Only this one; null for all.</param>
    /// <param name="cancel">Ends the reading.</param>
    public Task<IReadOnlyList<SubscriptionRow>> SubscriptionsAsync(MerchantId merchant, Guid? subscription, CancellationToken cancel) => database.ReadAllAsync(
        // Indexes: delivery_due and delivery_dead_last, so many steps for each subscription and no more.
        $"""
        SELECT {Subscriptions.Columns}, c.name, s.created_at, s.ended_at,
               (SELECT count(*)::int FROM (SELECT FROM delivery d WHERE d.merchant_id = $1 AND d.subscription_id = s.id AND d.status = 'waiting' LIMIT $3) x),
               (SELECT count(*)::int FROM (SELECT FROM delivery d WHERE d.merchant_id = $1 AND d.subscription_id = s.id AND d.status = 'dead' LIMIT $3) x)
          FROM subscription s {Subscriptions.Credential}
         WHERE s.merchant_id = $1 {(subscription is null ? "" : "AND s.id = $2")}
         ORDER BY s.ended_at IS NOT NULL OR c.revoked_at IS NOT NULL, s.created_at, s.id LIMIT $4
        """,
        command => command.With(merchant.Value).With(subscription ?? Guid.Empty).With(MostCounted).With(MostSubscriptions),
        (row, first) =>
        {
            var own = first + Subscriptions.ColumnCount;
            return new SubscriptionRow(
                Subscriptions.Read(row, first), row.GetString(own), row.GetFieldValue<DateTimeOffset>(own + 1),
                row.IsDBNull(own + 2) ? null : row.GetFieldValue<DateTimeOffset>(own + 2), row.GetInt32(own + 3), row.GetInt32(own + 4));
        },
        cancel);

    /// <summary>A subscription's deliveries of one state: those that wait by when they are due, all others the latest first.</summary>
    /// <param name="subscription">The subscription.</param>
    /// <param name="state">The state.</param>
    /// <param name="after">The place behind which the part begins; null for the first part.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Ends the reading.</param>
    public Task<IReadOnlyList<DeliveryRow>> ListAsync(
        SubscriptionId subscription, DeliveryState state, DeliveryPlace? after, int limit, CancellationToken cancel)
    {
        // Indexes: delivery_due, delivery_told_last, delivery_dead_last. They are in the order of time; of one moment all are sorted, which are many where much that was given up is told again at once (30,000: 29 ms).
        var (word, moment, direction, beyond) = state switch
        {
            DeliveryState.Waiting => ("waiting", "d.due_at", "", ">"),
            DeliveryState.Delivered => ("delivered", "d.ended_at", "DESC", "<"),
            DeliveryState.Dead => ("dead", "d.ended_at", "DESC", "<"),
        };
        var behind = after is null ? "" : $"AND ({moment}, d.subject_id, d.sequence) {beyond} ($4, $5, $6)";
        var order = $"{moment} {direction}, d.subject_id {direction}, d.sequence {direction}";
        return database.ReadAllAsync(
            $"""
            SELECT d.subject_id, d.sequence, v.type, v.occurred_at, d.failures, d.failure, {moment}, p.number
              FROM (SELECT * FROM delivery d WHERE d.merchant_id = $1 AND d.subscription_id = $2 AND d.status = '{word}' {behind} ORDER BY {order} LIMIT $3) d
              JOIN event v ON v.merchant_id = $1 AND v.subject_id = d.subject_id AND v.sequence = d.sequence
              LEFT JOIN payment p ON p.merchant_id = $1 AND p.id = d.subject_id
             ORDER BY {order}
            """,
            command =>
            {
                command.With(subscription.Merchant.Value).With(subscription.Value).With(limit);
                if (after is { } place)
                    command.With(place.At.UtcDateTime).With(place.Subject).With(place.Sequence);
            },
            (row, first) => new DeliveryRow(
                subscription, Delivery.MessageOf(row.GetGuid(first), row.GetInt32(first + 1)), Words.ToEventType(row.GetString(first + 2)),
                row.GetFieldValue<DateTimeOffset>(first + 3), state, row.GetInt32(first + 4),
                row.IsDBNull(first + 5) ? null : Words.ToDeliveryFailure(row.GetString(first + 5)), row.GetFieldValue<DateTimeOffset>(first + 6),
                row.IsDBNull(first + 7) ? null : row.GetInt64(first + 7))
            {
                Place = new DeliveryPlace(row.GetFieldValue<DateTimeOffset>(first + 6), row.GetGuid(first), row.GetInt32(first + 1)),
            },
            cancel);
    }
}
