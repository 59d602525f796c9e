using System.Globalization;
using System.Net;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;

namespace Quittance.Tests.SportAlliance;

/// <summary>Opening payment sessions over HTTP.</summary>
public sealed class SportAllianceSessionTests(BooksFixture books)
{
    private const string Path = "/v1/payments/user-session";

    [Fact]
    public async Task Session_HasItsTokenItsTimeAndTheCustomersOneId()
    {
        var studio = await TestStudio.OpenAsync(books);
        var member = await studio.MemberAsync();
        var before = TimeProvider.System.GetUtcNow().AddSeconds(-1);

        var first = await studio.PostAsync(Path, Body(customer: $"{member}"));
        var second = await studio.PostAsync(Path, Body(amount: "0", scope: "MEMBER_ACCOUNT", customer: $"{member}"));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.Status, second.Status));
        Assert.Equal(["token", "tokenValidUntil", "finionPayCustomerId"], first.Body!.Select(field => field.Key));
        Assert.StartsWith("us_", first.Text("token"), StringComparison.Ordinal);
        Assert.NotEqual(first.Text("token"), second.Text("token"));
        Assert.EndsWith("Z", first.Text("tokenValidUntil"), StringComparison.Ordinal);
        var validFor = DateTimeOffset.Parse(first.Text("tokenValidUntil")!, CultureInfo.InvariantCulture) - before;
        Assert.InRange(validFor.TotalMinutes, 60, 61);
        Assert.True(Guid.TryParseExact(first.Text("finionPayCustomerId"), "D", out _));
        Assert.Equal(first.Text("finionPayCustomerId"), second.Text("finionPayCustomerId"));
    }

    [Fact]
    public async Task Session_OfAPotentialCustomer_MakesOneKnownWhoIsTheSameInTheNext()
    {
        var studio = await TestStudio.OpenAsync(books);
        var first = await studio.PostAsync(Path, Body());
        var second = await studio.PostAsync(Path, Body());
        var known = await studio.PostAsync(Path, Body(person: first.Text("finionPayCustomerId")));

        Assert.Equal(HttpStatusCode.OK, known.Status);
        Assert.NotEqual(first.Text("finionPayCustomerId"), second.Text("finionPayCustomerId"));
        Assert.Equal(first.Text("finionPayCustomerId"), known.Text("finionPayCustomerId"));
        Assert.NotEqual(first.Text("token"), known.Text("token"));
    }

    [Fact]
    public async Task Customer_WhomNobodyKnows_IsRefused()
    {
        var (studio, other) = (await TestStudio.OpenAsync(books), await TestStudio.OpenAsync(books));
        var foreign = await other.MemberAsync();
        var person = (await other.PostAsync(Path, Body())).Text("finionPayCustomerId");

        foreach (var body in new[] { Body(customer: $"{TestStudio.NewId()}"), Body(customer: $"{foreign}"),
            Body(person: WritingRoutes.NewKey()), Body(person: person) })
        {
            var answer = await studio.PostAsync(Path, body, "de");
            Assert.Equal((404, "errormessage.entity.notfound", null), answer.Error);
            Assert.Equal("Das Objekt existiert nicht.", answer.Text("errorMessage"));
        }
    }

    [Fact]
    public async Task Customer_GivenInBothWays_IsRefused()
    {
        var studio = await TestStudio.OpenAsync(books);
        var answer = await studio.PostAsync(Path, Body(customer: $"{await studio.MemberAsync()}", person: WritingRoutes.NewKey()));
        Assert.Equal((400, "errormessage.validation.failed", "finionPayCustomerId"), answer.Error);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("-9223372036854775809")]
    [InlineData("9223372036854775808")]
    [InlineData("1.5")]
    [InlineData("\"1002\"")]
    [InlineData("\"abc\"")]
    [InlineData("true")]
    [InlineData("[1002]")]
    public async Task Customer_ThatIsNoId_IsRefused(string customer)
    {
        var studio = await TestStudio.OpenAsync(books);
        Assert.Equal((400, "errormessage.validation.failed", "customerId"), (await studio.PostAsync(Path, Body(customer: customer))).Error);
    }

    [Theory]
    [InlineData("\"CASH\"", "permittedPaymentChoices")]
    [InlineData("{}", "permittedPaymentChoices")]
    [InlineData("[\"CASH\",\"GOLD\"]", "permittedPaymentChoices.1")]
    [InlineData("[\"cash\"]", "permittedPaymentChoices.0")]
    [InlineData("[\"\"]", "permittedPaymentChoices.0")]
    [InlineData("[null]", "permittedPaymentChoices.0")]
    [InlineData("[\"CASH\",7]", "permittedPaymentChoices.1")]
    [InlineData("[\"CASH\",\"SEPA\",\"CASH\"]", "permittedPaymentChoices.2")]
    [InlineData("[\"TWINT\",\"TWINT\"]", "permittedPaymentChoices.1")]
    public async Task Choices_ThatAreNone_AreRefused(string choices, string reference)
    {
        var studio = await TestStudio.OpenAsync(books);
        var member = await studio.MemberAsync();

        var refused = await studio.PostAsync(Path, Body(customer: $"{member}", more: $",\"permittedPaymentChoices\":{choices}"));

        Assert.Equal((400, "errormessage.validation.failed", reference), refused.Error);
    }

    [Theory]
    [InlineData("EUR", "TWINT")]
    [InlineData("EUR", "PAYPAL\",\"IDEAL\",\"BANCONTACT")]
    [InlineData("EUR", "BACS\",\"CH_DD\",\"LSV")]
    [InlineData("GBP", "SEPA\",\"LSV\",\"TWINT")]
    [InlineData("CHF", "SEPA\",\"BACS")]
    [InlineData("USD", "SEPA\",\"BACS\",\"CH_DD\",\"LSV")]
    public async Task Choices_ThatThereAreNotHere_LeaveNothingToOffer(string currency, string choices)
    {
        var studio = await TestStudio.OpenAsync(books, currency: currency);
        var body = Body(customer: $"{await studio.MemberAsync()}", more: $",\"permittedPaymentChoices\":[\"{choices}\"]");

        var (english, german) = (await studio.PostAsync(Path, body), await studio.PostAsync(Path, body, "de-LU"));

        Assert.Equal((400, "errormessage.validation.failed", "permittedPaymentChoices"), english.Error);
        Assert.Equal("The payment session has no payment method left.", english.Text("errorMessage"));
        Assert.Equal("Für die Zahlungssitzung bleibt keine Zahlungsart übrig.", german.Text("errorMessage"));
    }

    [Theory]
    [InlineData("EUR", "CREDIT_CARD SEPA")]
    [InlineData("GBP", "CREDIT_CARD BACS")]
    [InlineData("CHF", "CREDIT_CARD CH_DD LSV")]
    [InlineData("USD", "CREDIT_CARD")]
    public async Task Choices_NotNamed_AreThoseOfTheCurrencyThatAProviderCollects(string currency, string choices)
    {
        var studio = await TestStudio.OpenAsync(books, currency: currency);
        await Payer.ConnectAsync(books, studio.Merchant);
        var visits = new Visits(books, studio);
        var session = await visits.SessionAsync(await studio.MemberAsync(), "10");

        var shown = await visits.ShownAsync(session);

        Assert.Equal(choices, string.Join(' ', shown.Body!["choices"]!.AsArray().Select(choice => (string)choice!)));
        Assert.Equal($$"""{"amount":10,"currency":"{{currency}}"}""", shown.Json("amount"));
        Assert.Equal(("open", "Fees", "Studio"), (shown.Text("status"), shown.Text("referenceText"), shown.Text("merchant")));
    }

    [Fact]
    public async Task Session_InAnotherCurrencyThanTheCustomers_IsRefused()
    {
        var studio = await TestStudio.OpenAsync(books, currency: "CHF");
        var member = await studio.MemberAsync(currency: "EUR");

        Assert.Equal(
            (400, "errormessage.validation.failed", "amount.currency"), (await studio.PostAsync(Path, Body(customer: $"{member}"))).Error);
    }

    [Fact]
    public async Task Choices_Named_AreAllThatIsOffered()
    {
        var studio = await TestStudio.OpenAsync(books);
        await Payer.ConnectAsync(books, studio.Merchant);
        var visits = new Visits(books, studio);
        var session =
            await visits.SessionAsync(await studio.MemberAsync(), "10",
            more: ",\"permittedPaymentChoices\":[\"CASH\",\"TWINT\",\"BACS\",\"SEPA\"],\"requireDirectDebitSignature\":true");

        var shown = await visits.ShownAsync(session);

        Assert.Equal("""["SEPA","CASH"]""", shown.Json("choices"));
        Assert.True((bool)shown.Body!["requiresSignature"]!);
    }

    [Fact]
    public async Task Session_AskedForAgainUnderItsKey_IsTheSame()
    {
        var studio = await TestStudio.OpenAsync(books);
        foreach (var body in new[] { Body(customer: $"{await studio.MemberAsync()}"), Body() })
        {
            var key = WritingRoutes.NewKey();
            var (first, again) = (await studio.PostAsync(Path, body, once: key), await studio.PostAsync(Path, body, once: key));

            Assert.Equal((HttpStatusCode.OK, false), (first.Status, first.Replayed));
            Assert.Equal((HttpStatusCode.OK, true), (again.Status, again.Replayed));
            Assert.Equal(first.Body!.ToJsonString(), again.Body!.ToJsonString());
            var reused = await studio.PostAsync(Path, body.Replace("12.50", "13", StringComparison.Ordinal), once: key);
            Assert.Equal((409, "errormessage.idempotencykey.reused", null), reused.Error);
        }
    }

    [Fact]
    public async Task Key_WithoutTheScope_IsForbidden()
    {
        var studio = await TestStudio.OpenAsync(books);
        var key = await studio.KeyAsync("CUSTOMER_ACCOUNT_READ", "CUSTOMER_ACCOUNT_WRITE");
        Assert.Equal((403, "errormessage.permission.denied", null), (await studio.PostAsync(Path, "{}", key: key)).Error);
        var other = await studio.KeyAsync("CUSTOMER_ACCOUNT_READ", "PAYMENT_WRITE");
        foreach (var operation in new[] { "payment", "payment-instrument" })
        {
            Assert.Equal((403, "errormessage.permission.denied", null),
                (await studio.PostAsync($"/v1/customers/1/account/{operation}", "{}", key: other)).Error);
        }
    }

    [Fact]
    public async Task Tokens_AreStoredNowhere()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        var session = await visits.SessionAsync(member, "10");
        var token = await visits.ReadyAsync(session, Visits.Card());

        // The proof at the end of each is what makes it one.
        foreach (var secret in new[] { session[^43..], token[^43..] })
        {
            foreach (var table in new[] { "session", "event", "kept_answer", "payment", "attempt" })
                Assert.Equal(0L, await books.ScalarAsync($"SELECT count(*) FROM {table} x WHERE x::text LIKE '%' || $1 || '%'", secret));
        }
    }

    private static string Body(
        string amount = "12.50", string scope = "ECOM", string? customer = null, string? person = null, string more = "") =>
        $$"""
        {"amount":{{amount}},"scope":"{{scope}}","referenceText":"Fees"
         {{(customer is null ? "" : $",\"customerId\":{customer}")}}
         {{(person is null ? "" : $",\"finionPayCustomerId\":\"{person}\"")}}{{more}} }
        """;
}
