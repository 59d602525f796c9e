using Quittance.Core;
using Quittance.Core.Engine;

namespace Quittance.Bench.Providers;

/// <summary>Times what the engine reads and commits.</summary>
internal sealed class TimedStore(IStore store, StepTimes times) : IStore
{
    public NamedObject? Remembered(Reference reference) => store.Remembered(reference);

    public IStoreSession OpenSession() => new TimedSession(store.OpenSession(), times);
}
