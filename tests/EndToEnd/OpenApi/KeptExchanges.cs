using System.Text.Json;

namespace Quittance.Tests.OpenApi;

/// <summary>
/// Keeps what was asked and answered, one JSON object a line, in the file that <c>QUITTANCE_EXCHANGES</c> names, for the checks against the
/// APIs' own documents (tests/conformance). Without it nothing is kept.
/// </summary>
internal static class KeptExchanges
{
    private static readonly string? Kept = Environment.GetEnvironmentVariable("QUITTANCE_EXCHANGES");
    private static readonly Lock Writing = new();

    /// <summary>Keeps an exchange.</summary>
    /// <param name="dialect">The dialect that it was with.</param>
    /// <param name="address">The address of the request, with its query.</param>
    public static void Add(string dialect, Uri address, Exchange exchange)
    {
        if (Kept is null)
            return;
        var headers = exchange.Answer.Headers.Concat(exchange.Answer.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value));
        var line = JsonSerializer.Serialize(
            new
            {
                dialect,
                method = exchange.Method,
                path = address.PathAndQuery,
                status = exchange.Status,
                headers,
                body = exchange.Body
            });
        lock (Writing)
            File.AppendAllText(Kept, line + "\n");
    }
}
