using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Quittance.Tests.Providers;

/// <summary>The ways of a wire between us and a provider with requests to refund.</summary>
internal enum Muffling
{
    /// <summary>Passes them on, and their answers back.</summary>
    None,

    /// <summary>Loses the request.</summary>
    Request,

    /// <summary>Passes the request on and loses the answer.</summary>
    Answer,
}

/// <summary>Stands before a provider and can lose what is asked of it, or what it answers.</summary>
internal sealed class Muffler : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpClient _provider;

    private Muffler(WebApplication app, Uri provider) => (_app, _provider) = (app, new HttpClient { BaseAddress = provider });

    /// <summary>Where it stands.</summary>
    public Uri Address => new(_app.Urls.Single());

    /// <summary>Its way with refunds.</summary>
    public Muffling Refunds { get; set; }

    /// <summary>Whether it declines each void in the provider's name.</summary>
    public bool DeclinesVoids { get; set; }

    public static async Task<Muffler> StartAsync(Uri provider)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var muffler = new Muffler(builder.Build(), provider);
        muffler._app.Run(muffler.PassOnAsync);
        await muffler._app.StartAsync(TestContext.Current.CancellationToken);
        return muffler;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _provider.Dispose();
    }

    private async Task PassOnAsync(HttpContext http)
    {
        var loses = HttpMethods.IsPost(http.Request.Method) && http.Request.Path == "/v1/refunds" ? Refunds : Muffling.None;
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        if (loses == Muffling.Request)
        {
            http.Abort();
            return;
        }

        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), $"{http.Request.Path}{http.Request.QueryString}");
        request.Headers.TryAddWithoutValidation("Authorization", (string?)http.Request.Headers.Authorization);
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body.ToArray());
            request.Content.Headers.TryAddWithoutValidation("Content-Type", http.Request.ContentType);
        }

        using var answer = await _provider.SendAsync(request);
        if (loses == Muffling.Answer)
        {
            http.Abort();
            return;
        }

        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await http.Response.BodyWriter.WriteAsync(await BodyAsync(answer, DeclinesVoids && http.Request.Path == "/v1/voids"));
    }

    private static async Task<byte[]> BodyAsync(HttpResponseMessage answer, bool declines)
    {
        var body = await answer.Content.ReadAsByteArrayAsync();
        if (!declines)
            return body;
        var said = JsonNode.Parse(body)!.AsObject();
        (said["state"], said["reason"]) = ("declined", "declined");
        return Encoding.UTF8.GetBytes(said.ToJsonString());
    }
}
