using System.Net;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Tests.Running;
using Quittance.Tests.SportAlliance;

namespace Quittance.Tests.Web;

/// <summary>The requests of the widget's frame in a customer's session, over HTTP.</summary>
public sealed class WidgetApiTests(BooksFixture books)
{
    private const string Mandate = "\"mandateAccepted\":true";
    private const string NeedsConfirmation = "4000000000003220";

    [Fact]
    public async Task Card_ThatIsAuthorised_GivesATokenAndItsMaskedDetails()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        var session = await visits.SessionAsync(member, "20");

        var paid = await visits.SubmitAsync(session, Visits.Card());

        Assert.Equal((HttpStatusCode.OK, "ready"), (paid.Status, paid.Text("status")));
        Assert.StartsWith("prt_", paid.Text("paymentRequestToken"), StringComparison.Ordinal);
        var card = paid.Body!["details"]!["creditCard"]!;
        Assert.Equal(("···· 4242", "Ada Nkemelu", "12/90", "Visa"),
            ((string?)card["cardNumber"], (string?)card["cardHolder"], (string?)card["expiry"], (string?)card["brand"]));
        Assert.False(paid.Body.ContainsKey("paymentInstrumentToken"));
        var shown = await visits.ShownAsync(session);
        Assert.Equal(("ready", paid.Text("paymentRequestToken")), (shown.Text("status"), shown.Text("paymentRequestToken")));
        // A payment that waits to be booked is not made a second time.
        Assert.Equal(paid.Text("paymentRequestToken"), (await visits.SubmitAsync(session, Visits.Card())).Text("paymentRequestToken"));
        Assert.Equal(1, await visits.PaymentsAsync(member, "authorised"));
    }

    [Theory]
    [InlineData("4000000000000002", "declined")]
    [InlineData("4000000000009995", "insufficient_funds")]
    [InlineData("4000000000000069", "expired_card")]
    [InlineData("4000000000000127", "security_code_wrong")]
    public async Task Card_ThatIsDeclined_SaysWhyAndLetsTheCustomerTryAnother(string number, string code)
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        var session = await visits.SessionAsync(member, "20");

        var declined = await visits.SubmitAsync(session, Visits.Card(number));

        Assert.Equal((HttpStatusCode.PaymentRequired, code), (declined.Status, declined.Text("code")));
        Assert.Equal("open", (await visits.ShownAsync(session)).Text("status"));
        var token = await visits.ReadyAsync(session, Visits.Card());
        Assert.Equal(HttpStatusCode.OK, (await visits.BookAsync(member, token, "20")).Status);
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);
    }

    [Fact]
    public async Task Card_ThatIsDeclined_LetsTheCustomerChooseAStoredOne()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        await visits.LeftAsync(member);
        var session = await visits.SessionAsync(member, "20");
        await visits.SubmitAsync(session, Visits.Card("4000000000000002"));
        var stored = (string)Assert.Single((await visits.ShownAsync(session)).Body!["instruments"]!.AsArray())!["id"]!;

        var token = await visits.ReadyAsync(session, $$"""{"instrument":"{{stored}}"}""");

        Assert.Equal(HttpStatusCode.OK, (await visits.BookAsync(member, token, "20")).Status);
    }

    [Fact]
    public async Task Card_ThatMustBeConfirmed_IsPendingWithItsAddress()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        var session = await visits.SessionAsync(member, "20");

        var pending =
            await visits.SubmitAsync(session, Visits.Card(NeedsConfirmation, more: ",\"returnUrl\":\"https://studio.example/back\""));

        Assert.Equal((HttpStatusCode.OK, "pending"), (pending.Status, pending.Text("status")));
        Assert.StartsWith(books.Sandbox.AbsoluteUri, pending.Text("redirectTo"), StringComparison.Ordinal);
        Assert.False(pending.Body!.ContainsKey("paymentRequestToken"));
        var again = await visits.SubmitAsync(session, Visits.Card());
        Assert.Equal((HttpStatusCode.Conflict, "in_progress"), (again.Status, again.Text("code")));
    }

    [Theory]
    [InlineData("CREDIT_CARD", "\"card\":{\"number\":\"4242424242424241\",\"expiry\":\"12/2090\",\"securityCode\":\"123\"}",
        "card.number invalid")]
    [InlineData("CREDIT_CARD", "\"card\":{\"number\":\"4242424242424242\",\"expiry\":\"01/2020\",\"securityCode\":\"123\"}",
        "card.expiry out_of_range")]
    [InlineData("CREDIT_CARD", "\"card\":{\"number\":\"4242424242424242\",\"expiry\":\"13/2030\",\"securityCode\":\"123\"}",
        "card.expiry invalid")]
    [InlineData("CREDIT_CARD", "\"card\":{\"number\":\"4242424242424242\",\"expiry\":\"12/2090\",\"securityCode\":\"12\"}",
        "card.securityCode invalid")]
    [InlineData("CREDIT_CARD", "\"card\":{}", "card.number missing, card.expiry missing, card.securityCode missing")]
    [InlineData("SEPA", "\"account\":{\"iban\":\"DE89370400440532013001\",\"holder\":\"Ada\"}," + Mandate, "account.iban invalid")]
    [InlineData("SEPA", "\"account\":{\"iban\":\"DE89370400440532013000\"}," + Mandate, "account.holder missing")]
    [InlineData("SEPA", "\"account\":{\"iban\":\"DE89370400440532013000\",\"holder\":\"Ada\",\"bic\":\"x\"}," + Mandate,
        "account.bic invalid")]
    [InlineData("SEPA", "\"account\":{\"iban\":\"DE89370400440532013000\",\"holder\":\"Ada\"},\"mandateAccepted\":false",
        "mandateAccepted out_of_range")]
    [InlineData("SEPA", "\"account\":{\"iban\":\"DE89370400440532013000\",\"holder\":\"Ada\"}", "mandateAccepted missing")]
    [InlineData("SEPA", "\"account\":{\"iban\":\"TR330006100519786457841326\",\"holder\":\"Ada\"}," + Mandate, "account.iban out_of_range")]
    [InlineData("CH_DD", "\"account\":{\"iban\":\"DE89370400440532013000\",\"holder\":\"Ada\"}," + Mandate, "account.iban out_of_range")]
    [InlineData("BACS", "\"account\":{\"sortCode\":\"1\",\"accountNumber\":\"x\",\"holder\":\"Ada\"}," + Mandate,
        "account.sortCode invalid, account.accountNumber invalid")]
    [InlineData("TWINT", "\"card\":{}", "choice invalid")]
    public async Task Fields_ThatAreWrong_AreNamed(string choice, string fields, string expected)
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        var session = await visits.SessionAsync(member, "20");

        var answer = await visits.SubmitAsync(session, $$"""{"choice":"{{choice}}",{{fields}} }""");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal(expected, string.Join(", ", answer.Body!["fields"]!.AsArray().Select(fault => $"{fault!["field"]} {fault["code"]}")));
        Assert.Equal("open", (await visits.ShownAsync(session)).Text("status"));
    }

    /// <summary>A picture of one pixel.</summary>
    private const string Dot = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
        + "AAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    [Theory]
    [InlineData("", "account.signature missing")]
    [InlineData(",\"signature\":null", "account.signature missing")]
    [InlineData(",\"signature\":\"\"", "account.signature invalid")]
    [InlineData(",\"signature\":\"Ada Nkemelu\"", "account.signature invalid")]
    [InlineData(",\"signature\":\"data:image/png;base64,no picture\"", "account.signature invalid")]
    [InlineData(",\"signature\":\"data:image/png;base64,iVBORw0KGgo=\"", "account.signature invalid")]
    // 65,535 pixels wide, in a few bytes.
    [InlineData(
        ",\"signature\":\"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA//8AAAABCAYAAAAfFcSJ\"", "account.signature invalid")]
    public async Task Mandate_ThatIsToBeSigned_IsNotTakenWithoutASignature(string signature, string expected)
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        var session = await visits.SessionAsync(member, "20", more: ",\"requireDirectDebitSignature\":true");

        var unsigned = await visits.SubmitAsync(session, Body(signature));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, unsigned.Status);
        Assert.Equal(
            expected, string.Join(", ", unsigned.Body!["fields"]!.AsArray().Select(fault => $"{fault!["field"]} {fault["code"]}")));
        var signed = await visits.SubmitAsync(session, Body($",\"signature\":\"{Dot}\""));
        Assert.Equal(Dot, (string?)signed.Body!["details"]!["sepa"]!["bankAccountDetails"]!["signature"]);

        static string Body(string signature) =>
            $$"""{"choice":"SEPA","account":{"iban":"DE89370400440532013000","holder":"Ada"{{signature}}},{{Mandate}} }""";
    }

    [Fact]
    public async Task WhatComesWithAMandate_LiesSealedWithItsAccount_AndIsReportedToThePage()
    {
        var studio = await WidgetStudio.OpenAsync(books, "GBP");
        var session = await studio.OpenSessionAsync(await studio.Studio.MemberAsync(), 20, "BACS");

        var paid = await Visits.SubmitAsync(
            books.Client, session,
            $$"""{"choice":"BACS","account":{"sortCode":"20-12-53","accountNumber":"55779911","holder":"Ada","email":"ada@example.org"},"""
                + $$"""{{Mandate}} }""",
            once: null);

        var shown = paid.Body!["details"]!["bacs"]!;
        Assert.Equal(
            ("ada@example.org", "··-··-··", ""),
            ((string?)shown["shopperEmail"], (string?)shown["bankLocationId"], (string?)shown["directDebitPdfFormUrl"]));
        var instrument = (Guid)(await books.ScalarAsync("SELECT instrument_id FROM session WHERE id = $1", Visits.SessionOf(session)))!;
        var kept = await books.Vault.OpenAsync(new InstrumentId(studio.Studio.Merchant, instrument), TestContext.Current.CancellationToken);
        Assert.Equal("ada@example.org", Assert.IsType<UkAccount>(kept).Email);
        Assert.DoesNotContain("example.org",
            (string)(await books.ScalarAsync("SELECT i::text FROM instrument i WHERE id = $1", instrument))!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WayToPay_ThatIsNotOffered_IsRefused()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        await visits.LeftAsync(member);
        var all = await visits.SessionAsync(member, "20");
        var instrument = (string)Assert.Single((await visits.ShownAsync(all)).Body!["instruments"]!.AsArray())!["id"]!;
        var stored = $$"""{"instrument":"{{instrument}}"}""";
        var cash = await visits.SessionAsync(member, "20", more: Visits.Permitting("CASH"));
        var fresh = await visits.SessionAsync(member, "20", more: ",\"showExistingPaymentInstruments\":false");

        foreach (var (session, body) in new[] { (cash, Visits.Card()), (cash, stored), (fresh, stored) })
        {
            var refused = await visits.SubmitAsync(session, body);
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "choice_not_offered"), (refused.Status, refused.Text("code")));
            Assert.Empty((await visits.ShownAsync(session)).Body!["instruments"]!.AsArray());
        }

        Assert.Equal(HttpStatusCode.OK, (await visits.SubmitAsync(all, stored)).Status);
    }

    [Fact]
    public async Task StoredInstrument_OfAnotherCustomer_IsRefused()
    {
        var visits = await Visits.OpenAsync(books);
        var ((member, _), (other, _)) = (await visits.OwingAsync(), await visits.OwingAsync());
        await visits.LeftAsync(other);
        var foreign = (string)(await visits.ShownAsync(await visits.SessionAsync(other, "20"))).Body!["instruments"]![0]!["id"]!;
        var session = await visits.SessionAsync(member, "20");

        foreach (var id in new[] { foreign, WritingRoutes.NewKey() })
        {
            var refused = await visits.SubmitAsync(session, $$"""{"instrument":"{{id}}"}""");
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "instrument_unknown"), (refused.Status, refused.Text("code")));
        }

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await visits.SubmitAsync(session, """{"instrument":"x"}""")).Status);
        Assert.Equal("open", (await visits.ShownAsync(session)).Text("status"));
    }

    [Fact]
    public async Task Card_KeptForLater_IsOfferedInTheNextSession()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        var kept = await visits.SubmitAsync(await visits.SessionAsync(member, "20"), Visits.Card(more: ",\"store\":true"));
        await visits.PaidAsync(member, "20");

        var offered = Assert.Single((await visits.ShownAsync(await visits.SessionAsync(member, "20"))).Body!["instruments"]!.AsArray())!;

        Assert.Equal(("CREDIT_CARD", "Visa ···· 4242", "12/90"),
            ((string?)offered["choice"], (string?)offered["label"], (string?)offered["expiry"]));
        Assert.StartsWith("pit_", kept.Text("paymentInstrumentToken"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Card_PaidWithOutsideOfAPurchase_IsNotKept()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        var session = await visits.SessionAsync(member, "20", "MEMBER_ACCOUNT");
        Assert.False((bool)(await visits.ShownAsync(session)).Body!["mayStore"]!);

        await visits.ReadyAsync(session, Visits.Card(more: ",\"store\":true"));

        Assert.Empty((await visits.ShownAsync(await visits.SessionAsync(member, "20"))).Body!["instruments"]!.AsArray());
    }

    [Theory]
    [InlineData("CASH", "cash")]
    [InlineData("BANK_TRANSFER", "bankTransfer")]
    public async Task WayToPay_WithoutANumberBehindIt_IsTakenOverToo(string choice, string details)
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();

        var session = await visits.SessionAsync(member, "0", "MEMBER_ACCOUNT", Visits.Permitting(choice));
        var left = await visits.SubmitAsync(session, $$"""{"choice":"{{choice}}"}""");

        Assert.True(left.Body!["details"]!.AsObject().ContainsKey(details), $"{left.Body}");
        Assert.Equal(HttpStatusCode.OK, (await visits.ReplaceAsync(member, left.Text("paymentRequestToken")!)).Status);
        Assert.Empty((await visits.ShownAsync(await visits.SessionAsync(member, "20"))).Body!["instruments"]!.AsArray());
    }

    [Fact]
    public async Task Session_ThatIsOver_SaysSo()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        var (ended, used) = (await visits.SessionAsync(member, "20"), await visits.SessionAsync(member, "20"));
        await visits.EndAsync(ended);
        Assert.Equal(HttpStatusCode.OK, (await visits.BookAsync(member, await visits.ReadyAsync(used, Visits.Card()), "20")).Status);

        foreach (var (session, status) in new[] { (ended, "expired"), (used, "used") })
        {
            Assert.Equal(status, (await visits.ShownAsync(session)).Text("status"));
            var refused = await visits.SubmitAsync(session, Visits.Card());
            Assert.Equal((HttpStatusCode.Gone, status), (refused.Status, refused.Text("code")));
        }
    }

    [Fact]
    public async Task Token_ThatIsWrong_OpensNothing()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        var session = await visits.SessionAsync(member, "20");
        var token = await visits.ReadyAsync(session, Visits.Card());
        string[] wrong =
        [
            token, "us_" + token[4..], session[..^1], session[..^6] + (session[^6] == 'A' ? 'B' : 'A') + session[^5..], "us_",
            "us_" + new string('A', 75),
            visits.Studio.Key, new string('x', 4000),
        ];

        foreach (var other in wrong)
        {
            foreach (var answer in new[] { await visits.ShownAsync(other), await visits.SubmitAsync(other, Visits.Card()) })
                Assert.Equal((HttpStatusCode.Unauthorized, "unauthorized"), (answer.Status, answer.Text("code")));
        }
    }

    [Fact]
    public async Task Token_OfACustomer_OpensNoOtherApi()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        var session = await visits.SessionAsync(member, "20");
        foreach (var token in new[] { session, await visits.ReadyAsync(session, Visits.Card()) })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await new TmfHttp(books, token).GetAsync("/paymentManagement/v4/payment/1")).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await new TmfHttp(books, token).PostAsync("/brm/payment/v4/payment", "{}")).Status);
            Assert.Equal(401, (await visits.Studio.GetAsync($"/v1/customers/{member}/account/balances", key: token)).Error.Status);
            Assert.Equal(401, (await visits.Studio.PostAsync("/v1/payments/user-session", "{}", key: token)).Error.Status);
        }
    }

    [Fact]
    public async Task Submission_RepeatedUnderItsKey_IsPaidOnceAndAnsweredAlike()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        foreach (var card in new[] { Visits.GoodCard, "4000000000000002" })
        {
            var (session, key) = (await visits.SessionAsync(member, "20"), WritingRoutes.NewKey());
            var (first, again) =
                (await visits.SubmitAsync(session, Visits.Card(card), key), await visits.SubmitAsync(session, Visits.Card(card), key));

            Assert.Equal((first.Status, first.Body!.ToJsonString()), (again.Status, again.Body!.ToJsonString()));
            Assert.Equal((false, true), (first.Replayed, again.Replayed));
        }

        Assert.Equal((1L, 1L), (await visits.PaymentsAsync(member, "authorised"), await visits.PaymentsAsync(member, "declined")));
    }

    [Fact]
    public async Task Submission_UnderTheKeyOfAnother_IsRefused()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        var (session, key) = (await visits.SessionAsync(member, "20"), WritingRoutes.NewKey());
        await visits.SubmitAsync(session, Visits.Card(), key);

        foreach (var other in new[] { Visits.Card("5555555555554444"),
            Visits.Card().Replace("\"123\"", "\"456\"", StringComparison.Ordinal) })
        {
            var refused = await visits.SubmitAsync(session, other, key);
            Assert.Equal((HttpStatusCode.Conflict, "key_reused"), (refused.Status, refused.Text("code")));
        }
    }

    [Fact]
    public async Task Session_SubmittedTwentyTimesAtOnce_IsPaidOnce()
    {
        var visits = await Visits.OpenAsync(books);
        var (member, _) = await visits.OwingAsync();
        var session = await visits.SessionAsync(member, "20");

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => visits.SubmitAsync(session, Visits.Card())));

        Assert.All(answers,
            answer => Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.Conflict, $"{answer.Status} {answer.Body}"));
        Assert.Contains(answers, answer => answer.Text("status") == "ready");
        Assert.Equal(1, await visits.PaymentsAsync(member, "authorised"));
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);
    }
}
