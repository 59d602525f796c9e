using System.IO.Pipelines;
using System.Text.Json;
using System.Xml;
using Microsoft.AspNetCore.Http;

namespace Quittance.Dialects.Http;

/// <summary>The answer to a request.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">Writes the JSON body; null for none.</param>
public sealed record Answer(int Status, Action<Utf8JsonWriter>? Body)
{
    /// <summary>A file that browsers show where they can.</summary>
    /// <param name="name">Its name for people, of ASCII letters.</param>
    public static Answer OfFile(string name, string mediaType, ReadOnlyMemory<byte> content) => new(StatusCodes.Status200OK, null)
    {
        MediaType = mediaType,
        Headers = [("Content-Disposition", $"inline; filename=\"{name}\"")],
        LongBody = async (body, cancel) => await body.WriteAsync(content, cancel),
    };

    /// <summary>Writes the body piece by piece, where it may be too long for one buffer; takes the place of <see cref="Body"/>.</summary>
    public Func<PipeWriter, CancellationToken, Task>? LongBody { get; init; }

    /// <summary>Writes the body as XML; takes the place of <see cref="Body"/>.</summary>
    public Action<XmlWriter>? XmlBody { get; init; }

    /// <summary>The media type of the body.</summary>
    public string MediaType { get; init; } = "application/json;charset=utf-8";

    /// <summary>The Location header, absolute.</summary>
    public string? Location { get; init; }

    /// <summary>The WWW-Authenticate header.</summary>
    public string? Challenge { get; init; }

    /// <summary>The Retry-After header, seconds.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>The Cache-Control header.</summary>
    public string? CacheControl { get; init; }

    /// <summary>The RateLimit header.</summary>
    public string? RateLimit { get; init; }

    /// <summary>Further headers.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>The payment that the request made, for the header <c>Quittance-Payment</c>.</summary>
    public Guid? Payment { get; init; }

    /// <summary>Whether the answer repeats an earlier one, for the header <c>Idempotency-Replayed</c>.</summary>
    public bool Replayed { get; init; }
}
