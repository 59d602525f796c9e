using System.Runtime.InteropServices;
using Quittance.Storage.Providers;

namespace Quittance.Host.Providers;

/// <summary>
/// The places in which a server processes notices. Each provider account has a few, so that its notices hold up no other's when they wait,
/// as for a provider that does not answer. A notice that waits keeps no connection, so that places cost little.
/// </summary>
internal sealed class NoticePlaces
{
    private const int InAll = 256;
    private const int OfEach = 4;

    private readonly Lock _gate = new();
    private readonly Dictionary<NoticeAccount, int> _taken = [];
    private int _free = InAll;

    /// <summary>How many places are free in all.</summary>
    public int Free => Volatile.Read(ref _free);

    /// <summary>The accounts that have fewer than half of their places free: their notices wait, so that several share a claim.</summary>
    public IReadOnlyList<NoticeAccount> Busy
    {
        get
        {
            lock (_gate)
                return [.. _taken.Where(one => one.Value > OfEach / 2).Select(one => one.Key)];
        }
    }

    /// <summary>How many more notices of an account there are places for.</summary>
    public int FreeOf(NoticeAccount account)
    {
        lock (_gate)
            return Math.Min(_free, OfEach - _taken.GetValueOrDefault(account));
    }

    public void Take(NoticeAccount account)
    {
        lock (_gate)
        {
            _free--;
            CollectionsMarshal.GetValueRefOrAddDefault(_taken, account, out _)++;
        }
    }

    /// <summary>Gives a place back. Returns whether a notice that waited may have a place now.</summary>
    public bool GiveBack(NoticeAccount account)
    {
        lock (_gate)
        {
            var hadNone = _free++ == 0;
            var left = _taken[account] - 1;
            if (left == 0)
                _taken.Remove(account);
            else
                _taken[account] = left;
            return hadNone || left == OfEach / 2;
        }
    }
}
