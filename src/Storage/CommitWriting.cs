using Npgsql;
using Quittance.Core.Access;
using Quittance.Core.Engine;
using Quittance.Core.Ledger;
using Quittance.Storage.Settlements;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage;

/// <summary>
/// Writes everything that a batch changes and commits, in one round trip: one statement per table, whatever the batch's size.
/// Inserts go through the row of their merchant, so that the same statements run where merchants live on several nodes.
/// Updates ask for the merchant on both sides: for a planner that knows nothing of a table yet, keys without that look dearer than
/// reading all that the merchant has there.
/// </summary>
internal sealed class CommitWriting : IAsyncDisposable
{
    private static readonly TimeSpan AnswersAreKeptFor = TimeSpan.FromDays(30);

    private readonly Batch _batch;
    private readonly NpgsqlBatch _statements;
    private readonly long[] _merchants;
    private readonly DateTime _at;

    public CommitWriting(NpgsqlConnection connection, Batch batch)
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
        // What two slots may want at once comes first and in order, so that a conflict is met early and never in a circle.
        AddKeptAnswers();
        AddAccounts();
        AddReferences();
        AddOrders();
        ChargeWriting.AddRaised(_statements, _batch, _merchants);
        AddInstruments();
        AddTransfers();
        AddPayments();
        AddEvents();
        ChargeWriting.AddSettled(_statements, _batch, _merchants);
        AddDeposits();
        AddPaymentsChanged();
        AttemptWriting.AddTo(_statements, _batch, _merchants);
        SessionWriting.AddTo(_statements, _batch, _merchants);
        BookingWriting.AddTo(_statements, _batch, _merchants);
        RefundWriting.AddTo(_statements, _batch, _merchants);
        SettlementWriting.AddTo(_statements, _batch, _merchants);
        DeliveryWriting.AddTo(_statements, _batch, _merchants);
        OperatorActions.AddTo(_statements, OriginsOfOperators(), _batch.At);
        AddSlots();
        _statements.Statement("INSERT INTO batch (merchant_id, id, committed_at) SELECT m.id, $2, $3 FROM merchant m WHERE m.id = $1")
            .With(BatchMerchant(_batch)).With(_batch.Id).With(_at);
        _statements.Statement("COMMIT");
        _statements.Timeout = 0;
        await _statements.ExecuteNonQueryAsync(cancel);
    }

    public ValueTask DisposeAsync() => _statements.DisposeAsync();

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

    private void AddKeptAnswers()
    {
        var kept = _batch.Kept;
        if (kept.Count == 0)
            return;
        var until = _batch.Now.UtcDateTime + AnswersAreKeptFor;
        _statements.Statement("""
            INSERT INTO kept_answer (merchant_id, scope, key, line, request_hash, subject_id, sequence, faults, kept_until)
            SELECT m.id, u.scope, u.key, u.line, u.hash, u.subject, u.sequence, u.faults, u.until
              FROM merchant m
              JOIN unnest($2::bigint[], $3::text[], $4::text[], $5::int[], $6::bytea[], $7::uuid[], $8::int[], $9::text[], $10::timestamptz[])
                   u(m, scope, key, line, hash, subject, sequence, faults, until) ON u.m = m.id
             WHERE m.id = ANY($1) ORDER BY m.id, u.scope COLLATE "C", u.key COLLATE "C", u.line
            """)
            .With(_merchants)
            .With(kept.ToColumn(answer => answer.Key.Merchant.Value))
            .With(kept.ToColumn(answer => answer.Key.Scope))
            .With(kept.ToColumn(answer => answer.Key.Key))
            .With(kept.ToColumn(answer => answer.Key.Line))
            .With(kept.ToColumn(answer => answer.RequestHash.ToArray()))
            .With(kept.ToColumn(answer => answer.Subject))
            .With(kept.ToColumn(answer => answer.Sequence))
            .With(kept.ToColumn(answer => FaultText.Write(answer.Faults)))
            .With(kept.ToColumn(answer => answer.Expires ? until : (DateTime?)null));
    }

    private void AddAccounts()
    {
        var accounts = _batch.Changes.ToRows(changes => changes.Accounts);
        if (accounts.Count == 0)
            return;
        _statements.Statement("""
            INSERT INTO account (merchant_id, id, slot, number, currency)
            SELECT m.id, u.id, u.slot, u.number, u.currency
              FROM merchant m JOIN unnest($2::bigint[], $3::uuid[], $4::smallint[], $5::bigint[], $6::text[])
                   u(m, id, slot, number, currency) ON u.m = m.id
             WHERE m.id = ANY($1)
            """)
            .With(_merchants)
            .With(accounts.ToColumn(account => account.Id.Merchant.Value))
            .With(accounts.ToColumn(account => account.Id.Value))
            .With(accounts.ToColumn(account => (short)account.Slot))
            .With(accounts.ToColumn(account => account.Number))
            .With(accounts.ToColumn(account => account.Currency.Code));

        var named = accounts.FindAll(account => account.Name is not null);
        if (named.Count == 0)
            return;
        _statements.Statement("""
            INSERT INTO account_holder (merchant_id, account_id, name)
            SELECT m.id, u.id, u.name FROM merchant m JOIN unnest($2::bigint[], $3::uuid[], $4::text[]) u(m, id, name) ON u.m = m.id
             WHERE m.id = ANY($1)
            """)
            .With(_merchants)
            .With(named.ToColumn(account => account.Id.Merchant.Value))
            .With(named.ToColumn(account => account.Id.Value))
            .With(named.ToColumn(account => account.Name!));
    }

    private void AddReferences()
    {
        var references = _batch.Changes.ToRows(changes => changes.References);
        if (references.Count == 0)
            return;
        _statements.Statement("""
            INSERT INTO reference (merchant_id, dialect, kind, value, account_id, slot, object_id)
            SELECT m.id, u.dialect, u.kind, u.value, u.account, u.slot, u.object
              FROM merchant m
              JOIN unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::smallint[], $8::uuid[])
                   u(m, dialect, kind, value, account, slot, object) ON u.m = m.id
             WHERE m.id = ANY($1) ORDER BY m.id, u.dialect COLLATE "C", u.kind COLLATE "C", u.value COLLATE "C"
            """)
            .With(_merchants)
            .With(references.ToColumn(given => given.Reference.Merchant.Value))
            .With(references.ToColumn(given => given.Reference.Dialect))
            .With(references.ToColumn(given => given.Reference.Kind))
            .With(references.ToColumn(given => given.Reference.Value))
            .With(references.ToColumn(given => given.Referent.Account.Value))
            .With(references.ToColumn(given => (short)given.Referent.Slot))
            .With(references.ToColumn(given => given.Referent.Object));
    }

    private void AddOrders()
    {
        var orders = _batch.Changes.ToRows(changes => changes.Orders);
        if (orders.Count == 0)
            return;
        _statements.Statement("""
            INSERT INTO customer_order (merchant_id, id, account_id, deposit_asked_minor, deposit_paid_minor, events)
            SELECT m.id, u.id, u.account, 0, 0, 0
              FROM merchant m JOIN unnest($2::bigint[], $3::uuid[], $4::uuid[]) u(m, id, account) ON u.m = m.id
             WHERE m.id = ANY($1)
            """)
            .With(_merchants)
            .With(orders.ToColumn(order => order.Id.Merchant.Value))
            .With(orders.ToColumn(order => order.Id.Value))
            .With(orders.ToColumn(order => order.Account.Value));
    }

    private void AddInstruments()
    {
        var instruments = _batch.Changes.ToRows(changes => changes.Instruments);
        if (instruments.Count == 0)
            return;
        _statements.Statement("""
            INSERT INTO instrument (merchant_id, id, account_id, reference, method, name, provider, kind, last_four, scheme, country, expires_on, holder,
                                    standing)
            SELECT m.id, u.id, u.account, u.reference, u.method, u.name, u.provider, u.kind, u.last_four, u.scheme, u.country, u.expires_on, u.holder, u.standing
              FROM merchant m
              JOIN unnest($2::bigint[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[],
                          $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::date[], $14::text[], $15::text[])
                   u(m, id, account, reference, method, name, provider, kind, last_four, scheme, country, expires_on, holder, standing) ON u.m = m.id
             WHERE m.id = ANY($1)
            """)
            .With(_merchants)
            .With(instruments.ToColumn(instrument => instrument.Id.Merchant.Value))
            .With(instruments.ToColumn(instrument => instrument.Id.Value))
            .With(instruments.ToColumn(instrument => instrument.Account.Value))
            .With(instruments.ToColumn(instrument => instrument.Reference))
            .With(instruments.ToColumn(instrument => Words.Of(instrument.Method)))
            .With(instruments.ToColumn(instrument => instrument.Name))
            .With(instruments.ToColumn(instrument => instrument.Vaulted?.Provider))
            .With(instruments.ToColumn(instrument => instrument.Vaulted is { } vaulted ? Words.Of(vaulted.Shown.Kind) : null))
            .With(instruments.ToColumn(instrument => instrument.Vaulted?.Shown.LastFour))
            .With(instruments.ToColumn(instrument => instrument.Vaulted?.Shown.Scheme is { } scheme ? Words.Of(scheme) : null))
            .With(instruments.ToColumn(instrument => instrument.Vaulted?.Shown.Country))
            .With(instruments.ToColumn(instrument => instrument.Vaulted?.Shown.Expiry?.LastDay))
            .With(instruments.ToColumn(instrument => instrument.Vaulted?.Shown.Holder))
            .With(instruments.ToColumn(instrument => Words.Of(instrument.Standing)));
        VaultWriting.Add(_statements, _merchants, instruments, _batch.Changes.ToRows(changes => changes.VaultEntries));
    }

    private void AddTransfers()
    {
        List<(Event Event, int Line, Transfer Transfer, Guid Debit, Guid Credit)> transfers = [];
        var balances = new Balances();
        foreach (var happened in _batch.Changes.ToRows(changes => changes.Events))
        {
            for (var line = 0; line < happened.Transfers.Count; line++)
            {
                var transfer = happened.Transfers[line];
                var debit = balances.Add(transfer.Debit, transfer.AmountMinor, 0);
                var credit = balances.Add(transfer.Credit, 0, transfer.AmountMinor);
                transfers.Add((happened, line + 1, transfer, debit, credit));
            }
        }

        if (transfers.Count == 0)
            return;
        AddBalances(balances.Rows);
        _statements.Statement("""
            INSERT INTO transfer (merchant_id, subject_id, sequence, line, debit_id, credit_id, amount_minor, currency, charge_id)
            SELECT m.id, u.subject, u.sequence, u.line, u.debit, u.credit, u.amount, u.currency, u.charge
              FROM merchant m
              JOIN unnest($2::bigint[], $3::uuid[], $4::int[], $5::int[], $6::uuid[], $7::uuid[], $8::bigint[], $9::text[], $10::uuid[])
                   u(m, subject, sequence, line, debit, credit, amount, currency, charge) ON u.m = m.id
             WHERE m.id = ANY($1)
            """)
            .With(_merchants)
            .With(transfers.ToColumn(row => row.Event.Origin.Merchant.Value))
            .With(transfers.ToColumn(row => row.Event.Subject))
            .With(transfers.ToColumn(row => row.Event.Sequence))
            .With(transfers.ToColumn(row => row.Line))
            .With(transfers.ToColumn(row => row.Debit))
            .With(transfers.ToColumn(row => row.Credit))
            .With(transfers.ToColumn(row => row.Transfer.AmountMinor))
            .With(transfers.ToColumn(row => row.Transfer.Debit.Currency.Code))
            .With(transfers.ToColumn(row => row.Transfer.Charge?.Value));
    }

    /// <summary>Opens the ledger accounts that are new and adds to the totals of the others: one summed row for each.</summary>
    private void AddBalances(IReadOnlyList<Balances.Row> balances)
    {
        // Additions, not totals: they would stay right even if two ever met. But PostgreSQL judges the row that an upsert proposes,
        // also where it then updates; credit that is only spent would be below zero there. It was raised before, so its row exists.
        var spent = balances.ToLookup(row => row.Account.Kind == LedgerKind.Credit && row.DebitsMinor > row.CreditsMinor);
        if (spent[false].Any())
            AddUpserts([.. spent[false]]);
        if (spent[true].Any())
            AddUpdates([.. spent[true]]);
    }

    private void AddUpdates(IReadOnlyList<Balances.Row> balances) =>
        _statements.Statement("""
            UPDATE ledger_account l SET debits_minor = l.debits_minor + u.debits, credits_minor = l.credits_minor + u.credits
              FROM unnest($2::bigint[], $3::uuid[], $4::bigint[], $5::bigint[]) u(m, id, debits, credits)
             WHERE l.merchant_id = u.m AND l.id = u.id AND l.merchant_id = ANY($1) AND u.m = ANY($1)
            """)
            .With(_merchants)
            .With(balances.ToColumn(row => row.Account.Merchant.Value))
            .With(balances.ToColumn(row => row.Id))
            .With(balances.ToColumn(row => row.DebitsMinor))
            .With(balances.ToColumn(row => row.CreditsMinor));

    private void AddUpserts(IReadOnlyList<Balances.Row> balances) =>
        _statements.Statement("""
            INSERT INTO ledger_account AS l (merchant_id, id, slot, kind, holder_id, purpose, currency, debits_minor, credits_minor)
            SELECT m.id, u.id, u.slot, u.kind, u.holder, u.purpose, u.currency, u.debits, u.credits
              FROM merchant m
              JOIN unnest($2::bigint[], $3::uuid[], $4::smallint[], $5::text[], $6::uuid[], $7::text[], $8::text[], $9::bigint[], $10::bigint[])
                   u(m, id, slot, kind, holder, purpose, currency, debits, credits) ON u.m = m.id
             WHERE m.id = ANY($1)
            ON CONFLICT (merchant_id, id) DO UPDATE
               SET debits_minor = l.debits_minor + excluded.debits_minor, credits_minor = l.credits_minor + excluded.credits_minor
            """)
            .With(_merchants)
            .With(balances.ToColumn(row => row.Account.Merchant.Value))
            .With(balances.ToColumn(row => row.Id))
            .With(balances.ToColumn(row => (short)row.Account.Slot))
            .With(balances.ToColumn(row => Words.Of(row.Account.Kind)))
            .With(balances.ToColumn(row => row.Account.Holder))
            .With(balances.ToColumn(row => row.Account.Purpose))
            .With(balances.ToColumn(row => row.Account.Currency.Code))
            .With(balances.ToColumn(row => row.DebitsMinor))
            .With(balances.ToColumn(row => row.CreditsMinor));

    private void AddPayments()
    {
        var payments = _batch.Changes.ToRows(changes => changes.Payments);
        if (payments.Count == 0)
            return;
        _statements.Statement("""
            INSERT INTO payment (merchant_id, id, number, account_id, instrument_id, amount_minor, currency, allocated_minor, events,
                                 dialect, status, method, status_at, details)
            SELECT m.id, u.id, u.number, u.account, u.instrument, u.amount, u.currency, u.allocated, 1, u.dialect, u.status, u.method, $2, u.details
              FROM merchant m
              JOIN unnest($3::bigint[], $4::uuid[], $5::bigint[], $6::uuid[], $7::uuid[], $8::bigint[], $9::text[], $10::bigint[],
                          $11::text[], $12::text[], $13::text[], $14::json[])
                   u(m, id, number, account, instrument, amount, currency, allocated, dialect, status, method, details) ON u.m = m.id
             WHERE m.id = ANY($1)
            """)
            .With(_merchants)
            .With(_at)
            .With(payments.ToColumn(payment => payment.Id.Merchant.Value))
            .With(payments.ToColumn(payment => payment.Id.Value))
            .With(payments.ToColumn(payment => payment.Number))
            .With(payments.ToColumn(payment => payment.Account.Value))
            .With(payments.ToColumn(payment => payment.Instrument?.Value))
            .With(payments.ToColumn(payment => payment.Amount?.AmountMinor))
            .With(payments.ToColumn(payment => payment.Amount?.Currency.Code))
            .With(payments.ToColumn(payment => payment.AllocatedMinor))
            .With(payments.ToColumn(payment => payment.Dialect))
            .With(payments.ToColumn(payment => Words.Of(payment.Status)))
            .With(payments.ToColumn(payment => Words.Of(payment.Method)))
            .WithJson(payments.ToColumn(payment => payment.Details));
    }

    private void AddEvents()
    {
        var events = _batch.Changes.ToRows(changes => changes.Events);
        if (events.Count == 0)
            return;
        _statements.Statement("""
            INSERT INTO event (merchant_id, subject_id, sequence, type, status, occurred_at, credential_id, request_id)
            SELECT m.id, u.subject, u.sequence, u.type, u.status, $2, u.credential, u.request
              FROM merchant m
              JOIN unnest($3::bigint[], $4::uuid[], $5::int[], $6::text[], $7::text[], $8::bigint[], $9::uuid[])
                   u(m, subject, sequence, type, status, credential, request) ON u.m = m.id
             WHERE m.id = ANY($1)
            """)
            .With(_merchants)
            .With(_at)
            .With(events.ToColumn(happened => happened.Origin.Merchant.Value))
            .With(events.ToColumn(happened => happened.Subject))
            .With(events.ToColumn(happened => happened.Sequence))
            .With(events.ToColumn(happened => Words.Of(happened.Type)))
            .With(events.ToColumn(happened => happened.Status is { } status ? Words.Of(status) : null))
            .With(events.ToColumn(happened => happened.Origin.Credential))
            .With(events.ToColumn(happened => happened.Origin.Request));
    }

    private void AddDeposits()
    {
        var deposits = _batch.Changes.ToRows(changes => changes.Deposits)
            .GroupBy(deposit => deposit.Order)
            .Select(order => (
                Order: order.Key, Asked: order.Sum(deposit => deposit.AskedMinor), Paid: order.Sum(deposit => deposit.PaidMinor),
                Earmarked: order.Sum(deposit => deposit.EarmarkedMinor), Events: order.Count(deposit => deposit.AskedMinor > 0))).ToList();
        if (deposits.Count == 0)
            return;
        _statements.Statement("""
            UPDATE customer_order o
               SET deposit_asked_minor = o.deposit_asked_minor + u.asked, deposit_paid_minor = o.deposit_paid_minor + u.paid,
                   earmarked_minor = o.earmarked_minor + u.earmarked, events = o.events + u.events
              FROM unnest($2::bigint[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::int[]) u(m, id, asked, paid, earmarked, events)
             WHERE o.merchant_id = u.m AND o.id = u.id AND o.merchant_id = ANY($1) AND u.m = ANY($1)
            """)
            .With(_merchants)
            .With(deposits.ToColumn(row => row.Order.Merchant.Value))
            .With(deposits.ToColumn(row => row.Order.Value))
            .With(deposits.ToColumn(row => row.Asked))
            .With(deposits.ToColumn(row => row.Paid))
            .With(deposits.ToColumn(row => row.Earmarked))
            .With(deposits.ToColumn(row => row.Events));
    }

    private void AddPaymentsChanged()
    {
        var changed = _batch.Changes.ToRows(changes => changes.PaymentsChanged)
            .GroupBy(row => row.Payment)
            .Select(payment => (
                Payment: payment.Key, Allocated: payment.Sum(row => row.AllocatedMinor), Reversed: payment.Sum(row => row.ReversedMinor),
                Refunded: payment.Sum(row => row.RefundedMinor),
                Events: payment.Count(), Status: payment.LastOrDefault(row => row.Status is not null).Status)).ToList();
        if (changed.Count == 0)
            return;
        _statements.Statement("""
            UPDATE payment p
               SET allocated_minor = p.allocated_minor + u.allocated, reversed_minor = p.reversed_minor + u.reversed,
                   refunded_minor = p.refunded_minor + u.refunded, events = p.events + u.events, status = coalesce(u.status, p.status),
                   status_at = CASE WHEN u.status IS NULL THEN p.status_at ELSE $2 END
              FROM unnest($3::bigint[], $4::uuid[], $5::bigint[], $6::bigint[], $7::bigint[], $8::int[], $9::text[])
                   u(m, id, allocated, reversed, refunded, events, status)
             WHERE p.merchant_id = u.m AND p.id = u.id AND p.merchant_id = ANY($1) AND u.m = ANY($1)
            """)
            .With(_merchants)
            .With(_at)
            .With(changed.ToColumn(row => row.Payment.Merchant.Value))
            .With(changed.ToColumn(row => row.Payment.Value))
            .With(changed.ToColumn(row => row.Allocated))
            .With(changed.ToColumn(row => row.Reversed))
            .With(changed.ToColumn(row => row.Refunded))
            .With(changed.ToColumn(row => row.Events))
            .With(changed.ToColumn(row => row.Status is { } status ? Words.Of(status) : null));
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
}
