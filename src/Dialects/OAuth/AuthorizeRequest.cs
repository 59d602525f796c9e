using System.Buffers.Text;
using Microsoft.AspNetCore.Http;
using Quittance.Core.Access;

namespace Quittance.Dialects.OAuth;

/// <summary>What a client asks a person for (RFC 6749 4.1.1, RFC 7636 4.3).</summary>
/// <param name="Client">The client.</param>
/// <param name="RedirectUri">Where the person is sent back to: one of the client's, character by character.</param>
/// <param name="State">The client's own, given back as it is; null when there is none.</param>
/// <param name="Scopes">What the client wants to do.</param>
/// <param name="Challenge">SHA-256 of the verifier that the client keeps.</param>
internal sealed record AuthorizeRequest(Client Client, string RedirectUri, string? State, IReadOnlyCollection<string> Scopes, ReadOnlyMemory<byte> Challenge)
{
    /// <summary>Reads the query. Who must not be sent anywhere gets a page (RFC 6749 4.1.2.1); else the client is told by way of the browser.</summary>
    public static async Task<AuthorizeOutcome> ReadAsync(HttpContext http, IClients clients, string issuer)
    {
        var query = new OAuthForm(http.Request.Query);
        if (query["client_id"] is not { } name || await clients.FindAsync(name, http.RequestAborted) is not { } client)
            return AuthorizeOutcome.ShowPage("The program that sent you here is not known. Go back to it and try again, or tell its makers.");
        if (query["redirect_uri"] is not { } redirectUri || !client.RedirectUris.Contains(redirectUri))
            return AuthorizeOutcome.ShowPage($"{client.Title} wants you sent back to an address that it has not registered. Go back to it and try again, or tell its makers.");

        var back = new RedirectBack(redirectUri, query["state"], issuer);
        if (ErrorIn(query) is { } error)
            return AuthorizeOutcome.SendBack(back.With(error));
        if (OAuth.Scopes.Asked(query["scope"], client.Credential.Scopes) is not { } scopes)
            return AuthorizeOutcome.SendBack(back.With(OAuthError.InvalidScope(client.Credential.Scopes)));
        return AuthorizeOutcome.Ask(new AuthorizeRequest(client, redirectUri, back.State, scopes, Base64Url.DecodeFromChars(query["code_challenge"])), back);
    }

    private static OAuthError? ErrorIn(OAuthForm query)
    {
        if (query.Repeats)
            return OAuthError.InvalidRequest("Send each parameter once.");
        if (query["response_type"] is not { } type)
            return OAuthError.InvalidRequest("Send response_type=code.");
        if (type != "code")
            return new OAuthError("unsupported_response_type", "Use response_type=code.");
        if (query["response_mode"] is not (null or "query"))
            return OAuthError.InvalidRequest("Use response_mode=query, or leave it out.");
        // Without a method it would be plain, which anyone can use who sees the request.
        if (query["code_challenge_method"] != "S256" || query["code_challenge"] is not { } challenge || !IsChallenge(challenge))
            return OAuthError.InvalidRequest("Send code_challenge, and code_challenge_method=S256 (RFC 7636).");
        return null;
    }

    // SHA-256 in base64url without padding.
    private static bool IsChallenge(string challenge) =>
        challenge.Length == 43 && !challenge.Contains('=') && Base64Url.IsValid(challenge, out var length) && length == 32;
}
