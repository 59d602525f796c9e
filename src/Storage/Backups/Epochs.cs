using System.Security.Cryptography;
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
/// <param name="Differences">How many differences that comparison left; null for not yet.</param>
/// <param name="ReleasedAt">When an operator released the books; null while they are held.</param>
public sealed record Epoch(
    int Number, DateTimeOffset BeganAt, DateTimeOffset LostFrom, DateTimeOffset? ReconciledAt, int? Differences, DateTimeOffset? ReleasedAt)
{
    /// <summary>Whether the books take no writes.</summary>
    public bool IsHeld => ReleasedAt is null;
}

/// <summary>The books can't begin an epoch, or be released, as they stand. The message is for the operator.</summary>
public sealed class EpochException(string message) : Exception(message);

/// <summary>
/// Begins and releases epochs. An epoch makes sure that nothing which the lost books gave out is given out again, and holds the books.
/// </summary>
public sealed class Epochs(NpgsqlDataSource database, TimeProvider clock)
{
    /// <summary>
    /// The most human numbers that a slot gives out in a second: some ten times what has been measured for a whole merchant. So no life of
    /// the books has counted further than this for each second since they began, and a restored slot goes on behind that. The numbers last
    /// for 272 years.
    /// </summary>
    public const long NumbersPerSecond = 32_768;

    // Clocks differ, and books that are a minute old may have been filled fast.
    private static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    // One round trip locks the slots of this many merchants.
    private const int LockedAtOnce = 100;

    // A busy slot's time runs ahead of the clock by a millisecond for each batch in one millisecond.
    private static readonly TimeSpan WaitsForClock = TimeSpan.FromSeconds(5);

    // Where there is no merchant yet, the books may have begun at any time since there is Quittance.
    private static readonly DateTimeOffset First = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private const string Columns = "number, began_at, lost_from, reconciled_at, differences, released_at";

    /// <summary>The epoch of the books; null where they were never restored.</summary>
    public Task<Epoch?> LatestAsync(CancellationToken cancel) => database.FirstAsync(
        $"SELECT {Columns} FROM epoch ORDER BY number DESC LIMIT 1", _ => { }, Read, cancel);

    /// <summary>Begins an epoch in books that another tool has restored, also beside running servers.</summary>
    /// <param name="lostFrom">The moment from which commits are lost, as the operator knows; null where only the books tell it.</param>
    /// <param name="by">The operator's action for a merchant.</param>
    /// <exception cref="EpochException">The books are held already and the operator does not say from when on commits are lost, or the
    /// clock is behind the books.</exception>
    public Task<Epoch> BeginAsync(DateTimeOffset? lostFrom, Func<MerchantId, Origin> by, CancellationToken cancel) =>
        database.ChangeAsync(async transaction =>
        {
            await LockSlotsAsync(transaction, cancel);
            if (lostFrom is null && await LatestAsync(transaction, cancel) is { IsHeld: true } held)
            {
                throw new EpochException(
                    $"The books are held already, since {Utc(held.BeganAt)}. If they were restored once more, say with --lost-from from "
                    + "when on commits are lost.");
            }

            var epoch = await BeginAsync(transaction, clock, lostFrom, cancel);
            await CommitAsync(transaction, by, cancel);
            return epoch;
        }, cancel);

    /// <summary>Notes that the books were compared with all providers.</summary>
    /// <param name="differences">How many differences are left.</param>
    public Task NoteReconciledAsync(DateTimeOffset at, int differences, CancellationToken cancel) => database.WriteAsync(
        batch => batch.Statement("""
            UPDATE epoch SET reconciled_at = $1, differences = $2 WHERE number = (SELECT max(number) FROM epoch) AND began_at <= $1
            """)
            .With(at.UtcDateTime).With(differences),
        cancel);

