using System.Security.Cryptography;
using System.Text;
using Quittance.Core.Providers;

namespace Quittance.Providers.Notices;

/// <summary>A request to the address of an account's notices.</summary>
/// <param name="Header">A header by its name; null for none.</param>
/// <param name="Body">The body, byte for byte as it came.</param>
/// <param name="Keys">The keys that the account accepts; none for a merchant without an account.</param>
/// <param name="Now">When it came.</param>
public sealed record PostedNotice(
    Func<string, string?> Header, ReadOnlyMemory<byte> Body, IReadOnlyList<string> Keys, DateTimeOffset Now)
{
    /// <summary>Whether a signature is the HMAC-SHA256 of something under one of the keys, in hexadecimal.</summary>
    public bool IsSigned(ReadOnlySpan<byte> signed, params IReadOnlyList<string> signatures)
    {
        var isSigned = false;
        foreach (var key in Keys)
        {
            var expected = Encoding.ASCII.GetBytes(Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), signed)));
            // All are compared, each in constant time: how long it takes tells nothing about a key.
            foreach (var given in signatures)
                isSigned |= CryptographicOperations.FixedTimeEquals(expected, Encoding.ASCII.GetBytes(given));
        }

        return isSigned;
    }
}

/// <summary>A notice that was read.</summary>
/// <param name="Id">The provider's id of it: the same each time that it is sent.</param>
public sealed record ReadNotice(string Id, ProviderNotice Notice);

/// <summary>The notices of one request; none where it is about nothing that concerns the books.</summary>
/// <param name="Notices">Those that can be read.</param>
public sealed record NoticeBatch(params IReadOnlyList<ReadNotice> Notices)
{
    /// <summary>Why its signature is not accepted; null where it is.</summary>
    public string? Refusal { get; private init; }

    /// <summary>How many more of its notices are about the books, and can't be read.</summary>
    public int Unreadable { get; init; }

    /// <summary>The provider did not send it just now, or that can't be known.</summary>
    public static NoticeBatch Refused(string why) => new() { Refusal = why };
}
