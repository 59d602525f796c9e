using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Searching;
using Quittance.Storage.Console;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Reading;

/// <summary>
/// Looks for things of any kind. Each place where the text may stand is read by an index, or by its newest rows, for as many as are shown,
/// so that a search takes the same time in large books. The form of the text says which places are read.
/// </summary>
public sealed class Search(NpgsqlDataSource database) : ISearch
{
    // Of more customers than this, the first are not found by the beginning of their names.
    private const int LooksAtNames = 1000;

    // A typed currency is compared for the newest payments of the amount.
    private const int LooksAtAmounts = 1000;

    // So many lines of each status, the newest: an index of their words would make each import half as long again.
    private const int LooksAtLines = 3000;

    // So many notes on customers, the newest.
    private const int LooksAtNotes = 3000;

    // The newest payments of so many customers, and for a card among so many of its customer.
    private const int LooksAtCustomers = 5;
    private const int LooksAtPayments = 50;

    /// <inheritdoc/>
    public Task<SearchResult> FindAsync(
        MerchantId merchant, TypedSearch search, IReadOnlySet<FoundKind> kinds, int most, CancellationToken cancel) =>
        Snapshot.ReadByKeysAsync(database, snapshot => new Reading(snapshot, merchant, search, kinds, most).FindAsync(), cancel);

    private static string Part(FoundKind kind, FoundBy by, string id, string from) =>
        $"(SELECT {(int)kind}, {(int)by}, {id}, NULL::uuid FROM {from} LIMIT $4)";

    /// <summary>The parts of the statement that finds ids: the kind, the way, the id, and the account where that is known.</summary>
    private static IEnumerable<string> PartsFor(TypedSearch search)
    {
        if (search.Id is not null)
        {
            // Indexes: the primary keys.
            yield return Part(FoundKind.Account, FoundBy.Id, "x.id", "account x WHERE x.merchant_id = $1 AND x.id = $5");
            yield return Part(FoundKind.Payment, FoundBy.Id, "x.id", "payment x WHERE x.merchant_id = $1 AND x.id = $5");
            yield return Part(FoundKind.Payment, FoundBy.Id, "x.payment_id", "attempt x WHERE x.merchant_id = $1 AND x.id = $5");
            yield return Part(FoundKind.Charge, FoundBy.Id, "x.id", "charge x WHERE x.merchant_id = $1 AND x.id = $5");
            yield return Part(FoundKind.Refund, FoundBy.Id, "x.id", "refund x WHERE x.merchant_id = $1 AND x.id = $5");
            yield return Part(FoundKind.Instrument, FoundBy.Id, "x.id", "instrument x WHERE x.merchant_id = $1 AND x.id = $5");
            yield return Part(FoundKind.Line, FoundBy.Id, "x.id", "settlement_line x WHERE x.merchant_id = $1 AND x.id = $5");
        }

        if (search.LastFour is not null)
        {
            // Index: instrument_by_last_four, backwards.
            yield return Part(
                FoundKind.Instrument, FoundBy.LastFour, "x.id",
                "instrument x WHERE x.last_four = $7 AND x.merchant_id = $1 ORDER BY x.last_four DESC, x.merchant_id DESC, x.id DESC");
        }

        if (search.IsBankAccount)
            yield break;
        if (search.Number is not null)
        {
            // Indexes: the unique numbers. Those of accounts and charges are references.
            yield return Part(FoundKind.Payment, FoundBy.Number, "x.id", "payment x WHERE x.merchant_id = $1 AND x.number = $6");
            yield return Part(FoundKind.Refund, FoundBy.Number, "x.id", "refund x WHERE x.merchant_id = $1 AND x.number = $6");
        }

        if (search.IsEmail)
        {
            // Index: account_contact_by_email.
            yield return Part(
                FoundKind.Account, FoundBy.Email, "x.account_id",
                "account_contact x WHERE lower(x.email) = lower($2) AND x.merchant_id = $1 AND x.email IS NOT NULL");
        }

        foreach (var part in search.Amounts.Count > 0 ? PartsForAmounts : [])
            yield return part;
        foreach (var part in PartsForText)
            yield return part;
        if (search.SeesNotes)
            yield return OfNotes;
    }

