using System.Net;
using System.Text;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Tests.Running;

namespace Quittance.Tests;

public sealed class OracleBrmHttpTests(BooksFixture books)
{
    private const string Payments = "/brm/payment/v4/payment";

    private static readonly string[] PaymentKeys =
    [
        "id", "href", "authorizationCode", "correlatorId", "description", "name", "paymentDate", "status", "statusDate", "account",
        "amount",
        "channel", "payer", "paymentItem", "paymentMethod", "taxAmount", "totalAmount", "@baseType", "@schemaLocation", "@type",
    ];

    private readonly TmfHttp _http = new(books, "demo-brm");

    [Theory]
    [InlineData("v4")]
    [InlineData("version")]
    public async Task The_sample_of_the_documentation_succeeds(string version)
    {
        var created = await _http.PostAsync($"/brm/payment/{version}/payment", """
            {
            "@type":"Payment_Create",
            "account":{ "id":"0.0.0.1+-account+84808" },
            "paymentMethod":{ "id":"Test123XYZ", "@referredType": "bankCard", "@type": "PaymentMethodRef" },
            "totalAmount":{ "value":10, "unit":"USD" },
            "description": "New Payment"
            }
            """);

        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal(PaymentKeys, created.Body.EnumerateObject().Select(member => member.Name));
        Assert.Matches(@"^0\.0\.0\.1\+-item-payment\+[0-9]+$", created["id"]);
        Assert.Equal($"{_http.Address.GetLeftPart(UriPartial.Authority)}{Payments}/{created["id"]}", created["href"]);
        Assert.Equal(created["href"], created.Location);
        Assert.Equal("done", created["status"]);
        Assert.Equal("New Payment", created["description"]);
        Assert.Equal("0.0.0.1+-account+84808", created["account/id"]);
        Assert.Equal("Mary Irwin", created["account/name"]);
        Assert.Equal("Test123XYZ", created["paymentMethod/id"]);
        Assert.Equal("Mary Irwin's Credit Card", created["paymentMethod/name"]);
        Assert.Contains("\"value\":10,", created.Text, StringComparison.Ordinal);
        Assert.True(created.Headers.ContainsKey("Quittance-Payment"));
        Assert.Equal(1, await _http.EventsOfAsync(created));
    }

    [Fact]
    public async Task A_payment_reads_the_same_by_all_of_its_names()
    {
        var customer = await _http.CustomerAsync();
        var created = await _http.PostAsync(Payments, Card(customer, 42.5m, """ "correlatorId":"kiosk-1" """));
        var number = created["id"]![(created["id"]!.LastIndexOf('+') + 1)..];
        var uuid = created.Headers["Quittance-Payment"];

        foreach (var path in (string[])
            [
                created["href"]!, $"{Payments}/{created["id"]}",
                $"{Payments}/{created["id"]!.Replace("+", "%2B", StringComparison.Ordinal)}",
                $"{Payments}/{created["id"]!.Replace("+", "%20", StringComparison.Ordinal)}", $"{Payments}/P1-{number}",
                $"{Payments}/{uuid}",
                $"/brm/payment/version/payment/{uuid}", $"{Payments}/P1-{number}?@type=Payment", $"{Payments}/P1-{number}?%40type=Payment",
            ])
        {
            var found = await _http.GetAsync(path);
            Assert.Equal((path, HttpStatusCode.OK, created.Text), (path, found.Status, found.Text));
        }

        var other = await new TmfHttp(books, "demo-telco").GetAsync($"/paymentManagement/v4/payment/{created["id"]}");
        Assert.Equal(HttpStatusCode.OK, other.Status);
        Assert.Equal(uuid, other["id"]);
        Assert.Equal("CustomerBill", other["paymentItem/0/item/@referredType"]);
    }

