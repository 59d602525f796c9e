using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Quittance.Core.Access;

namespace Quittance.Dialects.Http;

/// <summary>The origins of pages that may call an API in a browser.</summary>
public interface ICrossOrigins
{
    /// <summary>Whether an installation of one of these dialects allows pages of an origin.</summary>
    ValueTask<bool> AreAllowedAsync(IReadOnlyList<string> dialects, WebOrigin origin, CancellationToken cancel);

    /// <summary>Whether the sender's own installation allows it.</summary>
    bool IsAllowed(Installation installation, WebOrigin origin);
}

/// <summary>
/// Lets pages of allowed origins call a dialect in a browser (CORS, as the Fetch standard has it). An origin is allowed by the installation
/// of the sender; a preflight has no sender yet, so that any installation counts. No cookie is taken from another origin: a page
/// proves itself by its token.
/// </summary>
public sealed class CrossOriginRequests(RequestDelegate next, IReadOnlyList<Dialect> dialects, ICrossOrigins origins)
{
    private const string Methods = "GET, HEAD, POST, DELETE";

    private const string Sent = "Authorization, Content-Type, Content-Encoding, Idempotency-Key, If-Match, If-None-Match";

    private const string Shown =
        "ETag, Idempotency-Replayed, Link, Location, Quittance-Payment, Quittance-Trace, RateLimit, Retry-After, WWW-Authenticate";

    // A change of the allowed origins counts after that.
    private const string KeptSeconds = "60";

    /// <summary>Runs the request. Most come from no page.</summary>
    public Task InvokeAsync(HttpContext http) =>
        http.Request.Headers.Origin is [{ } text] && WebOrigin.TryParse(text, out var origin) ? InvokeAsync(http, origin) : next(http);

    private async Task InvokeAsync(HttpContext http, WebOrigin origin)
    {
        if (dialects.FirstOrDefault(dialect => dialect.Owns(http.Request.Path)) is not { CrossOriginApis: { Count: > 0 } apis }
            || !await origins.AreAllowedAsync(apis, origin, http.RequestAborted))
        {
            await next(http);
            return;
        }

        var headers = http.Response.Headers;
        if (HttpMethods.IsOptions(http.Request.Method) && http.Request.Headers.ContainsKey(HeaderNames.AccessControlRequestMethod))
        {
            headers.AccessControlAllowOrigin = origin.ToString();
            headers.AccessControlAllowMethods = Methods;
            headers.AccessControlAllowHeaders = Sent;
            headers.AccessControlMaxAge = KeptSeconds;
            headers.Vary = HeaderNames.Origin;
            http.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        http.Response.OnStarting(() =>
        {
            if (http.Features.Get<Sender>() is { } sender && !origins.IsAllowed(sender.Credential.Installation, origin))
                return Task.CompletedTask;
            headers.AccessControlAllowOrigin = origin.ToString();
            headers.AccessControlExposeHeaders = Shown;
            headers.Append(HeaderNames.Vary, HeaderNames.Origin);
            return Task.CompletedTask;
        });
        await next(http);
    }
}
