using System.Net;
using System.Text.Json.Nodes;
using Quittance.Core;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Providers.GoCardless;
using Quittance.Providers.Sandbox;
using Quittance.Sandbox;
using Quittance.Tests.Running;
using Quittance.Tests.SportAlliance;

namespace Quittance.Tests.Providers;

/// <summary>The traps of debits at GoCardless: late news, many at once, mandates that end, and tokens of the wrong world.</summary>
public sealed class GoCardlessTrapTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static GoCardlessUnderTest GoCardless { get; } = new();

    [Fact]
    public async Task Trap_BatchOf250Events_OfWhichOneCannotBeRead_LosesNoOther()
    {
        var studio = await GoCardlessStudio.OpenAsync(books);
        var merchant = studio.Visits.Studio.Merchant;
        var body = GoCardlessNoticeTests.Batch(Enumerable.Range(1, 250).Select(number => number == 125
            ? """{"id":"EV125","resource_type":"payments"}"""
            : GoCardlessNoticeTests.Event(
                $"EVBATCH{number}", "payments", "confirmed",
                $$"""{"payment":"PMOTHER{{number}}","organisation":"{{new string('O', 100)}}"}""")));
        // More than other providers' notices may have.
        Assert.True(body.Length > 64 * 1024);

        // The same batch again, since it was not accepted whole, changes nothing.
        Assert.Equal(HttpStatusCode.BadRequest, await studio.PostAsync(body));
        Assert.Equal(HttpStatusCode.BadRequest, await studio.PostAsync(body));

        Assert.Equal(249L, await books.ScalarAsync(
            "SELECT count(*) FROM notice WHERE merchant_id = $1 AND id LIKE 'EVBATCH%'", merchant.Value));
        // GoCardless has no such payments under this token: they are another creditor's, and no news.
        await NoticePost.UntilAsync(async () => (long)(await books.ScalarAsync(
            "SELECT count(*) FROM notice WHERE merchant_id = $1 AND outcome = 'no_news'", merchant.Value))! == 249);
    }

    [Fact]
    public async Task Trap_RepeatedPost_IsTheSamePayment_AndWithAnotherAmountUnknown()
    {
        var wire = await BadWire.ToAsync(await GoCardlessUnderTest.AddressAsync());
        var provider = GoCardlessUnderTest.Connect(wire.Address);
        var request = GoCardless.Authorising();

        var first = await provider.AuthoriseAsync(request, Cancel);
        var second = await provider.AuthoriseAsync(request, Cancel);
        var other = await provider.AuthoriseAsync(request with { Amount = GoCardless.Authorising(10_01).Amount }, Cancel);

        Assert.Equal((Verdict.Approved, first), (first.Verdict, second));
        Assert.Equal(ProviderAnswer.Unknown, other);
        // The conflict names the payment, which is read by its id.
        Assert.Equal(["/payments", "/payments", $"/payments/{first.Reference}", "/payments", $"/payments/{first.Reference}"], wire.Paths);
    }

    [Fact]
    public async Task Trap_PaymentThatFailsAfterItWasConfirmed_IsAReturnedDebit()
    {
        var studio = await GoCardlessStudio.OpenAsync(books);
        var (member, payment, name) = await studio.BookedAsync(20_00);
        await studio.UntilPaymentIsAsync(payment, "captured");
        Assert.Equal([0], await studio.Visits.OwedAsync(member));

        await studio.SimulateAsync("payment_late_failure", name);

        await NoticePost.UntilAsync(async () => (await studio.Visits.OwedAsync(member)).Sum() == 20);
        Assert.Equal($"{name} returned_debit open 2000", await DisputesAsync(studio));
        await books.AssertBooksAreCleanAsync(studio.Visits.Studio.Merchant);
    }

    [Fact]
    public async Task Trap_ChargebackThatIsCancelled_BringsTheMoneyBack()
    {
        var studio = await GoCardlessStudio.OpenAsync(books);
        var (member, payment, name) = await studio.BookedAsync(20_00);
        await studio.UntilPaymentIsAsync(payment, "captured");

        await studio.SimulateAsync("payment_charged_back", name);
        await NoticePost.UntilAsync(async () => (await studio.Visits.OwedAsync(member)).Sum() == 20);
        await studio.DisputeAsync($"v1/disputes/payment_charged_back-{name}/won", new { });

        await NoticePost.UntilAsync(async () => (await studio.Visits.OwedAsync(member)).Sum() == 0);
        Assert.Equal($"{name} returned_debit won 2000", await DisputesAsync(studio));
        await books.AssertBooksAreCleanAsync(studio.Visits.Studio.Merchant);
    }

    [Fact]
    public async Task Trap_DebitThatTheBankRefuses_FailsThePayment_DaysLater()
    {
        var studio = await GoCardlessStudio.OpenAsync(books);
        var (member, payment, _) = await studio.BookedAsync(20_00, GoCardlessStudio.Refused);

        await studio.UntilPaymentIsAsync(payment, "failed");

        Assert.Equal([20], await studio.Visits.OwedAsync(member));
        Assert.Equal("insufficient_funds", await books.ScalarAsync(
            "SELECT reason FROM attempt WHERE merchant_id = $1 AND payment_id = $2 AND verb = 'capture'",
            studio.Visits.Studio.Merchant.Value, payment));
        await books.AssertBooksAreCleanAsync(studio.Visits.Studio.Merchant);
    }

    [Fact]
    public async Task Trap_MandateThatEndsAtTheBank_StopsTheInstrument()
    {
        var studio = await GoCardlessStudio.OpenAsync(books);
        var visits = studio.Visits;
        var (member, _) = await visits.OwingAsync(15_00);
        var left = await studio.PayAsync(await visits.SessionAsync(member, "0", "MEMBER_ACCOUNT"));
        Assert.Equal(HttpStatusCode.OK, (await visits.ReplaceAsync(member, left.Text("paymentRequestToken")!)).Status);
        Assert.Equal("current active", await StandingAsync());
        var created = Assert.Single(await studio.ListAsync("events"), one => (string?)one["resource_type"] == "mandates");
        var mandate = (string)created["links"]!["mandate"]!;

        await studio.DoAsync($"mandates/{mandate}/actions/cancel", new JsonObject { ["data"] = new JsonObject() });

        await NoticePost.UntilAsync(async () => await StandingAsync() == "removed cancelled");
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);

        async Task<string?> StandingAsync() => (string?)await books.ScalarAsync(
            "SELECT i.standing || ' ' || m.status FROM instrument i JOIN mandate m ON m.merchant_id = i.merchant_id "
            + "AND m.instrument_id = i.id WHERE i.merchant_id = $1 AND i.provider = 'gocardless'",
            visits.Studio.Merchant.Value);
    }

    [Fact]
    public async Task Trap_PaymentOfAMandateThatHasEnded_IsDeclined()
    {
        var studio = await GoCardlessStudio.OpenAsync(books);
        var (_, payment, name) = await studio.BookedAsync(20_00, GoCardlessStudio.Later);
        await studio.UntilPaymentIsAsync(payment, "captured");
        var mandate = (string)Assert.Single(await studio.ListAsync("payments"))["links"]!["mandate"]!;
        await studio.DoAsync($"mandates/{mandate}/actions/cancel", new JsonObject { ["data"] = new JsonObject() });

        var request = GoCardless.Authorising(instrument: GoCardlessUnderTest.Held(mandate)) with
        {
            Id = new AttemptId(studio.Visits.Studio.Merchant, Guid.CreateVersion7(TimeProvider.System.GetUtcNow())),
        };
        var answer = await (await studio.ProviderAsync()).AuthoriseAsync(request, Cancel);

        Assert.Equal(ProviderAnswer.Declined(DeclineReason.InstrumentInvalid), answer);
        Assert.Equal(name, (string?)Assert.Single(await studio.ListAsync("payments"))["id"]);
    }

    [Fact]
    public async Task Trap_WrongSignature_AndANoticeForACreditorThatIsNotConnected_AreTurnedAway()
    {
        var studio = await GoCardlessStudio.OpenAsync(books);
        var unconnected = await books.Merchants.CreateAsync("Not connected", Cancel);
        var body = GoCardlessNoticeTests.Batch(
            GoCardlessNoticeTests.Event("EVFORGED", "payments", "confirmed", """{"payment":"PM1"}"""));

        Assert.Equal(HttpStatusCode.Unauthorized, await studio.PostAsync(body, secret: "a guess"));
        Assert.Equal(HttpStatusCode.Unauthorized, await studio.PostAsync(body, merchant: unconnected));
        Assert.Equal(0L, await books.ScalarAsync("SELECT count(*) FROM notice WHERE id = 'EVFORGED'"));
        Assert.Equal(HttpStatusCode.NoContent, await studio.PostAsync(body));
    }

    [Theory]
    [InlineData("sandbox_abc", "https://api.gocardless.com/")]
    [InlineData("live_abc", "https://api-sandbox.gocardless.com/")]
    [InlineData("abc", "https://api.gocardless.com/")]
    public async Task Trap_TokenOfTheWrongWorld_IsRefusedBeforeItIsSent(string token, string address)
    {
        var wrong = await new GoCardlessKind().PrepareAsync(
            new ProviderAccount(new MerchantId(1), GoCardlessProvider.ProviderName, new Uri(address), token, []), Cancel);

        Assert.StartsWith($"The access token does not belong to {address}", wrong, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sandbox_abc", "https://api-sandbox.gocardless.com/")]
    [InlineData("live_abc", "https://api.gocardless.com/")]
    [InlineData("abc", null)]
    public void Token_DecidesTheWorld(string token, string? address) =>
        Assert.Equal(address, new GoCardlessKind().AddressOf(token)?.AbsoluteUri);

    // GoCardless says that it has no such payment.
    [Theory]
    [InlineData("sandbox_of_another_account")]
    [InlineData("live_of_this_account")]
    public async Task Token_OfAnotherAccountOrTheOtherWorld_LeavesWhatItDoesNotKnowUnknown(string token)
    {
        var provider = await GoCardless.ConnectAsync();
        var other = GoCardlessUnderTest.Connect(await GoCardlessUnderTest.AddressAsync(), token);
        var authorised = GoCardless.Authorising();
        authorised = authorised with { Reference = (await provider.AuthoriseAsync(authorised, Cancel)).Reference };
        var capture = GoCardless.Following(authorised);

        Assert.Equal(ProviderAnswer.Unknown, await other.FindAsync(Verb.Authorise, authorised with { Instrument = null }, Cancel));
        Assert.Equal(ProviderAnswer.Unknown, await other.CaptureAsync(capture, Cancel));
        Assert.Equal(ProviderAnswer.Unknown, await other.VoidAsync(GoCardless.Following(authorised), Cancel));
        Assert.Equal(Verdict.Approved, (await provider.CaptureAsync(capture, Cancel)).Verdict);
        Assert.Equal(ProviderAnswer.Unknown, await other.RefundAsync(GoCardless.Following(authorised), Cancel));
    }

    [Fact]
    public async Task Payment_ThatAPersonCancelledAtGoCardlesssConsole_IsNoCaptureOfOurs()
    {
        var studio = await GoCardlessStudio.OpenAsync(books);
        var visits = studio.Visits;
        var (member, claims) = await visits.OwingAsync(20_00);
        var token = (await studio.PayAsync(await visits.SessionAsync(member, "20"))).Text("paymentRequestToken")!;
        var name = (string)Assert.Single(await studio.ListAsync("payments"))["id"]!;
        await studio.DoAsync($"payments/{name}/actions/cancel", new JsonObject { ["data"] = new JsonObject() });

        await visits.BookAsync(member, token, "20", claims);
        await NoticePost.UntilAsync(async () => (string?)await AttemptsAsync() == "");

        Assert.Equal([20], await visits.OwedAsync(member));
        Assert.Equal("cancelled", (string?)Assert.Single(await studio.ListAsync("payments"))["status"]);
        await books.AssertBooksAreCleanAsync(visits.Studio.Merchant);

        // None is under way, and no money was taken.
        Task<object?> AttemptsAsync() => books.ScalarAsync(
            """
            SELECT coalesce(string_agg(a.verb || ' ' || a.status, ', '), '') FROM attempt a
              JOIN payment p ON p.merchant_id = a.merchant_id AND p.id = a.payment_id
             WHERE a.merchant_id = $1
               AND (a.status NOT IN ('approved', 'declined') OR a.verb = 'capture' AND a.status = 'approved'
                    OR p.status IN ('captured', 'settling'))
            """,
            visits.Studio.Merchant.Value);
    }

    [Fact]
    public async Task Token_ThatIsRevoked_RaisesOneAlert_AndWhatItAsksIsUnknown()
    {
        var log = new KeptLog<SandboxProvider>();
        var wire = await BadWire.ToAsync(
            await GoCardlessUnderTest.AddressAsync(),
            Fault.Answer(401, """{"error":{"type":"invalid_api_usage","code":401,"errors":[{"reason":"access_token_revoked"}]}}"""));
        var provider = GoCardlessUnderTest.Connect(wire.Address, log: log);

        Assert.Equal(ProviderAnswer.Unknown, await provider.AuthoriseAsync(GoCardless.Authorising(), Cancel));
        Assert.Equal(ProviderAnswer.Unknown, await provider.AuthoriseAsync(GoCardless.Authorising(), Cancel));

        Assert.Equal(
            "ALERT: gocardless does not accept the API key of merchant 1 (HTTP 401): what it is asked stays unknown until the account is "
            + "connected with a key that it accepts",
            Assert.Single(log.Lines, line => line.Text.StartsWith("ALERT", StringComparison.Ordinal)).Text);
    }

    [Fact]
    public async Task Trap_VoidOfAnAuthorisationThatHasNotArrived_IsUnknownUntilItCannotArrive()
    {
        var clock = new SteppedClock(TimeProvider.System.GetUtcNow());
        var provider = GoCardlessUnderTest.Connect(await GoCardlessUnderTest.AddressAsync(), clock: clock);
        var (lost, late) = (GoCardless.Authorising(), GoCardless.Authorising());
        var (released, recalled) = (GoCardless.Following(lost), GoCardless.Following(late));

        Assert.Equal(ProviderAnswer.Unknown, await provider.VoidAsync(released, Cancel));
        Assert.Equal(ProviderAnswer.Unknown, await provider.VoidAsync(recalled, Cancel));
        // It arrives after all, and is cancelled.
        Assert.Equal(Verdict.Approved, (await provider.AuthoriseAsync(late, Cancel)).Verdict);
        Assert.Equal(Verdict.Approved, (await provider.VoidAsync(recalled, Cancel)).Verdict);
        Assert.Equal(
            ProviderAnswer.Declined(DeclineReason.AuthorisationInvalid) with { Reference = null },
            await provider.FindAsync(Verb.Authorise, late, Cancel) with { Reference = null });

        clock.Now += TimeSpan.FromMinutes(26);
        Assert.Equal(Verdict.Approved, (await provider.VoidAsync(released, Cancel)).Verdict);
    }

    [Fact]
    public async Task Trap_PaymentThatNobodyCaptures_IsAskedForADayLater_AndCanBeCancelledUntilThen()
    {
        var provider = await GoCardless.ConnectAsync();
        var authorised = GoCardless.Authorising() with { IsCapturedAtOnce = false };
        var wire = await BadWire.ToAsync(await GoCardlessUnderTest.AddressAsync());
        var bad = GoCardlessUnderTest.Connect(wire.Address);
        authorised = authorised with { Reference = (await bad.AuthoriseAsync(authorised, Cancel)).Reference };

        var day = (string)JsonNode.Parse(wire.LastBody!)!["payments"]!["charge_date"]!;
        Assert.Equal(
            DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(4), DateOnly.ParseExact(day, "yyyy-MM-dd"));
        Assert.Equal(Verdict.Approved, (await provider.VoidAsync(GoCardless.Following(authorised), Cancel)).Verdict);
    }

    [Fact]
    public async Task Trap_PaymentThatIsAtTheBanks_IsNotReleased()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions
        {
            DebitsGoAfter = TimeSpan.Zero,
            LateBy = TimeSpan.FromMilliseconds(100),
        });
        var provider = GoCardlessUnderTest.Connect(new Uri(sandbox.Address, "gocardless/"));
        var authorised = GoCardless.Authorising(instrument: GoCardlessUnderTest.Held("MDTRIALLATER"));
        authorised = authorised with { Reference = (await provider.AuthoriseAsync(authorised, Cancel)).Reference };

        var released = await provider.VoidAsync(GoCardless.Following(authorised), Cancel);

        Assert.Equal(
            ProviderAnswer.Declined(DeclineReason.AuthorisationInvalid) with { Reference = authorised.Reference }, released);
    }

    [Fact]
    public async Task Trap_SecondRefundOfAPayment_SaysTheSumOfBoth()
    {
        var wire = await BadWire.ToAsync(await GoCardlessUnderTest.AddressAsync());
        var provider = GoCardlessUnderTest.Connect(wire.Address);
        var authorised = GoCardless.Authorising();
        authorised = authorised with { Reference = (await provider.AuthoriseAsync(authorised, Cancel)).Reference };
        await provider.CaptureAsync(GoCardless.Following(authorised), Cancel);

        Assert.Equal(Verdict.Approved, (await provider.RefundAsync(GoCardless.Following(authorised, 3_00), Cancel)).Verdict);
        Assert.Equal(Verdict.Approved, (await provider.RefundAsync(GoCardless.Following(authorised, 2_00), Cancel)).Verdict);

        Assert.Equal(5_00, (long)JsonNode.Parse(wire.LastBody!)!["refunds"]!["total_amount_confirmation"]!);
    }

    [Fact]
    public async Task Trap_CardNumberOrAnotherCurrency_IsNeverSent()
    {
        var wire = await BadWire.ToAsync(await GoCardlessUnderTest.AddressAsync());
        var provider = GoCardlessUnderTest.Connect(wire.Address);
        var card = new Card(CardNumber.Parse(Visits.GoodCard), new CardExpiry(12, 2090), "Ada Nkemelu");

        var answers = new[]
        {
            await provider.AuthoriseAsync(GoCardless.Authorising(instrument: card), Cancel),
            await provider.AuthoriseAsync(GoCardless.Authorising() with { Amount = new Money(10_00, Currency.Parse("CHF")) }, Cancel),
        };

        Assert.All(answers, answer => Assert.Equal(ProviderAnswer.Declined(DeclineReason.RequestRefused), answer));
        Assert.Equal(0, wire.Requests);
    }

    private async Task<string?> DisputesAsync(GoCardlessStudio studio) => (string?)await books.ScalarAsync(
        "SELECT string_agg(concat_ws(' ', reference, kind, status, amount_minor), ', ') FROM dispute WHERE merchant_id = $1",
        studio.Visits.Studio.Merchant.Value);

    private sealed class SteppedClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
