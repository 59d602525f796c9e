using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Core.Mails;
using Quittance.Core.Sessions;
using Quittance.Storage.Mails;
using Quittance.Storage.Rows;
using Quittance.Storage.Sealing;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Lanes;

/// <summary>
/// Writes everything that a batch changes and commits, in one round trip: one statement for each table, for a batch of any size. New rows
/// are inserted; rows that were there before are written as they are now, since the lane has read them under their slot's lock. A second
/// round trip comes first where an operator acts, and where a row's account was not read whose salt seals it.
/// </summary>
internal sealed class Commit : IAsyncDisposable
{
    /// <summary>The last of a batch's statements.</summary>
    public const string Ends = "COMMIT";

    private readonly NpgsqlConnection _connection;
    private readonly Batch _batch;
    private readonly IReadOnlyDictionary<SlotKey, byte[]> _ends;
    private readonly LaneSeal _seal;
    private readonly bool _isDistributed;
    private readonly bool _asksForMail;
    private readonly NpgsqlBatch _statements;
    private readonly long[] _merchants;
    private readonly DateTime _at;

    /// <param name="ends">The hash of the last block of each of the batch's slots.</param>
    /// <param name="seal">The lane's own.</param>
    public Commit(
        NpgsqlConnection connection, Batch batch, IReadOnlyDictionary<SlotKey, byte[]> ends, LaneSeal seal, bool isDistributed,
        bool asksForMail)
    {
        (_connection, _batch, _ends, _seal, _statements) = (connection, batch, ends, seal, new NpgsqlBatch(connection));
        (_isDistributed, _asksForMail) = (isDistributed, asksForMail);
        _merchants = [.. batch.Slots.Select(slot => slot.Merchant.Value).Distinct()];
        _at = batch.At.UtcDateTime;
    }

    /// <summary>Writes and commits. Waits as long as a synchronous standby lets it wait.</summary>
    public async Task WriteAsync(CancellationToken cancel)
    {
        var events = _batch.State.Added(Event.Shelf);
        DrawSalts();
        _seal.Begin(_batch.State);
        foreach (var table in Tables.OnShelves)
            table.Write(_statements, _merchants, _batch.State, _seal);
        AddTransfers(events);
        AddDeliveries(events);
        if (_asksForMail)
            AddMails(events);
        EndVisits(events);
        await _seal.CompleteAsync(_connection, cancel);
        await OperatorActions.WriteAsync(
            _connection, OriginsOfOperators(events), _batch.At, (merchant, row) => SealedTables.OperatorAction.Put(_seal.Of(merchant), row),
            cancel);
        AddBlocks();
        _statements.Statement(Ends);
        _statements.Timeout = 0;
        if (_isDistributed)
            Routing.NameMerchant(_statements);
        await _statements.ExecuteNonQueryAsync(cancel);
    }

    public ValueTask DisposeAsync() => _statements.DisposeAsync();

    /// <summary>A new account gets the salt of its seals.</summary>
    private void DrawSalts()
    {
        foreach (var account in _batch.State.Added(Account.Shelf))
            _batch.State.Load(account with { Salt = Salts.Draw() });
    }

    private void AddTransfers(List<Event> events)
    {
        List<TransferLine> lines = new(events.Sum(happened => happened.Transfers.Count));
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
        List<BalanceChange> raised = new(balances.Rows.Count), spent = [];
        foreach (var row in balances.Rows)
            (row.Account.Kind == LedgerKind.Credit && row.DebitsMinor > row.CreditsMinor ? spent : raised).Add(row);
        Tables.LedgerAccount.Upsert(_statements, _merchants, raised);
        Tables.LedgerAccount.Update(_statements, _merchants, spent);
        Tables.Transfer.Insert(_statements, _merchants, lines);
        foreach (var line in lines)
            _seal.Put(Tables.Transfer, line);
    }

