using System.Security.Cryptography;
using System.Text;
using Quittance.Core.Instruments;

namespace Quittance.Storage.Vault;

/// <summary>The key of a merchant. What seals, what makes fingerprints and what makes other keys are keys that follow from it, so none tells of another.</summary>
internal sealed class DataKey(int id, byte[] key)
{
    private readonly byte[] _sealing = Derive(key, "seal");
    private readonly byte[] _fingerprinting = Derive(key, "fingerprint");
    private readonly byte[] _deriving = Derive(key, "key");

    public int Id => id;

    public byte[] Seal(ReadOnlySpan<byte> secret, byte[] purpose) => Envelope.Seal(_sealing, id, secret, purpose);

    public byte[]? Open(ReadOnlySpan<byte> bytes, byte[] purpose) => Envelope.Open(_sealing, bytes, purpose);

    /// <summary>Of the number alone: a renewed card with the same number is the same card.</summary>
    public byte[] Fingerprint(InstrumentSecret secret) =>
        HMACSHA256.HashData(_fingerprinting, Encoding.UTF8.GetBytes(SecretText.NumberOf(secret)));

    public byte[] DeriveKey(ReadOnlySpan<byte> stored) => HMACSHA256.HashData(_deriving, stored);

    private static byte[] Derive(byte[] key, string use) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, MasterKey.Length, info: Encoding.UTF8.GetBytes($"quittance {use}"));
}
