using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Approvals;
using Quittance.Core.Disputes;
using Quittance.Core.Dues;
using Quittance.Core.Engine;
using Quittance.Core.Overdue;
using Quittance.Core.Payments;
using Quittance.Core.Settlements;
using Quittance.Storage.Dues;
using Quittance.Storage.Overdue;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Settlements;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Lanes;

/// <summary>
/// Reads what a batch wants in one round trip. In every statement the wanted keys drive: they are unnested, and each
/// finds its row by a primary key or a named index, also where the tables' statistics mislead. A limit or an offset sees to that: without
/// one the planner is free to read all of a merchant's rows first.
/// </summary>
internal sealed class Prefetch(NpgsqlConnection connection, State state, bool isDistributed)
    : IAsyncDisposable
{
    private const int FirstOpenCharges = 1000;

    private const string SlotRead =
        "s.merchant_id, s.slot, s.last_number, s.last_at, s.is_held, s.open_from, "
        + "current_setting('synchronous_standby_names') <> '', s.last_hash, s.restored_at, "
        + "(SELECT m.time_zone FROM merchant m WHERE m.id = s.merchant_id)";

    private static readonly string OpenCharges = OpenChargesStatement();

    // Index: charge_merged_from.
    private static readonly KeyedQuery ChargesMovedAway = new($"""
        SELECT {Tables.Charge.Selected}
          FROM {KeyedQuery.Keys}
         CROSS JOIN LATERAL (SELECT c.moved_from_id FROM charge c
           WHERE c.merchant_id = k.m AND c.merged_from_id = k.id AND c.merchant_id = ANY($3) OFFSET 0) c
         CROSS JOIN LATERAL (SELECT o.* FROM charge o
           WHERE o.merchant_id = k.m AND o.id = c.moved_from_id AND o.merchant_id = ANY($3) LIMIT 1) x
        """);

    // Index: payment_merged_from.
    private static readonly KeyedQuery PaymentsMovedAway = new($"""
        SELECT {Tables.Payment.Selected}
          FROM {KeyedQuery.Keys}
         CROSS JOIN LATERAL (SELECT p.moved_from_id FROM payment p
           WHERE p.merchant_id = k.m AND p.merged_from_id = k.id AND p.has_credit AND p.merchant_id = ANY($3) OFFSET 0) p
         CROSS JOIN LATERAL (SELECT o.* FROM payment o
           WHERE o.merchant_id = k.m AND o.id = p.moved_from_id AND o.merchant_id = ANY($3) LIMIT 1) x
        """);

    // Indexes: payment_of_account, dispute_of_payment.
    private static readonly KeyedQuery OpenDisputes = new($"""
        SELECT {Tables.Dispute.Selected}
          FROM {KeyedQuery.Keys}
         CROSS JOIN LATERAL (SELECT p.id FROM payment p
           WHERE p.merchant_id = k.m AND p.account_id = k.id AND p.merchant_id = ANY($3) OFFSET 0) p
         CROSS JOIN LATERAL (SELECT d.* FROM dispute d
           WHERE d.merchant_id = k.m AND d.payment_id = p.id AND d.status = 'open' AND d.merchant_id = ANY($3) OFFSET 0) x
        """);

    private static readonly string References = $"""
        SELECT {Tables.Reference.Selected}
          FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) k(m, dialect, kind, value)
         CROSS JOIN LATERAL (SELECT r.* FROM reference r
           WHERE r.merchant_id = k.m AND r.dialect = k.dialect AND r.kind = k.kind AND r.value = k.value
             AND r.merchant_id = ANY($5) LIMIT 1) x
        """;

    private static readonly string KeptAnswers = $"""
        SELECT {Tables.KeptAnswer.Selected}
          FROM unnest($1::bigint[], $2::text[], $3::text[], $4::int[], $5::int[]) k(m, scope, key, first, last)
         CROSS JOIN LATERAL (SELECT a.* FROM kept_answer a
           WHERE a.merchant_id = k.m AND a.scope = k.scope AND a.key = k.key AND a.line BETWEEN k.first AND k.last
             AND a.merchant_id = ANY($6) OFFSET 0) x
        """;

    /// <summary>How the object of an id is found, by the kind of the reference: k is the id, and $3 the distinct merchants.</summary>
    private static readonly Dictionary<string, string> OfIds = new()
    {
        [Reference.AccountIdKind] = """
            SELECT a.id AS account_id, a.slot FROM account a
             WHERE a.merchant_id = k.m AND a.id = k.id AND a.merchant_id = ANY($3) LIMIT 1
            """,
        [Reference.ChargeIdKind] = OfAccount("charge"),
        [Reference.InstrumentIdKind] = OfAccount("instrument"),
    };

    private readonly NpgsqlBatch _batch = new(connection);
    private readonly List<Action<NpgsqlDataReader>> _rows = [];
    private readonly List<Action> _whenRead = [];

    /// <summary>Whether the database has a synchronous standby, which a commit waits for and a roll-back does not.</summary>
    public bool HasSynchronousStandby { get; private set; }

    /// <summary>The hash of the last block of each slot.</summary>
    public Dictionary<SlotKey, byte[]> Ends { get; } = [];

    /// <summary>Lets the server plan its statements anew, for the tables as they are now.</summary>
    public void AddFreshPlans() => _batch.Statement("DISCARD PLANS");

    /// <summary>Begins the transaction, locks the slots first, then reads everything else.</summary>
    public void AddAll(Wanted wanted)
    {
        _batch.Statement("BEGIN ISOLATION LEVEL READ COMMITTED");
        AddSlots(wanted.Slots);
        AddReferences([.. wanted.Of(NameRow.Shelf).Keys]);
        foreach (var table in Tables.OnShelves)
        {
            foreach (var (query, keys) in table.Searches(wanted))
                AddByIds(keys, query, Loading(table));
        }

        AddOpenCharges(wanted.Of(Charge.Oldest));
        Add(wanted.Of(Charge.MovedAway), ChargesMovedAway, row => state.Load(Tables.Charge.Read(row)));
        Add(wanted.Of(Payment.MovedAway), PaymentsMovedAway, row => state.Load(Tables.Payment.Read(row)));
        Add(wanted.Of(Dispute.OpenOf), OpenDisputes, row => state.Load(Tables.Dispute.Read(row)));
        PaymentPrefetch.Add(this, wanted);
        AddApprovalLimits([.. wanted.Of(ApprovalLimit.OfMerchant).Keys]);
        AddPolicies(DunningPolicies.InForce, wanted.Of(DunningPolicy.OfMerchant), row => state.Load(DunningPolicies.Read(row)));
        AddPolicies(
            SettlementTolerances.InForce, wanted.Of(SettlementTolerance.OfMerchant), row => state.Load(SettlementTolerances.Read(row)));
        AddPolicies(RetryPolicies.InForce, wanted.Of(RetryPolicy.Shelf), row => state.Load(RetryPolicies.Read(row)));
        AddPolicies(DuePolicies.InForce, wanted.Of(DuePolicy.Shelf), row => state.Load(DuePolicies.Read(row)));
        HistoryPrefetch.Add(this, wanted);
        AddKeptAnswers([.. wanted.Of(KeptAnswer.Shelf).Keys]);
    }

    public async Task ReadAsync(CancellationToken cancel)
    {
        if (isDistributed)
            Routing.NameMerchant(_batch);
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

    /// <summary>The state that receives the rows.</summary>
    public State State => state;

    /// <summary>Does something when everything is read.</summary>
    public void WhenRead(Action finish) => _whenRead.Add(finish);

    /// <summary>Looks references up; those to an id are found by the key of what it is the id of.</summary>
    public void AddReferences(IReadOnlyCollection<Reference> references)
    {
        Reference[] named = [.. references.Where(reference => !IsId(reference))];
        if (named.Length > 0)
        {
            AddStatement(References, named.Select(reference => reference.Merchant), out var merchants)
                .With(named.Select(reference => reference.Merchant.Value).ToArray())
                .With(named.Select(reference => reference.Dialect).ToArray())
                .With(named.Select(reference => reference.Kind).ToArray())
                .With(named.Select(reference => reference.Value).ToArray())
                .With(merchants);
            _rows.Add(row => state.Load(Tables.Reference.Read(row)));
        }

        foreach (var ids in references.Where(IsId).GroupBy(reference => reference.Kind))
            AddIds([.. ids], OfIds[ids.Key]);
    }

    private void AddIds(Reference[] ids, string found)
    {
        const string Keys = """
            SELECT k.i, k.id, x.account_id, x.slot
              FROM unnest($1::bigint[], $2::uuid[]) WITH ORDINALITY k(m, id, i)
            """;
        AddStatement($"{Keys} CROSS JOIN LATERAL ({found}) x", ids.Select(reference => reference.Merchant), out var merchants)
            .With(ids.Select(reference => reference.Merchant.Value).ToArray())
            .With(ids.Select(reference => Guid.Parse(reference.Value)).ToArray())
            .With(merchants);
        _rows.Add(row =>
        {
            var reference = ids[row.GetInt64(0) - 1];
            state.Load(reference, new NamedObject(new AccountId(reference.Merchant, row.GetGuid(2)), row.GetInt16(3), row.GetGuid(1)));
        });
    }

    private void AddSlots(IReadOnlyCollection<SlotKey> slots)
    {
        if (slots.Count == 1)
        {
            var only = slots.First();
            _batch.Statement($"SELECT {SlotRead} FROM slot s WHERE s.merchant_id = $1 AND s.slot = $2 FOR UPDATE")
                .With(only.Merchant.Value)
                .With((short)only.Slot);
        }
        else
        {
            // Ordered, so that two processes never wait for each other in a circle.
            AddStatement($"""
                SELECT {SlotRead}
                  FROM slot s JOIN unnest($1::bigint[], $2::smallint[]) k(m, slot)
                       ON s.merchant_id = k.m AND s.slot = k.slot AND s.merchant_id = ANY($3)
                 ORDER BY s.merchant_id, s.slot FOR UPDATE OF s
                """, slots.Select(slot => slot.Merchant), out var merchants)
                .With(slots.Select(slot => slot.Merchant.Value).ToArray())
                .With(slots.Select(slot => (short)slot.Slot).ToArray())
                .With(merchants);
        }

        _rows.Add(row =>
        {
            var slot = new SlotKey(new MerchantId(row.GetInt64(0)), row.GetInt16(1));
            state.Load(
                slot,
                new SlotRow(
                    row.GetInt64(2), row.GetFieldValue<DateTimeOffset>(3), row.GetBoolean(4), row.GetFieldValue<DateOnly>(5),
                    row.IsDBNull(8) ? null : row.GetFieldValue<DateTimeOffset>(8), MerchantDays.Named(row.GetString(9))));
            HasSynchronousStandby = row.GetBoolean(6);
            Ends[slot] = row.GetFieldValue<byte[]>(7);
        });
    }

    /// <summary>
    /// The oldest open charges, as many as the money can settle: the first ones by their index, and more only where the money can settle
    /// all of those.
    /// </summary>
    private void AddOpenCharges(IReadOnlyDictionary<(AccountId Account, Currency Currency), long> money)
    {
        if (money.Count == 0)
            return;
        List<(AccountId Account, Currency Currency)> keys = [.. money.Keys];
        AddStatement(OpenCharges, keys.Select(key => key.Account.Merchant), out var merchants)
            .With(keys.ToColumn(key => key.Account.Merchant.Value))
            .With(keys.ToColumn(key => key.Account.Value))
            .With(keys.ToColumn(key => key.Currency.Code))
            .With(keys.ToColumn(key => money[key]))
            .With(merchants);
        _rows.Add(row => state.Load(Tables.Charge.Read(row)));
    }

    private static string OpenChargesStatement()
    {
        // Index: charge_open.
        const string Open = """
            FROM charge c WHERE c.merchant_id = k.m AND c.account_id = k.account AND c.is_open AND c.currency = k.currency
             AND c.merchant_id = ANY($5)
            """;
        var first = $"SELECT c.* {Open} ORDER BY c.due_on, c.number LIMIT {FirstOpenCharges}";
        return $"""
            SELECT x.*
              FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::bigint[]) k(m, account, currency, amount)
             CROSS JOIN LATERAL (
               SELECT {Tables.Charge.Selected} FROM ({first}) x
               UNION ALL
               SELECT {Tables.Charge.Selected}
                 FROM (SELECT c.*, row_number() OVER oldest AS place,
                              sum({ChargeSql.OpenMinor("c")}) OVER oldest AS upto_minor
                         {Open} WINDOW oldest AS (ORDER BY c.due_on, c.number)) x
                WHERE x.place > {FirstOpenCharges}
                  AND x.upto_minor - {ChargeSql.OpenMinor("x")} < k.amount
                  AND (SELECT sum({ChargeSql.OpenMinor("f")}) FROM ({first}) f)
                      < k.amount) x
            """;
    }

    private void AddApprovalLimits(MerchantId[] merchants)
    {
        if (merchants.Length == 0)
            return;
        _batch.Statement($"SELECT l.merchant_id, l.currency, l.amount_minor {ApprovalLimits.InForce}")
            .With(merchants.ToColumn(merchant => merchant.Value));
        _rows.Add(row => state.Load(
            new ApprovalLimit(new MerchantId(row.GetInt64(0)), new Money(row.GetInt64(2), Currency.Parse(row.GetString(1))))));
    }

    private void AddPolicies(string inForce, IReadOnlyDictionary<MerchantId, long> merchants, Action<NpgsqlDataReader> load)
    {
        if (merchants.Count == 0)
            return;
        _batch.Statement(inForce).With(merchants.Keys.ToArray().ToColumn(merchant => merchant.Value));
        _rows.Add(load);
    }

    /// <summary>The lines of one request lie close together, so that one look finds the answers to all of them.</summary>
    private void AddKeptAnswers(IReadOnlyCollection<RequestKey> keys)
    {
        if (keys.Count == 0)
            return;
        List<(RequestKey First, int LastLine)> requests =
        [
            .. keys.GroupBy(key => key with { Line = 0 })
                .Select(lines => (lines.Key with { Line = lines.Min(key => key.Line) }, lines.Max(key => key.Line))),
        ];
        AddStatement(KeptAnswers, requests.Select(request => request.First.Merchant), out var merchants)
            .With(requests.ToColumn(request => request.First.Merchant.Value))
            .With(requests.ToColumn(request => request.First.Scope))
            .With(requests.ToColumn(request => request.First.Key))
            .With(requests.ToColumn(request => request.First.Line))
            .With(requests.ToColumn(request => request.LastLine))
            .With(merchants);
        _rows.Add(row => state.Load(Tables.KeptAnswer.Read(row)));
    }

    /// <summary>Adds a query by keys, if there are any.</summary>
    public void AddByIds(IEnumerable<(MerchantId Merchant, Guid Id)> ids, KeyedQuery query, Action<NpgsqlDataReader> take)
    {
        (MerchantId Merchant, Guid Id)[] asked = [.. ids];
        if (asked.Length == 0)
            return;
        if (asked is [var only])
        {
            _batch.Statement(query.OfOne).With(only.Merchant.Value).With(only.Id);
        }
        else
        {
            AddStatement(query.OfSeveral, asked.Select(key => key.Merchant), out var merchants)
                .With(asked.ToColumn(key => key.Merchant.Value))
                .With(asked.ToColumn(key => key.Id))
                .With(merchants);
        }

        _rows.Add(take);
    }

    private Action<NpgsqlDataReader> Loading(ShelfTable table) => row => state.Load(table.Read(row));

    /// <summary>Adds a query by wanted ids.</summary>
    public void Add<TKey>(IReadOnlyDictionary<TKey, long> wanted, KeyedQuery query, Action<NpgsqlDataReader> take)
        where TKey : struct, IId => AddByIds(wanted.Keys.Select(key => (key.Merchant, key.Value)), query, take);

    private static bool IsId(Reference reference) => reference.Dialect == Reference.House && OfIds.ContainsKey(reference.Kind);

    /// <summary>Finds the account and the slot of something of an account by its key.</summary>
    private static string OfAccount(string table) => $"""
        SELECT a.id AS account_id, a.slot
          FROM (SELECT o.account_id FROM {table} o WHERE o.merchant_id = k.m AND o.id = k.id AND o.merchant_id = ANY($3) LIMIT 1) o
         CROSS JOIN LATERAL (SELECT a.id, a.slot FROM account a
           WHERE a.merchant_id = k.m AND a.id = o.account_id AND a.merchant_id = ANY($3) LIMIT 1) a
        """;

    private NpgsqlBatchCommand AddStatement(string sql, IEnumerable<MerchantId> merchants, out long[] distinct)
    {
        distinct = [.. merchants.Select(merchant => merchant.Value).Distinct()];
        return _batch.Statement(Routing.For(distinct, sql));
    }
}
