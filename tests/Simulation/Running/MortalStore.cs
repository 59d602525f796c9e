using Quittance.Core;
using Quittance.Core.Engine;

namespace Quittance.Tests.Simulation.Running;

/// <summary>The real store, to a process that may die at any commit.</summary>
internal sealed class MortalStore(IStore store, SimulatedProcess process) : IStore
{
    public NamedObject? Remembered(Reference reference) => store.Remembered(reference);

    public IStoreSession OpenSession() => new Session(store.OpenSession(), process);

    private sealed class Session(IStoreSession session, SimulatedProcess process) : IStoreSession
    {
        public Task ResolveAsync(IReadOnlyCollection<Reference> references, State state) => session.ResolveAsync(references, state);

        public async Task PrefetchAsync(Wanted wanted, State state)
        {
            process.ThrowIfDead();
            await session.PrefetchAsync(wanted, state);
        }

        public async Task<CommitFate> CommitAsync(Batch batch)
        {
            process.ThrowIfDead();
            switch (process.NextCommit())
            {
                case Mortality.DiesBefore:
                    throw process.Die();
                case Mortality.DiesAfter:
                    await session.CommitAsync(batch);
                    throw process.Die();
                case Mortality.BreaksAfter:
                    await session.CommitAsync(batch);
                    return CommitFate.Unknown;
                case Mortality.BreaksBefore:
                    await session.ReleaseAsync();
                    return CommitFate.Unknown;
                default:
                    return await session.CommitAsync(batch);
            }
        }

        public Task ConfirmAsync() => session.ConfirmAsync();

        public Task ReleaseAsync() => session.ReleaseAsync();

        public Task<bool> WasCommittedAsync(Batch batch) => session.WasCommittedAsync(batch);

        public void BreakOff() => session.BreakOff();

        public ValueTask DisposeAsync() => session.DisposeAsync();
    }
}
