using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Quittance.Tests.Console;

/// <summary>A page of an attacker.</summary>
internal sealed class EvilSite : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EvilSite(WebApplication app, string host) => (_app, Address) = (app, $"http://{host}:{new Uri(app.Urls.Single()).Port}/");

    public string Address { get; }

    public static async Task<EvilSite> StartAsync(string host, string body)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.MapGet("/", context =>
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            return context.Response.WriteAsync(
                $"<!doctype html><html lang=\"en\"><title>Win a prize</title><body>{body}</body></html>", context.RequestAborted);
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new EvilSite(app, host);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
