using System.Net;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Core.Webhooks;
using Quittance.Providers.GoCardless;
using Quittance.Providers.Sandbox;
using Quittance.Providers.Stripe;
using Quittance.Storage.Providers;
using Quittance.Tests.Running;

namespace Quittance.Tests.Providers;

/// <summary>Two providers for one merchant at once: cards by Stripe's face, debits by GoCardless's, and a first one that is down.</summary>
public sealed class GoCardlessRouteTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoProviders_CardsByOne_DebitsByTheOther_AndNothingTwice()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var visits = stripe.Visits;
        var goCardless = await GoCardlessStudio.OpenAsync(books, visits.Studio);
        await RouteAsync(visits.Studio.Merchant, InstrumentKind.IbanAccount, GoCardlessProvider.ProviderName);
        await RouteAsync(visits.Studio.Merchant, InstrumentKind.Card, StripeProvider.ProviderName);
        var (member, claims) = await visits.OwingAsync(30_00, 20_00);
        await OffersAsync("""["CREDIT_CARD","SEPA"]""");

        var card = await stripe.PayAsync(await visits.SessionAsync(member, "30"));
        var debit = await goCardless.PayAsync(await visits.SessionAsync(member, "20"));
        Assert.Equal(("ready", "ready"), (card.Text("status"), debit.Text("status")));
        var byCard = await visits.BookAsync(member, card.Text("paymentRequestToken")!, "30", claims[..1]);
        var byDebit = await visits.BookAsync(member, debit.Text("paymentRequestToken")!, "20", claims[1..]);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (byCard.Status, byDebit.Status));
        await goCardless.UntilPaymentIsAsync(byDebit.Payment!.Value, "captured");

        Assert.Equal([0, 0], await visits.OwedAsync(member));
        Assert.Equal("gocardless 2000, stripe 3000", await TakenAsync());
        Assert.Equal(20_00, (long)Assert.Single(await goCardless.ListAsync("payments"))["amount"]!);
        Assert.Equal(30_00, (long)Assert.Single(await stripe.ListAsync("payment_intents"))["amount_received"]!);
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);

        Task<object?> TakenAsync() => books.ScalarAsync(
            "SELECT string_agg(provider || ' ' || amount_minor, ', ' ORDER BY provider) FROM attempt "
            + "WHERE merchant_id = $1 AND verb = 'capture' AND status = 'approved'",
            visits.Studio.Merchant.Value);
        Task OffersAsync(string choices) => NoticePost.UntilAsync(
            async () => (await visits.ShownAsync(await visits.SessionAsync(member, "20"))).Body!["choices"]!.ToJsonString() == choices);
    }

    [Fact]
    public async Task FirstProvider_IsDown_SoTheNextOneOfTheRouteTakesTheDebit_AndCardsGoOn()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var visits = stripe.Visits;
        var merchant = visits.Studio.Merchant;
        var goCardless = await GoCardlessStudio.OpenAsync(books, visits.Studio);
        var account = new ProviderAccount(
            merchant, SandboxProvider.ProviderName, books.Sandbox, $"routes-{merchant.Value}", [SigningKey.New()]);
        await new ProviderAccounts(books.Database, books.Vault, TimeProvider.System).SaveAsync(account, Cancel);
        Assert.Null(await new SandboxKind().PrepareAsync(account, Cancel));
        await RouteAsync(merchant, InstrumentKind.IbanAccount, GoCardlessProvider.ProviderName, SandboxProvider.ProviderName);
        await RouteAsync(merchant, InstrumentKind.Card, StripeProvider.ProviderName);
        // Nothing listens there.
        await goCardless.ConnectAsync(new Uri("http://127.0.0.1:1/"));
        var (member, _) = await visits.OwingAsync();
        await NoticePost.UntilAsync(async () =>
            (await visits.SubmitAsync(await visits.SessionAsync(member, "20"), GoCardlessStudio.Page())).Status
                != HttpStatusCode.ServiceUnavailable);

        var debit = await visits.SubmitAsync(
            await visits.SessionAsync(member, "20"),
            """{"choice":"SEPA","account":{"iban":"DE89370400440532013000","holder":"Ada"},"mandateAccepted":true}""");
        var card = await stripe.PayAsync(await visits.SessionAsync(member, "30"));

        Assert.Equal(("ready", "ready"), (debit.Text("status"), card.Text("status")));
        Assert.Equal("sandbox 2000, stripe 3000", await books.ScalarAsync(
            "SELECT string_agg(provider || ' ' || amount_minor, ', ' ORDER BY provider) FROM attempt "
            + "WHERE merchant_id = $1 AND verb = 'authorise'",
            merchant.Value));
        Assert.Empty(await goCardless.ListAsync("payments"));
        await books.AssertBooksAreCleanAsync(merchant);
    }

    private Task RouteAsync(MerchantId merchant, InstrumentKind kind, params string[] names) =>
        new ProviderRoutes(books.Database, TimeProvider.System).SetAsync(
            merchant, new ProviderRoute(kind, null, names),
            new Origin(merchant, 0, Guid.CreateVersion7(TimeProvider.System.GetUtcNow()))
            {
                Action = new OperatorAction(null, OperatorAction.CommandLine, "provider.route", "route", "test"),
            }, Cancel);
}
