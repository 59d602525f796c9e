using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.OpenApi;

/// <summary>A route of a dialect with the description of its operation.</summary>
/// <param name="Path">Its path, as OpenAPI writes it.</param>
/// <param name="Method">Its method, in small letters.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Metadata">What the route says of itself.</param>
internal sealed record DescribedRoute(string Path, string Method, Operation Operation, EndpointMetadataCollection Metadata)
{
    private static readonly SentHeader RetryAfter = new("Retry-After", Shape.Whole("How long to wait, in seconds.", 1));
    private static readonly SentHeader Challenge = new("WWW-Authenticate", Shape.Text("The kinds of credentials that are taken."));

    private static readonly SentHeader[] OfWriting =
    [
        new("Quittance-Payment", Shape.Uuid("The payment that came of the request, by the server's own id.")),
        new("Idempotency-Replayed", Shape.Word("Sent where the answer repeats an earlier one.", "true")),
    ];

    /// <summary>The header by which a request that is sent again has no second effect.</summary>
    public static Parameter Key { get; } = Parameter.InHeader(
        "Idempotency-Key", Shape.Text("A request that is sent again under the same key has no second effect and gets the first one's answer.", 255, 1));

    /// <summary>What writes says of itself; null where it only reads.</summary>
    public Writes? Writes => Metadata.GetMetadata<Writes>();

    /// <summary>The scopes, each of which is enough; none where the operation finds out by itself who asks.</summary>
    public IReadOnlyList<string> Scopes => Metadata.GetMetadata<Needs>() is { } needs ? [.. new[] { needs.Scope, needs.Or }.OfType<string>()] : [];

    /// <summary>A route of a dialect; null for those of others, and for those that nobody has described.</summary>
    public static DescribedRoute? Of(RouteEndpoint route, Dialect dialect) =>
        route.Metadata.GetMetadata<Dialect>() == dialect && route.Metadata.GetMetadata<Operation>() is { } operation
            ? new DescribedRoute(PathOf(route.RoutePattern), MethodOf(route), operation, route.Metadata)
            : null;

    /// <summary>The path of a route, with its parameters in braces.</summary>
    public static string PathOf(RoutePattern pattern) => string.Concat(pattern.PathSegments.Select(segment => "/" + string.Concat(segment.Parts.Select(part => part switch
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
        return own.Concat(around);
    }

    private static string MethodOf(RouteEndpoint route) => route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Single().ToLowerInvariant();

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
            if (dialect.RateLimit is not null)
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
        EdgeFault.BodyBroken => "The body can't be read, or is not as it should be.",
        EdgeFault.KeyMalformed => "The header Idempotency-Key is not as it should be.",
        EdgeFault.Overloaded or EdgeFault.Unavailable => "The server can't do it just now; the request may be sent again.",
        EdgeFault.TakenOn => "The server has taken the request on, and can't give its answer just now.",
        EdgeFault.OutcomeUnknown => "The request may have been carried out, and its outcome is not known yet.",
        EdgeFault.Internal => "The server failed on an error of its own.",
    };
}
