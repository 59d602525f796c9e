using Quittance.Core.Accounts;

namespace Quittance.Core.Engine;

/// <summary>
/// One lane's way to the books: prefetch, then commit or release. Whatever reads throws
/// <see cref="StoreUnavailableException"/> when the books can't be reached; nothing was written then.
/// </summary>
public interface IStoreSession : IAsyncDisposable
{
    /// <summary>Looks references up, without a lock, and loads those that name something. What they name never changes.</summary>
    Task ResolveAsync(IReadOnlyCollection<Reference> references, State state);

    /// <summary>Locks the wanted slots in order and reads the wanted rows into the state, in one round trip.</summary>
    Task PrefetchAsync(Wanted wanted, State state);

    /// <summary>Writes all changes and the batch's id and commits, in one round trip. Never throws for a broken connection.</summary>
    Task<CommitFate> CommitAsync(Batch batch);

    /// <summary>
    /// Gives the locks back without having written, when all that was read is as durable as a commit is: an answer that repeats an earlier one, or
    /// refuses because of it, must not tell of a commit that can still be lost.
    /// </summary>
    Task ConfirmAsync();

    /// <summary>Gives the locks back without having written. Never throws for a broken connection: the locks end with it.</summary>
    Task ReleaseAsync();

    /// <summary>
    /// Whether a batch of unknown fate was committed, and is durable: takes its slots again, which waits for the old transaction to end,
    /// and looks for what it wrote.
    /// </summary>
    Task<bool> WasCommittedAsync(Batch batch);

    /// <summary>Breaks off the call that is under way: the books can't be reached, and a commit is <see cref="CommitFate.Unknown"/>.</summary>
    void BreakOff();
}
