using System.Net;
using Microsoft.AspNetCore.Http;
using Quittance.Core;

namespace Quittance.Dialects.Http;

/// <summary>
/// Counts the secrets that one address tries within a minute, such as passwords. A network of IPv6 that a provider gives to one customer
/// (/64) is one address. Each process counts for itself.
/// </summary>
/// <param name="limit">How many are looked at within a minute.</param>
public sealed class AddressTries(int limit, TimeProvider clock)
{
    // So many at once are an attack: new ones are then counted by the networks around them, and beyond as many of these all together.
    private const int MostSources = 10_000;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Windows<string, Tries> _sources = new(MostSources, Minute, clock, _ => new());
    private readonly Windows<string, Tries> _networks = new(MostSources, Minute, clock, _ => new());
    private readonly Windows<string, Tries> _rest = new(1, Minute, clock, _ => new());

    /// <summary>Counts a try; null where it may be made, else how long to wait.</summary>
    public TimeSpan? Count(HttpContext? http) => Look(http, counted: 1);

    /// <summary>How long to wait before the next try; null where it may be made now.</summary>
    public TimeSpan? Wait(HttpContext? http) => Look(http, counted: 0);

    private TimeSpan? Look(HttpContext? http, int counted)
    {
        var address = http?.Connection.RemoteIpAddress is { } remote ? Bytes(remote) : [];
        var (tries, left) = _sources.Of(PrefixOf(address, bits: (32, 64))) ?? _networks.Of(PrefixOf(address, bits: (24, 48)))
            ?? _rest.Of("")!.Value;
        lock (tries)
        {
            if (tries.Count >= limit)
                return left;
            tries.Count += counted;
            return null;
        }
    }

    private static byte[] Bytes(IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();

    /// <summary>The network of an address, by how many bits of it are looked at.</summary>
    private static string PrefixOf(ReadOnlySpan<byte> address, (int OfFour, int OfSix) bits)
    {
        var bytes = (address.Length == 4 ? bits.OfFour : bits.OfSix) / 8;
        return Convert.ToHexString(address[..Math.Min(address.Length, bytes)]);
    }

    private sealed class Tries
    {
        public int Count { get; set; }
    }
}
