using System.Net;
using Quittance.Tests.Providers;
using Quittance.Tests.Running;

namespace Quittance.Tests;

public sealed class RefundHttpTests(BooksFixture books)
{
    private const string Path = Telco.Refunds;

    [Theory]
    [InlineData("/paymentManagement/v4/refund")]
    [InlineData("/payment/v4/refund/")]
    public async Task The_smallest_refund_succeeds_each_time(string path)
    {
        var telco = await books.Merchants.CreateAsync("Telco", TestContext.Current.CancellationToken);
        var http = await Telco.ClientOfAsync(books, telco);
        const string Body = """{"account":{"id":"A-1"},"paymentMethod":{},"totalAmount":{}}""";
        var first = await http.PostAsync(path, Body);
        var second = await http.PostAsync(path, Body);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.Status, second.Status));
        Assert.NotEqual(first["id"], second["id"]);
        Assert.Equal(
            ["id", "href", "status", "statusDate", "account", "paymentMethod", "totalAmount", "@type"],
            first.Body.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("pendingAuthorization", "{}", "Refund", "BillingAccount"),
            (first["status"], first["totalAmount"], first["@type"], first["account/@referredType"]));
        Assert.Equal(first["href"], first.Location);
        Assert.EndsWith($"{path.TrimEnd('/')}/{first["id"]}", first["href"]!, StringComparison.Ordinal);
        Assert.Equal(
            (HttpStatusCode.OK, first.Text), ((await http.GetAsync(first["href"]!)).Status, (await http.GetAsync(first["href"]!)).Text));
        Assert.Equal([first["id"]!, second["id"]!], (await http.ListAsync("?account.id=A-1", path)).Ids());
        foreach (var query in (
            string[])[$"?id={first["id"]}", $"?href={first["href"]}", $"?status=pendingAuthorization&id={first["id"]}&@type=Refund"])
        {
            Assert.Equal($"[{first.Text}]", (await http.ListAsync(query, path)).Text);
        }

        await books.AssertBooksAreCleanAsync(telco);
    }

    [Fact]
    public async Task Refunds_ThroughTheProvider_AreDoneUpToWhatWasCaptured()
    {
        await using var telco = await Refunds.OpenAsync(books);
        var (customer, payment) = await telco.PaidAsync(25_00, 20_00);
        var more =
            ",\"correlatorId\":\"r-1\",\"description\":\"Two unused days\",\"requestor\":{\"id\":\"P-1\",\"@referredType\":\"Individual\"}";

        var first = await telco.RefundAsync(customer.Account, payment, "10", more, $"key {payment}");
        var byKey = await telco.RefundAsync(customer.Account, payment, "10", more, $"key {payment}");
        var byCorrelator = await telco.RefundAsync(customer.Account, payment, "10", more);
        var other = await telco.RefundAsync(customer.Account, payment, "11", more);
        Assert.True(first.Status == HttpStatusCode.Created, first.Text);
        Assert.Equal(
            ("done", "10", payment, "P-1"), (first["status"], first["totalAmount/value"], first["payment/id"], first["requestor/id"]));
        Assert.NotNull(first["refundDate"]);
        Assert.Equal((HttpStatusCode.Created, first.Text, "true"), (byKey.Status, byKey.Text, byKey.Headers["Idempotency-Replayed"]));
        Assert.Equal((HttpStatusCode.Created, first.Text, "true"),
            (byCorrelator.Status, byCorrelator.Text, byCorrelator.Headers["Idempotency-Replayed"]));
        Assert.Equal((HttpStatusCode.Conflict, "conflict"), (other.Status, other["code"]));

        Assert.Equal("done", (await telco.RefundAsync(customer.Account, payment, "15"))["status"]);
        var excess = await telco.RefundAsync(customer.Account, payment, "0.01");
        Assert.Equal((HttpStatusCode.Conflict, "conflict"), (excess.Status, excess["code"]));
        Assert.Equal((25_00, 25_00), (await telco.RefundedMinorAsync(payment), await telco.RefundedByProviderMinorAsync(payment)));
        Assert.Equal("done", (await telco.Http.GetAsync($"{Telco.Payments}/{payment}"))["status"]);
        Assert.Equal(
            2, (await telco.Http.ListAsync($"?account.id={Uri.EscapeDataString(customer.Account)}&status=done", Path)).Ids().Count);
        Assert.Equal(
            [first["id"]!], (await telco.Http.ListAsync("?correlatorId=r-1&totalAmount.value.lt=11&requestor.id=P-1", Path)).Ids());
        await books.AssertBooksAreCleanAsync(telco.Merchant);
    }

    [Fact]
    public async Task Refund_ThatTheProviderRefuses_LeavesThePaymentAsItWas()
    {
        await using var telco = await Refunds.OpenAsync(books);
        var (customer, payment) = await telco.PaidAsync(25_00, 25_00);
        var before = await telco.Http.GetAsync($"{Telco.Payments}/{payment}");
        await telco.RefundElsewhereAsync(payment, 20_00);

        var refused = await telco.RefundAsync(customer.Account, payment, "10", key: $"key {payment}");
        var again = await telco.RefundAsync(customer.Account, payment, "10", key: $"key {payment}");

        Assert.Equal((HttpStatusCode.Created, "failed", null),
            (refused.Status, refused["status"], refused.Body.TryGetProperty("refundDate", out _) ? "" : null));
        Assert.Equal((HttpStatusCode.Created, refused.Text), (again.Status, again.Text));
        Assert.Equal(0, await telco.RefundedMinorAsync(payment));
        Assert.Equal(before.Text, (await telco.Http.GetAsync($"{Telco.Payments}/{payment}")).Text);
        Assert.Equal("done", (await telco.RefundAsync(customer.Account, payment, "5"))["status"]);
        await books.AssertBooksAreCleanAsync(telco.Merchant);
    }

    [Fact]
    public async Task Credit_OfMoreThanAHundredPayments_IsGivenBack()
    {
        var telco = await books.Merchants.CreateAsync("Telco", TestContext.Current.CancellationToken);
        var http = await Telco.ClientOfAsync(books, telco);
        await Task.WhenAll(
            Enumerable.Range(0, 120).Select(_ => http.PayAsync("A-1", """{"@type":"Cash"}""", """{"unit":"USD","value":1}""")));

        var refund = await http.PostAsync(Path, Refunds.Body("A-1", null, "110"));

        Assert.Equal((HttpStatusCode.Created, "done", "110"), (refund.Status, refund["status"], refund["totalAmount/value"]));
        Assert.Equal(HttpStatusCode.Conflict, (await http.PostAsync(Path, Refunds.Body("A-1", null, "10.01"))).Status);
        await books.AssertBooksAreCleanAsync(telco);
    }

    [Theory]
    [InlineData(Muffling.Request)]
    [InlineData(Muffling.Answer)]
    internal async Task Refund_ThatTheProviderDoesNotAnswer_IsPendingUntilRecoveryFindsOut(Muffling muffling)
    {
        await using var telco = await Refunds.OpenAsync(books);
        var (customer, payment) = await telco.PaidAsync(25_00);
        telco.Provider.Refunds = muffling;

        var pending = await telco.RefundAsync(customer.Account, payment, "10", key: $"key {payment}");
        Assert.Equal((HttpStatusCode.Created, "pendingAuthorization"), (pending.Status, pending["status"]));
        Assert.Equal(10_00, await telco.RefundedMinorAsync(payment));
        await books.AssertBooksAreCleanAsync(telco.Merchant);
        telco.Provider.Refunds = Muffling.None;

        await NoticePost.UntilAsync(async () => (await telco.Http.GetAsync(pending["href"]!))["status"] == "done");
        var again = await telco.RefundAsync(customer.Account, payment, "10", key: $"key {payment}");
        Assert.Equal((HttpStatusCode.Created, pending.Text), (again.Status, again.Text));
        Assert.Equal((10_00, 10_00), (await telco.RefundedMinorAsync(payment), await telco.RefundedByProviderMinorAsync(payment)));
        await books.AssertBooksAreCleanAsync(telco.Merchant);
    }

    [Fact]
    public async Task Refunds_AtTheSameTime_NeverExceedThePayment()
    {
        await using var telco = await Refunds.OpenAsync(books);
        var (customer, payment) = await telco.PaidAsync(50_00);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => telco.RefundAsync(customer.Account, payment, "15")));

        Assert.Equal(3, answers.Count(answer => answer.Status == HttpStatusCode.Created && answer["status"] == "done"));
        Assert.Equal(5, answers.Count(answer => answer.Status == HttpStatusCode.Conflict));
        Assert.Equal((45_00, 45_00), (await telco.RefundedMinorAsync(payment), await telco.RefundedByProviderMinorAsync(payment)));
        await books.AssertBooksAreCleanAsync(telco.Merchant);
    }

    [Fact]
    public async Task SharedRefund_WhoseShareIsDeclinedLate_IsAnsweredAgainToTheByte()
    {
        await using var telco = await Refunds.OpenAsync(books);
        var (customer, payment) = await telco.PaidAsync(7_00);
        await telco.PayAgainAsync(customer, 8_00);
        var first = await telco.RefundAsync(customer.Account, null, "15", key: "key");
        Assert.Equal(("done", "15"), (first["status"], first["totalAmount/value"]));

        await telco.DeclineRefundAsync(payment);

        var again = await telco.RefundAsync(customer.Account, null, "15", key: "key");
        Assert.Equal((HttpStatusCode.Created, first.Text), (again.Status, again.Text));
        Assert.Equal("8", (await telco.Http.GetAsync(first["href"]!))["totalAmount/value"]);
        await books.AssertBooksAreCleanAsync(telco.Merchant);
    }

    [Fact]
    public async Task Credit_IsGivenBack_OfTheOldestPaymentsFirst()
    {
        var telco = await books.Merchants.CreateAsync("Telco", TestContext.Current.CancellationToken);
        var http = await Telco.ClientOfAsync(books, telco);
        List<string> payments = [];
        foreach (var value in (int[])[5, 10, 20])
            payments.Add((await http.PayAsync("A-1", """{"@type":"Cash"}""", $$"""{"unit":"USD","value":{{value}}}"""))["id"]!);

        var first = await http.PostAsync(Path, Refunds.Body("A-1", null, "5"));
        var shared = await http.PostAsync(Path, Refunds.Body("A-1", null, "15", ",\"description\":\"Moved away\""), "key");
        var again = await http.PostAsync(Path, Refunds.Body("A-1", null, "15", ",\"description\":\"Moved away\""), "key");
        var excess = await http.PostAsync(Path, Refunds.Body("A-1", null, "15.01"));

        Assert.Equal((HttpStatusCode.Created, "done", payments[0]), (first.Status, first["status"], first["payment/id"]));
        Assert.EndsWith($"{Telco.Payments}/{payments[0]}", first["payment/href"]!, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.Created, "done", "15", "Moved away"),
            (shared.Status, shared["status"], shared["totalAmount/value"], shared["description"]));
        Assert.False(shared.Body.TryGetProperty("payment", out _));
        Assert.Equal((shared.Text, "true"), (again.Text, again.Headers["Idempotency-Replayed"]));
        Assert.Equal((HttpStatusCode.Conflict, "conflict"), (excess.Status, excess["code"]));

        // Its shares are not seen.
        Assert.Equal([first["id"]!, shared["id"]!], (await http.ListAsync("?account.id=A-1", Path)).Ids());
        Assert.Equal(shared.Text, (await http.GetAsync(shared["href"]!)).Text);
        var share = await books.ScalarAsync("SELECT id FROM refund WHERE share_of = $1 AND amount_minor = 1000", Guid.Parse(shared["id"]!));
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync($"{Path}/{share}")).Status);
        await books.AssertBooksAreCleanAsync(telco);
    }

    [Theory]
    [InlineData(Muffling.Request)]
    [InlineData(Muffling.Answer)]
    internal async Task Credit_OfSeveralCardPayments_IsGivenBackByTheProvider_AlsoWhereItIsSilentFirst(Muffling muffling)
    {
        await using var telco = await Refunds.OpenAsync(books);
        var (customer, first) = await telco.PaidAsync(20_00);
        var second = await telco.PayAgainAsync(customer, 10_00);
        telco.Provider.Refunds = muffling;

        var pending = await telco.RefundAsync(customer.Account, null, "25");
        Assert.Equal((HttpStatusCode.Created, "pendingAuthorization"), (pending.Status, pending["status"]));
        Assert.Equal((20_00, 5_00), (await telco.RefundedMinorAsync(first), await telco.RefundedMinorAsync(second)));
        await books.AssertBooksAreCleanAsync(telco.Merchant);
        telco.Provider.Refunds = Muffling.None;

        await NoticePost.UntilAsync(async () => (await telco.Http.GetAsync(pending["href"]!))["status"] == "done");
        Assert.Equal((20_00, 5_00), (await telco.RefundedByProviderMinorAsync(first), await telco.RefundedByProviderMinorAsync(second)));
        await books.AssertBooksAreCleanAsync(telco.Merchant);
    }

    [Fact]
    public async Task Credit_OfWhichOneProviderGivesNothingBack_IsARefundOfTheRest()
    {
        await using var telco = await Refunds.OpenAsync(books);
        var (customer, first) = await telco.PaidAsync(20_00);
        var second = await telco.PayAgainAsync(customer, 10_00);
        var third = await telco.PayAgainAsync(customer, 50_00);
        await telco.RefundElsewhereAsync(first, 20_00);

        var refund = await telco.RefundAsync(customer.Account, null, "30");

        Assert.Equal((HttpStatusCode.Created, "done", "10"),
            (refund.Status, refund["status"], refund.Body.GetProperty("totalAmount").GetProperty("value").GetRawText()));
        Assert.Equal((0, 10_00, 0),
            (await telco.RefundedMinorAsync(first), await telco.RefundedMinorAsync(second), await telco.RefundedMinorAsync(third)));
        await books.AssertBooksAreCleanAsync(telco.Merchant);
    }

    [Fact]
    public async Task Credit_OfWhichNoProviderGivesAnythingBack_IsAFailedRefund()
    {
        await using var telco = await Refunds.OpenAsync(books);
        var (customer, first) = await telco.PaidAsync(20_00);
        var second = await telco.PayAgainAsync(customer, 10_00);
        await telco.RefundElsewhereAsync(first, 20_00);
        await telco.RefundElsewhereAsync(second, 10_00);

        var refund = await telco.RefundAsync(customer.Account, null, "30");

        Assert.Equal((HttpStatusCode.Created, "failed", "30"),
            (refund.Status, refund["status"], refund.Body.GetProperty("totalAmount").GetProperty("value").GetRawText()));
        Assert.Equal((0, 0), (await telco.RefundedMinorAsync(first), await telco.RefundedMinorAsync(second)));
        await books.AssertBooksAreCleanAsync(telco.Merchant);
    }

    [Fact]
    public async Task Refund_OfWhatCantBeGivenBack_IsAConflict()
    {
        await using var telco = await Refunds.OpenAsync(books);
        var (customer, payment) = await telco.PaidAsync(25_00);
        var (other, disputed) = await telco.PaidAsync(25_00);
        var pending = await telco.Http.PayAsync(customer.Account, total: """{"unit":"USD","value":5}""");
        var refund = await telco.RefundAsync(customer.Account, payment, "1");
        var (unlucky, failed) = await telco.FailedAsync(5_00);
        await telco.DisputeAsync(disputed, 10_00);

        foreach (var (what, answer) in new[]
            {
                ("exceeds", await telco.RefundAsync(customer.Account, payment, "24.01")),
                ("disputed", await telco.RefundAsync(other.Account, disputed, "1")),
                ("not captured", await telco.RefundAsync(customer.Account, pending["id"], "1")),
                ("failed", await telco.RefundAsync(unlucky.Account, failed, "1")),
                ("of another account", await telco.RefundAsync(other.Account, payment, "1")),
                ("of an unknown account", await telco.RefundAsync("nobody", payment, "1")),
                ("of nobody", await telco.RefundAsync("nobody", null, "1")),
                ("unknown payment", await telco.RefundAsync(customer.Account, "0198a000-0000-7000-8000-000000000000", "1")),
                ("a refund", await telco.RefundAsync(customer.Account, refund["id"], "1")),
                ("another currency", await telco.Http.PostAsync(
                    Path, Refunds.Body(customer.Account, payment, "1").Replace("USD", "EUR", StringComparison.Ordinal))),
            })
        {
            Assert.Equal((what, HttpStatusCode.Conflict, "conflict"), (what, answer.Status, answer["code"]));
            Assert.Equal((what, 0), (what, await telco.Http.EventsOfAsync(answer)));
        }

        Assert.Equal(1_00, await telco.RefundedMinorAsync(payment));
        await books.AssertBooksAreCleanAsync(telco.Merchant);
    }

    [Theory]
    [InlineData("""{"paymentMethod":{},"totalAmount":{}}""", "missingAttribute", "account")]
    [InlineData("""{"account":{"id":""},"paymentMethod":{},"totalAmount":{}}""", "invalidValue", "account.id")]
    [InlineData("""{"account":{"id":"A"},"totalAmount":{}}""", "missingAttribute", "paymentMethod")]
    [InlineData("""{"account":{"id":"A"},"paymentMethod":{}}""", "missingAttribute", "totalAmount")]
    [InlineData(
        """{"account":{"id":"A"},"paymentMethod":{},"totalAmount":{"unit":"USD","value":0}}""", "invalidValue", "totalAmount.value")]
    [InlineData("""{"account":{"id":"A"},"paymentMethod":{},"totalAmount":{},"@type":"Payment"}""", "invalidValue", "@type")]
    [InlineData("""{"account":{"id":"A"},"paymentMethod":{},"totalAmount":{},"payment":{}}""", "missingAttribute", "payment.id")]
    [InlineData("""{"account":{"id":"A"},"paymentMethod":{},"totalAmount":{},"requestor":{"id":"P"}}""", "missingAttribute",
        "requestor.@referredType")]
    [InlineData("""{"account":{"id":"A"},"paymentMethod":{},"totalAmount":{},"refundDate":"yesterday"}""", "invalidValue", "refundDate")]
    public async Task A_bad_body_is_refused(string body, string code, string named)
    {
        var refused = await new TmfHttp(books, "demo-telco").PostAsync(Path, body);
        Assert.Equal((HttpStatusCode.BadRequest, code), (refused.Status, refused["code"]));
        Assert.Contains(named, refused["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RefundDate_OfTheFirstDayOfAll_IsOneThatWasNotSent()
    {
        var refund = await (await Telco.OpenAsync(books)).PostAsync(
            Path, """{"account":{"id":"A-1"},"paymentMethod":{},"totalAmount":{},"refundDate":"0001-01-01T00:00:00+00:00"}""");

        Assert.True(refund.Status == HttpStatusCode.Created, refund.Text);
        Assert.False(refund.Body.TryGetProperty("refundDate", out _));
    }

    [Fact]
    public async Task Names_OfARefundThatThereIsNot_AreNotFound()
    {
        var theirs = await (await Telco.OpenAsync(books)).PostAsync(
            Path, """{"account":{"id":"A-1"},"paymentMethod":{},"totalAmount":{},"refundDate":"2027-01-02T03:04:05.678Z"}""");
        var number = await books.ScalarAsync("SELECT number FROM refund WHERE id = $1", Guid.Parse(theirs["id"]!));
        var ours = await Telco.OpenAsync(books);

        Assert.Equal("2027-01-02T03:04:05.678Z", theirs["refundDate"]);
        foreach (var name in (string[])[theirs["id"]!, $"R1-{number}", $"0.0.0.1+-item-refund+{number}", "P1-1", "x"])
        {
            Assert.Equal((name, HttpStatusCode.NotFound, "notFound"),
                (name, (await ours.GetAsync($"{Path}/{name}")).Status, (await ours.GetAsync($"{Path}/{name}"))["code"]));
        }
    }
}