    /// <summary>
    /// Adds the deliveries of the events. The statement itself looks the subscriptions up, in the transaction that commits the events: one
    /// that was made before gets them, in any process. Index: subscription_live. The subscriptions drive: where there are none, the
    /// statement looks at nothing else.
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
                   ON u.m = m.id AND (s.event_types IS NULL OR u.type = ANY(s.event_types))
             WHERE m.id = ANY($1)
            """)
            .With(_merchants)
            .With(_batch.Now.UtcDateTime)
            .With(events.ToColumn(happened => happened.Origin.Merchant.Value))
            .With(events.ToColumn(happened => happened.Subject))
            .With(events.ToColumn(happened => happened.Sequence))
            .With(events.ToColumn(happened => Words.Of(happened.Type)));
    }

    /// <summary>
    /// Ends the visits of customers to their own pages whose links went to an address that is not the customer's any more, and those of
    /// merged accounts, whose pages have what is the other account's. Index: account_visit_of_account.
    /// </summary>
    private void EndVisits(List<Event> events)
    {
        List<AccountId> over =
        [
            .. from contact in _batch.State.HasNews(AccountContact.Shelf)
                   ? _batch.State.Before(AccountContact.Shelf).Zip(_batch.State.Changed(AccountContact.Shelf)) : []
               where !string.Equals(contact.First.Contact.Email, contact.Second.Contact.Email, StringComparison.OrdinalIgnoreCase)
               select contact.Second.Id,
            .. from happened in events
               where happened.Type is EventType.AccountMerged or EventType.AccountUnmerged
               select new AccountId(happened.Origin.Merchant, happened.Subject),
        ];
        if (over.Count == 0)
            return;
        _statements.Statement("""
            UPDATE account_visit v SET ended_at = $2
              FROM unnest($3::bigint[], $4::uuid[]) u(m, account)
             WHERE v.merchant_id = u.m AND v.merchant_id = ANY($1) AND v.account_id = u.account AND asked_at > $5
               AND v.ended_at IS NULL
            """)
            .With(_merchants)
            .With(_batch.Now.UtcDateTime)
            .With(over.ToColumn(account => account.Merchant.Value))
            .With(over.ToColumn(account => account.Value))
            .With(_batch.Now.UtcDateTime - AccountVisit.OpensFor - AccountVisit.LastsFor);
    }

    /// <summary>
    /// Adds the mails that the events ask for and that the merchant sends.
    /// </summary>
    private void AddMails(List<Event> events)
    {
        List<MailCause> causes = [.. events.Select(happened => MailCause.Of(happened, _batch.State)).OfType<MailCause>()];
        if (causes.Count > 0)
            MailQueue.Ask(_statements, _merchants, _batch.Now.UtcDateTime, causes);
        List<(MerchantId, MailKind)> ofPeople =
        [
            .. (from happened in events
                let kind = OperatorMail.AskedBy(happened, _batch.State)
                where kind is not null
                select (happened.Origin.Merchant, kind.Value)).Distinct(),
        ];
        if (ofPeople.Count > 0)
            MailQueue.AskPeople(_statements, _merchants, _batch.At, ofPeople);
    }

    /// <summary>The requests of operators that changed something, each once.</summary>
    private static List<Origin> OriginsOfOperators(List<Event> events) =>
        [.. events.Select(happened => happened.Origin).Where(origin => origin.Action is not null).Distinct()];

    /// <summary>Adds the block of each merchant, and the slots with the hash of their block.</summary>
    private void AddBlocks()
    {
        var slots = _batch.Slots.ToList();
        var blocks = slots.GroupBy(slot => slot.Merchant).ToDictionary(own => own.Key, own =>
        {
            var mask = own.Aggregate(0u, (mask, slot) => mask | (1u << slot.Slot));
            var block = new Block(own.Key, _at, _batch.Id, mask, _seal.Of(own.Key).Bytes);
            return (Block: block, Hash: block.Hash(slot => _ends[new SlotKey(own.Key, slot)]));
        });
        Block.Insert(_statements, [.. blocks.Values]);
        if (slots is [var only])
        {
            _statements.Statement(
                "UPDATE slot SET last_number = $3, last_at = $4, last_hash = $5 WHERE merchant_id = $1 AND slot = $2")
                .With(only.Merchant.Value)
                .With((short)only.Slot)
                .With(_batch.State.LastNumber(only))
                .With(_at)
                .With(blocks[only.Merchant].Hash);
            return;
        }

        _statements.Statement(Routing.For(_merchants, """
            UPDATE slot s SET last_number = u.last, last_at = $5, last_hash = u.hash
              FROM unnest($2::bigint[], $3::smallint[], $4::bigint[], $6::bytea[]) u(m, slot, last, hash)
             WHERE s.merchant_id = u.m AND s.slot = u.slot AND s.merchant_id = ANY($1)
            """))
            .With(_merchants)
            .With(slots.ToColumn(slot => slot.Merchant.Value))
            .With(slots.ToColumn(slot => (short)slot.Slot))
            .With(slots.ToColumn(_batch.State.LastNumber))
            .With(_at)
            .With(slots.ToColumn(slot => blocks[slot.Merchant].Hash));
    }
}
