using System.Net;
using System.Text.Json.Nodes;
using Npgsql;
using Quittance.Storage.Embedded;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>The parts of every demo on which others rely: its credentials, and the data that it begins with.</summary>
[Long("a demo of its own")]
public sealed class DemoContractTests(RunningDemo demo) : IClassFixture<RunningDemo>
{
    private const string Telco = "Authorization: Bearer demo-telco";
    private const string Oracle = "Authorization: Bearer demo-brm";
    private const string Rail = "Authorization: Bearer demo-rail";
    private const string Midnight = "Authorization: Midnight demo-midnight";
    private const string Account = "0.0.0.1+-account+84808";

    [Fact]
    public async Task Clients_OfTheAuthorisationServer_GetTokensForTheirApi()
    {
        var oracle = $"Authorization: Bearer {await demo.TokenAsync("demo-brm", "demo-brm-secret")}";
        var rail = $"Authorization: Bearer {await demo.TokenAsync("demo-rail", "demo-rail-secret")}";

        Assert.NotEmpty((await GetAsync("brm/payment/version/payment", oracle)).AsArray());
        Assert.Equal(HttpStatusCode.Unauthorized, (await demo.SendAsync("GET", "bookings", [oracle])).Status);
        // Whether with the secret or with a token: the bookings are the same client's.
        var booked = await demo.SendAsync(
            "POST", "bookings", [rail], $$"""{"trip_id":"{{await NewTripAsync()}}","passenger_name":"Ines Duarte"}""");
        Assert.Equal(HttpStatusCode.Created, booked.Status);
        Assert.Equal(BookingsOf(await GetAsync("bookings", rail)), BookingsOf(await GetAsync("bookings", Rail)));
        Assert.Contains((string)booked.Body!["id"]!, BookingsOf(await GetAsync("bookings", Rail)));
    }

