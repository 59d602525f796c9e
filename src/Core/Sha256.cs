using System.Security.Cryptography;

namespace Quittance.Core;

/// <summary>The SHA-256 of short texts, by one hash for each thread: to make one each time takes longer than the hashing.</summary>
public static class Sha256
{
    public const int Size = SHA256.HashSizeInBytes;

    [ThreadStatic]
    private static IncrementalHash? _ofThread;

    /// <summary>Writes the hash of bytes.</summary>
    /// <param name="hash">Of <see cref="Size"/> bytes.</param>
    public static void Hash(ReadOnlySpan<byte> bytes, Span<byte> hash)
    {
        var hashing = _ofThread ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hashing.AppendData(bytes);
        hashing.GetHashAndReset(hash);
    }
}
