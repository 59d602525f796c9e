using System.Net;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>Each status that Oracle documents for its operations, in its shape.</summary>
public sealed class OracleBrmStatusTests(BooksFixture books)
{
    private const string Reader = "brm-status-reader";

    private static readonly (string Method, string Path)[] Operations =
    [
        ("POST", Carrier.Payments), ("POST", Carrier.Allocations), ("POST", Carrier.Refunds),
        ("GET", Carrier.Payments), ("GET", $"{Carrier.Payments}/P1-1"), ("GET", Carrier.Refunds), ("GET", $"{Carrier.Refunds}/R1-1"),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Statuses_400_And_409_AreReported()
    {
        var http = new TmfHttp(books, "demo-brm");
        var customer = await http.CustomerAsync();
        AssertError(await http.PostAsync(Carrier.Payments, "{}"), 400, "missingAttribute");
        AssertError(await http.PostAsync(Carrier.Allocations, "{}"), 400, "missingAttribute");
        AssertError(await http.PostAsync(Carrier.Refunds, "{}"), 400, "missingAttribute");

        await http.PostAsync(Carrier.Payments, Carrier.Body(customer.Number, "1", more: ",\"correlatorId\":\"c-1\""));
        AssertError(await http.PostAsync(Carrier.Payments, Carrier.Body(customer.Number, "2", more: ",\"correlatorId\":\"c-1\"")), 409,
            "conflict");
        AssertError(await http.PostAsync(Carrier.Refunds, Carrier.RefundBody(customer.Number, null, "2")), 409, "conflict");
    }

    [Fact]
    public async Task Statuses_401_And_403_AreReported()
    {
        var installation = await books.Merchants.InstallAsync(books.DemoCompany, "oracle-brm", Currency.Parse("USD"), Cancel);
        await books.Merchants.EnsureCredentialAsync(installation, CredentialKind.Bearer, "status", Reader, ["nothing"], Cancel);
        foreach (var (method, path) in Operations)
        {
            AssertError(await SendAsync(new TmfHttp(books, null), method, path), 401, "unauthorized");
            AssertError(await SendAsync(new TmfHttp(books, "wrong"), method, path), 401, "unauthorized");
            AssertError(await SendAsync(new TmfHttp(books, Reader), method, path), 403, "forbidden");
        }
    }

    [Theory]
    [InlineData("payment", "GET, HEAD, POST")]
    [InlineData("payment/P1-1", "GET, HEAD")]
    [InlineData("paymentAllocation", "POST")]
    [InlineData("refund", "GET, HEAD, POST")]
    [InlineData("refund/R1-1", "GET, HEAD")]
    public async Task Status_405_TellsWhatIsAllowed(string path, string allow)
    {
        foreach (var method in (string[])["PUT", "PATCH", "DELETE"])
        {
            var refused = await SendAsync(new TmfHttp(books, "demo-brm"), method, $"/brm/payment/v4/{path}");
            AssertError(refused, 405, "methodNotAllowed");
            Assert.Equal(allow, string.Join(", ", refused.Allow.Split(", ").Order(StringComparer.Ordinal)));
        }
    }

    [Fact]
    public async Task Status_500_TellsNothingOfTheInside()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var merchants = new Merchants(own.Database, TimeProvider.System);
        var merchant = await own.MerchantAsync();
        var installation = await merchants.InstallAsync(merchant, "oracle-brm", Currency.Parse("USD"), Cancel);
        await merchants.EnsureCredentialAsync(installation, CredentialKind.Bearer, "test", "own-secret", [.. Api.OracleBrm.Scopes], Cancel);
        await using var engine = own.Engine();
        var port = BooksFixture.FreePort();
        await using var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, port, new PublicAddress($"http://127.0.0.1:{port}"), IsDemo: false), own.Database,
            engine, books.Vault);
        await server.StartAsync(Cancel);
        await using (
            var lose = own.Database.CreateCommand(
            "ALTER TABLE payment RENAME TO lost_payment; ALTER TABLE refund RENAME TO lost_refund; ALTER TABLE reference RENAME TO "
                + "lost_reference"))
        {
            await lose.ExecuteNonQueryAsync(Cancel);
        }

        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        foreach (var (method, path) in Operations)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer own-secret");
            if (method == "POST")
                request.Content = new StringContent(BodyOf(path), System.Text.Encoding.UTF8, "application/json");
            using var response = await client.SendAsync(request, Cancel);
            var answer = new TmfAnswer(
                response.StatusCode, await response.Content.ReadAsStringAsync(Cancel), null, new Dictionary<string, string>(), "");
            Assert.True(answer.Status == HttpStatusCode.InternalServerError, $"{method} {path}: {answer.Text}");
            AssertError(answer, 500, "internal");
            Assert.DoesNotContain("relation", answer.Text, StringComparison.Ordinal);
        }

        await server.StopAsync(Cancel);
    }

    private static Task<TmfAnswer> SendAsync(TmfHttp http, string method, string path) => http.SendAsync(
        new HttpMethod(method), path, method == "GET" ? null : new ByteArrayContent("{}"u8.ToArray()), method == "GET" ? null
            : "application/json");

    private static string BodyOf(string path) => path switch
    {
        Carrier.Payments => Carrier.Body("ACC-1", "1"),
        Carrier.Allocations => Carrier.Allocation("P1-1", ("B-1", "1")),
        _ => Carrier.RefundBody("ACC-1", "P1-1", "1"),
    };

    private static void AssertError(TmfAnswer answer, int status, string code)
    {
        Assert.True(status == (int)answer.Status, answer.Text);
        Assert.Equal((code, $"{status}", "Error"), (answer["code"], answer["status"], answer["@type"]));
        Assert.Equal(
            ["code", "reason", "message", "referenceError", "status", "@type", "@baseType", "@schemaLocation"],
            answer.Body.EnumerateObject().Select(member => member.Name));
    }
}
