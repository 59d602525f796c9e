using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Dialects.Http;
using Quittance.Dialects.OracleBrm;
using Quittance.Host;
using Quittance.Host.Demo;
using Quittance.Sandbox;
using Quittance.Storage.Providers;
using Quittance.Storage.Tenancy;
using Quittance.Storage.Vault;
using Quittance.Tests.Running;

namespace Quittance.Tests.Vault;

/// <summary>
/// No secret leaves the server but to where it belongs. The run as a whole is watched too: what <see cref="BooksFixture"/> sees fails
/// it at its end.
/// </summary>
public sealed class SecretTests(BooksFixture books)
{
    private const string Token = "qt_the token of a merchant who keeps secrets";

    // No other test has them: those that watch the whole run do not see what is let out on purpose.
    private const string Card = "6011000990139424";
    private const string Iban = "DE75512108001245126199";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Payments_WithVaultedCards_LeaveNoSecretAnywhere()
    {
        var watch = new SecretWatch();
        using var spans = watch.ListenToSpans();
        await using var own = await OwnBooks.CreateAsync(books);
        var key = MasterKey.Generate();
        var vault = await PostgresVault.OpenAsync(own.Database, key, TimeProvider.System, Cancel);
        await using var engine = own.Engine();
        // Its own: the key for notices of an account there would change under everybody else's feet.
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions());
        var merchant = await OpenShopAsync(own, vault, sandbox.Address);
        var account = await new ProviderAccounts(own.Database, vault, TimeProvider.System).FindAsync(merchant, "sandbox", Cancel);
        watch.Add([Token, key.ToBase64(), account!.ApiKey, .. account.NoticeKeys]);
        await using var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, BooksFixture.FreePort(), new PublicAddress("http://127.0.0.1"), IsDemo: false),
            own.Database, engine, vault, watch.LogTo);
        await server.StartAsync(Cancel);

        using var client = new HttpClient(new WatchedAnswers(watch)) { BaseAddress = new Uri(server.Urls.Single()) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        var customers = new Customers(engine, vault, merchant);
        foreach (var secret in (Core.Instruments.InstrumentSecret[])
            [Customers.CardOf(VaultedPayments.GoodCard), Customers.CardOf("4000000000000002"), Customers.IbanOf("DE02120300000000202051")])
        {
            var customer = await customers.CreateAsync(secret, 10_00);
            Assert.Equal(HttpStatusCode.Created, await PayAsync(client, customer.Payment(10_00)));
            // The server does not keep secrets that clients write in the wrong place either, nor repeat them in an error.
            Assert.Equal(
                HttpStatusCode.Created, await PayAsync(
                client, customer.Payment(10_00, more: $"\"description\":\"card {VaultedPayments.GoodCard}, 4242 4242 4242 4242\"")));
            Assert.Equal(HttpStatusCode.BadRequest,
                await PayAsync(client, customer.Payment(10_00, more: $"\"cardNumber\":\"{VaultedPayments.GoodCard}\"")));
        }

        await server.StopAsync(Cancel);
        await watch.LookAtTablesAsync(own.Database);
        watch.AssertNothingSeen();
    }

    [Fact]
    public async Task Watch_OverASecretThatIsLogged_SeesIt()
    {
        var watch = new SecretWatch();
        watch.Add([Card, Iban]);
        using (watch.ListenToSpans())
        {
            watch.CreateLogger("Test").LogTrace("A card: {Card}", Card);
            watch.CreateLogger("Errors").LogError(new InvalidOperationException("6011-0009-9013-9424"), "It failed.");
            using var source = new ActivitySource("Test");
            using (var span = source.StartActivity("paying"))
                span!.SetTag("account", Iban);
            await using var own = await OwnBooks.CreateAsync(books);
            await new Merchants(own.Database, TimeProvider.System).CreateAsync("DE75 5121 0800 1245 1261 99", Cancel);
            await using (var bytes = own.Database.CreateCommand($"CREATE TABLE leak AS SELECT convert_to('{Card}', 'UTF8') AS bytes"))
                await bytes.ExecuteNonQueryAsync(Cancel);
            await watch.LookAtTablesAsync(own.Database);
        }

        string[] places = ["a log line of Test, 0", "a log line of Errors, 0", "a span of Test, account", "table merchant", "table leak"];
        Assert.All(places, place => Assert.Contains(watch.Seen, seen => seen.StartsWith(place, StringComparison.Ordinal)));
        Assert.DoesNotContain(watch.Seen, seen => seen.Contains(Card, StringComparison.Ordinal));
    }

    private static async Task<MerchantId> OpenShopAsync(OwnBooks own, PostgresVault vault, Uri sandbox)
    {
        var merchant = await own.MerchantAsync();
        var merchants = new Merchants(own.Database, TimeProvider.System);
        var installation = await merchants.InstallAsync(merchant, "oracle-brm", Currency.Parse("USD"), Cancel);
        await merchants.EnsureCredentialAsync(installation, CredentialKind.Bearer, "test", Token, [OracleBrmRoutes.WriteScope], Cancel);
        await DemoSandbox.ConnectAsync(new ProviderAccounts(own.Database, vault, TimeProvider.System), merchant, sandbox, Cancel);
        return merchant;
    }

    private static async Task<HttpStatusCode> PayAsync(HttpClient client, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(VaultedPayments.Path, content, Cancel);
        return answer.StatusCode;
    }
}
