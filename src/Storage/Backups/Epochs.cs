using Npgsql;
using Quittance.Core;
using Quittance.Storage.Reading;
using Quittance.Storage.Rows;
using Quittance.Storage.Tenancy;

namespace Quittance.Storage.Backups;

/// <summary>The time from one restore of the books to the next.</summary>
/// <param name="Number">1 for the first restore.</param>
/// <param name="BeganAt">When the books were restored; every later event has a later time.</param>
/// <param name="LostFrom">The commits between this time and <paramref name="BeganAt"/> are lost.</param>
/// <param name="ReconciledAt">When the books were last compared with all providers; null for not yet.</param>
/// <param name="ReleasedAt">When an operator released the books; null while they are held.</param>
public sealed record Epoch(
    int Number, DateTimeOffset BeganAt, DateTimeOffset LostFrom, DateTimeOffset? ReconciledAt, DateTimeOffset? ReleasedAt)
{
    /// <summary>Whether the books take no writes.</summary>
    public bool IsHeld => ReleasedAt is null;
}

/// <summary>The outcome of a release.</summary>
public enum ReleaseOutcome
{
    Released,

    /// <summary>The books are not held.</summary>
    NotHeld,

    /// <summary>No reconciliation has been made since the restore, and the release is not forced.</summary>
    NotReconciled,
}

