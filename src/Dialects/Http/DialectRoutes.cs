using System.Text;
using System.Xml;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Quittance.Core.Access;
using Quittance.Core.Books;
using Quittance.Core.Executing;
using Quittance.Dialects.Http.Json;
using Quittance.Dialects.OpenApi;

namespace Quittance.Dialects.Http;

/// <summary>The sender of a request, once the credential is known; a feature of the request.</summary>
public sealed record Sender(Credential Credential);

/// <summary>Marks a route with the scope that a credential needs for it.</summary>
public sealed record Needs(string Scope)
{
    /// <summary>Another scope that does as well; null for none.</summary>
    public string? Or { get; init; }
}

/// <summary>
/// Marks an operation that a person lets a client do only as the console would let the person do it. An operation without it needs no more
/// than its scope.
/// </summary>
/// <param name="Least">The least role.</param>
/// <param name="IsGrave">Whether the person has signed in for the client a short while ago.</param>
public sealed record AsOperator(OperatorRole Least, bool IsGrave)
{
    /// <summary>A grave act of operators.</summary>
    public static AsOperator Grave { get; } = new(OperatorRole.Operator, IsGrave: true);

    /// <summary>An act of admins.</summary>
    public static AsOperator OfAdmin { get; } = new(OperatorRole.Admin, IsGrave: false);

    /// <summary>A grave act of admins.</summary>
    public static AsOperator GraveOfAdmin { get; } = new(OperatorRole.Admin, IsGrave: true);

    /// <summary>The least that a person must be.</summary>
    public Reach Reach => Least switch
    {
        OperatorRole.Viewer => Reach.Viewer,
        OperatorRole.Operator => Reach.Operator,
        OperatorRole.Admin => Reach.Admin,
    };
}

/// <summary>Marks an operation that writes: it honours Idempotency-Key. A test goes through all of them.</summary>
/// <param name="MediaTypes">The media types of bodies that it takes.</param>
public sealed record Writes(Dialect Dialect, IReadOnlyList<string> MediaTypes)
{
    /// <summary>Whether a request without the key is refused.</summary>
    public bool NeedsKey { get; init; }
}

/// <summary>Limits that all dialects of a server share, so that no client takes the memory and the time of the others.</summary>
/// <param name="Bodies">The memory for long bodies.</param>
/// <param name="Requests">How many requests one credential may send to all operations of a dialect together.</param>
/// <param name="Reads">How many requests read at once; the console's pages share it.</param>
public sealed record SharedLimits(BodyBudget Bodies, RateLimit Requests, ReadBudget Reads)
{
    /// <summary>The memory for long bodies by default, bytes.</summary>
    public const long DefaultBodyMemory = 512 * 1024 * 1024;

    /// <summary>The requests of a credential within a minute by default: more than a server commits.</summary>
    public const int DefaultRequests = 600_000;

    public static SharedLimits Default { get; } =
        new(
            new BodyBudget(DefaultBodyMemory), new RateLimit(DefaultRequests, TimeSpan.FromMinutes(1)),
            new ReadBudget(ReadBudget.UsualPlaces));
}

