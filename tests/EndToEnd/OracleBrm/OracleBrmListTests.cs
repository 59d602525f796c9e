using System.Globalization;
using System.Net;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>Lists of payments and refunds through Oracle BRM's API.</summary>
public sealed class OracleBrmListTests(BooksFixture books)
{
    [Fact]
    public async Task Pages_LeadFromTheNewestToTheOldest()
    {
        var carrier = await Carrier.OpenAsync(books);
        var customer = await carrier.CustomerAsync();
        List<string> paid = [];
        for (var amount = 1; amount <= 5; amount++)
            paid.Insert(0, (await carrier.PayAsync(customer.Account, $"{amount}"))["id"]!);

        var whole = await carrier.ListAsync();
        Assert.Equal(paid, whole.Ids());
        Assert.Equal(("5", null), (whole.Headers["X-Total-Count"], whole.Next()));

        List<string> walked = [];
        for (string? next = $"?limit=2&account.id={customer.Account}&fields=status"; next is not null;)
        {
            var page = next[0] == '?' ? await carrier.ListAsync(next) : await carrier.ListAsync("", new Uri(next).PathAndQuery);
            Assert.InRange(page.Ids().Count, 1, 2);
            Assert.Equal("5", page.Headers["X-Total-Count"]);
            walked.AddRange(page.Ids());
            next = page.Next();
        }

        Assert.Equal(paid, walked);
        Assert.Equal(paid[3..], (await carrier.ListAsync("?offset=3")).Ids());
        Assert.Equal(("[]", "5"), await TextAsync("?offset=5"));
        Assert.Equal(("[]", "5"), await TextAsync("?offset=99999999999999999999"));
        Assert.Equal(("[]", "5"), await TextAsync("?limit=0"));
        Assert.Equal(paid, (await carrier.ListAsync("?limit=1000000000")).Ids());

        async Task<(string Text, string Total)> TextAsync(string query)
        {
            var list = await carrier.ListAsync(query);
            return (list.Text, list.Headers["X-Total-Count"]);
        }
    }

    [Fact]
    public async Task Filters_FindExactlyWhatShowsWhatTheyAskFor()
    {
        var carrier = await Carrier.OpenAsync(books);
        var (one, other) = (await carrier.CustomerAsync(30_00, 20_00), await carrier.CustomerAsync(10_00));
        TmfAnswer[] payments =
        [
            await carrier.PayAsync(other.Account, "10"), await carrier.ChargeAsync(one, 42_50), await carrier.PayAsync(one.Account, "0.01"),
            await carrier.PayAsync(one.Account, "10", "BankCard"),
            await carrier.PayAsync(other.Account, "12", more: $",\"paymentItem\":[{{\"item\":{{\"id\":\"{other.Bills[0]}\"}}}}]"),
        ];
        var second = payments[2]["paymentDate"]![..19];
        var date = Date(payments[1]);
        var number = payments[1]["id"]![(payments[1]["id"]!.LastIndexOf('+') + 1)..];
        var plain = Uri.EscapeDataString(payments[0]["id"]!);

        foreach (var (query, expected) in new (string Query, Func<TmfAnswer, bool> Expected)[]
            {
                ($"?account.id={one.Account}", payment => payment["account/id"] == one.Account),
                ($"?account.id={Uri.EscapeDataString(other.Account)}&@type=Payment", payment => payment["account/id"] == other.Account),
                ($"?account.id=0.9.9.9%2B-account%2B{await NumberOfAsync(carrier, other)}",
                    payment => payment["account/id"] == other.Account),
                ("?account.id=nobody", _ => false),
                ("?account.id=", _ => false),
                ($"?bill.id={one.Bills[0]}", payment => payment == payments[1]),
                ($"?bill.id={Uri.EscapeDataString(one.Bills[1])}", payment => payment == payments[1]),
                ($"?bill.id={other.Bills[0]}&account.id={other.Account}", payment => payment == payments[4]),
                ($"?bill.id={other.Bills[0]}&account.id={one.Account}", _ => false),
                ("?bill.id=0.0.0.1+-bill+1", _ => false),
                ($"?id={plain}", payment => payment == payments[0]),
                ($"?id={payments[1]["id"]}", payment => payment == payments[1]),
                ($"?id=P1-{number}", payment => payment == payments[1]),
                ($"?id={payments[1].Headers["Quittance-Payment"]}", payment => payment == payments[1]),
                ("?id=0.0.0.1+-item-payment+1", _ => false),
                ("?id=x", _ => false),
                ("?status=Unallocated", payment => payment["status"] == "done" && payment != payments[1] && payment["id"] is not null),
                ($"?status=Unallocated&account.id={one.Account}&@type=PaymentOracle", payment => payment == payments[2]),
                ("?totalAmount.value=10", payment => payment["totalAmount/value"] == "10"),
                ("?totalAmount.value=10.00&status=Unallocated", payment => payment == payments[0]),
                ("?totalAmount.value.gt=10", payment => Value(payment) > 10),
                ("?totalAmount.value.gte=10&totalAmount.value.lt=42.5", payment => Value(payment) is >= 10 and < 42.5m),
                ("?totalAmount.value.lte=0.01", payment => Value(payment) <= 0.01m),
                ("?totalAmount.value.lt=-1", _ => false),
                ($"?paymentDate={second}Z", payment => payment["paymentDate"]?.StartsWith(second, StringComparison.Ordinal) == true),
                ($"?paymentDate={second}", payment => payment["paymentDate"]?.StartsWith(second, StringComparison.Ordinal) == true),
                ($"?paymentDate={payments[1]["paymentDate"]}", payment => payment["paymentDate"] == payments[1]["paymentDate"]),
                ($"?paymentDate.gt={payments[1]["paymentDate"]}", payment => Date(payment) > date),
                ($"?paymentDate.gte={payments[1]["paymentDate"]}", payment => Date(payment) >= date),
                ($"?paymentDate.lt={payments[1]["paymentDate"]}", payment => Date(payment) < date),
                ($"?paymentDate.lte={payments[1]["paymentDate"]}", payment => Date(payment) <= date),
                ($"?paymentDate.lte={date!.Value.ToOffset(TimeSpan.FromHours(2)).ToString(
                    "yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture)}", payment => Date(payment) <= date),
                ("?paymentDate.gt=2099-01-01T00:00:00-08:00", _ => false),
                ("?paymentDate.gt=2001-01-01", payment => payment["paymentDate"] is not null),
            })
        {
            Assert.Equal(
                (query, string.Join('\n', payments.Where(expected).Select(payment => payment["id"]).Reverse())),
                (query, string.Join('\n', (await carrier.ListAsync(query)).Ids())));
        }

        await carrier.RefundAsync(one.Account, payments[1]["id"], "42.5");
        Assert.Equal("[]", (await carrier.ListAsync($"?bill.id={one.Bills[0]}")).Text);
        await books.AssertBooksAreCleanAsync(carrier.Merchant);

        static decimal Value(TmfAnswer payment) => decimal.Parse(payment["totalAmount/value"]!, CultureInfo.InvariantCulture);

        static DateTimeOffset? Date(TmfAnswer payment) =>
            payment["paymentDate"] is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : null;
    }