    [Fact]
    public async Task A_card_payment_settles_the_oldest_bills_and_leaves_the_rest_unallocated()
    {
        var customer = await _http.CustomerAsync();
        var first = await _http.PostAsync(Payments, Card(customer, 50));
        var second = await _http.PostAsync(Payments, Card(customer, 60));

        Assert.Equal(
            (customer.Bills[0], customer.BillNumbers[0], "40", customer.Bills[1], "10"),
            (first["paymentItem/0/id"], first["paymentItem/0/item/id"], first["paymentItem/0/totalAmount/value"], first["paymentItem/1/id"],
                first["paymentItem/1/totalAmount/value"]));
        Assert.Equal(1, second.Body.GetProperty("paymentItem").GetArrayLength());
        Assert.Equal("50", second["paymentItem/0/totalAmount/value"]);
        await books.AssertBooksAreCleanAsync();
    }

    [Fact]
    public async Task Cash_stays_unallocated()
    {
        var customer = await _http.CustomerAsync();
        var created = await _http.PostAsync(Payments, Cash(customer.Number, 5));

        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Null(created["paymentItem"]);
        Assert.Equal(customer.Number, created["account/id"]);
        Assert.Equal("till", created["paymentMethod/id"]);
    }

    [Fact]
    public async Task Bills_are_settled_in_the_order_given_as_far_as_the_money_goes()
    {
        var customer = await _http.CustomerAsync();
        var created = await _http.PostAsync(Payments, $$"""
            {"@type":"Payment_CreateOracle","account":{"id":"{{customer.Number}}"},"paymentMethod":{"id":"{{customer.Card}}"},
             "totalAmount":{"unit":"USD","value":70},"bills":[{"id":"{{customer.BillNumbers[1]}}"},{"id":"{{customer.Bills[0]}}"}]}
            """);

        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.Equal(
            (customer.Bills[1], "60", customer.Bills[0], "10"),
            (created["paymentItem/0/id"], created["paymentItem/0/totalAmount/value"], created["paymentItem/1/id"],
                created["paymentItem/1/totalAmount/value"]));
        await books.AssertBooksAreCleanAsync();
    }

    [Fact]
    public async Task Items_are_settled_exactly()
    {
        var customer = await _http.CustomerAsync();
        var created =
            await _http.PostAsync(Payments, Card(customer, 30, Items((customer.Bills[1], "12.5"), (customer.BillNumbers[0], "1"))));
        var tooMuch = await _http.PostAsync(Payments, Card(customer, 90, Items((customer.Bills[0], "39.01"))));

        Assert.Equal(
            (customer.Bills[1], "12.5", customer.Bills[0], "1"),
            (created["paymentItem/0/id"], created["paymentItem/0/totalAmount/value"], created["paymentItem/1/id"],
                created["paymentItem/1/totalAmount/value"]));
        await AssertErrorAsync(tooMuch, 409, "conflict", "paymentItem[0].item.id");
    }

    [Fact]
    public async Task A_correlatorId_is_used_once_per_account()
    {
        var (customer, other) = (await _http.CustomerAsync(), await _http.CustomerAsync());
        var first = await _http.PostAsync(Payments, Card(customer, 10, """ "correlatorId":"c-1" """));
        var again = await _http.PostAsync(Payments, Card(customer, 10, """ "correlatorId":"c-1" """));
        var changed = await _http.PostAsync(Payments, Card(customer, 11, """ "correlatorId":"c-1" """));
        var elsewhere = await _http.PostAsync(Payments, Card(other, 10, """ "correlatorId":"c-1" """));

        Assert.Equal((HttpStatusCode.Created, first.Text, first.Location), (again.Status, again.Text, again.Location));
        Assert.Equal("true", again.Headers["Idempotency-Replayed"]);
        await AssertErrorAsync(changed, 409, "conflict", "correlatorId");
        Assert.Equal(HttpStatusCode.Created, elsewhere.Status);
    }

    [Fact]
    public async Task A_repeated_key_repeats_the_answer_even_when_the_bills_have_changed_since()
    {
        var customer = await _http.CustomerAsync();
        var key = $"key-{customer.Number}";
        var first = await _http.PostAsync(Payments, Card(customer, 10), key);
        await _http.PostAsync(Payments, Card(customer, 20));
        var again = await _http.PostAsync(Payments, Card(customer, 10), key);
        var changed = await _http.PostAsync(Payments, Card(customer, 11), key);

        Assert.Equal((HttpStatusCode.Created, first.Text), (again.Status, again.Text));
        await AssertErrorAsync(changed, 409, "conflict", "Idempotency-Key");
    }

