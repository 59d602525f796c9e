using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.OpenApi;

/// <summary>
/// The OpenAPI 3.1 document of a dialect: paths, methods, scopes and what is refused around operations come from the routes that are
/// mapped, the rest from the <see cref="Operation"/> at each.
/// </summary>
/// <param name="routes">All routes of the server.</param>
/// <param name="address">Where clients reach it.</param>
/// <param name="version">The version of the program.</param>
public sealed class ApiDocument(Dialect dialect, IEnumerable<RouteEndpoint> routes, PublicAddress address, string version)
{
    private const string Definitions = "#/components/schemas/";

    private static readonly SentHeader Trace = new(
        "Quittance-Trace", Shape.Like("The id of the request: name it when you ask about the request.", "^[0-9a-f]{32}$"),
        IsRequired: true);

    private readonly ApiDescription _api = dialect.Description
        ?? throw new ArgumentException($"{dialect.Name} is not described.", nameof(dialect));

    private readonly DescribedRoute[] _routes = [.. routes.Select(route => DescribedRoute.Of(route, dialect)).OfType<DescribedRoute>()];

    private IReadOnlyList<SentHeader> CommonHeaders => [Trace, .. _api.Headers];

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("openapi", "3.1.0");
        json.WriteStartObject("info");
        json.WriteString("title", _api.Title);
        json.WriteString("description", _api.Summary);
        json.WriteString("version", version);
        json.WriteStartObject("contact");
        json.WriteString("name", "The operators of this server");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("servers");
        json.WriteStartObject();
        json.WriteString("url", address.Base);
        json.WriteEndObject();
        json.WriteEndArray();
        WriteTags(json);
        json.WriteStartObject("paths");
        HashSet<string> ids = [];
        foreach (var path in _routes.GroupBy(route => route.Path))
        {
            json.WriteStartObject(path.Key);
            foreach (var route in path)
                WriteOperation(json, route, ids);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        WriteComponents(json);
        json.WriteEndObject();
    }

