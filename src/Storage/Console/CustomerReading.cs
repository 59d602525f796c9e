using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Ledger;

namespace Quittance.Storage.Console;

/// <summary>Reads customers for the console.</summary>
/// <param name="database">The books.</param>
public sealed class CustomerReading(NpgsqlDataSource database)
{
    // How many of those that have one and the same name are looked through for the next part of a list.
    private const int SameNameLimit = 2000;
    private const string LastCharacter = "\U0010FFFF";

    /// <summary>A part of the list of customers: the newest first, or those found, in the order of what they are found by.</summary>
    /// <param name="merchant">Whose.</param>
    /// <param name="search">The beginning of a name, or of a reference of any API to something of a customer's; empty for all.</param>
    /// <param name="after">Where the part before ended; null for the first.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Ends the reading.</param>
    public Task<CustomerPage> ListAsync(MerchantId merchant, string search, CustomerPlace? after, int limit, CancellationToken cancel) =>
        Snapshot.ReadAsync(database, async snapshot =>
        {
            var found = search.Length == 0
                ? await NewestAsync(snapshot, merchant, after, limit + 1)
                : await FoundAsync(snapshot, merchant, search, after, limit + 1);
            var hasMore = found.Count > limit;
            if (hasMore)
                found.RemoveAt(limit);
            var ids = found.Select(row => row.Account.Id.Value).Distinct().ToArray();
            var names = await NamesAsync(snapshot, merchant, ids);
            var balances = await BalancesAsync(snapshot, merchant, ids);
            var next = hasMore ? new CustomerPlace(search.Length == 0 ? "" : found[^1].Matched, found[^1].Account.Id.Value) : null;
            return new CustomerPage(
                [.. found.DistinctBy(row => row.Account.Id).Select(row => new CustomerRow(
                    row.Account, [.. names[row.Account.Id.Value]], Sums(balances[row.Account.Id.Value], LedgerKind.Receivable),
                    Sums(balances[row.Account.Id.Value], LedgerKind.Credit), row.By))],
                next);
        }, cancel);

    /// <summary>An account with what clients call it; null where the merchant has none of that id.</summary>
    public Task<NamedAccount?> FindAsync(AccountId account, CancellationToken cancel) =>
        Snapshot.ReadAsync(database, snapshot => FindAsync(snapshot, account), cancel);

    internal static async Task<NamedAccount?> FindAsync(Snapshot snapshot, AccountId account)
    {
        var found = await snapshot.AllAsync(
            """
            SELECT a.merchant_id, a.id, a.slot, a.number, a.currency, h.name
              FROM account a LEFT JOIN account_holder h ON h.merchant_id = $1 AND h.account_id = a.id WHERE a.merchant_id = $1 AND a.id = $2
            """,
            command => command.With(account.Merchant.Value).With(account.Value), row => Rows.Account(row, 0));
        if (found.Count == 0)
            return null;
        var names = await NamesAsync(snapshot, account.Merchant, [account.Value]);
        return new NamedAccount(found[0], [.. names[account.Value]]);
    }

    private static Task<List<Found>> NewestAsync(Snapshot snapshot, MerchantId merchant, CustomerPlace? after, int limit) => snapshot.AllAsync(
        // Index: the primary key, backwards. Ids begin with the time.
        """
        SELECT a.merchant_id, a.id, a.slot, a.number, a.currency, h.name
          FROM (SELECT a.* FROM account a WHERE a.merchant_id = $1 AND a.id < $2 ORDER BY a.merchant_id DESC, a.id DESC LIMIT $3) a
          LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1 AND h.account_id = a.id LIMIT 1) h ON true
         ORDER BY a.id DESC
        """,
        command => command.With(merchant.Value).With(after?.Account ?? Guid.AllBitsSet).With(limit),
        row => new Found(Rows.Account(row, 0), "", null));