    [Fact]
    public async Task Fields_SelectAttributes_AndKeepIdHrefAndType()
    {
        var carrier = await Carrier.OpenAsync(books);
        var customer = await carrier.CustomerAsync(4_00);
        var paid = await carrier.PayAsync(customer.Account, "12.5");
        await carrier.AllocateAsync(paid["id"], null, (customer.Bills[0], "4"));

        Assert.Equal(
            $$$"""[{"id":"{{{paid["id"]}}}","href":"{{{paid["href"]}}}","@type":"PaymentOracle","unallocatedAmount":"""
                + $$$"""{"unit":"USD","value":8.5,"@baseType":null,"@schemaLocation":null,"@type":null}}]""",
            (await carrier.ListAsync(
                $"?@type=PaymentOracle&account.id={customer.Account}&status=Unallocated&paymentDate.gte=2026-01-01T00:00:00-08:00"
                    + "&fields=unallocatedAmount")).Text);
        Assert.Equal(
            $$"""{"id":"{{paid["id"]}}","href":"{{paid["href"]}}","status":"done","payer":null,"@type":"Payment"}""",
            (await carrier.Http.GetAsync($"{Carrier.Payments}/{paid["id"]}?fields=status,payer")).Text);
        Assert.Equal(
            $$"""[{"id":"{{paid["id"]}}","href":"{{paid["href"]}}","@type":"Payment"}]""", (await carrier.ListAsync("?fields=id")).Text);
        Assert.Equal($"[{(await carrier.Http.GetAsync(paid["href"]!)).Text}]", (await carrier.ListAsync()).Text);
    }

