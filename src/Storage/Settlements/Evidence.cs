using System.Globalization;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Settlements;
using Quittance.Storage.Lanes;
using Quittance.Storage.Migrating;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Settlements;

/// <summary>
/// Finds what lines of statements name, for many lines at once. In every statement the names drive, and each finds its row by a key or a
/// named index, also where the planner misjudges the tables.
/// </summary>
public sealed class Evidence(NpgsqlDataSource database)
{
    private const int OpenChargesShown = 50;

    /// <summary>So many payments of a payer are looked at, the newest.</summary>
    private const int PaymentsOfPayer = 100;

    /// <summary>A payer's name of more words is compared by so many of them.</summary>
    private const int WordsOfPayer = 8;

    /// <summary>So many customers with two words of a payer's name are looked at; more than one is enough.</summary>
    private const int HoldersOfWords = 200;

    /// <summary>A family, not a payment service.</summary>
    private const int CustomersOfPayer = 3;

    /// <summary>All that each line names.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyDictionary<SettlementLineId, MatchEvidence>> OfAsync(
        MerchantId merchant, IReadOnlyCollection<SettlementLine> lines, CancellationToken cancel) =>
        SqlStates.ReachingAsync<IReadOnlyDictionary<SettlementLineId, MatchEvidence>>(async () =>
        {
            var named = lines.ToDictionary(line => line.Id, SettlementWording.NamesIn);
            var names = named.Values.SelectMany(found => found).Distinct(StringComparer.Ordinal).ToArray();
            var found = new Hits();
            await ReadAsync(merchant, names, found, cancel);
            var accounts = await AccountsAsync(merchant, [.. lines.Select(line => line.Statement.Value).Distinct()], cancel);
            var evidence = lines.ToDictionary(line => line.Id, line => Here(found.For(named[line.Id]), accounts[line.Statement.Value]));
            await AddReturnsAsync(merchant, lines, named, evidence, cancel);
            return await WithHoldersAsync(merchant, [.. lines.Where(line => evidence[line.Id].Leads.Count > 0)], evidence, cancel);
        });

    /// <summary>Adds the payments that lines of money that went out can take back, where they name no debit or payout.</summary>
    private async Task AddReturnsAsync(
        MerchantId merchant, IReadOnlyCollection<SettlementLine> lines, Dictionary<SettlementLineId, IReadOnlyList<string>> named,
        Dictionary<SettlementLineId, MatchEvidence> evidence, CancellationToken cancel)
    {
        List<(SettlementLine Line, IReadOnlyList<string> Names)> outgoing =
        [
            .. lines.Where(line => line is { Kind: SettlementLineKind.Entry, Status: SettlementStatus.Open, Amount.AmountMinor: < 0 }
                && evidence[line.Id] is { Debits.Count: 0, Payouts.Count: 0, Collections.Count: 0 }).Select(line => (line, named[line.Id])),
        ];
        if (outgoing.Count == 0)
            return;
        await ReadAsync(
            (batch, take, _) => ReturnEvidence.Add(
                batch, take, merchant, outgoing,
                (line, back) => evidence[line] = evidence[line] with { Returns = [.. evidence[line].Returns, back] }),
            cancel);
    }

    /// <summary>The keyed hashes of the accounts of statements.</summary>
    private async Task<Dictionary<Guid, byte[]>> AccountsAsync(MerchantId merchant, Guid[] statements, CancellationToken cancel) =>
        (await database.AllAsync(
            "SELECT x.id, x.account_hash FROM statement x WHERE x.merchant_id = $1 AND x.id = ANY($2)",
            command => command.With(merchant.Value).With(statements),
            row => (Id: row.GetGuid(0), Hash: row.GetFieldValue<byte[]>(1)), cancel))
        .ToDictionary(one => one.Id, one => one.Hash);

    /// <summary>The evidence for a line of an account: it is no payout of what our files were to move on another account.</summary>
    private static MatchEvidence Here(MatchEvidence evidence, byte[] account)
    {
        return evidence with
        {
            Debits = [.. evidence.Debits.Select(debit => debit with { IsElsewhere = debit.AccountHash is not { } hash || !IsOwn(hash) })],
            Collections = [.. evidence.Collections.Where(file => file.AccountHash is { } hash && IsOwn(hash))],
            Payouts = [.. evidence.Payouts.Where(payout => payout.AccountHash is not { } hash || IsOwn(hash))],
        };

        bool IsOwn(ReadOnlyMemory<byte> hash) => hash.Span.SequenceEqual(account);
    }

    /// <summary>All that these names are names of.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<MatchEvidence> NamedAsync(MerchantId merchant, IReadOnlyList<string> names, CancellationToken cancel) =>
        SqlStates.ReachingAsync(async () =>
        {
            var found = new Hits();
            await ReadAsync(merchant, [.. names], found, cancel);
            return found.For(names);
        });

    /// <summary>
    /// Open charges of exactly this amount, oldest due first: a guess that an operator may take. Reads no more of them than the limit.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyList<NamedCharge>> ChargesOfAsync(MerchantId merchant, Money amount, int limit, CancellationToken cancel) =>
        SqlStates.ReachingAsync<IReadOnlyList<NamedCharge>>(async () =>
        {
            await using var batch = database.CreateBatch();
            // Index: charge_of_open_amount.
            batch.Statement($"""
                SELECT c.id, c.number, c.account_id, a.slot,
                       {ChargeSql.OpenMinor("c")}, c.currency,
                       coalesce(c.document, c.reference, c.number::text), {TransferColumns}
                  FROM (SELECT x.* FROM charge x
                         WHERE x.merchant_id = $1 AND x.is_open AND x.currency = $2
                             AND {ChargeSql.OpenMinor("x")} = $3
                         ORDER BY x.due_on, x.number LIMIT $4) c
                 CROSS JOIN LATERAL (SELECT x.slot FROM account x WHERE x.merchant_id = $1 AND x.id = c.account_id LIMIT 1) a
                 {Transfer}
                 ORDER BY c.due_on, c.number
                """)
                .With(merchant.Value).With(amount.Currency.Code).With(amount.AmountMinor).With(limit);
            List<NamedCharge> charges = [];
            await using var reader = await batch.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
                charges.Add(Charge(reader, merchant));
            return charges;
        });

    /// <summary>Adds what is known of the customers of whom each line names something.</summary>
    private async Task<IReadOnlyDictionary<SettlementLineId, MatchEvidence>> WithHoldersAsync(
        MerchantId merchant, IReadOnlyList<SettlementLine> lines, Dictionary<SettlementLineId, MatchEvidence> evidence,
        CancellationToken cancel)
    {
        var pairs = lines.SelectMany(
            line => evidence[line.Id].Leads.Select(lead => lead.Account).Distinct().Select(account => (Line: line, Account: account)))
            .ToList();
        Dictionary<AccountId, (Currency Currency, string? Name)> holders = [];
        Dictionary<string, HashSet<AccountId>> agreeing = new(StringComparer.Ordinal);
        HashSet<(AccountId, Money)> sharing = [];
        HashSet<(Guid Line, AccountId)> known = [];
        await ReadAsync(
            (batch, take, isDistributed) =>
            {
                AddHolders(batch, take, merchant, [.. pairs.Select(pair => pair.Account.Value).Distinct()], holders);
                AddSharing(batch, take, merchant, [.. pairs.Select(pair => (pair.Account, pair.Line.Gross)).Distinct()], sharing);
                AddKnown(batch, take, merchant, [.. pairs.Select(pair => (pair.Line.Id.Value, pair.Account))], holders, known);
                AddAgreeing(
                    batch, take, isDistributed, merchant, [.. pairs.Select(pair => pair.Line.Counterparty).OfType<string>().Distinct()],
                    agreeing);
            },
            cancel);
        foreach (var ofLine in pairs.GroupBy(pair => pair.Line))
        {
            evidence[ofLine.Key.Id] = evidence[ofLine.Key.Id] with
            {
                Holders =
                [
                    .. ofLine.Select(pair => new NamedHolder(
                        pair.Account, holders[pair.Account].Currency, holders[pair.Account].Name,
                        agreeing.GetValueOrDefault(pair.Line.Counterparty ?? "", []).Any(other => other != pair.Account),
                        sharing.Contains((pair.Account, pair.Line.Gross)), known.Contains((pair.Line.Id.Value, pair.Account)))),
                ],
            };
        }

        return evidence;
    }

    private static void AddHolders(
        NpgsqlBatch batch, List<Action<NpgsqlDataReader>> take, MerchantId merchant, Guid[] accounts,
        Dictionary<AccountId, (Currency Currency, string? Name)> holders)
    {
        batch.Statement("""
            SELECT a.id, a.currency, h.name
              FROM unnest($2::uuid[]) k(id)
             CROSS JOIN LATERAL (SELECT x.id, x.currency FROM account x WHERE x.merchant_id = $1 AND x.id = k.id LIMIT 1) a
              LEFT JOIN LATERAL (SELECT x.name FROM account_holder x WHERE x.merchant_id = $1 AND x.account_id = k.id LIMIT 1) h ON true
            """)
            .With(merchant.Value).With(accounts);
        take.Add(row => holders[new AccountId(merchant, row.GetGuid(0))] =
            (Currency.Parse(row.GetString(1)), row.IsDBNull(2) ? null : row.GetString(2)));
    }

    /// <summary>
    /// The customers whose names agree with a payer's: those who share two words with it, or all of one word. Index:
    /// account_holder_by_word. Its kind is read by bitmap scans alone, and no key of the merchant may be used instead, where no node has to
    /// be found by it.
    /// </summary>
    private static void AddAgreeing(
        NpgsqlBatch batch, List<Action<NpgsqlDataReader>> take, bool isDistributed, MerchantId merchant, string[] payers,
        Dictionary<string, HashSet<AccountId>> agreeing)
    {
        var pairs = payers
            .SelectMany(payer => PairsOf([.. PayerName.WordsOf(payer).Take(WordsOfPayer)]).Select(words => (Payer: payer, Words: words)))
                .ToList();
        var ofMerchant = isDistributed ? "x.merchant_id = $1" : "x.merchant_id + 0 = $1";
        batch.Statement("SET LOCAL enable_bitmapscan = on");
        batch.Statement($"""
            SELECT k.payer, h.account_id, h.name
              FROM unnest($2::text[], $3::text[], $4::text[]) k(payer, one, other)
             CROSS JOIN LATERAL (SELECT x.account_id, x.name FROM account_holder x
               WHERE {ofMerchant} AND name_words(x.name) @> ARRAY[k.one, k.other] LIMIT $5) h
            """)
            .With(merchant.Value).With(pairs.ToColumn(pair => pair.Payer)).With(pairs.ToColumn(pair => pair.Words.One))
            .With(pairs.ToColumn(pair => pair.Words.Other)).With(HoldersOfWords);
        take.Add(row =>
        {
            var payer = row.GetString(0);
            if (!PayerName.Agrees(row.GetString(2), payer))
                return;
            if (!agreeing.TryGetValue(payer, out var accounts))
                agreeing[payer] = accounts = [];
            accounts.Add(new AccountId(merchant, row.GetGuid(1)));
        });
    }

    private static IEnumerable<(string One, string Other)> PairsOf(IReadOnlyList<string> words) => words is [var only]
        ? [(only, only)]
        : words.SelectMany((one, index) => words.Skip(index + 1).Select(other => (one, other)));

    /// <summary>Finds the customers who are not the only ones to owe an amount. Index: charge_of_open_amount.</summary>
    private static void AddSharing(
        NpgsqlBatch batch, List<Action<NpgsqlDataReader>> take, MerchantId merchant, (AccountId Account, Money Amount)[] owing,
        HashSet<(AccountId, Money)> sharing)
    {
        batch.Statement($"""
            SELECT k.id, k.amount, k.currency
              FROM unnest($2::uuid[], $3::bigint[], $4::text[]) k(id, amount, currency)
             CROSS JOIN LATERAL (SELECT 1 FROM charge x
               WHERE x.merchant_id = $1 AND x.is_open AND x.currency = k.currency
                   AND {ChargeSql.OpenMinor("x")} = k.amount
                 AND x.account_id <> k.id LIMIT 1) other
            """)
            .With(merchant.Value).With(owing.ToColumn(one => one.Account.Value)).With(owing.ToColumn(one => one.Amount.AmountMinor))
            .With(owing.ToColumn(one => one.Amount.Currency.Code));
        take.Add(row => sharing.Add(
            (new AccountId(merchant, row.GetGuid(0)), new Money(row.GetInt64(1), Currency.Parse(row.GetString(2))))));
    }

    /// <summary>
    /// Which lines came from an account that has paid for the customer before, in the customer's name or by an operator's word: what was
    /// booked by its amount alone tells nothing of the account. An account that pays for many, as a payment service does, tells nothing
    /// either. Index: settlement_line_of_payer.
    /// </summary>
    private static void AddKnown(
        NpgsqlBatch batch, List<Action<NpgsqlDataReader>> take, MerchantId merchant, (Guid Line, AccountId Account)[] pairs,
        Dictionary<AccountId, (Currency Currency, string? Name)> holders, HashSet<(Guid, AccountId)> known)
    {
        batch.Statement("""
            WITH paid AS MATERIALIZED (
                SELECT k.line, k.id, s.account_id, s.counterparty, s.is_said, s.accounts
                  FROM unnest($2::uuid[], $3::uuid[]) k(line, id)
                 CROSS JOIN LATERAL (SELECT x.counterparty_hash FROM settlement_line x WHERE x.merchant_id = $1 AND x.id = k.line LIMIT 1) l
                 CROSS JOIN LATERAL (
                    SELECT p.account_id, b.counterparty, array_agg(p.account_id) OVER () AS accounts,
                           b.note IS NOT NULL OR EXISTS (
                               SELECT FROM event e
                                 JOIN operator_action o ON o.merchant_id = $1 AND o.request_id = e.request_id AND o.what = 'settlement.book'
                                WHERE e.merchant_id = $1 AND e.subject_id = b.id AND e.credential_id = 0) AS is_said
                      FROM (SELECT x.id, x.payment_id, x.counterparty, x.note FROM settlement_line x
                             WHERE x.merchant_id = $1 AND x.counterparty_hash = l.counterparty_hash AND x.status = 'booked'
                               AND x.payment_id IS NOT NULL
                             ORDER BY x.booked_on DESC LIMIT $4) b
                      JOIN payment p ON p.merchant_id = $1 AND p.id = b.payment_id) s)
            SELECT DISTINCT line, id, counterparty, is_said FROM paid
             WHERE account_id = id AND (SELECT count(DISTINCT a) FROM unnest(accounts) a) <= $5
            """)
            .With(merchant.Value).With(pairs.ToColumn(pair => pair.Line)).With(pairs.ToColumn(pair => pair.Account.Value))
                .With(PaymentsOfPayer)
            .With(CustomersOfPayer);
        take.Add(row =>
        {
            var account = new AccountId(merchant, row.GetGuid(1));
            if (row.GetBoolean(3) || (!row.IsDBNull(2) && PayerName.Agrees(holders[account].Name, row.GetString(2))))
                known.Add((row.GetGuid(0), account));
        });
    }

    private Task ReadAsync(MerchantId merchant, string[] names, Hits found, CancellationToken cancel) => ReadAsync(
        (batch, take, _) =>
        {
            AddReferences(batch, take, merchant, names, found);
            AddPayments(batch, take, merchant, names, found);
            DebitEvidence.AddPayouts(batch, take, merchant, names, found.Add);
            DebitEvidence.AddDebits(batch, take, merchant, names, found.Add);
            DebitEvidence.AddCollections(batch, take, merchant, names, found.Add);
        },
        cancel);

    private async Task ReadAsync(Action<NpgsqlBatch, List<Action<NpgsqlDataReader>>, bool> add, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var isDistributed = await Distribution.IsDistributedAsync(connection, cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection, transaction);
        List<Action<NpgsqlDataReader>> take = [];
        // As for the lanes: names find their rows by keys, also where the planner takes the tables for empty.
        batch.Statement("SET LOCAL enable_seqscan = off");
        batch.Statement("SET LOCAL enable_bitmapscan = off");
        batch.Statement("SET LOCAL enable_hashjoin = off");
        batch.Statement("SET LOCAL enable_mergejoin = off");
        add(batch, take, isDistributed);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        foreach (var row in take)
        {
            while (await reader.ReadAsync(cancel))
                row(reader);
            await reader.NextResultAsync(cancel);
        }
    }

    /// <summary>
    /// Finds the charge of a reference, or all charges of the payment link of a reference, with their open amounts; else the customer of a
    /// reference with the debt. Names that a merge left behind lead to the account that goes on, and to what became of its charges.
    /// </summary>
    private static void AddReferences(
        NpgsqlBatch batch, List<Action<NpgsqlDataReader>> take, MerchantId merchant, string[] names, Hits found)
    {
        // Index: reference_by_value.
        const string Named = "(SELECT x.* FROM reference x WHERE x.value = t.name AND x.merchant_id = $1 OFFSET 0) r";
        batch.Statement($"""
            SELECT t.name, a.id, a.slot, c.id, c.number, c.open_minor, c.currency, a.number, r.kind = '{TransferReference.Kind}',
                   {TransferColumns}
              FROM unnest($2::text[]) t(name)
             CROSS JOIN LATERAL {Named}
              LEFT JOIN LATERAL (
                SELECT x.charges::uuid[] AS ids FROM payment_link x WHERE x.merchant_id = $1 AND x.id = r.object_id LIMIT 1) l ON true
              LEFT JOIN LATERAL unnest(coalesce(l.ids, ARRAY[r.object_id])) u(id) ON true
              LEFT JOIN LATERAL (SELECT g.id FROM ({MergeSql.ChargesFrom("u.id")}) g ORDER BY g.step DESC LIMIT 1) m ON true
              LEFT JOIN LATERAL (
                SELECT x.*, {ChargeSql.OpenMinor("x")} AS open_minor FROM charge x
               WHERE x.merchant_id = $1 AND x.id = m.id LIMIT 1) c ON true
             CROSS JOIN LATERAL (
                SELECT g.id FROM ({MergeSql.AccountsFrom("coalesce(c.account_id, r.object_id)")}) g
                 WHERE c.id IS NULL OR g.step = 0 ORDER BY g.step DESC LIMIT 1) n
             CROSS JOIN LATERAL (SELECT x.id, x.slot, x.number FROM account x WHERE x.merchant_id = $1 AND x.id = n.id LIMIT 1) a
            {Transfer}
            """)
            .With(merchant.Value).With(names);
        take.Add(row =>
        {
            var (name, account, slot) = (row.GetString(0), new AccountId(merchant, row.GetGuid(1)), row.GetInt16(2));
            if (row.IsDBNull(3))
            {
                found.Add(name, (account, row.GetInt64(7), slot));
                return;
            }

            if (row.GetBoolean(8))
                found.AddTransfer(name);
            found.Add(name,
                new NamedCharge(new ChargeId(merchant, row.GetGuid(3)), row.GetInt64(4), account, slot,
                new Money(row.GetInt64(5), Currency.Parse(row.GetString(6))), name)
                {
                    Transfer = TransferOf(row, merchant, 9),
                });
        });
        // Index: charge_open.
        batch.Statement($"""
            WITH payer AS MATERIALIZED (
                SELECT DISTINCT a.id AS account_id, a.slot
                  FROM unnest($2::text[]) t(name)
                 CROSS JOIN LATERAL {Named}
                 CROSS JOIN LATERAL (
                    SELECT g.id FROM ({MergeSql.AccountsFrom("r.object_id")}) g ORDER BY g.step DESC LIMIT 1) n
                 CROSS JOIN LATERAL (SELECT x.id, x.slot FROM account x WHERE x.merchant_id = $1 AND x.id = n.id LIMIT 1) a
                 WHERE r.object_id = r.account_id)
            SELECT c.id, c.number, c.account_id, p.slot,
                   {ChargeSql.OpenMinor("c")}, c.currency,
                   coalesce(c.document, c.reference, c.number::text), {TransferColumns}
              FROM payer p
             CROSS JOIN LATERAL (SELECT x.* FROM charge x
               WHERE x.merchant_id = $1 AND x.account_id = p.account_id AND x.is_open ORDER BY x.due_on, x.number LIMIT $3) c
            {Transfer}
            """)
            .With(merchant.Value).With(names).With(OpenChargesShown);
        take.Add(row => found.AddOpen(Charge(row, merchant)));
    }

    private static void AddPayments(
        NpgsqlBatch batch, List<Action<NpgsqlDataReader>> take, MerchantId merchant, string[] names, Hits found)
    {
        const string Columns =
            $"""
            p.id, p.number, p.account_id, a.slot, p.status, p.amount_minor, p.currency, h.purpose,
                   EXISTS (SELECT 1 FROM attempt x WHERE x.merchant_id = $1 AND x.payment_id = p.id),
                   EXISTS (SELECT 1 FROM settlement_line x WHERE x.merchant_id = $1 AND x.settles_id = p.id)
                   OR EXISTS (SELECT 1 FROM event x WHERE x.merchant_id = $1 AND x.subject_id = p.id AND x.type = 'payment.unbooked')
                   OR p.moved_from_id IS NOT NULL,
                   (SELECT a.id FROM attempt a WHERE a.merchant_id = $1 AND a.payment_id = p.id AND {PaymentPrefetch.WaitsForTransfer})
            """;
        const string Joins =
            """
              JOIN account a ON a.merchant_id = $1 AND a.id = p.account_id
              LEFT JOIN LATERAL (SELECT l.purpose FROM transfer x
               JOIN ledger_account l ON l.merchant_id = $1 AND l.id = x.debit_id AND l.kind = 'clearing'
               WHERE x.merchant_id = $1 AND x.subject_id = p.id LIMIT 1) h ON true
            """;
        var numbers = names.Where(name => name.Length <= 16 && long.TryParse(name, NumberStyles.None, null, out _)).ToArray();
        // Index: payment_number_once.
        batch.Statement($"""
            SELECT t.name, NULL::uuid, {Columns}
              FROM unnest($2::text[], $3::bigint[]) t(name, number)
             CROSS JOIN LATERAL (SELECT x.* FROM payment x WHERE x.merchant_id = $1 AND x.number = t.number LIMIT 1) p
            {Joins}
            """)
            .With(merchant.Value).With(numbers).With(numbers.ToColumn(name => long.Parse(name, NumberStyles.None)));
        take.Add(row => TakePayment(row, merchant, found));
        // Index: payment_by_correlator.
        batch.Statement($"""
            SELECT t.name, NULL::uuid, {Columns}
              FROM unnest($2::text[]) t(name)
             CROSS JOIN LATERAL (SELECT x.* FROM payment x WHERE x.merchant_id = $1 AND (x.details ->> 'correlatorId') = t.name LIMIT 2) p
            {Joins}
            """)
            .With(merchant.Value).With(names);
        take.Add(row => TakePayment(row, merchant, found));
        var ids = names.Where(name => Guid.TryParseExact(name, "D", out _)).ToArray();
        batch.Statement($"""
            SELECT t.name, NULL::uuid, {Columns}
              FROM unnest($2::text[], $3::uuid[]) t(name, id)
             CROSS JOIN LATERAL (SELECT x.* FROM payment x WHERE x.merchant_id = $1 AND x.id = t.id LIMIT 1) p
            {Joins}
            """)
            .With(merchant.Value).With(ids).With(ids.ToColumn(name => Guid.ParseExact(name, "D")));
        take.Add(row => TakePayment(row, merchant, found));
        batch.Statement($"""
            SELECT t.name, CASE WHEN e.verb = 'refund' THEN e.id END, {Columns}
              FROM unnest($2::text[], $3::uuid[]) t(name, id)
             CROSS JOIN LATERAL (SELECT x.id, x.verb, x.payment_id FROM attempt x WHERE x.merchant_id = $1 AND x.id = t.id LIMIT 1) e
             CROSS JOIN LATERAL (SELECT x.* FROM payment x WHERE x.merchant_id = $1 AND x.id = e.payment_id LIMIT 1) p
            {Joins}
            """)
            .With(merchant.Value).With(ids).With(ids.ToColumn(name => Guid.ParseExact(name, "D")));
        take.Add(row => TakePayment(row, merchant, found));
    }

    private static void TakePayment(NpgsqlDataReader row, MerchantId merchant, Hits found) => found.Add(row.GetString(0), new NamedPayment(
        new PaymentId(merchant, row.GetGuid(2)), row.GetInt64(3), new AccountId(merchant, row.GetGuid(4)), row.GetInt16(5),
        Words.To<PaymentStatus>(row.GetString(6)), row.IsDBNull(7) ? null : new Money(row.GetInt64(7), Currency.Parse(row.GetString(8))),
        row.IsDBNull(9) ? null : row.GetString(9), row.GetBoolean(10), row.GetBoolean(11), row.IsDBNull(1) ? null : row.GetGuid(1),
        row.GetString(0))
    {
        Transfer = row.IsDBNull(12) ? null : new AttemptId(merchant, row.GetGuid(12)),
    });

    /// <summary>The payment that has claimed charge c and waits for a transfer. Indexes: claim_live_once, attempt_of_payment.</summary>
    private const string Transfer =
        $"""
        LEFT JOIN LATERAL (SELECT p.id, p.number, p.amount_minor, p.currency, a.id AS capture_id
           FROM (SELECT y.payment_id FROM claim y WHERE y.merchant_id = $1 AND y.charge_id = c.id AND y.is_live LIMIT 1) l
           JOIN payment p ON p.merchant_id = $1 AND p.id = l.payment_id
           JOIN attempt a ON a.merchant_id = $1 AND a.payment_id = l.payment_id AND {PaymentPrefetch.WaitsForTransfer} LIMIT 1) w ON true
        """;

    private const string TransferColumns = "w.id, w.number, w.amount_minor, w.currency, w.capture_id";

    private static NamedCharge Charge(NpgsqlDataReader row, MerchantId merchant) => new(
        new ChargeId(merchant, row.GetGuid(0)), row.GetInt64(1), new AccountId(merchant, row.GetGuid(2)), row.GetInt16(3),
        new Money(row.GetInt64(4), Currency.Parse(row.GetString(5))), row.GetString(6))
    {
        Transfer = TransferOf(row, merchant, 7),
    };

    /// <summary>Columns: <see cref="TransferColumns"/>.</summary>
    private static AwaitedTransfer? TransferOf(NpgsqlDataReader row, MerchantId merchant, int first) => row.IsDBNull(first)
        ? null
        : new AwaitedTransfer(
            new PaymentId(merchant, row.GetGuid(first)), row.GetInt64(first + 1),
            new Money(row.GetInt64(first + 2), Currency.Parse(row.GetString(first + 3))), new AttemptId(merchant, row.GetGuid(first + 4)));

    /// <summary>The rows found, by the names that lines use.</summary>
    private sealed class Hits
    {
        private readonly Dictionary<string, List<NamedPayment>> _payments = new(StringComparer.Ordinal);
        private readonly Dictionary<string, List<NamedCharge>> _charges = new(StringComparer.Ordinal);
        private readonly Dictionary<string, List<(AccountId Account, long Number, int Slot)>> _payers = new(StringComparer.Ordinal);
        private readonly Dictionary<string, List<NamedPayout>> _payouts = new(StringComparer.Ordinal);
        private readonly Dictionary<string, List<NamedDebit>> _debits = new(StringComparer.Ordinal);
        private readonly Dictionary<string, List<NamedCollection>> _collections = new(StringComparer.Ordinal);
        private readonly Dictionary<AccountId, List<NamedCharge>> _open = [];
        private readonly HashSet<string> _transfers = new(StringComparer.Ordinal);

        public void AddTransfer(string name) => _transfers.Add(name);

        public void Add(string name, NamedPayment payment) => Add(_payments, name, payment);

        public void Add(string name, NamedCharge charge) => Add(_charges, name, charge);

        public void Add(string name, (AccountId Account, long Number, int Slot) payer) => Add(_payers, name, payer);

        public void Add(string name, NamedPayout payout) => Add(_payouts, name, payout);

        public void Add(string name, NamedDebit debit) => Add(_debits, name, debit);

        public void Add(string name, NamedCollection collection) => Add(_collections, name, collection);

        public void AddOpen(NamedCharge charge) => Add(_open, charge.Account, charge);

        public MatchEvidence For(IReadOnlyList<string> names) =>
            Everything(names) with
            {
                Leads = LeadsOf(names),
                Shared = SharedOf(names),
                Transfers = names.Where(_transfers.Contains).ToHashSet(),
                Debits = [.. Of(_debits, names).DistinctBy(debit => debit.Id)],
                Collections = [.. Of(_collections, names).DistinctBy(collection => collection.Id)],
            };

        private HashSet<(string Name, AccountId Account)> LeadsOf(IReadOnlyList<string> names) =>
            [.. names.SelectMany(name => AccountsOf(name).Select(account => (name, account)))];

        private HashSet<string> SharedOf(IReadOnlyList<string> names) =>
            [.. names.Where(name => AccountsOf(name).Distinct().Skip(1).Any())];

        private IEnumerable<AccountId> AccountsOf(string name) => _payments.GetValueOrDefault(name, []).Select(payment => payment.Account)
            .Concat(_charges.GetValueOrDefault(name, []).Select(charge => charge.Account))
                .Concat(_payers.GetValueOrDefault(name, []).Select(payer => payer.Account));

        private MatchEvidence Everything(IReadOnlyList<string> names) => new(
            // The longest name tells most.
            [.. Of(_payments, names).OrderByDescending(payment => payment.Name.Length).DistinctBy(payment => payment.Id)
                .OrderBy(payment => payment.Number)],
            [.. Of(_charges, names).OrderByDescending(charge => charge.Name.Length).DistinctBy(charge => charge.Id)
                .OrderBy(charge => charge.Number)],
            [
                .. names.SelectMany(
                    name => _payers.GetValueOrDefault(name, []).Select(payer => (Name: name, payer.Account, payer.Number, payer.Slot)))
                    .OrderByDescending(payer => payer.Name.Length).DistinctBy(payer => payer.Account)
                    .Select(payer => new NamedPayer(
                        payer.Account, payer.Number, payer.Slot, _open.GetValueOrDefault(payer.Account, []), payer.Name)),
            ],
            [.. Of(_payouts, names).DistinctBy(payout => payout.Report)]);

        private static IEnumerable<T> Of<T>(Dictionary<string, List<T>> found, IReadOnlyList<string> names) =>
            names.SelectMany(name => found.GetValueOrDefault(name, []));

        private static void Add<TKey, T>(Dictionary<TKey, List<T>> found, TKey key, T one)
            where TKey : notnull
        {
            if (!found.TryGetValue(key, out var all))
                found[key] = all = [];
            all.Add(one);
        }
    }
}
