using Npgsql;
using Quittance.Core.Engine;
using Quittance.Core.Refunds;

namespace Quittance.Storage;

/// <summary>Writes what a batch changes of refunds.</summary>
internal static class RefundWriting
{
    public static void AddTo(NpgsqlBatch statements, Batch batch, long[] merchants)
    {
        AddAsked(statements, batch.Changes.ToRows(changes => changes.Refunds), merchants);
        AddChanged(statements, batch, merchants);
    }

    private static void AddAsked(NpgsqlBatch statements, List<Refund> refunds, long[] merchants)
    {
        if (refunds.Count == 0)
            return;
        statements.Statement("""
            INSERT INTO refund (merchant_id, id, number, payment_id, account_id, dialect, amount_minor, currency, status, attempt_id, taken_by,
                                details, events, status_at, share_of)
            SELECT m.id, u.id, u.number, u.payment, u.account, u.dialect, u.amount, u.currency, u.status, u.attempt, u.taken_by, u.details, 1, u.at, u.share_of
              FROM merchant m
              JOIN unnest($2::bigint[], $3::uuid[], $4::bigint[], $5::uuid[], $6::uuid[], $7::text[], $8::bigint[], $9::text[], $10::text[],
                          $11::uuid[], $12::int[], $13::timestamptz[], $14::json[], $15::uuid[])
                   u(m, id, number, payment, account, dialect, amount, currency, status, attempt, taken_by, at, details, share_of) ON u.m = m.id
             WHERE m.id = ANY($1)
            """)
            .With(merchants)
            .With(refunds.ToColumn(refund => refund.Id.Merchant.Value))
            .With(refunds.ToColumn(refund => refund.Id.Value))
            .With(refunds.ToColumn(refund => refund.Number))
            .With(refunds.ToColumn(refund => refund.Payment?.Value))
            .With(refunds.ToColumn(refund => refund.Account.Value))
            .With(refunds.ToColumn(refund => refund.Dialect))
            .With(refunds.ToColumn(refund => refund.Amount?.AmountMinor))
            .With(refunds.ToColumn(refund => refund.Amount?.Currency.Code))
            .With(refunds.ToColumn(refund => Words.Of(refund.Status)))
            .With(refunds.ToColumn(refund => refund.Attempt?.Value))
            .With(refunds.ToColumn(refund => refund.TakenBy))
            .With(refunds.ToColumn(refund => refund.StatusAt.UtcDateTime))
            .WithJson(refunds.ToColumn(refund => refund.Details))
            .With(refunds.ToColumn(refund => refund.ShareOf?.Value));
    }

    private static void AddChanged(NpgsqlBatch statements, Batch batch, long[] merchants)
    {
        var changed = batch.Changes.ToRows(changes => changes.RefundsChanged)
            .GroupBy(refund => refund.Id).Select(refund => refund.Last()).ToList();
        if (changed.Count == 0)
            return;
        statements.Statement("""
            UPDATE refund r SET status = u.status, amount_minor = u.amount, taken_by = u.taken_by, events = u.events, status_at = u.at
              FROM unnest($2::bigint[], $3::uuid[], $4::text[], $5::bigint[], $6::int[], $7::int[], $8::timestamptz[])
                   u(m, id, status, amount, taken_by, events, at)
             WHERE r.merchant_id = u.m AND r.id = u.id AND r.merchant_id = ANY($1) AND u.m = ANY($1)
            """)
            .With(merchants)
            .With(changed.ToColumn(refund => refund.Id.Merchant.Value))
            .With(changed.ToColumn(refund => refund.Id.Value))
            .With(changed.ToColumn(refund => Words.Of(refund.Status)))
            .With(changed.ToColumn(refund => refund.Amount?.AmountMinor))
            .With(changed.ToColumn(refund => refund.TakenBy))
            .With(changed.ToColumn(refund => refund.Events))
            .With(changed.ToColumn(refund => refund.StatusAt.UtcDateTime));
    }
}