    [Fact]
    public async Task What_is_named_must_be_there()
    {
        var customer = await _http.CustomerAsync();
        var other = await _http.CustomerAsync();

        await AssertErrorAsync(await _http.PostAsync(Payments, Cash("0.0.0.1+-account+1", 5)), 404, "notFound", "account.id");
        await AssertErrorAsync(await _http.PostAsync(Payments, Cash("x' OR '1'='1", 5)), 404, "notFound", "account.id");
        await AssertErrorAsync(
            await _http.PostAsync(Payments, Card(customer with { Card = "nobody's" }, 5)), 404, "notFound", "paymentMethod.id");
        await AssertErrorAsync(
            await _http.PostAsync(Payments, Card(customer with { Card = other.Card }, 5)), 404, "notFound", "paymentMethod.id");
        await AssertErrorAsync(
            await _http.PostAsync(Payments, Card(customer, 5).Replace("bankCard", "tokenizedCard", StringComparison.Ordinal)),
            400, "invalidValue", "paymentMethod.@referredType");
        await AssertErrorAsync(
            await _http.PostAsync(Payments, Card(customer, 5, Items((other.Bills[0], "1")))), 404, "notFound", "paymentItem[0].item.id");
        await AssertErrorAsync(await _http.PostAsync(Payments, Cash(customer.Number, 5).Replace("USD", "EUR", StringComparison.Ordinal)),
            400, "invalidValue", "totalAmount.unit");
        await AssertErrorAsync(await _http.GetAsync($"{Payments}/0.0.0.1+-item-payment+1"), 404, "notFound", "payment");
        await AssertErrorAsync(await _http.GetAsync($"{Payments}/0198a000-0000-7000-8000-000000000000"), 404, "notFound", "payment");
        await AssertErrorAsync(await _http.GetAsync($"{Payments}/x'%20OR%20'1'='1"), 404, "notFound", "payment");
        await AssertErrorAsync(await _http.GetAsync($"{Payments}/0.0.0.1+-bill+1"), 400, "invalidValue", "id");
        await AssertErrorAsync(await _http.GetAsync($"{Payments}/P1-1?expand=all"), 400, "unknownFilter", "expand");
        foreach (var query in (string[])["@type=RefundOracle", "@type=", "@type=payment", "@type=Payment&@type=Payment"])
            await AssertErrorAsync(await _http.GetAsync($"{Payments}/P1-1?{query}"), 400, "unknownFilter", "@type");
        await AssertErrorAsync(await _http.GetAsync($"{Payments}/P1-1?@type=Payment&expand=all"), 400, "unknownFilter", "expand");
        await AssertErrorAsync(await _http.PostAsync($"{Payments}?@type=Payment", Cash(customer.Number, 5)), 400, "unknownFilter", "@type");
        await AssertErrorAsync(await _http.PostAsync($"{Payments}?dryRun=true", Cash(customer.Number, 5)), 400, "unknownFilter", "dryRun");
    }

