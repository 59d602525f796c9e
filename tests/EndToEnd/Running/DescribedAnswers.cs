using Quittance.Tests.OpenApi;

namespace Quittance.Tests.Running;

/// <summary>Holds every answer of the server against the API's own document: what is not in it fails the test that met it.</summary>
internal sealed class DescribedAnswers(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    /// <summary>A client of a server.</summary>
    public static HttpClient Client(Uri server) => new(new DescribedAnswers(new SocketsHttpHandler())) { BaseAddress = server };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var sent = await Contracts.SentAsync(request);
        var answer = await base.SendAsync(request, cancellationToken);
        await Contracts.OfTheRun.AssertKeptAsync(request, sent, answer);
        return answer;
    }
}
