using Npgsql;
using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Core.Mails;
using Quittance.Core.Webhooks;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Webhooks;

namespace Quittance.Storage.Console;

/// <summary>A subscription. Its waiting and dead deliveries are counted up to <see cref="WebhookReading.MostCounted"/>.</summary>
public sealed record SubscriptionRow(
    Subscription Subscription, string CredentialName, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt, int Waiting, int Dead,
    ReceiverHealth Health);

/// <summary>How a receiver takes what is sent to it.</summary>
/// <param name="FailuresInARow">How often the message that failed most has failed, of those that are tried again; 0 where none has.</param>
/// <param name="Why">
/// Why it failed last; of a receiver that has nothing to try again, why the last message was given up. Null for neither.
/// </param>
/// <param name="NextTry">When the next of those that failed is tried again; null where none is.</param>
/// <param name="HasGivenUpLast">Whether the last message that ended was given up, and none was taken since.</param>
public sealed record ReceiverHealth(int FailuresInARow, DeliveryFailure? Why, DateTimeOffset? NextTry, bool HasGivenUpLast)
{
    /// <summary>The time of the event that failed most, of those that are tried again; null where none has.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Whether people are told of it: by then it has failed for minutes.</summary>
    public bool IsFailing => FailuresInARow >= OperatorMail.FailuresToTell || HasGivenUpLast;

    /// <summary>The same for programs.</summary>
    public ReceiverStanding Standing => new(
        IsFailing ? ReceiverState.Failing : FailuresInARow > 0 ? ReceiverState.Retrying : ReceiverState.Live, FailuresInARow, Since,
        NextTry);
}

