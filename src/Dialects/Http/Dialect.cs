using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Quittance.Core.Access;
using Quittance.Core.Books;
using Quittance.Core.Ledger;
using Quittance.Core.Webhooks;
using Quittance.Dialects.OpenApi;

namespace Quittance.Dialects.Http;

/// <summary>The address under which clients reach this server; every absolute link starts with it.</summary>
/// <param name="Base">Scheme, host and port, without a slash at the end.</param>
public sealed record PublicAddress(string Base);

/// <summary>An event that webhooks send to clients of a dialect.</summary>
/// <param name="Name">Their name for it, such as <c>newBooking</c>.</param>
/// <param name="Types">The types of our events that cause it. No other event of the dialect has one of them. Without a type, it never
/// happens.</param>
public sealed record WebhookEvent(string Name, IReadOnlyList<EventType> Types);

/// <summary>The faults of a request before or around an operation of a dialect.</summary>
public enum EdgeFault
{
    /// <summary>No valid credential (401).</summary>
    Unauthenticated,

    /// <summary>The credential lacks the scope (403).</summary>
    Forbidden,

    /// <summary>The credential has sent too much in too short a time (429, Retry-After).</summary>
    RateLimited,

    /// <summary>No such path (404).</summary>
    PathUnknown,

    /// <summary>The path knows other methods; the Allow header names them (405).</summary>
    MethodNotAllowed,

    /// <summary>The body is of a media type that is not read (415).</summary>
    MediaTypeUnsupported,

    /// <summary>The body is larger than the dialect takes (413).</summary>
    BodyTooLarge,

    /// <summary>The body can't be read as HTTP says, such as one that ends early (400).</summary>
    BodyBroken,

    /// <summary>The Idempotency-Key is empty, longer than 255 characters, sent twice, or missing where one is needed (400).</summary>
    KeyMalformed,

    /// <summary>Too much waits already; nothing was done (503, Retry-After).</summary>
    Overloaded,

    /// <summary>
    /// The books can't be read (503, Retry-After). Says nothing about what was done: the request, or an earlier one that it
    /// repeats, may have been carried out.
    /// </summary>
    Unavailable,

    /// <summary>
    /// The books were restored, and no operator has released them: they are read, and take no changes (503, Retry-After).
    /// </summary>
    Held,

    /// <summary>The request has changed the books or begun a payment, and the server can't read the answer to it just now.</summary>
    TakenOn,

    /// <summary>
    /// The database has not answered in time whether the request was carried out (500). The same request under its key gets the answer
    /// later; without one, the client
    /// looks it up first.
    /// </summary>
    OutcomeUnknown,

    /// <summary>A bug of ours (500). Says nothing about it but the trace id.</summary>
    Internal,
}

/// <summary>
/// An API that clients speak already. The code around it does what all dialects share (credentials, bodies, idempotency, errors outside of
/// operations); a dialect only decides how its requests, answers and errors look.
/// </summary>
public abstract class Dialect
{
    /// <summary>Its name in references, payments and documents, such as <c>oracle-brm</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The paths it owns, as prefixes that end at a segment. Unknown paths below them are refused in its shape.</summary>
    public abstract IReadOnlyList<string> Paths { get; }

    /// <summary>The largest body it takes, bytes.</summary>
    public virtual long BodyLimit => 1024 * 1024;

    /// <summary>Whether it makes a document of a whole body; else it reads long bodies piece by piece.</summary>
    public virtual bool BuildsBodies => true;

    /// <summary>
    /// Whether people use it as customers, for what is their own. Through any other dialect, a person who lets a client act is an operator.
    /// </summary>
    public virtual bool IsForCustomers => false;

    /// <summary>The media types of bodies it takes.</summary>
    public virtual IReadOnlyList<string> MediaTypes => ["application/json"];

    /// <summary>
    /// Whether HEAD of a path is its GET without the body (RFC 9110 9.3.2); else the dialect gives HEAD a meaning of its own.
    /// </summary>
    public virtual bool HeadsAreGets => true;

    /// <summary>
    /// The dialects whose installations say from which origins pages may call it in a browser (CORS); none where no page may.
    /// </summary>
    public virtual IReadOnlyList<string> CrossOriginApis => [];

    /// <summary>
    /// Whether a path is one of its own. The slashes before a path count once, so that a client who puts one too many hears from its own
    /// dialect.
    /// </summary>
    public bool Owns(PathString path)
    {
        var meant = path.Value is ['/', '/', ..] ? new PathString($"/{path.Value.TrimStart('/')}") : path;
        return Paths.Any(owned => meant.StartsWithSegments(owned, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>How many requests it takes of one credential for one operation; null for any number.</summary>
    public virtual RateLimit? RateLimit => null;

    /// <summary>The events that webhooks send to its clients.</summary>
    public virtual IReadOnlyList<WebhookEvent> WebhookEvents => [];

    /// <summary>The part of its document about the whole API; null for a dialect that is not for clients.</summary>
    public virtual ApiDescription? Description => null;

    /// <summary>The problems (RFC 9457) that its answers may have, each type once; none where its errors have another shape.</summary>
    public virtual IReadOnlyList<Problem> Problems => [];

    /// <summary>A further path of its document, beside the one that all dialects have; null for none.</summary>
    public virtual string? DocumentPath => null;

    /// <summary>Maps its operations.</summary>
    public abstract void Map(DialectRoutes routes);

    /// <summary>The credential of the sender; null when it is missing or wrong.</summary>
    public abstract ValueTask<Credential?> AuthenticateAsync(HttpContext http, ICredentials credentials);

    /// <summary>The refusal of parameters of a query that the operation does not have; null where the dialect passes over them.</summary>
    public virtual Answer? RefuseParameters(IReadOnlyList<string> names) => null;

    /// <summary>The answer, in its shape, to what goes wrong before or around an operation.</summary>
    /// <param name="http">The request.</param>
    /// <param name="detail">The text about it, in English and with nothing secret; null for the fault's usual text.</param>
    public abstract Answer Refuse(HttpContext http, EdgeFault fault, string? detail = null);

    /// <summary>
    /// The JSON body of a webhook with one of <see cref="WebhookEvents"/>. It follows from the books as they were after the event, so it
    /// is the same however often it is sent.
    /// </summary>
    /// <returns>Null where the subscription does not ask for the event.</returns>
    public virtual Task<Action<Utf8JsonWriter>?> TellAsync(Delivery delivery, IBooks books, CancellationToken cancel) =>
        Task.FromResult<Action<Utf8JsonWriter>?>(null);
}
