using System.Net;
using Quittance.Host.Demo;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>Payments through TMF676 with instruments of the vault: the sandbox is asked for the money.</summary>
public sealed class Tmf676VaultedTests(BooksFixture books)
{
    private const string Payments = "/paymentManagement/v4/payment";

    private readonly TmfHttp _http = new(books, DemoCredentials.Tmf676);
    private readonly Customers _customers = new(books.Engine, books.Vault, books.DemoCompany, "tmf676");

    [Theory]
    [InlineData("4242424242424242", "done", "done")]
    [InlineData("4000000000000002", "denied", "denied")]
    [InlineData("4000000000000119", "pendingAuthorization", "done")]
    [InlineData("4000000000000341", "failed", "failed")]
    public async Task Payment_WithAVaultedCard_IsAnsweredAsItsProviderAnswers(string number, string first, string last)
    {
        var customer = await _customers.CreateAsync(Customers.CardOf(number), 25_00);
        var (body, key) = (customer.Payment(25_00, customer.Bills[0], "\"correlatorId\":\"c-1\""), $"key {customer.Account}");
        var created = await _http.PostAsync(Payments, body, key);
        Assert.Equal((HttpStatusCode.Created, first), (created.Status, created["status"]));

        await UntilAsync(created["href"]!, last);
        var (byKey, byCorrelator) = (await _http.PostAsync(Payments, body, key), await _http.PostAsync(Payments, body));
        Assert.Equal((HttpStatusCode.Created, created.Text, "true"), (byKey.Status, byKey.Text, byKey.Headers["Idempotency-Replayed"]));
        Assert.Equal((HttpStatusCode.Created, created.Text, "true"),
            (byCorrelator.Status, byCorrelator.Text, byCorrelator.Headers["Idempotency-Replayed"]));
        Assert.Equal(
            1L, await books.ScalarAsync(
            "SELECT count(*) FROM attempt WHERE payment_id = $1 AND verb = 'authorise'", Guid.Parse(created["id"]!)));

        var other = await new TmfHttp(books, "demo-brm").GetAsync($"{VaultedPayments.Path}/{created["id"]}");
        Assert.Equal((HttpStatusCode.OK, last, "25"), (other.Status, other["status"], other["totalAmount/value"]));
        Assert.Equal(last == "done", other["paymentItem"] is not null);
        await books.AssertBooksAreCleanAsync();
    }

    [Fact]
    public async Task Payment_ForABillThatAnotherIsUnderWayFor_IsRefused()
    {
        var customer = await _customers.CreateAsync(Customers.CardOf("4000000000000119"), 40_00);
        var both = await Task.WhenAll(
            _http.PostAsync(Payments, customer.Payment(40_00, customer.Bills[0])),
            _http.PostAsync(Payments, customer.Payment(40_00, customer.Bills[0])));

        Assert.Single(both, answer => answer.Status == HttpStatusCode.Created);
        var refused = Assert.Single(both, answer => answer.Status == HttpStatusCode.Conflict);
        Assert.Contains("paymentItem[0].item.id", refused["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Payment_WithAGatewaysCode_IsRecordedAndNotCharged()
    {
        var customer = await _customers.CreateAsync(Customers.CardOf("4000000000000002"), 10_00);

        var created = await _http.PostAsync(Payments, customer.Payment(10_00, customer.Bills[0], "\"authorizationCode\":\"A91\""));

        Assert.Equal((HttpStatusCode.Created, "done"), (created.Status, created["status"]));
        Assert.Equal(0L, await books.ScalarAsync("SELECT count(*) FROM attempt WHERE payment_id = $1", Guid.Parse(created["id"]!)));
    }

    /// <summary>This API also takes methods that we don't know: such a payment is a promise, and no instrument is charged.</summary>
    [Fact]
    public async Task Payment_WithAnInstrumentOfSomebodyElse_ChargesNobody()
    {
        var card = Customers.CardOf(VaultedPayments.GoodCard);
        var (customer, other) = (await _customers.CreateAsync(card), await _customers.CreateAsync(card));
        var merchant = await books.Merchants.CreateAsync("Another shop", TestContext.Current.CancellationToken);
        var foreign = await new Customers(books.Engine, books.Vault, merchant, "tmf676").CreateAsync(card);

        foreach (var instrument in (string[])[other.Instrument, foreign.Instrument])
        {
            var created = await _http.PostAsync(Payments, (customer with { Instrument = instrument }).Payment(10_00));
            Assert.Equal((HttpStatusCode.Created, "pendingAuthorization"), (created.Status, created["status"]));
            Assert.Equal(0L, await books.ScalarAsync("SELECT count(*) FROM attempt WHERE payment_id = $1", Guid.Parse(created["id"]!)));
        }
    }

    private Task UntilAsync(string href, string status) =>
        NoticePost.UntilAsync(async () => (await _http.GetAsync(href))["status"] == status);
}