    // Indexes: payment_by_amount and refund_by_amount, backwards, charge_of_open_amount, and charge_of_settled_amount, backwards.
    private static string[] PartsForAmounts { get; } =
    [
        Part(FoundKind.Payment, FoundBy.Amount, "x.id", OfAmount("payment")),
        Part(FoundKind.Refund, FoundBy.Amount, "x.id", OfAmount("refund")),
        Part(FoundKind.Charge, FoundBy.Amount, "x.id", $"""
            unnest($9::text[], $10::bigint[]) k(currency, minor)
              CROSS JOIN LATERAL (SELECT c.id, c.due_on FROM charge c
                WHERE c.merchant_id = $1 AND c.is_open AND c.currency = k.currency AND {ChargeSql.OpenMinor("c")} = k.minor
                ORDER BY c.due_on, c.number LIMIT $4) x
              ORDER BY x.due_on
            """),
        Part(FoundKind.Charge, FoundBy.Amount, "x.id", """
            unnest($9::text[], $10::bigint[]) k(currency, minor)
              CROSS JOIN LATERAL (SELECT c.id FROM charge c
                WHERE c.merchant_id = $1 AND NOT c.is_open AND c.currency = k.currency AND c.amount_minor = k.minor
                ORDER BY c.amount_minor DESC, c.merchant_id DESC, c.currency DESC, c.id DESC LIMIT $4) x
              ORDER BY x.id DESC
            """),
        Part(FoundKind.Line, FoundBy.Amount, "x.id", $"""
            {Lines("x.amount_minor, x.currency")}
             WHERE (x.currency, abs(x.amount_minor)) IN (SELECT * FROM unnest($9::text[], $10::bigint[])) ORDER BY x.booked_on DESC
            """),
    ];

    /// <summary>The newest lines, as x. Index: settlement_line_by_status, backwards.</summary>
    private static string Lines(string columns) => $"""
        unnest(ARRAY['open', 'booked', 'ignored']) s(status)
         CROSS JOIN LATERAL (
            SELECT x.id, x.booked_on, {columns} FROM settlement_line x WHERE x.status = s.status AND x.merchant_id = $1
             ORDER BY x.status DESC, x.merchant_id DESC, x.booked_on DESC LIMIT {LooksAtLines}) x
        """;

    /// <summary>What a bank writes of a line. concat_ws would take twice as long.</summary>
    private const string LineText =
        "coalesce(x.counterparty || ' ', '') || coalesce(x.remittance || ' ', '') || coalesce(x.end_to_end, '')";

    /// <summary>The typed words, as patterns that are anywhere in a text. What joins letters may stand in the text too.</summary>
    private const string TypedParts = """
        ARRAY(SELECT '%' || replace(replace(w, '%', '\%'), '_', '\_') || '%'
                FROM unnest(string_to_array(short_umlauts(search_text($2)), ' ')) w WHERE w <> '')
        """;

    private static string OfAmount(string table) => $"""
        unnest($8::numeric[]) k(major)
          CROSS JOIN LATERAL (
            SELECT p.id FROM (SELECT p.id, p.currency FROM {table} p WHERE p.amount_major = k.major AND p.merchant_id = $1
                ORDER BY p.amount_major DESC, p.merchant_id DESC, p.id DESC LIMIT {LooksAtAmounts}) p
             WHERE $11::text IS NULL OR p.currency = $11 LIMIT $4) x
          ORDER BY x.id DESC
        """;

    // A few digits begin half of all numbers: they are found as they are. No reference has a control character.
    private const string EndOfBeginning =
        $"CASE WHEN k.value ~ '^[0-9]{{1,3}}$' THEN E'\x01' ELSE '{CustomerReading.LastCharacter}' END";

