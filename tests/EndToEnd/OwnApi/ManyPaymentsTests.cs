using System.Net;
using System.Text.Json.Nodes;
using Quittance.Tests.Running;

namespace Quittance.Tests.OwnApi;

/// <summary>Many payments recorded in one request: each is recorded or refused by itself.</summary>
public sealed class ManyPaymentsTests(BooksFixture books)
{
    private const string BadCard = "4000000000000002";

    [Fact]
    public async Task TenThousandPayments_OfWhichTheBooksRefuseOne_AreRecordedButThatOne()
    {
        var biller = await Biller.OpenAsync(books);
        var account = await biller.CustomerAsync();
        var payments = Many([.. Enumerable.Range(1, 10_000).Select(_ => Biller.Cash(account, "1"))]);
        payments["payments"]![7_000]!["account"] = "C-none";
        var key = Biller.NewText();

        var recorded = await biller.PostAsync(Biller.Payments, payments, key);
        var again = await biller.PostAsync(Biller.Payments, payments, key);

        Assert.Equal((HttpStatusCode.Created, 9_999, 1),
            (recorded.Status, (int)recorded.Json["recorded_count"]!, (int)recorded.Json["refused_count"]!));
        var results = recorded.Json["results"]!.AsArray();
        Assert.Equal((10_000, "captured"), (results.Count, (string)results[0]!["status"]!));
        Assert.Equal((404, "/payments/7000/account"),
            ((int)results[7_000]!["problem"]!["status"]!, (string)results[7_000]!["problem"]!["errors"]![0]!["pointer"]!));
        Assert.Equal((recorded.Text, true), (again.Text, again.Replayed));
        Assert.Equal(9_999L, await books.ScalarAsync("SELECT count(*) FROM payment WHERE merchant_id = $1", biller.Merchant.Value));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task EachPayment_SettlesWhatASingleOneWould()
    {
        var biller = await Biller.OpenAsync(books);
        var (ada, eve) = (await biller.CustomerAsync(), await biller.CustomerAsync());
        var (first, second, third) = (
            await biller.OwingAsync(ada, "20"), await biller.OwingAsync(ada, "5"), await biller.OwingAsync(eve, "7"));
        var oldest = Biller.Cash(ada, "12");
        oldest.Remove("charges");

        var recorded = await biller.PostAsync(
            Biller.Payments, Many(Biller.Cash(ada, "5", second), oldest, Biller.Cash(eve, "9", third), Biller.Cash(ada, "1", third)));

        Assert.Equal(["8.00", "0.00", "0.00"], await biller.OpenOfAsync(first, second, third));
        var results = recorded.Json["results"]!.AsArray();
        var paid = (await biller.GetAsync($"{Biller.Payments}/{results[2]!["id"]}")).Json;
        Assert.Equal(("2.00", "captured"), ((string)paid["credit"]!["amount"]!, (string)paid["status"]!));
        Assert.Equal(("charge-unknown", "/payments/3/charges/0"),
            (TypeOf(results[3]!), (string)results[3]!["problem"]!["errors"]![0]!["pointer"]!));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Theory]
    [InlineData("""{"payments":[]}""", "/payments")]
    [InlineData("""{"payments":[{"account":"C-1"}]}""", "/payments/0/amount")]
    [InlineData("""{"payments":[{"account":"C-1","amount":{"amount":"1","currency":"EUR"},"method":"cash","received":"2199-01-01"}]}""",
        "/payments/0/received")]
    [InlineData("""{"payments":[{"account":"C-1","amount":{"amount":"1","currency":"EUR"},"method":"iou"}]}""", "/payments/0/method")]
    [InlineData("""{"payments":[{"account":"C-1","amount":{"amount":"1","currency":"EUR"},"method":"cash"}],"account":"C-1"}""",
        "/account")]
    public async Task Payments_WithABadField_AreAllRefused(string body, string place)
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);

        var refused = await biller.SendAsync(HttpMethod.Post, Biller.Payments, body, Biller.NewText());

        Assert.Equal((400, "invalid-request"), refused.Problem);
        Assert.Contains(place, refused.Places);
    }

    [Fact]
    public async Task Payments_OfOneKey_AreNotThoseOfAnotherRequest()
    {
        var biller = await Biller.OpenAsync(books);
        var (account, key) = (await biller.CustomerAsync(), Biller.NewText());
        await biller.PostAsync(Biller.Payments, Many(Biller.Cash(account, "1"), Biller.Cash(account, "2")), key);

        var reused = await biller.PostAsync(Biller.Payments, Many(Biller.Cash(account, "3"), Biller.Cash(account, "4")), key);
        var keyless = await biller.SendAsync(HttpMethod.Post, Biller.Payments, Many(Biller.Cash(account, "5")).ToJsonString());

        Assert.Equal((409, "idempotency-key-reused"), reused.Problem);
        Assert.Equal((400, "invalid-request"), keyless.Problem);
        Assert.Equal(2, (await biller.GetAsync(Biller.Payments)).Json["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task StoredCards_AreChargedInOneRequest_AndADeclinedOneIsRecordedAsSuch()
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);
        var (good, bad) = (await ChargeOfAsync(biller, VaultedPayments.GoodCard), await ChargeOfAsync(biller, BadCard));
        var key = Biller.NewText();
        var body = Many(good, bad);

        var recorded = await biller.PostAsync(Biller.Payments, body, key);
        var again = await biller.PostAsync(Biller.Payments, body, key);

        Assert.Equal(["captured", "declined"], recorded.Json["results"]!.AsArray().Select(result => (string)result!["status"]!));
        Assert.Equal((recorded.Text, true), (again.Text, again.Replayed));
    }

    /// <summary>A client that gave up waiting sends it again while the first is at work.</summary>
    [Fact]
    public async Task ARequest_ThatComesTwiceAtOnce_RecordsEachPaymentOnce()
    {
        var biller = await Biller.OpenAsync(books);
        var (account, key) = (await biller.CustomerAsync(), Biller.NewText());
        var body = Many([.. Enumerable.Range(1, 500).Select(each => Biller.Cash(account, $"{each}"))]);

        var answers = await Task.WhenAll(biller.PostAsync(Biller.Payments, body, key), biller.PostAsync(Biller.Payments, body, key));

        Assert.Equal(answers[0].Text, answers[1].Text);
        Assert.Equal(500, (int)answers[0].Json["recorded_count"]!);
        Assert.Equal(500L, await books.ScalarAsync("SELECT count(*) FROM payment WHERE merchant_id = $1", biller.Merchant.Value));
    }

    private async Task<JsonObject> ChargeOfAsync(Biller biller, string card)
    {
        var customer = await new VaultedPayments(books).Customers.CreateAsync(Customers.CardOf(card), 20_00);
        var account = (Guid)(await books.ScalarAsync(
            "SELECT object_id FROM reference WHERE dialect = 'oracle-brm' AND kind = 'account' AND value = $1", customer.Account))!;
        var instrument = (await biller.GetAsync($"/api/v1/instruments?account={account}")).Json["items"]![0]!;
        return new JsonObject
        {
            ["account"] = $"{account}",
            ["amount"] = Biller.Euro("20", "USD"),
            ["instrument"] = (string)instrument["id"]!,
        };
    }

    private static string TypeOf(JsonNode result) => ((string)result["problem"]!["type"]!).Split('/')[^1];

    private static JsonObject Many(params JsonObject[] payments) => new() { ["payments"] = new JsonArray([.. payments]) };
}
