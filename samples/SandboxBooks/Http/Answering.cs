using Quittance.Sandbox.Books;

namespace Quittance.Sandbox.Http;

/// <summary>Sends answers in the manner that the books say.</summary>
internal sealed class Answering(SandboxOptions options, CancellationToken stopping)
{
    public async Task ActAsync(HttpContext context, AnswerManner manner, int status, byte[] json)
    {
        switch (manner)
        {
            case AnswerManner.Lost:
                context.Abort();
                return;
            case AnswerManner.Missing:
                await WaitAsync(context, options.NoAnswerFor);
                context.Abort();
                return;
            case AnswerManner.Late:
                await WaitAsync(context, options.AnswerLateBy);
                break;
            case AnswerManner.Broken:
                json = json[..(json.Length / 2)];
                break;
            case AnswerManner.Normal or AnswerManner.Unavailable:
                break;
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.Body.WriteAsync(json, context.RequestAborted);
    }

    private async Task WaitAsync(HttpContext context, TimeSpan time)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        await Task.Delay(time, options.Clock, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
