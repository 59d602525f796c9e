using Npgsql;
using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Core.Webhooks;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Webhooks;

namespace Quittance.Storage.Console;

/// <summary>A subscription. Its waiting and dead deliveries are counted up to <see cref="WebhookReading.MostCounted"/>.</summary>
public sealed record SubscriptionRow(
    Subscription Subscription, string CredentialName, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, int Waiting, int Dead);

/// <summary>The last delivery of one part of a list, behind which the next part begins.</summary>
public readonly record struct DeliveryPlace(DateTimeOffset At, Guid Subject, int Sequence)
{
    /// <summary>Reads what <see cref="ToString"/> wrote; null where it is none.</summary>
    public static DeliveryPlace? Parse(string? text) =>
        PlaceText.Parse(text) is var (at, id, number) ? new DeliveryPlace(at, id, number) : null;

    public override string ToString() => PlaceText.Of(At, Subject, Sequence);
}

/// <summary>A delivery in a list.</summary>
/// <param name="Message">The event's name, as the receiver sees it.</param>
/// <param name="Type">The type of the event.</param>
/// <param name="OccurredAt">When the event was committed.</param>
/// <param name="Failures">The failed attempts in a row.</param>
/// <param name="Failure">The last failure; null for none.</param>
/// <param name="At">When it was delivered or given up, else when it is tried next.</param>
/// <param name="Payment">The number of the event's payment; null where the event belongs to something else.</param>
public sealed record DeliveryRow(
    SubscriptionId Subscription, string Message, EventType Type, DateTimeOffset OccurredAt, DeliveryState State, int Failures,
    DeliveryFailure? Failure,
    DateTimeOffset At, long? Payment)
{
    public required DeliveryPlace Place { get; init; }
}

/// <summary>The state of a delivery.</summary>
public enum DeliveryState
{
    Waiting,
    Delivered,

    /// <summary>Given up, until an operator replays it.</summary>
    Dead,
}

/// <summary>Reads subscriptions and their deliveries.</summary>
public sealed class WebhookReading(NpgsqlDataSource database)
{
    /// <summary>Deliveries are counted up to this number.</summary>
    public const int MostCounted = 1000;

    private const int MostSubscriptions = 500;

    internal static DeliveryState StateOf(string word) => word switch
    {
        "waiting" => DeliveryState.Waiting,
        "delivered" => DeliveryState.Delivered,
        _ => DeliveryState.Dead,
    };

    /// <summary>A merchant's subscriptions, or one of them: the live ones first, the oldest first.</summary>
    public Task<IReadOnlyList<SubscriptionRow>> SubscriptionsAsync(MerchantId merchant, Guid? subscription, CancellationToken cancel) =>
        database.AllAsync(
        // Indexes: delivery_due and delivery_dead_last, a bounded number of steps for each subscription.
        $"""
        SELECT {Subscriptions.Columns}, c.name, s.created_at, s.ended_at,
               (SELECT count(*)::int FROM (SELECT FROM delivery d WHERE d.merchant_id = $1 AND d.subscription_id = s.id
                   AND d.status = 'waiting' LIMIT $3) x),
               (SELECT count(*)::int FROM (SELECT FROM delivery d WHERE d.merchant_id = $1 AND d.subscription_id = s.id
                   AND d.status = 'dead' LIMIT $3) x)
          FROM subscription s {Subscriptions.Credential}
         WHERE s.merchant_id = $1 {(subscription is null ? "" : "AND s.id = $2")}
         ORDER BY s.ended_at IS NOT NULL OR c.revoked_at IS NOT NULL, s.created_at, s.id LIMIT $4
        """,
        command => command.With(merchant.Value).With(subscription ?? Guid.Empty).With(MostCounted).With(MostSubscriptions),
        row =>
        {
            const int Own = Subscriptions.ColumnCount;
            return new SubscriptionRow(
                Subscriptions.Read(row), row.GetString(Own), row.GetFieldValue<DateTimeOffset>(Own + 1),
                row.IsDBNull(Own + 2) ? null : row.GetFieldValue<DateTimeOffset>(Own + 2), row.GetInt32(Own + 3), row.GetInt32(Own + 4));
        },
        cancel);

    /// <summary>A subscription's deliveries of one state: waiting ones by their due time, all others the latest first.</summary>
    public Task<IReadOnlyList<DeliveryRow>> ListAsync(
        SubscriptionId subscription, DeliveryState state, DeliveryPlace? after, int limit, CancellationToken cancel)
    {
        // Indexes: delivery_due, delivery_told_last, delivery_dead_last, in the order of time. Deliveries of one moment are sorted: a large
        // replay makes many (30,000: 29 ms).
        var (word, moment, direction, beyond) = state switch
        {
            DeliveryState.Waiting => ("waiting", "d.due_at", "", ">"),
            DeliveryState.Delivered => ("delivered", "d.ended_at", "DESC", "<"),
            DeliveryState.Dead => ("dead", "d.ended_at", "DESC", "<"),
        };
        var behind = after is null ? "" : $"AND ({moment}, d.subject_id, d.sequence) {beyond} ($4, $5, $6)";
        var order = $"{moment} {direction}, d.subject_id {direction}, d.sequence {direction}";
        return database.AllAsync(
            $"""
            SELECT d.subject_id, d.sequence, v.type, v.occurred_at, d.failures, d.failure, {moment}, p.number, {Deliveries.Message}
              FROM (SELECT * FROM delivery d WHERE d.merchant_id = $1 AND d.subscription_id = $2 AND d.status = '{word}' {behind}
                  ORDER BY {order} LIMIT $3) d
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
            row => new DeliveryRow(
                subscription, row.GetString(8), Words.To<EventType>(row.GetString(2)),
                row.GetFieldValue<DateTimeOffset>(3), state, row.GetInt32(4), row.IsDBNull(5) ? null
                    : Words.To<DeliveryFailure>(row.GetString(5)),
                row.GetFieldValue<DateTimeOffset>(6), row.IsDBNull(7) ? null : row.GetInt64(7))
            {
                Place = new DeliveryPlace(row.GetFieldValue<DateTimeOffset>(6), row.GetGuid(0), row.GetInt32(1)),
            },
            cancel);
    }
}
