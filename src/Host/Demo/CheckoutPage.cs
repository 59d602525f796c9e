using Quittance.Host.Web;

namespace Quittance.Host.Demo;

/// <summary>
/// The demo's checkout, of <c>samples/Shop</c>: a page that plays the studio and its member, from the payment session to what the
/// ledger says afterwards. It speaks to the same APIs as everybody, with the demo's key.
/// </summary>
internal static class CheckoutPage
{
    /// <summary>Where it is.</summary>
    public const string Path = "/demo/checkout";

    // It gets by with what any page needs that embeds the widget.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src 'self' data:; "
        + "form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Maps the page and what it loads.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var file in EmbeddedFile.In("demo"))
            routes.MapMethods($"/demo/{file.Name}", [HttpMethods.Get, HttpMethods.Head], context => AnswerAsync(file, context));
    }

    private static Task AnswerAsync(EmbeddedFile file, HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-cache";
        return file.Answer(context).ExecuteAsync(context);
    }
}
