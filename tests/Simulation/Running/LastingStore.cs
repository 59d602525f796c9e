using System.Collections.Concurrent;
using Quittance.Core;
using Quittance.Core.Engine;

namespace Quittance.Tests.Simulation.Running;

/// <summary>
/// The real store, whose connections outlive simulated processes: what they have prepared is not prepared anew some thousand times.
/// Nothing else of a process outlives it but the memory of references, which never change.
/// </summary>
internal sealed class LastingStore(IStore store) : IStore, IAsyncDisposable
{
    private readonly ConcurrentStack<IStoreSession> _idle = [];

    public NamedObject? Remembered(Reference reference) => store.Remembered(reference);

    public IStoreSession OpenSession() => new Lent(_idle.TryPop(out var idle) ? idle : store.OpenSession(), _idle);

    public async ValueTask DisposeAsync()
    {
        foreach (var session in _idle)
            await session.DisposeAsync();
    }

    private sealed class Lent(IStoreSession session, ConcurrentStack<IStoreSession> idle) : IStoreSession
    {
        public Task ResolveAsync(IReadOnlyCollection<Reference> references, State state) => session.ResolveAsync(references, state);

        public Task PrefetchAsync(Wanted wanted, State state) => session.PrefetchAsync(wanted, state);

        public Task<CommitFate> CommitAsync(Batch batch) => session.CommitAsync(batch);

        public Task ConfirmAsync() => session.ConfirmAsync();

        public Task ReleaseAsync() => session.ReleaseAsync();

        public Task<bool> WasCommittedAsync(Batch batch) => session.WasCommittedAsync(batch);

        public void BreakOff() => session.BreakOff();

        public async ValueTask DisposeAsync()
        {
            await session.ReleaseAsync();
            idle.Push(session);
        }
    }
}
