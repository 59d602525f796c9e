using System.Net;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Core.Webhooks;
using Quittance.Providers.Sandbox;
using Quittance.Storage.Providers;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using Quittance.Tests.SportAlliance;
using Quittance.Tests.TrainTravel;

namespace Quittance.Tests.Providers;

/// <summary>The provider that charges an entered instrument, with two providers, and when the routes change in between.</summary>
public sealed class StripeRouteTests(BooksFixture books)
{
    private const string Sepa = """{"choice":"SEPA","account":{"iban":"DE89370400440532013000","holder":"Ada"},"mandateAccepted":true}""";

    // A change of the routes counts within seconds, and the API lets a thousand requests a minute in.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoProviders_ChargeWhatTheirRoutesSay()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var visits = stripe.Visits;
        await ConnectSandboxAsync(visits.Studio.Merchant);
        var (member, _) = await visits.OwingAsync();
        // The first provider has the route of everything.
        await OffersAsync(visits, member, """["CREDIT_CARD","SEPA"]""", """["CREDIT_CARD","SEPA"]""");

        await RouteAsync(visits.Studio.Merchant, new ProviderRoute(InstrumentKind.IbanAccount, null, [SandboxProvider.ProviderName]));
        await OffersAsync(visits, member, """["CREDIT_CARD","SEPA"]""", """["CREDIT_CARD"]""");
        var debit = await visits.SubmitAsync(await visits.SessionAsync(member, "20"), Sepa);
        Assert.Equal("ready", debit.Text("status"));
        Assert.Equal("ready", (await stripe.PayAsync(await visits.SessionAsync(member, "30"))).Text("status"));

