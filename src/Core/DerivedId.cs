using System.Security.Cryptography;

namespace Quittance.Core;

/// <summary>Ids that follow from what they name, so that nobody has to look them up and there can't be two for one thing.</summary>
internal static class DerivedId
{
    /// <summary>A UUIDv8: the beginning of a SHA-256.</summary>
    public static Guid Of(ReadOnlySpan<byte> name)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(name, hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
