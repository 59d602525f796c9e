using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Quittance.Tests.Providers;

/// <summary>A request on its way through a bad wire.</summary>
internal sealed class Exchange(HttpContext context, HttpClient onwards, Uri provider, Action<string> seen)
{
    public string Path => context.Request.Path.Value!;

    public bool IsPosted => HttpMethods.IsPost(context.Request.Method);

    /// <summary>Sends it on to the provider, and keeps its answer.</summary>
    public async Task<(int Status, byte[] Body)> ForwardAsync() => await ForwardAsync(await ReadAsync());

    /// <summary>Takes it in, so that it can be sent on later, also where no client waits for it then.</summary>
    public async Task<HttpRequestMessage> ReadAsync()
    {
        var request = new HttpRequestMessage(
            new HttpMethod(context.Request.Method), new Uri(provider, context.Request.Path.Value + context.Request.QueryString));
        foreach (var name in new[] { "Authorization", "Idempotency-Key", "Stripe-Version", "GoCardless-Version" })
        {
            if (context.Request.Headers.TryGetValue(name, out var value))
                request.Headers.TryAddWithoutValidation(name, $"{value}");
        }

        if (context.Request.ContentType is { } type)
        {
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            seen(System.Text.Encoding.UTF8.GetString(body.ToArray()));
            request.Content = new ByteArrayContent(body.ToArray());
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        }

        return request;
    }

    /// <summary>Sends on what was taken in.</summary>
    public async Task<(int Status, byte[] Body)> ForwardAsync(HttpRequestMessage read)
    {
        using var request = read;
        using var response = await onwards.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync());
    }

    public void Abort() => context.Abort();

    /// <summary>Until the client gives up.</summary>
    public async Task HangAsync() =>
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public async Task AnswerAsync(int status, string body)
    {
        context.Response.StatusCode = status;
        if (status is >= 300 and < 400)
            context.Response.Headers.Location = body;
        await context.Response.WriteAsync(body);
    }

    public async Task BeginAsync(int status, int length, byte[] firstPart)
    {
        context.Features.Get<IHttpResponseBodyFeature>()!.DisableBuffering();
        context.Response.StatusCode = status;
        context.Response.ContentLength = length;
        await context.Response.Body.WriteAsync(firstPart);
        await context.Response.Body.FlushAsync();
    }
}
