using System.Text.Json;
using System.Xml.Linq;
using Quittance.Dialects.Http;

namespace Quittance.Tests.OpenApi;

/// <summary>The document of a dialect as a promise: what an exchange with the server breaks of it.</summary>
internal sealed class Contract
{
    private readonly Dialect _dialect;
    private readonly JsonElement _document;
    private readonly Schema _answers;
    private readonly Schema _requests;
    private readonly (string Path, string Method, JsonElement Operation)[] _operations;

    /// <summary>Of the text of a document.</summary>
    public Contract(Dialect dialect, string document)
    {
        _dialect = dialect;
        using var parsed = JsonDocument.Parse(document);
        _document = parsed.RootElement.Clone();
        (_answers, _requests) = (new Schema(_document, isStrict: true), new Schema(_document, isStrict: false));
        _operations =
        [
            .. _document.GetProperty("paths").EnumerateObject().OrderBy(path => path.Name.Count(character => character == '{'))
                .SelectMany(path => path.Value.EnumerateObject().Select(operation => (path.Name, operation.Name, operation.Value))),
        ];
    }

    /// <summary>The dialect's name.</summary>
    public string Dialect => _dialect.Name;

    /// <summary>Whether a path is one of the dialect's.</summary>
    public bool Owns(string path) =>
        _dialect.Paths.Any(
        owned => new Microsoft.AspNetCore.Http.PathString(path).StartsWithSegments(owned, StringComparison.OrdinalIgnoreCase));

    /// <summary>The rules that an exchange with this dialect breaks.</summary>
    public IEnumerable<string> Faults(Exchange exchange)
    {
        var operation = _operations.FirstOrDefault(
            known => IsAt(known.Path, exchange.Path)
                && string.Equals(known.Method, exchange.Method, StringComparison.OrdinalIgnoreCase)).Operation;
        // The test that goes through all operations names those without a description.
        if (operation.ValueKind == JsonValueKind.Undefined)
            return exchange.Status >= 400 ? OfRefusal(exchange) : [];
        return operation.GetProperty("responses").TryGetProperty(exchange.Status.ToString(), out var response)
            ? [.. OfHeaders(response, exchange), .. OfBody(response, exchange), .. exchange.Status < 300 ? OfRequest(operation, exchange)
                : []]
            : [$"the status {exchange.Status} is not in the document"];
    }

    /// <summary>An unknown path or method: what every operation answers when the server fails has the same shape.</summary>
    private IEnumerable<string> OfRefusal(Exchange exchange)
    {
        if (exchange.Method == HttpMethod.Head.Method || exchange.MediaType == "text/html")
            return [];
        var response = _operations.Select(known => known.Operation.GetProperty("responses").GetProperty("500"))
            .First(failed => !failed.GetProperty("content").TryGetProperty("text/html", out _));
        return OfBody(response, exchange);
    }

    private IEnumerable<string> OfHeaders(JsonElement response, Exchange exchange)
    {
        foreach (var (name, described) in response.GetProperty("headers").EnumerateObject()
            .Select(header => (header.Name, Described: Resolved(header.Value))))
        {
            if (exchange.Header(name) is not { } sent)
            {
                if (described.GetProperty("required").GetBoolean())
                    yield return $"the header {name} is missing";
                continue;
            }

            var isText = described.GetProperty("schema").GetProperty("type").GetString() == "string";
            using var value = JsonDocument.Parse(isText ? JsonSerializer.Serialize(sent) : sent);
            foreach (var fault in _answers.Faults(described.GetProperty("schema"), value.RootElement, $"the header {name}"))
                yield return fault;
        }
    }

    private IEnumerable<string> OfBody(JsonElement response, Exchange exchange)
    {
        if (!response.TryGetProperty("content", out var content) || exchange.Method == HttpMethod.Head.Method)
            return exchange.Body.Length == 0 ? [] : ["there is a body, which is not in the document"];
        if (!content.TryGetProperty(exchange.MediaType ?? "", out var described))
            return [$"the media type {exchange.MediaType} is not in the document"];
        var schema = described.GetProperty("schema");
        if (exchange.MediaType!.EndsWith("json", StringComparison.Ordinal))
        {
            using var body = JsonDocument.Parse(exchange.Body);
            return [.. _answers.Faults(schema, body.RootElement, "the body")];
        }

        return exchange.MediaType.EndsWith("xml", StringComparison.Ordinal)
            ? OfXml(Resolved(schema).GetProperty("xml"), XDocument.Parse(exchange.Body).Root!) : [];
    }

    private static IEnumerable<string> OfXml(JsonElement described, XElement root)
    {
        var name = XName.Get(
            described.GetProperty("name").GetString()!, described.TryGetProperty("namespace", out var ns) ? ns.GetString()! : "");
        return root.Name == name ? [] : [$"the root is {root.Name} and not {name}"];
    }

    /// <summary>A body that the server took must be one that the document lets clients send.</summary>
    private IEnumerable<string> OfRequest(JsonElement operation, Exchange exchange)
    {
        if (exchange.Sent is null || !operation.TryGetProperty("requestBody", out var described))
            return [];
        using var body = JsonDocument.Parse(exchange.Sent);
        // Of many records some may have been refused.
        if (body.RootElement.ValueKind == JsonValueKind.Array)
            return [];
        var schema = described.GetProperty("content").EnumerateObject().First().Value.GetProperty("schema");
        return [.. _requests.Faults(schema, body.RootElement, "the request")];
    }

    private JsonElement Resolved(JsonElement node) => node.TryGetProperty("$ref", out var reference)
        ? reference.GetString()!.Split('/').Skip(1).Aggregate(_document, (at, name) => at.GetProperty(name))
        : node;

    private static bool IsAt(string pattern, string path)
    {
        string[] wanted = pattern.Split('/');
        string[] found = path.TrimEnd('/').Split('/');
        if (wanted[^1] == "{any}")
            return found.Length >= wanted.Length && IsAt(string.Join('/', wanted[..^1]), string.Join('/', found[..(wanted.Length - 1)]));
        return wanted.Length == found.Length
            && wanted.Zip(found)
                .All(pair => pair.First.StartsWith('{') ? pair.Second.Length > 0
                : pair.First.Equals(pair.Second, StringComparison.OrdinalIgnoreCase));
    }
}
