using System.Collections.Concurrent;

namespace Quittance.Core;

/// <summary>
/// Counts in windows of time, in memory: each key has one window, which begins when it is first counted. When there are too many, those
/// that are over are forgotten, at most once a second. A caller that counts locks the counts.
/// </summary>
/// <param name="most">How many keys have a window at once.</param>
/// <param name="length">How long a window lasts.</param>
/// <param name="begin">The counts of a new window, from those of the window before; null for none.</param>
public sealed class Windows<TKey, TCounts>(int most, TimeSpan length, TimeProvider clock, Func<TCounts?, TCounts> begin)
    where TKey : notnull
    where TCounts : class
{
    private static readonly TimeSpan ForgetsEvery = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<TKey, Window> _windows = new();
    private readonly Lock _forgetting = new();
    private long? _forgotAt;

    /// <summary>The counts of a key, and how long they count; null where too many keys have a window.</summary>
    public (TCounts Counts, TimeSpan Left)? Of(TKey key)
    {
        while (true)
        {
            var now = clock.GetTimestamp();
            if (_windows.TryGetValue(key, out var window))
            {
                var left = length - clock.GetElapsedTime(window.Began, now);
                if (left > TimeSpan.Zero)
                    return (window.Counts, left);
                _windows.TryUpdate(key, new Window(now, begin(window.Counts)), window);
            }
            else if (_windows.Count < most || Forget(now))
            {
                _windows.TryAdd(key, new Window(now, begin(null)));
            }
            else
            {
                return null;
            }
        }
    }

    /// <summary>The counts of a key; null for none.</summary>
    public TCounts? Find(TKey key) =>
        _windows.TryGetValue(key, out var window) && clock.GetElapsedTime(window.Began) < length ? window.Counts : null;

    /// <summary>Forgets windows that are over. Whether there is a place now.</summary>
    private bool Forget(long now)
    {
        lock (_forgetting)
        {
            if (_forgotAt is { } last && clock.GetElapsedTime(last, now) < ForgetsEvery)
                return _windows.Count < most;
            _forgotAt = now;
        }

        foreach (var one in _windows)
        {
            if (clock.GetElapsedTime(one.Value.Began, now) >= length)
                _windows.TryRemove(one);
        }

        return _windows.Count < most;
    }

    private sealed record Window(long Began, TCounts Counts);
}
