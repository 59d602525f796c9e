using Microsoft.AspNetCore.Http;

namespace Quittance.Dialects.Midnight;

/// <summary>
/// The secrets of a call (Midnight 2 and 5): two tokens, told apart by their scheme, within one Authorization header or two, and the
/// key of the installation in a header of its own. <c>Generic</c> calls need all three, others the Midnight token alone.
/// </summary>
/// <param name="Prc">The token of the scheme PRC; null when there is none.</param>
/// <param name="Midnight">The token of the scheme Midnight, or of Bearer in its place.</param>
/// <param name="MisKey">The header MISKEY; null when there is none.</param>
internal readonly record struct MidnightCredentials(string? Prc, string Midnight, string? MisKey)
{
    /// <summary>Reads the headers; null when the Midnight token is missing, or a secret is given twice.</summary>
    public static MidnightCredentials? Of(HttpRequest request)
    {
        string? prc = null;
        string? midnight = null;
        foreach (var credential in request.Headers.Authorization.SelectMany(header => (header ?? "").Split(',')))
        {
            var (scheme, token) = Split(credential.Trim());
            if (token.Length == 0)
                continue;
            if (Is(scheme, "PRC"))
            {
                if (prc is not null)
                    return null;
                prc = token;
            }
            else if (Is(scheme, "Midnight") || Is(scheme, "Bearer"))
            {
                if (midnight is not null)
                    return null;
                midnight = token;
            }
        }

        var misKeys = request.Headers["MISKEY"];
        return midnight is not null && misKeys.Count <= 1 ? new MidnightCredentials(prc, midnight, misKeys is [{ Length: > 0 } only] ? only.Trim() : null) : null;
    }

    /// <summary>Never the secrets.</summary>
    public override string ToString() => "credentials of a Midnight call";

    private static (string Scheme, string Token) Split(string credential) => credential.IndexOfAny([' ', '\t']) is > 0 and var end
        ? (credential[..end], credential[end..].Trim())
        : (credential, "");

    private static bool Is(string scheme, string wanted) => string.Equals(scheme, wanted, StringComparison.OrdinalIgnoreCase);
}
