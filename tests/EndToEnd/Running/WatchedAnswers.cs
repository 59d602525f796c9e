using System.Text;

namespace Quittance.Tests.Running;

/// <summary>Has every answer of the server looked through for secrets.</summary>
internal sealed class WatchedAnswers(SecretWatch watch, bool followsRedirects = true)
    : DelegatingHandler(new SocketsHttpHandler
    {
        AllowAutoRedirect = followsRedirects,
        UseCookies = followsRedirects,
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
    })
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        await answer.Content.LoadIntoBufferAsync(cancellationToken);
        // The file of a collection is full of account numbers, which are for the bank.
        if (answer.Content.Headers.ContentType?.MediaType == "application/xml")
            return answer;
        watch.Look($"the answer to {request.Method} {request.RequestUri?.AbsolutePath}",
            await answer.Content.ReadAsStringAsync(cancellationToken));
        watch.Look($"the headers of the answer to {request.Method} {request.RequestUri?.AbsolutePath}", $"{answer.Headers}");
        return answer;
    }
}
