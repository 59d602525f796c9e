using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Quittance.Console;
using Quittance.Dialects.Http;
using Quittance.Dialects.OpenApi;
using Quittance.Host.Demo;

namespace Quittance.Host.Web;

/// <summary>
/// The page at the root, which leads to the console and to the APIs; and behind it a page for each type of problem (RFC 9457), which a
/// developer opens from the <c>type</c> of an answer.
/// </summary>
internal static partial class FrontPage
{
    private const string Type = "type";

    /// <summary>Maps the pages.</summary>
    /// <param name="hasCheckout">Whether the server has the demo's page on which one pays in the widget.</param>
    public static void Map(IEndpointRouteBuilder routes, IReadOnlyList<Dialect> dialects, bool hasCheckout)
    {
        var front = FrontOf(hasCheckout);
        Guides.Map(routes);
        var problems = dialects.SelectMany(dialect => dialect.Problems).DistinctBy(problem => problem.Type)
            .ToDictionary(problem => problem.Type, StringComparer.Ordinal);
        Show("/", (http, _) => ApiPage.ShowAsync(http, front));
        Show($"/{Problem.Folder}/{{{Type}}}", (http, type) =>
        {
            if (problems.TryGetValue(type, out var problem))
                return ApiPage.ShowAsync(http, PageOf(problem));
            if (IsType().IsMatch(type))
                return ApiPage.ShowAsync(http, PageOf(type));
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });

        void Show(string pattern, Func<HttpContext, string, Task> show) => routes.MapMethods(
            pattern, [HttpMethods.Get, HttpMethods.Head],
            (RequestDelegate)(http => show(http, (string?)http.Request.RouteValues[Type] ?? "")));
    }

    /// <summary>Shows a page to a browser that asks for an address at which nothing is. Programs get the bare status.</summary>
    public static void UseMissing(WebApplication app)
    {
        var missing = ApiPage.Framed("No such page", $"""
                <h1>There is no such page</h1>
                <p class="lead">The address may have been copied wrongly.</p>
                <form role="search" action="{ConsoleRoutes.Root}/search">
                  <label for="q">Search in the console, by any word or number of a customer, a bill or a payment</label>
                  <p><input id="q" name="q" type="search" maxlength="200" autocomplete="off"> <button>Search</button></p>
                </form>
                <ul>
                  <li><h2><a href="/">The first page of this server</a></h2><p>It leads to the console and to the APIs.</p></li>
                  <li><h2><a href="{ApiPage.List}">APIs</a></h2><p>For programs: each API with its documentation.</p></li>
                  <li><h2><a href="{Guides.List}">Guides</a></h2><p>How to do what, step by step.</p></li>
                </ul>
            """);
        app.Use(next => http => IsBrowser(http.Request) ? ShowWhereMissingAsync(http, next) : next(http));

        bool IsBrowser(HttpRequest request) => HttpMethods.IsGet(request.Method)
            && request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);

        async Task ShowWhereMissingAsync(HttpContext http, RequestDelegate next)
        {
            await next(http);
            if (http.Response is { StatusCode: StatusCodes.Status404NotFound, HasStarted: false, ContentType: null })
                await ApiPage.ShowAsync(http, missing, StatusCodes.Status404NotFound);
        }
    }

    private static string FrontOf(bool hasCheckout) => ApiPage.Framed("Payments and receivables", $"""
            <h1>Quittance</h1>
            <p class="lead">This server takes payments and keeps what customers owe, in one ledger for all of its APIs.</p>
            <ul>
              <li>
                <h2><a href="{ConsoleRoutes.Root}">Console</a></h2>
                <p>For the people who look after customers, payments and the books.</p>
              </li>
              <li>
                <h2><a href="{ApiPage.List}">APIs</a></h2>
                <p>For programs: each API with its documentation, to read and to try, and its OpenAPI document.</p>
              </li>
              <li>
                <h2><a href="{Guides.List}">Guides</a></h2>
                <p>From the first payment to the bank's statements, reminders and running it for real.</p>
              </li>
        {(hasCheckout ? Checkout : "")}    </ul>
        """);

    private const string Checkout = $"""
              <li>
                <h2><a href="{CheckoutPage.Path}">Checkout of the demo</a></h2>
                <p>A shop's page with the payment widget in it.</p>
              </li>

        """;

    private static string PageOf(Problem problem) => PageOf(
        problem.Type, $"{problem.Status} {ReasonPhrases.GetReasonPhrase(problem.Status)}", problem.Detail, ActOf(problem.Status));

    /// <summary>The page of a type that is made only where it happens.</summary>
    private static string PageOf(string type) => PageOf(
        type, "A problem", "The answer's own detail says what happened.", "The answer's status says whether to send the request again.");

    private static string PageOf(string type, string status, string detail, string act) => ApiPage.Framed(type, $"""
            <p class="document">{WebUtility.HtmlEncode(status)}</p>
            <h1>{WebUtility.HtmlEncode(type)}</h1>
            <p class="lead">{WebUtility.HtmlEncode(detail)}</p>
            <p>{WebUtility.HtmlEncode(act)}</p>
            <p>The answer says more: its <code>detail</code> what happened, its <code>errors</code>, where it has any, which places of the
            request are meant, and its header <code>Quittance-Trace</code> the id under which the server's log has it.</p>
            <p class="document"><a href="{ApiPage.List}">The APIs of this server</a></p>
        """);

    private static string ActOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden =>
            "Send another credential, or ask an operator for one that may do this.",
        StatusCodes.Status404NotFound => "Check the address and the names in the request.",
        StatusCodes.Status409Conflict or StatusCodes.Status412PreconditionFailed =>
            "The request is well formed, and the books are in another state than it needs. Look at them again before you send it again.",
        StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable =>
            "Send the same request again later, under its Idempotency-Key; the header Retry-After says when.",
        >= 500 => "Send the same request again under its Idempotency-Key: it counts once.",
        _ => "Correct the request before you send it again.",
    };

    [GeneratedRegex("^[a-z][a-z0-9-]{1,63}$", RegexOptions.NonBacktracking)]
    private static partial Regex IsType();
}
