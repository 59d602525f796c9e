using System.Text.Json;

using Quittance.Core.Access;

namespace Quittance.Dialects.OpenApi;

/// <summary>A credential that clients send.</summary>
/// <param name="Name">Its name within a document.</param>
/// <param name="Write">Writes the members of its security scheme.</param>
public sealed record Security(string Name, Action<Utf8JsonWriter> Write)
{
    /// <summary>A scheme of the header Authorization.</summary>
    /// <param name="name">Its name within a document.</param>
    /// <param name="scheme">The scheme, such as <c>bearer</c>.</param>
    /// <param name="description">Where clients get it.</param>
    public static Security Http(string name, string scheme, string description) => new(name, json =>
    {
        json.WriteString("type", "http");
        json.WriteString("scheme", scheme);
        json.WriteString("description", description);
    });

    /// <summary>Access tokens of the authorisation server, which a client gets for itself.</summary>
    /// <param name="name">Its name within a document.</param>
    /// <param name="scopes">The scopes, each with its words for people.</param>
    /// <param name="description">Where clients get it.</param>
    public static Security OAuth(string name, IEnumerable<OfferedScope> scopes, string description) => new(name, json =>
    {
        json.WriteString("type", "oauth2");
        json.WriteString("description", description);
        json.WriteStartObject("flows");
        json.WriteStartObject("clientCredentials");
        json.WriteString("tokenUrl", "/oauth/token");
        json.WriteStartObject("scopes");
        foreach (var (scope, _, words) in scopes)
            json.WriteString(scope, words ?? scope);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>A header of its own.</summary>
    /// <param name="name">Its name within a document.</param>
    /// <param name="description">Where clients get it.</param>
    public static Security Header(string name, string header, string description) => new(name, json =>
    {
        json.WriteString("type", "apiKey");
        json.WriteString("in", "header");
        json.WriteString("name", header);
        json.WriteString("description", description);
    });

    /// <summary>No credential, where one may be sent as well.</summary>
    public static Security None { get; } = new("", _ => { });
}

/// <summary>A header of an answer.</summary>
/// <param name="Shape">The shape of its value.</param>
/// <param name="IsRequired">Whether it is always sent.</param>
public sealed record SentHeader(string Name, Shape Shape, bool IsRequired = false)
{
    /// <summary>The address of the resource that the request created.</summary>
    public static SentHeader Location { get; } = new("Location", Shape.Link("The address of what was made."), IsRequired: true);
}

/// <summary>Something of a request beside its body.</summary>
/// <param name="Place">Where it stands: <c>path</c>, <c>query</c> or <c>header</c>.</param>
/// <param name="IsRequired">Whether it must be sent.</param>
public sealed record Parameter(string Place, string Name, Shape Shape, bool IsRequired)
{
    /// <summary>A part of the path. Its name is that of the route.</summary>
    public static Parameter InPath(string name, Shape shape) => new("path", name, shape, IsRequired: true);

    /// <summary>A parameter of the query. A map stands for any number of parameters.</summary>
    public static Parameter InQuery(string name, Shape shape, bool isRequired = false) => new("query", name, shape, isRequired);

    public static Parameter InHeader(string name, Shape shape) => new("header", name, shape, IsRequired: false);
}

/// <summary>One way in which an operation answers.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Description">When it is given.</param>
/// <param name="Body">The body; null for none, and from 400 on for that of the dialect's refusals.</param>
public sealed record Reply(int Status, string Description, Shape? Body = null)
{
    /// <summary>The media types that the body comes in; empty for those of the dialect.</summary>
    public IReadOnlyList<string> MediaTypes { get; init; } = [];

    /// <summary>The headers that only this answer has.</summary>
    public IReadOnlyList<SentHeader> Headers { get; init; } = [];
}

/// <summary>
/// The description of an operation for its clients. Its routes have it as metadata; method, path, scopes, the limits around it and what is
/// refused there are taken from these routes.
/// </summary>
/// <param name="Id">Its name for programs, such as <c>createPayment</c>.</param>
/// <param name="Tag">The group that it belongs to, such as <c>Payments</c>.</param>
/// <param name="Summary">Its effect, in a line.</param>
public sealed record Operation(string Id, string Tag, string Summary)
{
    /// <summary>Further facts, in Markdown.</summary>
    public string? Description { get; init; }

    /// <summary>Whether its path is a former name, which answers as the present one does.</summary>
    public bool IsFormer { get; init; }

    /// <summary>The parameters beside the body.</summary>
    public IReadOnlyList<Parameter> Parameters { get; init; } = [];

    /// <summary>The body that it takes; null for none.</summary>
    public Shape? Body { get; init; }

    /// <summary>The media types of the body where the route does not say them.</summary>
    public IReadOnlyList<string> MediaTypes { get; init; } = [];

    /// <summary>How it answers, beside what is refused before it begins.</summary>
    public required IReadOnlyList<Reply> Replies { get; init; }

    /// <summary>
    /// The credentials of a route that needs no scope, each of them enough; empty where anybody may call it. Of a route that needs one,
    /// those that are sent together, where they are others than the dialect's.
    /// </summary>
    public IReadOnlyList<Security> Security { get; init; } = [];

    /// <summary>The same operation at a former path.</summary>
    public Operation Formerly() => this with { Id = $"{Id}ByFormerName", IsFormer = true };
}

/// <summary>The description of an API as a whole.</summary>
/// <param name="Title">The name of the API, as its clients know it.</param>
/// <param name="Summary">A few lines of Markdown about it.</param>
/// <param name="Refusal">The body of an answer that refuses something.</param>
public sealed record ApiDescription(string Title, string Summary, Shape Refusal)
{
    /// <summary>The credentials of a request, all of them together.</summary>
    public IReadOnlyList<Security> Security { get; init; } = [];

    /// <summary>The media types of answers.</summary>
    public IReadOnlyList<string> MediaTypes { get; init; } = ["application/json"];

    public IReadOnlyList<string> RefusalMediaTypes { get; init; } = ["application/json"];

    /// <summary>The headers that every answer has, beside those that all dialects send.</summary>
    public IReadOnlyList<SentHeader> Headers { get; init; } = [];

    /// <summary>The parameters of every operation, such as a header that chooses a language.</summary>
    public IReadOnlyList<Parameter> Parameters { get; init; } = [];
}
