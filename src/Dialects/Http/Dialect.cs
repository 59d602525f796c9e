using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Quittance.Core.Access;
using Quittance.Core.Books;
using Quittance.Core.Webhooks;
using Quittance.Dialects.OpenApi;

namespace Quittance.Dialects.Http;

/// <summary>
/// An API that clients speak already. What all dialects share (credentials, bodies, idempotency, errors nobody else
/// answers) is done around it; a dialect says only how its requests, answers and errors look.
/// </summary>
public abstract class Dialect
{
    /// <summary>Its name in references, payments and documents, such as <c>oracle-brm</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The paths it owns, as prefixes that end at a segment. Unknown paths below them are refused in its shape.</summary>
    public abstract IReadOnlyList<string> Paths { get; }

    /// <summary>The largest body it takes, bytes.</summary>
    public virtual long BodyLimit => 1024 * 1024;

    /// <summary>The media types of bodies it takes.</summary>
    public virtual IReadOnlyList<string> MediaTypes => ["application/json"];

    /// <summary>How many requests it takes of one credential for one operation; null for any number.</summary>
    public virtual RateLimit? RateLimit => null;

    /// <summary>What its clients can be told of by webhooks.</summary>
    public virtual IReadOnlyList<WebhookEvent> WebhookEvents => [];

    /// <summary>What its document says of it as a whole; null for what is not for clients.</summary>
    public virtual ApiDescription? Description => null;

    /// <summary>Maps its operations.</summary>
    public abstract void Map(DialectRoutes routes);

    /// <summary>Who sends this request; null when its credentials are missing or wrong.</summary>
    public abstract ValueTask<Credential?> AuthenticateAsync(HttpContext http, ICredentials credentials);

    /// <summary>The answer, in its shape, to what goes wrong before or around an operation.</summary>
    /// <param name="http">The request.</param>
    /// <param name="fault">What is wrong.</param>
    /// <param name="detail">What to say of it, in English and with nothing secret; null for the fault's usual text.</param>
    public abstract Answer Refuse(HttpContext http, EdgeFault fault, string? detail = null);

    /// <summary>
    /// The JSON body of a webhook that tells of one of <see cref="WebhookEvents"/>. It follows from the books as they were after the event, so it
    /// is the same however often it is sent.
    /// </summary>
    /// <returns>Null where there is nothing to tell this subscription.</returns>
    public virtual Task<Action<Utf8JsonWriter>?> TellAsync(Delivery delivery, IBooks books, CancellationToken cancel) =>
        Task.FromResult<Action<Utf8JsonWriter>?>(null);
}
