using System.Net;
using Npgsql;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>A server that can't read its books says so in each dialect's shape, and claims nothing about what was done.</summary>
public sealed class UnreachableBooksTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "/paymentManagement/v4/payment/P1-1")]
    [InlineData("GET", "/brm/payment/v4/payment/P1-1")]
    [InlineData("GET", "/bookings")]
    [InlineData("POST", "/paymentManagement/v4/payment")]
    [InlineData("POST", "/bookings")]
    [InlineData("POST", "/v1/Generic/CustomerPaymentInsert")]
    public async Task Request_WhileTheBooksCannotBeRead_IsToBeSentAgain(string method, string path)
    {
        var nowhere = new NpgsqlConnectionStringBuilder(books.ConnectionString) { Host = "127.0.0.1", Port = BooksFixture.FreePort() };
        await using var database = Storage.Database.Open(nowhere.ConnectionString);
        var port = BooksFixture.FreePort();
        await using var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, port, new PublicAddress($"http://127.0.0.1:{port}"), IsDemo: true), database,
            books.Engine, books.Vault);
        await server.StartAsync(Cancel);
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri($"http://127.0.0.1:{port}{path}"));
        var isMidnight = path.StartsWith("/v1/", StringComparison.Ordinal);
        request.Headers.TryAddWithoutValidation("Authorization", isMidnight ? "PRC p, Midnight m" : "Bearer b");
        request.Headers.TryAddWithoutValidation("MISKEY", "k");

        using var answer = await client.SendAsync(request, Cancel);
        var report = await answer.Content.ReadAsStringAsync(Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Contains("The books can't be reached just now.", report, StringComparison.Ordinal);
        Assert.Contains("Send the request again.", report, StringComparison.Ordinal);
        Assert.DoesNotContain("stored", report, StringComparison.Ordinal);
        Assert.DoesNotContain("recorded", report, StringComparison.Ordinal);
        await server.StopAsync(Cancel);
    }
}
