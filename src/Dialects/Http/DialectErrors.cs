using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Quittance.Core.Access;
using Quittance.Core.Engine;

namespace Quittance.Dialects.Http;

/// <summary>
/// Surrounds all dialects: an unknown path, a wrong method or a bug below a dialect's paths gets an answer in that dialect's shape.
/// The only catch-all of the server.
/// </summary>
public sealed partial class DialectErrors(RequestDelegate next, IReadOnlyList<Dialect> dialects, ILogger<DialectErrors> log)
{
    /// <summary>Runs the request.</summary>
    public async Task InvokeAsync(HttpContext http)
    {
        string? detail = null;
        EdgeFault? met = null;
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client is gone, so there is no answer to send.
            return;
        }
        catch (StoreUnavailableException) when (!http.Response.HasStarted)
        {
            // Met while reading: the engine's own outages are refusals.
            http.Response.Clear();
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            met = IsTakenOn(http) ? EdgeFault.TakenOn : null;
        }
        catch (IssuerUnavailableException) when (!http.Response.HasStarted)
        {
            http.Response.Clear();
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            detail = "The server can't check the access token just now.";
        }
        catch (OutcomeUnknownException) when (!http.Response.HasStarted)
        {
            // The request may have been carried out, so the answer must not be a refusal. The server logs the outage itself, once.
            http.Response.Clear();
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
            met = IsTakenOn(http) ? EdgeFault.TakenOn : EdgeFault.OutcomeUnknown;
        }
        catch (Exception bug) when (!http.Response.HasStarted)
        {
            LogBug(log, RequestTrace.Of(http).ToString("N"), bug.GetType().Name, bug);
            http.Response.Clear();
            http.Response.StatusCode = StatusCodes.Status500InternalServerError;
            met = IsTakenOn(http) ? EdgeFault.TakenOn : null;
        }

        if (http.Response is { HasStarted: false, ContentLength: null, ContentType: null } && (met ?? FaultOf(http.Response)) is { } fault
            && dialects.FirstOrDefault(dialect => dialect.Owns(http.Request.Path)) is { } owner)
        {
            if (fault == EdgeFault.MethodNotAllowed && owner.HeadsAreGets)
                AllowHead(http.Response);
            await DialectRoutes.WriteAsync(http, owner.Refuse(http, fault, detail ?? DetailOf(fault, http.Request)));
        }
    }

    private static bool IsTakenOn(HttpContext http) => http.Features.Get<Call>() is { IsTakenOn: true };

    private static EdgeFault? FaultOf(HttpResponse response)
    {
        // Where a dialect checks credentials on any path (DialectRoutes.Head), a path that takes nothing else is unknown.
        if (response.StatusCode != StatusCodes.Status405MethodNotAllowed || response.Headers.Allow != HttpMethods.Head)
            return FaultOf(response.StatusCode);
        response.Headers.Allow = default;
        return EdgeFault.PathUnknown;
    }

    private static EdgeFault? FaultOf(int status) => status switch
    {
        StatusCodes.Status404NotFound => EdgeFault.PathUnknown,
        StatusCodes.Status405MethodNotAllowed => EdgeFault.MethodNotAllowed,
        StatusCodes.Status500InternalServerError => EdgeFault.Internal,
        StatusCodes.Status503ServiceUnavailable => EdgeFault.Unavailable,
        _ => null,
    };

    private static string? DetailOf(EdgeFault fault, HttpRequest request) =>
        fault == EdgeFault.MethodNotAllowed ? $"The requested resource does not support http method '{request.Method}'." : null;

    private static void AllowHead(HttpResponse response)
    {
        string[] allowed = [.. response.Headers.Allow.SelectMany(line => (line ?? "").Split(',', StringSplitOptions.TrimEntries))];
        if (allowed.Contains(HttpMethods.Get) && !allowed.Contains(HttpMethods.Head))
            response.Headers.Allow = string.Join(", ", [.. allowed, HttpMethods.Head]);
    }

    [LoggerMessage(LogLevel.Error, "Request {Trace} failed on a bug ({Bug})")]
    private static partial void LogBug(ILogger log, string trace, string bug, Exception exception);
}
