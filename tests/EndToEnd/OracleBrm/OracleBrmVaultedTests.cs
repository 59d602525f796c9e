using System.Net;
using Quittance.Core.Instruments;
using Quittance.Host.Demo;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>Payments through Oracle BRM's API with instruments of the vault: the sandbox is asked for the money.</summary>
public sealed class OracleBrmVaultedTests(BooksFixture books)
{
    private const string Payments = VaultedPayments.Path;
    private const string Mary = "0.0.0.1+-account+84808";
    private const string DeclinedCard = "4000000000000002";
    private const string UnansweredCard = "4000000000000119";

    private readonly TmfHttp _http = new(books, "demo-brm");
    private readonly Customers _customers = new(books.Engine, books.Vault, books.DemoCompany);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("0.0.0.1+-payinfo-cc+1001", "done")]
    [InlineData("0.0.0.1+-payinfo-cc+1002", "denied")]
    [InlineData("0.0.0.1+-payinfo-cc+1003", "pendingAuthorization")]
    public async Task Payment_WithACardOfTheDemo_IsAnsweredAsItsProviderAnswers(string card, string status)
    {
        var customer = new Customer(books.DemoCompany, Mary, card, "bankCard", []);
        var created = await _http.PostAsync(Payments, customer.Payment(12_00));

        Assert.Equal((HttpStatusCode.Created, status), (created.Status, created["status"]));
        Assert.Equal((card, "12", "USD"), (created["paymentMethod/id"], created["totalAmount/value"], created["totalAmount/unit"]));
        if (status == "pendingAuthorization")
            await UntilAsync(created["href"]!, "done");
        var found = await _http.GetAsync(created["href"]!);
        Assert.Equal(status == "denied" ? "denied" : "done", found["status"]);
        await books.AssertBooksAreCleanAsync();
    }

    [Fact]
    public async Task Payment_RepeatedWhenItHasBeenCapturedSince_GetsItsFirstAnswerAgain()
    {
        var customer = await _customers.CreateAsync(Customers.CardOf(UnansweredCard), 30_00);
        var (keyed, named) = (customer.Payment(20_00), customer.Payment(10_00, more: "\"correlatorId\":\"once\""));
        var key = $"key {customer.Account}";
        var first = await Task.WhenAll(_http.PostAsync(Payments, keyed, key), _http.PostAsync(Payments, named));
        Assert.All(first, answer => Assert.Equal((HttpStatusCode.Created, "pendingAuthorization"), (answer.Status, answer["status"])));
        Assert.All(
            await Task.WhenAll(_http.PostAsync(Payments, keyed, key), _http.PostAsync(Payments, named)),
            answer => Assert.Equal("true", answer.Headers["Idempotency-Replayed"]));

        await Task.WhenAll(first.Select(answer => UntilAsync(answer["href"]!, "done")));
        var again = await Task.WhenAll(_http.PostAsync(Payments, keyed, key), _http.PostAsync(Payments, named));

        Assert.Equal(first.Select(answer => (answer.Status, answer.Text, answer.Location)),
            again.Select(answer => (answer.Status, answer.Text, answer.Location)));
        foreach (var answer in first)
        {
            var found = await _http.GetAsync(answer["href"]!);
            Assert.Equal(("done", customer.Bills[0]), (found["status"], found["paymentItem/0/id"]));
        }

        await books.AssertBooksAreCleanAsync();
    }

    [Fact]
    public async Task Payment_RepeatedWhileItIsInWork_WaitsForTheSameAnswer()
    {
        var customer = await _customers.CreateAsync(Customers.CardOf(UnansweredCard));
        var (body, key) = (customer.Payment(10_00), $"key {customer.Account}");
        var first = _http.PostAsync(Payments, body, key);
        await NoticePost.UntilAsync(async () => await books.ScalarAsync(
            "SELECT 1 FROM reference r JOIN payment p ON p.merchant_id = r.merchant_id AND p.account_id = r.object_id WHERE r.value = $1",
            customer.Account) is not null);
        Assert.False(first.IsCompleted);
        var again = await Task.WhenAll(_http.PostAsync(Payments, body, key), _http.PostAsync(Payments, body, key));

        Assert.All(again, answer => Assert.Equal(
            (HttpStatusCode.Created, first.Result.Text, "true"), (answer.Status, answer.Text, answer.Headers["Idempotency-Replayed"])));
        Assert.Equal("pendingAuthorization", (await first)["status"]);
    }

    [Fact]
    public async Task Payment_ForABillThatAnotherIsUnderWayFor_IsRefused()
    {
        var customer = await _customers.CreateAsync(Customers.CardOf(UnansweredCard), 40_00, 60_00);
        var both = await Task.WhenAll(
            _http.PostAsync(Payments, customer.Payment(40_00, customer.Bills[0])),
            _http.PostAsync(Payments, customer.Payment(40_00, customer.Bills[0])));

        var created = Assert.Single(both, answer => answer.Status == HttpStatusCode.Created);
        var refused = Assert.Single(both, answer => answer.Status == HttpStatusCode.Conflict);
        Assert.Equal("conflict", refused["code"]);
        Assert.Contains("paymentItem[0].item.id", refused["reason"]!, StringComparison.Ordinal);
        Assert.Equal(0, await _http.EventsOfAsync(refused));
        // Money that somebody has in hand is never turned away; and the other bill is free.
        var cash = await _http.PostAsync(Payments, $$"""
            {"account":{"id":"{{customer.Account}}"},"paymentMethod":{"id":"till","@type":"Cash"},"totalAmount":{"unit":"USD","value":5} }
            """);
        Assert.Equal(HttpStatusCode.Created, cash.Status);
        var other = await _http.PostAsync(Payments, customer.Payment(60_00, customer.Bills[1]));
        Assert.Equal(HttpStatusCode.Created, other.Status);

        await Task.WhenAll(UntilAsync(created["href"]!, "done"), UntilAsync(other["href"]!, "done"));
        var late = await _http.PostAsync(Payments, customer.Payment(40_00, customer.Bills[0]));
        Assert.Equal(HttpStatusCode.Conflict, late.Status);
        await books.AssertBooksAreCleanAsync();
    }

    [Fact]
    public async Task Payment_DeniedForABill_LeavesTheBillToTheNext()
    {
        var customer = await _customers.CreateAsync(Customers.CardOf(DeclinedCard), 40_00);
        await _customers.RegisterAsync(customer.Account, $"{customer.Instrument}-b", Customers.CardOf(VaultedPayments.GoodCard));

        var denied = await _http.PostAsync(Payments, customer.Payment(40_00, customer.Bills[0]), $"key {customer.Account}");
        var paid = await _http.PostAsync(
            Payments, (customer with { Instrument = $"{customer.Instrument}-b" }).Payment(40_00, customer.Bills[0]));
        var again = await _http.PostAsync(Payments, customer.Payment(40_00, customer.Bills[0]), $"key {customer.Account}");

        Assert.Equal(("denied", "done", customer.Bills[0]), (denied["status"], paid["status"], paid["paymentItem/0/id"]));
        Assert.Null(denied["paymentItem"]);
        Assert.Equal((HttpStatusCode.Created, denied.Text), (again.Status, again.Text));
    }

    [Fact]
    public async Task Payment_WithAnInstrumentOfSomebodyElse_IsNotFound()
    {
        var (customer, other) =
            (await _customers.CreateAsync(Customers.CardOf(VaultedPayments.GoodCard)),
            await _customers.CreateAsync(Customers.CardOf(VaultedPayments.GoodCard)));
        var merchant = await books.Merchants.CreateAsync("Another shop", Cancel);
        var foreign = await new Customers(books.Engine, books.Vault, merchant).CreateAsync(Customers.CardOf(VaultedPayments.GoodCard));

        foreach (var instrument in (string[])[other.Instrument, foreign.Instrument])
        {
            var refused = await _http.PostAsync(Payments, (customer with { Instrument = instrument }).Payment(10_00));
            Assert.Equal((HttpStatusCode.NotFound, "notFound"), (refused.Status, refused["code"]));
            Assert.Contains("paymentMethod.id", refused["reason"]!, StringComparison.Ordinal);
            Assert.Equal(0, await _http.EventsOfAsync(refused));
        }

        var unknown = await _http.PostAsync(Payments, foreign.Payment(10_00));
        Assert.Equal((HttpStatusCode.NotFound, "notFound"), (unknown.Status, unknown["code"]));
    }

    [Fact]
    public async Task Payment_WithAnExpiredCard_IsDenied()
    {
        var expired = new Card(CardNumber.Parse("4111111111111111"), new CardExpiry(1, 2026), "Ada Nkemelu");
        var customer = await _customers.CreateAsync(expired, 10_00);

        var created = await _http.PostAsync(Payments, customer.Payment(10_00));

        Assert.Equal((HttpStatusCode.Created, "denied"), (created.Status, created["status"]));
        Assert.Equal("expired", await books.ScalarAsync(
            "SELECT reason FROM attempt WHERE payment_id = $1", Guid.Parse(created.Headers["Quittance-Payment"])));
    }

    [Fact]
    public async Task Payment_WithAGatewaysCode_IsRecordedAndNotCharged()
    {
        var customer = await _customers.CreateAsync(Customers.CardOf(DeclinedCard), 10_00);

        var created = await _http.PostAsync(Payments, customer.Payment(10_00, more: "\"authorizationCode\":\"A91\""));

        Assert.Equal((HttpStatusCode.Created, "done", "A91"), (created.Status, created["status"], created["authorizationCode"]));
        Assert.Equal(customer.Bills[0], created["paymentItem/0/id"]);
        Assert.Equal(
            0L, await books.ScalarAsync(
            "SELECT count(*) FROM attempt WHERE payment_id = $1", Guid.Parse(created.Headers["Quittance-Payment"])));
        await books.AssertBooksAreCleanAsync();
    }

    [Theory]
    [InlineData("bankAccountDebit")]
    [InlineData("tokenizedCard")]
    public async Task Payment_ThatNamesAnotherKind_IsRefused(string kind)
    {
        var customer = await _customers.CreateAsync(Customers.CardOf(VaultedPayments.GoodCard));

        var refused = await _http.PostAsync(Payments, (customer with { Kind = kind }).Payment(10_00));

        Assert.Equal((HttpStatusCode.BadRequest, "invalidValue"), (refused.Status, refused["code"]));
        Assert.Contains("paymentMethod.@referredType", refused["reason"]!, StringComparison.Ordinal);
        Assert.Equal(0, await _http.EventsOfAsync(refused));
    }

    [Fact]
    public async Task Payment_ByDirectDebit_IsCapturedUntilTheBankTells()
    {
        var good = await _customers.CreateAsync(Customers.IbanOf("DE02120300000000202051"), 10_00);
        var refused = await _customers.CreateAsync(Customers.IbanOf("DE45120300000000000002"), 10_00);
        var returned = await _customers.CreateAsync(Customers.IbanOf("DE18120300000000000003"), 10_00);
        var paid = await Task.WhenAll(
            ((Customer[])[good, refused, returned])
            .Select(async customer => await _http.PostAsync(Payments, customer.Payment(10_00, customer.Bills[0]))));

        Assert.All(paid, answer => Assert.Equal((HttpStatusCode.Created, "captured"), (answer.Status, answer["status"])));
        await UntilAsync(paid[0]["href"]!, "done");
        await UntilAsync(paid[1]["href"]!, "failed");
        await UntilAsync(paid[2]["href"]!, "done");
        await NoticePost.UntilAsync(async () => (await _http.GetAsync(paid[2]["href"]!))["paymentItem"] is null);
        await books.AssertBooksAreCleanAsync();
    }

    [Fact]
    public async Task Payment_SeenThroughTheOtherApi_ShowsTheSameMoney()
    {
        var customer = await _customers.CreateAsync(Customers.CardOf(VaultedPayments.GoodCard), 33_00);
        var created = await _http.PostAsync(Payments, customer.Payment(33_00, customer.Bills[0]));

        var other = await new TmfHttp(books, DemoCredentials.Tmf676)
            .GetAsync($"/paymentManagement/v4/payment/{created.Headers["Quittance-Payment"]}");

        Assert.Equal((HttpStatusCode.OK, "done", "33", "USD"),
            (other.Status, other["status"], other["totalAmount/value"], other["totalAmount/unit"]));
        Assert.Equal("33", other["paymentItem/0/totalAmount/value"]);
    }

    private Task UntilAsync(string href, string status) =>
        NoticePost.UntilAsync(async () => (await _http.GetAsync(href))["status"] == status);
}