    private static Task<List<Found>> FoundAsync(Snapshot snapshot, MerchantId merchant, string search, CustomerPlace? after, int limit)
    {
        // Indexes: reference_by_value and account_holder_by_name, each read from the place on. Both are in the order of bytes.
        const string Sql = """
            SELECT a.merchant_id, a.id, a.slot, a.number, a.currency, h.name, x.matched, x.dialect, x.kind
              FROM (SELECT f.* FROM (
                        (SELECT r.value AS matched, r.account_id, r.dialect, r.kind FROM reference r
                          WHERE r.merchant_id = $1 AND r.value ~>=~ $2 AND r.value ~<~ $3 AND r.value ~>=~ $5
                          ORDER BY r.value USING ~<~ LIMIT $4 + $7)
                        UNION ALL
                        (SELECT lower(n.name), n.account_id, NULL, NULL FROM account_holder n
                          WHERE n.merchant_id = $1 AND lower(n.name) ~>=~ lower($2) AND lower(n.name) ~<~ lower($3) AND lower(n.name) ~>=~ $5
                          ORDER BY lower(n.name) USING ~<~ LIMIT $4 + $7)) f
                     WHERE f.matched ~>~ $5 OR f.account_id > $6
                     ORDER BY f.matched USING ~<~, f.account_id LIMIT $4) x
             CROSS JOIN LATERAL (SELECT a.* FROM account a WHERE a.merchant_id = $1 AND a.id = x.account_id LIMIT 1) a
              LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1 AND h.account_id = x.account_id LIMIT 1) h ON true
             ORDER BY x.matched USING ~<~, a.id
            """;
        return snapshot.AllAsync(
            Sql,
            command => command.With(merchant.Value).With(search).With(search + LastCharacter).With(limit)
                .With(after?.Text ?? "").With(after?.Account ?? Guid.Empty).With(SameNameLimit),
            row => new Found(
                Rows.Account(row, 0), row.GetString(6),
                row.IsDBNull(7) ? null : new Reference(merchant, row.GetString(7), row.GetString(8), row.GetString(6))));
    }

    internal static async Task<ILookup<Guid, Reference>> NamesAsync(Snapshot snapshot, MerchantId merchant, Guid[] objects)
    {
        // Index: reference_by_object.
        var names = await snapshot.AllAsync(
            """
            SELECT k.id, r.dialect, r.kind, r.value FROM unnest($2::uuid[]) k(id)
             CROSS JOIN LATERAL (SELECT r.* FROM reference r WHERE r.object_id = k.id AND r.merchant_id = $1 AND r.dialect <> $3 LIMIT 20) r
             ORDER BY k.id, r.dialect, r.kind, r.value
            """,
            command => command.With(merchant.Value).With(objects).With(Reference.House),
            row => (Object: row.GetGuid(0), Name: new Reference(merchant, row.GetString(1), row.GetString(2), row.GetString(3))));
        return names.ToLookup(name => name.Object, name => name.Name);
    }

    private static async Task<ILookup<Guid, LedgerTotals>> BalancesAsync(Snapshot snapshot, MerchantId merchant, Guid[] accounts)
    {
        // Index: ledger_account_of_holder. An account has few: one for each purpose and currency.
        var totals = await snapshot.AllAsync(
            $"""
            SELECT {LedgerRows.Columns} FROM unnest($2::uuid[]) k(id)
             CROSS JOIN LATERAL (SELECT l.* FROM ledger_account l WHERE l.holder_id = k.id AND l.merchant_id = $1 OFFSET 0) l
            """,
            command => command.With(merchant.Value).With(accounts), row => LedgerRows.Totals(row, merchant));
        return totals.ToLookup(total => total.Account.Holder);
    }

    private static IReadOnlyList<Money> Sums(IEnumerable<LedgerTotals> totals, LedgerKind kind) =>
    [
        .. totals.Where(total => total.Account.Kind == kind).GroupBy(total => total.Account.Currency)
            .Select(of => new Money(of.Sum(total => total.Balance.AmountMinor), of.Key))
            .Where(sum => sum.AmountMinor != 0).OrderBy(sum => sum.Currency.Code),
    ];

    private sealed record Found(Account Account, string Matched, Reference? By);
}