/// <summary>Deliveries of one state that failed for the same reason.</summary>
/// <param name="Failure">Null of those that were not tried yet.</param>
/// <param name="Count">How many, of the <see cref="WebhookReading.MostCounted"/> that are looked at.</param>
/// <param name="Failures">How often the one that failed most has failed in a row.</param>
/// <param name="At">When the last was given up, or when the next is tried.</param>
public sealed record DeliveryGroup(DeliveryFailure? Failure, int Count, int Failures, DateTimeOffset At);

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
public sealed class WebhookReading(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>Deliveries are counted up to this number.</summary>
    public const int MostCounted = 1000;

    private const int MostSubscriptions = 500;

    /// <summary>
    /// The deliveries of a subscription s of merchant $1 that failed and are tried again, as SQL; of those that are due last, which failed
    /// most: what fails is put off ever longer. Index: delivery_failing, a bounded number of steps, however long the backlog is.
    /// </summary>
    internal static readonly string Failing = $"""
        SELECT d.failures, d.failure, d.due_at, d.subject_id, d.sequence
          FROM (SELECT d.failures, d.failure, d.due_at, d.subject_id, d.sequence FROM delivery d
                 WHERE d.merchant_id = $1 AND d.subscription_id = s.id AND d.status = 'waiting' AND d.failures > 0
                 ORDER BY d.due_at DESC LIMIT {MostCounted}) d
        """;

    internal static DeliveryState StateOf(string word) => word switch
    {
        "waiting" => DeliveryState.Waiting,
        "delivered" => DeliveryState.Delivered,
        _ => DeliveryState.Dead,
    };

    /// <summary>A merchant's subscriptions, or one of them: the live ones first, the oldest first.</summary>
    public Task<IReadOnlyList<SubscriptionRow>> SubscriptionsAsync(MerchantId merchant, Guid? subscription, CancellationToken cancel) =>
        database.AllAsync(
        // Indexes: delivery_due, delivery_dead_last and delivery_told_last, a bounded number of steps for each subscription.
        $"""
        SELECT {Subscriptions.Columns}, c.name, s.created_at, s.ended_at,
               (SELECT count(*)::int FROM (SELECT FROM delivery d WHERE d.merchant_id = $1 AND d.subscription_id = s.id
                   AND d.status = 'waiting' LIMIT $3) x),
               (SELECT count(*)::int FROM (SELECT FROM delivery d WHERE d.merchant_id = $1 AND d.subscription_id = s.id
                   AND d.status = 'dead' LIMIT $3) x),
               coalesce(f.failures, 0), coalesce(f.failure, l.failure), f.next, l.ended_at IS NOT NULL,
               (SELECT v.occurred_at FROM event v
                 WHERE v.merchant_id = $1 AND v.subject_id = f.subject_id AND v.sequence = f.sequence)
          FROM subscription s {Subscriptions.Credential}
          LEFT JOIN LATERAL (
               SELECT max(f.failures) AS failures, min(f.due_at) AS next, (array_agg(f.failure ORDER BY f.failures DESC))[1] AS failure,
                      (array_agg(f.subject_id ORDER BY f.failures DESC))[1] AS subject_id,
                      (array_agg(f.sequence ORDER BY f.failures DESC))[1] AS sequence
                 FROM ({Failing}) f) f ON true
          LEFT JOIN LATERAL (
               SELECT l.ended_at, l.failure
                 FROM (SELECT d.ended_at, d.failure FROM delivery d
                        WHERE d.merchant_id = $1 AND d.subscription_id = s.id AND d.status = 'dead'
                        ORDER BY d.ended_at DESC LIMIT 1) l
                -- Of longer ago it is not known whether it took another since.
                WHERE l.ended_at > $5 AND l.ended_at > coalesce(
                      (SELECT d.ended_at FROM delivery d
                        WHERE d.merchant_id = $1 AND d.subscription_id = s.id AND d.status = 'delivered'
                        ORDER BY d.ended_at DESC LIMIT 1), '-infinity')) l ON true
         WHERE s.merchant_id = $1 {(subscription is null ? "" : "AND s.id = $2")}
         ORDER BY s.ended_at IS NOT NULL OR c.revoked_at IS NOT NULL, s.created_at, s.id LIMIT $4
        """,
        command => command.With(merchant.Value).With(subscription ?? Guid.Empty).With(MostCounted).With(MostSubscriptions)
            .With(clock.GetUtcNow().UtcDateTime - Pruning.DeliveriesAreKeptFor),
        row =>
        {
            const int Own = Subscriptions.ColumnCount;
            return new SubscriptionRow(
                Subscriptions.Read(row), row.GetString(Own), row.GetFieldValue<DateTimeOffset>(Own + 1),
                row.IsDBNull(Own + 2) ? null : row.GetFieldValue<DateTimeOffset>(Own + 2), row.GetInt32(Own + 3), row.GetInt32(Own + 4),
                new ReceiverHealth(
                    row.GetInt32(Own + 5), row.IsDBNull(Own + 6) ? null : Words.To<DeliveryFailure>(row.GetString(Own + 6)),
                    row.IsDBNull(Own + 7) ? null : row.GetFieldValue<DateTimeOffset>(Own + 7), row.GetBoolean(Own + 8))
                {
                    Since = row.IsDBNull(Own + 9) ? null : row.GetFieldValue<DateTimeOffset>(Own + 9),
                });
        },
        cancel);

    /// <summary>
    /// A subscription's deliveries of one state by the reason for which they failed, the most frequent first; of the latest
    /// <see cref="MostCounted"/>.
    /// </summary>
    /// <param name="state">Waiting or dead.</param>
    public Task<IReadOnlyList<DeliveryGroup>> GroupsAsync(SubscriptionId subscription, DeliveryState state, CancellationToken cancel)
    {
        var (word, moment, ofAll) = state == DeliveryState.Waiting ? ("waiting", "due_at", "min") : ("dead", "ended_at", "max");
        return database.AllAsync(
            // Indexes: delivery_due, delivery_dead_last. What is replayed has its last failure, and is not tried yet.
            $"""
            SELECT d.failure, count(*)::int, max(d.failures), {ofAll}(d.at)
              FROM (SELECT CASE WHEN d.failures > 0 THEN d.failure END AS failure, d.failures, d.{moment} AS at FROM delivery d
                     WHERE d.merchant_id = $1 AND d.subscription_id = $2 AND d.status = '{word}' ORDER BY d.{moment} DESC LIMIT $3) d
             GROUP BY 1 ORDER BY 2 DESC, 1
            """,
            command => command.With(subscription.Merchant.Value).With(subscription.Value).With(MostCounted),
            row => new DeliveryGroup(
                row.IsDBNull(0) ? null : Words.To<DeliveryFailure>(row.GetString(0)), row.GetInt32(1), row.GetInt32(2),
                row.GetFieldValue<DateTimeOffset>(3)),
            cancel);
    }

    /// <summary>A subscription's deliveries of one state: waiting ones by their due time, all others the latest first.</summary>
    /// <param name="failure">Only those that failed for this reason last; null for all.</param>
    public Task<IReadOnlyList<DeliveryRow>> ListAsync(
        SubscriptionId subscription, DeliveryState state, DeliveryFailure? failure, DeliveryPlace? after, int limit,
        CancellationToken cancel)
    {
        // Indexes: delivery_due, delivery_told_last, delivery_dead_last, in the order of time. Deliveries of one moment are sorted: a large
        // replay makes many (30,000: 29 ms).
        var (word, moment, direction, beyond) = state switch
        {
            DeliveryState.Waiting => ("waiting", "d.due_at", "", ">"),
            DeliveryState.Delivered => ("delivered", "d.ended_at", "DESC", "<"),
            DeliveryState.Dead => ("dead", "d.ended_at", "DESC", "<"),
        };
        var behind = failure is null ? "" : "AND d.failures > 0 AND d.failure = $4";
        if (after is not null)
        {
            var first = failure is null ? 4 : 5;
            behind += $" AND ({moment}, d.subject_id, d.sequence) {beyond} (${first}, ${first + 1}, ${first + 2})";
        }

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
                if (failure is { } why)
                    command.With(Words.Of(why));
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
