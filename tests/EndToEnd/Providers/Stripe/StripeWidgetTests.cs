using System.Net;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;
using Quittance.Core.Webhooks;
using Quittance.Providers.Sandbox;
using Quittance.Storage.Providers;
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
            ("""["CREDIT_CARD"]""", """["CREDIT_CARD"]"""), (offered["choices"]!.ToJsonString(), offered["pages"]!.ToJsonString()));

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

        var refunded = await books.Engine.SubmitAsync(new RefundPayment(
            new Origin(visits.Studio.Merchant, 0, NewId()), visits.Studio.Target(member),
            new PaymentId(visits.Studio.Merchant, booked.Payment.Value),
            new RefundId(visits.Studio.Merchant, NewId()), "test")
        {
            Amount = new Money(10_00, TestStudio.Euro),
        });
        Assert.True(refunded.Accepted);
        await stripe.UntilAsync("refunds", "succeeded");
        Assert.Equal(10_00, (long)Assert.Single(await stripe.ListAsync("refunds"))["amount"]!);
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);
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
        await NoticePost.UntilAsync(async () => (await stripe.Visits.ShownAsync(session)).Text("status") == then, withinSeconds: 30);
        await books.AssertBooksAreCleanAsync(stripe.Visits.Studio.Merchant);
    }

    [Theory]
    [InlineData("won", 0)]
    [InlineData("lost", 20)]
    public async Task Dispute_TakesTheMoneyAndItsFee_AndEndsAsStripeSays(string end, int open)
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var visits = stripe.Visits;
        var (member, claims) = await visits.OwingAsync(20_00);
        var paid = await stripe.PayAsync(await visits.SessionAsync(member, "20"));
        var booked = await visits.BookAsync(member, paid.Text("paymentRequestToken")!, "20", claims);
        Assert.Equal([0], await visits.OwedAsync(member));
        var authorisation = (Guid)(await books.ScalarAsync(
            "SELECT id FROM attempt WHERE merchant_id = $1 AND payment_id = $2 AND verb = 'authorise'",
            visits.Studio.Merchant.Value, booked.Payment!.Value))!;
        var name = $"dispute-{authorisation:N}";

        await stripe.DisputeAsync("v1/disputes", new { id = name, authorisation, kind = "chargeback", fee_minor = 15_00 });
        await NoticePost.UntilAsync(async () => (await visits.OwedAsync(member)).Sum() == 20, withinSeconds: 30);
        await stripe.DisputeAsync($"v1/disputes/{name}/{end}", new { });
        await NoticePost.UntilAsync(async () => (string?)await DisputeAsync("status") == end, withinSeconds: 30);

        Assert.Equal(15_00L, await DisputeAsync("fee_minor"));
        Assert.Equal((decimal)open, (await visits.OwedAsync(member)).Sum());
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);

        Task<object?> DisputeAsync(string column) => books.ScalarAsync(
            $"SELECT {column} FROM dispute WHERE merchant_id = $1", visits.Studio.Merchant.Value);
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

    [Fact]
    public async Task TwoProviders_ChargeWhatTheirRoutesSay()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var visits = stripe.Visits;
        await ConnectSandboxAsync(visits.Studio.Merchant);
        var (member, _) = await visits.OwingAsync();
        // The first provider has the route of everything, and takes no debits.
        Assert.Equal("""["CREDIT_CARD"]""", await ChoicesAsync(visits, member));

        await RouteAsync(visits.Studio.Merchant, new ProviderRoute(InstrumentKind.IbanAccount, null, [SandboxProvider.ProviderName]));
        Assert.Equal("""["CREDIT_CARD","SEPA"]""", await ChoicesAsync(visits, member));
        var debit = await visits.SubmitAsync(
            await visits.SessionAsync(member, "20"),
            """{"choice":"SEPA","account":{"iban":"DE89370400440532013000","holder":"Ada"},"mandateAccepted":true}""");
        Assert.Equal("ready", debit.Text("status"));
        Assert.Equal("ready", (await stripe.PayAsync(await visits.SessionAsync(member, "30"))).Text("status"));

        await EndAsync(visits.Studio.Merchant, InstrumentKind.IbanAccount);
        Assert.Equal("""["CREDIT_CARD"]""", await ChoicesAsync(visits, member));
        Assert.Equal(
            "sandbox 2000, stripe 3000",
            await books.ScalarAsync(
                "SELECT string_agg(provider || ' ' || amount_minor, ', ' ORDER BY provider) FROM attempt "
                + "WHERE merchant_id = $1 AND verb = 'authorise'",
                visits.Studio.Merchant.Value));
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);
    }

    [Fact]
    public async Task SecondProvider_TakesCards_WhileTheFirstDoesNotAnswer()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var visits = stripe.Visits;
        await ConnectSandboxAsync(visits.Studio.Merchant);
        await RouteAsync(visits.Studio.Merchant, new ProviderRoute(null, null, ["stripe", SandboxProvider.ProviderName]));
        // Nothing listens there.
        await stripe.ConnectAsync(new Uri("http://127.0.0.1:1/"));
        var (member, _) = await visits.OwingAsync();
        await NoticePost.UntilAsync(async () =>
            (await visits.SubmitAsync(await visits.SessionAsync(member, "20"), StripeStudio.Page())).Status
                != HttpStatusCode.ServiceUnavailable,
            withinSeconds: 60);

        var paid = await visits.SubmitAsync(await visits.SessionAsync(member, "20"), Visits.Card());

        Assert.Equal("ready", paid.Text("status"));
        Assert.Equal("sandbox", await books.ScalarAsync(
            "SELECT string_agg(provider, ', ') FROM attempt WHERE merchant_id = $1 AND verb = 'authorise'",
            visits.Studio.Merchant.Value));
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);
    }

    private static async Task<string> ChoicesAsync(Visits visits, long member) =>
        (await visits.ShownAsync(await visits.SessionAsync(member, "20"))).Body!["choices"]!.ToJsonString();

    private async Task RouteAsync(MerchantId merchant, ProviderRoute route) => await new ProviderRoutes(books.Database, TimeProvider.System)
        .SetAsync(merchant, route, By(merchant, "provider.route"), Cancel);

    private async Task EndAsync(MerchantId merchant, InstrumentKind kind) => await new ProviderRoutes(books.Database, TimeProvider.System)
        .EndAsync(merchant, kind, null, By(merchant, "provider.route-end"), Cancel);

    private static Origin By(MerchantId merchant, string what) => new(merchant, 0, NewId())
    {
        Action = new OperatorAction(null, OperatorAction.CommandLine, what, "route", "test"),
    };

    private async Task ConnectSandboxAsync(MerchantId merchant)
    {
        var account = new ProviderAccount(
            merchant, SandboxProvider.ProviderName, books.Sandbox, $"routes-{merchant.Value}", [SigningKey.New()]);
        await new ProviderAccounts(books.Database, books.Vault, TimeProvider.System).SaveAsync(account, Cancel);
        Assert.Null(await new SandboxKind().PrepareAsync(account, Cancel));
    }

    private static Guid NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());
}
