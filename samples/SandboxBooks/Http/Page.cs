using System.Net;

namespace Quittance.Sandbox.Http;

/// <summary>A page that a customer sees in the place of a bank's or a provider's.</summary>
/// <param name="Title">The title of its window.</param>
/// <param name="Heading">The name of the site that shows it.</param>
/// <param name="Body">The part below the heading, as HTML.</param>
internal sealed record Page(string Title, string Heading, string Body)
{
    public const string CardToTry = "4242 4242 4242 4242, a month to come and any code.";
    public const string IbanToTry = "DE02 1203 0000 0000 2020 51.";
    public const string UkAccountToTry = "20-00-00 and 55779911.";

    private const string Style = """
        :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
        body { display: grid; place-items: center; min-height: 100vh; margin: 0; background: light-dark(#eef1f6, #14171c);
               color: light-dark(#1c2330, #e7eaf0); }
        main { width: min(22rem, 80vw); padding: 2rem; border-radius: 1rem; background: light-dark(#fff, #1f242c);
               box-shadow: 0 .5rem 2rem #0002; }
        h1 { margin: 0; font-size: 1.1rem; }
        p { margin: .25rem 0; color: light-dark(#5b6678, #9aa5b8); }
        .amount { margin: 1rem 0; font-size: 2rem; font-weight: 650; color: inherit; }
        small { font-size: 1rem; font-weight: 400; }
        label { display: block; margin-top: 1rem; font-weight: 600; }
        input { box-sizing: border-box; width: 100%; margin-top: .25rem; padding: .6rem; border: 1px solid #8a94a6; border-radius: .5rem;
                font: inherit; font-weight: 400; }
        .pair { display: flex; gap: .75rem; }
        .tick { font-weight: 400; }
        .tick input { width: auto; margin: 0 .4rem 0 0; }
        .problem { color: light-dark(#b3261e, #ffb4ab); font-weight: 600; }
        a { color: light-dark(#2f6fed, #8db4ff); }
        .buttons { display: flex; gap: .75rem; margin-top: 1.5rem; }
        .back { margin-top: 1rem; }
        button { flex: 1; padding: .7rem; border: 1px solid #2f6fed; border-radius: .6rem; font: inherit; font-weight: 600;
                 cursor: pointer; background: none; color: light-dark(#2f6fed, #8db4ff); }
        button[value=true] { background: #2f6fed; color: #fff; }
        button:focus-visible { outline: 3px solid #8db4ff; outline-offset: 2px; }
        """;

    /// <summary>A page on which a customer enters an instrument, which a provider then holds.</summary>
    /// <param name="example">A number that works.</param>
    /// <param name="fields">The input fields, as HTML.</param>
    /// <param name="button">The label of the button that saves it.</param>
    /// <param name="back">Where the customer goes without entering anything; null for nowhere.</param>
    /// <param name="problem">The fault of the input; null for none.</param>
    public static Page ToEnter(
        string title, string heading, string example, string fields, string button, Uri? back, string? problem)
    {
        var said = problem is null ? "" : $"""<p class="problem" role="alert">{WebUtility.HtmlEncode(problem)}</p>""";
        var link = back is null ? "" : $"""<p class="back"><a href="{WebUtility.HtmlEncode(back.AbsoluteUri)}">Back</a></p>""";
        return new Page(title, heading, $"""
            <p>This page stands for the provider’s own. No money moves here. Try {example}</p>{said}
            <form method="post">
              {fields}
              <p class="buttons"><button value="true" name="approve">{button}</button></p>
            </form>{link}
            """);
    }

    /// <summary>Answers with the page.</summary>
    /// <param name="frames">The pages that may embed it, as a content security policy names them.</param>
    public Task WriteAsync(HttpContext context, string frames = "'none'")
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = $"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors {frames}";
        headers.CacheControl = "no-store";
        // The address holds the token, or the name of the page.
        headers["Referrer-Policy"] = "no-referrer";
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync($"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
              <title>{Title}</title><style>{Style}</style></head>
            <body><main>
            <h1>{Heading}</h1>
            {Body}
            </main></body></html>
            """, context.RequestAborted);
    }

    /// <summary>Sends the customer on.</summary>
    public static void Leave(HttpContext context, Uri next)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = next.AbsoluteUri;
    }
}
