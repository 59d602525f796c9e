using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Providers;

namespace Quittance.Tests.Simulation.Mistakes;

/// <summary>Reports a rolled back commit as durable if it has an approved capture.</summary>
internal sealed class LosesOutcomes(IStore store) : IStore
{
    public NamedObject? Remembered(Reference reference) => store.Remembered(reference);

    public IStoreSession OpenSession() => new Session(store.OpenSession());

    private sealed class Session(IStoreSession session) : IStoreSession
    {
        public Task ResolveAsync(IReadOnlyCollection<Reference> references, State state) => session.ResolveAsync(references, state);

        public Task PrefetchAsync(Wanted wanted, State state) => session.PrefetchAsync(wanted, state);

        public async Task<CommitFate> CommitAsync(Batch batch)
        {
            if (!batch.State.Changed(Attempt.Shelf).Exists(
                attempt => attempt is { Verb: Verb.Capture, Status: AttemptStatus.Approved }))
            {
                return await session.CommitAsync(batch);
            }

            await session.ReleaseAsync();
            return CommitFate.Committed;
        }

        public Task ConfirmAsync() => session.ConfirmAsync();

        public Task ReleaseAsync() => session.ReleaseAsync();

        public Task<bool> WasCommittedAsync(Batch batch) => session.WasCommittedAsync(batch);

        public void BreakOff() => session.BreakOff();

        public ValueTask DisposeAsync() => session.DisposeAsync();
    }
}