    /// <summary>Lets the books take writes again.</summary>
    /// <param name="isForced">Whether the books need not have been compared with their providers.</param>
    /// <param name="by">The operator's action for a merchant.</param>
    /// <returns>The epoch that was released.</returns>
    /// <exception cref="EpochException">The books are not held or not compared, or the clock is behind them.</exception>
    public Task<Epoch> ReleaseAsync(bool isForced, Func<MerchantId, Origin> by, CancellationToken cancel) =>
        database.ChangeAsync(async transaction =>
        {
            await LockSlotsAsync(transaction, cancel);
            if (await LatestAsync(transaction, cancel) is not { IsHeld: true } latest)
                throw new EpochException("The books are not held.");
            if (latest.ReconciledAt is null && !isForced)
            {
                throw new EpochException(
                    "The books were not compared with their providers since the restore. Run quittance reconcile first, or say --force.");
            }

            await ClockAfterAsync(await StandingAsync(transaction, cancel), clock, cancel);
            await transaction.ExecuteAsync(batch =>
            {
                batch.Statement("UPDATE epoch SET released_at = $1 WHERE released_at IS NULL").With(clock.GetUtcNow().UtcDateTime);
                batch.Statement("UPDATE slot SET is_held = false WHERE is_held");
            }, cancel);
            await CommitAsync(transaction, by, cancel);
            return latest;
        }, cancel);

