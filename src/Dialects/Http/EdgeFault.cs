namespace Quittance.Dialects.Http;

/// <summary>What can go wrong with a request before or around an operation of a dialect.</summary>
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

    /// <summary>The Idempotency-Key is empty, longer than 255 characters or sent twice (400).</summary>
    KeyMalformed,

    /// <summary>Too much waits already; nothing was done (503, Retry-After).</summary>
    Overloaded,

    /// <summary>
    /// The books can't be read (503, Retry-After). Says nothing about what was done: the request, or an earlier one that it
    /// repeats, may have been carried out.
    /// </summary>
    Unavailable,

    /// <summary>The request has changed the books or begun a payment, and the server can't read the answer to it just now.</summary>
    TakenOn,

    /// <summary>
    /// The database has not told in time whether the request was carried out (500). Under its key the same request tells it later; without
    /// one, the client
    /// looks it up first.
    /// </summary>
    OutcomeUnknown,

    /// <summary>A bug of ours (500). Says nothing about it but the trace id.</summary>
    Internal,
}