/// <summary>
/// Begins and releases epochs. An epoch makes sure that nothing which the lost books gave out is given out again, and holds the books.
/// </summary>
public sealed class Epochs(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>
    /// The most human numbers that a slot gives out in a second: some ten times what has been measured for a whole merchant. A restored
    /// slot skips so many for each second that was lost. Also where one backup is restored twice, no number comes twice, and the numbers
    /// last for 272 years.
    /// </summary>
    public const long NumbersPerSecond = 32_768;

    // Clocks differ, and the last commits before the loss may be younger than the last one in the backup.
    private static readonly TimeSpan ShortestLoss = TimeSpan.FromHours(1);

    private const string Columns = "number, began_at, lost_from, reconciled_at, released_at";

    /// <summary>The epoch of the books; null where they were never restored.</summary>
    public Task<Epoch?> LatestAsync(CancellationToken cancel) => database.FirstAsync(
        $"SELECT {Columns} FROM epoch ORDER BY number DESC LIMIT 1", _ => { }, Read, cancel);

    /// <summary>Begins an epoch in books that another tool has restored, also beside running servers.</summary>
    /// <param name="by">The operator's action for a merchant.</param>
    public Task<Epoch> BeginAsync(Func<MerchantId, Origin> by, CancellationToken cancel) => database.ChangeAsync(async transaction =>
    {
        var epoch = await BeginAsync(transaction, clock, lostFrom: null, cancel);
        await CommitAsync(transaction, by, cancel);
        return epoch;
    }, cancel);

    /// <summary>Notes that the books were compared with all providers.</summary>
    public Task NoteReconciledAsync(DateTimeOffset at, CancellationToken cancel) => database.WriteAsync(
        batch => batch.Statement("UPDATE epoch SET reconciled_at = $1 WHERE number = (SELECT max(number) FROM epoch) AND began_at <= $1")
            .With(at.UtcDateTime),
        cancel);

    /// <summary>Lets the books take writes again.</summary>
    /// <param name="isForced">Whether the books need not have been compared with their providers.</param>
    /// <param name="by">The operator's action for a merchant.</param>
    public Task<ReleaseOutcome> ReleaseAsync(bool isForced, Func<MerchantId, Origin> by, CancellationToken cancel) =>
        database.ChangeAsync(async transaction =>
        {
            await LockSlotsAsync(transaction, cancel);
            var latest = await transaction.Connection!.FirstAsync(
                $"SELECT {Columns} FROM epoch ORDER BY number DESC LIMIT 1 FOR UPDATE", _ => { }, Read, cancel);
            if (latest is not { IsHeld: true })
                return ReleaseOutcome.NotHeld;
            if (latest.ReconciledAt is null && !isForced)
                return ReleaseOutcome.NotReconciled;
            await transaction.ExecuteAsync(batch =>
            {
                batch.Statement("UPDATE epoch SET released_at = $1 WHERE released_at IS NULL").With(clock.GetUtcNow().UtcDateTime);
                batch.Statement("UPDATE slot SET is_held = false WHERE is_held");
            }, cancel);
            await CommitAsync(transaction, by, cancel);
            return ReleaseOutcome.Released;
        }, cancel);

    /// <summary>Begins an epoch in a transaction. The caller commits.</summary>
    /// <param name="lostFrom">The moment of the backup; null where only the books tell it.</param>
    internal static async Task<Epoch> BeginAsync(
        NpgsqlTransaction transaction, TimeProvider clock, DateTimeOffset? lostFrom, CancellationToken cancel)
    {
        await LockSlotsAsync(transaction, cancel);
        var books = (await transaction.Connection!.FirstAsync(
            """
            SELECT coalesce((SELECT max(number) FROM epoch), 0), coalesce(max(s.last_number), 0),
                   greatest(max(s.last_at), (SELECT max(created_at) FROM merchant), (SELECT max(began_at) FROM epoch))
              FROM slot s
            """,
            _ => { },
            row => new Standing(row.GetInt32(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetFieldValue<DateTimeOffset>(2)),
            cancel))!;
        var now = WholeMilliseconds(clock.GetUtcNow());
        var last = books.LastAt ?? now - ShortestLoss;
        var beganAt = last < now ? now : WholeMilliseconds(last).AddMilliseconds(1);
        var lost = lostFrom is { } moment && moment < beganAt ? moment : last;
        var epoch = new Epoch(books.Epoch + 1, beganAt, lost, ReconciledAt: null, ReleasedAt: null);
        var from = NumbersFrom(books.LastNumber, beganAt - last);
        await transaction.ExecuteAsync(batch =>
        {
            batch.Statement("INSERT INTO epoch (number, began_at, lost_from, numbers_from) VALUES ($1, $2, $3, $4)")
                .With(epoch.Number).With(beganAt.UtcDateTime).With(lost.UtcDateTime).With(from);
            batch.Statement("UPDATE slot SET last_number = $1, last_at = $2, is_held = true").With(from).With(beganAt.UtcDateTime);
        }, cancel);
        return epoch;
    }

    /// <summary>Where slots count on after a loss.</summary>
    /// <param name="last">The highest count of a slot in the books.</param>
    /// <param name="loss">The longest time for which lost books can have given numbers out.</param>
    internal static long NumbersFrom(long last, TimeSpan loss) =>
        checked(last + ((long)Math.Ceiling((loss > ShortestLoss ? loss : ShortestLoss) / TimeSpan.FromSeconds(1)) * NumbersPerSecond));

    private static Task LockSlotsAsync(NpgsqlTransaction transaction, CancellationToken cancel) => transaction.ExecuteAsync(batch =>
    {
        // A merchant that is made meanwhile would have slots that are not held.
        batch.Statement("LOCK TABLE merchant IN SHARE ROW EXCLUSIVE MODE");
        batch.Statement("SELECT FROM slot ORDER BY merchant_id, slot FOR UPDATE");
    }, cancel);

    /// <summary>Commits with the action in the audit log of each merchant.</summary>
    private async Task CommitAsync(NpgsqlTransaction transaction, Func<MerchantId, Origin> by, CancellationToken cancel)
    {
        var merchants = await transaction.Connection!.AllAsync(
            "SELECT id FROM merchant ORDER BY id", _ => { }, row => new MerchantId(row.GetInt64(0)), cancel);
        await transaction.ExecuteAsync(
            batch => OperatorActions.AddTo(batch, [.. merchants.Select(by)], clock.GetUtcNow()), cancel);
        await transaction.CommitDurablyAsync(cancel);
    }

    private static Epoch Read(NpgsqlDataReader row) => new(
        row.GetInt32(0), row.GetFieldValue<DateTimeOffset>(1), row.GetFieldValue<DateTimeOffset>(2),
        row.IsDBNull(3) ? null : row.GetFieldValue<DateTimeOffset>(3), row.IsDBNull(4) ? null : row.GetFieldValue<DateTimeOffset>(4));

    private static DateTimeOffset WholeMilliseconds(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMillisecond));

    private sealed record Standing(int Epoch, long LastNumber, DateTimeOffset? LastAt);
}
