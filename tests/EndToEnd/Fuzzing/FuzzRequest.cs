using System.Text;

namespace Quittance.Tests.Fuzzing;

/// <summary>A request, valid or not.</summary>
/// <param name="Target">The path with its query, as it stands in the request.</param>
/// <param name="Body">Null for none.</param>
internal sealed record FuzzRequest(string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, byte[]? Body)
{
    public string? ContentType { get; init; }

    /// <summary>Stands for the cookie of an operator who is signed in at the moment.</summary>
    public const string Session = "the operator's session";

    /// <summary>Sends it, and reads the answer's status, and where it leads.</summary>
    public async Task<(int Status, string To)> SendAsync(HttpClient client, Uri server, string session, CancellationToken cancel)
    {
        // As it is: the address's own rules would put much of it right.
        var address = new Uri(
            $"{server.GetLeftPart(UriPartial.Authority)}{Target}",
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(Method), address);
        if (Body is not null)
        {
            request.Content = new ByteArrayContent(Body);
            if (ContentType is not null)
                request.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        }

        foreach (var (name, value) in Headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value == Session ? session : value))
                request.Content?.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        await answer.Content.CopyToAsync(Stream.Null, cancel);
        return ((int)answer.StatusCode, answer.Headers.Location?.OriginalString ?? "");
    }

    public override string ToString()
    {
        var text = new StringBuilder($"{Method} {Target}\n");
        foreach (var (name, value) in Headers)
            text.Append($"{name}: {value}\n");
        text.Append($"Content-Type: {ContentType}\n\n");
        var body = Encoding.Latin1.GetString(Body ?? []);
        return text.Append(body.Length > 2000 ? $"{body[..2000]}… ({body.Length} bytes)" : body).ToString();
    }
}
