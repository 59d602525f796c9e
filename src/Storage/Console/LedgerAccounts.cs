using System.Collections.Concurrent;
using System.Numerics;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Ledger;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;

namespace Quittance.Storage.Console;

/// <summary>A ledger account with its totals.</summary>
public sealed record LedgerTotals(Guid Id, LedgerAccount Account, long DebitsMinor, long CreditsMinor)
{
    /// <summary>The customer's number; null where it is the merchant's own.</summary>
    public long? HolderNumber { get; init; }

    public string? HolderName { get; init; }

    /// <summary>The balance on the usual side: a customer's debt and a customer's credit are both above zero.</summary>
    public Money Balance =>
        new(Chart.IsDebitNormal(Account.Kind) ? DebitsMinor - CreditsMinor : CreditsMinor - DebitsMinor, Account.Currency);
}

internal static class LedgerRows
{
    /// <summary>The columns of <see cref="Totals"/>, of a row named l.</summary>
    public const string Columns = "l.id, l.slot, l.kind, l.holder_id, l.purpose, l.currency, l.debits_minor, l.credits_minor";

    /// <summary>The purpose of a row named l as trial balances have it: credit for any order is one.</summary>
    public const string Purpose = "CASE WHEN l.purpose LIKE 'earmarked:%' THEN 'earmarked:' ELSE l.purpose END";

    /// <summary>The number of these columns.</summary>
    public const int Count = 8;

    /// <summary>Columns: <see cref="Columns"/>.</summary>
    public static LedgerTotals Totals(NpgsqlDataReader row, MerchantId merchant, int first = 0) =>
        new(row.GetGuid(first), Name(row, merchant, first + 1), row.GetInt64(first + 6), row.GetInt64(first + 7));

    /// <summary>Columns: slot, kind, holder_id, purpose, currency.</summary>
    public static LedgerAccount Name(NpgsqlDataReader row, MerchantId merchant, int first) => new(
        merchant, row.GetInt16(first), Words.To<LedgerKind>(row.GetString(first + 1)), row.GetGuid(first + 2), row.GetString(first + 3),
        Currency.Parse(row.GetString(first + 4)));

    /// <summary>All ledger accounts of a holder: a customer's, or with the nil UUID the merchant's own.</summary>
    public static Task<List<LedgerTotals>> OfHolderAsync(this Snapshot snapshot, MerchantId merchant, Guid holder) => snapshot.AllAsync(
        // Index: ledger_account_of_holder.
        $"SELECT {Columns} FROM ledger_account l WHERE l.holder_id = $2 AND l.merchant_id = $1 ORDER BY l.id",
        command => command.With(merchant.Value).With(holder), row => Totals(row, merchant));
}

/// <summary>The last ledger account of one part of a list, behind which the next part begins.</summary>
public sealed record LedgerPlace(Guid Holder, Guid Id);

/// <summary>A part of the ledger accounts of one kind and currency. <c>IsAll</c>: these are all of them, and add up to the whole.</summary>
public sealed record LedgerPage(IReadOnlyList<LedgerTotals> Accounts, LedgerPlace? Next, bool IsAll);

/// <summary>A customer's debt, and the open charges that add up to it, the longest due first.</summary>
public sealed record OpenBalance(
    NamedAccount Customer, Currency Currency, IReadOnlyList<LedgerTotals> Ledger, IReadOnlyList<Charge> Charges, bool HasMore);

/// <summary>Reads ledger accounts for the console.</summary>
public sealed class LedgerReading(NpgsqlDataSource database)
{
    // One part of a list searches at most this many ledger accounts.
    private const int Window = 5000;

