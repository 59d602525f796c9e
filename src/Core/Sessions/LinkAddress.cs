namespace Quittance.Core.Sessions;

/// <summary>
/// The addresses of payment links. The one that a merchant sends has the link's proof as its query; the page's own has none.
/// </summary>
public static class LinkAddress
{
    public const string Mount = "/pay";

    /// <summary>The parameter with the proof.</summary>
    public const string Proof = "k";

    /// <summary>The address that a merchant sends to a customer.</summary>
    /// <param name="server">The address under which customers reach the server, without a slash at the end.</param>
    /// <param name="key">The merchant's key for hashes.</param>
    public static string Of(string server, PaymentLinkId link, ReadOnlySpan<byte> key) =>
        $"{server}{PathOf(link)}?{Proof}={ProofOf(SessionToken.ForLink(link, key))}";

    /// <summary>The path of the page.</summary>
    public static string PathOf(PaymentLinkId link) => $"{Mount}/{SessionToken.PublicNameOf(link)}";

    /// <summary>The part of a link's token that proves it.</summary>
    public static string ProofOf(string token) => token[^SessionToken.ProofLength..];
}
