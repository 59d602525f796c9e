namespace Quittance.Core.Engine;

/// <summary>One of a merchant's 32 slots. The batch that holds its row lock owns all rows of the accounts in it.</summary>
public readonly record struct SlotKey(MerchantId Merchant, int Slot);

/// <summary>A slot as it was read under its lock.</summary>
/// <param name="LastNumber">Its counter of human numbers.</param>
/// <param name="LastAt">The time of its last batch.</param>
/// <param name="IsHeld">Whether the books were restored and are not released.</param>
/// <param name="OpenFrom">The first day on which something can be booked.</param>
/// <param name="RestoredAt">When the books were restored last; null for never.</param>
/// <param name="Zone">The zone in which the merchant's days begin; null for UTC.</param>
public readonly record struct SlotRow(
    long LastNumber, DateTimeOffset LastAt, bool IsHeld = false, DateOnly OpenFrom = default, DateTimeOffset? RestoredAt = null,
    TimeZoneInfo? Zone = null);

/// <summary>Why commits fail.</summary>
public enum StoreFault
{
    /// <summary>They can't be reached.</summary>
    Unreachable,

    /// <summary>They can only be read.</summary>
    ReadOnly,

    /// <summary>Their disk is full.</summary>
    DiskFull,

    /// <summary>They lack memory or connections.</summary>
    Exhausted,

    /// <summary>They do not let us in.</summary>
    Closed,

    /// <summary>A commit waits for the synchronous standby.</summary>
    StandbyWaits,

    /// <summary>A commit does not end, and none of the other reasons is seen.</summary>
    Slow,
}

/// <summary>Commits that fail.</summary>
/// <param name="Fault">Why, as of the last one.</param>
/// <param name="Since">When the first of them failed.</param>
/// <param name="Last">When the last of them failed, or was still seen waiting.</param>
public sealed record StoreTrouble(StoreFault Fault, DateTimeOffset Since, DateTimeOffset Last);

/// <summary>The store can't be reached, and nothing was written.</summary>
public sealed class StoreUnavailableException(string? message = null, Exception? cause = null)
    : Exception(message ?? "The database can't be reached.", cause)
{
    /// <summary>Whether only the cause says why.</summary>
    public bool IsUnexplained { get; } = message is null;
}

public enum CommitFate
{
    /// <summary>It is durable.</summary>
    Committed,

    /// <summary>It was rolled back for a passing reason (deadlock, serialisation, shutdown): the same batch may be tried again.</summary>
    Again,

    /// <summary>It was rolled back because another slot took a key or a reference first.</summary>
    Conflict,

    /// <summary>It was rolled back because a running total left 64 bits.</summary>
    OutOfRange,

    /// <summary>It was rolled back because the data key that seals a number in it is gone: its sender repeats the request.</summary>
    KeyGone,

    /// <summary>The connection broke: only the rows can tell whether it is durable.</summary>
    Unknown,
}

/// <summary>The commands that a lane commits together.</summary>
/// <param name="Id">The batch's own id, a UUIDv7, written with it.</param>
/// <param name="At">The time of its events: no other batch of its slots has it.</param>
/// <param name="Now">The clock when it was decided.</param>
/// <param name="Slots">The slots it holds.</param>
/// <param name="State">The state after all of its decisions: it knows the rows that they added and changed.</param>
/// <param name="Captured">How many payments' money came in.</param>
public sealed record Batch(
    Guid Id, DateTimeOffset At, DateTimeOffset Now, IReadOnlyCollection<SlotKey> Slots, State State, int Captured);

/// <summary>
/// One lane's way to the books: prefetch, then commit or release. Every read throws
/// <see cref="StoreUnavailableException"/> when the books can't be reached; nothing was written then.
/// </summary>
public interface IStoreSession : IAsyncDisposable
{
    /// <summary>Whether a batch has commands of one merchant only, since merchants live on several nodes.</summary>
    Task<bool> TakesOneMerchantAsync() => Task.FromResult(false);

    /// <summary>
    /// Since when the node with a merchant's rows has been away, where the session watches it by itself: every read fails at once
    /// meanwhile. Null where it watches none, as before one PostgreSQL.
    /// </summary>
    DateTimeOffset? AwaySince(MerchantId merchant) => null;

    /// <summary>
    /// Looks references up, one or more, without a lock and loads those that name an object. A reference never changes its object.
    /// </summary>
    Task ResolveAsync(IReadOnlyCollection<Reference> references, State state);

    /// <summary>Locks the wanted slots in order and reads the wanted rows into the state, in one round trip.</summary>
    Task PrefetchAsync(Wanted wanted, State state);

    /// <summary>Writes all changes and the batch's id and commits, in one round trip. Never throws for a broken connection.</summary>
    Task<CommitFate> CommitAsync(Batch batch);

    /// <summary>
    /// Gives the locks back without having written, when all that was read is as durable as a commit is: an answer that repeats an earlier
    /// one, or refuses because of it, must not tell of a commit that can still be lost.
    /// </summary>
    Task ConfirmAsync();

    /// <summary>Gives the locks back without having written. Never throws for a broken connection: the locks end with it.</summary>
    Task ReleaseAsync();

    /// <summary>
    /// Whether a batch of unknown fate was committed, and is durable: takes its slots again, which waits for the old transaction to end,
    /// and looks for what it wrote.
    /// </summary>
    Task<bool> WasCommittedAsync(Batch batch);

    /// <summary>
    /// Breaks off the call that is under way: the books can't be reached, and a commit is <see cref="CommitFate.Unknown"/>.
    /// </summary>
    void BreakOff();
}

/// <summary>Keeps the books of the engine.</summary>
public interface IStore
{
    /// <summary>The object of a reference, from memory only; null when it is not there.</summary>
    NamedObject? Remembered(Reference reference);

    /// <summary>Forgets what references name: the books were restored.</summary>
    void Forget()
    {
    }

    /// <summary>Why commits fail; null while they succeed.</summary>
    StoreTrouble? Trouble => null;

    /// <summary>Opens a session for one lane. It connects when it is first used, and again after its connection broke.</summary>
    IStoreSession OpenSession();
}
