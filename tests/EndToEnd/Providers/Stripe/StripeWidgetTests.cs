using System.Net;
using Quittance.Core;
using Quittance.Core.Executing;
using Quittance.Core.Providers;
using Quittance.Providers.Stripe;
using Quittance.Tests.Running;
using Quittance.Tests.SportAlliance;

namespace Quittance.Tests.Providers;

/// <summary>Members pay in the widget by cards that Stripe holds, over HTTP and to the cent at the Stripe face.</summary>
public sealed class StripeWidgetTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Card_ThatStripeHolds_PaysClaims_AndIsRefunded()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var visits = stripe.Visits;
        var (member, claims) = await visits.OwingAsync(20_00, 35_50);
        var session = await visits.SessionAsync(member, "55.50");
        var offered = (await visits.ShownAsync(session)).Body!;
        Assert.Equal(
            ("""["CREDIT_CARD","SEPA"]""", """["CREDIT_CARD","SEPA"]"""),
            (offered["choices"]!.ToJsonString(), offered["pages"]!.ToJsonString()));
        Assert.True((bool)offered["mayOfferWallets"]!);

        var page = await stripe.PageAsync(session);
        Assert.Equal("entering", (await visits.ShownAsync(session)).Text("status"));
        await StripeStudio.EnterAsync(page);
        var paid = await stripe.ComeBackAsync(session);

        Assert.Equal((HttpStatusCode.OK, "ready"), (paid.Status, paid.Text("status")));
        var card = paid.Body!["details"]!["creditCard"]!;
        Assert.Equal(("···· 4242", "Ada Nkemelu", "12/40", "Visa"),
            ((string?)card["cardNumber"], (string?)card["cardHolder"], (string?)card["expiry"], (string?)card["brand"]));
        Assert.Equal("requires_capture", (string?)Assert.Single(await stripe.ListAsync("payment_intents"))["status"]);
        // A request that is repeated finds its payment.
        Assert.Equal(paid.Text("paymentRequestToken"), (await stripe.ComeBackAsync(session)).Text("paymentRequestToken"));

        var booked = await visits.BookAsync(member, paid.Text("paymentRequestToken")!, "55.50", claims);
        Assert.Equal(HttpStatusCode.OK, booked.Status);
        Assert.Equal([0, 0], await visits.OwedAsync(member));
        var intent = Assert.Single(await stripe.ListAsync("payment_intents"));
        Assert.Equal(("succeeded", 55_50, "eur"),
            ((string?)intent["status"], (long)intent["amount_received"]!, (string?)intent["currency"]));
        Assert.Equal((string?)intent["id"], await books.ScalarAsync(
            "SELECT provider_reference FROM attempt WHERE merchant_id = $1 AND payment_id = $2 AND verb = 'capture'",
            visits.Studio.Merchant.Value, booked.Payment!.Value));

        await stripe.RefundAsync(member, booked.Payment.Value, 10_00);
        await stripe.UntilAsync("refunds", "succeeded");
        Assert.Equal(10_00, (long)Assert.Single(await stripe.ListAsync("refunds"))["amount"]!);
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);
    }

    /// <summary>No money moves on Stripe's page, so Stripe names no amount there by itself.</summary>
    [Fact]
    public async Task StripesPage_SaysWhatIsCharged_InTheLanguageOfTheWidget()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var (member, _) = await stripe.Visits.OwingAsync(55_50);
        using var browser = new HttpClient();

        var german = await browser.GetStringAsync(
            await stripe.PageAsync(await stripe.Visits.SessionAsync(member, "55.50"), ""","language":"de" """), Cancel);
        var english = await browser.GetStringAsync(
            await stripe.PageAsync(await stripe.Visits.SessionAsync(member, "55.50"), ""","language":"tlh" """), Cancel);

        Assert.Contains("""lang="de">Sobald Sie speichern, zieht """, german, StringComparison.Ordinal);
        Assert.Contains("55,50", german, StringComparison.Ordinal);
        Assert.Contains("""lang="en">As soon as you save this, """, english, StringComparison.Ordinal);
    }

    /// <summary>The page at Stripe has no box for it, so the tick waits with the session.</summary>
    [Fact]
    public async Task Autopay_ThatIsChosenBeforeStripesPage_IsInForceOnceItsPaymentIsBooked()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var (member, claims) = await stripe.Visits.OwingAsync(20_00);
        var session = await stripe.Visits.SessionAsync(member, "20");

        var paid = await stripe.PayAsync(session, more: ",\"autopay\":\"it\"");
        var booked = await stripe.Visits.BookAsync(member, paid.Text("paymentRequestToken")!, "20", claims);

        Assert.Equal(HttpStatusCode.OK, booked.Status);
        Assert.Equal("widget it saved", await books.ScalarAsync(
            "SELECT u.source || ' ' || u.language || ' ' || i.standing FROM autopay u JOIN instrument i ON i.merchant_id = u.merchant_id "
            + "AND i.id = u.instrument_id WHERE u.merchant_id = $1",
            stripe.Visits.Studio.Merchant.Value));
        await books.AssertBooksAreCleanAsync(stripe.Visits.Studio.Merchant);
    }

    [Fact]
    public async Task Money_ThatNoClientBooks_GoesBackAtStripe()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var (member, _) = await stripe.Visits.OwingAsync();
        var session = await stripe.Visits.SessionAsync(member, "20");
        Assert.Equal("ready", (await stripe.PayAsync(session)).Text("status"));

        await stripe.Visits.EndAsync(session);

        await stripe.UntilAsync("payment_intents", "canceled");
    }

    [Fact]
    public async Task Card_ThatAMemberLeaves_IsChargedLaterWithoutThePage()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var visits = stripe.Visits;
        var (member, claims) = await visits.OwingAsync(15_00);
        var left = await stripe.PayAsync(await visits.SessionAsync(member, "0", "MEMBER_ACCOUNT"));
        Assert.Equal(HttpStatusCode.OK, (await visits.ReplaceAsync(member, left.Text("paymentRequestToken")!)).Status);
        Assert.Empty(await stripe.ListAsync("payment_intents"));

        var booked = await visits.BookAsync(member, await visits.ChosenAsync(member, "15"), "15", claims);

        Assert.Equal(HttpStatusCode.OK, booked.Status);
        var intent = Assert.Single(await stripe.ListAsync("payment_intents"));
        Assert.Equal(("succeeded", true), ((string?)intent["status"], intent["customer"] is not null));
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);
    }

    [Fact]
    public async Task Card_ThatIsDeclined_SaysWhy_AndAnotherPaysOnANewPage()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var (member, _) = await stripe.Visits.OwingAsync();
        var session = await stripe.Visits.SessionAsync(member, "20");

        var declined = await stripe.PayAsync(session, "4000000000009995");

        Assert.Equal((HttpStatusCode.PaymentRequired, "insufficient_funds"), (declined.Status, declined.Text("code")));
        Assert.Equal("open", (await stripe.Visits.ShownAsync(session)).Text("status"));
        Assert.Equal("ready", (await stripe.PayAsync(session)).Text("status"));
    }

    [Theory]
    [InlineData("true", "ready")]
    [InlineData("false", "open")]
    public async Task Card_ThatMustBeConfirmed_LeadsToTheBank_AndStripesEventDecides(string approves, string then)
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var (member, _) = await stripe.Visits.OwingAsync();
        var session = await stripe.Visits.SessionAsync(member, "20");

        var pending = await stripe.PayAsync(session, "4000000000003220");

        Assert.Equal((HttpStatusCode.OK, "pending"), (pending.Status, pending.Text("status")));
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["approve"] = approves });
        using var decided = await browser.PostAsync(new Uri(pending.Text("redirectTo")!), form, Cancel);
        Assert.StartsWith("https://studio.example/back", decided.Headers.Location?.AbsoluteUri, StringComparison.Ordinal);
        await NoticePost.UntilAsync(async () => (await stripe.Visits.ShownAsync(session)).Text("status") == then);
        await books.AssertBooksAreCleanAsync(stripe.Visits.Studio.Merchant);
    }

    [Fact]
    public async Task Card_ThatWaitsAtTheBank_IsGivenUp_AndAnotherPays()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var (member, _) = await stripe.Visits.OwingAsync();
        var session = await stripe.Visits.SessionAsync(member, "20");
        var pending = await stripe.PayAsync(session, "4000000000003220");
        Assert.Equal((true, "pending"), ((bool?)(await stripe.Visits.ShownAsync(session)).Body!["mayGiveUp"], pending.Text("status")));

        var given = await stripe.Visits.GiveUpAsync(session);
        var paid = await stripe.PayAsync(session);

        Assert.Equal((HttpStatusCode.OK, "open", "given_up"), (given.Status, given.Text("status"), given.Text("failure")));
        Assert.Equal("ready", paid.Text("status"));
        await NoticePost.UntilAsync(async () => await StatusesAsync() is "canceled requires_capture");
        await books.AssertBooksAreCleanAsync(stripe.Visits.Studio.Merchant);

        async Task<string> StatusesAsync() => string.Join(
            ' ', (await stripe.ListAsync("payment_intents")).Select(intent => (string)intent["status"]!).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("won", 0)]
    [InlineData("lost", 20)]
    public async Task Dispute_TakesTheMoneyAndItsFee_AndEndsAsStripeSays(string end, int open)
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var visits = stripe.Visits;
        var (member, _, authorisation) = await stripe.PaidAsync(20_00);
        Assert.Equal([0], await visits.OwedAsync(member));
        var name = $"dispute-{authorisation:N}";

        await stripe.DisputeAsync("v1/disputes", new { id = name, authorisation, kind = "chargeback", fee_minor = 15_00 });
        await NoticePost.UntilAsync(async () => (await visits.OwedAsync(member)).Sum() == 20);
        await stripe.DisputeAsync($"v1/disputes/{name}/{end}", new { });
        await NoticePost.UntilAsync(async () => (string?)await DisputeAsync("status") == end);

        Assert.Equal(15_00L, await DisputeAsync("fee_minor"));
        Assert.Equal((decimal)open, (await visits.OwedAsync(member)).Sum());
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);

        Task<object?> DisputeAsync(string column) => books.ScalarAsync(
            $"SELECT {column} FROM dispute WHERE merchant_id = $1", visits.Studio.Merchant.Value);
    }

    [Fact]
    public async Task Dispute_ThatIsWonWhenTheBooksHearOfIt_DoesNotWaitForAnotherThatStands()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var visits = stripe.Visits;
        var (member, _, authorisation) = await stripe.PaidAsync(140_00);

        Assert.Equal(NoticeOutcome.Taken, await TakeAsync("second", 108_83, ListedDisputeState.Open));
        Assert.Equal(NoticeOutcome.Taken, await TakeAsync("first", 105_76, ListedDisputeState.Won));

        Assert.Equal(108.83m, (await visits.OwedAsync(member)).Sum());
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);

        Task<NoticeOutcome> TakeAsync(string name, long amountMinor, ListedDisputeState state) => books.PartOf<NoticeDesk>().TakeAsync(
            new Origin(visits.Studio.Merchant, 0, Guid.CreateVersion7(TimeProvider.System.GetUtcNow())), StripeProvider.ProviderName,
            new ListedDispute(
                name, DisputeKind.Chargeback, authorisation, new Money(amountMinor, TestStudio.Euro), new Money(11_00, TestStudio.Euro),
                state, TimeProvider.System.GetUtcNow()),
            Cancel);
    }

    [Fact]
    public async Task Customer_WhoEntersNothing_ComesBackToTheForm()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var (member, _) = await stripe.Visits.OwingAsync();
        var session = await stripe.Visits.SessionAsync(member, "20");
        var none = await stripe.ComeBackAsync(session);
        await stripe.PageAsync(session);

        var back = await stripe.ComeBackAsync(session);

        Assert.All([none, back], answer =>
            Assert.Equal((HttpStatusCode.UnprocessableEntity, "not_entered"), (answer.Status, answer.Text("code"))));
        Assert.Equal(0, await stripe.Visits.PaymentsAsync(member, "authorised"));
    }

    [Fact]
    public async Task Page_OfARepeatedRequest_IsTheSame()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var (member, _) = await stripe.Visits.OwingAsync();
        var session = await stripe.Visits.SessionAsync(member, "20");

        var first = await stripe.Visits.SubmitAsync(session, StripeStudio.Page(), "once");
        var again = await stripe.Visits.SubmitAsync(session, StripeStudio.Page(), "once");

        Assert.Equal(first.Text("redirectTo"), again.Text("redirectTo"));
        Assert.True(again.Replayed);
    }

    [Fact]
    public async Task Page_AskedForAgainBeforeTheReturn_IsAnother_AndTheFirstCountsNoMore()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var (member, _) = await stripe.Visits.OwingAsync();
        var session = await stripe.Visits.SessionAsync(member, "20");
        var first = await stripe.PageAsync(session);
        var second = await stripe.PageAsync(session);
        Assert.NotEqual(first, second);

        await StripeStudio.EnterAsync(first, "4000000000009995");
        var early = await stripe.ComeBackAsync(session);
        await StripeStudio.EnterAsync(second);
        var paid = await stripe.ComeBackAsync(session);

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "not_entered"), (early.Status, early.Text("code")));
        Assert.Equal((HttpStatusCode.OK, "ready"), (paid.Status, paid.Text("status")));
        Assert.Single(await stripe.ListAsync("payment_intents"));
    }

    [Theory]
    [InlineData("""{"choice":"CREDIT_CARD"}""", "returnUrl missing")]
    [InlineData("""{"choice":"CREDIT_CARD","returnUrl":"javascript:x"}""", "returnUrl invalid")]
    public async Task Page_NeedsAWayBack(string body, string expected)
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var (member, _) = await stripe.Visits.OwingAsync();

        var answer = await stripe.Visits.SubmitAsync(await stripe.Visits.SessionAsync(member, "20"), body);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Equal(expected, string.Join(", ", answer.Body!["fields"]!.AsArray().Select(fault => $"{fault!["field"]} {fault["code"]}")));
    }
}
