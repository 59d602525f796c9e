using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Quittance.Core;

namespace Quittance.Storage.Tenancy;

/// <summary>
/// How codes and tokens are written: what they are, their merchant, by whose id their row is found by its key, and 256 random bits.
/// Nobody but us has to understand them.
/// </summary>
internal static class TokenText
{
    /// <summary>How access tokens begin.</summary>
    public const string Access = "qat_";

    /// <summary>How refresh tokens begin.</summary>
    public const string Refresh = "qrt_";

    /// <summary>How codes begin.</summary>
    public const string Code = "qac_";

    private const int NameLength = 8;
    private const int Length = NameLength + 32;

    /// <summary>A new one.</summary>
    public static string New(string prefix, MerchantId merchant)
    {
        Span<byte> bytes = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, merchant.Value);
        RandomNumberGenerator.Fill(bytes[NameLength..]);
        return prefix + Base64Url.EncodeToString(bytes);
    }

    /// <summary>The merchant that it names; null when it is none of this kind. Proves nothing.</summary>
    public static MerchantId? MerchantOf(string text, string prefix)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (!text.StartsWith(prefix, StringComparison.Ordinal)
            || Base64Url.GetMaxDecodedLength(text.Length - prefix.Length) > Length + 2
            || !Base64Url.IsValid(text.AsSpan(prefix.Length), out var length) || length != Length)
        {
            return null;
        }

        Base64Url.DecodeFromChars(text.AsSpan(prefix.Length), bytes);
        return new MerchantId(BinaryPrimitives.ReadInt64BigEndian(bytes));
    }
}
