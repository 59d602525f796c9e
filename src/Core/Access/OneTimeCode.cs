using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;

namespace Quittance.Core.Access;

/// <summary>The result of a code that a person typed.</summary>
public enum CodeOutcome
{
    /// <summary>It is right, and used up now.</summary>
    Right,

    /// <summary>It is no code of this secret.</summary>
    Wrong,

    /// <summary>It was right before, and is used up.</summary>
    Used,

    /// <summary>It is the code of an earlier minute: the clock of the person's device is late.</summary>
    ClockOff,
}

/// <summary>
/// Codes of six digits that follow from a shared secret and the time: TOTP with HMAC-SHA-1 and steps of 30 seconds (RFC 6238).
/// </summary>
public static class OneTimeCode
{
    /// <summary>The length of a secret, bytes: that of the hash (RFC 4226 4, R6).</summary>
    public const int SecretLength = 20;

    /// <summary>How many digits a code has.</summary>
    public const int Digits = 6;

    private const int StepSeconds = 30;

    // RFC 6238 5.2 recommends one step for the way of a code.
    private const long Drift = 1;

    // Beyond the drift a code of the past is wrong, but its owner learns why. Of a later step nothing is said: a guess that met it would
    // open soon. Further off, a guess would meet too many codes.
    private const long RecognisedDrift = 5;

    /// <summary>The step of a moment.</summary>
    public static long StepOf(DateTimeOffset moment) => moment.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>The code of a step.</summary>
    /// <param name="digits">Its digits: six, and eight in the RFC's samples.</param>
    public static string Of(ReadOnlySpan<byte> secret, long step, int digits = Digits)
    {
        var binary = Truncated(secret, step);
        var modulus = 1u;
        for (var digit = 0; digit < digits; digit++)
            modulus *= 10;
        return (binary % modulus).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
    }

    /// <summary>Checks a code that a person typed.</summary>
    /// <param name="typed">The digits; spaces between them count for nothing.</param>
    /// <param name="lastStep">The step of the last code that was used; null for none.</param>
    /// <returns>The outcome, and where the code is right its step, which is used up from now on.</returns>
    public static (CodeOutcome Outcome, long Step) Check(ReadOnlySpan<byte> secret, string typed, DateTimeOffset now, long? lastStep)
    {
        var code = typed.Replace(" ", "", StringComparison.Ordinal);
        var present = StepOf(now);
        // Every step is tried, so that the time of the answer says nothing of the code.
        long? found = null;
        for (var step = present - RecognisedDrift; step <= present + Drift; step++)
        {
            var isRight = CryptographicOperations.FixedTimeEquals(
                System.Text.Encoding.UTF8.GetBytes(Of(secret, step)), System.Text.Encoding.UTF8.GetBytes(code));
            if (isRight && (found is not { } nearer || Math.Abs(step - present) < Math.Abs(nearer - present)))
                found = step;
        }

        if (found is not { } matched)
            return (CodeOutcome.Wrong, 0);
        if (present - matched > Drift)
            return (CodeOutcome.ClockOff, 0);
        return matched <= lastStep ? (CodeOutcome.Used, 0) : (CodeOutcome.Right, matched);
    }

    [SuppressMessage("Security", "CA5350", Justification = "Every authenticator has it so; HMAC needs no hash without collisions.")]
    private static uint Truncated(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> moving = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(moving, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        HMACSHA1.HashData(secret, moving, hash);
        // RFC 4226 5.3: the low four bits of the last byte say where the number begins.
        return BinaryPrimitives.ReadUInt32BigEndian(hash[(hash[^1] & 0xf)..]) & 0x7fff_ffff;
    }
}

/// <summary>Bytes as letters and digits that are hard to confuse (RFC 4648 6).</summary>
public static class Base32
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private const int BitsPerCharacter = 5;

    /// <summary>Writes bytes, without padding.</summary>
    public static string Write(ReadOnlySpan<byte> bytes)
    {
        var text = new System.Text.StringBuilder(((bytes.Length * 8) + BitsPerCharacter - 1) / BitsPerCharacter);
        var (buffer, bits) = (0, 0);
        foreach (var one in bytes)
        {
            buffer = (buffer << 8) | one;
            for (bits += 8; bits >= BitsPerCharacter; bits -= BitsPerCharacter)
                text.Append(Alphabet[(buffer >> (bits - BitsPerCharacter)) & 31]);
        }

        if (bits > 0)
            text.Append(Alphabet[(buffer << (BitsPerCharacter - bits)) & 31]);
        return text.ToString();
    }

    /// <summary>Reads what <see cref="Write"/> wrote, in letters of either case and with spaces; null for anything else.</summary>
    public static byte[]? Read(string text)
    {
        List<byte> bytes = [];
        var (buffer, bits) = (0, 0);
        foreach (var character in text)
        {
            if (character is ' ' or '-')
                continue;
            var value = Alphabet.IndexOf(char.ToUpperInvariant(character), StringComparison.Ordinal);
            if (value < 0)
                return null;
            buffer = ((buffer << BitsPerCharacter) | value) & 0xffff;
            bits += BitsPerCharacter;
            if (bits < 8)
                continue;
            bits -= 8;
            bytes.Add((byte)(buffer >> bits));
        }

        return [.. bytes];
    }
}