    /// <summary>
    /// A part of the ledger accounts of one kind, purpose (as in <see cref="TrialBalanceCell"/>; null for all) and currency, those of the
    /// newest customers first. The merchant's own are few, and are one part.
    /// </summary>
    public Task<LedgerPage> ListAsync(MerchantId merchant, LedgerKind kind, string? purpose, Currency currency, LedgerPlace? before,
        int limit, CancellationToken cancel) =>
        Snapshot.ReadAsync(database, async snapshot =>
        {
            if (kind is not (LedgerKind.Receivable or LedgerKind.Credit))
            {
                var own = await snapshot.OfHolderAsync(merchant, Guid.Empty);
                var shown = own.Where(
                    of => of.Account.Kind == kind && of.Account.Currency == currency && (purpose is null || of.Account.Purpose == purpose));
                return new LedgerPage([.. shown.OrderBy(of => of.Account.Purpose).ThenBy(of => of.Account.Slot)], null, IsAll: true);
            }

            return await OfCustomersAsync(snapshot, merchant, kind, purpose, currency, before, limit);
        }, cancel);

    /// <summary>
    /// A customer's debt with its open charges; in the account's own currency without another. Null where the merchant has no such
    /// customer.
    /// </summary>
    public Task<OpenBalance?> OpenAsync(AccountId account, Currency? currency, int limit, CancellationToken cancel) =>
        Snapshot.ReadByKeysAsync(database, async snapshot =>
    {
        if (await CustomerReading.FindAsync(snapshot, account) is not { } customer)
            return null;
        var of = currency ?? customer.Account.Currency;
        var charges = await snapshot.OpenChargesAsync(account, of, limit + 1);
        var ledger = await snapshot.OfHolderAsync(account.Merchant, account.Value);
        return new OpenBalance(customer, of, ledger, [.. charges.Take(limit)], charges.Count > limit);
    }, cancel);

    internal static async Task<LedgerTotals?> FindAsync(Snapshot snapshot, MerchantId merchant, Guid ledger)
    {
        return await snapshot.FirstAsync(
            $"""
            SELECT {LedgerRows.Columns}, a.number, h.name FROM ledger_account l
              LEFT JOIN account a ON a.merchant_id = $1 AND a.id = l.holder_id
              LEFT JOIN account_holder h ON h.merchant_id = $1 AND h.account_id = l.holder_id
             WHERE l.merchant_id = $1 AND l.id = $2
            """,
            command => command.With(merchant.Value).With(ledger), row => Named(row, merchant));
    }

