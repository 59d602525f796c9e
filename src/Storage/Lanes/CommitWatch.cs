using System.Collections.Concurrent;
using Quittance.Core.Engine;

namespace Quittance.Storage.Lanes;

/// <summary>Remembers whether the commits of one session get through; a commit in good times costs one comparison.</summary>
internal sealed class CommitWatch : IDisposable
{
    // A session that fails notes it every few seconds. An older trouble tells nothing: nothing was tried since.
    private static readonly TimeSpan Stands = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<CommitWatch, bool> _all;
    private volatile StoreTrouble? _trouble;

    /// <summary>Of a session that is open: it is one of these until it ends.</summary>
    public CommitWatch(ConcurrentDictionary<CommitWatch, bool> all)
    {
        _all = all;
        all[this] = true;
    }

    /// <summary>The trouble that has stood the longest; null where no session has any.</summary>
    public static StoreTrouble? Oldest(IEnumerable<CommitWatch> sessions)
    {
        var now = TimeProvider.System.GetUtcNow();
        return sessions.Select(session => session._trouble).OfType<StoreTrouble>().Where(trouble => now - trouble.Last < Stands)
            .MinBy(trouble => trouble.Since);
    }

    public void Dispose() => _all.TryRemove(this, out _);

    public void Succeeded()
    {
        if (_trouble is not null)
            _trouble = null;
    }

    public void Failed(StoreFault fault)
    {
        var now = TimeProvider.System.GetUtcNow();
        _trouble = new StoreTrouble(fault, _trouble is { } known && now - known.Last < Stands ? known.Since : now, now);
    }
}
