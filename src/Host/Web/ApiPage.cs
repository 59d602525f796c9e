using Quittance.Dialects.Http;

namespace Quittance.Host.Web;

/// <summary>The page at <c>/openapi</c> that shows the documents of all dialects: Swagger UI, which the program brings along.</summary>
internal static class ApiPage
{
    private const string Path = "/openapi";

    // Nothing is loaded from elsewhere, nothing inline runs.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Puts the page before the routes.</summary>
    public static void Use(WebApplication app, IReadOnlyList<Dialect> dialects) => app.UseWhen(http => http.Request.Path.StartsWithSegments(Path, StringComparison.Ordinal), page =>
    {
        page.Use((http, next) =>
        {
            http.Response.Headers.ContentSecurityPolicy = Policy;
            http.Response.Headers.XContentTypeOptions = "nosniff";
            http.Response.Headers["Referrer-Policy"] = "no-referrer";
            return next(http);
        });
        page.UseSwaggerUI(viewer =>
        {
            viewer.RoutePrefix = Path[1..];
            viewer.DocumentTitle = "Quittance: APIs";
            foreach (var dialect in dialects.Where(dialect => dialect.Description is not null))
                viewer.SwaggerEndpoint(ApiDocuments.PathOf(dialect), dialect.Description!.Title);
        });
    });
}
