using Microsoft.AspNetCore.Http;

namespace Quittance.Dialects.Http;

/// <summary>Reads <c>Authorization: Bearer</c>.</summary>
public static class BearerToken
{
    private const string Scheme = "Bearer ";

    /// <summary>The token; null when the header is missing, sent twice or of another scheme.</summary>
    public static string? Of(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? header[Scheme.Length..].Trim()
            : null;
}
