using System.Net;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>Refunds through Oracle BRM's API.</summary>
public sealed class OracleBrmRefundTests(BooksFixture books)
{
    private static readonly string[] RefundKeys =
    [
        "id", "href", "authorizationCode", "correlatorId", "description", "name", "refundDate", "status", "statusDate", "account", "amount",
        "channel", "payment", "paymentMethod", "requestor", "taxAmount", "totalAmount", "@baseType", "@schemaLocation", "@type",
    ];

    [Fact]
    public async Task Refund_OfAPayment_GoesThroughItsProvider_AndReadsTheSameByAllOfItsNames()
    {
        var carrier = await Carrier.OpenAsync(books);
        var customer = await carrier.CustomerAsync(20_00);
        var paid = await carrier.ChargeAsync(customer, 25_00);
        var more =
            ",\"correlatorId\":\"r-1\",\"description\":\"Two unused days\",\"requestor\":{\"id\":\"P-1\",\"@referredType\":\"Individual\"},"
            + "\"refundDate\":7,\"status\":\"denied\"";

        var refund = await carrier.RefundAsync(customer.Account, paid["id"], "10", more);
        Assert.True(refund.Status == HttpStatusCode.Created, refund.Text);
        Assert.Equal(RefundKeys, refund.Body.EnumerateObject().Select(member => member.Name));
        Assert.Matches(@"^0\.0\.0\.1\+-item-refund\+[0-9]+$", refund["id"]);
        Assert.Equal(($"{carrier.Http.Address.GetLeftPart(UriPartial.Authority)}{Carrier.Refunds}/{refund["id"]}", refund["href"]),
            (refund["href"], refund.Location));
        Assert.Equal(
            ("done", "10", paid["id"], paid["href"], "P-1", "Two unused days", "Refund", "billingAccount"),
            (refund["status"], refund["totalAmount/value"], refund["payment/id"], refund["payment/href"], refund["requestor/id"],
                refund["description"], refund["@type"], refund["account/@referredType"]));
        Assert.NotNull(refund["refundDate"]);

        var number = refund["id"]![(refund["id"]!.LastIndexOf('+') + 1)..];
        foreach (var name in (string[])[refund["id"]!, refund["id"]!.Replace("+", "%20", StringComparison.Ordinal), $"R1-{number}"])
            Assert.Equal((name, refund.Text), (name, (await carrier.Http.GetAsync($"{Carrier.Refunds}/{name}")).Text));
        Assert.Equal(
            "RefundOracle", (await carrier.Http.GetAsync($"{Carrier.Refunds}/R1-{number}?@type=RefundOracle&fields=status"))["@type"]);
        Assert.Equal(HttpStatusCode.NotFound, (await carrier.Http.GetAsync($"{Carrier.Refunds}/R1-1")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await carrier.Http.GetAsync($"{Carrier.Refunds}/{paid["id"]}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await carrier.Http.GetAsync($"{Carrier.Payments}/R1-{number}")).Status);

        var again = await carrier.RefundAsync(customer.Account, paid["id"], "10", more);
        var changed = await carrier.RefundAsync(customer.Account, paid["id"], "11", more);
        Assert.Equal((HttpStatusCode.Created, refund.Text, "true"), (again.Status, again.Text, again.Headers["Idempotency-Replayed"]));
        Assert.Equal((HttpStatusCode.Conflict, "conflict"), (changed.Status, changed["code"]));
        Assert.Equal("done", (await carrier.RefundAsync(customer.Account, paid["id"], "15"))["status"]);
        await carrier.ExtendedAsync(paid);
        await books.AssertBooksAreCleanAsync(carrier.Merchant);
    }

    [Fact]
    public async Task Credit_IsGivenBack_TheOldestPaymentsFirst()
    {
        var carrier = await Carrier.OpenAsync(books);
        var customer = await carrier.CustomerAsync(4_00);
        var (first, second, third) =
            (await carrier.PayAsync(customer.Account, "10"), await carrier.PayAsync(customer.Account, "20"),
            await carrier.PayAsync(customer.Account, "30"));
        await carrier.AllocateAsync(first["id"], null, (customer.Bills[0], "4"));

        var several = await carrier.RefundAsync(customer.Account, null, "25", key: "key");
        Assert.True(several.Status == HttpStatusCode.Created, several.Text);
        Assert.Equal(("done", "25", null), (several["status"], several["totalAmount/value"], several["payment"]));
        Assert.Equal(("0", "1", "30"), await LeftAsync());
        Assert.Equal("4", (await carrier.Http.GetAsync(first["href"]!))["paymentItem/0/totalAmount/value"]);
        Assert.Equal(
            (HttpStatusCode.Created, several.Text),
            ((await carrier.RefundAsync(customer.Account, null, "25", key: "key")).Status,
            (await carrier.RefundAsync(customer.Account, null, "25", key: "key")).Text));
        Assert.Equal(several.Text, (await carrier.Http.GetAsync(several["href"]!)).Text);
        await books.AssertBooksAreCleanAsync(carrier.Merchant);

        var one = await carrier.RefundAsync(customer.Account, null, "1");
        Assert.Equal(second["id"], one["payment/id"]);
        var tooMuch = await carrier.RefundAsync(customer.Account, null, "30.01");
        Assert.Equal(
            (HttpStatusCode.Conflict, "conflict", 0), (tooMuch.Status, tooMuch["code"], await carrier.Http.EventsOfAsync(tooMuch)));
        Assert.Equal("done", (await carrier.RefundAsync(customer.Account, null, "30"))["status"]);
        Assert.Equal(("0", "0", "0"), await LeftAsync());
        Assert.Equal(HttpStatusCode.Conflict, (await carrier.RefundAsync(customer.Account, null, "0.01")).Status);
        Assert.Equal(3, (await carrier.ListAsync("", Carrier.Refunds)).Ids().Count);
        await books.AssertBooksAreCleanAsync(carrier.Merchant);

        async Task<(string?, string?, string?)> LeftAsync() => (
            (await carrier.ExtendedAsync(first))["unallocatedAmount/value"],
            (await carrier.ExtendedAsync(second))["unallocatedAmount/value"],
            (await carrier.ExtendedAsync(third))["unallocatedAmount/value"]);
    }

    [Fact]
    public async Task Credit_ThatAProviderHolds_IsAskedOfIt()
    {
        var carrier = await Carrier.OpenAsync(books);
        var customer = await carrier.CustomerAsync();
        var paid = await carrier.ChargeAsync(customer, 25_00);

        var refund = await carrier.RefundAsync(customer.Account, null, "20");

        Assert.Equal(("done", paid["id"]), (refund["status"], refund["payment/id"]));
        Assert.Equal("approved", await books.ScalarAsync(
            "SELECT status FROM attempt WHERE payment_id = $1 AND verb = 'refund'", Guid.Parse(paid.Headers["Quittance-Payment"])));
        Assert.Equal("5", (await carrier.ExtendedAsync(paid))["unallocatedAmount/value"]);
        await books.AssertBooksAreCleanAsync(carrier.Merchant);
    }

    [Fact]
    public async Task Refunds_OfCreditAtTheSameTime_NeverExceedIt()
    {
        var carrier = await Carrier.OpenAsync(books);
        var customer = await carrier.CustomerAsync();
        for (var payment = 0; payment < 5; payment++)
            await carrier.PayAsync(customer.Account, "10");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => carrier.RefundAsync(customer.Account, null, "15")));

        Assert.Equal(3, answers.Count(answer => answer.Status == HttpStatusCode.Created && answer["status"] == "done"));
        Assert.Equal(5, answers.Count(answer => answer.Status == HttpStatusCode.Conflict));
        await books.AssertBooksAreCleanAsync(carrier.Merchant);
    }

    [Fact]
    public async Task StoredMethod_OtherThanTheBillUnits_IsReplacedByThat()
    {
        var carrier = await Carrier.OpenAsync(books);
        var customer = await carrier.CustomerAsync();
        await carrier.OwnMethodAsync(customer.Account, "own-card");
        await carrier.PayAsync(customer.Account, "30");

        var replaced = await RefundAsync($$"""{"id":"{{customer.Instrument}}","@type":"PaymentMethodRef"}""");
        Assert.Equal(("own-card", "Ada's own Visa"), (replaced["paymentMethod/id"], replaced["paymentMethod/name"]));
        Assert.EndsWith("/brm/paymentMethods/v1/paymentMethod/own-card", replaced["paymentMethod/href"]!, StringComparison.Ordinal);
        Assert.Equal(replaced.Text, (await carrier.Http.GetAsync(replaced["href"]!)).Text);
        Assert.Equal("bankCard", (await carrier.Http.GetAsync($"{replaced["href"]}?@type=RefundOracle"))["paymentMethod/@referredType"]);
        Assert.Equal(("own-card", "Mine"), await ShownAsync("""{"id":"own-card","@type":"PaymentMethodRef","description":"Mine"}"""));
        Assert.Equal(("till", null), await ShownAsync("""{"id":"till","@type":"Cash"}"""));

        async Task<TmfAnswer> RefundAsync(string method)
        {
            var refund = await carrier.Http.PostAsync(
                Carrier.Refunds,
                    $$"""{"account":{"id":"{{customer.Account}}"},"paymentMethod":{{method}},"totalAmount":{"unit":"USD","value":5} }""");
            Assert.True(refund.Status == HttpStatusCode.Created, refund.Text);
            return refund;
        }

        async Task<(string?, string?)> ShownAsync(string method)
        {
            var refund = await RefundAsync(method);
            return (refund["paymentMethod/id"], refund["paymentMethod/description"]);
        }
    }

    [Fact]
    public async Task Refund_ThatCantBe_ChangesNothing()
    {
        var carrier = await Carrier.OpenAsync(books);
        var (customer, other) = (await carrier.CustomerAsync(), await carrier.CustomerAsync());
        var (paid, disputed) = (await carrier.ChargeAsync(customer, 25_00), await carrier.ChargeAsync(other, 25_00));
        var pending = await carrier.PayAsync(customer.Account, "5", "BankCard");
        var failed = await carrier.Http.PostAsync(
            Carrier.Payments, (await carrier.Customers.CreateAsync(Customers.CardOf("4000000000000002"))).Payment(5_00));
        var refund = await carrier.RefundAsync(customer.Account, paid["id"], "1");
        await carrier.DisputeAsync(disputed, 10_00);
        var number = refund["id"]![(refund["id"]!.LastIndexOf('+') + 1)..];

        foreach (var (what, answer, status, code, named) in new[]
            {
                ("more than is left", await carrier.RefundAsync(customer.Account, paid["id"], "24.01"), 409, "conflict", "less left"),
                ("of a disputed payment", await carrier.RefundAsync(other.Account, disputed["id"], "1"), 409, "conflict", "disputes"),
                ("of credit that is disputed", await carrier.RefundAsync(other.Account, null, "1"), 409, "conflict", "credit"),
                ("of a payment that is pending", await carrier.RefundAsync(customer.Account, pending["id"], "1"), 409, "conflict",
                    "payment.id"),
                ("of a failed payment", await carrier.RefundAsync(failed["account/id"]!, failed["id"], "1"), 409, "conflict", "payment.id"),
                ("of another account's payment", await carrier.RefundAsync(other.Account, paid["id"], "1"), 404, "notFound", "payment.id"),
                ("of an unknown payment", await carrier.RefundAsync(customer.Account, "P1-1", "1"), 404, "notFound", "payment.id"),
                ("of a refund, by its item number", await carrier.RefundAsync(customer.Account, $"R1-{number}", "1"), 404, "notFound",
                    "payment.id"),
                ("of a refund", await carrier.RefundAsync(customer.Account, refund["id"], "1"), 400, "invalidValue", "payment.id"),
                ("for an unknown account", await carrier.RefundAsync("nobody", null, "1"), 404, "notFound", "account.id"),
                ("for a bill", await carrier.RefundAsync("0.0.0.1+-bill+1", null, "1"), 400, "invalidValue", "account.id"),
                ("in another currency", await ChangedAsync(paid["id"], "USD", "EUR"), 400, "invalidValue", "totalAmount.unit"),
                ("of credit in another currency", await ChangedAsync(null, "USD", "EUR"), 400, "invalidValue", "totalAmount.unit"),
                ("of nothing", await carrier.RefundAsync(customer.Account, paid["id"], "0"), 400, "invalidValue", "totalAmount.value"),
                ("of no money", await ChangedAsync(paid["id"], "\"unit\":\"USD\",\"value\":1", ""), 400, "missingAttribute",
                    "totalAmount.unit"),
                ("with an unknown member", await carrier.RefundAsync(
                    customer.Account, paid["id"], "1", ",\"payer\":{\"id\":\"P\",\"@referredType\":\"I\"}"), 400, "invalidValue", "payer"),
                ("without a type of method", await ChangedAsync(paid["id"], ",\"@type\":\"Cash\"", ""), 400, "missingAttribute",
                    "paymentMethod.@type"),
                ("of another type", await carrier.RefundAsync(customer.Account, paid["id"], "1", ",\"@type\":\"Payment_Create\""), 400,
                    "invalidValue", "@type"),
                ("by nobody", await carrier.RefundAsync(customer.Account, paid["id"], "1", ",\"requestor\":{\"id\":\"P\"}"), 400,
                    "missingAttribute", "requestor.@referredType"),
                ("with a parameter",
                    await carrier.Http.PostAsync($"{Carrier.Refunds}?@type=Refund", Carrier.RefundBody(customer.Account, paid["id"], "1")),
                    400, "unknownFilter", "@type"),
            })
        {
            Assert.True((status, code) == ((int)answer.Status, answer["code"]), $"{what}: {answer.Text}");
            Assert.Contains(named, answer["reason"]!, StringComparison.Ordinal);
            Assert.Equal((what, 0), (what, await carrier.Http.EventsOfAsync(answer)));
        }

        Assert.Equal("24", (await carrier.ExtendedAsync(paid))["unallocatedAmount/value"]);
        await books.AssertBooksAreCleanAsync(carrier.Merchant);

        Task<TmfAnswer> ChangedAsync(string? payment, string from, string to) => carrier.Http.PostAsync(
            Carrier.Refunds, Carrier.RefundBody(customer.Account, payment, "1")
                .Replace("\"value\":1 ", "\"value\":1", StringComparison.Ordinal).Replace(from, to, StringComparison.Ordinal));
    }

    [Fact]
    public async Task List_IsFilteredAsPaymentsAre()
    {
        var carrier = await Carrier.OpenAsync(books);
        var (one, other) = (await carrier.CustomerAsync(), await carrier.CustomerAsync());
        await carrier.PayAsync(one.Account, "30");
        await carrier.PayAsync(other.Account, "30");
        TmfAnswer[] refunds =
            [await carrier.RefundAsync(one.Account, null, "1"), await carrier.RefundAsync(other.Account, null, "2.5"),
            await carrier.RefundAsync(one.Account, null, "3")];
        var number = refunds[1]["id"]![(refunds[1]["id"]!.LastIndexOf('+') + 1)..];

        foreach (var (query, expected) in new (string Query, int[] Expected)[]
            {
                ("", [2, 1, 0]), ($"?account.id={one.Account}", [2, 0]), ($"?id={refunds[1]["id"]}", [1]), ($"?id=R1-{number}", [1]),
                ("?id=P1-1", []),
                ("?totalAmount.value=2.5", [1]), ("?totalAmount.value.gt=1&totalAmount.value.lte=3", [2, 1]), ("?limit=1", [2]),
                ("?offset=2", [0]),
                ($"?refundDate={refunds[0]["refundDate"]}&totalAmount.value=1", [0]), ("?refundDate.gt=2099-01-01", []),
                ("?refundDate.lt=2099-01-01&fields=status&@type=RefundOracle", [2, 1, 0]),
            })
        {
            Assert.Equal(
                (query, string.Join(' ', expected.Select(index => refunds[index]["id"]))),
                (query, string.Join(' ', (await carrier.ListAsync(query, Carrier.Refunds)).Ids())));
        }

        Assert.Equal($"[{refunds[1].Text}]", (await carrier.ListAsync($"?account.id={other.Account}", Carrier.Refunds)).Text);
    }
}
