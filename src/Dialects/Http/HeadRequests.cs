using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Quittance.Dialects.Http;

/// <summary>
/// Answers HEAD like GET, without the body (RFC 9110 9.3.2). The route sees a GET, so every GET of a dialect has its HEAD, with the same
/// credential, scope and headers.
/// </summary>
public sealed class HeadRequests(RequestDelegate next, IReadOnlyList<Dialect> dialects)
{
    /// <summary>Runs the request.</summary>
    public Task InvokeAsync(HttpContext http) => HttpMethods.IsHead(http.Request.Method) ? HeadAsync(http) : next(http);

    private async Task HeadAsync(HttpContext http)
    {
        if (dialects.FirstOrDefault(dialect => dialect.Owns(http.Request.Path)) is not { HeadsAreGets: true }
            || http.Features.Get<IHttpResponseBodyFeature>() is not { } body)
        {
            await next(http);
            return;
        }

        http.Request.Method = HttpMethods.Get;
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(Stream.Null));
        try
        {
            await next(http);
        }
        finally
        {
            http.Features.Set(body);
            http.Request.Method = HttpMethods.Head;
        }
    }
}