    private void WriteTags(Utf8JsonWriter json)
    {
        json.WriteStartArray("tags");
        foreach (var tag in _routes.Select(route => route.Operation.Tag).Distinct())
        {
            json.WriteStartObject();
            json.WriteString("name", tag);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteOperation(Utf8JsonWriter json, DescribedRoute route, HashSet<string> ids)
    {
        var operation = route.Operation;
        json.WriteStartObject(route.Method);
        // An operation that is reached by several paths has a name at each.
        var id = operation.Id;
        for (var other = 2; !ids.Add(id); other++)
            id = $"{operation.Id}{other}";
        json.WriteString("operationId", id);
        if (operation.IsFormer)
            json.WriteBoolean("deprecated", true);
        json.WriteStartArray("tags");
        json.WriteStringValue(operation.Tag);
        json.WriteEndArray();
        json.WriteString("summary", operation.Summary);
        if (operation.Description is not null)
            json.WriteString("description", operation.Description);
        WriteSecurity(json, route);
        WriteParameters(
            json,
            [
                .. operation.Parameters, .. _api.Parameters,
                .. route.Writes is { } writes ? (Parameter[])[DescribedRoute.Key with { IsRequired = writes.NeedsKey }] : [],
            ]);
        if (operation.Body is { } body)
        {
            json.WriteStartObject("requestBody");
            json.WriteBoolean("required", true);
            WriteContent(json, body, route.Writes?.MediaTypes ?? operation.MediaTypes);
            json.WriteEndObject();
        }

        json.WriteStartObject("responses");
        foreach (var reply in route.Replies(dialect).OrderBy(reply => reply.Status))
            WriteReply(json, reply);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteSecurity(Utf8JsonWriter json, DescribedRoute route)
    {
        json.WriteStartArray("security");
        foreach (var scope in route.Scopes)
            WriteRequirement(route.Operation.Security.Count > 0 ? route.Operation.Security : _api.Security, scope);
        if (route.Scopes.Count == 0)
        {
            foreach (var enough in route.Operation.Security)
                WriteRequirement([enough], null);
        }

        json.WriteEndArray();

        void WriteRequirement(IEnumerable<Security> credentials, string? scope)
        {
            json.WriteStartObject();
            foreach (var credential in credentials.Where(credential => credential != Security.None))
            {
                json.WriteStartArray(credential.Name);
                if (scope is not null)
                    json.WriteStringValue(scope);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        }
    }

    private static void WriteParameters(Utf8JsonWriter json, IReadOnlyList<Parameter> parameters)
    {
        if (parameters.Count == 0)
            return;
        json.WriteStartArray("parameters");
        foreach (var parameter in parameters)
        {
            json.WriteStartObject();
            json.WriteString("name", parameter.Name);
            json.WriteString("in", parameter.Place);
            json.WriteBoolean("required", parameter.IsRequired);
            if (parameter.Shape.Description is { } description)
                json.WriteString("description", description);
            json.WritePropertyName("schema");
            parameter.Shape.Write(json, Definitions, "");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteReply(Utf8JsonWriter json, Reply reply)
    {
        var isRefusal = reply.Status >= StatusCodes.Status400BadRequest;
        json.WriteStartObject(reply.Status.ToString());
        json.WriteString("description", reply.Description);
        json.WriteStartObject("headers");
        foreach (var header in CommonHeaders)
        {
            json.WriteStartObject(header.Name);
            json.WriteString("$ref", $"#/components/headers/{header.Name}");
            json.WriteEndObject();
        }

        foreach (var header in reply.Headers)
            WriteHeader(json, header);
        json.WriteEndObject();
        var ofDialect = isRefusal ? _api.RefusalMediaTypes : _api.MediaTypes;
        if ((reply.Body ?? (isRefusal ? _api.Refusal : null)) is { } body)
            WriteContent(json, body, reply.MediaTypes.Count > 0 ? reply.MediaTypes : ofDialect);
        json.WriteEndObject();
    }

    private static void WriteHeader(Utf8JsonWriter json, SentHeader header)
    {
        json.WriteStartObject(header.Name);
        if (header.Shape.Description is { } description)
            json.WriteString("description", description);
        json.WriteBoolean("required", header.IsRequired);
        json.WritePropertyName("schema");
        header.Shape.Write(json, Definitions, "");
        json.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter json, Shape body, IReadOnlyList<string> mediaTypes)
    {
        json.WriteStartObject("content");
        foreach (var mediaType in mediaTypes)
        {
            json.WriteStartObject(mediaType);
            json.WritePropertyName("schema");
            body.Write(json, Definitions);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private void WriteComponents(Utf8JsonWriter json)
    {
        json.WriteStartObject("components");
        json.WriteStartObject("schemas");
        foreach (var shape in NamedShapes())
            shape.WriteDefinition(json, Definitions);
        json.WriteEndObject();
        json.WriteStartObject("headers");
        foreach (var header in CommonHeaders)
            WriteHeader(json, header);
        json.WriteEndObject();
        json.WriteStartObject("securitySchemes");
        var credentials = _api.Security.Concat(_routes.SelectMany(route => route.Operation.Security))
            .Where(credential => credential != Security.None);
        foreach (var credential in credentials.DistinctBy(credential => credential.Name))
        {
            json.WriteStartObject(credential.Name);
            credential.Write(json);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private List<Shape> NamedShapes()
    {
        var used = _routes.Select(route => route.Operation).SelectMany(operation => operation.Replies.Select(reply => reply.Body)
            .Append(operation.Body).Concat(operation.Parameters.Select(parameter => parameter.Shape))).OfType<Shape>().Append(_api.Refusal);
        return [.. used.SelectMany(shape => shape.Named()).DistinctBy(shape => shape.Name)
            .OrderBy(shape => shape.Name, StringComparer.Ordinal)];
    }
}

/// <summary>A route of a dialect with the description of its operation.</summary>
/// <param name="Path">Its path, as OpenAPI writes it.</param>
/// <param name="Method">Its method, in small letters.</param>
/// <param name="Metadata">The route's own metadata.</param>
internal sealed record DescribedRoute(string Path, string Method, Operation Operation, EndpointMetadataCollection Metadata)
{
    private static readonly SentHeader RetryAfter = new("Retry-After", Shape.Whole("How long to wait, in seconds.", 1));
    private static readonly SentHeader Challenge = new("WWW-Authenticate", Shape.Text("The kinds of credentials that are taken."));

    private static readonly SentHeader[] OfWriting =
    [
        new("Quittance-Payment", Shape.Uuid("The payment that the request made, by the server's own id.")),
        new("Idempotency-Replayed", Shape.Word("Sent where the answer repeats an earlier one.", "true")),
    ];

    /// <summary>The header by which a request that is sent again has no second effect.</summary>
    public static Parameter Key { get; } = Parameter.InHeader(
        "Idempotency-Key",
        Shape.Text("A request that is sent again under the same key has no second effect and gets the first one's answer.", 255, 1));

    /// <summary>The facts of an operation that writes; null where it only reads.</summary>
    public Writes? Writes => Metadata.GetMetadata<Writes>();

    /// <summary>The scopes, each of which is enough; none where the operation checks credentials itself.</summary>
    public IReadOnlyList<string> Scopes =>
        Metadata.GetMetadata<Needs>() is { } needs ? [.. new[] { needs.Scope, needs.Or }.OfType<string>()] : [];

    /// <summary>A route of this dialect; null for routes of other dialects and for routes without a description.</summary>
    public static DescribedRoute? Of(RouteEndpoint route, Dialect dialect) =>
        route.Metadata.GetMetadata<Dialect>() == dialect && route.Metadata.GetMetadata<Operation>() is { } operation
            ? new DescribedRoute(PathOf(route.RoutePattern), MethodOf(route), operation, route.Metadata)
            : null;

    /// <summary>The path of a route, with its parameters in braces.</summary>
    public static string PathOf(RoutePattern pattern) =>
        string.Concat(pattern.PathSegments.Select(segment => "/" + string.Concat(segment.Parts.Select(part => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
        RoutePatternSeparatorPart separator => separator.Content,
        _ => throw new ArgumentException("A route of another kind.", nameof(pattern)),
    }))));

    /// <summary>All answers: those of the operation, and those of what goes wrong around it, as the dialect gives them.</summary>
    public IEnumerable<Reply> Replies(Dialect dialect)
    {
        var own = Operation.Replies.Select(reply => Writes is not null && reply.Status < StatusCodes.Status400BadRequest
            ? reply with { Headers = [.. reply.Headers, .. OfWriting] }
            : reply).ToList();
        var around = Faults(dialect).Select(fault => (Fault: fault, Answer: dialect.Refuse(new DefaultHttpContext(), fault)))
            .Where(refused => own.TrueForAll(reply => reply.Status != refused.Answer.Status))
            .GroupBy(refused => refused.Answer.Status)
            .Select(status => new Reply(status.Key, string.Join(' ', status.Select(refused => WordsOf(refused.Fault, dialect)).Distinct()))
            {
                Headers = [.. HeadersOf(status.First().Fault, status.First().Answer)],
            });
        Reply[] all = [.. own, .. around];
        return dialect.RefuseParameters([]) is { Status: var status } && all.All(reply => reply.Status != status)
            ? all.Append(new Reply(status, "The query has a parameter that the operation does not have.")) : all;
    }

    private static string MethodOf(RouteEndpoint route) =>
        route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Single().ToLowerInvariant();

    private static IEnumerable<SentHeader> HeadersOf(EdgeFault fault, Answer answer)
    {
        if (answer.Challenge is not null)
            yield return Challenge;
        if (answer.RetryAfterSeconds is not null || fault == EdgeFault.RateLimited)
            yield return RetryAfter;
    }

    private IEnumerable<EdgeFault> Faults(Dialect dialect)
    {
        if (Scopes.Count > 0)
        {
            yield return EdgeFault.Unauthenticated;
            yield return EdgeFault.Forbidden;
            yield return EdgeFault.RateLimited;
        }

        if (Writes is not null)
        {
            yield return EdgeFault.BodyBroken;
            yield return EdgeFault.KeyMalformed;
            yield return EdgeFault.BodyTooLarge;
            yield return EdgeFault.MediaTypeUnsupported;
        }

        if (Writes is not null || HttpMethods.IsDelete(Method))
        {
            yield return EdgeFault.TakenOn;
            yield return EdgeFault.OutcomeUnknown;
            yield return EdgeFault.Held;
        }

        yield return EdgeFault.Unavailable;
        yield return EdgeFault.Overloaded;
        yield return EdgeFault.Internal;
    }

    private static string WordsOf(EdgeFault fault, Dialect dialect) => fault switch
    {
        EdgeFault.Unauthenticated => "The credential is missing or not valid.",
        EdgeFault.Forbidden => "The credential lacks the scope.",
        EdgeFault.RateLimited => "The credential has sent too many requests.",
        EdgeFault.PathUnknown => "There is nothing at this path.",
        EdgeFault.MethodNotAllowed => "The path knows other methods.",
        EdgeFault.MediaTypeUnsupported => "The body is of another media type.",
        EdgeFault.BodyTooLarge => $"The body is larger than {dialect.BodyLimit} bytes.",
        EdgeFault.BodyBroken => "The body can't be read, or is not valid.",
        EdgeFault.KeyMalformed => "The header Idempotency-Key is not valid.",
        EdgeFault.Overloaded or EdgeFault.Unavailable or EdgeFault.Held =>
            "The server can't do it just now; the request may be sent again.",
        EdgeFault.TakenOn => "The server has taken the request on, and can't give its answer just now.",
        EdgeFault.OutcomeUnknown => "The request may have been carried out, and its outcome is not known yet.",
        EdgeFault.Internal => "The server failed on an error of its own.",
    };
}