/// <summary>
/// Maps a dialect's operations. Before each it checks the credential, its scopes, the body and the key; and before one that writes,
/// whether the books are held.
/// </summary>
/// <param name="limits">The limits that it shares with other dialects; null for the usual ones.</param>
public sealed class DialectRoutes(
    IEndpointRouteBuilder routes, Dialect dialect, Collector collector, IBooks books, ICredentials credentials, TimeProvider clock,
    IHold hold, SharedLimits? limits = null)
{
    // Characters.
    private const int MaxKeyLength = 255;

    // An operator compares the books with the providers first.
    private const int HeldRetryAfterSeconds = 60;

    /// <summary>The largest body of an operation that only reads, bytes.</summary>
    private const long QueryLimit = 64 * 1024;

    private static readonly XmlWriterSettings Xml =
        new() { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), CheckCharacters = true };

    private readonly RequestLimits? _dialectRate = dialect.RateLimit is { } limit
        ? RequestLimits.Of(limit, isOfOperation: true, clock, routes.ServiceProvider) : null;

    private readonly SharedLimits _limits = limits ?? SharedLimits.Default;

    private readonly RequestLimits _credentialRate =
        RequestLimits.Of((limits ?? SharedLimits.Default).Requests, isOfOperation: false, clock, routes.ServiceProvider);

    /// <summary>An operation that only reads. It waits for a place among the readers, unless a customer at the checkout asks.</summary>
    /// <param name="waits">Whether it waits for what comes; it then takes no place.</param>
    /// <returns>The route, to which its <see cref="OpenApi.Operation"/> is to be added as metadata; so of all operations.</returns>
    public IEndpointConventionBuilder Get(string pattern, string scope, Func<Call, Task<Answer>> operation, bool waits = false)
    {
        var reading = waits || scope == Credential.CustomerScope ? operation : WithinBudget(operation);
        return routes.MapGet(pattern, (RequestDelegate)(http => RunAsync(http, [scope], reading, waits: waits)))
            .WithMetadata(dialect, new Needs(scope));
    }

    /// <summary>An operation that writes.</summary>
    /// <param name="name">Its name, which keys are scoped to: where an operation has several paths, they share it.</param>
    /// <param name="pattern">One of its paths.</param>
    /// <param name="scope">The scope that a credential needs.</param>
    /// <param name="mediaTypes">The media types of bodies it takes; null for those of its dialect.</param>
    /// <param name="orScope">Another scope that does as well; null for none.</param>
    /// <param name="needsKey">Whether a request without an Idempotency-Key is refused.</param>
    public IEndpointConventionBuilder Post(
        string name, string pattern, string scope, Func<Call, Task<Answer>> operation, IReadOnlyList<string>? mediaTypes = null,
        string? orScope = null, bool needsKey = false)
    {
        string[] scopes = [scope, orScope ?? scope];
        var taken = mediaTypes ?? dialect.MediaTypes;
        return routes.MapPost(
            pattern, (RequestDelegate)(
            http => RunWithBodyAsync(http, name, scopes, taken, operation, dialect.BodyLimit, writes: true, needsKey)))
            .WithMetadata(dialect, new Writes(dialect, taken) { NeedsKey = needsKey }, new Needs(scope) { Or = orScope });
    }

    /// <summary>An operation that only reads, with a query as its body, for a credential of either scope.</summary>
    public IEndpointConventionBuilder Query(string pattern, string scope, string orScope, Func<Call, Task<Answer>> operation) =>
        routes.MapPost(
            pattern, (RequestDelegate)(
            http => RunWithBodyAsync(
            http, "", [scope, orScope], dialect.MediaTypes, WithinBudget(operation), Math.Min(QueryLimit, dialect.BodyLimit))))
            .WithMetadata(dialect, new Needs(scope) { Or = orScope });

    /// <summary>An operation that takes something away. It has no body and no key: what is gone stays gone.</summary>
    /// <param name="orScope">Another scope that does as well; null for none.</param>
    public IEndpointConventionBuilder Delete(
        string pattern, string scope, Func<Call, Task<Answer>> operation, string? orScope = null) =>
        routes.MapDelete(pattern, (RequestDelegate)(http => RunAsync(http, [scope, orScope ?? scope], operation, writes: true)))
            .WithMetadata(dialect, new Needs(scope) { Or = orScope });

    /// <summary>
    /// An operation behind a button of a page. It has no fields and no key: pressed again, it changes nothing more.
    /// </summary>
    public IEndpointConventionBuilder Button(string pattern, string scope, Func<Call, Task<Answer>> operation) =>
        routes.MapPost(pattern, (RequestDelegate)(http => RunAsync(http, [scope], operation, writes: true)))
            .WithMetadata(dialect, new Needs(scope));

    /// <summary>HEAD below a path only checks the credential: 200 without a body when it is valid.</summary>
    public IEndpointConventionBuilder Head(string path) =>
        routes.MapMethods($"{path}/{{**any}}", [HttpMethods.Head], (RequestDelegate)CheckCredentialAsync).WithMetadata(dialect);

    /// <summary>An operation that checks credentials itself and sends its own answer.</summary>
    public IEndpointConventionBuilder Open(string method, string pattern, RequestDelegate operation) =>
        routes.MapMethods(pattern, [method], operation).WithMetadata(dialect);

    /// <summary>
    /// An operation with a place among the readers. The place is free again before the answer is sent, since a client may read slowly.
    /// </summary>
    private Func<Call, Task<Answer>> WithinBudget(Func<Call, Task<Answer>> operation) => async call =>
    {
        using var place = await _limits.Reads.EnterAsync(call.Credential.Merchant, call.Cancel);
        return place is null ? dialect.Refuse(call.Http, EdgeFault.Overloaded) : await operation(call);
    };

    private async Task CheckCredentialAsync(HttpContext http)
    {
        if (await AdmitAsync(http) is not null)
            await WriteAsync(http, new Answer(StatusCodes.Status200OK, null));
    }

    private async Task RunAsync(
        HttpContext http, string[] scopes, Func<Call, Task<Answer>> operation, bool writes = false, bool waits = false)
    {
        if (await AdmitAsync(http, scopes) is not { } credential)
            return;
        if (writes && hold.IsHeld)
        {
            await RefuseAsync(http, EdgeFault.Held);
            return;
        }

        var answer = await operation(new Call(http, credential, collector, books, clock, default, "", null, dialect.IsForCustomers));
        // While the request waited, the right to what came may have ended.
        if (!waits || await IsStillAdmittedAsync(http, scopes))
            await WriteAsync(http, answer);
    }

    private async Task<bool> IsStillAdmittedAsync(HttpContext http, string[] scopes)
    {
        var credential = await dialect.AuthenticateAsync(http, credentials);
        if (credential is null)
            await RefuseAsync(http, EdgeFault.Unauthenticated);
        else if (!credential.Scopes.Overlaps(scopes))
            await RefuseAsync(http, EdgeFault.Forbidden);
        else
            return true;
        return false;
    }

    private async Task RunWithBodyAsync(
        HttpContext http, string name, string[] scopes, IReadOnlyList<string> mediaTypes, Func<Call, Task<Answer>> operation,
        long bodyLimit, bool writes = false, bool needsKey = false)
    {
        if (await AdmitAsync(http, scopes) is not { } credential)
            return;
        if (writes && hold.IsHeld)
        {
            await RefuseAsync(http, EdgeFault.Held);
            return;
        }

        if (!IsTaken(http, mediaTypes))
        {
            await RefuseAsync(http, EdgeFault.MediaTypeUnsupported);
            return;
        }

        if (!TryReadKey(http.Request, out var key) || (needsKey && key is null))
        {
            await RefuseAsync(http, EdgeFault.KeyMalformed);
            return;
        }

        var (read, fault) = await RequestBody.ReadAsync(http, bodyLimit, _limits.Bodies, dialect.BuildsBodies);
        if (read is null)
        {
            await RefuseAsync(
                http, fault!.Value,
                fault == EdgeFault.MediaTypeUnsupported ? $"Send the body as it is, or compressed by one of {RequestBody.Codings}." : null);
            return;
        }

        using var body = read;
        await WriteAsync(http, await operation(
            new Call(http, credential, collector, books, clock, body.Bytes, name, key, dialect.IsForCustomers)));
    }

    private async ValueTask<Credential?> AdmitAsync(HttpContext http, params string[] scopes)
    {
        var credential = await dialect.AuthenticateAsync(http, credentials);
        if (credential is not null)
            http.Features.Set(new Sender(credential));
        var asOperator = credential?.Consent is null ? null : http.GetEndpoint()?.Metadata.GetMetadata<AsOperator>();
        var isPermitted = (scopes.Length == 0 || credential?.Scopes.Overlaps(scopes) == true)
            && (asOperator is null || credential!.Consent!.Has(asOperator.Reach));
        if (credential is null)
            await RefuseAsync(http, EdgeFault.Unauthenticated);
        else if (!isPermitted && dialect.RateLimit is { CountsPermittedOnly: true })
            await RefuseAsync(http, EdgeFault.Forbidden);
        else if (Count(credential, http) is { IsAdmitted: false } count)
            await WriteAsync(http, dialect.Refuse(http, EdgeFault.RateLimited) with { RetryAfterSeconds = count.ResetSeconds });
        else if (!isPermitted)
            await RefuseAsync(http, EdgeFault.Forbidden);
        else if (asOperator is { IsGrave: true } && clock.GetUtcNow() - credential.Consent!.ProvenAt > Consent.LongestForGraveActs)
            await RefuseOldSignInAsync(http);
        else if (UnknownIn(http) is { Count: > 0 } unknown && dialect.RefuseParameters(unknown) is { } refusal)
            await WriteAsync(http, refusal);
        else
            return credential;
        return null;
    }

    private RequestCount? Count(Credential credential, HttpContext http)
    {
        var count = _dialectRate?.Count(credential, http);
        count?.Remember(http);
        if (count is { IsAdmitted: false })
            return count;
        var shared = _credentialRate.Count(credential, http);
        if (shared.IsAdmitted)
            return count;
        shared.Remember(http);
        return shared;
    }

    /// <summary>The parameters of the query that the operation does not describe.</summary>
    private static IReadOnlyList<string> UnknownIn(HttpContext http)
    {
        if (!http.Request.QueryString.HasValue || http.GetEndpoint()?.Metadata.GetMetadata<Operation>() is not { } operation)
            return [];
        return [.. http.Request.Query.Keys.Except(operation.Parameters.Where(one => one.Place == "query").Select(one => one.Name))];
    }

    /// <summary>Whether the body is of a media type that is read.</summary>
    internal static bool IsTaken(HttpContext http, IReadOnlyList<string> mediaTypes)
    {
        // A missing body has no wrong type: the operation itself says that a body is missing.
        if (http.Request.ContentType is null && http.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
            return true;
        if (mediaTypes.Contains(http.Request.ContentType))
            return true;
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var sent))
            return false;
        var charset = sent.Charset.HasValue ? HeaderUtilities.RemoveQuotes(sent.Charset).Value : "utf-8";
        // Some clients leave the hyphen out.
        return (charset ?? "").ToLowerInvariant() is "utf-8" or "utf8"
            && mediaTypes.Any(taken => string.Equals(taken, sent.MediaType.Value, StringComparison.OrdinalIgnoreCase));
    }

    private static bool TryReadKey(HttpRequest request, out string? key)
    {
        key = null;
        if (!request.Headers.TryGetValue("Idempotency-Key", out var sent))
            return true;
        key = sent is [{ } only] ? only : "";
        // Characters are Unicode's code points, as in every text of a request.
        return key.Length > 0 && key.EnumerateRunes().Take(MaxKeyLength + 1).Count() <= MaxKeyLength && !key.Any(char.IsControl);
    }

    /// <summary>As RFC 9470 has it: the client sends the person to sign in again.</summary>
    private Task RefuseOldSignInAsync(HttpContext http) => WriteAsync(
        http,
        dialect.Refuse(http, EdgeFault.Unauthenticated,
            "This act needs a sign-in of the last minutes. Send the person to sign in again, and use the new token.") with
        {
            Challenge = BearerToken.SignInTooOld(Consent.LongestForGraveActs),
        });

    private Task RefuseAsync(HttpContext http, EdgeFault fault, string? detail = null)
    {
        var answer = dialect.Refuse(http, fault, detail);
        return WriteAsync(http, fault == EdgeFault.Held ? answer with { RetryAfterSeconds = HeldRetryAfterSeconds } : answer);
    }

    /// <summary>Sends an answer.</summary>
    internal static async Task WriteAsync(HttpContext http, Answer answer)
    {
        var response = http.Response;
        response.StatusCode = answer.Status;
        response.Headers["Quittance-Trace"] = RequestTrace.Of(http).ToString("N");
        if (answer.Location is not null)
            response.Headers.Location = answer.Location;
        if (answer.Challenge is not null)
            response.Headers.WWWAuthenticate = answer.Challenge;
        if (answer.RetryAfterSeconds is { } seconds)
            response.Headers.RetryAfter = seconds.ToString();
        response.Headers.CacheControl = answer.CacheControl ?? "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (answer.RateLimit is not null)
            response.Headers["RateLimit"] = answer.RateLimit;
        if (answer.Payment is { } payment)
            response.Headers["Quittance-Payment"] = payment.ToString("D");
        if (answer.Replayed)
            response.Headers["Idempotency-Replayed"] = "true";
        foreach (var (name, value) in answer.Headers)
            response.Headers[name] = value;
        if (IsKnown(http, answer))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        if (answer.LongBody is { } writeAsync)
        {
            response.ContentType = answer.MediaType;
            await writeAsync(response.BodyWriter, http.RequestAborted);
        }

        if (Bytes(answer) is not { } bytes)
            return;
        response.ContentType = answer.MediaType;
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, http.RequestAborted);
    }

    /// <summary>Whether the client has what it asks for already, as its If-None-Match says (RFC 9110 13.1.2).</summary>
    private static bool IsKnown(HttpContext http, Answer answer) => HttpMethods.IsGet(http.Request.Method)
        && answer.Status == StatusCodes.Status200OK
        && answer.Headers.FirstOrDefault(header => header.Name == HeaderNames.ETag).Value is { } tag
        && EntityTagHeaderValue.TryParse(tag, out var own)
        && EntityTagHeaderValue.TryParseList(http.Request.Headers.IfNoneMatch, out var known)
        && known.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Compare(own, useStrongComparison: false));

    private static ReadOnlyMemory<byte>? Bytes(Answer answer)
    {
        if (answer.XmlBody is { } writeXml)
        {
            using var stream = new MemoryStream();
            using (var writer = XmlWriter.Create(stream, Xml))
                writeXml(writer);
            return stream.ToArray();
        }

        return answer.Body is { } writeJson ? JsonOutput.Bytes(writeJson) : (ReadOnlyMemory<byte>?)null;
    }
}
