using Npgsql;
using Quittance.Core;
using Quittance.Core.Ledger;

namespace Quittance.Storage.Console;

/// <summary>Reads ledger accounts for the console.</summary>
/// <param name="database">The books.</param>
public sealed class LedgerReading(NpgsqlDataSource database)
{
    // How many ledger accounts are looked through for one part of a list.
    private const int Window = 5000;

    /// <summary>
    /// A part of the ledger accounts of one kind and currency, those of the newest customers first. The merchant's own are few, and are one part.
    /// </summary>
    /// <param name="merchant">Whose.</param>
    /// <param name="kind">The line of the chart.</param>
    /// <param name="purpose">What it is kept for, or who holds it, as in <see cref="TrialBalanceCell"/>; null for all.</param>
    /// <param name="currency">The currency.</param>
    /// <param name="before">The last one that was shown; null for the first.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancel">Ends the reading.</param>
    public Task<LedgerPage> ListAsync(MerchantId merchant, LedgerKind kind, string? purpose, Currency currency, LedgerPlace? before, int limit, CancellationToken cancel) =>
        Snapshot.ReadAsync(database, async snapshot =>
        {
            if (kind is not (LedgerKind.Receivable or LedgerKind.Credit))
            {
                var own = await snapshot.OfHolderAsync(merchant, Guid.Empty);
                return new LedgerPage([.. own.Where(of => of.Account.Kind == kind && of.Account.Currency == currency && (purpose is null || of.Account.Purpose == purpose)).OrderBy(of => of.Account.Purpose).ThenBy(of => of.Account.Slot)], null, IsAll: true);
            }

            return await OfCustomersAsync(snapshot, merchant, kind, purpose, currency, before, limit);
        }, cancel);

    /// <summary>A customer's ledger accounts with the customer's charges that are open, oldest due first, and with what those add up to.</summary>
    /// <param name="account">The customer.</param>
    /// <param name="currency">The currency.</param>
    /// <param name="limit">How many charges at most.</param>
    /// <param name="cancel">Ends the reading.</param>
    public Task<OpenBalance?> OpenAsync(AccountId account, Currency? currency, int limit, CancellationToken cancel) => Snapshot.ReadAsync(database, async snapshot =>
    {
        if (await CustomerReading.FindAsync(snapshot, account) is not { } customer)
            return null;
        var of = currency ?? customer.Account.Currency;
        // Index: charge_open.
        var charges = await snapshot.AllAsync(
            $"""
            SELECT {Rows.ChargeColumns} FROM charge x
             WHERE x.account_id = $2 AND x.merchant_id = $1 AND x.is_open AND x.currency = $3 ORDER BY x.due_on, x.number LIMIT $4
            """,
            command => command.With(account.Merchant.Value).With(account.Value).With(of.Code).With(limit + 1), row => Rows.Charge(row, 0));
        var ledger = await snapshot.OfHolderAsync(account.Merchant, account.Value);
        return new OpenBalance(customer, of, ledger, [.. charges.Take(limit)], charges.Count > limit);
    }, cancel);

    internal static async Task<LedgerTotals?> FindAsync(Snapshot snapshot, MerchantId merchant, Guid ledger)
    {
        var found = await snapshot.AllAsync(
            $"""
            SELECT {LedgerRows.Columns}, a.number, h.name FROM ledger_account l
              LEFT JOIN account a ON a.merchant_id = $1 AND a.id = l.holder_id
              LEFT JOIN account_holder h ON h.merchant_id = $1 AND h.account_id = l.holder_id
             WHERE l.merchant_id = $1 AND l.id = $2
            """,
            command => command.With(merchant.Value).With(ledger), row => Named(row, merchant));
        return found.Count == 0 ? null : found[0];
    }

    private static async Task<LedgerPage> OfCustomersAsync(Snapshot snapshot, MerchantId merchant, LedgerKind kind, string? purpose, Currency currency, LedgerPlace? before, int limit)
    {
        var from = before ?? new LedgerPlace(Guid.AllBitsSet, Guid.AllBitsSet);
        // Index: ledger_account_of_holder, backwards. The ids of customers begin with the time.
        var rows = await snapshot.AllAsync(
            $"""
            SELECT {LedgerRows.Columns}, a.number, h.name
              FROM (SELECT l.* FROM (
                        SELECT l.* FROM ledger_account l
                         WHERE (l.holder_id, l.merchant_id, l.id) < ($4, $1, $5) AND l.holder_id > $8 AND l.merchant_id = $1
                         ORDER BY l.holder_id DESC, l.merchant_id DESC, l.id DESC LIMIT $6) l
                     WHERE l.kind = $2 AND l.currency = $3 AND l.debits_minor <> l.credits_minor
                       AND ($9 = '*' OR l.purpose = $9 OR ($9 = 'earmarked:' AND l.purpose LIKE 'earmarked:%')) LIMIT $7) l
             CROSS JOIN LATERAL (SELECT a.number FROM account a WHERE a.merchant_id = $1 AND a.id = l.holder_id LIMIT 1) a
              LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1 AND h.account_id = l.holder_id LIMIT 1) h ON true
             ORDER BY l.holder_id DESC, l.id DESC
            """,
            command => command.With(merchant.Value).With(Words.Of(kind)).With(currency.Code).With(from.Holder).With(from.Id).With(Window).With(limit + 1).With(Guid.Empty)
                .With(purpose ?? "*"),
            row => Named(row, merchant));
        if (rows.Count > limit)
        {
            rows.RemoveAt(limit);
            return new LedgerPage(rows, new LedgerPlace(rows[^1].Account.Holder, rows[^1].Id), IsAll: false);
        }

        var end = await snapshot.AllAsync(
            """
            SELECT l.holder_id, l.id FROM ledger_account l
             WHERE (l.holder_id, l.merchant_id, l.id) < ($2, $1, $3) AND l.holder_id > $5 AND l.merchant_id = $1
             ORDER BY l.holder_id DESC, l.merchant_id DESC, l.id DESC OFFSET $4 LIMIT 1
            """,
            command => command.With(merchant.Value).With(from.Holder).With(from.Id).With(Window - 1).With(Guid.Empty), row => new LedgerPlace(row.GetGuid(0), row.GetGuid(1)));
        return new LedgerPage(rows, end.Count == 0 ? null : end[0], IsAll: before is null && end.Count == 0);
    }

    private static LedgerTotals Named(NpgsqlDataReader row, MerchantId merchant) => LedgerRows.Totals(row, merchant) with
    {
        HolderNumber = row.IsDBNull(LedgerRows.Count) ? null : row.GetInt64(LedgerRows.Count),
        HolderName = row.IsDBNull(LedgerRows.Count + 1) ? null : row.GetString(LedgerRows.Count + 1),
    };
}
