using Npgsql;
using Quittance.Core;
using Quittance.Core.Ledger;
using Quittance.Core.Mails;
using Quittance.Core.Webhooks;
using Quittance.Storage.Mails;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Webhooks;

/// <summary>
/// The deliveries that are still to be made. Any number of processes share the work: the one that claims a delivery has it for a while, and
/// only the first of a subject's that still waits can be claimed. So the events of one subject are sent in their order.
/// </summary>
public sealed class Deliveries(NpgsqlDataSource database, TimeProvider clock)
{
    // A due delivery waits, as a constraint holds. With the status in the query, PostgreSQL would prefer the index of waiting rows to the
    // primary key.
    private const string This = "merchant_id = $1 AND subscription_id = $2 AND subject_id = $3 AND sequence = $4";
    private const string Later = "merchant_id = $1 AND subscription_id = $2 AND subject_id = $3 AND sequence > $4";

    /// <summary>
    /// The name of an event v for receivers. After a restore it has the mark of its epoch, so that it is never the name of a lost event,
    /// which a receiver would pass over as known.
    /// </summary>
    public const string Message = """
        'msg_' || replace(v.subject_id::text, '-', '') || '_' || v.sequence
        || coalesce((SELECT '_' || o.mark FROM epoch o WHERE o.began_at < v.occurred_at ORDER BY o.number DESC LIMIT 1), '')
        """;

    /// <summary>Whether failures ask for the mail that their merchant sends. A server that sends none leaves it out.</summary>
    public bool AsksForMail { get; init; }

    // Deliveries that waited behind it wait no longer.
    private const string Release = $"UPDATE delivery SET due_at = $5 WHERE {Later} AND due_at > $5";

    /// <summary>The subscriptions of all merchants for which something is due.</summary>
    public Task<IReadOnlyList<SubscriptionId>> DueAsync(CancellationToken cancel) =>
        // Index: delivery_due, one look for each subscription.
        database.LookAsync(
            among => $"""
            SELECT s.merchant_id, s.id FROM subscription s
             WHERE {among("s.merchant_id")}
               AND (SELECT d.due_at FROM delivery d
                     WHERE {among("d.merchant_id")} AND d.merchant_id = s.merchant_id AND d.subscription_id = s.id
                       AND d.status = 'waiting'
                     ORDER BY d.due_at LIMIT 1) <= $1
            """,
            command => command.With(clock.GetUtcNow().UtcDateTime),
            row => new SubscriptionId(new MerchantId(row.GetInt64(0)), row.GetGuid(1)), cancel);

