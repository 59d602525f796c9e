using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Quittance.Tests.Web;

/// <summary>
/// A page of somebody else's, on a server of its own. It embeds the widget under a policy that allows nothing more than that.
/// </summary>
internal sealed class EmbeddingShop : IAsyncDisposable
{
    // As the widget's README has it: tokens are kept for the way back from a bank, and removed once there is something to book.
    private const string Script = """
        window.heard = [];
        window.states = [];
        window.widgets = [];
        window.embed = (options) => {
          const { container } = options;
          sessionStorage.setItem(container, JSON.stringify(options));
          widgets.push(paymentWidget.init({
            environment: 'test', countryCode: 'DE', locale: 'en', ...options,
            onSuccess: (token, details, instrument) => {
              sessionStorage.removeItem(container);
              heard.push({ container, token, details, instrument });
            },
            onPaymentStateChange: (state) => states.push({ container, ...state }),
          }));
        };
        for (const container of ['one', 'two'])
          if (sessionStorage.getItem(container)) embed(JSON.parse(sessionStorage.getItem(container)));
        """;

    private readonly WebApplication _app;
    private readonly int _port;

    private EmbeddingShop(WebApplication app, int port) => (_app, _port) = (app, port);

    /// <summary>The page where a demo lets it embed.</summary>
    public string Address => $"http://127.0.0.1:{_port}/";

    /// <summary>The same page under a name that is not allowed.</summary>
    public string Stranger => $"http://shop.localhost:{_port}/";

    public static async Task<EmbeddingShop> StartAsync(Uri quittance)
    {
        var origin = quittance.GetLeftPart(UriPartial.Authority);
        using var client = new HttpClient();
        // As a page that runs one version of the script and no other: the browser checks its hash.
        var widget = JsonNode.Parse(
            await client.GetStringAsync(new Uri(quittance, "/widget.json"), TestContext.Current.CancellationToken))!;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.MapGet("/", context =>
        {
            context.Response.Headers.ContentSecurityPolicy = $"default-src 'none'; script-src 'self' {origin}; frame-src {origin}";
            context.Response.ContentType = "text/html; charset=utf-8";
            return context.Response.WriteAsync(Page($"{origin}{widget["src"]}", $"{widget["integrity"]}"), context.RequestAborted);
        });
        app.MapGet("/shop.js", context =>
        {
            context.Response.ContentType = "text/javascript; charset=utf-8";
            return context.Response.WriteAsync(Script, context.RequestAborted);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new EmbeddingShop(app, new Uri(app.Urls.Single()).Port);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static string Page(string script, string integrity) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Shop</title>
        <script src="{script}" integrity="{integrity}" crossorigin="anonymous" defer></script><script src="/shop.js" defer></script>
        </head>
        <body><main><h1>Shop</h1><div id="one"></div><div id="two"></div></main></body>
        </html>
        """;
}
