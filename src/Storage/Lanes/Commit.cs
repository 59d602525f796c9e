using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
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
    private static readonly TimeSpan AnswersAreKeptFor = TimeSpan.FromDays(30);

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
        var events = All(changes => changes.Events);
        AddOpened();
        AddTransfers(events);
        Insert(Tables.Payment, All(changes => changes.Payments));
        Insert(Tables.Event, events);
        AddChanged();
        AddAttempts();
        AddInstrumentsChanged();
        Insert(Tables.Session, All(changes => changes.Sessions));
        Update(Tables.Session, Last(changes => changes.SessionsChanged, session => session.Id));
        Tables.Departure.Upsert(_statements, _merchants, Last(changes => changes.Departures, departure => departure.Id));
        Insert(Tables.Booking, All(changes => changes.Bookings));
        Update(Tables.Booking, Last(changes => changes.BookingsChanged, booking => booking.Id));
        Insert(Tables.Refund, All(changes => changes.Refunds));
        Update(Tables.Refund, Last(changes => changes.RefundsChanged, refund => refund.Id));
        Update(Tables.SettlementLine, Last(changes => changes.SettlementLines, line => line.Id));
        AddDeliveries(events.FindAll(happened => happened.Type.IsForWebhooks()));
        OperatorActions.AddTo(_statements, OriginsOfOperators(), _batch.At);
        AddSlots();
        _statements.Statement("INSERT INTO batch (merchant_id, id, committed_at) SELECT m.id, $2, $3 FROM merchant m WHERE m.id = $1")
            .With(BatchMerchant(_batch)).With(_batch.Id).With(_at);
        _statements.Statement("COMMIT");
        _statements.Timeout = 0;
        await _statements.ExecuteNonQueryAsync(cancel);
    }

    public ValueTask DisposeAsync() => _statements.DisposeAsync();

    /// <summary>What two slots may want at once comes first and in order, so that a conflict is met early and never in a circle.</summary>
    private void AddOpened()
    {
        var until = _batch.Now + AnswersAreKeptFor;
        Insert(Tables.KeptAnswer, [.. _batch.Kept.Select(answer => new KeptUntil(answer, answer.Expires ? until : null))]);
        var accounts = All(changes => changes.Accounts);
        Insert(Tables.Account, accounts);
        Insert(Tables.AccountHolder, accounts.FindAll(account => account.Name is not null));
        Insert(Tables.Reference, All(changes => changes.References));
        Insert(Tables.Order, All(changes => changes.Orders));
        Insert(Tables.Charge, All(changes => changes.Charges));
        var instruments = All(changes => changes.Instruments);
        Insert(Tables.Instrument, instruments);
        Insert(Tables.VaultEntry, All(changes => changes.VaultEntries));
        Insert(Tables.Mandate, instruments.FindAll(instrument => instrument.Vaulted?.Mandate is not null));
    }

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
        Update(Tables.LedgerAccount, [.. spent[true]]);
        Insert(Tables.Transfer, lines);
    }

    private void AddChanged()
    {
        // Settled and forgiven at once: a charge is never settled and forgiven by more than it is, not even between two statements.
        var settled = All(changes => changes.Settled).Concat(All(changes => changes.Forgiven)).Select(allocation => allocation.Charge.Id);
        Update(Tables.Charge, Now(settled, _batch.State.Charge));
        Update(Tables.Order, Now(All(changes => changes.Deposits).Select(deposit => deposit.Order), _batch.State.Order));
        Update(Tables.Payment, Now(All(changes => changes.PaymentsChanged).Select(changed => changed.Payment), _batch.State.Payment));
    }

    /// <summary>Settled before opened, released before claimed: what ends in a batch makes room for what begins in it.</summary>
    private void AddAttempts()
    {
        Update(Tables.Attempt, Last(changes => changes.AttemptsChanged, attempt => attempt.Id));
        AddReleased(All(changes => changes.ClaimsReleased));
        Insert(Tables.Attempt, All(changes => changes.Attempts));
        Insert(Tables.Claim, All(changes => changes.Claims));
        Tables.Dispute.Upsert(_statements, _merchants, Last(changes => changes.Disputes, dispute => dispute.Id));
    }

    private void AddReleased(List<PaymentId> released)
    {
        if (released.Count == 0)
            return;
        _statements.Statement("""
            UPDATE claim c SET is_live = false
              FROM unnest($2::bigint[], $3::uuid[]) u(m, payment)
             WHERE c.merchant_id = u.m AND c.payment_id = u.payment AND c.merchant_id = ANY($1) AND u.m = ANY($1)
            """)
            .With(_merchants)
            .With(released.ToColumn(payment => payment.Merchant.Value))
            .With(released.ToColumn(payment => payment.Value));
    }

    /// <summary>One after the other: an account never has two instruments of its own, not even between two rows.</summary>
    private void AddInstrumentsChanged()
    {
        var changed = Last(changes => changes.InstrumentsChanged, instrument => instrument.Id)
            .ToLookup(instrument => instrument.Standing == InstrumentStanding.Current);
        Update(Tables.Instrument, [.. changed[false]]);
        Update(Tables.Instrument, [.. changed[true]]);
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

    /// <summary>Each request of an operator that has changed something, once for all that it did.</summary>
    private List<Origin> OriginsOfOperators()
    {
        List<Origin> origins = [];
        foreach (var changes in _batch.Changes)
        {
            if (changes.Events is [{ Origin: { Action: not null } origin }, ..] && !origins.Contains(origin))
                origins.Add(origin);
        }

        return origins;
    }

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

    private void Insert<TRow>(Table<TRow> table, List<TRow> rows) => table.Insert(_statements, _merchants, rows);

    private void Update<TRow>(Table<TRow> table, List<TRow> rows) => table.Update(_statements, _merchants, rows);

    private List<TRow> All<TRow>(Func<Changes, IReadOnlyList<TRow>> rows) => _batch.Changes.ToRows(rows);

    /// <summary>Rows that several commands may have changed, each as the last one left it.</summary>
    private List<TRow> Last<TRow, TId>(Func<Changes, IReadOnlyList<TRow>> rows, Func<TRow, TId> id) =>
        [.. All(rows).GroupBy(id).Select(row => row.Last())];

    private static List<TRow> Now<TId, TRow>(IEnumerable<TId> ids, Func<TId, TRow?> row)
        where TRow : class => [.. ids.Distinct().Select(id => row(id)!)];
}
