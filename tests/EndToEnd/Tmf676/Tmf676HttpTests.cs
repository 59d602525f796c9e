using System.Net;
using Quittance.Tests.Running;

namespace Quittance.Tests;

public sealed class Tmf676HttpTests(BooksFixture books)
{
    private const string Payments = "/paymentManagement/v4/payment";

    private readonly TmfHttp _http = new(books, "demo-telco");

    [Theory]
    [InlineData("/paymentManagement/v4/payment", "/paymentManagement/v4/payment")]
    [InlineData("/paymentManagement/v4/payment/", "/paymentManagement/v4/payment")]
    [InlineData("/payment/v4/payment", "/payment/v4/payment")]
    public async Task The_smallest_payment_succeeds_each_time(string path, string mount)
    {
        var body = Body(NewAccount());
        var first = await _http.PostAsync(path, body);
        var second = await _http.PostAsync(path, body);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.Status, second.Status));
        Assert.NotEqual(first["id"], second["id"]);
        Assert.Equal($"{_http.Address.GetLeftPart(UriPartial.Authority)}{mount}/{first["id"]}", first["href"]);
        Assert.Equal(first["href"], first.Location);
        Assert.Equal("pendingAuthorization", first["status"]);
        Assert.Equal(
            ["id", "href", "status", "statusDate", "account", "paymentMethod", "totalAmount", "@type"],
            first.Body.EnumerateObject().Select(member => member.Name));
        Assert.Equal("{}", first["totalAmount"]);
        var found = await _http.GetAsync(first["href"]!);
        Assert.Equal((HttpStatusCode.OK, first.Text), (found.Status, found.Text));
        await books.AssertBooksAreCleanAsync();
    }

    [Fact]
    public async Task Payment_InAnotherCurrencyThanTheAccounts_IsRefused()
    {
        var merchant = await books.Merchants.CreateAsync("Telco", TestContext.Current.CancellationToken);
        var http = await Telco.ClientOfAsync(books, merchant);
        Assert.Equal("done", (await http.PayAsync("A-1", """{"@type":"Cash"}""", """{"unit":"EUR","value":10}"""))["status"]);

        var refused = await http.PostAsync(
            Telco.Payments, """{"account":{"id":"A-1"},"paymentMethod":{"@type":"Cash"},"totalAmount":{"unit":"JPY","value":5000}}""");

        Assert.Equal((HttpStatusCode.BadRequest, "invalidValue"), (refused.Status, refused["code"]));
        Assert.Contains("totalAmount.unit", refused.Text, StringComparison.Ordinal);
        Assert.Single((await http.ListAsync("?account.id=A-1", Telco.Payments)).Ids());
        await books.AssertBooksAreCleanAsync(merchant);
    }

    [Fact]
    public async Task Without_any_credential_the_demo_lets_the_demo_merchant_in()
    {
        var created = await new TmfHttp(books, null).PostAsync(Payments, Body(NewAccount()));
        var refused = await new TmfHttp(books, "wrong").PostAsync(Payments, Body(NewAccount()));

        Assert.Equal(HttpStatusCode.Created, created.Status);
        await AssertErrorAsync(refused, 401, "unauthorized", "credential");
        Assert.Equal("Bearer error=\"invalid_token\"", refused.Headers["WWW-Authenticate"]);
    }

    [Fact]
    public async Task Money_in_hand_is_credited_at_once()
    {
        var account = NewAccount();
        var created = await _http.PostAsync(Payments, Body(account, """{"@type":"Cash"}""", """{"unit":"EUR","value":20.00}"""));

        Assert.Equal("done", created["status"]);
        Assert.Equal("20", created.Body.GetProperty("totalAmount").GetProperty("value").GetRawText());
        Assert.Equal("20", created["amount/value"]);
        Assert.Equal(account, created["account/id"]);
        Assert.Equal("BillingAccount", created["account/@referredType"]);
        Assert.NotNull(created["paymentDate"]);
        var other = await new TmfHttp(books, "demo-brm").GetAsync($"/brm/payment/v4/payment/{created["id"]}");
        Assert.Equal(HttpStatusCode.OK, other.Status);
        Assert.Matches(@"^0\.9\.9\.9\+-account\+[0-9]+$", other["account/id"]);
        var paid = await new TmfHttp(books, "demo-brm").PostAsync("/brm/payment/v4/payment", $$"""
            {"account":{"id":"{{other["account/id"]}}"},"totalAmount":{"unit":"EUR","value":1},
             "paymentMethod":{"id":"till","@type":"Cash"} }
            """);
        Assert.Equal(HttpStatusCode.Created, paid.Status);
        Assert.Equal(account, (await _http.GetAsync($"{Payments}/{paid["id"]}"))["account/id"]);
        await books.AssertBooksAreCleanAsync();
    }

    [Fact]
    public async Task Items_are_shown_as_sent_whether_or_not_we_know_the_bill()
    {
        var created = await _http.PostAsync(Payments, Body(
            NewAccount(), """{"id":"pm-1","@type":"PaymentMethodRef"}""", """{"unit":"EUR","value":60.5}""",
            ""","authorizationCode":"A91","paymentItem":[{"item":{"id":"INV-1","@referredType":"CustomerBill"},"totalAmount":"""
                + """{"unit":"EUR","value":60.50}}] """));

        Assert.Equal("done", created["status"]);
        Assert.Equal("INV-1", created["paymentItem/0/item/id"]);
        Assert.Equal("60.5", created["paymentItem/0/totalAmount/value"]);
        Assert.Equal("pm-1", created["paymentMethod/id"]);
        await books.AssertBooksAreCleanAsync();
    }

    [Fact]
    public async Task A_method_that_we_hold_has_been_charged_and_known_bills_are_settled_as_far_as_the_money_goes()
    {
        var customer = await _http.CustomerAsync("tmf676");
        var created = await _http.PostAsync(Payments, Body(
            customer.Poid, $$"""{"id":"{{customer.Card}}"}""", """{"unit":"USD","value":70}""",
            $$"""
            ,"paymentItem":[{"item":{"id":"{{customer.Bills[1]}}","@referredType":"CustomerBill"} },
                            {"item":{"id":"unknown","@referredType":"CustomerBill"} },
                            {"item":{"id":"{{customer.Bills[0]}}","@referredType":"CustomerBill"} }]
            """));
        var other = await new TmfHttp(books, "demo-brm").GetAsync($"/brm/payment/v4/payment/{created["id"]}");

        Assert.Equal(("done", "Ada Nkemelu"), (created["status"], created["account/name"]));
        Assert.Equal(3, created.Body.GetProperty("paymentItem").GetArrayLength());
        Assert.Equal(
            (customer.Bills[1], "60", customer.Bills[0], "10"),
            (other["paymentItem/0/id"], other["paymentItem/0/totalAmount/value"], other["paymentItem/1/id"],
                other["paymentItem/1/totalAmount/value"]));
        Assert.Equal("Ada's Visa", other["paymentMethod/name"]);
        await books.AssertBooksAreCleanAsync();
    }

    [Fact]
    public async Task A_correlatorId_or_a_key_gives_the_first_answer_again()
    {
        var account = NewAccount();
        var (body, key) = (Body(account, "{}", """{"unit":"EUR","value":5}""", ""","correlatorId":"c-9" """), $"key-{account}");
        var first = await _http.PostAsync(Payments, body);
        var again = await _http.PostAsync(Payments, body);
        var changed = await _http.PostAsync(Payments, body.Replace(":5}", ":6}", StringComparison.Ordinal));
        var keyed = await _http.PostAsync(Payments, Body(account), key);
        var keyedAgain = await _http.PostAsync(Payments, Body(account), key);

        Assert.Equal((HttpStatusCode.Created, first.Text, "true"), (again.Status, again.Text, again.Headers["Idempotency-Replayed"]));
        await AssertErrorAsync(changed, 409, "conflict", "correlatorId");
        Assert.Equal(keyed.Text, keyedAgain.Text);
        Assert.NotEqual(first["id"], keyed["id"]);
    }

    [Fact]
    public async Task A_key_covers_both_paths_and_each_shows_its_own_address()
    {
        var account = NewAccount();
        var (body, key) = (Body(account), $"key-{account}");
        var first = await _http.PostAsync(Payments, body, key);
        var again = await _http.PostAsync("/payment/v4/payment", body, key);

        Assert.Equal((HttpStatusCode.Created, first["id"], "true"), (again.Status, again["id"], again.Headers["Idempotency-Replayed"]));
        Assert.Equal(first["href"]!.Replace("/paymentManagement/v4/", "/payment/v4/", StringComparison.Ordinal), again["href"]);
        Assert.Equal(again["href"], again.Location);
    }

    [Fact]
    public async Task Unknown_attributes_are_ignored()
    {
        var created = await _http.PostAsync(Payments, Body(NewAccount(), more: ""","nickname":"x","id":"mine","status":"done" """));

        Assert.Equal("pendingAuthorization", created["status"]);
        Assert.DoesNotContain("nickname", created.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not json", "invalidBody", "JSON")]
    [InlineData("{}", "missingAttribute", "account")]
    [InlineData(
        """{"account":{"id":"A"},"paymentMethod":{},"totalAmount":{"unit":"USD","value":10.001}}""", "invalidValue", "totalAmount.value")]
    [InlineData(
        """{"account":{"id":"A"},"paymentMethod":{},"totalAmount":{"unit":"USD","value":1e30}}""", "invalidValue", "totalAmount.value")]
    [InlineData("""{"account":{"id":"A"},"paymentMethod":{},"totalAmount":{"unit":"usd","value":1}}""", "invalidValue", "totalAmount.unit")]
    [InlineData("""{"account":{"id":"A"},"paymentMethod":{},"totalAmount":{"value":1}}""", "missingAttribute", "totalAmount.unit")]
    public async Task A_bad_body_is_refused_and_writes_nothing(string body, string code, string named)
    {
        await AssertErrorAsync(await _http.PostAsync(Payments, body), 400, code, named);
    }

    [Fact]
    public async Task Paths_and_methods_are_told_in_TMFs_shape()
    {
        await AssertErrorAsync(await _http.GetAsync($"{Payments}/0198a000-0000-7000-8000-000000000000"), 404, "notFound", "payment");
        await AssertErrorAsync(await _http.GetAsync("/paymentManagement/v5/payment/1"), 404, "notFound", "path");
        var wrongMethod = await _http.SendAsync(HttpMethod.Patch, $"{Payments}/1", null, null);
        await AssertErrorAsync(wrongMethod, 405, "methodNotAllowed", "method");
        Assert.Equal("GET, HEAD", wrongMethod.Allow);
    }

    private static string NewAccount() => $"AC-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow())}";

    private static string Body(string account, string method = "{}", string total = "{}", string more = "") =>
        $$"""{"account":{"id":"{{account}}"},"paymentMethod":{{method}},"totalAmount":{{total}}{{more}}}""";

    private async Task AssertErrorAsync(TmfAnswer answer, int status, string code, string named)
    {
        Assert.Equal((status, code), ((int)answer.Status, answer["code"]));
        Assert.Equal(0, await _http.EventsOfAsync(answer));
        Assert.Contains(named, answer["reason"]!, StringComparison.Ordinal);
        Assert.Equal(["code", "reason", "message", "status", "@type"], answer.Body.EnumerateObject().Select(member => member.Name));
    }
}
