using System.Collections.Concurrent;
using Quittance.Core;

namespace Quittance.Storage.Lanes;

/// <summary>
/// Remembers what references name. They never change but by a restore, so the memory is true in every process; it is bounded by
/// forgetting everything when it is full.
/// </summary>
internal sealed class ReferenceMemory
{
    private const int Limit = 200_000;

    private readonly ConcurrentDictionary<Reference, NamedObject> _referents = new();
    private int _count;

    public NamedObject? Find(Reference reference) => _referents.TryGetValue(reference, out var referent) ? referent : null;

    public void Remember(Reference reference, NamedObject referent)
    {
        if (!_referents.TryAdd(reference, referent) || Interlocked.Increment(ref _count) <= Limit)
            return;
        Forget();
    }

    public void Forget()
    {
        _referents.Clear();
        Interlocked.Exchange(ref _count, 0);
    }
}
