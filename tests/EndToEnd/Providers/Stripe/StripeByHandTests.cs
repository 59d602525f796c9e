using System.Net;
using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Core.Providers;
using Quittance.Providers.Sandbox;
using Quittance.Tests.Running;

namespace Quittance.Tests.Providers;

/// <summary>
/// What people make at Stripe's own console enters the books by its notice, and what Stripe says in words that are not known here moves no
/// money.
/// </summary>
public sealed class StripeByHandTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static StripeUnderTest Stripe { get; } = new();

    [Fact]
    public async Task Refund_ThatAPersonMakesAtStripe_IsTakenOverAtOnce()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var (member, payment, _) = await stripe.PaidAsync(50_00);
        var merchant = stripe.Visits.Studio.Merchant;

        await stripe.DoAsync("refunds", ("payment_intent", await IntentAsync(stripe)), ("amount", "2000"));
        await UntilRefundedAsync(merchant, payment, 20_00);
        // What is left can still be refunded, and no more.
        await stripe.RefundAsync(member, payment, 30_00);
        await UntilRefundedAsync(merchant, payment, 50_00);
        await stripe.UntilAsync("refunds", "succeeded");

        await NoticePost.UntilAsync(async () => (long)(await books.ScalarAsync(
            "SELECT count(*) FROM refund WHERE merchant_id = $1 AND status = 'done'", merchant.Value))! == 2);
        await books.AssertBooksAreCleanAsync(merchant);
    }

    /// <summary>Stripe's answer was lost, and an operator said how it ended: the books lack Stripe's name of it.</summary>
    [Fact]
    public async Task Refund_OfAPaymentThatAnOperatorSettledWithoutStripesName_IsTakenOver()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var (_, payment, _) = await stripe.PaidAsync(50_00);
        var (merchant, intent) = (stripe.Visits.Studio.Merchant, await IntentAsync(stripe));
        await books.ScalarAsync(
            "UPDATE attempt SET provider_reference = NULL, is_judged = true WHERE merchant_id = $1 RETURNING 1", merchant.Value);

        await stripe.DoAsync("refunds", ("payment_intent", intent), ("amount", "2000"));

        await UntilRefundedAsync(merchant, payment, 20_00);
    }

    [Fact]
    public async Task RefundOfAnOldEndpoint_WhichNamesTheChargeAlone_IsTakenOverToo()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var (_, payment, _) = await stripe.PaidAsync(50_00);
        var (merchant, intent) = (stripe.Visits.Studio.Merchant, await IntentAsync(stripe));
        await stripe.DoAsync("refunds", ("payment_intent", intent), ("amount", "2000"));
        await UntilRefundedAsync(merchant, payment, 20_00);

        Assert.Equal(HttpStatusCode.NoContent, await stripe.TellAsync(merchant, $$$"""
            {"id":"evt_charge","type":"charge.refunded","created":1767600000,
             "data":{"object":{"object":"charge","id":"ch_1","payment_intent":"{{{intent}}}" } } }
            """));

        await NoticePost.UntilAsync(async () => (string?)await OutcomeAsync(merchant, "evt_charge") == "no_news");
        await UntilRefundedAsync(merchant, payment, 20_00);
    }

    [Fact]
    public async Task Refund_OfAPaymentThatIsNotOurs_IsNoNews_AndStripeIsNotAsked()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var merchant = stripe.Visits.Studio.Merchant;

        await stripe.TellAsync(merchant, """
            {"id":"evt_other","type":"refund.created","created":1767600000,
             "data":{"object":{"object":"refund","id":"re_other","payment_intent":"pi_of_another_shop","metadata":{}}}}
            """);

        await NoticePost.UntilAsync(async () => (string?)await OutcomeAsync(merchant, "evt_other") == "no_news");
    }

    [Fact]
    public async Task Capture_OfAPart_ThatAPersonMakesAtStripe_IsLeftToAnOperator_AtOnce()
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var merchant = stripe.Visits.Studio.Merchant;
        var (member, _) = await stripe.Visits.OwingAsync(20_00);
        await stripe.PayAsync(await stripe.Visits.SessionAsync(member, "20"));

        await stripe.DoAsync($"payment_intents/{await IntentAsync(stripe)}/capture", ("amount_to_capture", "500"));

        await NoticePost.UntilAsync(async () => (long)(await books.ScalarAsync(
            "SELECT count(*) FROM notice WHERE merchant_id = $1 AND outcome = 'only_there'", merchant.Value))! == 1);
        Assert.Equal("authorised", await books.ScalarAsync("SELECT status FROM payment WHERE merchant_id = $1", merchant.Value));
    }

    [Theory]
    [InlineData("prevented", false, null)]
    [InlineData("needs_response", false, null)]
    [InlineData("lost", false, null)]
    [InlineData("a_word_of_next_year", false, null)]
    [InlineData("a_word_of_next_year", true, null)]
    [InlineData("warning_under_review", true, null)]
    [InlineData("prevented", true, "lost")]
    [InlineData("under_review", true, "open")]
    public async Task Dispute_TakesMoney_OnlyWhereStripeWithdrewIt_InAWordThatIsKnown(string status, bool isWithdrawn, string? booked)
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var merchant = stripe.Visits.Studio.Merchant;
        var wire = await BadWire.ToAsync(new Uri(books.Sandbox, "stripe/"));
        await stripe.ConnectAsync(wire.Address);
        var (member, _, authorisation) = await stripe.PaidAsync(20_00);
        wire.Fault = Fault.Changed(status, body => Changed(body, status, isWithdrawn));

        await stripe.DisputeAsync("v1/disputes", new { id = $"dispute-{authorisation:N}", authorisation, kind = "chargeback" });
        await NoticePost.UntilAsync(async () => await books.ScalarAsync(
            "SELECT outcome FROM notice WHERE merchant_id = $1 AND body ->> 'type' = 'dispute_touched'", merchant.Value)
            is "no_news" or "taken" or "early");

        Assert.Equal(booked, await books.ScalarAsync("SELECT status FROM dispute WHERE merchant_id = $1", merchant.Value));
        Assert.Equal(booked is null ? 0 : 20, (await stripe.Visits.OwedAsync(member)).Sum());
        await books.AssertBooksAreCleanAsync(merchant);
    }

    /// <summary>
    /// What has moved goes before the word: money that came back whole is the merchant's, a part of it nobody's debt is lessened by, and
    /// each withdrawal has its fee.
    /// </summary>
    [Theory]
    [InlineData("prevented", 20_00, 0, "won", 0, 0)]
    [InlineData("lost", 5_00, 0, "lost", 20, 0)]
    [InlineData("lost", 0, 35, "lost", 20, 35)]
    [InlineData("won", 20_00, 35, "won", 0, 35)]
    // It was won, and lost after all.
    [InlineData("lost", 20_00, 20_00, "lost", 20, 0)]
    // In the currency of the merchant's account nothing can be compared.
    [InlineData("lost", 20_00, 0, "lost", 20, 0, "usd")]
    public async Task Dispute_OfWhichMoneyCameBack_IsBookedByWhatMoved(
        string status, long backMinor, long conversionMinor, string booked, int owed, long feeMinor, string? currency = null)
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var merchant = stripe.Visits.Studio.Merchant;
        var wire = await BadWire.ToAsync(new Uri(books.Sandbox, "stripe/"));
        await stripe.ConnectAsync(wire.Address);
        var (member, _, authorisation) = await stripe.PaidAsync(20_00);
        wire.Fault = Fault.Changed(status, body => Moved(body, status, currency, backMinor, -conversionMinor));

        await stripe.DisputeAsync("v1/disputes", new { id = $"dispute-{authorisation:N}", authorisation, kind = "chargeback" });
        await NoticePost.UntilAsync(async () => await books.ScalarAsync(
            "SELECT outcome FROM notice WHERE merchant_id = $1 AND body ->> 'type' = 'dispute_touched'", merchant.Value)
            is "no_news" or "taken" or "early");

        Assert.Equal(booked, await books.ScalarAsync("SELECT status FROM dispute WHERE merchant_id = $1", merchant.Value));
        Assert.Equal(owed, (await stripe.Visits.OwedAsync(member)).Sum());
        Assert.Equal(
            feeMinor, (long)(await books.ScalarAsync("SELECT fee_minor FROM dispute WHERE merchant_id = $1", merchant.Value))! % 100);
        await books.AssertBooksAreCleanAsync(merchant);
    }

    private static string Moved(string body, string status, string? currency, params long[] movedMinor)
    {
        var answer = JsonNode.Parse(body)!.AsObject();
        if ((string?)answer["object"] != "dispute")
            return body;
        answer["status"] = status;
        var moved = answer["balance_transactions"]!.AsArray();
        moved[0]!["currency"] = currency ?? (string)moved[0]!["currency"]!;
        foreach (var minor in movedMinor.Where(minor => minor != 0))
        {
            var one = moved[0]!.DeepClone();
            (one["id"], one["amount"], one["fee"]) = ($"{one["id"]}{minor}", minor, 0);
            moved.Add(one);
        }

        return answer.ToJsonString();
    }

    [Fact]
    public async Task Word_ThatIsNotKnown_IsNoAnswer_AndRaisesOneAlert_ThatNamesTheCommands()
    {
        var log = new KeptLog<SandboxProvider>();
        var wire = await BadWire.ToAsync(
            new Uri(books.Sandbox, "stripe/"),
            Fault.Changed("a new word", body => body.Replace("\"requires_capture\"", "\"half_captured\"", StringComparison.Ordinal)));
        var provider = StripeUnderTest.Connect(wire.Address, log: log);
        var request = Stripe.Authorising();

        Assert.Equal(ProviderAnswer.Unknown, await provider.AuthoriseAsync(request, Cancel));
        Assert.Equal(ProviderAnswer.Unknown, await provider.FindAsync(Verb.Authorise, request with { Instrument = null }, Cancel));

        var alert = Assert.Single(log.Lines, line => line.Text.StartsWith("ALERT", StringComparison.Ordinal)).Text;
        Assert.Contains("half_captured", alert, StringComparison.Ordinal);
        Assert.Contains("quittance attempt list --unknown", alert, StringComparison.Ordinal);
        Assert.Contains("quittance reconcile", alert, StringComparison.Ordinal);
    }

    private static string Changed(string body, string status, bool isWithdrawn)
    {
        var answer = JsonNode.Parse(body)!.AsObject();
        if ((string?)answer["object"] != "dispute")
            return body;
        answer["status"] = status;
        if (!isWithdrawn)
            answer["balance_transactions"] = new JsonArray();
        return answer.ToJsonString();
    }

    private static async Task<string> IntentAsync(StripeStudio stripe) => (string)(await stripe.ListAsync("payment_intents"))[0]["id"]!;

    private Task<object?> OutcomeAsync(MerchantId merchant, string notice) => books.ScalarAsync(
        "SELECT outcome FROM notice WHERE merchant_id = $1 AND id = $2", merchant.Value, notice);

    private Task UntilRefundedAsync(MerchantId merchant, Guid payment, long amountMinor) => NoticePost.UntilAsync(
        async () => (long)(await books.ScalarAsync(
            "SELECT refunded_minor FROM payment WHERE merchant_id = $1 AND id = $2", merchant.Value, payment))! == amountMinor);
}
