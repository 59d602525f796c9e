using System.Net;
using Quittance.Tests.Running;

namespace Quittance.Tests.SportAlliance;

/// <summary>Booking what was paid in a session, and taking its instrument over, at the sandbox and over HTTP.</summary>
public sealed class SportAlliancePaymentTests(BooksFixture books)
{
    private const string DeclinedAtCapture = "4000000000000341";

    [Fact]
    public async Task Booking_SettlesItsClaims_AndIsTheSamePaymentInEveryApi()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, claims) = await visits.OwingAsync(20_00, 35_50, 9_99);
        var token = await visits.PaidAsync(member, "55.50");
        Assert.Equal(1, await visits.PaymentsAsync(member, "authorised"));

        var booked = await visits.BookAsync(member, token, "55.5", claims[..2]);

        Assert.Equal((HttpStatusCode.OK, null), (booked.Status, booked.Body));
        Assert.Equal([0m, 0m, 9.99m], await visits.OwedAsync(member));
        Assert.Equal(0m, await visits.BalanceAsync(member));
        var seen = await new TmfHttp(books, "demo-telco").GetAsync($"/paymentManagement/v4/payment/{booked.Payment}");
        Assert.Equal((HttpStatusCode.OK, "done"), (seen.Status, seen["status"]));
        Assert.Equal(("EUR", "55.5"), (seen["totalAmount/unit"], seen["totalAmount/value"]));
        var held = await visits.AtSandboxAsync((Guid)(await books.ScalarAsync(
            "SELECT id FROM attempt WHERE payment_id = $1 AND verb = 'authorise'", booked.Payment!))!);
        Assert.Equal(55_50, held!.Value.GetProperty("captured_minor").GetInt64());
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);
    }

    [Fact]
    public async Task Booking_OfMoreThanItsClaims_LeavesTheRestAsCredit()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, claims) = await visits.OwingAsync(20_00);

        Assert.Equal(HttpStatusCode.OK, (await visits.BookAsync(member, await visits.PaidAsync(member, "50"), "50.00", claims)).Status);
        Assert.Equal([0m], await visits.OwedAsync(member));
        Assert.Equal(30m, await visits.BalanceAsync(member));

        var (other, _) = await visits.OwingAsync(20_00);
        Assert.Equal(HttpStatusCode.OK, (await visits.BookAsync(other, await visits.PaidAsync(other, "50"), "50", [])).Status);
        Assert.Equal([20m], await visits.OwedAsync(other));
        Assert.Equal(50m, await visits.BalanceAsync(other));
    }

    [Fact]
    public async Task Claim_WithoutANumberOfItsOwn_IsSettledByOurs()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        await visits.Studio.ClaimAsync(member, null, 5_00, visits.Studio.Today);
        var listed = await visits.Studio.GetAsync($"/v1/customers/{member}/account/transactions/upcoming");

        var booked = await visits.BookAsync(member, await visits.PaidAsync(member, "5"), "5", listed.Ids);

        Assert.Equal(HttpStatusCode.OK, booked.Status);
        Assert.Equal([0m], await visits.OwedAsync(member));
    }

    [Fact]
    public async Task Token_OfAnotherCustomer_IsRefused()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        var (other, _) = await visits.OwingAsync();
        var (paid, left) = (await visits.PaidAsync(member, "20"), await visits.LeftAsync(member));
        const string English = "The payment request token belongs to another customer.",
        German = "Das Zahlungstoken gehört zu einem anderen Kunden.";

        await AssertTokenErrorAsync(
            "customer.mismatch", English, German, language => visits.BookAsync(other, paid, "20", language: language));
        await AssertTokenErrorAsync("customer.mismatch", English, German, language => visits.ReplaceAsync(other, left, language));
        // The check of the customer comes before that of the token.
        await AssertErrorAsync("entity.notfound", null, "Entity does not exists.", "Das Objekt existiert nicht.", language =>
            visits.BookAsync(TestStudio.NewId(), paid, "20", language: language), status: 404);
        await AssertErrorAsync("entity.notfound", null, "Entity does not exists.", "Das Objekt existiert nicht.", language =>
            visits.ReplaceAsync(TestStudio.NewId(), "prt_nonsense", language), status: 404);
        Assert.Equal(HttpStatusCode.OK, (await visits.BookAsync(member, paid, "20")).Status);
        Assert.Equal(HttpStatusCode.OK, (await visits.ReplaceAsync(member, left)).Status);
    }

    [Fact]
    public async Task Token_OfAPersonWhoIsNoCustomerYet_IsRefused()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        var session = await visits.Studio.PostAsync("/v1/payments/user-session", """{"amount":20,"scope":"ECOM","referenceText":"Fees"}""");
        var token = await visits.ReadyAsync(session.Text("token")!, Visits.Card());

        await AssertTokenErrorAsync(
            "customer.mismatch", "The payment request token belongs to another customer.",
            "Das Zahlungstoken gehört zu einem anderen Kunden.",
            language => visits.BookAsync(member, token, "20", language: language));
    }

    [Fact]
    public async Task Token_ThatIsSpent_IsRefused()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, claims) = await visits.OwingAsync(20_00);
        var (paid, left) = (await visits.PaidAsync(member, "20"), await visits.LeftAsync(member));
        Assert.Equal(HttpStatusCode.OK, (await visits.BookAsync(member, paid, "20")).Status);
        Assert.Equal(HttpStatusCode.OK, (await visits.ReplaceAsync(member, left)).Status);
        const string English = "The payment request token has already been used.", German = "Das Zahlungstoken wurde bereits verwendet.";

        await AssertTokenErrorAsync("used", English, German, language => visits.BookAsync(member, paid, "20", claims, language: language));
        await AssertTokenErrorAsync("used", English, German, language => visits.ReplaceAsync(member, left, language));
        await AssertTokenErrorAsync("used", English, German, language => visits.ReplaceAsync(member, paid, language));
    }

    [Fact]
    public async Task Token_WhoseTimeIsOver_IsRefused_AndWhatWasReservedIsGivenBack()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        var (paid, left) = (await visits.PaidAsync(member, "20"), await visits.LeftAsync(member));
        await visits.EndAsync(paid);
        await visits.EndAsync(left);
        const string English = "The payment request token expired on ", German = "Das Zahlungstoken ist am ";

        await AssertTokenErrorAsync("expired", English, German, language => visits.BookAsync(member, paid, "20", language: language));
        await AssertTokenErrorAsync("expired", English, German, language => visits.ReplaceAsync(member, left, language));
        var typed = (await visits.BookAsync(member, paid, "20")).Body!["typedArgs"]![0]!;
        Assert.Equal("TIMESTAMP", (string?)typed["type"]);

        var authorisation = (Guid)(await books.ScalarAsync(
            "SELECT a.id FROM session s JOIN attempt a ON a.merchant_id = s.merchant_id AND a.payment_id = s.payment_id "
            + "WHERE a.verb = 'authorise' AND s.id = $1",
            Visits.SessionOf(paid)))!;
        await NoticePost.UntilAsync(
            async () => (await visits.AtSandboxAsync(authorisation))!.Value.GetProperty("voided_minor").GetInt64() == 20_00);
        Assert.Equal(1, await visits.PaymentsAsync(member, "cancelled"));
        await NoticePost.UntilAsync(async () => (string)(await books.ScalarAsync(
            "SELECT status FROM session WHERE id = $1", Visits.SessionOf(left)))! == "expired");
        await AssertTokenErrorAsync("expired", English, German, language => visits.BookAsync(member, paid, "20", language: language));
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);
    }

    [Fact]
    public async Task Token_ThatIsForgedOrOfAnotherStudio_IsUnknown()
    {
        var (visits, other) = (await Visits.OpenAsync(books), await TestStudio.OpenAsync(books));
        var (member, _) = await visits.OwingAsync();
        var (session, stranger) = (await visits.SessionAsync(member, "20"), await other.MemberAsync());
        var token = await visits.ReadyAsync(session, Visits.Card());
        const string English = "The payment request token is unknown.", German = "Das Zahlungstoken ist unbekannt.";
        string[] forged =
        [
            token[..^5] + (token[^5] == 'A' ? 'B' : 'A') + token[^4..], token[..^1], token + "A", token[4..], "prt_",
            "prt_" + new string('A', 75),
            "prt_" + token[4..].ToUpperInvariant(), session, "us_" + token[4..], "prt_" + session[3..], "' OR 1=1", "prt_\\u2603",
            new string('x', 512),
        ];

        foreach (var wrong in forged)
        {
            await AssertTokenErrorAsync("unknown", English, German, language => visits.BookAsync(member, wrong, "20", language: language));
            await AssertTokenErrorAsync("unknown", English, German, language => visits.ReplaceAsync(member, wrong, language));
        }

        await AssertTokenErrorAsync("unknown", English, German, language =>
            other.PostAsync($"/v1/customers/{stranger}/account/payment", Visits.Booking(token, "20"), language));
        await AssertTokenErrorAsync("unknown", English, German, language =>
            other.PostAsync($"/v1/customers/{stranger}/account/payment-instrument", Visits.Replacing(token), language));
        Assert.Equal(HttpStatusCode.OK, (await visits.BookAsync(member, token, "20.0")).Status);
    }

    [Fact]
    public async Task Token_WithNothingPaidForIt_IsUnknown()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        var token = await visits.PaidAsync(member, "20");
        await books.ScalarAsync(
            "UPDATE session SET payment_id = NULL, instrument_id = NULL WHERE merchant_id = $1 AND id = $2 RETURNING 1",
            visits.Studio.Merchant.Value, Visits.SessionOf(token));

        await AssertTokenErrorAsync(
            "unknown", "The payment request token is unknown.", "Das Zahlungstoken ist unbekannt.", language =>
                visits.BookAsync(member, token, "20", language: language));
    }

    [Fact]
    public async Task Amount_ThatIsNotTheAuthorisedOne_IsRefused()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        var token = await visits.PaidAsync(member, "1234.50");

        foreach (var amount in new[] { "1234.49", "1234.51", "0.01", "9999999999.99" })
        {
            await AssertErrorAsync(
                "payment.token.amount.mismatch", "amount.amount", "The amount must equal the authorised amount of EUR 1,234.50.",
                "Der Betrag muss dem autorisierten Betrag von 1.234,50 EUR entsprechen.", language =>
                    visits.BookAsync(member, token, amount, language: language));
        }

        await AssertErrorAsync(
            "validation.failed", "amount.currency", "The currency must be EUR.", "Die Währung muss EUR sein.",
            language => visits.BookAsync(member, token, "1234.50", currency: "USD", language: language));
        foreach (var none in new[] { "0", "-1234.50", "1234.501" })
            Assert.Equal((400, "errormessage.validation.failed", "amount.amount"), (await visits.BookAsync(member, token, none)).Error);
        Assert.Equal(HttpStatusCode.OK, (await visits.BookAsync(member, token, "1.2345e3")).Status);
    }

    [Fact]
    public async Task Claims_ThatCannotBeSettled_AreRefused()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, claims) = await visits.OwingAsync(20_00, 35_50);
        var (_, foreign) = await visits.OwingAsync(5_00);
        await visits.Studio.PayAsync(member, 20_00, visits.Studio.Settling(claims[0]));
        var token = await visits.PaidAsync(member, "35.49");
        const string English = "The claim is not open or does not belong to this customer.";
        const string German = "Die Forderung ist nicht offen oder gehört nicht zu diesem Kunden.";

        foreach (var claim in new[] { claims[0], foreign[0], TestStudio.NewId() })
        {
            await AssertErrorAsync("validation.failed", "debtClaimIds.0", English, German,
                language => visits.BookAsync(member, token, "35.49", [claim], language: language));
            await AssertErrorAsync(
                "validation.failed", "debtClaimIds.1", English, German, language =>
                    visits.BookAsync(member, token, "35.49", [claims[1], claim], language: language));
        }

        await AssertErrorAsync(
            "validation.failed", "amount.amount", "The amount must cover the given claims in full.",
            "Der Betrag muss die angegebenen Forderungen vollständig decken.", language =>
                visits.BookAsync(member, token, "35.49", [claims[1]], language: language));
        Assert.Equal([0m, 35.5m], await visits.OwedAsync(member));
        Assert.Equal(1, await visits.PaymentsAsync(member, "authorised"));
    }

    [Fact]
    public async Task Token_OfAnotherKind_IsRefused()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        var (paid, left) = (await visits.PaidAsync(member, "20"), await visits.LeftAsync(member));
        var purchase = await visits.ReadyAsync(await visits.SessionAsync(member, "0"), Visits.Card());

        await AssertTokenErrorAsync(
            "kind.mismatch", "The payment request token was issued for a payment, not for a payment instrument.",
            "Das Zahlungstoken wurde für eine Zahlung ausgestellt, nicht für ein Zahlungsmittel.", language =>
                visits.ReplaceAsync(member, paid, language));
        await AssertTokenErrorAsync(
            "kind.mismatch", "The payment request token was issued for a payment instrument, not for a payment.",
            "Das Zahlungstoken wurde für ein Zahlungsmittel ausgestellt, nicht für eine Zahlung.", language =>
                visits.BookAsync(member, left, "20", language: language));
        Assert.Equal("errormessage.payment.token.kind.mismatch", (await visits.ReplaceAsync(member, purchase)).Text("errorCode"));
    }

    [Fact]
    public async Task Capture_ThatIsDeclined_SpendsTheToken()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, claims) = await visits.OwingAsync(20_00);
        var (session, paying, key) = (await visits.SessionAsync(member, "20"), WritingRoutes.NewKey(), WritingRoutes.NewKey());
        var token = (await visits.SubmitAsync(session, Visits.Card(DeclinedAtCapture), paying)).Text("paymentRequestToken")!;

        var english = await visits.BookAsync(member, token, "20", claims, once: key);
        var german = await visits.BookAsync(member, token, "20", claims, language: "de", once: key);

        Assert.Equal((400, "errormessage.payment.declined", null), english.Error);
        Assert.Equal(("The payment was declined.", false), (english.Text("errorMessage"), english.Replayed));
        Assert.Equal(("Die Zahlung wurde abgelehnt.", true), (german.Text("errorMessage"), german.Replayed));
        Assert.Equal("errormessage.payment.token.used", (await visits.BookAsync(member, token, "20", claims)).Text("errorCode"));
        Assert.Equal([20m], await visits.OwedAsync(member));
        // The customer is not asked for another card: the session is over.
        Assert.Equal("used", (await visits.SubmitAsync(session, Visits.Card(DeclinedAtCapture), paying)).Text("status"));
        Assert.Equal(
            ("used", null), ((await visits.ShownAsync(session)).Text("status"), (await visits.ShownAsync(session)).Text("failure")));
        Assert.Equal(HttpStatusCode.OK, (await visits.BookAsync(member, await visits.PaidAsync(member, "20"), "20", claims)).Status);
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);
    }

    [Fact]
    public async Task StoredCard_IsChargedWhenItIsBooked_AndMayBeDeclinedThen()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, claims) = await visits.OwingAsync(20_00);
        Assert.Equal(HttpStatusCode.OK, (await visits.ReplaceAsync(member, await visits.LeftAsync(member))).Status);
        var token = await visits.ChosenAsync(member, "20");
        Assert.Equal(0, await visits.PaymentsAsync(member, "authorised"));

        Assert.Equal(HttpStatusCode.OK, (await visits.BookAsync(member, token, "20", claims)).Status);
        Assert.Equal([0m], await visits.OwedAsync(member));
        Assert.Equal(1, await visits.PaymentsAsync(member, "captured"));

        var (poor, owed) = await visits.OwingAsync(20_00);
        await visits.LeftAsync(poor, "4000000000009995");
        var declined = await visits.ChosenAsync(poor, "20");
        Assert.Equal((400, "errormessage.payment.declined", null), (await visits.BookAsync(poor, declined, "20", owed)).Error);
        Assert.Equal("errormessage.payment.token.used", (await visits.BookAsync(poor, declined, "20", owed)).Text("errorCode"));
        Assert.Equal([20m], await visits.OwedAsync(poor));
    }

    [Fact]
    public async Task OneToken_BookedFiftyTimesAtOnce_IsBookedOnce()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, claims) = await visits.OwingAsync(20_00);
        await visits.LeftAsync(member);

        foreach (var token in new[] { await visits.PaidAsync(member, "20"), await visits.ChosenAsync(member, "20") })
        {
            var captured = await visits.PaymentsAsync(member, "captured");
            var answers =
                await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => visits.BookAsync(member, token, "20", captured == 0 ? claims : [])));

            Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
            (int, string?, string?)[] refusals =
                [(409, "errormessage.concurrent.modification", null), (400, "errormessage.payment.token.used", "paymentRequestToken")];
            Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), answer => Assert.Contains(answer.Error, refusals));
            Assert.Equal(captured + 1, await visits.PaymentsAsync(member, "captured"));
        }

        Assert.Equal([0m], await visits.OwedAsync(member));
        Assert.Equal(20m, await visits.BalanceAsync(member));
    }

    [Fact]
    public async Task OneInstrument_TakenOverFiftyTimesAtOnce_IsTakenOverOnce()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        var token = await visits.LeftAsync(member);

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => visits.ReplaceAsync(member, token)));

        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(
            answers.Where(answer => answer.Status != HttpStatusCode.OK),
            answer => Assert.Equal((400, "errormessage.payment.token.used", "paymentRequestToken"), answer.Error));
    }

    [Fact]
    public async Task Request_RepeatedUnderItsKey_GetsItsFirstAnswerAgain()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, claims) = await visits.OwingAsync(20_00);
        var (other, _) = await visits.OwingAsync();
        await visits.LeftAsync(member);
        foreach (var token in new[] { await visits.PaidAsync(member, "20"), await visits.ChosenAsync(member, "20") })
        {
            var key = WritingRoutes.NewKey();
            var first = await visits.BookAsync(member, token, "20", once: key);
            var again = await visits.BookAsync(member, token, "20", once: key);

            Assert.Equal((HttpStatusCode.OK, false, null), (first.Status, first.Replayed, first.Body));
            Assert.Equal((HttpStatusCode.OK, true, null), (again.Status, again.Replayed, again.Body));
            Assert.NotNull(first.Payment);
            Assert.Equal(first.Payment, again.Payment);
            Assert.Equal(
                (409, "errormessage.idempotencykey.reused", null), (await visits.BookAsync(member, token, "20", claims, once: key)).Error);
            Assert.Equal((409, "errormessage.idempotencykey.reused", null), (await visits.BookAsync(other, token, "20", once: key)).Error);
            Assert.Equal("errormessage.payment.token.used",
                (await visits.BookAsync(member, token, "20", once: WritingRoutes.NewKey())).Text("errorCode"));
        }

        var (left, once) = (await visits.LeftAsync(member), WritingRoutes.NewKey());
        Assert.Equal((HttpStatusCode.OK, false), await ReplacedAsync(left, once));
        Assert.Equal((HttpStatusCode.OK, true), await ReplacedAsync(left, once));

        async Task<(HttpStatusCode, bool)> ReplacedAsync(string token, string key)
        {
            var answer = await visits.ReplaceAsync(member, token, once: key);
            return (answer.Status, answer.Replayed);
        }
    }

    [Fact]
    public async Task Instrument_TakenOver_IsTheAccountsOwnAndTheOneBeforeIsKept()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        var first = await visits.LeftAsync(member);
        Assert.Equal(HttpStatusCode.OK, (await visits.ReplaceAsync(member, first)).Status);
        const string Mandate = """
            {"choice":"SEPA","account":{"iban":"DE89370400440532013000","bic":"COBADEFFXXX","holder":"Ada Nkemelu"},"mandateAccepted":true}
            """;
        var session = await visits.SessionAsync(member, "0", "MEMBER_ACCOUNT");
        var submitted = await visits.SubmitAsync(session, Mandate);
        var account = submitted.Body!["details"]!["sepa"]!["bankAccountDetails"]!;
        Assert.Equal(
            ("", "COBADEFFXXX", "DE ···· 3000"), ((string?)account["bankName"], (string?)account["bic"], (string?)account["iban"]));
        var replaced = await visits.ReplaceAsync(member, submitted.Text("paymentRequestToken")!);

        Assert.Equal((HttpStatusCode.OK, null, null), (replaced.Status, replaced.Body, replaced.Payment));
        Assert.Equal(("inactive", "current"), (await StandingAsync(first), await StandingAsync(session)));
        Assert.Equal(["SEPA"], (await visits.ShownAsync(await visits.SessionAsync(member, "10"))).Body!["instruments"]!.AsArray()
            .Select(instrument => (string?)instrument!["choice"]));
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("9223372036854775808")]
    [InlineData("abc")]
    [InlineData("1.0")]
    public async Task Customer_ThatIsNoId_IsRefused(string id)
    {
        var studio = await TestStudio.OfDemoCompanyAsync(books);
        foreach (var (
            operation, body) in new[] { ("payment", Visits.Booking("prt_x", "20")), ("payment-instrument", Visits.Replacing("prt_x")) })
        {
            var answer = await studio.PostAsync($"/v1/customers/{id}/account/{operation}", body);
            Assert.Equal((400, "errormessage.validation.failed", "customerId"), answer.Error);
        }
    }

    [Fact]
    public async Task Token_ThatIsNone_IsRefused()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        foreach (var token in new[] { "", " ", "\\u0000\\u0001", "prt_\\ud800", new string('p', 513), new string('p', 1_000_000) })
        {
            foreach (var answer in new[] { await visits.BookAsync(member, token, "20"), await visits.ReplaceAsync(member, token) })
                Assert.Equal((400, "errormessage.validation.failed", "paymentRequestToken"), answer.Error);
        }

        var beyond = await visits.BookAsync(member, new string('p', 1024 * 1024), "20");
        Assert.Equal((413, "errormessage.body.toolarge", null), beyond.Error);
    }

    private async Task<string?> StandingAsync(string token) => (string?)await books.ScalarAsync(
        "SELECT i.standing FROM session s JOIN instrument i ON i.merchant_id = s.merchant_id AND i.id = s.instrument_id WHERE s.id = $1",
        Visits.SessionOf(token));

    private static Task AssertTokenErrorAsync(string code, string english, string german, Func<string, Task<TestStudio.Answered>> ask) =>
        AssertErrorAsync($"payment.token.{code}", "paymentRequestToken", english, german, ask);

    /// <summary>Asks in both languages. A text is known by its beginning.</summary>
    private static async Task AssertErrorAsync(
        string code, string? reference, string english, string german, Func<string, Task<TestStudio.Answered>> ask, int status = 400)
    {
        foreach (var (language, text) in new[] { ("en", english), ("de-LU", german) })
        {
            var answer = await ask(language);
            Assert.Equal((status, $"errormessage.{code}", reference), answer.Error);
            Assert.StartsWith(text, answer.Text("errorMessage"), StringComparison.Ordinal);
            Assert.Null(answer.Payment);
        }
    }
}
