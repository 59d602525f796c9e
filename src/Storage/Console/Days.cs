using System.Collections.Concurrent;
using Npgsql;
using Quittance.Core;

namespace Quittance.Storage.Console;

/// <summary>
/// Reads how a merchant's business stands. What was read is good for some seconds, and is shown, with its time, while it is read again: however
/// much there is to add up, one reading at a time does it, and only who comes first on a day, or after a reading that failed, waits for it.
/// </summary>
/// <param name="database">Where the books are.</param>
/// <param name="clock">Tells how old a figure is.</param>
public sealed class Days(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>How far lines of statements are counted.</summary>
    public const int MostLines = 1000;

    /// <summary>How far failures of one status are counted: more are "more than" that many, and their reasons those of the latest.</summary>
    public int CountsFailuresTo { get; init; } = 2000;

    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan OldAfter = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<MerchantId, Day> _days = new();
    private readonly ConcurrentDictionary<MerchantId, Owed> _owed = new();
    private readonly OneReading<(MerchantId Merchant, DateOnly Today), Day> _readingDay = new();
    private readonly OneReading<(MerchantId Merchant, DateOnly Today), Owed> _readingOwed = new();

    /// <summary>The figures of a day.</summary>
    /// <param name="merchant">Whose.</param>
    /// <param name="today">The day.</param>
    /// <param name="begins">When it begins, UTC.</param>
    /// <param name="weekBefore">When the same day of the week before began, UTC: it is compared until the same time.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public async Task<DayFigures> ReadAsync(MerchantId merchant, DateOnly today, DateTimeOffset begins, DateTimeOffset weekBefore, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        // What happened on another day is nothing to show, and is quickly read; what is owed changes little overnight, and is not.
        var day = _days.GetValueOrDefault(merchant) is { } known && known.Today == today ? known : null;
        var owed = OwedAsync(merchant, today, cancel);
        var newDay = day is null || now - day.At > FreshFor
            ? _readingDay.Begin((merchant, today), () => KeepAsync(_days, merchant, () => SqlStates.ReachingAsync(() => ReadDayAsync(merchant, today, begins, weekBefore))))
            : null;
        day ??= await newDay!.WaitAsync(cancel);
        var (owedAt, receivables) = await owed;
        return new DayFigures(day.At, day.Refunds, day.Failures, receivables, day.Providers, day.DeadLetters, day.OpenLines)
        {
            ReceivablesAt = owedAt,
            RefundsBefore = day.RefundsBefore,
            FailuresBefore = day.FailuresBefore,
            IsOld = now - day.At > OldAfter || now - owedAt > OldAfter,
        };
    }

    /// <summary>What customers owe, by currency and age, and when that was read, UTC.</summary>
    /// <param name="merchant">Whose.</param>
    /// <param name="today">The day.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public async Task<(DateTimeOffset At, IReadOnlyList<OpenReceivable> Receivables)> OwedAsync(MerchantId merchant, DateOnly today, CancellationToken cancel)
    {
        var owed = _owed.GetValueOrDefault(merchant);
        var newOwed = owed is null || clock.GetUtcNow() - owed.At > FreshFor
            ? _readingOwed.Begin((merchant, today), () => KeepAsync(_owed, merchant, () => ReadOwedAsync(merchant, today)))
            : null;
        owed ??= await newOwed!.WaitAsync(cancel);
        return (owed.At, owed.Receivables);
    }

    private static async Task<T> KeepAsync<T>(ConcurrentDictionary<MerchantId, T> kept, MerchantId merchant, Func<Task<T>> read)
    {
        try
        {
            return kept[merchant] = await read();
        }
        catch (Exception)
        {
            // Old figures would hide for ever that there can be no new ones: the next who asks waits, and is told.
            kept.TryRemove(merchant, out _);
            throw;
        }
    }

    private async Task<Owed> ReadOwedAsync(MerchantId merchant, DateOnly today)
    {
        var now = clock.GetUtcNow();
        // Index: charge_open.
        var receivables = await database.ReadAllAsync(
            """
            SELECT c.currency, CASE WHEN c.due_on >= $2 THEN 0 WHEN c.due_on >= $2 - 30 THEN 1 WHEN c.due_on >= $2 - 60 THEN 2 WHEN c.due_on >= $2 - 90 THEN 3 ELSE 4 END,
                   sum(c.amount_minor - c.allocated_minor - c.credited_minor)::bigint, count(*)::int
              FROM charge c WHERE c.merchant_id = $1 AND c.is_open GROUP BY 1, 2 ORDER BY 1, 2
            """,
            command => command.With(merchant.Value).With(today),
            (row, first) => new OpenReceivable(
                (ReceivableAge)row.GetInt32(first + 1), new Money(row.GetInt64(first + 2), Currency.Parse(row.GetString(first))), row.GetInt32(first + 3)),
            CancellationToken.None);
        return new Owed(now, receivables);
    }

    private async Task<Day> ReadDayAsync(MerchantId merchant, DateOnly today, DateTimeOffset begins, DateTimeOffset weekBefore)
    {
        var now = clock.GetUtcNow();
        var sameTime = weekBefore + (now - begins);
        await using var connection = await database.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection);
        AddRefunds(batch, merchant, begins, DateTimeOffset.MaxValue);
        AddRefunds(batch, merchant, weekBefore, sameTime);
        // Indexes: payment_not_captured, attempt_of_payment.
        batch.Statement($"""
            SELECT s.status, a.reason, count(*)::int
              FROM unnest(ARRAY['declined', 'failed']) s(status)
             CROSS JOIN LATERAL (SELECT p.id FROM payment p WHERE p.merchant_id = $1 AND p.status <> 'captured' AND p.status = s.status AND p.id >= $2
                                  ORDER BY p.id DESC LIMIT {CountsFailuresTo + 1}) p
              LEFT JOIN LATERAL (SELECT a.reason FROM attempt a WHERE a.merchant_id = $1 AND a.payment_id = p.id AND a.status = 'declined'
                                  ORDER BY a.opened_at DESC LIMIT 1) a ON true GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
            """)
            .With(merchant.Value).With(IdTime.First(begins));
        // Index: payment_not_captured, and nothing but the index.
        batch.Statement($"""
            SELECT count(*)::int
              FROM unnest(ARRAY['declined', 'failed']) s(status)
             CROSS JOIN LATERAL (SELECT p.id FROM payment p WHERE p.merchant_id = $1 AND p.status <> 'captured' AND p.status = s.status AND p.id >= $2 AND p.id < $3
                                  LIMIT {CountsFailuresTo + 1}) p
            """)
            .With(merchant.Value).With(IdTime.First(weekBefore)).With(IdTime.First(sameTime));
        // Indexes: attempt_by_age, attempt_unsettled, notice_due.
        batch.Statement("""
            SELECT p.provider, coalesce(h.asked, 0), coalesce(h.done, 0), coalesce(h.declined, 0), coalesce(w.waiting, 0), coalesce(w.unknown, 0), coalesce(n.notices, 0)
              FROM (SELECT p.provider FROM provider_account p WHERE p.merchant_id = $1) p
              LEFT JOIN (SELECT a.provider, count(*)::int AS asked, count(*) FILTER (WHERE a.status = 'approved')::int AS done,
                                count(*) FILTER (WHERE a.status = 'declined')::int AS declined
                           FROM attempt a WHERE a.merchant_id = $1 AND a.opened_at >= $2 GROUP BY 1) h ON h.provider = p.provider
              LEFT JOIN (SELECT a.provider, count(*) FILTER (WHERE a.status <> 'unknown')::int AS waiting, count(*) FILTER (WHERE a.status = 'unknown')::int AS unknown
                           FROM attempt a WHERE a.merchant_id = $1 AND a.status IN ('open', 'unknown', 'pending') GROUP BY 1) w ON w.provider = p.provider
              LEFT JOIN (SELECT n.provider, count(*)::int AS notices FROM notice n WHERE n.merchant_id = $1 AND n.due_at IS NOT NULL GROUP BY 1) n ON n.provider = p.provider
             ORDER BY 1
            """)
            .With(merchant.Value).With(now.AddHours(-1).UtcDateTime);
        // Index: delivery_dead.
        batch.Statement("""
            SELECT count(*)::int FROM delivery d JOIN subscription s ON s.merchant_id = $1 AND s.id = d.subscription_id AND s.ended_at IS NULL
             WHERE d.merchant_id = $1 AND d.status = 'dead'
            """)
            .With(merchant.Value);
        // Index: settlement_line_by_status.
        batch.Statement($"SELECT count(*)::int FROM (SELECT FROM settlement_line l WHERE l.merchant_id = $1 AND l.status = 'open' LIMIT {MostLines}) l")
            .With(merchant.Value);
        await using var reader = await batch.ExecuteReaderAsync();
        var refunds = await AllAsync(reader, Refund);
        var refundsBefore = await NextAsync(reader, Refund);
        var failures = await NextAsync(reader, row => new FailureCount(
            Words.ToStatus(row.GetString(0)), row.IsDBNull(1) ? null : Words.ToReason(row.GetString(1)), row.GetInt32(2)));
        var failuresBefore = await NextAsync(reader, row => row.GetInt32(0));
        var providers = await NextAsync(reader, row => new ProviderHealth(
            row.GetString(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3), row.GetInt32(4), row.GetInt32(5), row.GetInt32(6)));
        var dead = await NextAsync(reader, row => row.GetInt32(0));
        var lines = await NextAsync(reader, row => row.GetInt32(0));
        return new Day(today, now, refunds, failures, providers, dead[0], lines[0], refundsBefore, failuresBefore[0]);
    }

    /// <summary>What was given back between two moments, by currency.</summary>
    // Index: refund_by_status_at.
    private static void AddRefunds(NpgsqlBatch batch, MerchantId merchant, DateTimeOffset from, DateTimeOffset until) => batch.Statement("""
        SELECT r.currency, sum(r.amount_minor)::bigint, count(*)::int FROM refund r
         WHERE r.merchant_id = $1 AND r.status_at >= $2 AND r.status_at < $3 AND r.status = 'done' AND r.share_of IS NULL AND r.currency IS NOT NULL GROUP BY 1 ORDER BY 2 DESC
        """)
        .With(merchant.Value).With(from.UtcDateTime).With(until.UtcDateTime);

    private static RefundSum Refund(NpgsqlDataReader row) => new(new Money(row.GetInt64(1), Currency.Parse(row.GetString(0))), row.GetInt32(2));

    private static async Task<IReadOnlyList<T>> NextAsync<T>(NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read)
    {
        await reader.NextResultAsync();
        return await AllAsync(reader, read);
    }

    private static async Task<IReadOnlyList<T>> AllAsync<T>(NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read)
    {
        List<T> rows = [];
        while (await reader.ReadAsync())
            rows.Add(read(reader));
        return rows;
    }

    private sealed record Day(
        DateOnly Today, DateTimeOffset At, IReadOnlyList<RefundSum> Refunds, IReadOnlyList<FailureCount> Failures, IReadOnlyList<ProviderHealth> Providers, int DeadLetters,
        int OpenLines, IReadOnlyList<RefundSum> RefundsBefore, int FailuresBefore);

    private sealed record Owed(DateTimeOffset At, IReadOnlyList<OpenReceivable> Receivables);
}
