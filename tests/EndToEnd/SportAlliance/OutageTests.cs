using System.Net;
using Npgsql;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Tests.Running;

namespace Quittance.Tests.SportAlliance;

/// <summary>A server that can't read its books says so in this dialect's shape.</summary>
public sealed class OutageTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_WhileTheBooksCannotBeRead_IsToBeSentAgain()
    {
        var nowhere = new NpgsqlConnectionStringBuilder(books.ConnectionString) { Host = "127.0.0.1", Port = BooksFixture.FreePort() };
        await using var database = Storage.Database.Open(nowhere.ConnectionString);
        var port = BooksFixture.FreePort();
        await using var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, port, new PublicAddress($"http://127.0.0.1:{port}"), IsDemo: true), database,
            books.Engine, books.Vault);
        await server.StartAsync(Cancel);
        using var client = DescribedAnswers.Client(new Uri($"http://127.0.0.1:{port}"));

        var answer = await TestStudio.SendAsync(client, HttpMethod.Get, "/v1/customers/1001/account/balances", "demo-studio", "pl");

        Assert.Equal((503, "errormessage.service.unavailable", null), answer.Error);
        Assert.Equal("Usługa jest chwilowo niedostępna. Proszę wysłać żądanie ponownie.", answer.Text("errorMessage"));
        Assert.NotNull(answer.RetryAfter);
        Assert.Equal(HttpStatusCode.ServiceUnavailable,
            (await TestStudio.SendAsync(client, HttpMethod.Head, "/v1/payments/x", "demo-studio", null)).Status);
        await server.StopAsync(Cancel);
    }
}