    [Theory]
    [InlineData("", "invalidBody", "empty")]
    [InlineData("not json", "invalidBody", "JSON")]
    [InlineData("{\"account\":{},}", "invalidBody", "JSON")]
    [InlineData("[]", "invalidValue", "The body")]
    [InlineData("{\"account\":1,\"account\":2}", "invalidBody", "account")]
    [InlineData("{\"totalAmount\":{\"value\":1,\"value\":2}}", "invalidBody", "totalAmount.value")]
    [InlineData("{}", "missingAttribute", "account")]
    [InlineData(
        """{"account":{"id":"A"},"paymentMethod":{"id":"t","@type":"Cash"},"totalAmount":{"unit":"USD","value":1},"nickname":"x"}""",
        "invalidValue", "nickname")]
    [InlineData("""{"account":{"id":"A"},"paymentMethod":{"id":"t","@type":"Cash"},"totalAmount":{"unit":"USD","value":"1"}}""",
        "invalidValue", "totalAmount.value")]
    [InlineData("""{"account":{"id":"A"},"paymentMethod":{"id":"t","@type":"Cash"},"totalAmount":{"unit":"USD","value":10.001}}""",
        "invalidValue", "totalAmount.value")]
    [InlineData("""{"account":{"id":"A"},"paymentMethod":{"id":"t","@type":"Cash"},"totalAmount":{"unit":"usd","value":1}}""",
        "invalidValue", "totalAmount.unit")]
    public async Task A_bad_body_is_refused_and_writes_nothing(string body, string code, string named)
    {
        await AssertErrorAsync(await _http.PostAsync(Payments, body), 400, code, named);
    }

    [Fact]
    public async Task Payment_without_tax_and_with_a_method_of_any_time_is_shown_as_it_was_sent()
    {
        var carrier = await Carrier.OpenAsync(books);
        var customer = await carrier.CustomerAsync();
        var body = Carrier.Body(customer.Account, "10", more: ""","taxAmount":{"unit":"USD","value":0}""").Replace(
            "\"id\":\"till\"", "\"id\":\"till\",\"validFor\":{\"startDateTime\":\"1985-04-12T23:20:50.52Z\","
                + "\"endDateTime\":\"9999-12-31T23:59:59Z\"}", StringComparison.Ordinal);

        var paid = await carrier.Http.PostAsync(Carrier.Payments, body);

        Assert.True(paid.Status == HttpStatusCode.Created, paid.Text);
        var read = await carrier.Http.GetAsync($"{Carrier.Payments}/{paid["id"]}");
        foreach (var shown in (TmfAnswer[])[paid, read])
        {
            Assert.Equal("0", shown.Body.GetProperty("taxAmount").GetProperty("value").GetRawText());
            Assert.Equal(
                "9999-12-31T23:59:59.000Z",
                shown.Body.GetProperty("paymentMethod").GetProperty("validFor").GetProperty("endDateTime").GetString());
        }
    }

    [Fact]
    public async Task What_HTTP_itself_gets_wrong_is_told_in_BRMs_shape()
    {
        var body = Cash("ACC-1", 5);
        var deep = string.Concat(Enumerable.Repeat("{\"a\":", 100)) + "1" + new string('}', 100);

        await AssertErrorAsync(await _http.PostAsync(Payments, deep), 400, "invalidBody", "nested");
        await AssertErrorAsync(
            await _http.PostAsync(Payments, $"{{\"description\":\"{new string('x', 1_100_000)}\"}}"), 413, "invalidBody", "body");
        await AssertErrorAsync(
            await _http.SendAsync(
                HttpMethod.Post, Payments, new ByteArrayContent([.. "{\"name\":\""u8, 0xC3, 0x28, .. "\"}"u8]), "application/json"),
            400, "invalidBody", "UTF-8");
        await AssertErrorAsync(await SendAsync("text/plain"), 415, "invalidBody", "Content-Type");
        await AssertErrorAsync(await SendAsync(null), 415, "invalidBody", "Content-Type");
        Assert.Contains(
            "-H 'Content-Type: application/json'", (await SendAsync("application/x-www-form-urlencoded"))["message"],
            StringComparison.Ordinal);
        await AssertErrorAsync(await SendAsync("application/json;charset=iso-8859-1"), 415, "invalidBody", "Content-Type");
        await AssertErrorAsync(await _http.GetAsync("/brm/payment/v5/payment/P1-1"), 404, "notFound", "path");
        await AssertErrorAsync(await _http.PostAsync(Payments, body, new string('k', 256)), 400, "invalidValue", "Idempotency-Key");

        var wrongMethod = await _http.SendAsync(HttpMethod.Delete, $"{Payments}/P1-1", null, null);
        await AssertErrorAsync(wrongMethod, 405, "methodNotAllowed", "method");
        Assert.Equal("GET, HEAD", wrongMethod.Allow);

        Task<TmfAnswer> SendAsync(string? mediaType) =>
            _http.SendAsync(HttpMethod.Post, Payments, new ByteArrayContent(Encoding.UTF8.GetBytes(body)), mediaType);
    }