    /// <summary>Begins an epoch in a transaction. The caller commits.</summary>
    /// <param name="lostFrom">The moment from which commits are lost, such as that of the backup; null where only the books tell
    /// it.</param>
    /// <exception cref="EpochException">The clock is behind the books.</exception>
    internal static async Task<Epoch> BeginAsync(
        NpgsqlTransaction transaction, TimeProvider clock, DateTimeOffset? lostFrom, CancellationToken cancel)
    {
        await LockSlotsAsync(transaction, cancel);
        var books = await StandingAsync(transaction, cancel);
        var beganAt = await ClockAfterAsync(books, clock, cancel);
        // Rows that an earlier restore lost stay lost until an operator releases the books.
        DateTimeOffset?[] losses = [lostFrom ?? books.LastAt ?? beganAt - Margin, books.HeldSince, beganAt.AddMilliseconds(-1)];
        var epoch = new Epoch(
            books.Epoch + 1, beganAt, losses.OfType<DateTimeOffset>().Min(), ReconciledAt: null, Differences: null, ReleasedAt: null);
        var from = NumbersFrom(books.LastNumber, beganAt - (books.FirstAt ?? First));
        await transaction.ExecuteAsync(batch =>
        {
            batch.Statement("INSERT INTO epoch (number, began_at, lost_from, numbers_from, mark) VALUES ($1, $2, $3, $4, $5)")
                .With(epoch.Number).With(beganAt.UtcDateTime).With(epoch.LostFrom.UtcDateTime).With(from)
                .With(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));
            batch.Statement("UPDATE slot SET last_number = $1, last_at = $2, is_held = true, restored_at = $2")
                .With(from).With(beganAt.UtcDateTime);
        }, cancel);
        return epoch;
    }

    /// <summary>The number from which slots count on after a restore, later for each later restore of any backup of the books.</summary>
    /// <param name="last">The highest count of a slot in the books.</param>
    /// <param name="age">How long ago the books began.</param>
    internal static long NumbersFrom(long last, TimeSpan age) =>
        Math.Max(last, checked((long)Math.Ceiling((age + Margin) / TimeSpan.FromSeconds(1)) * NumbersPerSecond));

    /// <summary>The time of the clock, which is after all that the books have.</summary>
    private static async Task<DateTimeOffset> ClockAfterAsync(Standing books, TimeProvider clock, CancellationToken cancel)
    {
        while (true)
        {
            var now = WholeMilliseconds(clock.GetUtcNow());
            if (books.LastAt is not { } last || last < now)
                return now;
            if (last - now > WaitsForClock)
            {
                throw new EpochException(
                    $"The clock says {Utc(now)}, and the books have commits of {Utc(last)}. Set the clock, then try again.");
            }

            await Task.Delay(last - now + TimeSpan.FromMilliseconds(1), clock, cancel);
        }
    }

    // A statement about the rows of all merchants has no part about others, which Citus would refuse.
    private static async Task<Standing> StandingAsync(NpgsqlTransaction transaction, CancellationToken cancel)
    {
        var connection = transaction.Connection!;
        var slots = await connection.FirstAsync(
            "SELECT coalesce(max(last_number), 0), max(last_at) FROM slot", _ => { },
            row => (LastNumber: row.GetInt64(0), LastAt: TimeOrNone(row, 1)), cancel);
        var merchants = await connection.FirstAsync(
            "SELECT min(created_at), max(created_at) FROM merchant", _ => { },
            row => (First: TimeOrNone(row, 0), Last: TimeOrNone(row, 1)), cancel);
        var epochs = await connection.FirstAsync(
            "SELECT coalesce(max(number), 0), max(began_at), min(lost_from) FILTER (WHERE released_at IS NULL) FROM epoch", _ => { },
            row => (Last: row.GetInt32(0), BeganAt: TimeOrNone(row, 1), HeldSince: TimeOrNone(row, 2)), cancel);
        DateTimeOffset?[] changes = [slots.LastAt, merchants.Last, epochs.BeganAt];
        return new Standing(
            epochs.Last, slots.LastNumber, changes.Max(), merchants.First, epochs.HeldSince);
    }

    private static Task<Epoch?> LatestAsync(NpgsqlTransaction transaction, CancellationToken cancel) => transaction.Connection!.FirstAsync(
        $"SELECT {Columns} FROM epoch ORDER BY number DESC LIMIT 1 FOR UPDATE", _ => { }, Read, cancel);

    private static async Task LockSlotsAsync(NpgsqlTransaction transaction, CancellationToken cancel)
    {
        // A merchant that is made meanwhile would have slots that are not held.
        await transaction.ExecuteAsync(batch => batch.Statement("LOCK TABLE merchant IN SHARE ROW EXCLUSIVE MODE"), cancel);
        foreach (var some in (await MerchantsAsync(transaction, cancel)).Chunk(LockedAtOnce))
        {
            await transaction.ExecuteAsync(batch =>
            {
                foreach (var merchant in some)
                    batch.Statement("SELECT FROM slot WHERE merchant_id = $1 ORDER BY slot FOR UPDATE").With(merchant.Value);
            }, cancel);
        }
    }

    private static Task<IReadOnlyList<MerchantId>> MerchantsAsync(NpgsqlTransaction transaction, CancellationToken cancel) =>
        transaction.Connection!.AllAsync(
            "SELECT id FROM merchant ORDER BY id", _ => { }, row => new MerchantId(row.GetInt64(0)), cancel);

    /// <summary>Commits with the action in the audit log of each merchant.</summary>
    private async Task CommitAsync(NpgsqlTransaction transaction, Func<MerchantId, Origin> by, CancellationToken cancel)
    {
        foreach (var merchant in await MerchantsAsync(transaction, cancel))
            await transaction.WriteAsync(by(merchant), clock.GetUtcNow(), change: null, cancel);
        await transaction.CommitDurablyAsync(cancel);
    }

    private static Epoch Read(NpgsqlDataReader row) => new(
        row.GetInt32(0), row.GetFieldValue<DateTimeOffset>(1), row.GetFieldValue<DateTimeOffset>(2), TimeOrNone(row, 3),
        row.IsDBNull(4) ? null : row.GetInt32(4), TimeOrNone(row, 5));

    private static DateTimeOffset? TimeOrNone(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    private static string Utc(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC";

    private static DateTimeOffset WholeMilliseconds(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMillisecond));

    /// <param name="Epoch">The number of the last epoch; 0 for none.</param>
    /// <param name="LastNumber">The highest count of a slot.</param>
    /// <param name="LastAt">The time of the latest change; null where there is no merchant.</param>
    /// <param name="FirstAt">When the books began; null where there is no merchant.</param>
    /// <param name="HeldSince">The moment from which commits are lost by restores that were not released; null for none.</param>
    private sealed record Standing(
        int Epoch, long LastNumber, DateTimeOffset? LastAt, DateTimeOffset? FirstAt, DateTimeOffset? HeldSince);
}