    private static async Task<LedgerPage> OfCustomersAsync(
        Snapshot snapshot, MerchantId merchant, LedgerKind kind, string? purpose, Currency currency, LedgerPlace? before, int limit)
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
              LEFT JOIN LATERAL (SELECT h.name FROM account_holder h WHERE h.merchant_id = $1
                  AND h.account_id = l.holder_id LIMIT 1) h ON true
             ORDER BY l.holder_id DESC, l.id DESC
            """,
            command => command.With(merchant.Value).With(Words.Of(kind)).With(currency.Code).With(from.Holder).With(from.Id).With(Window)
                .With(limit + 1).With(Guid.Empty)
                .With(purpose ?? "*"),
            row => Named(row, merchant));
        if (rows.Count > limit)
        {
            rows.RemoveAt(limit);
            return new LedgerPage(rows, new LedgerPlace(rows[^1].Account.Holder, rows[^1].Id), IsAll: false);
        }

        var end = await snapshot.FirstAsync(
            """
            SELECT l.holder_id, l.id FROM ledger_account l
             WHERE (l.holder_id, l.merchant_id, l.id) < ($2, $1, $3) AND l.holder_id > $5 AND l.merchant_id = $1
             ORDER BY l.holder_id DESC, l.merchant_id DESC, l.id DESC OFFSET $4 LIMIT 1
            """,
            command => command.With(merchant.Value).With(from.Holder).With(from.Id).With(Window - 1).With(Guid.Empty), row =>
                new LedgerPlace(row.GetGuid(0), row.GetGuid(1)));
        return new LedgerPage(rows, end, IsAll: before is null && end is null);
    }

    private static LedgerTotals Named(NpgsqlDataReader row, MerchantId merchant) => LedgerRows.Totals(row, merchant) with
    {
        HolderNumber = row.IsDBNull(LedgerRows.Count) ? null : row.GetInt64(LedgerRows.Count),
        HolderName = row.IsDBNull(LedgerRows.Count + 1) ? null : row.GetString(LedgerRows.Count + 1),
    };
}

/// <summary>
/// The sum of the ledger accounts of one kind, purpose and currency, minor units. The purpose of credit for any order is <c>earmarked:</c>.
/// </summary>
public sealed record TrialBalanceCell(
    Currency Currency, LedgerKind Kind, string Purpose, long Accounts, BigInteger DebitsMinor, BigInteger CreditsMinor)
{
    /// <summary>Above zero in the debit column, below in the credit column.</summary>
    public BigInteger BalanceMinor => DebitsMinor - CreditsMinor;
}

/// <summary>The sums of all ledger accounts as of one moment, by currency, kind and purpose.</summary>
public sealed record TrialBalance(DateTimeOffset At, IReadOnlyList<TrialBalanceCell> Cells, TimeSpan Took);

/// <summary>
/// Adds up all ledger accounts of a merchant. Reading every one takes long, so it runs beside requests. A trial balance is shown with its
/// time, and after a minute the next page begins a new one.
/// </summary>
public sealed class TrialBalances(NpgsqlDataSource database, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<MerchantId, TrialBalance> _kept = new();
    private readonly SharedReading<MerchantId, TrialBalance> _reading = new();

    /// <summary>
    /// The last trial balance. Begins a new one where it is older than a minute, and waits this long where there is none.
    /// </summary>
    /// <returns>The trial balance; null where none was ready in time.</returns>
    public async Task<TrialBalance?> LatestAsync(MerchantId merchant, TimeSpan patience)
    {
        if (_kept.TryGetValue(merchant, out var kept))
        {
            if (clock.GetUtcNow() - kept.At >= Fresh)
                _ = Begin(merchant);
            return kept;
        }

        var running = Begin(merchant);
        await Task.WhenAny(running, Task.Delay(patience, clock));
        return running.IsCompleted ? await running : null;
    }

    /// <summary>A trial balance that begins now.</summary>
    public async Task<TrialBalance> ExactAsync(MerchantId merchant, CancellationToken cancel)
    {
        // The running one may have begun before a commit that the caller has seen.
        if (_reading.UnderWay(merchant) is { } before)
            await Task.WhenAny(before).WaitAsync(cancel);
        return await Begin(merchant).WaitAsync(cancel);
    }

    private Task<TrialBalance> Begin(MerchantId merchant) =>
        _reading.Begin(merchant, async () => _kept[merchant] = await AddUpAsync(merchant));

    private async Task<TrialBalance> AddUpAsync(MerchantId merchant)
    {
        var at = clock.GetUtcNow();
        var started = clock.GetTimestamp();
        var cells = await database.AllAsync(
            $"""
            SELECT l.currency, l.kind, {LedgerRows.Purpose}, count(*), sum(l.debits_minor), sum(l.credits_minor)
              FROM ledger_account l WHERE l.merchant_id = $1 GROUP BY 1, 2, 3
            """,
            command => command.With(merchant.Value),
            row => new TrialBalanceCell(
                Currency.Parse(row.GetString(0)), Words.To<LedgerKind>(row.GetString(1)), row.GetString(2), row.GetInt64(3),
                row.GetFieldValue<BigInteger>(4), row.GetFieldValue<BigInteger>(5)),
            CancellationToken.None);
        return new TrialBalance(
            at, [.. cells.OrderBy(cell => cell.Currency.Code, StringComparer.Ordinal).ThenBy(cell => cell.Kind)
                .ThenBy(cell => cell.Purpose, StringComparer.Ordinal)],
            clock.GetElapsedTime(started));
    }
}
