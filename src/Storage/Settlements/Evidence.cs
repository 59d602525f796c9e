using System.Globalization;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Debits;
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
    internal const int OpenChargesShown = LeadMatching.MostOpen;

    /// <summary>All that each line names.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyDictionary<SettlementLineId, MatchEvidence>> OfAsync(
        MerchantId merchant, IReadOnlyCollection<SettlementLine> lines, CancellationToken cancel) =>
        SqlStates.ReachingAsync<IReadOnlyDictionary<SettlementLineId, MatchEvidence>>(async () =>
        {
            var named = lines.ToDictionary(line => line.Id, SettlementWording.NamesIn);
            var names = named.Values.SelectMany(found => found).Distinct(StringComparer.Ordinal).ToArray();
            var found = new Hits();
            await ReadAsync(merchant, names, found, leadsOn: true, cancel);
            var accounts = await AccountsAsync(merchant, [.. lines.Select(line => line.Statement.Value).Distinct()], cancel);
            var tolerances = (await SettlementTolerances.ListAsync(database, merchant, cancel)).ToDictionary(one => one.Currency);
            var evidence = lines.ToDictionary(
                line => line.Id, line => Here(found.For(named[line.Id]), accounts[line.Statement.Value]) with
                {
                    Tolerance = tolerances.GetValueOrDefault(line.Amount.Currency),
                });
            await AddMadeAsync(merchant, lines, evidence, cancel);
            await AddReturnsAsync(merchant, lines, named, evidence, cancel);
            return await WithHoldersAsync(merchant, [.. lines.Where(line => evidence[line.Id].Leads.Count > 0)], evidence, cancel);
        });

    /// <summary>Adds the reports that were made of lines.</summary>
    private async Task AddMadeAsync(
        MerchantId merchant, IReadOnlyCollection<SettlementLine> lines, Dictionary<SettlementLineId, MatchEvidence> evidence,
        CancellationToken cancel)
    {
        var open = lines.Where(line => line is { Kind: SettlementLineKind.Entry, Status: SettlementStatus.Open }
            && (!line.IsPart || line.IsSplitPart)).ToDictionary(line => line.ReportName, line => line.Id);
        if (open.Count == 0)
            return;
        await ReadAsync(
            (batch, take, _) => DebitEvidence.AddPayouts(
                batch, take, merchant, [.. open.Keys],
                (name, report) => evidence[open[name]] = evidence[open[name]] with { Made = report }),
            cancel);
    }

    /// <summary>
    /// Adds the payments that lines of money that went out can take back, where they name no debit or payout; and the sums of several
    /// payments, where they name a file of ours or the bank marks a reversal.
    /// </summary>
    private async Task AddReturnsAsync(
        MerchantId merchant, IReadOnlyCollection<SettlementLine> lines, Dictionary<SettlementLineId, IReadOnlyList<string>> named,
        Dictionary<SettlementLineId, MatchEvidence> evidence, CancellationToken cancel)
    {
        List<SettlementLine> outgoing =
        [
            .. lines.Where(line => line is { Kind: SettlementLineKind.Entry, Status: SettlementStatus.Open, Amount.AmountMinor: < 0 }
                && evidence[line.Id].Debits.Count == 0),
        ];
        List<(SettlementLine Line, CollectionId? File)> ofLumps =
        [
            .. outgoing.Select(line => (Line: line, File: evidence[line.Id].Collections.Select(one => (CollectionId?)one.Id)
                .FirstOrDefault())).Where(one => one.File is not null || one.Line.IsReversal),
        ];
        List<(SettlementLine Line, IReadOnlyList<string> Names)> ofPayments =
        [
            .. outgoing.Where(line => SettlementMatching.OwnOf(line, evidence[line.Id].Payouts).Count == 0)
                .Select(line => (line, named[line.Id])),
        ];
        if (ofLumps.Count + ofPayments.Count == 0)
            return;
        await ReadAsync(
            (batch, take, _) =>
            {
                ReturnEvidence.Add(
                    batch, take, merchant, ofPayments,
                    (line, back) => evidence[line] = evidence[line] with { Returns = [.. evidence[line].Returns, back] });
                ReturnEvidence.AddLumps(
                    batch, take, merchant, ofLumps,
                    (line, lump) => evidence[line] = evidence[line] with { Lumps = [.. evidence[line].Lumps, lump] });
            },
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
    /// <param name="leadsOn">
    /// Whether the name of a merged account leads to the one that goes on. A person who closes or merges an account means that one alone.
    /// </param>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<MatchEvidence> NamedAsync(
        MerchantId merchant, IReadOnlyList<string> names, CancellationToken cancel, bool leadsOn = false) =>
        SqlStates.ReachingAsync(async () =>
        {
            var found = new Hits();
            await ReadAsync(merchant, [.. names], found, leadsOn, cancel);
            return found.For(names);
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
        var agreeing = new AgreeingHolders(HolderEvidence.HoldersOfWords);
        HashSet<(AccountId, Money)> sharing = [];
        HashSet<(Guid Line, AccountId)> known = [], said = [], elsewhere = [];
        await ReadAsync(
            (batch, take, isDistributed) =>
            {
                HolderEvidence.AddHolders(batch, take, merchant, [.. pairs.Select(pair => pair.Account.Value).Distinct()], holders);
                HolderEvidence.AddSharing(
                    batch, take, merchant, [.. pairs.Select(pair => (pair.Account, pair.Line.Gross)).Distinct()], sharing);
                HolderEvidence.AddKnown(
                    batch, take, merchant, [.. pairs.Select(pair => (pair.Line.Id.Value, pair.Account))], holders, known, said, elsewhere);
                HolderEvidence.AddAgreeing(
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
                    .. ofLine.Select(pair => HolderOf(pair.Line, pair.Account)),
                ],
            };
        }

        return evidence;

        NamedHolder HolderOf(SettlementLine line, AccountId account)
        {
            var key = (line.Id.Value, account);
            var isPayer = agreeing.MayBe(line.Counterparty, holders[account].Name);
            var isACustomer = agreeing.Has(line.Counterparty);
            // A family pays from one account: where the payer is another customer by name, only an operator's word makes it this one's.
            return new NamedHolder(
                account, holders[account].Currency, holders[account].Name,
                SharesName: isACustomer && !agreeing.IsSole(line.Counterparty, account),
                sharing.Contains((account, line.Gross)), said.Contains(key) || (known.Contains(key) && (isPayer || !isACustomer)))
            {
                IsPayer = isPayer,
                IsPaidElsewhere = elsewhere.Contains(key),
            };
        }
    }

    /// <summary>The customers to whom lines lead that name nothing. A line without any is left out.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyDictionary<SettlementLineId, LineLeads>> LeadsAsync(
        MerchantId merchant, IReadOnlyCollection<SettlementLine> lines, CancellationToken cancel) =>
        SqlStates.ReachingAsync<IReadOnlyDictionary<SettlementLineId, LineLeads>>(async () =>
        {
            var leads = new FoundLeads();
            var near = lines.ToDictionary(line => line.Id, SettlementWording.NearIn);
            await ReadAsync(
                (batch, take, isDistributed) =>
                {
                    LeadEvidence.AddOwing(batch, take, merchant, [.. lines.Select(line => line.Gross).Distinct()], leads.AddOwing);
                    LeadEvidence.AddPaidBefore(batch, take, merchant, [.. lines.Select(line => line.Id.Value)], leads.AddPaidBefore);
                    AddReferences(
                        batch, take, merchant, [.. near.Values.SelectMany(names => names).Distinct(StringComparer.Ordinal)],
                        leads.Near, leadsOn: true);
                    HolderEvidence.AddAgreeing(
                        batch, take, isDistributed, merchant, [.. lines.Select(line => line.Counterparty).OfType<string>().Distinct()],
                        leads.Agreeing);
                },
                cancel);
            await ReadAsync(
                (batch, take, _) =>
                {
                    var accounts = leads.Accounts([.. near.Values.SelectMany(names => names)]);
                    HolderEvidence.AddHolders(batch, take, merchant, accounts, leads.Holders);
                    LeadEvidence.AddOpen(batch, take, merchant, accounts, leads.AddOpen, leads.AddName);
                },
                cancel);
            return lines.Select(line => (line.Id, Leads: leads.Of(line, near[line.Id])))
                .Where(one => one.Leads.Customers.Count > 0 || one.Leads.IsOfACustomer)
                .ToDictionary(one => one.Id, one => one.Leads);
        });

    private Task ReadAsync(MerchantId merchant, string[] names, Hits found, bool leadsOn, CancellationToken cancel) => ReadAsync(
        (batch, take, _) =>
        {
            AddReferences(batch, take, merchant, names, found, leadsOn);
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
        if (!isDistributed)
            batch.Statement(OnePlan.Set);
        add(batch, take, isDistributed);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        foreach (var row in take)
        {
            while (await reader.ReadAsync(cancel))
                row(reader);
            await reader.NextResultAsync(cancel);
        }
    }

    // Index: reference_by_value.
    private const string Named = "(SELECT x.* FROM reference x WHERE x.value = t.name AND x.merchant_id = $1 OFFSET 0) r";

    /// <summary>
    /// Finds the charge of a reference, or all charges of the payment link of a reference, with their open amounts; else the customer of a
    /// reference with the debt. Names that a merge left behind lead to the account that goes on, and to what became of its charges.
    /// </summary>
    private static void AddReferences(
        NpgsqlBatch batch, List<Action<NpgsqlDataReader>> take, MerchantId merchant, string[] names, Hits found, bool leadsOn)
    {
        var accounts = leadsOn ? "true" : "false";
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
                 WHERE (c.id IS NULL AND {accounts}) OR g.step = 0 ORDER BY g.step DESC LIMIT 1) n
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
                    SELECT g.id FROM ({MergeSql.AccountsFrom("r.object_id")}) g WHERE {accounts} OR g.step = 0
                     ORDER BY g.step DESC LIMIT 1) n
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
    internal const string Transfer =
        $"""
        LEFT JOIN LATERAL (SELECT p.id, p.number, p.amount_minor, p.currency, a.id AS capture_id
           FROM (SELECT y.payment_id FROM claim y WHERE y.merchant_id = $1 AND y.charge_id = c.id AND y.is_live LIMIT 1) l
           JOIN payment p ON p.merchant_id = $1 AND p.id = l.payment_id
           JOIN attempt a ON a.merchant_id = $1 AND a.payment_id = l.payment_id AND {PaymentPrefetch.WaitsForTransfer} LIMIT 1) w ON true
        """;

    internal const string TransferColumns = "w.id, w.number, w.amount_minor, w.currency, w.capture_id";

    internal static NamedCharge Charge(NpgsqlDataReader row, MerchantId merchant) => new(
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
}
