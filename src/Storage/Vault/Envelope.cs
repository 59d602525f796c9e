using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Quittance.Core;

namespace Quittance.Storage.Vault;

/// <summary>
/// What sealed bytes look like: version (1), number of the key (4), nonce (12), ciphertext, tag (16), by AES-256-GCM. The header and
/// what the secret is for are authenticated with it: changed or moved, it does not open.
/// </summary>
internal static class Envelope
{
    private const byte Version = 1;
    private const int HeaderLength = 1 + 4;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int Overhead = HeaderLength + NonceLength + TagLength;

    /// <summary>What a secret is sealed for. The parts have fixed lengths but the last, so no two purposes look alike.</summary>
    public static byte[] Purpose(MerchantId merchant, string kind, string of)
    {
        var text = Encoding.UTF8.GetBytes($"{kind}\n{of}");
        var purpose = new byte[8 + text.Length];
        BinaryPrimitives.WriteInt64BigEndian(purpose, merchant.Value);
        text.CopyTo(purpose.AsSpan(8));
        return purpose;
    }

    public static byte[] Seal(ReadOnlySpan<byte> key, int keyId, ReadOnlySpan<byte> secret, byte[] purpose)
    {
        var bytes = new byte[Overhead + secret.Length];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), keyId);
        // Drawn at random: at a merchant's few millions of secrets, two alike are as good as impossible.
        var nonce = bytes.AsSpan(HeaderLength, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, TagLength);
        cipher.Encrypt(nonce, secret, bytes.AsSpan(HeaderLength + NonceLength, secret.Length), bytes.AsSpan(^TagLength..), Bound(bytes, purpose));
        return bytes;
    }

    /// <summary>The number of the key that sealed this; null when it is nothing that we sealed.</summary>
    public static int? KeyId(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= Overhead && bytes[0] == Version ? BinaryPrimitives.ReadInt32BigEndian(bytes[1..]) : null;

    /// <summary>The secret; null when it was changed, or sealed by another key or for something else.</summary>
    public static byte[]? Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> bytes, byte[] purpose)
    {
        if (KeyId(bytes) is null)
            return null;
        var secret = new byte[bytes.Length - Overhead];
        using var cipher = new AesGcm(key, TagLength);
        try
        {
            cipher.Decrypt(bytes.Slice(HeaderLength, NonceLength), bytes[(HeaderLength + NonceLength)..^TagLength], bytes[^TagLength..], secret, Bound(bytes, purpose));
            return secret;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static byte[] Bound(ReadOnlySpan<byte> bytes, byte[] purpose) => [.. bytes[..HeaderLength], .. purpose];
}
