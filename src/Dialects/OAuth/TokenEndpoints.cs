using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Quittance.Core.Access;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.OAuth;

/// <summary>Where clients get tokens, give them back, and ask what they stand for (RFC 6749, 7009, 7662).</summary>
internal sealed class TokenEndpoints(IClients clients, IAuthorisations authorisations, string issuer, long bodyLimit)
{
    private static readonly Answer Done = new(StatusCodes.Status200OK, null);

    /// <summary><c>POST /oauth/token</c>.</summary>
    public Task TokenAsync(HttpContext http) => AnswerAsync(http, (client, form) => form["grant_type"] switch
    {
        "client_credentials" => IssueAsync(client, form, http.RequestAborted),
        "authorization_code" => RedeemAsync(client, form, http.RequestAborted),
        "refresh_token" => RefreshAsync(client, form, http.RequestAborted),
        null => Task.FromResult(OAuthError.InvalidRequest("Send grant_type.").ToAnswer()),
        _ => Task.FromResult(
            new OAuthError("unsupported_grant_type", "Use client_credentials, authorization_code or refresh_token.").ToAnswer()),
    });

    /// <summary><c>POST /oauth/revoke</c>: 200 whether or not there was such a token (RFC 7009 2.2), or it was another client's.</summary>
    public Task RevokeAsync(HttpContext http) => AnswerAsync(http, async (client, form) =>
    {
        if (form["token"] is not { } token)
            return OAuthError.InvalidRequest("Send token.").ToAnswer();
        await authorisations.RevokeAsync(client, token, http.RequestAborted);
        return Done;
    });

    /// <summary><c>POST /oauth/introspect</c>: of tokens for the client's own installation.</summary>
    public Task IntrospectAsync(HttpContext http) => AnswerAsync(http, async (client, form) =>
    {
        // Without a secret, an attacker could try tokens out here.
        if (client.IsPublic)
            return OAuthError.InvalidClient.ToAnswer();
        if (form["token"] is not { } token)
            return OAuthError.InvalidRequest("Send token.").ToAnswer();
        var state = await authorisations.FindAsync(client, token, http.RequestAborted);
        return OAuthResponses.State.ToAnswer((state, issuer));
    });

    private async Task AnswerAsync(HttpContext http, Func<Client, OAuthForm, Task<Answer>> operation)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.Pragma = "no-cache";
        await DialectRoutes.WriteAsync(http, await AnswerToAsync(http, operation));
    }

    private async Task<Answer> AnswerToAsync(HttpContext http, Func<Client, OAuthForm, Task<Answer>> operation)
    {
        var (form, error) = await OAuthForm.ReadAsync(http, bodyLimit);
        if (form is null)
            return error!.ToAnswer();
        var (client, refusal) = await ClientAuthentication.FindAsync(http, form, clients);
        return client is null ? refusal!.ToAnswer() : await operation(client, form);
    }

    private async Task<Answer> IssueAsync(Client client, OAuthForm form, CancellationToken cancel)
    {
        if (client.IsPublic)
            return new OAuthError("unauthorized_client", "A public client can't act for itself. Send a person to sign in.").ToAnswer();
        return Scopes.Asked(form["scope"], client.Credential.Scopes) is { } scopes
            ? OAuthResponses.Tokens.ToAnswer(await authorisations.IssueAsync(client, scopes, cancel))
            : OAuthError.InvalidScope(client.Credential.Scopes).ToAnswer();
    }

    private async Task<Answer> RedeemAsync(Client client, OAuthForm form, CancellationToken cancel)
    {
        if (form["code"] is not { } code || form["redirect_uri"] is not { } redirectUri)
            return OAuthError.InvalidRequest("Send code and redirect_uri.").ToAnswer();
        if (form["code_verifier"] is not { } verifier || !IsVerifier(verifier))
        {
            return OAuthError.InvalidRequest("Send code_verifier: the 43 to 128 characters whose hash was the code_challenge (RFC 7636).")
                .ToAnswer();
        }

        var shown = new CodeTerms(redirectUri, SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        return await authorisations.RedeemAsync(client, code, shown, cancel) is { } tokens ? OAuthResponses.Tokens.ToAnswer(tokens)
            : OAuthError.InvalidGrant.ToAnswer();
    }

    private async Task<Answer> RefreshAsync(Client client, OAuthForm form, CancellationToken cancel)
    {
        if (form["refresh_token"] is not { } token)
            return OAuthError.InvalidRequest("Send refresh_token.").ToAnswer();
        string[]? scopes = form["scope"]?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } asked ? [.. asked.Distinct()]
            : null;
        var refreshed = await authorisations.RefreshAsync(client, token, scopes, cancel);
        if (refreshed.AsksTooMuch)
            return new OAuthError("invalid_scope", "Ask for no more than was allowed.").ToAnswer();
        return refreshed.Tokens is { } tokens ? OAuthResponses.Tokens.ToAnswer(tokens) : OAuthError.InvalidGrant.ToAnswer();
    }

    // RFC 7636 4.1.
    private static bool IsVerifier(string verifier) =>
        verifier.Length is >= 43 and <= 128
            && verifier.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '.' or '_' or '~');
}