    [Theory]
    [InlineData("payment", "nickname=x", "unknownFilter", "nickname")]
    [InlineData("payment", "href=x", "unknownFilter", "href")]
    [InlineData("payment", "account.name=x", "unknownFilter", "account.name")]
    [InlineData("payment", "correlatorId=x", "unknownFilter", "correlatorId")]
    [InlineData("payment", "id.gt=P1-1", "invalidValue", "id.gt")]
    [InlineData("payment", "account.id.lte=A", "invalidValue", "account.id.lte")]
    [InlineData("payment", "status.lt=Unallocated", "invalidValue", "status.lt")]
    [InlineData("payment", "paymentDate.eq=2026-01-01", "unknownFilter", "paymentDate.eq")]
    [InlineData("payment", "paymentDate=yesterday", "invalidValue", "paymentDate")]
    [InlineData("payment", "paymentDate.gt=2026-02-30T00:00:00Z", "invalidValue", "paymentDate.gt")]
    [InlineData("payment", "paymentDate=", "invalidValue", "paymentDate")]
    [InlineData("payment", "totalAmount.value=ten", "invalidValue", "totalAmount.value")]
    [InlineData("payment", "totalAmount.value.gt=1,5", "invalidValue", "totalAmount.value.gt")]
    [InlineData("payment", "totalAmount.value=", "invalidValue", "totalAmount.value")]
    [InlineData("payment", "status=done", "invalidValue", "status")]
    [InlineData("payment", "status=unallocated", "invalidValue", "status")]
    [InlineData("payment", "id=0.0.0.1+-bill+7", "invalidValue", "id")]
    [InlineData("payment", "id=0.0.0.1%2B-item-refund%2B7", "invalidValue", "id")]
    [InlineData("payment", "account.id=0.0.0.1+-bill+7", "invalidValue", "account.id")]
    [InlineData("payment", "bill.id=0.0.0.1+-account+7", "invalidValue", "bill.id")]
    [InlineData("payment", "account.id=A&account.id=B", "invalidValue", "account.id")]
    [InlineData("payment", "fields=nickname", "invalidValue", "nickname")]
    [InlineData("payment", "fields=status,nickname", "invalidValue", "nickname")]
    [InlineData("payment", "fields=account.id", "invalidValue", "account.id")]
    [InlineData("payment", "fields=none", "invalidValue", "none")]
    [InlineData("payment", "fields=", "invalidValue", "fields")]
    [InlineData("payment", "fields=unallocatedAmount", "invalidValue", "unallocatedAmount")]
    [InlineData("payment", "limit=-1", "invalidValue", "limit")]
    [InlineData("payment", "limit=ten", "invalidValue", "limit")]
    [InlineData("payment", "limit=1&limit=2", "invalidValue", "limit")]
    [InlineData("payment", "offset=-1", "invalidValue", "offset")]
    [InlineData("payment", "offset=1.5", "invalidValue", "offset")]
    [InlineData("payment", "after=x", "invalidValue", "after")]
    [InlineData("payment", "@type=RefundOracle", "unknownFilter", "@type")]
    [InlineData("payment", "@type=", "unknownFilter", "@type")]
    [InlineData("refund", "status=Unallocated", "unknownFilter", "status")]
    [InlineData("refund", "bill.id=B", "unknownFilter", "bill.id")]
    [InlineData("refund", "paymentDate=2026-01-01", "unknownFilter", "paymentDate")]
    [InlineData("refund", "id=0.0.0.1+-item-payment+7", "invalidValue", "id")]
    [InlineData("refund", "refundDate.lt=soon", "invalidValue", "refundDate.lt")]
    [InlineData("refund", "fields=payer", "invalidValue", "payer")]
    [InlineData("refund", "@type=PaymentOracle", "unknownFilter", "@type")]
    [InlineData("refund/R1-1", "limit=1", "unknownFilter", "limit")]
    [InlineData("payment/P1-1", "status=Unallocated", "unknownFilter", "status")]
    [InlineData("payment/P1-1", "fields=unallocatedAmount", "invalidValue", "unallocatedAmount")]
    public async Task Query_ThatCantBeMeant_IsRefusedByName(string path, string query, string code, string named)
    {
        var refused = await new TmfHttp(books, "demo-brm").GetAsync($"/brm/payment/v4/{path}?{query}");

        Assert.True((HttpStatusCode.BadRequest, code) == (refused.Status, refused["code"]), refused.Text);
        Assert.Contains(named, refused["reason"]!, StringComparison.Ordinal);
        Assert.Equal("400", refused["status"]);
    }

    [Fact]
    public async Task Parameter_ThatIsSentTwice_IsRefused_AndTheTextSaysSo()
    {
        var refused = await new TmfHttp(books, "demo-brm").GetAsync("/brm/payment/v4/payment?account.id=A&account.id=B");
        Assert.Equal("account.id is given more than once. Give each parameter once.", $"{refused["reason"]} {refused["message"]}");
    }

    [Fact]
    public async Task Lists_ShowNobodyElsesPayments()
    {
        var (ours, theirs) = (await Carrier.OpenAsync(books), await Carrier.OpenAsync(books));
        var customer = await theirs.CustomerAsync(10_00);
        var paid = await theirs.ChargeAsync(customer, 10_00);
        await theirs.RefundAsync(customer.Account, paid["id"], "1");

        foreach (var query in (string[])["", $"?account.id={customer.Account}", $"?id={paid["id"]}",
            $"?id={paid.Headers["Quittance-Payment"]}", $"?bill.id={customer.Bills[0]}"])
        {
            Assert.Equal(
                (query, "[]", "0"), (query, (await ours.ListAsync(query)).Text, (await ours.ListAsync(query)).Headers["X-Total-Count"]));
        }

        Assert.Equal("[]", (await ours.ListAsync("", Carrier.Refunds)).Text);
        Assert.Equal(HttpStatusCode.NotFound, (await ours.Http.GetAsync($"{Carrier.Payments}/{paid["id"]}")).Status);
    }

    private async Task<long> NumberOfAsync(Carrier carrier, Customer customer) => (long)(await books.ScalarAsync(
        "SELECT a.number FROM account a JOIN reference r ON r.merchant_id = a.merchant_id AND r.object_id = a.id WHERE a.merchant_id = $1 "
            + "AND r.value = $2",
        carrier.Merchant.Value, customer.Account))!;
}
