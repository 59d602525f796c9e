using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;

namespace Quittance.Console.Access;

/// <summary>
/// Stands before every page of the console: who is not signed in is sent to do so, who may not do something is told, and what
/// another site made a browser send is refused. Nothing a page shows is kept by browsers, framed by anybody, or run from elsewhere.
/// </summary>
/// <param name="next">What comes after it.</param>
/// <param name="sessions">Who is signed in.</param>
/// <param name="settings">Where the console is.</param>
public sealed class ConsoleGate(RequestDelegate next, ConsoleSessions sessions, ConsoleSettings settings)
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Lets a request pass, or answers it.</summary>
    public async Task InvokeAsync(HttpContext http, Desk desk)
    {
        Protect(http.Response.Headers);
        if (!IsOwn(http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            await Results.Text("Another site sent this. Nothing has changed.").ExecuteAsync(http);
            return;
        }

        if (!await IsFormAsync(http))
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var metadata = http.GetEndpoint()?.Metadata;
        if (ConsoleCookie.Of(http) is { } token && await sessions.FindAsync(token, http.RequestAborted) is { } user)
            desk.Take(user);
        if (metadata?.GetMetadata<OpenAttribute>() is not null)
        {
            await next(http);
        }
        else if (!desk.IsTaken)
        {
            http.Response.Redirect(Pages.Access.SignIn.AddressFor(http.Request));
        }
        else if (!desk.May(metadata?.GetMetadata<NeedsAttribute>()?.Role ?? OperatorRole.Viewer))
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            await new RazorComponentResult<NotAllowed>().ExecuteAsync(http);
        }
        else
        {
            await next(http);
        }
    }

    /// <summary>Says what browsers may do with an answer: show it, once.</summary>
    internal static void Protect(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), usb=(), display-capture=(), payment=()";
    }

    /// <summary>Whether what was posted can be read: broken forms are whoever sent them's mistake, and not ours.</summary>
    private static async Task<bool> IsFormAsync(HttpContext http)
    {
        if (!HttpMethods.IsPost(http.Request.Method))
            return true;
        try
        {
            if (http.Request.HasFormContentType)
                await http.Request.ReadFormAsync(http.RequestAborted);
            return http.Request.HasFormContentType;
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException)
        {
            return false;
        }
    }

    /// <summary>
    /// Whether a request that may change something comes from a page of ours, as browsers say by themselves: they send the one header or the other
    /// with every form. What sends neither is no browser, and has nobody's cookie.
    /// </summary>
    private bool IsOwn(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            return true;
        if (request.Headers["Sec-Fetch-Site"] is [{ } site])
            return site is "same-origin" or "none";
        return request.Headers.Origin is not [{ } origin]
            || origin == settings.PublicAddress
            || origin == $"{request.Scheme}://{request.Host}";
    }
}
