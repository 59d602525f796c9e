namespace Quittance.Tests.OpenApi;

/// <summary>A request to the server and its answer.</summary>
/// <param name="Path">The path, without the query.</param>
/// <param name="Sent">The body of the request where it is JSON; null else.</param>
internal sealed record Exchange(string Method, string Path, string? Sent, HttpResponseMessage Answer, string Body)
{
    /// <summary>The HTTP status.</summary>
    public int Status => (int)Answer.StatusCode;

    /// <summary>The media type of the answer; null where it has none.</summary>
    public string? MediaType => Answer.Content.Headers.ContentType?.MediaType;

    /// <summary>A header of the answer; null where it was not sent.</summary>
    public string? Header(string name) =>
        Answer.Headers.TryGetValues(name, out var values) || Answer.Content.Headers.TryGetValues(name, out values)
            ? string.Join(", ", values) : null;

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Path}, answered with {Status} {Body}";
}
