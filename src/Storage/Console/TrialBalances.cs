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
    private readonly ConcurrentDictionary<MerchantId, Task<TrialBalance>> _running = new();

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
        if (_running.TryGetValue(merchant, out var before))
            await Task.WhenAny(before).WaitAsync(cancel);
        return await Begin(merchant).WaitAsync(cancel);
    }

    private Task<TrialBalance> Begin(MerchantId merchant)
    {
        var mine = new TaskCompletionSource<TrialBalance>(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = _running.GetOrAdd(merchant, mine.Task);
        if (running == mine.Task)
            _ = RunAsync(merchant, mine);
        return running;
    }

    private async Task RunAsync(MerchantId merchant, TaskCompletionSource<TrialBalance> done)
    {
        try
        {
            var sums = await AddUpAsync(merchant);
            _kept[merchant] = sums;
            _running.TryRemove(merchant, out _);
            done.SetResult(sums);
        }
        catch (Exception failure)
        {
            // Whoever waits for it is told; where nobody does, the next one who asks begins anew.
            _running.TryRemove(merchant, out _);
            done.SetException(failure);
            _ = done.Task.Exception;
        }
    }

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