    private static string[] PartsForText { get; } =
    [
        // Index: reference_by_value. A number of ours is found by all of it; names that APIs have, by how they begin.
        $"""
        (SELECT CASE WHEN r.object_id = r.account_id THEN {(int)FoundKind.Account}
                     WHEN EXISTS (SELECT FROM charge c WHERE c.merchant_id = $1 AND c.id = r.object_id) THEN {(int)FoundKind.Charge}
                     WHEN EXISTS (SELECT FROM instrument i WHERE i.merchant_id = $1 AND i.id = r.object_id) THEN {(int)FoundKind.Instrument}
                     ELSE {(int)FoundKind.Account} END,
                CASE WHEN r.is_ours THEN {(int)FoundBy.Number} ELSE {(int)FoundBy.Reference} END, r.object_id, r.account_id
           FROM (SELECT r.*, r.dialect = '{Reference.House}' AND r.kind IN ('{Reference.AccountNumberKind}', 'charge-number') AS is_ours
                   FROM unnest($3::text[]) k(value)
                  CROSS JOIN LATERAL (SELECT r.* FROM reference r
                     WHERE r.merchant_id = $1 AND r.value ~>=~ k.value AND r.value ~<~ (k.value || {EndOfBeginning})
                       AND (r.value = k.value OR NOT (
                            r.dialect = '{Reference.House}' AND r.kind IN ('{Reference.AccountNumberKind}', 'charge-number')))
                     ORDER BY r.value USING ~<~ LIMIT $4 * 3) r) r
        )
        """,
        // Indexes: payment_by_correlator, refund_by_correlator, attempt_by_reference, dispute_by_reference, mandate_by_reference.
        Part(FoundKind.Payment, FoundBy.Reference, "x.id",
            "payment x WHERE x.merchant_id = $1 AND x.details ->> 'correlatorId' = $2 ORDER BY x.id DESC"),
        Part(FoundKind.Refund, FoundBy.Reference, "x.id",
            "refund x WHERE x.merchant_id = $1 AND x.details ->> 'correlatorId' = $2 ORDER BY x.id DESC"),
        Part(FoundKind.Payment, FoundBy.ProviderReference, "x.payment_id",
            "attempt x WHERE x.merchant_id = $1 AND x.provider_reference = $2"),
        Part(FoundKind.Refund, FoundBy.ProviderReference, "r.id",
            "attempt x JOIN refund r ON r.merchant_id = $1 AND r.attempt_id = x.id WHERE x.merchant_id = $1 AND x.provider_reference = $2"),
        Part(FoundKind.Payment, FoundBy.ProviderReference, "x.payment_id", "dispute x WHERE x.merchant_id = $1 AND x.reference = $2"),
        Part(FoundKind.Instrument, FoundBy.Reference, "x.instrument_id",
            "mandate x WHERE x.merchant_id = $1 AND x.reference = ANY($3::text[])"),
        // Index: account_holder_by_part. OFFSET 0 keeps the order of names from choosing the way.
        Part(FoundKind.Account, FoundBy.Name, "n.account_id", $"""
            (SELECT h.account_id, lower(h.name) AS name FROM account_holder h
              WHERE h.merchant_id = $1 AND {NameSearch.Has(2)} OFFSET 0 LIMIT {LooksAtNames}) n
             ORDER BY NOT starts_with(n.name, lower($2)), n.name USING ~<~
            """),
        Part(FoundKind.Line, FoundBy.Text, "x.id", $"""
            (SELECT l.id, l.booked_on, short_umlauts(plain_letters(l.text)) AS words
               FROM (SELECT x.id, x.booked_on, {LineText} AS text
                       FROM {Lines("x.counterparty, x.remittance, x.end_to_end")} OFFSET 0) l
             OFFSET 0) x
             CROSS JOIN (SELECT {TypedParts} AS parts, short_umlauts(plain_letters($2)) AS whole OFFSET 0) typed
             WHERE cardinality(typed.parts) > 0 AND (x.words LIKE ALL (typed.parts) OR strpos(x.words, typed.whole) > 0)
             ORDER BY x.booked_on DESC
            """),
    ];

    // Index: the primary key, backwards.
    private static readonly string OfNotes = Part(FoundKind.Account, FoundBy.Note, "x.account_id", $"""
        (SELECT n.account_id, n.id, short_umlauts(plain_letters(n.text)) AS words FROM account_note n WHERE n.merchant_id = $1
          ORDER BY n.merchant_id DESC, n.id DESC LIMIT {LooksAtNotes}) x
         CROSS JOIN (SELECT {TypedParts} AS parts) typed
         WHERE cardinality(typed.parts) > 0
           AND (x.words LIKE ALL (typed.parts) OR strpos(x.words, short_umlauts(plain_letters($2))) > 0)
         ORDER BY x.id DESC
        """);

