using System.Text;
using Microsoft.AspNetCore.Http;
using Quittance.Core.Access;

namespace Quittance.Dialects.OAuth;

/// <summary>Which client sends a request, by HTTP Basic or by fields of the form (RFC 6749 2.3.1); a public one by its name alone.</summary>
internal static class ClientAuthentication
{
    private const string Scheme = "Basic ";

    /// <summary>The client, or why it is none.</summary>
    public static async Task<(Client? Client, OAuthError? Error)> FindAsync(HttpContext http, OAuthForm form, IClients clients)
    {
        if (http.Request.Headers.Authorization.Count == 0)
            return Told(await OfFormAsync(form, clients, http.RequestAborted));
        if (form["client_secret"] is not null)
            return (null, OAuthError.InvalidRequest("Send the secret in one way: by HTTP Basic, or as client_secret."));
        if (Basic(http.Request) is not var (name, secret) || (form["client_id"] is { } other && other != name))
            return (null, OAuthError.InvalidClient);
        return Told(await clients.FindAsync(name, secret, http.RequestAborted));
    }

    private static (Client?, OAuthError?) Told(Client? client) => client is null ? (null, OAuthError.InvalidClient) : (client, null);

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