/// <summary>
/// Finds the client that sends a request, by HTTP Basic or by fields of the form (RFC 6749 2.3.1); a public one by its name alone.
/// </summary>
internal static class ClientAuthentication
{
    private const string Scheme = "Basic ";

    /// <summary>The client, or why it is none.</summary>
    public static async Task<(Client? Client, OAuthError? Error)> FindAsync(HttpContext http, OAuthForm form, IClients clients)
    {
        if (http.Request.Headers.Authorization.Count == 0)
            return ClientOrError(await OfFormAsync(form, clients, http.RequestAborted));
        if (form["client_secret"] is not null)
            return (null, OAuthError.InvalidRequest("Send the secret in one way: by HTTP Basic, or as client_secret."));
        if (Basic(http.Request) is not var (name, secret) || (form["client_id"] is { } other && other != name))
            return (null, OAuthError.InvalidClient);
        return ClientOrError(await clients.FindAsync(name, secret, http.RequestAborted));
    }

    private static (Client?, OAuthError?) ClientOrError(Client? client) =>
        client is null ? (null, OAuthError.InvalidClient) : (client, null);

    private static async Task<Client?> OfFormAsync(OAuthForm form, IClients clients, CancellationToken cancel)
    {
        if (form["client_id"] is not { } name)
            return null;
        if (form["client_secret"] is { } secret)
            return await clients.FindAsync(name, secret, cancel);
        return await clients.FindAsync(name, cancel) is { IsPublic: true } client ? client : null;
    }

    private static (string Name, string Secret)? Basic(HttpRequest request)
    {
        if (request.Headers.Authorization is not [{ } header] || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        var encoded = header.AsSpan(Scheme.Length).Trim();
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64Chars(encoded, bytes, out var length))
            return null;
        var text = Encoding.UTF8.GetString(bytes.AsSpan(0, length));
        return text.IndexOf(':') is > 0 and var end ? (Decoded(text[..end]), Decoded(text[(end + 1)..])) : null;
    }

    private static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}

/// <summary>The parameter <c>scope</c> (RFC 6749 3.3).</summary>
internal static class Scopes
{
    /// <summary>The scopes that were asked for, all of them where nothing was; null when that is more than is allowed.</summary>
    /// <param name="asked">The parameter; null when it was not sent.</param>
    /// <param name="allowed">The scopes that the client may ask for.</param>
    public static IReadOnlyCollection<string>? Asked(string? asked, IReadOnlySet<string> allowed)
    {
        if (asked is null)
            return [.. allowed.Order(StringComparer.Ordinal)];
        string[] scopes = [.. asked.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct()];
        return scopes.Length > 0 && scopes.All(allowed.Contains) ? scopes : null;
    }
}
