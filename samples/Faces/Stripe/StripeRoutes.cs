using System.Text;
using Quittance.Sandbox.Http;
using Quittance.Sandbox.Notices;

namespace Quittance.Faces.Stripe;

/// <summary>The HTTP interface of the Stripe face, below <c>/stripe</c>, and at the root for requests with Stripe's own header.</summary>
internal sealed class StripeRoutes(StripeFace face, FaceEvents events, NoticeSender notices, Answering answering)
{
    private const string Mount = "/stripe/v1/";

    /// <summary>Stripe's own clients know no path before <c>/v1</c>.</summary>
    /// <param name="port">A port of the face alone; null for none.</param>
    public static Task MoveAsync(HttpContext context, int? port, RequestDelegate next)
    {
        var request = context.Request;
        var isForFace = context.Connection.LocalPort == port || request.Headers.ContainsKey("Stripe-Version");
        if (isForFace && request.Path.StartsWithSegments("/v1", StringComparison.Ordinal))
            request.Path = "/stripe" + request.Path;
        return next(context);
    }

    public void Map(WebApplication app)
    {
        app.MapPost(Mount + "{**path}", PostAsync);
        app.MapGet(Mount + "{**path}", GetAsync);
    }

    private async Task PostAsync(HttpContext context)
    {
        var form = context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted) : FormCollection.Empty;
        var fields = form.ToDictionary(field => field.Key, field => $"{field.Value}");
        await AnswerAsync(context, account => PathOf(context) == "webhook_endpoints"
            ? events.Add(account, fields, SandboxOf(context))
            : face.Post(
                account, PathOf(context), fields, context.Request.Headers["Idempotency-Key"] is [{ Length: > 0 } key] ? key : null,
                SandboxOf(context)));
        // A debit goes on by itself.
        notices.Wake();
    }

    private Task GetAsync(HttpContext context)
    {
        var fields = context.Request.Query.ToDictionary(field => field.Key, field => $"{field.Value}");
        return AnswerAsync(context, account => PathOf(context) == "events"
            ? events.List(account, fields, SandboxOf(context)) : face.Get(account, PathOf(context), fields, SandboxOf(context)));
    }

    private Task AnswerAsync(HttpContext context, Func<string, FaceAnswer> ask)
    {
        FaceAnswer answer;
        try
        {
            answer = ask(Face.AccountOf(context));
        }
        catch (HttpFault fault)
        {
            answer = StripeFace.Error(fault.Status, "invalid_request_error", null, fault.Message);
        }

        return answering.ActAsync(context, answer.Manner, answer.Status, Encoding.UTF8.GetBytes(answer.Body.ToJsonString()));
    }

    private static string PathOf(HttpContext context) => ((string)context.GetRouteValue("path")!).TrimEnd('/');

    private static Uri SandboxOf(HttpContext context) => new($"{context.Request.Scheme}://{context.Request.Host}");
}
