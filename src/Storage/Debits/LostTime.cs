using Npgsql;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Debits;
using Quittance.Core.Providers;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Debits;

/// <summary>A debit or a refund that may have gone to the bank in the time that a restore lost.</summary>
/// <param name="Payment">The payment's number.</param>
/// <param name="Refund">The refund's number; null for a debit.</param>
/// <param name="Collection">The number of the collection that has it in these books; null for none.</param>
public sealed record PerhapsSentItem(Attempt Attempt, long Payment, long? Refund, long? Collection)
{
    public CollectionKind Kind => Attempt.Verb == Verb.Refund ? CollectionKind.Transfers : CollectionKind.Debits;
}

/// <summary>All of a merchant that may have gone to the bank in the time that a restore lost.</summary>
/// <param name="Collections">The collections whose files may have gone.</param>
/// <param name="Approvals">How many refunds wait for a second person, who may have approved them in that time.</param>
public sealed record PerhapsSentList(
    MerchantId Merchant, IReadOnlyList<PerhapsSentItem> Items, IReadOnlyList<Collection> Collections, long Approvals)
{
    public int Count => Items.Count + Collections.Count + checked((int)Approvals);

    public bool IsEmpty => Count == 0;

    /// <summary>How many there are of each kind and currency, and their sums.</summary>
    public IEnumerable<(CollectionKind Kind, int Count, Money Sum)> Sums =>
        from item in Items
        group item.Attempt.Amount by (item.Kind, item.Attempt.Amount.Currency) into some
        orderby some.Key.Kind, some.Key.Currency.Code
        select (some.Key.Kind, some.Count(), new Money(some.Sum(amount => amount.AmountMinor), some.Key.Currency));
}

/// <summary>Reads what may have gone to the bank in the time that a restore lost.</summary>
public sealed class LostTime(NpgsqlDataSource database)
{
    /// <summary>When the books were restored last; null for never.</summary>
    public async Task<DateTimeOffset?> RestoredAtAsync(CancellationToken cancel) => await database.FirstAsync<DateTimeOffset?>(
        "SELECT began_at FROM epoch ORDER BY number DESC LIMIT 1", _ => { }, row => row.GetFieldValue<DateTimeOffset>(0), cancel);

    /// <summary>All of a merchant, the oldest first.</summary>
    public async Task<PerhapsSentList> OfAsync(MerchantId merchant, CancellationToken cancel)
    {
        if (await RestoredAtAsync(cancel) is not { } restoredAt)
            return new PerhapsSentList(merchant, [], [], 0);
        var items = await database.AllAsync(
            // Indexes: attempt_to_collect, attempt_to_pay_out, refund_of_payment; the keys of payment, debit and collection.
            $"""
            SELECT {Tables.Attempt.Selected}, p.number, r.number, CASE WHEN o.status <> 'called_off' THEN o.number END
              FROM (SELECT a.* FROM attempt a
                     WHERE a.merchant_id = $1 AND a.verb = 'capture' AND a.provider = 'bank' AND a.status IN ('open', 'unknown', 'pending')
                    UNION ALL
                    SELECT a.* FROM attempt a
                     WHERE a.merchant_id = $1 AND a.verb = 'refund' AND a.provider IN ('bank-transfer', 'gateway', 'bank')
                       AND a.status IN ('open', 'unknown', 'pending')) x
             CROSS JOIN LATERAL (SELECT p.number FROM payment p WHERE p.merchant_id = $1 AND p.id = x.payment_id LIMIT 1) p
              LEFT JOIN LATERAL (SELECT r.number FROM refund r
                                  WHERE r.merchant_id = $1 AND r.payment_id = x.payment_id AND r.attempt_id = x.id LIMIT 1) r ON true
              LEFT JOIN debit d ON d.merchant_id = $1 AND d.id = x.id AND NOT d.is_left_out
              LEFT JOIN collection o ON o.merchant_id = $1 AND o.id = d.collection_id
             WHERE coalesce(x.unsent_at, x.opened_at) < $2 AND o.status IS DISTINCT FROM 'handed_out'
             ORDER BY x.opened_at, x.id
            """,
            command => command.With(merchant.Value).With(restoredAt.UtcDateTime),
            row =>
            {
                var at = Tables.Attempt.Width;
                return new PerhapsSentItem(
                    Tables.Attempt.Read(row), row.GetInt64(at), row.IsDBNull(at + 1) ? null : row.GetInt64(at + 1),
                    row.IsDBNull(at + 2) ? null : row.GetInt64(at + 2));
            }, cancel);
        var collections = await database.AllAsync(
            $"""
            SELECT {Tables.Collection.Selected} FROM collection x
             WHERE x.merchant_id = $1 AND x.status IN ('building', 'built', 'released') AND x.unsent_at < $2 ORDER BY x.id
            """,
            command => command.With(merchant.Value).With(restoredAt.UtcDateTime), Tables.Collection.Read, cancel);
        var approvals = await database.FirstAsync<long?>(
            """
            SELECT count(*) FROM approval_request r
             WHERE r.merchant_id = $1 AND r.kind = 'refund' AND r.status = 'waiting' AND r.asked_at < $2
            """,
            command => command.With(merchant.Value).With(restoredAt.UtcDateTime), row => row.GetInt64(0), cancel);
        return new PerhapsSentList(merchant, items, collections, approvals ?? 0);
    }
}
