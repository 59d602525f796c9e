using Quittance.Core;
using Quittance.Core.Engine;
using Quittance.Core.Sessions;

namespace Quittance.Tests.Simulation.Mistakes;

/// <summary>Takes a used session for an open one.</summary>
internal sealed class ForgetsThatSessionsAreUsed(IStore store) : IStore
{
    public NamedObject? Remembered(Reference reference) => store.Remembered(reference);

    public IStoreSession OpenSession() => new Session(store.OpenSession());

    private sealed class Session(IStoreSession session) : IStoreSession
    {
        public Task ResolveAsync(IReadOnlyCollection<Reference> references, State state) => session.ResolveAsync(references, state);

        public async Task PrefetchAsync(Wanted wanted, State state)
        {
            await session.PrefetchAsync(wanted, state);
            foreach (var id in wanted.Of(Core.Sessions.Session.Shelf).Keys)
            {
                if (state.Session(id) is { Status: SessionStatus.Used } used)
                    state.Load(used with { Status = SessionStatus.Open });
            }
        }

        public Task<CommitFate> CommitAsync(Batch batch) => session.CommitAsync(batch);

        public Task ConfirmAsync() => session.ConfirmAsync();

        public Task ReleaseAsync() => session.ReleaseAsync();

        public Task<bool> WasCommittedAsync(Batch batch) => session.WasCommittedAsync(batch);

        public void BreakOff() => session.BreakOff();

        public ValueTask DisposeAsync() => session.DisposeAsync();
    }
}
