using System.Net;
using Quittance.Sandbox.Books;
using Quittance.Sandbox.Http;

namespace Quittance.Sandbox.GoCardless;

/// <summary>The page of a billing request flow, on which a customer enters a bank account and gives its mandate.</summary>
internal sealed class AccountEntryPage(DebitFace face)
{
    private const string Path = "/gocardless/pages/{name}";

    private const string Style = """
        label { display: block; margin-top: 1rem; font-weight: 600; }
        input { box-sizing: border-box; width: 100%; margin-top: .25rem; padding: .6rem; border: 1px solid #8a94a6; border-radius: .5rem;
                font: inherit; font-weight: 400; }
        form p { margin-top: 1.25rem; }
        form + p { margin-top: 1rem; }
        .problem { color: light-dark(#b3261e, #ffb4ab); font-weight: 600; }
        a { color: light-dark(#2f6fed, #8db4ff); }
        """;

    public void Map(WebApplication app)
    {
        app.MapGet(Path, context => face.Shown(NameOf(context)) is var (flow, request)
            ? WriteAsync(context, flow, request, problem: null)
            : throw HttpFault.NotFound("This page"));
        app.MapPost(Path, EnterAsync);
    }

    private async Task EnterAsync(HttpContext context)
    {
        if (face.Shown(NameOf(context)) is not var (flow, request))
            throw HttpFault.NotFound("This page");
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var number = string.Concat($"{form["number"]}".Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
        var isUk = request.Scheme == "bacs";
        var details = new InstrumentDetails(isUk ? InstrumentKind.UkAccount : InstrumentKind.Iban, number);
        var isValid = isUk ? number.Length == 8 && number.All(char.IsAsciiDigit)
            : number.Length is >= 15 and <= 34 && number[..2].All(char.IsAsciiLetterUpper) && details.ChecksOut;
        if (!isValid)
        {
            await WriteAsync(context, flow, request, isUk ? "The account number is invalid." : "The IBAN is invalid.");
            return;
        }

        if (face.Enter(flow.Name, details, $"{form["name"]}" is { Length: > 0 } name ? name : null) is not { } next)
            throw HttpFault.NotFound("This page");
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = next.AbsoluteUri;
    }

    private static string NameOf(HttpContext context) => (string)context.GetRouteValue("name")!;

    private static Task WriteAsync(HttpContext context, DebitFlow flow, DebitBillingRequest request, string? problem)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
        headers.CacheControl = "no-store";
        headers["Referrer-Policy"] = "no-referrer";
        context.Response.ContentType = "text/html; charset=utf-8";
        var said = problem is null ? "" : $"""<p class="problem" role="alert">{WebUtility.HtmlEncode(problem)}</p>""";
        var fields = request.Scheme == "bacs"
            ? """
              <label>Sort code <input name="sort" inputmode="numeric" placeholder="20-00-00" autocomplete="off" required></label>
              <label>Account number <input name="number" inputmode="numeric" autocomplete="off" required></label>
              """
            : """<label>IBAN <input name="number" autocomplete="off" autocapitalize="characters" required></label>""";
        return context.Response.WriteAsync($"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
              <title>Set up a direct debit</title><style>{ConfirmationPage.Style}{Style}</style></head>
            <body><main>
            <h1>Sandbox direct debit</h1>
            <p>This page stands for the provider's own. Nothing is debited here.</p>{said}
            <form method="post" style="display:block">
              <label>Account holder <input name="name" autocomplete="name" required></label>
              {fields}
              <p><button value="true" name="approve">Give the mandate</button></p>
            </form>
            <p><a href="{WebUtility.HtmlEncode(flow.ExitTo.AbsoluteUri)}">Back</a></p>
            </main></body></html>
            """, context.RequestAborted);
    }
}
