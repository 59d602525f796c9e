using System.Security.Cryptography;
using Quittance.Core;
using Quittance.Core.Instruments;

namespace Quittance.Storage.Vault;

/// <summary>The key that seals every merchant's data key. It is never in the database.</summary>
public sealed class MasterKey
{
    internal const int Length = 32;
    private const string Purpose = "data key";

    private readonly byte[] _key;

    private MasterKey(byte[] key)
    {
        _key = key;
        Id = Convert.ToHexStringLower(HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 8, info: "quittance master key id"u8.ToArray()));
    }

    /// <summary>Names the key, and gives nothing of it away: 16 hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>A new random key.</summary>
    public static MasterKey Generate() => new(RandomNumberGenerator.GetBytes(Length));

    /// <summary>Reads a key from base64.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">Where it comes from, for the message.</param>
    /// <exception cref="VaultException">It is not the base64 of 32 bytes. The message says so and does not repeat it.</exception>
    public static MasterKey Parse(string text, string source)
    {
        var bytes = new byte[text.Length];
        var what = Convert.TryFromBase64String(text, bytes, out var length) ? $"the base64 of {length} bytes" : "no base64";
        return length == Length && what != "no base64"
            ? new MasterKey(bytes[..Length])
            : throw new VaultException(
                $"{source} holds {what}, but a master key is the base64 of {Length} bytes. Put the right key there; a new one, for a database without sealed data, is made by: openssl rand -base64 32");
    }

    /// <summary>The id alone.</summary>
    public override string ToString() => $"master key {Id}";

    internal string ToBase64() => Convert.ToBase64String(_key);

    internal byte[] Wrap(MerchantId merchant, int id, byte[] dataKey) => Envelope.Seal(_key, id, dataKey, Envelope.Purpose(merchant, Purpose, ""));

    internal byte[]? Unwrap(MerchantId merchant, byte[] wrapped) => Envelope.Open(_key, wrapped, Envelope.Purpose(merchant, Purpose, ""));
}
