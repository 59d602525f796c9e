using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using Quittance.Dialects.Http;

namespace Quittance.Tests.OpenApi;

/// <summary>The documents of all dialects, which every answer in a test has to keep.</summary>
internal sealed class Contracts
{
    private ImmutableArray<Contract> _all = [];

    /// <summary>Those of the server that all tests share.</summary>
    public static Contracts OfTheRun { get; } = new();

    /// <summary>Asks a server for its documents.</summary>
    public async Task LoadAsync(Uri server, IEnumerable<Dialect> dialects)
    {
        using var client = new HttpClient { BaseAddress = server };
        foreach (var dialect in dialects.Where(dialect => dialect.Description is not null))
            _all = _all.Add(new Contract(dialect, await client.GetStringAsync($"/openapi/{dialect.Name}.json", CancellationToken.None)));
    }

    /// <summary>Fails where an answer is not as the document of its dialect says.</summary>
    public async Task AssertKeptAsync(HttpRequestMessage request, string? sent, HttpResponseMessage answer)
    {
        var path = request.RequestUri!.AbsolutePath;
        if (_all.FirstOrDefault(contract => contract.Owns(path)) is not { } contract)
            return;
        // A server that does not have this dialect: the answer is not ours.
        if (answer.StatusCode == HttpStatusCode.NotFound && !answer.Headers.Contains("Quittance-Trace"))
            return;
        await answer.Content.LoadIntoBufferAsync(CancellationToken.None);
        var exchange =
            new Exchange(request.Method.Method, path, sent, answer, await answer.Content.ReadAsStringAsync(CancellationToken.None));
        KeptExchanges.Add(contract.Dialect, request.RequestUri, exchange);
        string[] faults = [.. contract.Faults(exchange)];
        Assert.True(faults.Length == 0, $"{exchange}\nbreaks the API's document:\n{string.Join('\n', faults)}");
    }

    /// <summary>The body of a request where it is JSON and can be read twice; null else.</summary>
    public static async Task<string?> SentAsync(HttpRequestMessage request) =>
        request.Content is ByteArrayContent content && IsJson(content.Headers.ContentType)
            ? await content.ReadAsStringAsync(CancellationToken.None) : null;

    private static bool IsJson(MediaTypeHeaderValue? type) => type?.MediaType?.EndsWith("json", StringComparison.OrdinalIgnoreCase) == true;
}
