using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Books;
using Quittance.Core.Ledger;
using Quittance.Core.Refunds;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Reading;

/// <summary>Reads refunds with all that an answer may show of them, one or many in one round trip.</summary>
internal sealed class RefundReading(NpgsqlDataSource database)
{
    private static readonly int PaymentNumber = Tables.Refund.Width + Tables.Account.Width;
    private const string Ids = "unnest($2::uuid[]) k(id)";
    private const string Id = "(SELECT $2::uuid AS id) k";
    private const string Number = "(SELECT n.id FROM refund n WHERE n.merchant_id = $1 AND n.number = $2) k";

    private readonly LongLists _long = new();

    /// <summary>A refund; null when the merchant has none.</summary>
    public Task<RefundView?> ByIdAsync(RefundId id, int? asOf, CancellationToken cancel) =>
        OneAsync(id.Merchant, batch => Add(batch, Id, command => command.With(id.Merchant.Value).With(id.Value)), asOf, cancel);

    /// <summary>A refund as it was after exactly this event.</summary>
    public Task<RefundView?> AfterAsync(RefundId id, int sequence, CancellationToken cancel) =>
        OneAsync(id.Merchant, batch => Add(batch, Id, command => command.With(id.Merchant.Value).With(id.Value)), sequence,
            cancel, isExact: true);

    /// <summary>A refund by its human number; null when the merchant has none.</summary>
    public Task<RefundView?> ByNumberAsync(MerchantId merchant, long number, CancellationToken cancel) =>
        OneAsync(merchant, batch => Add(batch, Number, command => command.With(merchant.Value).With(number)), null, cancel);

    /// <summary>A part of the list of a merchant's refunds.</summary>
    public Task<ListSlice<RefundView>> ListAsync(ListQuery query, CancellationToken cancel) =>
        Lists.ReadAsync(database, "refund", query, ViewsAsync, cancel, _long);