    /// <summary>One search.</summary>
    private sealed class Reading(
        Snapshot snapshot, MerchantId merchant, TypedSearch search, IReadOnlySet<FoundKind> kinds, int most)
    {
        private readonly Dictionary<Guid, Account> _accounts = [];

        public async Task<SearchResult> FindAsync()
        {
            var found = await IdsAsync();
            var accounts = Of(found, FoundKind.Account);
            var payments = Of(found, FoundKind.Payment);
            if (kinds.Contains(FoundKind.Payment) && payments.Count <= most)
                payments = [.. payments.Concat(await PaymentsOfAsync(found)).DistinctBy(each => each.Id).Take(most + 1)];
            var read = (
                Payments: await ReadAsync(Tables.Payment, payments), Charges: await ReadAsync(Tables.Charge, Of(found, FoundKind.Charge)),
                Refunds: await ReadAsync(Tables.Refund, Of(found, FoundKind.Refund)),
                Instruments: await ReadAsync(Tables.Instrument, Of(found, FoundKind.Instrument)),
                Lines: await ReadAsync(Tables.SettlementLine, Of(found, FoundKind.Line)));
            await KnowAsync(
            [
                .. accounts.Select(each => each.Id), .. read.Payments.Select(each => each.Row.Account.Value),
                .. read.Charges.Select(each => each.Row.Account.Value), .. read.Refunds.Select(each => each.Row.Account.Value),
                .. read.Instruments.Select(each => each.Row.Account.Value),
            ]);
            return new SearchResult
            {
                Accounts = Cut([.. accounts.Where(each => _accounts.ContainsKey(each.Id))
                    .Select(each => new Hit<Account>(_accounts[each.Id], each.By, _accounts[each.Id]))]),
                Payments = Shown(read.Payments, payment => payment.Account),
                Charges = Shown(read.Charges, charge => charge.Account),
                Refunds = Shown(read.Refunds, refund => refund.Account),
                Instruments = Shown(read.Instruments, instrument => instrument.Account),
                Lines = Shown(read.Lines, _ => null),
            };
        }

        private Task<List<Found>> IdsAsync()
        {
            List<Money> amounts = [.. search.AmountsInEachCurrency()];
            // Clients write their references in capitals, and people search for them in small letters.
            string[] texts = [.. new[] { search.Text, search.Text.ToUpperInvariant(), search.Text.ToLowerInvariant() }.Distinct()];
            return snapshot.AllAsync(
                string.Join("\nUNION ALL\n", PartsFor(search)),
                command => command.With(merchant.Value).With(search.Text).With(texts).With(most + 1).With(search.Id)
                    .With(search.Number).With(search.LastFour, NpgsqlDbType.Text)
                    .With(search.Amounts.Select(each => decimal.Parse(each, CultureInfo.InvariantCulture)).ToArray())
                    .With(amounts.ToColumn(amount => amount.Currency.Code)).With(amounts.ToColumn(amount => amount.AmountMinor))
                    .With(search.Currency?.Code, NpgsqlDbType.Text),
                row => new Found(
                    (FoundKind)row.GetInt32(0), (FoundBy)row.GetInt32(1), row.GetGuid(2), row.IsDBNull(3) ? null : row.GetGuid(3)));
        }

        /// <summary>What was found of a kind, the most certain first.</summary>
        private List<Found> Of(IReadOnlyList<Found> found, FoundKind kind) => !kinds.Contains(kind) ? [] :
        [
            .. found.Where(each => each.Kind == kind)
                // An order or a booking is found by its account.
                .Select(each => kind == FoundKind.Account && each.Account is { } account ? each with { Id = account } : each)
                .OrderBy(each => each.By).DistinctBy(each => each.Id).Take(most + 1),
        ];

        /// <summary>The newest payments of customers whose names were found, and of cards and bank accounts.</summary>
        private async Task<IEnumerable<Found>> PaymentsOfAsync(IReadOnlyList<Found> found)
        {
            List<(Guid Id, FoundBy By)> customers =
            [
                .. found.Where(each => each is { Kind: FoundKind.Account, By: FoundBy.Name or FoundBy.Email or FoundBy.Reference })
                    .Select(each => (each.Account ?? each.Id, each.By == FoundBy.Email ? FoundBy.Email : FoundBy.Name))
                    .DistinctBy(each => each.Item1).Take(LooksAtCustomers),
            ];
            Guid[] instruments =
            [
                .. found.Where(each => each is { Kind: FoundKind.Instrument }).Select(each => each.Id).Distinct().Take(most),
            ];
            if (customers.Count + instruments.Length == 0)
                return [];
            // Index: payment_of_account, backwards.
            return await snapshot.AllAsync(
                $"""
                SELECT p.id, p.by
                  FROM ((SELECT p.id, {(int)FoundBy.LastFour} AS by FROM unnest($3::uuid[]) k(id)
                         CROSS JOIN LATERAL (SELECT i.account_id FROM instrument i WHERE i.merchant_id = $1 AND i.id = k.id LIMIT 1) i
                         CROSS JOIN LATERAL (
                           SELECT p.id, p.instrument_id FROM payment p WHERE p.account_id = i.account_id AND p.merchant_id = $1
                            ORDER BY p.account_id DESC, p.merchant_id DESC, p.id DESC LIMIT {LooksAtPayments}) p
                          WHERE p.instrument_id = k.id ORDER BY p.id DESC LIMIT $4)
                        UNION ALL
                        (SELECT p.id, k.by FROM unnest($2::uuid[], $5::int[]) k(id, by)
                         CROSS JOIN LATERAL (
                           SELECT p.id FROM payment p WHERE p.account_id = k.id AND p.merchant_id = $1
                            ORDER BY p.account_id DESC, p.merchant_id DESC, p.id DESC LIMIT $4) p
                          ORDER BY p.id DESC LIMIT $4)) p
                 ORDER BY p.id DESC
                """,
                command => command.With(merchant.Value).With(customers.ToColumn(each => each.Id)).With(instruments).With(most + 1)
                    .With(customers.ToColumn(each => (int)each.By)),
                row => new Found(FoundKind.Payment, (FoundBy)row.GetInt32(1), row.GetGuid(0), null));
        }

        private async Task<IReadOnlyList<(Found Found, T Row)>> ReadAsync<T>(Table<T> table, List<Found> found)
        {
            if (found.Count == 0)
                return [];
            var rows = await snapshot.AllAsync(
                $"""
                SELECT k.place::int, {table.Selected} FROM unnest($2::uuid[]) WITH ORDINALITY k(id, place)
                 CROSS JOIN LATERAL (SELECT x.* FROM {table.Name} x WHERE x.merchant_id = $1 AND x.id = k.id LIMIT 1) x
                 {(table.Join.Length > 0 ? $"{table.Join} AND j.merchant_id = $1" : "")}
                 ORDER BY k.place
                """,
                command => command.With(merchant.Value).With(found.Select(each => each.Id).ToArray()),
                row => (found[row.GetInt32(0) - 1], table.Read(row, 1)));
            return rows;
        }

        private async Task KnowAsync(IEnumerable<Guid> ids)
        {
            // Indexes: the primary keys.
            foreach (var account in await snapshot.AllAsync(
                $"""
                SELECT {Tables.Account.Of("a", "h")} FROM unnest($2::uuid[]) k(id)
                 CROSS JOIN LATERAL (SELECT a.* FROM account a WHERE a.merchant_id = $1 AND a.id = k.id LIMIT 1) a
                  LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1 AND h.account_id = k.id LIMIT 1) h
                    ON true
                """,
                command => command.With(merchant.Value).With(ids.Distinct().ToArray()), row => Tables.Account.Read(row, 0)))
            {
                _accounts[account.Id.Value] = account;
            }
        }

        private Hits<T> Shown<T>(IReadOnlyList<(Found Found, T Row)> read, Func<T, AccountId?> of) => Cut<T>(
            [.. read.Select(each => new Hit<T>(
                each.Row, each.Found.By, of(each.Row) is { } account ? _accounts.GetValueOrDefault(account.Value) : null))]);

        private Hits<T> Cut<T>(IReadOnlyList<Hit<T>> hits) => new([.. hits.Take(most)], hits.Count > most);
    }

    /// <summary>A place where the text stands.</summary>
    /// <param name="Account">The account of the thing, where the statement knew it.</param>
    private readonly record struct Found(FoundKind Kind, FoundBy By, Guid Id, Guid? Account);
}
