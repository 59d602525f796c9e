using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Bookings;
using Quittance.Core.Disputes;
using Quittance.Core.Engine;
using Quittance.Storage.Settlements;

namespace Quittance.Storage;

/// <summary>
/// Reads what a batch wants in one round trip. In every statement the wanted keys drive: they are unnested, and each
/// finds its row by a primary key or a named index, whatever the tables' statistics say. A limit or an offset sees to that: without
/// one the planner is free to read all of a merchant's rows first.
/// </summary>
internal sealed class PrefetchReading(NpgsqlConnection connection, State state)
    : IAsyncDisposable
{
    private const int FirstOpenCharges = 1000;

    private readonly NpgsqlBatch _batch = new(connection);
    private readonly List<Action<NpgsqlDataReader>> _rows = [];
    private readonly List<Action> _whenRead = [];

    /// <summary>Whether the database has a synchronous standby, which a commit waits for and a roll-back does not.</summary>
    public bool HasSynchronousStandby { get; private set; }

    /// <summary>Lets the server plan its statements anew, for the tables as they are now.</summary>
    public void AddFreshPlans() => _batch.Statement("DISCARD PLANS");

    /// <summary>Begins the transaction, locks the slots first, then reads everything else.</summary>
    public void AddAll(Wanted wanted)
    {
        _batch.Statement("BEGIN ISOLATION LEVEL READ COMMITTED");
        AddSlots(wanted.Slots);
        AddReferences(wanted.Unknown);
        AddAccounts(wanted.Accounts.Keys);
        AddInstruments(wanted.Instruments);
        AddCharges(wanted.Charges);
        AddOpenCharges(wanted.OpenChargesFor);
        AddOrders(wanted.Orders);
        PaymentPrefetching.Add(this, wanted);
        AddClaimants(wanted.ClaimsOn);
        AddDisputes(wanted.Disputes);
        AddDisputes(wanted.DisputesOf);
        AddSessions(wanted.Sessions);
        AddCurrentInstruments(wanted.CurrentInstrumentOf);
        AddBookings(wanted.Bookings);
        AddDepartures(wanted.Departures);
        SettlementPrefetching.Add(this, wanted);
        AddKeptAnswers(wanted.Keys);
    }

    public async Task ReadAsync(CancellationToken cancel)
    {
        await using (var reader = await _batch.ExecuteReaderAsync(cancel))
        {
            foreach (var take in _rows)
            {
                while (await reader.ReadAsync(cancel))
                    take(reader);
                await reader.NextResultAsync(cancel);
            }
        }

        foreach (var finish in _whenRead)
            finish();
    }

    public ValueTask DisposeAsync() => _batch.DisposeAsync();

    /// <summary>What the rows are taken into.</summary>
    public State State => state;

    /// <summary>Does something when everything is read.</summary>
    public void WhenRead(Action finish) => _whenRead.Add(finish);

    /// <summary>Looks references up; those to an account's id are found by the account's key.</summary>
    public void AddReferences(IReadOnlyCollection<Reference> references)
    {
        Reference[] named = [.. references.Where(reference => !IsAccountId(reference))];
        if (named.Length > 0)
        {
            _batch.Statement("""
                SELECT k.i, x.merchant_id, x.account_id, x.slot, x.object_id
                  FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY k(m, dialect, kind, value, i)
                 CROSS JOIN LATERAL (SELECT r.* FROM reference r
                   WHERE r.merchant_id = k.m AND r.dialect = k.dialect AND r.kind = k.kind AND r.value = k.value
                     AND r.merchant_id = ANY($5) LIMIT 1) x
                """)
                .With(named.Select(reference => reference.Merchant.Value).ToArray())
                .With(named.Select(reference => reference.Dialect).ToArray())
                .With(named.Select(reference => reference.Kind).ToArray())
                .With(named.Select(reference => reference.Value).ToArray())
                .With(Merchants(named.Select(reference => reference.Merchant)));
            _rows.Add(row => LoadReference(row, named));
        }

        Reference[] ids = [.. references.Where(IsAccountId)];
        if (ids.Length == 0)
            return;
        _batch.Statement("""
            SELECT k.i, x.merchant_id, x.id, x.slot, x.id
              FROM unnest($1::bigint[], $2::uuid[]) WITH ORDINALITY k(m, id, i)
             CROSS JOIN LATERAL (SELECT a.merchant_id, a.id, a.slot FROM account a
               WHERE a.merchant_id = k.m AND a.id = k.id AND a.merchant_id = ANY($3) LIMIT 1) x
            """)
            .With(ids.Select(reference => reference.Merchant.Value).ToArray())
            .With(ids.Select(reference => Guid.Parse(reference.Value)).ToArray())
            .With(Merchants(ids.Select(reference => reference.Merchant)));
        _rows.Add(row => LoadReference(row, ids));
    }

    private void LoadReference(NpgsqlDataReader row, Reference[] asked)
    {
        var account = new AccountId(new MerchantId(row.GetInt64(1)), row.GetGuid(2));
        state.Load(asked[row.GetInt64(0) - 1], new Referent(account, row.GetInt16(3), row.GetGuid(4)));
    }

    private void AddSlots(IReadOnlyCollection<SlotKey> slots)
    {
        // Ordered, so that two processes never wait for each other in a circle.
        _batch.Statement("""
            SELECT s.merchant_id, s.slot, s.last_number, s.last_at, current_setting('synchronous_standby_names') <> ''
              FROM slot s JOIN unnest($1::bigint[], $2::smallint[]) k(m, slot) ON s.merchant_id = k.m AND s.slot = k.slot
             WHERE s.merchant_id = ANY($3)
             ORDER BY s.merchant_id, s.slot FOR UPDATE OF s
            """)
            .With(slots.Select(slot => slot.Merchant.Value).ToArray())
            .With(slots.Select(slot => (short)slot.Slot).ToArray())
            .With(Merchants(slots.Select(slot => slot.Merchant)));
        _rows.Add(row =>
        {
            state.Load(new SlotKey(new MerchantId(row.GetInt64(0)), row.GetInt16(1)), row.GetInt64(2), row.GetFieldValue<DateTimeOffset>(3));
            HasSynchronousStandby = row.GetBoolean(4);
        });
    }

    private void AddAccounts(IReadOnlyCollection<AccountId> accounts) => AddByIds(
        accounts.Select(account => (account.Merchant, account.Value)),
        """
        SELECT x.merchant_id, x.id, x.slot, x.number, x.currency, x.name
          FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
         CROSS JOIN LATERAL (SELECT a.*, h.name FROM account a
           LEFT JOIN account_holder h ON h.merchant_id = a.merchant_id AND h.account_id = a.id AND h.merchant_id = ANY($3)
           WHERE a.merchant_id = k.m AND a.id = k.id AND a.merchant_id = ANY($3) LIMIT 1) x
        """,
        row => state.Load(Rows.Account(row, 0)));

    private void AddInstruments(IReadOnlyCollection<InstrumentId> instruments) => AddByIds(
        instruments.Select(instrument => (instrument.Merchant, instrument.Value)),
        $"""
        SELECT {Rows.InstrumentColumns}
          FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
         CROSS JOIN LATERAL (SELECT i.*, {Rows.MandateColumns} FROM instrument i
           LEFT JOIN mandate m ON m.merchant_id = i.merchant_id AND m.instrument_id = i.id AND m.merchant_id = ANY($3)
           WHERE i.merchant_id = k.m AND i.id = k.id AND i.merchant_id = ANY($3) LIMIT 1) x
        """,
        row => state.Load(Rows.Instrument(row, 0)));

    /// <summary>Index: instrument_current_once.</summary>
    private void AddCurrentInstruments(IReadOnlyCollection<AccountId> accounts) => AddByIds(
        accounts.Select(account => (account.Merchant, account.Value)),
        $"""
        SELECT {Rows.InstrumentColumns}
          FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
         CROSS JOIN LATERAL (SELECT i.*, {Rows.MandateColumns} FROM instrument i
           LEFT JOIN mandate m ON m.merchant_id = i.merchant_id AND m.instrument_id = i.id AND m.merchant_id = ANY($3)
           WHERE i.merchant_id = k.m AND i.account_id = k.id AND i.standing = 'current' AND i.merchant_id = ANY($3) LIMIT 1) x
        """,
        row => state.Load(Rows.Instrument(row, 0)));

    private void AddSessions(IReadOnlyCollection<SessionId> sessions) => AddByIds(
        sessions.Select(session => (session.Merchant, session.Value)),
        $"""
        SELECT {Rows.SessionColumns}
          FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
         CROSS JOIN LATERAL (SELECT s.* FROM session s
           WHERE s.merchant_id = k.m AND s.id = k.id AND s.merchant_id = ANY($3) LIMIT 1) x
        """,
        row => state.Load(Rows.Session(row, 0)));

    private void AddBookings(IReadOnlyCollection<BookingId> bookings) => AddByIds(
        bookings.Select(booking => (booking.Merchant, booking.Value)),
        $"""
        SELECT {Rows.BookingColumns}
          FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
         CROSS JOIN LATERAL (SELECT b.* FROM booking b
           WHERE b.merchant_id = k.m AND b.id = k.id AND b.merchant_id = ANY($3) LIMIT 1) x
          {Rows.BookingHolder} AND h.merchant_id = ANY($3)
        """,
        row => state.Load(Rows.Booking(row, 0)));

    private void AddDepartures(IReadOnlyCollection<DepartureId> departures) => AddByIds(
        departures.Select(departure => (departure.Merchant, departure.Value)),
        """
        SELECT x.merchant_id, x.id, x.seats, x.taken
          FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
         CROSS JOIN LATERAL (SELECT d.* FROM departure d
           WHERE d.merchant_id = k.m AND d.id = k.id AND d.merchant_id = ANY($3) LIMIT 1) x
        """,
        row => state.Load(new Departure(new DepartureId(new MerchantId(row.GetInt64(0)), row.GetGuid(1)), row.GetInt32(2), row.GetInt32(3))));

    private void AddCharges(IReadOnlyCollection<ChargeId> charges) => AddByIds(
        charges.Select(charge => (charge.Merchant, charge.Value)),
        $"""
        SELECT {Rows.ChargeColumns}
          FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
         CROSS JOIN LATERAL (SELECT c.* FROM charge c
           WHERE c.merchant_id = k.m AND c.id = k.id AND c.merchant_id = ANY($3) LIMIT 1) x
        """,
        row => state.Load(Rows.Charge(row, 0)));

    /// <summary>
    /// The oldest open charges, as many as the money can settle: the first ones by their index, and more only where the money can settle
    /// all of those.
    /// </summary>
    private void AddOpenCharges(IReadOnlyDictionary<(AccountId Account, Currency Currency), long> money)
    {
        if (money.Count == 0)
            return;
        // Index: charge_open.
        const string Open = """
            FROM charge c WHERE c.merchant_id = k.m AND c.account_id = k.account AND c.is_open AND c.currency = k.currency AND c.merchant_id = ANY($5)
            """;
        var first = $"SELECT c.* {Open} ORDER BY c.due_on, c.number LIMIT {FirstOpenCharges}";
        List<Charge> open = [];
        List<(AccountId Account, Currency Currency)> keys = [.. money.Keys];
        _batch.Statement($"""
            SELECT x.*
              FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::bigint[]) k(m, account, currency, amount)
             CROSS JOIN LATERAL (
               SELECT {Rows.ChargeColumns} FROM ({first}) x
               UNION ALL
               SELECT {Rows.ChargeColumns}
                 FROM (SELECT c.*, row_number() OVER oldest AS place, sum(c.amount_minor - c.allocated_minor - c.credited_minor) OVER oldest AS upto_minor
                         {Open} WINDOW oldest AS (ORDER BY c.due_on, c.number)) x
                WHERE x.place > {FirstOpenCharges} AND x.upto_minor - (x.amount_minor - x.allocated_minor - x.credited_minor) < k.amount
                  AND (SELECT sum(f.amount_minor - f.allocated_minor - f.credited_minor) FROM ({first}) f) < k.amount) x
            """)
            .With(keys.ToColumn(key => key.Account.Merchant.Value))
            .With(keys.ToColumn(key => key.Account.Value))
            .With(keys.ToColumn(key => key.Currency.Code))
            .With(keys.ToColumn(key => money[key]))
            .With(Merchants(keys.Select(key => key.Account.Merchant)));
        _rows.Add(row => open.Add(Rows.Charge(row, 0)));
        WhenRead(() =>
        {
            var byAccount = open.ToLookup(charge => charge.Account);
            foreach (var account in keys.Select(key => key.Account).Distinct())
                state.LoadOpenCharges(account, byAccount[account]);
        });
    }

    private void AddOrders(IReadOnlyCollection<OrderId> orders)
    {
        (MerchantId, Guid)[] ids = [.. orders.Select(order => (order.Merchant, order.Value))];
        List<Order> found = [];
        AddByIds(
            ids,
            $"""
            SELECT {Rows.OrderColumns}
              FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
             CROSS JOIN LATERAL (SELECT o.* FROM customer_order o
               WHERE o.merchant_id = k.m AND o.id = k.id AND o.merchant_id = ANY($3) LIMIT 1) x
            """,
            row => found.Add(Rows.Order(row, 0)));
        List<Charge> charges = [];
        // Index: charge_of_order.
        AddByIds(
            ids,
            $"""
            SELECT {Rows.ChargeColumns}
              FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
             CROSS JOIN LATERAL (SELECT c.* FROM charge c
               WHERE c.merchant_id = k.m AND c.order_id = k.id AND c.merchant_id = ANY($3) OFFSET 0) x
            """,
            row => charges.Add(Rows.Charge(row, 0)));
        WhenRead(() =>
        {
            var byOrder = charges.ToLookup(charge => charge.Order!.Value);
            foreach (var order in found)
                state.Load(order, byOrder[order.Id]);
        });
    }

    /// <summary>Index: claim_live_once.</summary>
    private void AddClaimants(IReadOnlyCollection<ChargeId> charges) => AddByIds(
        charges.Select(charge => (charge.Merchant, charge.Value)),
        """
        SELECT k.m, k.id, x.payment_id
          FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
         CROSS JOIN LATERAL (SELECT l.payment_id FROM claim l
           WHERE l.merchant_id = k.m AND l.charge_id = k.id AND l.is_live AND l.merchant_id = ANY($3) LIMIT 1) x
        """,
        row =>
        {
            var merchant = new MerchantId(row.GetInt64(0));
            state.LoadClaimant(new ChargeId(merchant, row.GetGuid(1)), new PaymentId(merchant, row.GetGuid(2)));
        });

    private void AddDisputes(IReadOnlyCollection<DisputeId> disputes) => AddByIds(
        disputes.Select(dispute => (dispute.Merchant, dispute.Value)),
        $"""
        SELECT {Rows.DisputeColumns}
          FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
         CROSS JOIN LATERAL (SELECT d.* FROM dispute d
           WHERE d.merchant_id = k.m AND d.id = k.id AND d.merchant_id = ANY($3) LIMIT 1) x
        """,
        row => state.Load(Rows.Dispute(row, 0)));

    private void AddDisputes(IReadOnlyCollection<PaymentId> payments) => AddByIds(
        payments.Select(payment => (payment.Merchant, payment.Value)),
        // Index: dispute_of_payment.
        $"""
        SELECT {Rows.DisputeColumns}
          FROM unnest($1::bigint[], $2::uuid[]) k(m, id)
         CROSS JOIN LATERAL (SELECT d.* FROM dispute d
           WHERE d.merchant_id = k.m AND d.payment_id = k.id AND d.merchant_id = ANY($3) OFFSET 0) x
        """,
        row => state.Load(Rows.Dispute(row, 0)));

    private void AddKeptAnswers(IReadOnlyCollection<RequestKey> keys)
    {
        if (keys.Count == 0)
            return;
        RequestKey[] asked = [.. keys];
        _batch.Statement("""
            SELECT k.i, x.request_hash, x.subject_id, x.sequence, x.faults, x.kept_until IS NOT NULL
              FROM unnest($1::bigint[], $2::text[], $3::text[], $4::int[]) WITH ORDINALITY k(m, scope, key, line, i)
             CROSS JOIN LATERAL (SELECT a.* FROM kept_answer a
               WHERE a.merchant_id = k.m AND a.scope = k.scope AND a.key = k.key AND a.line = k.line
                 AND a.merchant_id = ANY($5) LIMIT 1) x
            """)
            .With(asked.Select(key => key.Merchant.Value).ToArray())
            .With(asked.Select(key => key.Scope).ToArray())
            .With(asked.Select(key => key.Key).ToArray())
            .With(asked.Select(key => key.Line).ToArray())
            .With(Merchants(asked.Select(key => key.Merchant)));
        _rows.Add(row => state.Keep(new KeptAnswer(
            asked[row.GetInt64(0) - 1], row.GetFieldValue<byte[]>(1), row.GetGuid(2), row.GetInt32(3),
            FaultText.Read(row.GetString(4)), row.GetBoolean(5))));
    }

    /// <summary>Adds a statement over ids ($1: their merchants, $2: themselves, $3: the distinct merchants), if there are any.</summary>
    public void AddByIds(IEnumerable<(MerchantId Merchant, Guid Id)> ids, string sql, Action<NpgsqlDataReader> take)
    {
        (MerchantId Merchant, Guid Id)[] asked = [.. ids];
        if (asked.Length == 0)
            return;
        _batch.Statement(sql)
            .With(asked.ToColumn(key => key.Merchant.Value))
            .With(asked.ToColumn(key => key.Id))
            .With(Merchants(asked.Select(key => key.Merchant)));
        _rows.Add(take);
    }

    private static bool IsAccountId(Reference reference) =>
        reference.Dialect == Reference.House && reference.Kind == Reference.AccountIdKind;

    private static long[] Merchants(IEnumerable<MerchantId> merchants) => [.. merchants.Select(merchant => merchant.Value).Distinct()];
}
