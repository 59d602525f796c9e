using Quittance.Sandbox.Books;

namespace Quittance.Sandbox.Http;

/// <summary>The page on which a customer confirms a payment, as a bank would show it.</summary>
internal static class ConfirmationPage
{
    public const string Style = """
        :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
        body { display: grid; place-items: center; min-height: 100vh; margin: 0; background: light-dark(#eef1f6, #14171c);
               color: light-dark(#1c2330, #e7eaf0); }
        main { width: min(22rem, 80vw); padding: 2rem; border-radius: 1rem; background: light-dark(#fff, #1f242c);
               box-shadow: 0 .5rem 2rem #0002; }
        h1 { margin: 0; font-size: 1.1rem; }
        p { margin: .25rem 0; color: light-dark(#5b6678, #9aa5b8); }
        .amount { margin: 1rem 0; font-size: 2rem; font-weight: 650; color: inherit; }
        small { font-size: 1rem; font-weight: 400; }
        form { display: flex; gap: .75rem; margin-top: 1.5rem; }
        button { flex: 1; padding: .7rem; border: 1px solid #2f6fed; border-radius: .6rem; font: inherit; font-weight: 600;
                 cursor: pointer; background: none; color: light-dark(#2f6fed, #8db4ff); }
        button[value=true] { background: #2f6fed; color: #fff; }
        button:focus-visible { outline: 3px solid #8db4ff; outline-offset: 2px; }
        """;

    private const string Buttons = """
        <form method="post">
          <button name="approve" value="true">Approve</button><button name="approve" value="false">Refuse</button>
        </form>
        """;

    public static Task WriteAsync(HttpContext context, BookedAuthorisation authorisation, RequestState state)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors *";
        headers.CacheControl = "no-store";
        // The address holds the token.
        headers["Referrer-Policy"] = "no-referrer";
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(Page(authorisation, state), context.RequestAborted);
    }

    // Nothing shown comes from outside as free text: the currency is three letters, the instrument is a scheme and four digits.
    private static string Page(BookedAuthorisation authorisation, RequestState state) => $"""
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
          <title>Confirm a payment</title><style>{Style}</style></head>
        <body><main>
        <h1>Sandbox bank</h1>
        <p>{state switch
    {
        RequestState.Pending => "Do you want to make this payment?",
        RequestState.Approved => "You have confirmed this payment. You can close this page.",
        RequestState.Declined => "This payment is refused. You can close this page.",
    }}</p>
        <p class="amount">{Amount(authorisation)}</p>
        <p>Card ending in {authorisation.Instrument[^4..]}</p>
        {(state == RequestState.Pending ? Buttons : "")}
        </main></body></html>
        """;

    private static string Amount(BookedAuthorisation authorisation)
    {
        var decimals = authorisation.Currency switch
        {
            "BIF" or "CLP" or "DJF" or "GNF" or "ISK" or "JPY" or "KMF" or "KRW" or "PYG" or "RWF" or "UGX" or "UYI" or "VND" or "VUV"
                or "XAF"
                or "XOF" or "XPF" => 0,
            "BHD" or "IQD" or "JOD" or "KWD" or "LYD" or "OMR" or "TND" => 3,
            "CLF" or "UYW" => 4,
            _ => 2,
        };
        var amount = new decimal(
            (int)authorisation.AmountMinor, (int)(authorisation.AmountMinor >> 32), 0, isNegative: false, (byte)decimals);
        return $"{amount.ToString($"N{decimals}")} <small>{authorisation.Currency}</small>";
    }
}
