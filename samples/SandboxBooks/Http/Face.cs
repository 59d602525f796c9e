using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Quittance.Sandbox.Books;

namespace Quittance.Sandbox.Http;

/// <summary>The part that the faces of providers share: the sandbox's own and those of others.</summary>
internal static class Face
{
    /// <summary>The account whose key a request bears.</summary>
    /// <exception cref="HttpFault">It bears none.</exception>
    public static string AccountOf(HttpContext context)
    {
        const string Scheme = "Bearer ";
        var header = context.Request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && header[Scheme.Length..].Trim() is { Length: > 0 } key
            ? SandboxBooks.AccountOf(key)
            : throw new HttpFault(StatusCodes.Status401Unauthorized, "unauthorised", "Send Authorization: Bearer and any API key.");
    }

    /// <summary>The id in the books: that of the client's key where it is one, so that a client's own id is found there.</summary>
    public static Guid IdOf(string? key, TimeProvider clock) => Guid.TryParseExact(key, "D", out var id) ? id
        : key is null ? Guid.CreateVersion7(clock.GetUtcNow()) : IdOf(key);

    /// <summary>The same id for the same text.</summary>
    public static Guid IdOf(string text) => new(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));

    /// <summary>An id as letters only, so that none looks like the number of a card.</summary>
    public static string Letters(Guid id) => string.Concat($"{id:N}".Select(hex => (char)('a' + Convert.ToInt32($"{hex}", 16))));

    /// <summary>The HMAC-SHA256 of a text, in hexadecimal.</summary>
    public static string SignatureOf(string secret, string text) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));

    public static JsonObject Metadata(IReadOnlyDictionary<string, string> metadata) =>
        new(metadata.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)JsonValue.Create(pair.Value))));
}

/// <summary>Posts events to the webhook endpoints of accounts.</summary>
/// <param name="header">The header that proves an event.</param>
internal sealed class EventPost(string header) : IDisposable
{
    private readonly HttpClient _client =
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Whether the receiver has taken it.</summary>
    public async Task<bool> SendAsync(Uri url, string body, string signature, CancellationToken cancel)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, url)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        message.Headers.TryAddWithoutValidation(header, signature);
        try
        {
            using var response = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancel);
            return response.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    public void Dispose() => _client.Dispose();
}
