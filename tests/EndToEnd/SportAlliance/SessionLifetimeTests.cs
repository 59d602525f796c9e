using System.Globalization;
using System.Net;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Tests.Running;

namespace Quittance.Tests.SportAlliance;

/// <summary>How long a session lasts is the operator's to say (Sport Alliance 5.5).</summary>
public sealed class SessionLifetimeTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Session_LastsAsLongAsTheOperatorSays()
    {
        var studio = await TestStudio.OpenAsync(books);
        var port = BooksFixture.FreePort();
        await using var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, port, new PublicAddress($"http://127.0.0.1:{port}"),
                IsDemo: true)
            { SessionLifetime = TimeSpan.FromMinutes(5), Webhooks = new() { AllowsPrivateNetworks = true } },
            books.Database, books.Engine, books.Vault);
        await server.StartAsync(Cancel);
        using var client = DescribedAnswers.Client(new Uri($"http://127.0.0.1:{port}"));
        var before = TimeProvider.System.GetUtcNow();

        var opened = await TestStudio.SendAsync(
            client, HttpMethod.Post, "/v1/payments/user-session", studio.Key, null,
                """{"amount":20,"scope":"ECOM","referenceText":"Fees"}""");

        var validUntil = DateTimeOffset.Parse(opened.Text("tokenValidUntil")!, CultureInfo.InvariantCulture);
        Assert.InRange(validUntil, before.AddMinutes(5).AddMilliseconds(-1), TimeProvider.System.GetUtcNow().AddMinutes(5));
        await server.StopAsync(Cancel);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1441")]
    public async Task Lifetime_ThatIsNone_IsRefusedBeforeAnythingStarts(string minutes)
    {
        var (exitCode, _, error) = await RunningProgram.RunAsync(
            "serve", "--database", books.ConnectionString, "--session-lifetime", minutes, "--port", $"{BooksFixture.FreePort()}");

        Assert.Equal(1, exitCode);
        Assert.Contains("--session-lifetime must be between 1 and 1440 minutes.", error, StringComparison.Ordinal);
    }
}