    /// <summary>Claims deliveries of a subscription that are due.</summary>
    /// <param name="of">The subscription.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="lease">How long they are claimed for.</param>
    public Task<IReadOnlyList<Delivery>> ClaimAsync(SubscriptionId of, int limit, TimeSpan lease, CancellationToken cancel)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return database.AllAsync(
            // Index: delivery_due. The first that waits of a subject is asked for in a way that only the primary key can answer: as a join,
            // or by its status, a planner that knows nothing of the table yet would look through all that waits for each of them. And what
            // is due is looked for once, before anything is joined to it: a planner that takes the table for small would do it for each
            // row of the subscription.
            $"""
            WITH due AS MATERIALIZED (
                SELECT x.subscription_id, x.subject_id, x.sequence FROM delivery x
                 WHERE x.merchant_id = $1 AND x.subscription_id = $2 AND x.status = 'waiting' AND x.due_at <= $3
                   AND x.sequence = (SELECT e.sequence FROM delivery e
                                      WHERE e.merchant_id = $1 AND e.subscription_id = $2 AND e.subject_id = x.subject_id
                                        AND e.due_at IS NOT NULL ORDER BY e.sequence LIMIT 1)
                 ORDER BY x.due_at LIMIT $5 FOR UPDATE SKIP LOCKED)
            UPDATE delivery d SET due_at = $4
              FROM due
              JOIN event v ON v.merchant_id = $1 AND v.subject_id = due.subject_id AND v.sequence = due.sequence
              JOIN subscription s ON s.merchant_id = $1 AND s.id = $2
              {Subscriptions.Credential}
             WHERE d.merchant_id = $1 AND d.subscription_id = due.subscription_id AND d.subject_id = due.subject_id
               AND d.sequence = due.sequence
            RETURNING {Subscriptions.Columns}, d.subject_id, d.sequence, v.type, v.occurred_at, {Message}, d.failures, d.due_at
            """,
            command => command.With(of.Merchant.Value).With(of.Value).With(now).With(now + lease).With(limit), Read, cancel);
    }

    /// <summary>It was delivered: the next event of its subject may follow now. False where that was known.</summary>
    public Task<bool> DeliveredAsync(Delivery delivery, CancellationToken cancel)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return ExecuteAsync(batch =>
        {
            Of(delivery, batch,
                $"UPDATE delivery SET status = 'delivered', due_at = NULL, ended_at = $5, failure = NULL WHERE {This} AND due_at IS NOT "
                + "NULL").With(now);
            Of(delivery, batch, Release).With(now);
        }, cancel);
    }

    /// <summary>
    /// There is nothing to send: the dialect has no words for it, or the subscription has ended. False where that was known.
    /// </summary>
    public Task<bool> DropAsync(Delivery delivery, CancellationToken cancel)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return ExecuteAsync(batch =>
        {
            Of(delivery, batch, $"DELETE FROM delivery WHERE {This} AND due_at IS NOT NULL");
            Of(delivery, batch, Release).With(now);
        }, cancel);
    }

    /// <summary>
    /// It could not be delivered. Changes nothing where the claim had run out and another server has taken it on: then that server's result
    /// counts.
    /// </summary>
    /// <param name="delivery">The delivery, as it was claimed.</param>
    /// <param name="failure">Why not.</param>
    /// <param name="pause">How long to leave it; null to give it up, which releases the later events of its subject.</param>
    /// <returns>Whether it was noted.</returns>
    public Task<bool> FailedAsync(Delivery delivery, DeliveryFailure failure, TimeSpan? pause, CancellationToken cancel)
    {
        var next = (clock.GetUtcNow() + (pause ?? TimeSpan.Zero)).UtcDateTime;
        // Deliveries behind it wait as long, so that no server looks at them in vain meanwhile.
        return ExecuteAsync(batch =>
        {
            Of(delivery, batch, $"""
                UPDATE delivery SET failures = failures + 1, failure = $5, status = CASE WHEN $6 THEN 'dead' ELSE status END,
                                    due_at = CASE WHEN NOT $6 THEN $7 END, ended_at = CASE WHEN $6 THEN $7 END
                 WHERE {This} AND due_at = $8
                """)
                .With(Words.Of(failure)).With(pause is null).With(next).With(delivery.LeasedUntil.UtcDateTime);
            // Not where the word of another counts.
            Of(delivery, batch, $"""
                UPDATE delivery SET due_at = $5
                 WHERE {Later} AND due_at IS NOT NULL
                   AND EXISTS (SELECT FROM delivery WHERE {This} AND (due_at = $5 OR ended_at = $5))
                """)
                .With(next);
            var merchant = delivery.Subscription.Id.Merchant;
            if (AsksForMail && (delivery.Failures + 1 >= OperatorMail.FailuresToTell || pause is null))
                MailQueue.AskPeople(batch, [merchant.Value], clock.GetUtcNow(), [(merchant, MailKind.WebhookFails)]);
        }, cancel);
    }

    /// <summary>A merchant's dead letters, the oldest first.</summary>
    public Task<IReadOnlyList<DeadLetter>> DeadAsync(MerchantId merchant, CancellationToken cancel) => database.AllAsync(
        // Index: delivery_dead.
        $"""
        SELECT d.subscription_id, s.address, {Message}, v.type, d.failure, d.ended_at
          FROM delivery d
          JOIN subscription s ON s.merchant_id = $1 AND s.id = d.subscription_id AND s.ended_at IS NULL
          JOIN event v ON v.merchant_id = $1 AND v.subject_id = d.subject_id AND v.sequence = d.sequence
         WHERE d.merchant_id = $1 AND d.status = 'dead' ORDER BY d.ended_at, d.subscription_id, d.subject_id, d.sequence
        """,
        command => command.With(merchant.Value),
        row => new DeadLetter(
            new SubscriptionId(merchant, row.GetGuid(0)), new Uri(row.GetString(1)),
            row.GetString(2), Words.To<EventType>(row.GetString(3)), Words.To<DeliveryFailure>(row.GetString(4)),
            row.GetFieldValue<DateTimeOffset>(5)),
        cancel);

    /// <summary>Has dead letters delivered once more, with as many tries as the first time.</summary>
    /// <param name="subscription">The subscription; null for all.</param>
    /// <param name="message">Which, by <see cref="Delivery.Message"/>; null for all.</param>
    /// <returns>How many that are; null where the operator's request has done it before.</returns>
    public Task<int?> ReplayAsync(MerchantId merchant, Guid? subscription, string? message, CancellationToken cancel, Origin? by = null) =>
        database.ChangeAsync<int?>(async transaction =>
        {
            await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
            batch.Statement($"""
                UPDATE delivery d SET status = 'waiting', due_at = $2, ended_at = NULL, replayed_at = $2, failures = 0
                  FROM subscription s
                 WHERE d.merchant_id = $1 AND d.status = 'dead' AND s.merchant_id = $1 AND s.id = d.subscription_id AND s.ended_at IS NULL
                   AND ($3::uuid IS NULL OR d.subscription_id = $3)
                   AND ($4::text IS NULL OR $4 =
                       (SELECT {Message} FROM event v
                         WHERE v.merchant_id = $1 AND v.subject_id = d.subject_id AND v.sequence = d.sequence))
                """)
                .With(merchant.Value).With(clock.GetUtcNow().UtcDateTime).With(subscription).With(message);
            var replayed = await batch.ExecuteNonQueryAsync(cancel);
            if (await OperatorActions.IsDoneAsync(transaction.Connection!, by, cancel))
                return null;
            if (replayed > 0)
                await transaction.CommitAsync(by, clock, cancel);
            return replayed;
        }, cancel);

    /// <summary>A statement about a delivery: $1 to $4 are its key.</summary>
    private static NpgsqlBatchCommand Of(Delivery delivery, NpgsqlBatch batch, string sql) => batch.Statement(sql)
        .With(delivery.Subscription.Id.Merchant.Value).With(delivery.Subscription.Id.Value).With(delivery.Subject).With(delivery.Sequence);

    /// <summary>Runs statements as one. Returns whether the first has changed anything.</summary>
    private Task<bool> ExecuteAsync(Action<NpgsqlBatch> add, CancellationToken cancel) => SqlStates.ReachingAsync(async () =>
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection);
        add(batch);
        await batch.ExecuteNonQueryAsync(cancel);
        return batch.BatchCommands[0].RecordsAffected > 0;
    });

    private static Delivery Read(NpgsqlDataReader row)
    {
        const int Own = Subscriptions.ColumnCount;
        return new Delivery(
            Subscriptions.Read(row), row.GetGuid(Own), row.GetInt32(Own + 1), Words.To<EventType>(row.GetString(Own + 2)),
            row.GetFieldValue<DateTimeOffset>(Own + 3), row.GetString(Own + 4), row.GetInt32(Own + 5),
            row.GetFieldValue<DateTimeOffset>(Own + 6));
    }
}