    [Fact]
    public async Task MidnightUser_GetsATokenForAPassword()
    {
        var (status, pair) = await demo.SendAsync(
            "POST", "v1/Token/UserAuthentication", [],
                """{"DomainName":"demo","UserName":"demo","Password":"demo","IsPasswordEncrypted":false}""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.NotEmpty((await AskAsync("v1/Order/OrderList", "{}", $"Authorization: Midnight {pair!["access_token"]}")).AsArray());
    }

    [Fact]
    public async Task Operator_SignsInAtTheConsole()
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = demo.Address };
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string> { ["_handler"] = "sign-in", ["User"] = "demo", ["Password"] = "demo" });
        using var answer = await client.PostAsync("console/sign-in", form, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, "/console"), (answer.StatusCode, answer.RequestMessage!.RequestUri!.AbsolutePath));
        Assert.Contains(
            "Demo Company", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Telco_WithoutACredential_IsTheDemosMerchant()
    {
        Assert.Equal(
            (await GetAsync("paymentManagement/v4/payment", Telco)).AsArray().Select(payment => (string)payment!["id"]!),
            (await GetAsync("paymentManagement/v4/payment")).AsArray().Select(payment => (string)payment!["id"]!));
        Assert.Equal(HttpStatusCode.Unauthorized, (await demo.SendAsync("GET", "paymentManagement/v4/payment", [Oracle])).Status);
    }

    [Fact]
    public async Task MaryIrwin_OwesTwoBills_AndPaysThemThroughTheGateway()
    {
        var (status, payment) = await demo.SendAsync("POST", "brm/payment/version/payment", [Oracle], $$$"""
            {"@type":"Payment_Create","account":{"id":"{{{Account}}}"},"totalAmount":{"value":100,"unit":"USD"},
             "paymentMethod":{"id":"Test123XYZ","@referredType":"bankCard","@type":"PaymentMethodRef"}}
            """);

        Assert.Equal((HttpStatusCode.Created, "done"), (status, (string)payment!["status"]!));
        Assert.Equal(
            [("B1-101", 40m), ("B1-102", 60m)],
            payment["paymentItem"]!.AsArray().Select(item => ((string)item!["item"]!["id"]!, (decimal)item["totalAmount"]!["value"]!)));
    }

    [Fact]
    public async Task CredentialOfOurOwnApi_HasEveryScope()
    {
        var (status, _) = await demo.SendAsync(
            "POST", "api/v1/line-rules", ["Authorization: Bearer demo-api", "Idempotency-Key: every-scope"], "{}");

        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Fact]
    public async Task JonasBrandt_OwesThreeClaims_DueInOneTwoAndThreeWeeks()
    {
        var claims = (await GetAsync("v1/customers/1002/account/transactions/upcoming", "X-API-KEY: demo-studio"))["result"]!.AsArray();

        Assert.Equal(
            [(501L, 20m), (502, 35.5m), (503, 9.99m)],
            claims.Select(claim => ((long)claim!["id"]!, (decimal)claim["openAmount"]!["amount"]!)));
        Assert.All(claims.Zip((int[])[7, 14, 21]), pair => Assert.InRange(
            DateOnly.Parse((string)pair.First!["dueDate"]!).AddDays(-pair.Second), demo.StartedOn.First, demo.StartedOn.Last));
    }

    [Fact]
    public async Task NorthwindPrint_OwesOneOrder_HasPaidAnother_AndCustomer4HasNone()
    {
        var orders = await AskAsync("v1/Order/OrderList", """{"CustomerID":3,"ShowClosed":true}""", Midnight);

        Assert.Equal(
            [(1L, 100m, 50m, 25m), (2, 0m, 0m, 0m)],
            orders.AsArray()
                .Select(order => (
                (long)order!["JobID"]!, Amount(order["ServicesDue"]), Amount(order["PostageDue"]), Amount(order["EarmarkedDue"]))));
        Assert.Equal(100m, Amount(orders[1]!["TotalDue"]));
        Assert.Empty((await AskAsync("v1/Order/OrderList", """{"CustomerID":4,"ShowClosed":true}""", Midnight)).AsArray());
        var customers = (await AskAsync("v1/Customer/CustomerList", "{}", Midnight)).AsArray();
        Assert.Contains(4, customers.Select(customer => (long)customer!["CustomerID"]!));
    }

    [Theory]
    [InlineData("2b9d6b1e-4f0a-4c57-9c3b-6f5d2a7e8c10", "\"amount\":100.50,\"currency\":\"gbp\",", 200, "100.5 succeeded")]
    [InlineData("3c1f0a52-7d64-4b1e-8a2f-9e0b5c6d7f21", "", 409, "The hold on this booking ended at")]
    [InlineData("4d8e2b63-9a75-4c2f-b3d0-1f7a6e5c8b32", "", 200, "35 succeeded")]
    public async Task Booking_OwingExpiredOrPaid_AnswersItsPayment(string booking, string amount, int expected, string report)
    {
        // A booking that is paid already answers with its payment: this card would be declined.
        var number = expected == 200 && amount.Length == 0 ? "4000000000000002" : "4242424242424242";
        var (status, body) = await PayAsync(booking, number, amount);

        Assert.Equal((booking, (HttpStatusCode)expected), (booking, status));
        Assert.StartsWith(report, expected == 200 ? $"{(decimal)body!["amount"]!:0.##} {body["status"]}" : (string)body!["detail"]!,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("4000000000009995")]
    [InlineData("4000000000003220")]
    [InlineData("4000000000000341")]
    public async Task Card_OfTheSandboxThatIsNoGood_BringsNoMoney(string number)
    {
        var booked = await demo.SendAsync(
            "POST", "bookings", [Rail], $$"""{"trip_id":"{{await NewTripAsync()}}","passenger_name":"Ines Duarte"}""");

        var (status, payment) = await PayAsync((string)booked.Body!["id"]!, number);

        Assert.Equal((HttpStatusCode.OK, "failed"), (status, (string)payment!["status"]!));
    }

    [Fact]
    public async Task Verify_BesideTheDemo_EndsWith0_AndWith1WhereABalanceIsOff()
    {
        Assert.Equal(0, (await RunningProgram.RunAsync("verify", "--data", demo.Folder)).ExitCode);
        await using var database = NpgsqlDataSource.Create(EmbeddedPostgres.FindRunning(demo.Folder)!);
        await ShiftAsync(1);

        var (exitCode, said, _) = await RunningProgram.RunAsync("verify", "--data", demo.Folder);

        await ShiftAsync(-1);
        Assert.Equal(1, exitCode);
        Assert.Contains("The books are not clean.", said, StringComparison.Ordinal);
        Assert.Contains("Trial balance USD", said, StringComparison.Ordinal);

        async Task ShiftAsync(int byMinor)
        {
            await using var shift = database.CreateCommand(
                "UPDATE ledger_account SET debits_minor = debits_minor + $1 WHERE (merchant_id, id) = (SELECT merchant_id, id FROM "
                    + "ledger_account WHERE kind = 'receivable' ORDER BY 1, 2 LIMIT 1)");
            shift.Parameters.Add(new NpgsqlParameter { Value = byMinor });
            Assert.Equal(1, await shift.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));
        }
    }

    private static IEnumerable<string> BookingsOf(JsonNode list) => list["data"]!.AsArray().Select(booking => (string)booking!["id"]!);

    private static decimal Amount(JsonNode? amount) => (decimal)amount!;

    private async Task<JsonNode> GetAsync(string path, params string[] headers)
    {
        var (status, body) = await demo.SendAsync("GET", path, headers);
        Assert.True(status == HttpStatusCode.OK, $"{path}: {status} {body}");
        return body!;
    }

    private async Task<JsonNode> AskAsync(string path, string body, params string[] headers)
    {
        var (status, answer) = await demo.SendAsync("POST", path, headers, body);
        Assert.True(status == HttpStatusCode.OK, $"{path}: {status} {answer}");
        return answer!;
    }

    private Task<(HttpStatusCode Status, JsonNode? Body)> PayAsync(string booking, string number, string more = "") => demo.SendAsync(
        "POST", $"bookings/{booking}/payment", [Rail],
        $$$"""{{{{more}}}"source":{"object":"card","name":"Ines Duarte","number":"{{{number}}}","cvc":"123","exp_month":12"""
        + ""","exp_year":2090,"address_country":"gb"}}""");

    /// <summary>The first train from Zürich to München on a day to come.</summary>
    private async Task<string> NewTripAsync() => (string)(await GetAsync(
        "trips?origin=6e9a0a2a-9c1b-578e-859e-fe5bf2639430&destination=df50894c-6c35-5be9-a056-865804ca59f4"
        + "&date=2030-05-06T08:00:00%2B02:00", Rail))["data"]![0]!["id"]!;
}
