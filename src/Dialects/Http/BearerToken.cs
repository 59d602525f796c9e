using Microsoft.AspNetCore.Http;
using Quittance.Core.Access;

namespace Quittance.Dialects.Http;

/// <summary>
/// <c>Authorization: Bearer</c> (RFC 6750): a credential's own secret, or an access token of the authorisation server, whose credential is
/// the client's, for the <see cref="Credential.Subject"/> that it acts for.
/// </summary>
public static class BearerToken
{
    private const string Scheme = "Bearer";

    /// <summary>The token; null when the header is missing, sent twice, of another scheme, or empty.</summary>
    public static string? Of(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && Is(header) && header[Scheme.Length..].Trim() is { Length: > 0 } token
            ? token
            : null;

    /// <summary>The credential of the sender; null when there is no token, or the token is not valid for the dialect.</summary>
    public static async ValueTask<Credential?> FindAsync(HttpContext http, ICredentials credentials, string dialect) =>
        Of(http.Request) is { } token ? await credentials.FindAsync(CredentialKind.Bearer, dialect, token, http.RequestAborted) : null;

    /// <summary>The header WWW-Authenticate of a refusal (RFC 6750 3); null where none is due.</summary>
    /// <param name="http">The request.</param>
    /// <param name="fault">Why it is refused.</param>
    public static string? Challenge(HttpContext http, EdgeFault fault) => fault switch
    {
        EdgeFault.Unauthenticated when Of(http.Request) is not null => $"{Scheme} error=\"invalid_token\"",
        EdgeFault.Unauthenticated when http.Request.Headers.Authorization.Any(header => header is not null && Is(header)) =>
            $"{Scheme} error=\"invalid_request\"",
        // RFC 6750 3.1: without a token, the challenge has no error.
        EdgeFault.Unauthenticated => Scheme,
        EdgeFault.Forbidden when http.GetEndpoint()?.Metadata.GetMetadata<Needs>() is { Scope: var scope } =>
            InsufficientScope(scope),
        EdgeFault.Forbidden => $"{Scheme} error=\"insufficient_scope\"",
        EdgeFault.RateLimited or EdgeFault.PathUnknown or EdgeFault.MethodNotAllowed or EdgeFault.MediaTypeUnsupported
            or EdgeFault.BodyTooLarge
            or EdgeFault.BodyBroken or EdgeFault.KeyMalformed or EdgeFault.Overloaded or EdgeFault.Unavailable or EdgeFault.Held
            or EdgeFault.TakenOn
            or EdgeFault.OutcomeUnknown or EdgeFault.Internal => null,
    };

    /// <summary>The challenge to a token without a scope.</summary>
    public static string InsufficientScope(string scope) => $"{Scheme} error=\"insufficient_scope\", scope=\"{scope}\"";

    /// <summary>The challenge to a token whose person signed in too long ago for the act (RFC 9470).</summary>
    /// <param name="longest">How old the sign-in may be.</param>
    public static string SignInTooOld(TimeSpan longest) =>
        $"{Scheme} error=\"insufficient_user_authentication\", max_age=\"{(int)longest.TotalSeconds}\"";

    private static bool Is(string header) =>
        header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && (header.Length == Scheme.Length || header[Scheme.Length] == ' ');
}
