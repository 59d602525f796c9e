using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>The rules of CustomerPaymentInsert, over HTTP.</summary>
public sealed class MidnightPaymentInsertTests(BooksFixture books) : IAsyncLifetime
{
    private const string NotSum = "AmountBilled: Must be equal to the sum of AmountBilled of the payment details.";
    private const string BadOrder = "Must match Midnight OrderId for given CustomerId.";
    private const string Settled = "Order has no outstanding balance for the PaymentLabel.";
    private const string AboveDue = "Must be less than or equal to the balance due for given OrderId and PaymentLabel.";

    private MidnightShop _shop = null!;
    private long _customer;
    private long _order;

    public async ValueTask InitializeAsync()
    {
        _shop = await MidnightShop.OpenAsync(books);
        _customer = await _shop.CustomerAsync();
        _order = await _shop.OrderAsync(_customer, services: 120_00, postage: 80_00, earmarked: 70_00);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Insert_TheSampleOfTheHelpPages_TellsWhatTheSampleStringsShouldBe()
    {
        const string Record = """
            {
              "CustomerId": 3,
              "AmountBilled": 8.0,
              "CustomerPaymentDetailList": [
                { "OrderId": 1, "PaymentLabel": "sample string 3", "AmountBilled": 4.0 },
                { "OrderId": 1, "PaymentLabel": "sample string 3", "AmountBilled": 4.0 }
              ],
              "RequestSource": "sample string 26",
              "OrderNumber": "sample string 27"
            }
            """;
        const string Expected = """
            RequestSource: Must be one of - PRCMerchant/Other.
            CustomerPaymentDetailList[0].PaymentLabel: Must be one of - Escrow/Earmarked/Services/Postage.
            CustomerPaymentDetailList[1].PaymentLabel: Must be one of - Escrow/Earmarked/Services/Postage.
            """;

        Assert.Equal([Expected, Expected], await _shop.InsertAsync($"[{Record},{Record}]"));
    }

    [Fact]
    public async Task Insert_ThreePayments_EachSeesWhatTheEarlierOnesLeft()
    {
        var report = await InsertAsync(
            Record("150.00", Detail(_order, "Services", "100.00"), Detail(_order, "Postage", "30.00"), Detail(null, "Escrow", "20.00")),
            Record("60.00", Detail(_order, "Postage", "55.00")),
            $$"""{"CustomerId": {{_customer}}, "AmountBilled": 70.00, "RequestSource": "Other", "CustomerPaymentDetailList": """
                + $$"""[{{Detail(_order, "Earmarked", "70.00")}}]}""");

        Assert.Equal(["stored", $"{NotSum}\nCustomerPaymentDetailList[0].AmountBilled: {AboveDue}", "stored"], report);
        Assert.Equal((20_00, 50_00, 0), await _shop.DueAsync(_order));
        Assert.Equal((20_00, 70_00), await _shop.CreditAsync(_customer));
        Assert.Equal(2, await _shop.PaymentsAsync(_customer));
        await books.AssertBooksAreCleanAsync();
    }

    [Fact]
    public async Task Insert_ManyFaultsInOneRecord_AllAreReported()
    {
        var report = await InsertAsync($$"""
            {"CustomerId": {{_customer}}, "AmountBilled": 10, "RequestSource": "Web", "CustomerPaymentDetailList": [
               {"OrderId": 12, "PaymentLabel": "Services", "AmountBilled": 10},
               {"OrderId": {{_order}}, "PaymentLabel": "Tips", "AmountBilled": 0}]}
            """);

        Assert.Equal($"""
            RequestSource: Must be one of - PRCMerchant/Other.
            CustomerPaymentDetailList[0].OrderId: {BadOrder}
            CustomerPaymentDetailList[1].PaymentLabel: Must be one of - Escrow/Earmarked/Services/Postage.
            CustomerPaymentDetailList[1].AmountBilled: Must be greater than 0.
            """, Assert.Single(report));
    }

    [Theory]
    [InlineData("null", ": Payment record is empty.")]
    [InlineData("{}",
        "CustomerId: Must match Midnight CustomerId.\nAmountBilled: Must be greater than 0.\nCustomerPaymentDetailList: At least one "
            + "payment detail is required.")]
    [InlineData("""{"CustomerId":0,"AmountBilled":1,"RequestSource":"PRCMerchant"}""", "CustomerId: Must match Midnight CustomerId.")]
    [InlineData("""{"CustomerId":-7,"AmountBilled":1,"RequestSource":"PRCMerchant"}""", "CustomerId: Must match Midnight CustomerId.")]
    [InlineData("""{"CustomerId":9223372036854775807,"AmountBilled":1,"RequestSource":"PRCMerchant"}""",
        "CustomerId: Must match Midnight CustomerId.")]
    [InlineData("""{"CustomerId":C,"AmountBilled":-1,"RequestSource":"PRCMerchant"}""", "AmountBilled: Must be greater than 0.")]
    [InlineData("""{"CustomerId":C,"RequestSource":"PRCMerchant"}""", "AmountBilled: Must be greater than 0.")]
    [InlineData("""{"CustomerId":C,"AmountBilled":1.001,"RequestSource":"PRCMerchant"}""",
        "AmountBilled: Must not have more than two decimal places.")]
    [InlineData("""{"CustomerId":C,"AmountBilled":-1.001,"RequestSource":"PRCMerchant"}""",
        "AmountBilled: Must be greater than 0.\nAmountBilled: Must not have more than two decimal places.")]
    [InlineData("""{"CustomerId":C,"AmountBilled":1e13,"RequestSource":"PRCMerchant"}""",
        "AmountBilled: Must be less than or equal to the largest amount that can be kept (15 digits without the decimal point).")]
    [InlineData("""{"CustomerId":C,"AmountBilled":1,"CustomerPaymentDetailList":[]}""",
        "CustomerPaymentDetailList: At least one payment detail is required.")]
    [InlineData("""{"CustomerId":C,"AmountBilled":1,"CustomerPaymentDetailList":null,"RequestSource":"Web"}""",
        "CustomerPaymentDetailList: At least one payment detail is required.\nRequestSource: Must be one of - PRCMerchant/Other.")]
    [InlineData("""{"CustomerId":C,"AmountBilled":1,"CustomerPaymentDetailList":[null]}""",
        "CustomerPaymentDetailList[0]: Payment detail is empty.")]
    [InlineData(
        """{"CustomerId":C,"AmountBilled":1,"CustomerPaymentDetailList":[{}]}""",
        "CustomerPaymentDetailList[0].OrderId: Must match Midnight OrderId for given "
        + "CustomerId.\nCustomerPaymentDetailList[0].PaymentLabel: Must be one of - "
        + "Escrow/Earmarked/Services/Postage.\nCustomerPaymentDetailList[0].AmountBilled: Must be greater than 0.")]
    public async Task Insert_ARecordThatIsWrongByItself_IsRefused(string record, string expected)
    {
        var sound = Record("1", Detail(null, "Escrow", "1"));
        var wrong = record.Replace("\":C", $"\":{_customer}", StringComparison.Ordinal);

        Assert.Equal(["stored", expected, "stored"], await InsertAsync(sound, wrong, sound));
        Assert.Equal(
            ["stored", expected, "stored"], await _shop.InsertAsync(
            $"[{sound},{wrong},{sound}]", key: $"wrong {_customer} {expected.GetHashCode(StringComparison.Ordinal)}"));
        Assert.Equal((4_00, 0), await _shop.CreditAsync(_customer));
    }

    [Theory]
    [InlineData("O Services 30", null)]
    [InlineData("O services 30|O POSTAGE 80", null)]
    [InlineData("O Services 60|O Services 60", null)]
    [InlineData("- Escrow 1000000", null)]
    [InlineData("0 Escrow 1", null)]
    [InlineData("O Escrow 1000", null)]
    [InlineData("O Services 121", "[0].AmountBilled: Must be less than or equal to the balance due for given OrderId and PaymentLabel.")]
    [InlineData("O Services 70|O Services 70",
        "[1].AmountBilled: Must be less than or equal to the balance due for given OrderId and PaymentLabel.")]
    [InlineData("O Services 70|O Services 51|O Services 50",
        "[1].AmountBilled: Must be less than or equal to the balance due for given OrderId and PaymentLabel.")]
    [InlineData("O Earmarked 71", "[0].AmountBilled: Must be less than or equal to the balance due for given OrderId and PaymentLabel.")]
    [InlineData("O Earmarked 35|O Earmarked 36",
        "[1].AmountBilled: Must be less than or equal to the balance due for given OrderId and PaymentLabel.")]
    [InlineData("P Services 1|P Postage 1|P Earmarked 1",
        "[0].OrderId: Order has no outstanding balance for the PaymentLabel.|[1].OrderId: Order has no outstanding balance for the "
            + "PaymentLabel.|[2].OrderId: Order has no outstanding balance for the PaymentLabel.")]
    [InlineData("F Services 1|F Escrow 1|77 Postage 1",
        "[0].OrderId: Must match Midnight OrderId for given CustomerId.|[1].OrderId: Must match Midnight OrderId for given "
            + "CustomerId.|[2].OrderId: Must match Midnight OrderId for given CustomerId.")]
    [InlineData("- Services 1|0 Earmarked 1|null Postage 1",
        "[0].OrderId: Must match Midnight OrderId for given CustomerId.|[1].OrderId: Must match Midnight OrderId for given "
            + "CustomerId.|[2].OrderId: Must match Midnight OrderId for given CustomerId.")]
    [InlineData("F Services 0.001",
        "[0].OrderId: Must match Midnight OrderId for given CustomerId.|[0].AmountBilled: Must not have more than two decimal places.")]
    [InlineData("O Services 1e15",
        "[0].AmountBilled: Must be less than or equal to the largest amount that can be kept (15 digits without the decimal point).")]
    public async Task Insert_Details_AreHeldAgainstTheOrder(string details, string? errors)
    {
        var foreign = await _shop.OrderAsync(await _shop.CustomerAsync(), 10_00, 10_00, 10_00);
        var paid = await PaidOrderAsync();
        var lines = details.Split('|').Select(line => line.Split(' ')).ToList();
        var sum = lines.Sum(line => decimal.Parse(line[2], System.Globalization.NumberStyles.Float));
        var before = await _shop.DueAsync(_order);

        var report = await InsertAsync(Record(sum.ToString("0.##"), [.. lines.Select(line => line[0] switch
        {
            "O" => Detail(_order, line[1], line[2]),
            "F" => Detail(foreign, line[1], line[2]),
            "P" => Detail(paid, line[1], line[2]),
            "-" => Detail(null, line[1], line[2]),
            _ => $$"""{"OrderId":{{line[0]}},"PaymentLabel":"{{line[1]}}","AmountBilled":{{line[2]}}}""",
        })]));

        if (errors is null)
        {
            Assert.Equal(["stored"], report);
            return;
        }

        var found = report.Single().Split('\n').Where(error => !error.StartsWith("AmountBilled", StringComparison.Ordinal));
        Assert.Equal(errors.Split('|').Select(error => "CustomerPaymentDetailList" + error), found);
        Assert.Equal(before, await _shop.DueAsync(_order));
    }

    [Fact]
    public async Task Insert_ForAnUnknownCustomer_LooksAtNoOrder()
    {
        var report = await InsertAsync(
            """{"CustomerId":99999999,"AmountBilled":2,"CustomerPaymentDetailList":"""
                + """[{"OrderId":1,"PaymentLabel":"Services","AmountBilled":1},{"PaymentLabel":"x"}]}""",
            """{"CustomerPaymentDetailList":[{"OrderId":1,"PaymentLabel":"Services","AmountBilled":1}],"AmountBilled":1}""");

        Assert.Equal(
            [
                """
                CustomerId: Must match Midnight CustomerId.
                CustomerPaymentDetailList[1].PaymentLabel: Must be one of - Escrow/Earmarked/Services/Postage.
                CustomerPaymentDetailList[1].AmountBilled: Must be greater than 0.
                """,
                "CustomerId: Must match Midnight CustomerId.",
            ],
            report);
    }

    [Fact]
    public async Task Insert_ForACustomerBilledInAnotherCurrency_IsRefused()
    {
        var french = await _shop.CustomerAsync("EUR");
        Assert.Equal(
            ["CustomerId: Must be a customer who is billed in the currency of this installation."],
            await InsertAsync($$"""{"CustomerId":{{french}},"AmountBilled":1,"RequestSource":"PRCMerchant"}"""));
    }

    [Fact]
    public async Task Insert_AnAmountThatIsWrongInTwoWays_TellsBoth() => Assert.Equal(
        [
            $"AmountBilled: Must be greater than 0.\n{NotSum}",
            $"{NotSum}\nAmountBilled: Must not have more than two decimal places.",
        ],
        await InsertAsync(Record("0", Detail(null, "Escrow", "1")), Record("1.001", Detail(null, "Escrow", "1"))));

    [Fact]
    public async Task Insert_WithMoreThanAThousandDetails_IsRefused()
    {
        var details = Enumerable.Repeat(Detail(null, "Escrow", "0.01"), 1000).ToArray();

        Assert.Equal(
            ["stored", "CustomerPaymentDetailList: Must not have more than 1000 payment details."],
            await InsertAsync(Record("10", details), Record("10.01", [.. details, Detail(null, "Escrow", "0.01")])));
    }

    [Fact]
    public async Task Insert_TwoRecordsBeyondOneBalance_RefusesTheSecond()
    {
        var report = await InsertAsync(Record("70", Detail(_order, "Services", "70")), Record("70", Detail(_order, "Services", "70")),
            Record("50", Detail(_order, "Services", "50")));

        Assert.Equal(["stored", $"CustomerPaymentDetailList[0].AmountBilled: {AboveDue}", "stored"], report);
        Assert.Equal([$"CustomerPaymentDetailList[0].OrderId: {Settled}"], await InsertAsync(Record("1", Detail(_order, "Services", "1"))));
    }

    [Fact]
    public async Task Insert_OfAMerchantWithAnOrderNumber_IsEarmarked()
    {
        var report = await InsertAsync(
            $$"""{"CustomerId":{{_customer}},"AmountBilled":35.5,"RequestSource":"PRCMerchant","OrderNumber":" ORD-{{_order}} "}""",
            $$"""{"CustomerId":{{_customer}},"AmountBilled":50,"RequestSource":"prcmerchant","OrderNumber":"ORD-{{_order}}"}""",
            $$"""{"CustomerId":{{_customer}},"AmountBilled":7,"RequestSource":"PRCMerchant","""
                + $"\"OrderNumber\":\"ORD-{await PaidOrderAsync()}\"}}");

        Assert.Equal(["stored", "stored", "stored"], report);
        Assert.Equal((120_00, 80_00, 0), await _shop.DueAsync(_order));
        Assert.Equal((0, 92_50), await _shop.CreditAsync(_customer));
        Assert.Equal(92_50L, await _shop.ReadAsync($"""
            SELECT sum(t.amount_minor)::bigint FROM transfer t
              JOIN ledger_account d ON d.merchant_id = t.merchant_id AND d.id = t.debit_id AND d.purpose = 'gateway' AND d.kind = 'clearing'
              JOIN payment p ON p.merchant_id = t.merchant_id AND p.id = t.subject_id
              JOIN reference r ON r.merchant_id = p.merchant_id AND r.object_id = p.account_id
             WHERE r.dialect = 'midnight' AND r.kind = 'customer' AND r.value = '{_customer}'
            """));
        await books.AssertBooksAreCleanAsync();
    }

    [Fact]
    public async Task Insert_OfAMerchantWithoutAnOrderOfTheCustomer_IsEscrow()
    {
        var foreign = await _shop.OrderAsync(await _shop.CustomerAsync(), 10_00, 0, 10_00);

        foreach (var number in (string[])["\"WEB-77\"", "\"\"", "\"  \"", "null", $"\"ORD-{foreign}\"", $"\"{new string('9', 5000)}\""])
        {
            Assert.Equal(["stored"], await InsertAsync(
                $$"""{"CustomerId":{{_customer}},"AmountBilled":12,"RequestSource":"PRCMerchant","OrderNumber":{{number}}}"""));
        }

        Assert.Equal((72_00, 0), await _shop.CreditAsync(_customer));
        Assert.Equal((10_00, 0, 10_00), await _shop.DueAsync(foreign));
    }

    [Fact]
    public async Task Insert_OfAMerchantWithDetails_LooksOnlyAtTheirAmounts()
    {
        string Merchants(string amount, string details) =>
            $$"""{"CustomerId":{{_customer}},"AmountBilled":{{amount}},"RequestSource":"PRCMerchant","""
                + $"\"CustomerPaymentDetailList\":{details}}}";

        Assert.Equal(
            ["stored", "stored", NotSum, "CustomerPaymentDetailList[0].AmountBilled: Must be greater than 0."],
            await InsertAsync(
                Merchants("5", """[{"OrderId":77,"PaymentLabel":"Tips","AmountBilled":2},{"AmountBilled":3}]"""),
                Merchants("5", "[]"),
                Merchants("5", """[{"AmountBilled":4}]"""),
                Merchants("5", """[{"AmountBilled":0}]""")));
        Assert.Equal((10_00, 0), await _shop.CreditAsync(_customer));
    }

    [Fact]
    public async Task Insert_WhatOtherRowsDoNotTell_IsKeptWithThePayment()
    {
        await InsertAsync(
            Record("1", Detail(_order, "Escrow", "1")),
            Record("1", Detail(_order, "Services", "1")),
            $$"""{"CustomerId":{{_customer}},"AmountBilled":1,"RequestSource":"prcMERCHANT","OrderNumber":"WEB \"77\""}""");

        Assert.Equal(
            $$"""{"RequestSource":"Other","EscrowOrderIds":[{{_order}}]}|-|{"RequestSource":"PRCMerchant","OrderNumber":"WEB """
                + $$"""\u002277\u0022"}""",
            await _shop.ReadAsync($"""
                SELECT string_agg(coalesce(p.details::text, '-'), '|' ORDER BY p.number)
                  FROM payment p JOIN reference r ON r.merchant_id = p.merchant_id AND r.object_id = p.account_id
                 WHERE r.dialect = 'midnight' AND r.kind = 'customer' AND r.value = '{_customer}'
                """));
    }

    [Fact]
    public async Task Insert_RepeatedWithItsKey_AnswersTheSameBytesAndStoresNothingTwice()
    {
        var key = $"repeat {_customer}";
        var services = Record("70", Detail(_order, "Services", "70"));
        var (tips, escrow) = (Record("2", Detail(_order, "Tips", "1")), Record("1", Detail(null, "Escrow", "1")));
        var body = $$"""[{{services}},{{services}},{{tips}},null,{},{{escrow}}]""";

        using var first = await _shop.SendAsync(body, key);
        using var other = await _shop.SendAsync(body.Replace("70", "71", StringComparison.Ordinal), key);
        using var repeated = await _shop.SendAsync(body, key);

        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.OK), (first.StatusCode, other.StatusCode, repeated.StatusCode));
        Assert.Equal("""{"Message":"Idempotency-Key was used before with another request."}""", await TextOf(other));
        Assert.Equal(await TextOf(first), await TextOf(repeated));
        Assert.False(first.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(["true"], repeated.Headers.GetValues("Idempotency-Replayed"));
        Assert.Equal(2, await _shop.PaymentsAsync(_customer));
    }

