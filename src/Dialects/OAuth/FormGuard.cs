using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.OAuth;

/// <summary>
/// Proves that a form was filled in on our own page: the page holds a hash of what the browser has in a cookie. Another site can neither
/// read the one nor have the other sent.
/// </summary>
/// <param name="address">Where browsers reach this server.</param>
internal sealed class FormGuard(PublicAddress address)
{
    private const int NonceLength = 32;

    private readonly bool _isSecure = address.Base.StartsWith("https:", StringComparison.Ordinal);

    // The prefix keeps neighbouring hosts from planting one; without TLS browsers do not take it.
    private string CookieName => _isSecure ? "__Host-quittance-form" : "quittance-form";

    /// <summary>The proof for a page that is shown now. A browser with several pages open has one cookie for all.</summary>
    public string Issue(HttpContext http)
    {
        if (NonceOf(http.Request) is not { } nonce)
        {
            nonce = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(NonceLength));
            http.Response.Cookies.Append(CookieName, nonce, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = _isSecure, Path = "/" });
        }

        return ProofOf(nonce);
    }

    /// <summary>Whether a form comes with the right proof.</summary>
    public bool Accepts(HttpContext http, string? proof) =>
        proof is not null && NonceOf(http.Request) is { } nonce
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(proof), Encoding.UTF8.GetBytes(ProofOf(nonce)));

    private string? NonceOf(HttpRequest request) =>
        request.Cookies[CookieName] is { } nonce && Base64Url.IsValid(nonce, out var length) && length == NonceLength ? nonce : null;

    private static string ProofOf(string nonce) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes($"form {nonce}")));
}