        await EndAsync(visits.Studio.Merchant, InstrumentKind.IbanAccount);
        await OffersAsync(visits, member, """["CREDIT_CARD","SEPA"]""", """["CREDIT_CARD","SEPA"]""");
        Assert.Equal("sandbox 2000, stripe 3000", await AuthorisedAsync(visits.Studio.Merchant));
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);
    }

    [Fact]
    public async Task CardsByOne_DebitsByTheOther_AndWhileTheOtherIsDown_NothingIsChargedTwice()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var visits = stripe.Visits;
        var merchant = visits.Studio.Merchant;
        await ConnectSandboxAsync(merchant);
        await RouteAsync(merchant, new ProviderRoute(InstrumentKind.Card, null, [SandboxProvider.ProviderName]));
        await RouteAsync(merchant, new ProviderRoute(InstrumentKind.IbanAccount, null, ["stripe", SandboxProvider.ProviderName]));
        var (member, claims) = await visits.OwingAsync(20_00, 30_00, 40_00);
        await OffersAsync(visits, member, """["CREDIT_CARD","SEPA"]""", """["SEPA"]""");
        var card = visits.SubmitAsync(await visits.SessionAsync(member, "20"), Visits.Card());
        var debit = stripe.DebitAsync(await visits.SessionAsync(member, "30"), "DE02120300000000202051");
        Assert.Equal(("ready", "ready"), ((await card).Text("status"), (await debit).Text("status")));
        Assert.Equal("sandbox 2000, stripe 3000", await AuthorisedAsync(merchant));

        // The debit is sent, and its answer is lost; then nothing answers there any more.
        var wire = await BadWire.ToAsync(new Uri(books.Sandbox, "stripe/"), new Fault("its answers are lost", exchange =>
            (exchange.Path.EndsWith("/confirm", StringComparison.Ordinal) ? Fault.AnswerLost : Fault.Changed("through", body => body))
                .ActAsync(exchange)));
        await stripe.ConnectAsync(wire.Address);
        await visits.BookAsync(member, (await debit).Text("paymentRequestToken")!, "30", [claims[1]]);
        wire.Fault = Fault.RequestLost;
        await NoticePost.UntilAsync(async () =>
            (await visits.ShownAsync(await visits.SessionAsync(member, "40"))).Body!["pages"]!.ToJsonString() == "[]" || await AskAsync(),
            Pause);

        // The second provider takes the instrument that is entered now; the requests that were sent to the first stay there.
        Assert.Equal("ready", (await visits.SubmitAsync(await visits.SessionAsync(member, "40"), Sepa)).Text("status"));
        Assert.Equal(
            HttpStatusCode.OK, (await visits.BookAsync(member, (await card).Text("paymentRequestToken")!, "20", [claims[0]])).Status);
        wire.Fault = null;
        await NoticePost.UntilAsync(async () => await visits.PaymentsAsync(member, "captured") == 2);
        Assert.Equal("sandbox 2000, sandbox 4000, stripe 3000", await AuthorisedAsync(merchant));
        Assert.Equal(30_00, (long)Assert.Single(await stripe.ListAsync("payment_intents"))["amount_received"]!);
        Assert.Equal(40, (await visits.OwedAsync(member)).Sum());
        await books.AssertBooksAreCleanAsync(merchant);

        async Task<bool> AskAsync()
        {
            await AskTogetherAsync(visits, member, "40", StripeStudio.Page(choice: "SEPA"));
            return false;
        }
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
            (await AskTogetherAsync(visits, member, "20", StripeStudio.Page()))
                .Any(answer => answer.Status != HttpStatusCode.ServiceUnavailable),
            Pause);

        var paid = await visits.SubmitAsync(await visits.SessionAsync(member, "20"), Visits.Card());

        Assert.Equal("ready", paid.Text("status"));
        Assert.Equal("sandbox", await books.ScalarAsync(
            "SELECT string_agg(provider, ', ') FROM attempt WHERE merchant_id = $1 AND verb = 'authorise'",
            visits.Studio.Merchant.Value));
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);
    }

    [Fact]
    public async Task TrainTravel_RepeatedAfterTheEndOfItsRoute_GetsItsFirstAnswer()
    {
        var merchant = await books.Merchants.CreateAsync("Rail", Cancel);
        await Payer.ConnectAsync(books, merchant);
        var traveller = await Traveller.OpenAsync(books, merchant);
        var booking = await traveller.BookAsync();
        var first = await traveller.PayAsync(booking, Traveller.Card("4000000000000002"), "once");
        Assert.Equal("failed", (string?)first.Json["status"]);
        await EndAsync(merchant, null);
        await NoticePost.UntilAsync(
            async () => (await traveller.PayAsync(await traveller.BookAsync(), Traveller.Card())).Problem == (409, "source-not-taken"));

        var again = await traveller.PayAsync(booking, Traveller.Card("4000000000000002"), "once");

        Assert.Equal((first.Status, first.Text, true), (again.Status, again.Text, again.Replayed));
    }

    [Theory]
    [InlineData(Visits.GoodCard, HttpStatusCode.OK)]
    [InlineData("4000000000009995", HttpStatusCode.PaymentRequired)]
    public async Task Widget_RepeatedWhereStripeTakesTheCardsByNow_GetsItsFirstAnswer(string number, HttpStatusCode status)
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var visits = stripe.Visits;
        await ConnectSandboxAsync(visits.Studio.Merchant);
        await RouteAsync(visits.Studio.Merchant, new ProviderRoute(InstrumentKind.Card, null, [SandboxProvider.ProviderName]));
        var (member, _) = await visits.OwingAsync();
        var session = await visits.SessionAsync(member, "20");
        await PagesAsync("""["SEPA"]""");
        var first = await visits.SubmitAsync(session, Visits.Card(number), "once");
        Assert.Equal(status, first.Status);

        await EndAsync(visits.Studio.Merchant, InstrumentKind.Card);
        await PagesAsync("""["CREDIT_CARD","SEPA"]""");
        var again = await visits.SubmitAsync(session, Visits.Card(number), "once");

        Assert.Equal((first.Status, $"{first.Body}", true), (again.Status, $"{again.Body}", again.Replayed));

        Task PagesAsync(string pages) => NoticePost.UntilAsync(
            async () => (await visits.ShownAsync(await visits.SessionAsync(member, "20"))).Body!["pages"]!.ToJsonString() == pages, Pause);
    }

    [Fact]
    public async Task Page_RepeatedWhereNumbersAreTakenByNow_IsThePageStill()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var visits = stripe.Visits;
        await ConnectSandboxAsync(visits.Studio.Merchant);
        var (member, _) = await visits.OwingAsync();
        var session = await visits.SessionAsync(member, "20");
        var first = await visits.SubmitAsync(session, StripeStudio.Page(), "once");

        await RouteAsync(visits.Studio.Merchant, new ProviderRoute(InstrumentKind.Card, null, [SandboxProvider.ProviderName]));
        // Without a key it is a request that lacks its card.
        await NoticePost.UntilAsync(
            async () => (await visits.SubmitAsync(await visits.SessionAsync(member, "20"), StripeStudio.Page())).Status
                == HttpStatusCode.UnprocessableEntity);
        var again = await visits.SubmitAsync(session, StripeStudio.Page(), "once");

        Assert.Equal((HttpStatusCode.OK, first.Text("redirectTo"), true), (again.Status, again.Text("redirectTo"), again.Replayed));
    }

    private Task<object?> AuthorisedAsync(MerchantId merchant) => books.ScalarAsync(
        "SELECT string_agg(provider || ' ' || amount_minor, ', ' ORDER BY provider, amount_minor) FROM attempt "
        + "WHERE merchant_id = $1 AND verb = 'authorise'",
        merchant.Value);

    /// <summary>
    /// Waits until a new session offers these ways to pay, some of them on a provider's page: a change of the routes counts within seconds.
    /// </summary>
    private static Task OffersAsync(Visits visits, long member, string choices, string pages) => NoticePost.UntilAsync(
        async () => (await visits.ShownAsync(await visits.SessionAsync(member, "20"))).Body is { } shown
            && (shown["choices"]!.ToJsonString(), shown["pages"]!.ToJsonString()) == (choices, pages),
        Pause);

    /// <summary>
    /// A provider is silent after several questions without an answer within seconds. Asked one after the other, a busy machine takes too
    /// long for that.
    /// </summary>
    private static Task<TestStudio.Answered[]> AskTogetherAsync(Visits visits, long member, string amount, string body) =>
        Task.WhenAll(Enumerable.Range(0, 8).Select(
            async _ => await visits.SubmitAsync(await visits.SessionAsync(member, amount), body)));

    private async Task RouteAsync(MerchantId merchant, ProviderRoute route) => await new ProviderRoutes(books.Database, TimeProvider.System)
        .SetAsync(merchant, route, By(merchant, "provider.route"), Cancel);

    private async Task EndAsync(MerchantId merchant, InstrumentKind? kind) => await new ProviderRoutes(books.Database, TimeProvider.System)
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
