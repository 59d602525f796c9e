using System.Net.Http.Headers;
using System.Text;

namespace Quittance.Providers.Http;

/// <summary>A request to a provider over HTTP.</summary>
/// <param name="Path">The path, relative to the account's address.</param>
internal sealed record WireRequest(HttpMethod Method, string Path)
{
    /// <summary>The body; null where there is none.</summary>
    public ReadOnlyMemory<byte>? Body { get; private init; }

    /// <summary>The media type of the body.</summary>
    public string ContentType { get; private init; } = "application/json";

    /// <summary>Headers of this request alone, such as its idempotency key.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public static WireRequest Get(string path) => new(HttpMethod.Get, path);

    public static WireRequest Json(string path, ReadOnlyMemory<byte> body) => new(HttpMethod.Post, path) { Body = body };

    /// <summary>A request whose body are the fields of a form.</summary>
    public static WireRequest Form(string path, IEnumerable<(string Name, string Value)> fields) => new(HttpMethod.Post, path)
    {
        Body = Encoding.ASCII.GetBytes(
            string.Join('&', fields.Select(field => $"{Uri.EscapeDataString(field.Name)}={Uri.EscapeDataString(field.Value)}"))),
        ContentType = "application/x-www-form-urlencoded",
    };

    /// <summary>The message with the headers of the account and its own.</summary>
    /// <exception cref="FormatException">A header can't be sent: it holds a line break.</exception>
    public HttpRequestMessage ToMessage(Uri address, IReadOnlyList<(string Name, string Value)> ofAccount)
    {
        var message = new HttpRequestMessage(Method, new Uri(address, Path));
        foreach (var (name, value) in ofAccount.Concat(Headers))
        {
            if (value.AsSpan().ContainsAny('\r', '\n', '\0'))
                throw new FormatException($"{name} can't be sent: it holds a line break.");
            // As it is: a key may have signs, such as a comma, that mean something else in this header.
            message.Headers.TryAddWithoutValidation(name, value);
        }

        if (Body is { } body)
        {
            message.Content = new ReadOnlyMemoryContent(body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(ContentType);
        }

        return message;
    }
}

/// <summary>A provider's whole answer over HTTP.</summary>
/// <param name="Body">The body; empty where it was longer than any answer of a provider.</param>
/// <param name="Headers">The headers of the answer.</param>
internal sealed record HttpReply(int Status, ReadOnlyMemory<byte> Body, HttpResponseHeaders Headers)
{
    /// <summary>A header that comes once; null for none.</summary>
    public string? Header(string name) => Headers.TryGetValues(name, out var values) && values.ToArray() is [var only] ? only : null;
}

/// <summary>How the HTTP of a provider differs from others'.</summary>
/// <param name="Headers">The headers of each request, above all the key of the account.</param>
internal sealed record WireManner(params IReadOnlyList<(string Name, string Value)> Headers)
{
    /// <summary>The most bytes of an answer.</summary>
    public int MaxBodyLength { get; init; } = 64 * 1024;

    /// <summary>Whether the same request may fare better a moment later.</summary>
    public Func<HttpReply, bool> IsPassing { get; init; } = static reply => reply.Status is 429 or >= 500;
}
