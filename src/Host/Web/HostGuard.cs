using System.Net;
using Quittance.Host.Watching;

namespace Quittance.Host.Web;

/// <summary>Headers that every answer of a server has, and checks that every request must pass.</summary>
internal static class HostGuard
{
    private const string StrictTransport = "max-age=31536000";

    /// <summary>
    /// Browsers that reached the server by TLS once use nothing else for a year. A demo answers under names of this machine alone: a web
    /// page can have its own name lead here, and would else speak to an API that asks for no credential.
    /// </summary>
    public static void UseHostGuard(this IApplicationBuilder app, ServerSettings settings)
    {
        // Before the forwarded address takes the place of the sender's.
        if (settings.RefusesStrangers)
            app.Use(next => RefuseStrangers(next, settings));
        if (settings.TrustedProxies.Count > 0)
        {
            app.Use(next => http =>
            {
                http.Connection.RemoteIpAddress = ForwardedClient.Of(
                    http.Connection.RemoteIpAddress, http.Request.Headers, settings.TrustedProxies, settings.ProxyHeader);
                return next(http);
            });
        }

        if (settings.IsDemo)
            app.Use(RefuseForeignNames);
        if (settings.PublicAddress.Base.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
        {
            app.Use(next => http =>
            {
                http.Response.OnStarting(() =>
                {
                    http.Response.Headers.StrictTransportSecurity = StrictTransport;
                    return Task.CompletedTask;
                });
                return next(http);
            });
        }
    }

    /// <summary>
    /// A stranger who comes around the proxy sends secrets by plain HTTP. A program that watches the server's health sends none, and often
    /// has an address of its own.
    /// </summary>
    private static RequestDelegate RefuseStrangers(RequestDelegate next, ServerSettings settings) => async http =>
    {
        var sender = http.Connection.RemoteIpAddress;
        if (sender is null || IPAddress.IsLoopback(sender) || ForwardedClient.IsTrusted(sender, settings.TrustedProxies)
            || http.Request.Path.StartsWithSegments(HealthRoutes.Path, StringComparison.Ordinal))
        {
            await next(http);
            return;
        }

        // No further request goes over this connection.
        http.Response.Headers.Connection = "close";
        http.Response.StatusCode = StatusCodes.Status403Forbidden;
        http.Response.ContentType = "text/plain;charset=utf-8";
        await http.Response.WriteAsync(
            $"This server speaks no TLS, so it answers its proxies alone (--trusted-proxy), and {sender} is none of them. "
            + $"Come by {settings.PublicAddress.Base}.", http.RequestAborted);
    };

    private static RequestDelegate RefuseForeignNames(RequestDelegate next) =>
        http => http.Request.Host.Host is "127.0.0.1" or "localhost" or "[::1]" ? next(http) : RefuseForeignNameAsync(http);

    private static Task RefuseForeignNameAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        http.Response.ContentType = "text/plain;charset=utf-8";
        return http.Response.WriteAsync("The demo answers on this machine alone, as 127.0.0.1 or localhost.", http.RequestAborted);
    }
}
