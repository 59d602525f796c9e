using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Webhooks;
using Quittance.Storage.Rows;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Lanes;

/// <summary>
/// Writes everything that a batch changes and commits, in one round trip: one statement for each table, for a batch of any size. New rows
/// are inserted;
/// rows that were there before are written as they are now, since the lane has read them under their slot's lock.
/// </summary>
internal sealed class Commit : IAsyncDisposable
{
    private readonly Batch _batch;
    private readonly NpgsqlBatch _statements;
    private readonly long[] _merchants;
    private readonly DateTime _at;

    public Commit(NpgsqlConnection connection, Batch batch)
    {
        (_batch, _statements) = (batch, new NpgsqlBatch(connection));
        _merchants = [.. batch.Slots.Select(slot => slot.Merchant.Value).Distinct()];
        _at = batch.At.UtcDateTime;
    }

    /// <summary>The merchant under which the batch's own row stands.</summary>
    public static long BatchMerchant(Batch batch) => batch.Slots.Min(slot => slot.Merchant.Value);

    /// <summary>Writes and commits. Waits as long as a synchronous standby lets it wait.</summary>
    public async Task WriteAsync(CancellationToken cancel)
    {
        var events = _batch.State.Added(Event.Shelf);
        foreach (var table in Tables.OnShelves)
            table.Write(_statements, _merchants, _batch.State);
        AddTransfers(events);
        AddDeliveries(events.FindAll(happened => happened.Type.IsForWebhooks()));
        OperatorActions.AddTo(_statements, OriginsOfOperators(events), _batch.At);
        AddSlots();
        _statements.Statement("INSERT INTO batch (merchant_id, id, committed_at) SELECT m.id, $2, $3 FROM merchant m WHERE m.id = $1")
            .With(BatchMerchant(_batch)).With(_batch.Id).With(_at);
        _statements.Statement("COMMIT");
        _statements.Timeout = 0;
        await _statements.ExecuteNonQueryAsync(cancel);
    }

    public ValueTask DisposeAsync() => _statements.DisposeAsync();

    private void AddTransfers(List<Event> events)
    {
        List<TransferLine> lines = [];
        var balances = new Balances();
        foreach (var happened in events)
        {
            for (var line = 0; line < happened.Transfers.Count; line++)
            {
                var transfer = happened.Transfers[line];
                var debit = balances.Add(transfer.Debit, transfer.AmountMinor, 0);
                var credit = balances.Add(transfer.Credit, 0, transfer.AmountMinor);
                lines.Add(new TransferLine(happened, line + 1, transfer, debit, credit));
            }
        }

        // Additions, not totals: they would stay right even if two ever met. But PostgreSQL judges the row that an upsert proposes,
        // also where it then updates; credit that is only spent would be below zero there. It was raised before, so its row exists.
        var spent = balances.Rows.ToLookup(row => row.Account.Kind == LedgerKind.Credit && row.DebitsMinor > row.CreditsMinor);
        Tables.LedgerAccount.Upsert(_statements, _merchants, [.. spent[false]]);
        Tables.LedgerAccount.Update(_statements, _merchants, [.. spent[true]]);
        Tables.Transfer.Insert(_statements, _merchants, lines);
    }

    /// <summary>
    /// Adds the events that subscribers learn of. The statement itself looks the subscribers up, in the transaction that commits the
    /// events: a
    /// subscription that was made before gets them, in any process. Index: subscription_live. The subscriptions drive: where there
    /// are none,
    /// the statement looks at nothing else.
    /// </summary>
    private void AddDeliveries(List<Event> events)
    {
        if (events.Count == 0)
            return;
        _statements.Statement("""
            INSERT INTO delivery (merchant_id, subscription_id, subject_id, sequence, status, failures, due_at)
            SELECT m.id, s.id, u.subject, u.sequence, 'waiting', 0, $2
              FROM merchant m
              JOIN subscription s ON s.merchant_id = m.id AND s.merchant_id = ANY($1) AND s.ended_at IS NULL
              JOIN credential c ON c.merchant_id = s.merchant_id AND c.id = s.credential_id AND c.merchant_id = ANY($1)
                   AND c.revoked_at IS NULL
              JOIN unnest($3::bigint[], $4::uuid[], $5::int[], $6::text[]) u(m, subject, sequence, type)
                   ON u.m = m.id AND u.type = ANY(s.event_types)
             WHERE m.id = ANY($1)
            """)
            .With(_merchants)
            .With(_batch.Now.UtcDateTime)
            .With(events.ToColumn(happened => happened.Origin.Merchant.Value))
            .With(events.ToColumn(happened => happened.Subject))
            .With(events.ToColumn(happened => happened.Sequence))
            .With(events.ToColumn(happened => Words.Of(happened.Type)));
    }

    /// <summary>The requests of operators that changed something, each once.</summary>
    private static List<Origin> OriginsOfOperators(List<Event> events) =>
        [.. events.Select(happened => happened.Origin).Where(origin => origin.Action is not null).Distinct()];

    private void AddSlots()
    {
        var slots = _batch.Slots.ToList();
        _statements.Statement("""
            UPDATE slot s SET last_number = u.last, last_at = $5
              FROM unnest($2::bigint[], $3::smallint[], $4::bigint[]) u(m, slot, last)
             WHERE s.merchant_id = u.m AND s.slot = u.slot AND s.merchant_id = ANY($1)
            """)
            .With(_merchants)
            .With(slots.ToColumn(slot => slot.Merchant.Value))
            .With(slots.ToColumn(slot => (short)slot.Slot))
            .With(slots.ToColumn(_batch.State.LastNumber))
            .With(_at);
    }
}
