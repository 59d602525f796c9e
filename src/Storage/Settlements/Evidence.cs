using System.Globalization;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Engine;
using Quittance.Core.Payments;
using Quittance.Core.Settlements;

namespace Quittance.Storage.Settlements;

/// <summary>
/// Finds what lines of statements name, for many lines at once. In every statement the names drive, and each finds its row by a key or a named
/// index, whatever the planner thinks of the tables.
/// </summary>
public sealed class Evidence(NpgsqlDataSource database)
{
    private const int OpenChargesShown = 50;

    /// <summary>All that each line names.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyDictionary<SettlementLineId, MatchEvidence>> OfAsync(
        MerchantId merchant, IReadOnlyCollection<SettlementLine> lines, CancellationToken cancel) =>
        SqlStates.ReachingAsync<IReadOnlyDictionary<SettlementLineId, MatchEvidence>>(async () =>
        {
            var named = lines.ToDictionary(line => line.Id, SettlementWording.NamesIn);
            var names = named.Values.SelectMany(found => found).Distinct(StringComparer.Ordinal).ToArray();
            if (names.Length == 0)
                return lines.ToDictionary(line => line.Id, _ => MatchEvidence.None);
            var found = new Found();
            await ReadAsync(merchant, names, found, cancel);
            return lines.ToDictionary(line => line.Id, line => found.For(named[line.Id]));
        });

    /// <summary>All that these names are names of.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<MatchEvidence> NamedAsync(MerchantId merchant, IReadOnlyList<string> names, CancellationToken cancel) =>
        SqlStates.ReachingAsync(async () =>
        {
            var found = new Found();
            await ReadAsync(merchant, [.. names], found, cancel);
            return found.For(names);
        });

    /// <summary>Open charges of exactly this amount, oldest due first: a guess that an operator may take. Reads no more of them than the limit.</summary>
    /// <exception cref="StoreUnavailableException">The database can't be reached.</exception>
    public Task<IReadOnlyList<NamedCharge>> ChargesOfAsync(MerchantId merchant, Money amount, int limit, CancellationToken cancel) =>
        SqlStates.ReachingAsync<IReadOnlyList<NamedCharge>>(async () =>
        {
            await using var batch = database.CreateBatch();
            // Index: charge_of_open_amount.
            batch.Statement("""
                SELECT c.id, c.number, c.account_id, a.slot, c.amount_minor - c.allocated_minor - c.credited_minor, c.currency,
                       coalesce(c.document, c.reference, c.number::text)
                  FROM (SELECT x.* FROM charge x
                         WHERE x.merchant_id = $1 AND x.is_open AND x.currency = $2 AND x.amount_minor - x.allocated_minor - x.credited_minor = $3
                         ORDER BY x.due_on, x.number LIMIT $4) c
                 CROSS JOIN LATERAL (SELECT x.slot FROM account x WHERE x.merchant_id = $1 AND x.id = c.account_id LIMIT 1) a
                 ORDER BY c.due_on, c.number
                """)
                .With(merchant.Value).With(amount.Currency.Code).With(amount.AmountMinor).With(limit);
            List<NamedCharge> charges = [];
            await using var reader = await batch.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
                charges.Add(Charge(reader, merchant, 0));
            return charges;
        });

    private async Task ReadAsync(MerchantId merchant, string[] names, Found found, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var batch = new NpgsqlBatch(connection, transaction);
        List<Action<NpgsqlDataReader>> take = [];
        // As for the lanes: names find their rows by keys, whatever a planner thinks of tables that it takes for empty.
        batch.Statement("SET LOCAL enable_seqscan = off");
        batch.Statement("SET LOCAL enable_bitmapscan = off");
        batch.Statement("SET LOCAL enable_hashjoin = off");
        batch.Statement("SET LOCAL enable_mergejoin = off");
        AddReferences(batch, take, merchant, names, found);
        AddPayments(batch, take, merchant, names, found);
        AddPayouts(batch, take, merchant, names, found);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        foreach (var row in take)
        {
            while (await reader.ReadAsync(cancel))
                row(reader);
            await reader.NextResultAsync(cancel);
        }
    }

    /// <summary>What is named by a reference of any kind: of a charge with what is open of it, else of its customer with what that one owes.</summary>
    private static void AddReferences(NpgsqlBatch batch, List<Action<NpgsqlDataReader>> take, MerchantId merchant, string[] names, Found found)
    {
        // Index: reference_by_value.
        const string Named = "(SELECT x.* FROM reference x WHERE x.value = t.name AND x.merchant_id = $1 OFFSET 0) r";
        batch.Statement($"""
            SELECT t.name, r.account_id, r.slot, c.id, c.number, c.open_minor, c.currency, a.number
              FROM unnest($2::text[]) t(name)
             CROSS JOIN LATERAL {Named}
              LEFT JOIN LATERAL (SELECT x.*, x.amount_minor - x.allocated_minor - x.credited_minor AS open_minor FROM charge x
               WHERE x.merchant_id = $1 AND x.id = r.object_id LIMIT 1) c ON true
              LEFT JOIN LATERAL (SELECT x.number FROM account x
               WHERE x.merchant_id = $1 AND x.id = r.object_id LIMIT 1) a ON true
             WHERE c.id IS NOT NULL OR a.number IS NOT NULL
            """)
            .With(merchant.Value).With(names);
        take.Add(row =>
        {
            var (name, account, slot) = (row.GetString(0), new AccountId(merchant, row.GetGuid(1)), row.GetInt16(2));
            if (row.IsDBNull(3))
                found.Add(name, (account, row.GetInt64(7), slot));
            else
                found.Add(name, new NamedCharge(new ChargeId(merchant, row.GetGuid(3)), row.GetInt64(4), account, slot, new Money(row.GetInt64(5), Currency.Parse(row.GetString(6))), name));
        });
        // Index: charge_open.
        batch.Statement($"""
            WITH payer AS MATERIALIZED (
                SELECT DISTINCT r.account_id, r.slot
                  FROM unnest($2::text[]) t(name)
                 CROSS JOIN LATERAL {Named}
                 WHERE r.object_id = r.account_id)
            SELECT c.id, c.number, c.account_id, p.slot, c.amount_minor - c.allocated_minor - c.credited_minor, c.currency,
                   coalesce(c.document, c.reference, c.number::text)
              FROM payer p
             CROSS JOIN LATERAL (SELECT x.* FROM charge x
               WHERE x.merchant_id = $1 AND x.account_id = p.account_id AND x.is_open ORDER BY x.due_on, x.number LIMIT $3) c
            """)
            .With(merchant.Value).With(names).With(OpenChargesShown);
        take.Add(row => found.AddOpen(Charge(row, merchant, 0)));
    }

    private static void AddPayments(NpgsqlBatch batch, List<Action<NpgsqlDataReader>> take, MerchantId merchant, string[] names, Found found)
    {
        const string Columns =
            """
            p.id, p.number, p.account_id, a.slot, p.status, p.amount_minor, p.currency, h.purpose,
                   EXISTS (SELECT 1 FROM attempt x WHERE x.merchant_id = $1 AND x.payment_id = p.id),
                   EXISTS (SELECT 1 FROM settlement_line x WHERE x.merchant_id = $1 AND x.settles_id = p.id)
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
        var attempts = names.Where(name => Guid.TryParseExact(name, "D", out _)).ToArray();
        batch.Statement($"""
            SELECT t.name, CASE WHEN e.verb = 'refund' THEN e.id END, {Columns}
              FROM unnest($2::text[], $3::uuid[]) t(name, id)
             CROSS JOIN LATERAL (SELECT x.id, x.verb, x.payment_id FROM attempt x WHERE x.merchant_id = $1 AND x.id = t.id LIMIT 1) e
             CROSS JOIN LATERAL (SELECT x.* FROM payment x WHERE x.merchant_id = $1 AND x.id = e.payment_id LIMIT 1) p
            {Joins}
            """)
            .With(merchant.Value).With(attempts).With(attempts.ToColumn(name => Guid.ParseExact(name, "D")));
        take.Add(row => TakePayment(row, merchant, found));
    }

    private static void TakePayment(NpgsqlDataReader row, MerchantId merchant, Found found) => found.Add(row.GetString(0), new NamedPayment(
        new PaymentId(merchant, row.GetGuid(2)), row.GetInt64(3), new AccountId(merchant, row.GetGuid(4)), row.GetInt16(5),
        Words.ToStatus(row.GetString(6)), row.IsDBNull(7) ? null : new Money(row.GetInt64(7), Currency.Parse(row.GetString(8))),
        row.IsDBNull(9) ? null : row.GetString(9), row.GetBoolean(10), row.GetBoolean(11), row.IsDBNull(1) ? null : row.GetGuid(1),
        row.GetString(0)));

    /// <summary>Index: statement_payout.</summary>
    private static void AddPayouts(NpgsqlBatch batch, List<Action<NpgsqlDataReader>> take, MerchantId merchant, string[] names, Found found)
    {
        batch.Statement("""
            SELECT t.name, s.id, s.account, s.closing_minor, s.currency,
                   EXISTS (SELECT 1 FROM settlement_line x WHERE x.merchant_id = $1 AND x.settles_id = s.id)
              FROM unnest($2::text[]) t(name)
             CROSS JOIN LATERAL (SELECT x.* FROM statement x
               WHERE x.merchant_id = $1 AND x.source = 'payout' AND x.reference = t.name AND x.closing_minor IS NOT NULL LIMIT 2) s
            """)
            .With(merchant.Value).With(names);
        take.Add(row => found.Add(row.GetString(0), new NamedPayout(
            new StatementId(merchant, row.GetGuid(1)), row.GetString(2), row.GetString(0),
            new Money(row.GetInt64(3), Currency.Parse(row.GetString(4))), row.GetBoolean(5))));
    }

    private static NamedCharge Charge(NpgsqlDataReader row, MerchantId merchant, int first) => new(
        new ChargeId(merchant, row.GetGuid(first)), row.GetInt64(first + 1), new AccountId(merchant, row.GetGuid(first + 2)), row.GetInt16(first + 3),
        new Money(row.GetInt64(first + 4), Currency.Parse(row.GetString(first + 5))), row.GetString(first + 6));

    /// <summary>What was found, by the names that lines use.</summary>
    private sealed class Found
    {
        private readonly Dictionary<string, List<NamedPayment>> _payments = new(StringComparer.Ordinal);
        private readonly Dictionary<string, List<NamedCharge>> _charges = new(StringComparer.Ordinal);
        private readonly Dictionary<string, List<(AccountId Account, long Number, int Slot)>> _payers = new(StringComparer.Ordinal);
        private readonly Dictionary<string, List<NamedPayout>> _payouts = new(StringComparer.Ordinal);
        private readonly Dictionary<AccountId, List<NamedCharge>> _open = [];

        public void Add(string name, NamedPayment payment) => Add(_payments, name, payment);

        public void Add(string name, NamedCharge charge) => Add(_charges, name, charge);

        public void Add(string name, (AccountId Account, long Number, int Slot) payer) => Add(_payers, name, payer);

        public void Add(string name, NamedPayout payout) => Add(_payouts, name, payout);

        public void AddOpen(NamedCharge charge) => Add(_open, charge.Account, charge);

        public MatchEvidence For(IReadOnlyList<string> names) => new(
            // The longest name tells most.
            [.. Of(_payments, names).OrderByDescending(payment => payment.Name.Length).DistinctBy(payment => payment.Id).OrderBy(payment => payment.Number)],
            [.. Of(_charges, names).OrderByDescending(charge => charge.Name.Length).DistinctBy(charge => charge.Id).OrderBy(charge => charge.Number)],
            [
                .. names.SelectMany(name => _payers.GetValueOrDefault(name, []).Select(payer => (Name: name, payer.Account, payer.Number, payer.Slot)))
                    .OrderByDescending(payer => payer.Name.Length).DistinctBy(payer => payer.Account)
                    .Select(payer => new NamedPayer(payer.Account, payer.Number, payer.Slot, _open.GetValueOrDefault(payer.Account, []), payer.Name)),
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
