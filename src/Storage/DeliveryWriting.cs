using Npgsql;
using Quittance.Core.Engine;
using Quittance.Core.Webhooks;

namespace Quittance.Storage;

/// <summary>
/// Writes what of a batch's events is to be told, and to whom. Who has subscribed is looked up by the statement itself, in the
/// transaction that commits the events: whoever has subscribed before is told, in whatever process.
/// </summary>
internal static class DeliveryWriting
{
    public static void AddTo(NpgsqlBatch statements, Batch batch, long[] merchants)
    {
        var events = batch.Changes.ToRows(changes => changes.Events).FindAll(happened => happened.Type.IsForWebhooks());
        if (events.Count == 0)
            return;
        // Index: subscription_live. The subscriptions drive: where there are none, nothing else is looked at.
        statements.Statement("""
            INSERT INTO delivery (merchant_id, subscription_id, subject_id, sequence, status, failures, due_at)
            SELECT m.id, s.id, u.subject, u.sequence, 'waiting', 0, $2
              FROM merchant m
              JOIN subscription s ON s.merchant_id = m.id AND s.merchant_id = ANY($1) AND s.ended_at IS NULL
              JOIN credential c ON c.merchant_id = s.merchant_id AND c.id = s.credential_id AND c.merchant_id = ANY($1) AND c.revoked_at IS NULL
              JOIN unnest($3::bigint[], $4::uuid[], $5::int[], $6::text[]) u(m, subject, sequence, type)
                   ON u.m = m.id AND u.type = ANY(s.event_types)
             WHERE m.id = ANY($1)
            """)
            .With(merchants)
            .With(batch.Now.UtcDateTime)
            .With(events.ToColumn(happened => happened.Origin.Merchant.Value))
            .With(events.ToColumn(happened => happened.Subject))
            .With(events.ToColumn(happened => happened.Sequence))
            .With(events.ToColumn(happened => Words.Of(happened.Type)));
    }
}