    private Task<RefundView?> OneAsync(
        MerchantId merchant, Action<NpgsqlBatch> add, int? asOf, CancellationToken cancel, bool isExact = false) =>
        SqlStates.ReachingAsync(async () =>
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            await using var batch = new NpgsqlBatch(connection);
            add(batch);
            await using var reader = await batch.ExecuteReaderAsync(cancel);
            return (await ViewsAsync(reader, merchant, asOf, isExact, cancel)).Values.SingleOrDefault();
        });

    private static async Task<IReadOnlyDictionary<Guid, RefundView>> ViewsAsync(
        NpgsqlConnection connection, MerchantId merchant, Guid[] ids, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        Add(batch, Ids, command => command.With(merchant.Value).With(ids));
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        return await ViewsAsync(reader, merchant, asOf: null, isExact: false, cancel);
    }

    private static void Add(NpgsqlBatch batch, string keys, Action<NpgsqlBatchCommand> parameters)
    {
        parameters(batch.Statement($"""
            SELECT {Tables.Refund.Selected}, {Tables.Account.Of("a", "h")}, p.number
              FROM {keys}
             CROSS JOIN LATERAL (SELECT r.* FROM refund r WHERE r.merchant_id = $1 AND r.id = k.id LIMIT 1) x
             CROSS JOIN LATERAL (SELECT a.* FROM account a WHERE a.merchant_id = $1 AND a.id = x.account_id LIMIT 1) a
              LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1
                  AND h.account_id = x.account_id LIMIT 1) h ON true
              LEFT JOIN LATERAL (SELECT p.number FROM payment p WHERE p.merchant_id = $1 AND p.id = x.payment_id LIMIT 1) p ON true
            """));
        parameters(batch.Statement($"""
            SELECT k.id, e.sequence, e.type, e.occurred_at
              FROM {keys}
             CROSS JOIN LATERAL (SELECT e.* FROM event e WHERE e.merchant_id = $1 AND e.subject_id = k.id OFFSET 0) e
             ORDER BY k.id, e.sequence
            """));
        // Index: reference_by_object.
        parameters(batch.Statement($"""
            SELECT k.id, r.dialect, r.kind, r.value
              FROM {keys}
             CROSS JOIN LATERAL (SELECT f.account_id FROM refund f WHERE f.merchant_id = $1 AND f.id = k.id LIMIT 1) x
             CROSS JOIN LATERAL (SELECT r.* FROM reference r WHERE r.merchant_id = $1 AND r.object_id = x.account_id OFFSET 0) r
             ORDER BY k.id, r.dialect, r.kind, r.value
            """));
        // Index: refund_shares.
        parameters(batch.Statement($"""
            SELECT k.id, s.id, s.amount_minor, e.type, e.occurred_at
              FROM {keys}
             CROSS JOIN LATERAL (SELECT s.* FROM refund s WHERE s.merchant_id = $1 AND s.share_of = k.id OFFSET 0) s
             CROSS JOIN LATERAL (SELECT e.* FROM event e WHERE e.merchant_id = $1 AND e.subject_id = s.id OFFSET 0) e
             ORDER BY k.id, s.id, e.sequence
            """));
    }

    private static async Task<IReadOnlyDictionary<Guid, RefundView>> ViewsAsync(
        NpgsqlDataReader reader, MerchantId merchant, int? asOf, bool isExact, CancellationToken cancel)
    {
        Dictionary<Guid, Found> found = [];
        while (await reader.ReadAsync(cancel))
        {
            var refund = Tables.Refund.Read(reader, 0);
            found.Add(refund.Id.Value, new Found(
                refund, Tables.Account.Read(reader, Tables.Refund.Width), reader.IsDBNull(PaymentNumber) ? null
                    : reader.GetInt64(PaymentNumber), [], [], []));
        }

        // The id of something else has events too.
        if (found.Count == 0)
            return new Dictionary<Guid, RefundView>();

        await reader.NextResultAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            found[reader.GetGuid(0)].Events.Add(
                (reader.GetInt32(1), Words.To<EventType>(reader.GetString(2)), reader.GetFieldValue<DateTimeOffset>(3)));
        }

        await reader.NextResultAsync(cancel);
        while (await reader.ReadAsync(cancel))
            found[reader.GetGuid(0)].Names.Add(new Reference(merchant, reader.GetString(1), reader.GetString(2), reader.GetString(3)));

        await reader.NextResultAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            found[reader.GetGuid(0)].ShareEvents.Add(
                new(reader.GetGuid(1), reader.GetInt64(2), Words.To<EventType>(reader.GetString(3)),
                    reader.GetFieldValue<DateTimeOffset>(4)));
        }

        return found.ToDictionary(refund => refund.Key, refund => refund.Value.ToView(asOf, isExact));
    }

    private sealed record ShareEvent(Guid Share, long AmountMinor, EventType Type, DateTimeOffset At);

    private sealed record Found(
        Refund Refund, Account Account, long? PaymentNumber, List<(int Sequence, EventType Type, DateTimeOffset At)> Events,
        List<Reference> Names,
        List<ShareEvent> ShareEvents)
    {
        public RefundView ToView(int? asOf, bool isExact)
        {
            // The next event with the outcome: while a provider is being asked there is no answer.
            var answered = Events.FindIndex(happened =>
                happened.Sequence >= (asOf ?? Refund.Events) && (isExact || happened.Type != EventType.RefundAsked));
            var isUnderWay = answered < 0;
            var last = isUnderWay ? Events[^1] : Events[answered];
            var stands = Events.FindLast(happened => happened.Sequence <= last.Sequence && happened.Type != EventType.RefundUnanswered);
            var status = StatusAfter(stands.Type);
            var refund = Refund with
            {
                Status = status,
                Amount = ShareEvents.Count == 0 ? Refund.Amount
                    : Refund.Amount!.Value with { AmountMinor = SharedMinor(status, stands.At) },
                StatusAt = stands.At,
                Events = last.Sequence,
            };
            return new RefundView(refund, Account, Names, isUnderWay) { PaymentNumber = PaymentNumber };
        }

        /// <summary>
        /// The amount of a shared refund at a time, minor units: done, it is what its shares had given back by then. The shares are of one
        /// account, and
        /// each batch of its slot has a time of its own: events of one time are of one commit, and a share and the whole change in one.
        /// </summary>
        private long SharedMinor(RefundStatus status, DateTimeOffset at) => ShareEvents
            .Where(happened => happened.At <= at && happened.Type != EventType.RefundUnanswered)
            .GroupBy(happened => happened.Share)
            .Select(share => share.Last())
            .Where(share => status != RefundStatus.Done || StatusAfter(share.Type) == RefundStatus.Done)
            .Sum(share => share.AmountMinor);

        private static RefundStatus StatusAfter(EventType type) => type switch
        {
            EventType.RefundMade or EventType.RefundDone => RefundStatus.Done,
            EventType.RefundFailed => RefundStatus.Failed,
            _ => RefundStatus.Pending,
        };
    }
}