    [Long]
    [Fact]
    public async Task Insert_ManyRecords_AnswersInTheirOrder()
    {
        const int Count = 5000;
        var customers = new List<long>();
        for (var i = 0; i < 10; i++)
            customers.Add(await _shop.CustomerAsync());
        var records = Enumerable.Range(0, Count).Select(i => i % 7 == 3
            ? "null"
            : $$"""{"CustomerId":{{customers[i % customers.Count]}},"AmountBilled":0.01,"RequestSource":"PRCMerchant"}""");

        var report = await _shop.InsertAsync($"[{string.Join(',', records)}]", key: $"many {_customer}");
        var again = await _shop.InsertAsync($"[{string.Join(',', records)}]", key: $"many {_customer}");

        Assert.Equal(Enumerable.Range(0, Count).Select(i => i % 7 == 3 ? ": Payment record is empty." : "stored"), report);
        Assert.Equal(report, again);
        await books.AssertBooksAreCleanAsync();
    }

    [Theory]
    [InlineData(
        """[{"CustomerId":"abc"}]""", """{"Message":"The request is invalid.","ModelState":{"[0].CustomerId":["Must be an integer."]}}""")]
    [InlineData("{}", """{"Message":"The request is invalid.","ModelState":{"":["Must be an array of payments."]}}""")]
    [InlineData("", """{"Message":"The request is invalid.","ModelState":{"":["The body is empty."]}}""")]
    public async Task Insert_AnUnreadableBody_Is400(string body, string expected)
    {
        using var answer = await _shop.SendAsync(body);
        Assert.Equal((HttpStatusCode.BadRequest, expected), (answer.StatusCode, await TextOf(answer)));
    }

