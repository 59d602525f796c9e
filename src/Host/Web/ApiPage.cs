using System.Net;
using Quittance.Dialects.Http;

namespace Quittance.Host.Web;

/// <summary>
/// The pages that show the APIs' documents: a list of them at <c>/openapi</c>, and behind it Swagger UI, which the program brings along.
/// </summary>
internal static class ApiPage
{
    /// <summary>The path of the list.</summary>
    public const string List = "/openapi";

    private const string Viewer = $"{List}/view";
    private const string Files = $"{List}/files";

    // Nothing is loaded from elsewhere, nothing inline runs. Swagger UI sets sizes and colours in attributes of its elements, and its
    // picture has a style of its own, whose hash this is: neither can do anything else.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-RL3ie0nH+Lzz2YNqQN83mnU0J1ot4QL7b99vMdIX99w='; style-src-attr "
        + "'unsafe-inline'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Puts the viewer before the routes.</summary>
    public static void UseViewer(WebApplication app, IReadOnlyList<Dialect> dialects) =>
        app.UseWhen(http => http.Request.Path.StartsWithSegments(Viewer, StringComparison.Ordinal), page =>
        {
            page.Use((http, next) =>
            {
                Protect(http);
                return next(http);
            });
            page.UseSwaggerUI(viewer =>
            {
                viewer.RoutePrefix = Viewer[1..];
                viewer.DocumentTitle = "APIs · Quittance";
                viewer.InjectStylesheet($"{Files}/viewer.css");
                viewer.InjectJavascript($"{Files}/viewer.js", "module");
                viewer.DefaultModelsExpandDepth(0);
                foreach (var dialect in Described(dialects))
                    viewer.SwaggerEndpoint(ApiDocuments.PathOf(dialect), dialect.Description!.Title);
            });
        });

    /// <summary>Maps the list, and the files of both pages.</summary>
    public static void Map(IEndpointRouteBuilder routes, IReadOnlyList<Dialect> dialects)
    {
        var page = PageOf(dialects);
        routes.MapMethods(List, [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)(http => ShowAsync(http, page)));
        foreach (var file in EmbeddedFile.In("openapi"))
        {
            routes.MapMethods($"{Files}/{file.Name}", [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)(http =>
            {
                http.Response.Headers.CacheControl = "no-cache";
                return file.Answer(http).ExecuteAsync(http);
            }));
        }
    }

    /// <summary>Answers with a page of the server's own.</summary>
    public static Task ShowAsync(HttpContext http, string page, int status = StatusCodes.Status200OK)
    {
        Protect(http);
        return Results.Content(page, "text/html; charset=utf-8", statusCode: status).ExecuteAsync(http);
    }

    /// <summary>A page in the frame of the list.</summary>
    /// <param name="title">Its title, which is text.</param>
    /// <param name="content">Its content, which is HTML.</param>
    public static string Framed(string title, string content) => $"""
        <!doctype html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <title>{WebUtility.HtmlEncode(title)} · Quittance</title>
          <link rel="icon" href="data:,">
          <link rel="stylesheet" href="{Files}/list.css">
        </head>
        <body>
          <main>
        {content}
          </main>
        </body>
        </html>

        """;

    private static IEnumerable<Dialect> Described(IReadOnlyList<Dialect> dialects) =>
        dialects.Where(dialect => dialect.Description is not null);

    private static void Protect(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
    }

    private static string PageOf(IReadOnlyList<Dialect> dialects) => Framed("APIs", $"""
            <h1>The APIs of this server</h1>
            <p class="lead">One ledger behind all of them: money that comes in through one is seen through every other.</p>
            <ul>
        {string.Concat(Described(dialects).Select(ItemOf))}    </ul>
        """);

    private static string ItemOf(Dialect dialect)
    {
        var (title, summary) = (dialect.Description!.Title, dialect.Description.Summary);
        return $"""
                  <li>
                    <h2><a href="{Viewer}/index.html?urls.primaryName={Uri.EscapeDataString(title)}">{WebUtility.HtmlEncode(title)}</a></h2>
                    <p>{WebUtility.HtmlEncode(summary)}</p>
                    <p class="document"><a href="{ApiDocuments.PathOf(dialect)}">OpenAPI document of {WebUtility.HtmlEncode(title)}</a></p>
                  </li>

            """;
    }
}
