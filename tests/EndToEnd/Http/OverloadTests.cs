using System.Net;
using System.Text;
using Quittance.Core.Engine;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Storage.Lanes;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>A server whose queues take nothing refuses in each dialect's shape, and has done nothing.</summary>
public sealed class OverloadTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/paymentManagement/v4/payment", "demo-telco",
        """{"account":{"id":"overload"},"paymentMethod":{"@type":"Cash"},"totalAmount":{"unit":"EUR","value":1}}""")]
    [InlineData("/brm/payment/v4/payment", "demo-brm",
        """{"account":{"id":"0.0.0.1+-account+84808"},"paymentMethod":{"id":"till","@type":"Cash"},"totalAmount":"""
            + """{"unit":"USD","value":1}}""")]
    public async Task Payment_WhileTheQueueIsFull_IsRefusedToBeSentAgain(string path, string token, string body)
    {
        await using var engine = new PaymentEngine(
            new PostgresStore(books.Database), TimeProvider.System, new EngineOptions { Lanes = 1, QueueLimit = 0 });
        var port = BooksFixture.FreePort();
        await using var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, port, new PublicAddress($"http://127.0.0.1:{port}"),
                IsDemo: true)
            { Webhooks = new() { AllowsPrivateNetworks = true } }, books.Database, engine, books.Vault);
        await server.StartAsync(Cancel);
        using var client = DescribedAnswers.Client(new Uri($"http://127.0.0.1:{port}"));
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);

        using var answer = await client.PostAsync(
            new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"), Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Contains("\"status\":\"503\"", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.False(answer.Headers.Contains("Quittance-Payment"));
        await server.StopAsync(Cancel);
    }
}
