using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Quittance.Core.Webhooks;

namespace Quittance.Providers.Notices;

/// <summary>The result of checking the signature of a notice.</summary>
public enum NoticeCheck
{
    /// <summary>The provider sent it, just now.</summary>
    Valid,

    /// <summary>The id, the time or the signature is not there.</summary>
    Missing,

    /// <summary>The id or the time is not what it must be, or there is no signature of the kind that we know.</summary>
    Malformed,

    /// <summary>It was sent too long ago and may be a repeated old one.</summary>
    TooOld,

    /// <summary>It claims to come from the future.</summary>
    TooNew,

    /// <summary>No accepted key gives this signature.</summary>
    Wrong,
}

/// <summary>
/// Signatures as Standard Webhooks define them: HMAC-SHA256 over <c>id.timestamp.body</c>, written as <c>v1,</c> and base64. A
/// key is <c>whsec_</c> and base64.
/// </summary>
public static class NoticeSignature
{
    /// <summary>How far a notice's time may be from ours, either way: five minutes.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    private const string SignaturePrefix = "v1,";
    private const int MinKeyLength = 24;
    private const int MaxIdLength = 255;

    /// <summary>Signs a message of ours: the header <c>webhook-signature</c>, with a signature by each key.</summary>
    /// <param name="keys">The keys: one, or more during a rotation.</param>
    /// <param name="id">The header <c>webhook-id</c>; without a full stop.</param>
    /// <param name="sentAt">The time, of which the header <c>webhook-timestamp</c> has the seconds since 1970.</param>
    /// <param name="body">The body, byte for byte as it is sent.</param>
    /// <exception cref="FormatException">A key is no key: a mistake in what we store.</exception>
    public static string Sign(IReadOnlyList<string> keys, string id, DateTimeOffset sentAt, ReadOnlySpan<byte> body)
    {
        var signed = Signed(id, $"{sentAt.ToUnixTimeSeconds()}", body);
        return string.Join(' ', keys.Select(key => SignaturePrefix + Convert.ToBase64String(HMACSHA256.HashData(Bytes(key), signed))));
    }

    /// <summary>Checks whether the holder of a key has signed a notice, just now.</summary>
    /// <param name="keys">The accepted keys: one, or two during a rotation. Without any nothing is valid.</param>
    /// <param name="id">The header <c>webhook-id</c>.</param>
    /// <param name="timestamp">The header <c>webhook-timestamp</c>: seconds since 1970.</param>
    /// <param name="signature">The header <c>webhook-signature</c>: one or more signatures with spaces between them.</param>
    /// <param name="body">The body, byte for byte as it came.</param>
    /// <exception cref="FormatException">A key is no key: a mistake in what we store.</exception>
    public static NoticeCheck Check(
        IReadOnlyList<string> keys, string? id, string? timestamp, string? signature, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(id) || string.IsNullOrEmpty(timestamp) || string.IsNullOrEmpty(signature))
            return NoticeCheck.Missing;
        // The parts are joined by full stops, so none of them may hold one: else what is signed could be cut elsewhere.
        if (id.Length > MaxIdLength || id.Contains('.', StringComparison.Ordinal)
            || !long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return NoticeCheck.Malformed;
        }

        var given = Read(signature);
        if (given.Count == 0)
            return NoticeCheck.Malformed;
        var toleranceSeconds = (long)Tolerance.TotalSeconds;
        var nowSeconds = now.ToUnixTimeSeconds();
        if (seconds < nowSeconds - toleranceSeconds)
            return NoticeCheck.TooOld;
        if (seconds > nowSeconds + toleranceSeconds)
            return NoticeCheck.TooNew;

        var signed = Signed(id, timestamp, body);
        var isValid = false;
        foreach (var key in keys)
        {
            var expected = HMACSHA256.HashData(Bytes(key), signed);
            // All are compared, each in constant time: how long it takes tells nothing about a key.
            foreach (var one in given)
                isValid |= CryptographicOperations.FixedTimeEquals(expected, one);
        }

        return isValid ? NoticeCheck.Valid : NoticeCheck.Wrong;
    }

    private static byte[] Signed(string id, string timestamp, ReadOnlySpan<byte> body) =>
        [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];

    /// <summary>The signatures of the kind that we know; others may stand beside them.</summary>
    private static List<byte[]> Read(string signature)
    {
        var known = new List<byte[]>();
        foreach (var one in signature.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var hash = new byte[HMACSHA256.HashSizeInBytes];
            if (one.StartsWith(SignaturePrefix, StringComparison.Ordinal)
                && Convert.TryFromBase64String(one[SignaturePrefix.Length..], hash, out var length) && length == hash.Length)
            {
                known.Add(hash);
            }
        }

        return known;
    }

    private static byte[] Bytes(string key)
    {
        // An empty or short key would let others sign.
        if (key.StartsWith(SigningKey.Prefix, StringComparison.Ordinal)
            && Base64.IsValid(key.AsSpan(SigningKey.Prefix.Length), out var length) && length >= MinKeyLength)
        {
            return Convert.FromBase64String(key[SigningKey.Prefix.Length..]);
        }

        throw new FormatException($"A notice key is {SigningKey.Prefix} and at least {MinKeyLength} bytes in base64.");
    }
}
