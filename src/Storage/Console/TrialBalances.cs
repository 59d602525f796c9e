using System.Collections.Concurrent;
using System.Numerics;
using Npgsql;
using Quittance.Core;

namespace Quittance.Storage.Console;

/// <summary>
/// Adds up all ledger accounts of a merchant. That reads every one of them, so it is done beside requests, kept, and done again when someone asks
/// and it is older than a minute; meanwhile the last one is shown with its time.
/// </summary>
/// <param name="database">The books.</param>
/// <param name="clock">Tells how old a sum is.</param>
public sealed class TrialBalances(NpgsqlDataSource database, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<MerchantId, TrialBalance> _kept = new();
    private readonly OneReading<MerchantId, TrialBalance> _reading = new();

    /// <summary>The last sums; begins new ones where they are older than a minute.</summary>
    /// <param name="merchant">Whose.</param>
    /// <param name="patience">How long to wait where there are none yet.</param>
    /// <returns>The sums; null where none were ready in time.</returns>
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

    /// <summary>Adds up now, and waits for it.</summary>
    /// <param name="merchant">Whose.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public async Task<TrialBalance> ExactAsync(MerchantId merchant, CancellationToken cancel)
    {
        // What runs already may have begun before something that the asker has just seen.
        if (_reading.UnderWay(merchant) is { } before)
            await Task.WhenAny(before).WaitAsync(cancel);
        return await Begin(merchant).WaitAsync(cancel);
    }

    private Task<TrialBalance> Begin(MerchantId merchant) => _reading.Begin(merchant, async () => _kept[merchant] = await AddUpAsync(merchant));

    private async Task<TrialBalance> AddUpAsync(MerchantId merchant)
    {
        var at = clock.GetUtcNow();
        var started = clock.GetTimestamp();
        var cells = await database.ReadAllAsync(
            """
            SELECT l.currency, l.kind, CASE WHEN l.purpose LIKE 'earmarked:%' THEN 'earmarked:' ELSE l.purpose END, count(*), sum(l.debits_minor), sum(l.credits_minor)
              FROM ledger_account l WHERE l.merchant_id = $1 GROUP BY 1, 2, 3
            """,
            command => command.With(merchant.Value),
            (row, _) => new TrialBalanceCell(
                Currency.Parse(row.GetString(0)), Words.ToKind(row.GetString(1)), row.GetString(2), row.GetInt64(3),
                row.GetFieldValue<BigInteger>(4), row.GetFieldValue<BigInteger>(5)),
            CancellationToken.None);
        return new TrialBalance(
            at, [.. cells.OrderBy(cell => cell.Currency.Code, StringComparer.Ordinal).ThenBy(cell => cell.Kind).ThenBy(cell => cell.Purpose, StringComparer.Ordinal)],
            clock.GetElapsedTime(started));
    }
}
