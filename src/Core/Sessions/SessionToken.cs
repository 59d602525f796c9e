using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Quittance.Core.Sessions;

/// <summary>
/// The two tokens of a session: the customer's, which opens the widget, and the one that the widget gives for the result. The tokens of a
/// payment link are made alike.
/// </summary>
public sealed class SessionToken
{
    /// <summary>How a token of the widget begins.</summary>
    public const string UserPrefix = "us_";

    /// <summary>The beginning of a token for a session's result.</summary>
    public const string RequestPrefix = "prt_";

    /// <summary>How the token of a payment link begins.</summary>
    public const string LinkPrefix = "pl_";

    /// <summary>The beginning of a token for the browser that opened a payment link which opens once.</summary>
    public const string VisitorPrefix = "plv_";

    /// <summary>The beginning of a token of a customer's visit to its own page, which is mailed.</summary>
    public const string VisitPrefix = "av_";

    /// <summary>The beginning of a token for the browser that opened a customer's own page.</summary>
    public const string PagePrefix = "avp_";

    /// <summary>The characters of a token behind its prefix that name its session or link, and prove nothing.</summary>
    public const int PublicNameLength = NameLength / 3 * 4;

    /// <summary>The characters of a token that prove it, at its end.</summary>
    public const int ProofLength = 43;

    private const int NameLength = 8 + 16;
    private const int Length = NameLength + SHA256.HashSizeInBytes;

    private readonly string _prefix;
    private readonly byte[] _proof;

    private SessionToken(string prefix, SessionId session, byte[] proof) => (_prefix, Session, _proof) = (prefix, session, proof);

    /// <summary>The session that it claims to be of.</summary>
    public SessionId Session { get; }

    /// <summary>The token with which the widget is opened.</summary>
    /// <param name="key">The merchant's key for hashes.</param>
    public static string ForUser(SessionId session, ReadOnlySpan<byte> key) => Write(UserPrefix, session, key);

    /// <summary>The token for a session's result, which a client uses once.</summary>
    /// <param name="key">The merchant's key for hashes.</param>
    public static string ForRequest(SessionId session, ReadOnlySpan<byte> key) => Write(RequestPrefix, session, key);

    /// <summary>The token of a payment link, which is the secret part of its address.</summary>
    /// <param name="key">The merchant's key for hashes.</param>
    public static string ForLink(PaymentLinkId link, ReadOnlySpan<byte> key) => Write(LinkPrefix, NameOf(link), key);

    /// <summary>The token for the browser that opened a link which opens once.</summary>
    /// <param name="key">The merchant's key for hashes.</param>
    public static string ForVisitor(PaymentLinkId link, ReadOnlySpan<byte> key) => Write(VisitorPrefix, NameOf(link), key);

    /// <summary>The token of a customer's visit to its own page.</summary>
    /// <param name="key">The merchant's key for hashes.</param>
    public static string ForVisit(AccountVisitId visit, ReadOnlySpan<byte> key) => Write(VisitPrefix, NameOf(visit), key);

    /// <summary>The token for the browser that opened the page.</summary>
    /// <param name="key">The merchant's key for hashes.</param>
    public static string ForPage(AccountVisitId visit, ReadOnlySpan<byte> key) => Write(PagePrefix, NameOf(visit), key);

    /// <summary>The part of a link's token that names it and proves nothing.</summary>
    public static string PublicNameOf(PaymentLinkId link) => PublicNameOf(NameOf(link));

    /// <summary>The part of a visit's token that names it and proves nothing.</summary>
    public static string PublicNameOf(AccountVisitId visit) => PublicNameOf(NameOf(visit));

    /// <summary>Reads a token; null for other text. <see cref="IsGenuine"/> tells whether it is genuine.</summary>
    /// <param name="prefix">The kind that is wanted.</param>
    public static SessionToken? TryRead(string? text, string prefix)
    {
        Span<byte> bytes = stackalloc byte[Length];
        if (text is null || !text.StartsWith(prefix, StringComparison.Ordinal)
            || Base64Url.GetMaxDecodedLength(text.Length - prefix.Length) > Length + 2
            || !Base64Url.IsValid(text.AsSpan(prefix.Length), out var length) || length != Length)
        {
            return null;
        }

        Base64Url.DecodeFromChars(text.AsSpan(prefix.Length), bytes);
        return new SessionToken(prefix, NameOf(bytes), bytes[NameLength..].ToArray());
    }

    /// <summary>
    /// The session that the first 32 characters after a token's prefix name; null when they name none. They prove nothing.
    /// </summary>
    public static SessionId? TryReadName(string? text)
    {
        Span<byte> bytes = stackalloc byte[NameLength];
        if (text is not { Length: PublicNameLength } || !Base64Url.IsValid(text, out var length) || length != NameLength)
            return null;
        Base64Url.DecodeFromChars(text, bytes);
        return NameOf(bytes);
    }

    /// <summary>The payment link that it claims to be of, where it is one of a link.</summary>
    public PaymentLinkId Link => new(Session.Merchant, Session.Value);

    /// <summary>The visit that it claims to be of, where it is one of a visit.</summary>
    public AccountVisitId Visit => new(Session.Merchant, Session.Value);

    /// <summary>Whether it was made under this key. Takes the same time for every wrong token.</summary>
    /// <param name="key">The merchant's key for hashes.</param>
    public bool IsGenuine(ReadOnlySpan<byte> key) => CryptographicOperations.FixedTimeEquals(Proof(_prefix, Session, key), _proof);

    /// <summary>Never the token itself.</summary>
    public override string ToString() => $"{_prefix}···";

    private static SessionId NameOf(PaymentLinkId link) => new(link.Merchant, link.Value);

    private static SessionId NameOf(AccountVisitId visit) => new(visit.Merchant, visit.Value);

    private static string PublicNameOf(SessionId name)
    {
        Span<byte> bytes = stackalloc byte[NameLength];
        WriteName(name, bytes);
        return Base64Url.EncodeToString(bytes);
    }

    private static string Write(string prefix, SessionId session, ReadOnlySpan<byte> key)
    {
        Span<byte> bytes = stackalloc byte[Length];
        WriteName(session, bytes);
        Proof(prefix, session, key).CopyTo(bytes[NameLength..]);
        return prefix + Base64Url.EncodeToString(bytes);
    }

    private static byte[] Proof(string prefix, SessionId session, ReadOnlySpan<byte> key)
    {
        Span<byte> text = stackalloc byte[prefix.Length + NameLength];
        Encoding.ASCII.GetBytes(prefix, text);
        WriteName(session, text[prefix.Length..]);
        return HMACSHA256.HashData(key, text);
    }

    private static void WriteName(SessionId session, Span<byte> bytes)
    {
        BinaryPrimitives.WriteInt64BigEndian(bytes, session.Merchant.Value);
        session.Value.TryWriteBytes(bytes[8..], bigEndian: true, out _);
    }

    private static SessionId NameOf(ReadOnlySpan<byte> bytes) =>
        new(new MerchantId(BinaryPrimitives.ReadInt64BigEndian(bytes)), new Guid(bytes[8..NameLength], bigEndian: true));
}
