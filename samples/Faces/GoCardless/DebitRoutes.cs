using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Quittance.Sandbox.Books;
using Quittance.Sandbox.Http;

namespace Quittance.Faces.GoCardless;

/// <summary>
/// The HTTP interface of the GoCardless face, below <c>/gocardless</c>, and at the root for requests with GoCardless's own header.
/// </summary>
internal sealed class DebitRoutes(DebitFace face, DebitEvents events, Answering answering)
{
    private const string Mount = "/gocardless/{**path}";

    /// <summary>GoCardless's own clients know no path before that of the resource.</summary>
    public static Task MoveAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (request.Headers.ContainsKey("GoCardless-Version") && !request.Path.StartsWithSegments("/gocardless", StringComparison.Ordinal))
            request.Path = "/gocardless" + request.Path;
        return next(context);
    }

    public void Map(WebApplication app)
    {
        app.MapGet(Mount, GetAsync);
        app.MapPost(Mount, context => SendAsync(context, (account, path, body) => path == "webhook_endpoints"
            ? events.Add(account, body) : face.Post(
                account, path, body, context.Request.Headers["Idempotency-Key"] is [{ Length: > 0 } key] ? key : null,
                new Uri($"{context.Request.Scheme}://{context.Request.Host}"))));
        app.MapPut(Mount, context => SendAsync(context, face.Put));
    }

    private Task GetAsync(HttpContext context)
    {
        var query = context.Request.Query.ToDictionary(field => field.Key, field => $"{field.Value}");
        return AnswerAsync(context, account => face.Get(account, PathOf(context), query));
    }

    private async Task SendAsync(HttpContext context, Func<string, string, JsonObject, DebitAnswer> ask)
    {
        JsonObject? body;
        try
        {
            body = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted) as JsonObject;
        }
        catch (JsonException)
        {
            body = null;
        }

        await AnswerAsync(context, account => body is null
            ? DebitAnswer.Error(400, "invalid_api_usage", "invalid_document_structure", "Invalid document structure")
            : ask(account, PathOf(context), body));
    }

    private Task AnswerAsync(HttpContext context, Func<string, DebitAnswer> ask)
    {
        DebitAnswer answer;
        try
        {
            answer = context.Request.Headers["GoCardless-Version"] == "2015-07-06"
                ? ask(Face.AccountOf(context))
                : DebitAnswer.Error(400, "invalid_api_usage", "missing_version_header", "Missing version header");
        }
        catch (HttpFault fault)
        {
            answer = DebitAnswer.Error(fault.Status, "invalid_api_usage", "unauthorized", fault.Message);
        }

        return answering.ActAsync(context, AnswerManner.Normal, answer.Status, Encoding.UTF8.GetBytes(answer.Body.ToJsonString()));
    }

    private static string PathOf(HttpContext context) => ((string)context.GetRouteValue("path")!).TrimEnd('/');
}