    [Theory]
    [InlineData(null, "Bearer")]
    [InlineData("demo-telco", "Bearer error=\"invalid_token\"")]
    [InlineData("wrong", "Bearer error=\"invalid_token\"")]
    public async Task Nobody_gets_in_without_a_token_of_this_API(string? token, string challenge)
    {
        var refused = await new TmfHttp(books, token).PostAsync(Payments, Cash("ACC-1", 5));

        await AssertErrorAsync(refused, 401, "unauthorized", "credential");
        Assert.Equal(challenge, refused.Headers["WWW-Authenticate"]);
    }

    [Fact]
    public async Task A_token_without_the_scope_may_not_write()
    {
        var cancel = TestContext.Current.CancellationToken;
        var merchant = (await books.Merchants.ListAsync(cancel)).Single(known => known.Name == "Demo Company").Id;
        var installation = await books.Merchants.InstallAsync(merchant, "oracle-brm", Currency.Parse("USD"), cancel);
        await books.Merchants.EnsureCredentialAsync(
            installation, CredentialKind.Bearer, "reader", "brm-reader", ["brm.payment.read"], cancel);
        var reader = new TmfHttp(books, "brm-reader");

        await AssertErrorAsync(await reader.PostAsync(Payments, Cash("ACC-1", 5)), 403, "forbidden", "credential");
        await AssertErrorAsync(await reader.GetAsync($"{Payments}/P1-1"), 404, "notFound", "payment");
    }

    [Theory]
    [InlineData("1e3", "1000")]
    [InlineData("10.0", "10")]
    [InlineData("0.01", "0.01")]
    [InlineData("9999999999.99", "9999999999.99")]
    public async Task Amounts_come_back_exact_and_shortest(string sent, string shown)
    {
        var customer = await _http.CustomerAsync();
        var created =
            await _http.PostAsync(Payments, Cash(customer.Number, 5).Replace("\"value\":5", $"\"value\":{sent}", StringComparison.Ordinal));

        Assert.Equal(shown, created.Body.GetProperty("totalAmount").GetProperty("value").GetRawText());
    }

    private async Task AssertErrorAsync(TmfAnswer answer, int status, string code, string named)
    {
        Assert.Equal((status, code), ((int)answer.Status, answer["code"]));
        Assert.Equal(0, await _http.EventsOfAsync(answer));
        Assert.Contains(named, answer["reason"]!, StringComparison.Ordinal);
        Assert.Equal(status.ToString(), answer["status"]);
        Assert.Equal(
            ["code", "reason", "message", "referenceError", "status", "@type", "@baseType", "@schemaLocation"],
            answer.Body.EnumerateObject().Select(member => member.Name));
    }

    private static string Cash(string account, decimal amount) =>
        $$"""{"account":{"id":"{{account}}"},"paymentMethod":{"id":"till","@type":"Cash"},"totalAmount":"""
            + $$"""{"value":{{amount}},"unit":"USD"} }""";

    private static string Card(OracleCustomer customer, decimal amount, string? more = null) =>
        $$"""
        {"@type":"Payment_Create","account":{"id":"{{customer.Poid}}"},
         "paymentMethod":{"id":"{{customer.Card}}","@type":"PaymentMethodRef","@referredType":"bankCard"},
         "totalAmount":{"unit":"USD","value":{{amount}}}{{(more is null ? "" : $",{more}")}}}
        """;

    private static string Items(params (string Bill, string Value)[] items) =>
        $"\"paymentItem\":[{string.Join(',', items.Select(item =>
            $$"""{"item":{"id":"{{item.Bill}}"},"totalAmount":{"value":{{item.Value}},"unit":"USD"} }"""))}]";
}
