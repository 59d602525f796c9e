using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Quittance.Host.Access;

/// <summary>
/// Counts the passwords and codes that one address tries within a minute, before anything is computed for them. A network of IPv6 that a
/// provider gives to one customer (/64) is one address. Each process counts for itself.
/// </summary>
/// <param name="limit">How many are looked at within a minute.</param>
internal sealed class SignInSources(int limit, TimeProvider clock)
{
    /// <summary>How many an office behind one address needs at the most.</summary>
    public const int UsualLimit = 30;

    // So many at once are an attack; the rest share one window.
    private const int MostSources = 10_000;
    private const int NetworkBytes = 8;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Counted> _windows = new();

    /// <summary>Counts a try; null where it may be made, else how long to wait.</summary>
    public TimeSpan? Count(HttpContext? http)
    {
        var source = SourceOf(http?.Connection.RemoteIpAddress);
        var now = clock.GetTimestamp();
        if (_windows.Count >= MostSources)
            Forget(now);
        var window = _windows.GetOrAdd(_windows.Count < MostSources ? source : "", _ => new Counted(now));
        lock (window)
        {
            if (clock.GetElapsedTime(window.Began, now) >= Window)
                (window.Began, window.Tries) = (now, 0);
            if (window.Tries >= limit)
                return Window - clock.GetElapsedTime(window.Began, now);
            window.Tries++;
            return null;
        }
    }

    private void Forget(long now)
    {
        foreach (var (source, window) in _windows)
        {
            if (clock.GetElapsedTime(window.Began, now) >= Window)
                _windows.TryRemove(source, out _);
        }
    }

    private static string SourceOf(IPAddress? address) => address switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, NetworkBytes)),
        _ => address.ToString(),
    };

    private sealed class Counted(long began)
    {
        public long Began { get; set; } = began;

        public int Tries { get; set; }
    }
}
