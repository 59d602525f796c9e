using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Tests.Simulation.Running;

namespace Quittance.Tests.Simulation.Bank;

/// <summary>The real store, to a process that dies at one of its commits: before it, or after it and before its answer.</summary>
/// <param name="commitsLeft">How many commits it lives for.</param>
/// <param name="diesAfter">Whether the last one is carried out.</param>
internal sealed class DyingStore(IStore store, int commitsLeft, bool diesAfter) : IStore
{
    private readonly bool _diesAfter = diesAfter;
    private int _commitsLeft = commitsLeft;

    /// <summary>Whether it has died.</summary>
    public bool IsDead => Volatile.Read(ref _commitsLeft) <= 0;

    public NamedObject? Remembered(Reference reference) => store.Remembered(reference);

    public IStoreSession OpenSession() => new Session(this, store.OpenSession());

    private sealed class Session(DyingStore all, IStoreSession session) : IStoreSession
    {
        public Task ResolveAsync(IReadOnlyCollection<Reference> references, State state) => session.ResolveAsync(references, state);

        public Task PrefetchAsync(Wanted wanted, State state) => session.PrefetchAsync(wanted, state);

        public async Task<CommitFate> CommitAsync(Batch batch)
        {
            if (all.IsDead)
                throw new ProcessDiedException();
            if (Interlocked.Decrement(ref all._commitsLeft) > 0)
                return await session.CommitAsync(batch);
            if (all._diesAfter)
                await session.CommitAsync(batch);
            throw new ProcessDiedException();
        }

        public Task ConfirmAsync() => session.ConfirmAsync();

        public Task ReleaseAsync() => session.ReleaseAsync();

        public Task<bool> WasCommittedAsync(Batch batch) => session.WasCommittedAsync(batch);

        public void BreakOff() => session.BreakOff();

        public ValueTask DisposeAsync() => session.DisposeAsync();
    }
}
