using Quittance.Dialects.Http;

namespace Quittance.Host.Watching;

/// <summary>The request at work, where it has entered; see <see cref="RequestAtWork"/>.</summary>
internal sealed class CurrentRequest : IHttpContextAccessor
{
    /// <inheritdoc/>
    public HttpContext? HttpContext
    {
        get => RequestAtWork.Context;
        set
        {
            // The framework sets it for each request. An operation that writes enters it by itself.
        }
    }

    /// <summary>Has every request entered, but those of operations that write.</summary>
    public static Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<Writes>() is null)
            RequestAtWork.Enter(http);
        return next(http);
    }
}