    [Fact]
    public async Task Insert_WithAFaultInTheLastByte_StoresNothing()
    {
        using var answer = await _shop.SendAsync($"[{Record("1", Detail(null, "Escrow", "1"))}}}");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(0, await _shop.PaymentsAsync(_customer));
    }

    [Fact]
    public async Task Insert_Nothing_AnswersNothing()
    {
        using var answer = await _shop.SendAsync("[]", mediaType: "text/json");
        Assert.Equal((HttpStatusCode.OK, "[]"), (answer.StatusCode, await TextOf(answer)));
    }

    [Theory]
    [InlineData("POST", MidnightShop.Path, "application/x-www-form-urlencoded", true, HttpStatusCode.UnsupportedMediaType,
        "The request entity's media type")]
    [InlineData("POST", MidnightShop.Path, "application/xml", true, HttpStatusCode.UnsupportedMediaType, "The request entity's media type")]
    [InlineData("POST", MidnightShop.Path, "application/json", false, HttpStatusCode.Unauthorized,
        "Authorization has been denied for this request.")]
    [InlineData("GET", MidnightShop.Path, null, true, HttpStatusCode.MethodNotAllowed,
        "The requested resource does not support http method 'GET'.")]
    [InlineData("POST", MidnightShop.Path, null, true, HttpStatusCode.BadRequest, "The request is invalid.")]
    [InlineData("POST", "v1/Generic/Nothing", "application/json", true, HttpStatusCode.NotFound, "No HTTP resource was found")]
    public async Task Call_ThatIsWrongAtItsEdge_IsReportedInAMessage(
        string method, string path, string? mediaType, bool isSigned, HttpStatusCode status, string message)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative));
        if (mediaType is not null)
            request.Content = new StringContent("[]", Encoding.UTF8, new MediaTypeHeaderValue(mediaType));
        if (isSigned)
        {
            request.Headers.TryAddWithoutValidation("Authorization", ["Midnight demo-midnight", "PRC demo-prc"]);
            request.Headers.Add("MISKEY", "demo-mis");
        }

        using var answer = await books.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, answer.StatusCode);
        Assert.StartsWith($$"""{"Message":"{{message}}""", await TextOf(answer), StringComparison.Ordinal);
    }

    private Task<string[]> InsertAsync(params string[] records) => _shop.InsertAsync($"[{string.Join(',', records)}]");

    private string Record(string amount, params string[] details) =>
        $$"""{"CustomerId":{{_customer}},"AmountBilled":{{amount}},"CustomerPaymentDetailList":[{{string.Join(',', details)}}]}""";

    private static string Detail(long? order, string label, string amount) =>
        $$"""{{{(order is null ? "" : $"\"OrderId\":{order},")}}"PaymentLabel":"{{label}}","AmountBilled":{{amount}}}""";

    /// <summary>An order of the customer that is fully paid but for its deposit.</summary>
    private async Task<long> PaidOrderAsync()
    {
        var order = await _shop.OrderAsync(_customer, 5_00, 5_00, 5_00);
        Assert.Equal(["stored"], await InsertAsync(Record("10", Detail(order, "Services", "5"), Detail(order, "Postage", "5"))));
        return order;
    }

    private static Task<string> TextOf(HttpResponseMessage answer) =>
        answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
