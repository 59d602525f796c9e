using Microsoft.AspNetCore.Http;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.OAuth;

/// <summary>An error for a client (RFC 6749 5.2, and 4.1.2.1 where it goes by way of the person's browser).</summary>
/// <param name="Code">The code of the RFCs.</param>
/// <param name="Description">The remedy, for the client's developer.</param>
/// <param name="Status">The HTTP status.</param>
internal sealed record OAuthError(string Code, string Description, int Status = StatusCodes.Status400BadRequest)
{
    private const int RetryAfterSeconds = 1;

    /// <summary>The client is unknown, revoked, or does not prove that it is itself: all look the same.</summary>
    public static OAuthError InvalidClient { get; } = new(
        "invalid_client", "The client is unknown, or its secret is wrong. Send both by HTTP Basic, or as client_id and client_secret.",
        StatusCodes.Status401Unauthorized);

    /// <summary>Gives no reason: a code or token of another client gets the same answer as one that does not exist.</summary>
    public static OAuthError InvalidGrant { get; } = new(
        "invalid_grant",
        "The code or refresh token is unknown, expired, revoked or used, or was given for something else than is shown here.");

    /// <summary>A request that is not as it should be.</summary>
    public static OAuthError InvalidRequest(string description) => new("invalid_request", description);

    /// <summary>Scopes that the client does not have.</summary>
    /// <param name="allowed">Those that it has.</param>
    public static OAuthError InvalidScope(IEnumerable<string> allowed) =>
        new("invalid_scope", $"Ask for no more than the client may have: {string.Join(' ', allowed.Order(StringComparer.Ordinal))}.");

    /// <summary>Scopes that the person who signed in may not give, since they may not do that themselves.</summary>
    /// <param name="lacked">Those.</param>
    /// <param name="given">Those that the person may give.</param>
    public static OAuthError NotTheirs(IEnumerable<string> lacked, IReadOnlyCollection<string> given) => new(
        "invalid_scope",
        $"The person may not do this, and so can't allow it: {string.Join(' ', lacked.Order(StringComparer.Ordinal))}. "
        + (given.Count == 0 ? "They can allow nothing here."
            : $"Ask for no more than: {string.Join(' ', given.Order(StringComparer.Ordinal))}."));

    /// <summary>The error for a fault around an operation.</summary>
    public static OAuthError Of(EdgeFault fault) => fault switch
    {
        EdgeFault.Unauthenticated or EdgeFault.Forbidden => InvalidClient,
        EdgeFault.RateLimited => new("invalid_request", "Too many requests.", StatusCodes.Status429TooManyRequests),
        EdgeFault.PathUnknown => new("invalid_request", "There is nothing at this path.", StatusCodes.Status404NotFound),
        EdgeFault.MethodNotAllowed =>
            new("invalid_request", "Use one of the methods in the header Allow.", StatusCodes.Status405MethodNotAllowed),
        EdgeFault.MediaTypeUnsupported => InvalidRequest("Send the parameters as application/x-www-form-urlencoded."),
        EdgeFault.BodyTooLarge => new("invalid_request", "The body is too large.", StatusCodes.Status413PayloadTooLarge),
        EdgeFault.BodyBroken or EdgeFault.KeyMalformed => InvalidRequest("The body can't be read."),
        EdgeFault.Overloaded or EdgeFault.Unavailable or EdgeFault.Held => new(
            "temporarily_unavailable", "The server can't answer just now. Send the request again.",
            StatusCodes.Status503ServiceUnavailable),
        EdgeFault.OutcomeUnknown => new(
            "server_error", "The request may have been carried out: its outcome is not known yet. Look before you send it again.",
            StatusCodes.Status500InternalServerError),
        EdgeFault.TakenOn or EdgeFault.Internal =>
            new("server_error", "The server failed on an error of its own.", StatusCodes.Status500InternalServerError),
    };

    /// <summary>The answer to the client itself.</summary>
    public Answer ToAnswer() => OAuthResponses.Error.ToAnswer(this, Status) with
    {
        Challenge = Status == StatusCodes.Status401Unauthorized ? "Basic realm=\"quittance\", charset=\"UTF-8\"" : null,
        RetryAfterSeconds = Status == StatusCodes.Status503ServiceUnavailable ? RetryAfterSeconds : null,
    };
}
