using System.Text.RegularExpressions;

namespace Quittance.Host.Web;

/// <summary>
/// Serves the payment widget: <c>/widget.js</c>, which any page may load, and the frame that it puts into them, which only
/// pages that the session's merchant has named may show.
/// </summary>
public sealed partial class WidgetFiles(IEmbeddingOrigins origins)
{
    private const string FramePage = "frame";
    private const string Loader = "widget.js";

    // Everything but who may embed it. Nothing is loaded from elsewhere, nothing inline runs, no form goes anywhere. The merchant's logo is
    // a blob, since an address of a picture can't have the session's token with it.
    private const string FramePolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data: blob:; form-action 'none'; "
        + "base-uri 'none'; frame-ancestors ";

    /// <summary>Maps the files. Without them, as after a build without Node, there are no such pages.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        foreach (var file in EmbeddedFile.In("widget"))
        {
            switch (file.Name)
            {
                case Loader:
                    routes.MapMethods("/widget.js", Reading, context => LoaderAsync(file, context));
                    routes.MapMethods(VersionedOf(file), Reading, context => VersionedAsync(file, context));
                    routes.MapMethods("/widget.json", Reading, context => DescribedAsync(file, context));
                    break;
                case FramePage:
                    routes.MapMethods("/widget/frame", Reading, context => FrameAsync(file, context));
                    break;
                default:
                    routes.MapMethods($"/widget/{file.Name}", Reading, context => HashedAsync(file, context));
                    break;
            }
        }
    }

    /// <summary>The addresses of what the frame loads: each has its content in its name.</summary>
    public static IReadOnlyList<string> OfFrame { get; } =
    [
        .. from file in EmbeddedFile.In("widget")
           where file.Name is not (Loader or FramePage)
           select $"/widget/{file.Name}",
    ];

    private static IReadOnlyList<string> Reading { get; } = [HttpMethods.Get, HttpMethods.Head];

    // Its address never changes, so it is asked for again soon, and pages that isolate themselves may load it too.
    private static Task LoaderAsync(EmbeddedFile file, HttpContext context)
    {
        context.Response.Headers.CacheControl = "public, max-age=300";
        context.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        return file.Answer(context).ExecuteAsync(context);
    }

    /// <summary>The address of this version alone: a page that names it with the hash runs no other script.</summary>
    private static string VersionedOf(EmbeddedFile file) => $"/widget-{Convert.ToHexStringLower(file.Sha384.Span[..8])}.js";

    private static Task VersionedAsync(EmbeddedFile file, HttpContext context)
    {
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        context.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        // Browsers check the hash only of scripts that they may read.
        context.Response.Headers.AccessControlAllowOrigin = "*";
        return file.Answer(context).ExecuteAsync(context);
    }

    /// <summary>The present version's address and hash, for the page's script element.</summary>
    private static Task DescribedAsync(EmbeddedFile file, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return context.Response.WriteAsJsonAsync(
            new { Src = VersionedOf(file), Integrity = $"sha384-{Convert.ToBase64String(file.Sha384.Span)}" }, context.RequestAborted);
    }

    // Another content has another name.
    private static Task HashedAsync(EmbeddedFile file, HttpContext context)
    {
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        context.Response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        return file.Answer(context).ExecuteAsync(context);
    }

    private async Task FrameAsync(EmbeddedFile file, HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = FramePolicy
            + await AncestorsAsync(context.Request.Query["session"].ToString(), context.RequestAborted);
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), usb=(), display-capture=(), payment=()";
        headers.CacheControl = "no-store";
        await file.Answer(context).ExecuteAsync(context);
    }

    /// <summary>
    /// The origins that may embed the frame. A session that does not exist allows everybody: the frame takes no token but of the session in
    /// its address, so it can only say that there is none, and that the customer should see in place of an empty frame.
    /// </summary>
    private async ValueTask<string> AncestorsAsync(string session, CancellationToken cancellation)
    {
        if (!PublicId().IsMatch(session))
            return session.Length == 0 ? "'none'" : "*";
        return await origins.OfSessionAsync(session, cancellation) switch
        {
            null => "*",
            [] => "'none'",
            var known => string.Join(' ', known),
        };
    }

    [GeneratedRegex("^[A-Za-z0-9_-]{32}$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PublicId();
}
