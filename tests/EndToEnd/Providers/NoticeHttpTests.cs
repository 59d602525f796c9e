using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Providers;
using Quittance.Core.Webhooks;
using Quittance.Host.Demo;
using Quittance.Providers.Notices;
using Quittance.Storage.Providers;
using Quittance.Storage.Reading;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;

namespace Quittance.Tests.Providers;

/// <summary>Notices of a payment provider, over HTTP: late, twice, too early, or not by the provider at all.</summary>
public sealed class NoticeHttpTests(BooksFixture books)
{
    private static readonly Guid Nobody = Guid.Parse("0198b1c2-0000-8000-8000-00000000dead");

    private readonly NoticePost _post = new(books);
    private readonly VaultedPayments _payments = new(books);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Notice_ThatTheProviderDoesNotConfirm_ChangesNothing()
    {
        var payment = await _payments.CaptureAsync(50_00);
        var (notice, id) = (NoticePost.Changed(payment.Capture, "capture", payment.Authorisation, "declined", 50_00), NoticePost.NewId());

        // It contradicts the books, so the provider was asked: the money is ours.
        Assert.Equal("no_news", await _post.DeliverAsync(notice, id));
        Assert.Equal("no_news", await _post.DeliverAsync(notice, id));
        Assert.Equal(1L, await books.ScalarAsync("SELECT count(*) FROM notice WHERE id = $1", id));
        await payment.AssertAsync(reversedMinor: 0, dueMinor: 0);
    }

    [Fact]
    public async Task Notice_ThatSaysOnlyThatSomethingChanged_MakesTheServerAskTheProvider()
    {
        var payment = await _payments.CaptureAsync(50_00);
        Assert.Equal("no_news", await TouchAsync(payment.Capture));
        Assert.Equal("unmatched", await TouchAsync(Nobody));
        await payment.AssertAsync(reversedMinor: 0, dueMinor: 0);
    }

    [Fact]
    public async Task Notice_UnderAnotherIdOfTheProviders_IsNeverBooked()
    {
        var payment = await _payments.CaptureAsync(50_00);
        var notice = NoticePost.Changed(payment.Capture, "capture", payment.Authorisation, "declined", 50_00)
            .Replace("{\"type\"", "{\"reference\":\"sbx_another\",\"type\"", StringComparison.Ordinal);

        Assert.Equal("contradicts", await _post.DeliverAsync(notice));
        await payment.AssertAsync(reversedMinor: 0, dueMinor: 0);
    }

    [Fact]
    public async Task Notice_OfADeclineThatTheSandboxTellsLate_ReversesThePaymentOnce()
    {
        var payment = await _payments.CaptureAsync(66604);

        // A notice that comes before the answer is early, and is processed again.
        await NoticePost.UntilAsync(async () =>
            (await OutcomeOfAsync(payment.Capture), await OutcomeOfAsync(payment.Authorisation)) == ("taken", "taken"));
        await payment.AssertAsync(reversedMinor: 66604, dueMinor: 66604);
    }

    [Theory]
    [InlineData(66602)]
    [InlineData(66603)]
    public async Task Notice_BeforeTheAnswerOrTwice_BooksThePaymentOnce(long amountMinor)
    {
        var payment = await _payments.CaptureAsync(amountMinor);

        await OutcomeOfAsync(payment.Capture);
        Assert.Equal(1L, await books.ScalarAsync("SELECT count(*) FROM notice WHERE body->>'request' = $1", $"{payment.Capture}"));
        Assert.Equal(
            1L, await books.ScalarAsync("SELECT count(*) FROM event WHERE subject_id = $1 AND type = 'payment.captured'", payment.Id));
        await payment.AssertAsync(reversedMinor: 0, dueMinor: 0);
    }

    [Fact]
    public async Task Notice_OfSomebodyElse_IsTurnedAway()
    {
        // The sandbox sends a forged one after two tenths of a second at most.
        var payment = await _payments.CaptureAsync(66605);
        var declined = NoticePost.Changed(payment.Capture, "capture", payment.Authorisation, "declined", 66605);

        Assert.Equal(HttpStatusCode.Unauthorized, await _post.SendAsync(declined, key: SigningKey.New()));
        await Task.Delay(TimeSpan.FromMilliseconds(400), TimeProvider.System, Cancel);
        Assert.Equal(0L, await books.ScalarAsync("SELECT count(*) FROM notice WHERE body->>'request' = $1", $"{payment.Capture}"));
        await payment.AssertAsync(reversedMinor: 0, dueMinor: 0);
    }

    [Fact]
    public async Task Notice_OfAnotherTime_IsTurnedAway()
    {
        var body = NoticePost.Changed(Nobody, "capture", Nobody, "declined", 100);

        Assert.Equal(HttpStatusCode.Unauthorized, await _post.SendAsync(body, age: TimeSpan.FromMinutes(10)));
        Assert.Equal(HttpStatusCode.Unauthorized, await _post.SendAsync(body, age: TimeSpan.FromMinutes(-10)));
        using var unsigned = await books.Client.PostAsync(
            $"/providers/sandbox/merchants/{books.DemoCompany.Value}/notices", JsonContent.Create(new { }), Cancel);
        Assert.Equal(HttpStatusCode.Unauthorized, unsigned.StatusCode);
    }

    [Fact]
    public async Task Notice_OfFiveMegabytes_IsTooLarge()
    {
        const int FiveMegabytes = 5 * 1024 * 1024;

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await _post.SendAsync($"{{\"type\":\"{new string('x', FiveMegabytes)}\"}}"));
        Assert.Equal("HTTP/1.1 413 Payload Too Large", await _post.SendEndlesslyAsync(FiveMegabytes));
    }

    [Fact]
    public async Task Notice_ThatIsNone_IsRefused()
    {
        var changed = NoticePost.Changed(Nobody, "capture", Nobody, "declined", 100);
        foreach (var body in (string[])
            [
                "", "not json", "[]", "{}", changed[..^5],
                changed.Replace("request.changed", "request.forgotten", StringComparison.Ordinal),
                changed.Replace("\"amount_minor\":100", "\"amount_minor\":1e2", StringComparison.Ordinal),
                changed.Replace("USD", "US", StringComparison.Ordinal),
                NoticePost.Dispute("dispute.opened", "d\\u0000d", Nobody, 100), NoticePost.Dispute("dispute.opened", "nothing", Nobody, 0),
                NoticePost.Dispute("dispute.opened", "less than nothing", Nobody, -1),
                NoticePost.Dispute("dispute.opened", "fee", Nobody, 100, -1),
            ])
        {
            Assert.Equal((body, HttpStatusCode.BadRequest), (body, await _post.SendAsync(body)));
        }
    }

    [Fact]
    public async Task Notice_ForNobody_TellsNothingOfWhoIsThere()
    {
        var body = NoticePost.Changed(Nobody, "capture", Nobody, "declined", 100);

        Assert.Equal(HttpStatusCode.Unauthorized, await _post.SendAsync(body, merchant: new MerchantId(987_654_321)));
        Assert.Equal(HttpStatusCode.Unauthorized,
            await _post.SendAsync(body, merchant: await books.Merchants.CreateAsync("Without an account", Cancel)));
        Assert.Equal(HttpStatusCode.NotFound, await _post.SendAsync(body, provider: "paypal"));
        Assert.Equal(HttpStatusCode.NotFound, await _post.SendAsync(body, provider: "cash"));
    }

    [Fact]
    public async Task Notice_OfWhatNobodyAskedFor_IsKeptUnmatched()
    {
        Assert.Equal("unmatched", await _post.DeliverAsync(NoticePost.Changed(Nobody, "capture", Nobody, "declined", 100)));
        Assert.Equal("unmatched", await _post.DeliverAsync(NoticePost.Dispute("dispute.opened", "nobody's", Nobody, 100)));
    }

    [Fact]
    public async Task Decline_OfACapture_ThatADeadServerAskedForBeforeTheAuthorisationWasDeclined_IsNoNews()
    {
        var payment = await _payments.PayAsync(40_00, Customers.CardOf("4000000000000002"), "denied");
        var id = new PaymentId(books.DemoCompany, payment.Id);
        var capture = Assert.Single(await new Attempts(books.Database).OfPaymentAsync(id, Cancel)).OwnCapture!.Value.Value;

        Assert.Equal("no_news", await _post.DeliverAsync(
            NoticePost.Changed(capture, "capture", payment.Authorisation, "declined", 40_00)));
        // Money that moved is never passed over.
        Assert.Equal("unmatched", await _post.DeliverAsync(
            NoticePost.Changed(capture, "capture", payment.Authorisation, "approved", 40_00)));
    }

    [Fact]
    public async Task Notice_ThatContradictsWhatWasAsked_IsKeptAndBooksNothing()
    {
        var payment = await _payments.CaptureAsync(40_00);
        string[] contradicting =
        [
            NoticePost.Changed(payment.Capture, "capture", payment.Authorisation, "declined", 40_01),
            NoticePost.Changed(payment.Capture, "refund", payment.Authorisation, "declined", 40_00),
            NoticePost.Changed(payment.Authorisation, "capture", payment.Authorisation, "declined", 40_00),
            NoticePost.Changed(payment.Capture, "capture", payment.Authorisation, "declined", 40_00)
                .Replace("USD", "EUR", StringComparison.Ordinal),
            NoticePost.Dispute("dispute.opened", "on a capture", payment.Capture, 40_00),
            NoticePost.Dispute("dispute.opened", "too much", payment.Authorisation, 40_01),
            NoticePost.Dispute("dispute.opened", "in euro", payment.Authorisation, 40_00).Replace("USD", "EUR", StringComparison.Ordinal),
        ];
        foreach (var notice in contradicting)
            Assert.Equal((notice, "contradicts"), (notice, await _post.DeliverAsync(notice)));
        await payment.AssertAsync(reversedMinor: 0, dueMinor: 0);
    }

    [Fact]
    public async Task Settlement_OfAnotherAmount_IsKeptAndBooksNothing()
    {
        var payment = await _payments.CaptureAsync(66606);

        Assert.Equal("contradicts", await _post.OutcomeAsync("body->>'authorisation' = $1", $"{payment.Authorisation}"));
        await payment.AssertAsync(reversedMinor: 0, dueMinor: 0);
    }

    [Fact]
    public async Task Dispute_AtTheSandbox_ReversesThePaymentAndWonBringsItBack()
    {
        var payment = await _payments.CaptureAsync(80_00);
        var name = $"dispute-{payment.Id:N}";
        using var sandbox = new HttpClient { BaseAddress = books.Sandbox };
        sandbox.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", DemoSandbox.ApiKey);

        (await sandbox.PostAsJsonAsync(
            "/v1/disputes", new { id = name, authorisation = payment.Authorisation, kind = "chargeback", amount_minor = 30_00 }, Cancel))
                .EnsureSuccessStatusCode();
        await NoticePost.UntilAsync(async () => await payment.ReversedMinorAsync() > 0);
        await payment.AssertAsync(reversedMinor: 30_00, dueMinor: 30_00, feeMinor: 15_00);

        (await sandbox.PostAsync($"/v1/disputes/{name}/won", null, Cancel)).EnsureSuccessStatusCode();
        await NoticePost.UntilAsync(async () => await payment.ReversedMinorAsync() == 0);
        await payment.AssertAsync(reversedMinor: 0, dueMinor: 0, feeMinor: 15_00);
    }

    [Fact]
    public async Task Dispute_WhoseEndIsReportedFirst_EndsWhenItsBeginningIsKnown()
    {
        var payment = await _payments.CaptureAsync(70_00);
        var (name, won) = ($"early-{payment.Id:N}", NoticePost.NewId());

        Assert.Equal("early", await _post.DeliverAsync(NoticePost.Dispute("dispute.won", name, payment.Authorisation, 70_00), won));
        await payment.AssertAsync(reversedMinor: 0, dueMinor: 0);
        Assert.Equal("taken", await _post.DeliverAsync(NoticePost.Dispute("dispute.opened", name, payment.Authorisation, 70_00)));
        await NoticePost.UntilAsync(
            async () => (string?)await books.ScalarAsync("SELECT outcome FROM notice WHERE id = $1", won) == "taken");

        await payment.AssertAsync(reversedMinor: 0, dueMinor: 0, feeMinor: 15_00);
    }

    [Fact]
    public async Task Dispute_OfMoneyThatALostOneTook_IsNotBooked()
    {
        var payment = await _payments.CaptureAsync(60_00);
        var (lost, second) = ($"lost-{payment.Id:N}", $"second-{payment.Id:N}");
        Assert.Equal("taken", await _post.DeliverAsync(NoticePost.Dispute("dispute.opened", lost, payment.Authorisation, 60_00, 0)));
        Assert.Equal("taken", await _post.DeliverAsync(NoticePost.Dispute("dispute.lost", lost, payment.Authorisation, 60_00, 0)));

        Assert.Equal("exceeds", await _post.DeliverAsync(NoticePost.Dispute("dispute.opened", second, payment.Authorisation, 60_00, 0)));
        await payment.AssertAsync(reversedMinor: 60_00, dueMinor: 60_00);
        Assert.Equal(1L, await books.ScalarAsync("SELECT count(*) FROM dispute WHERE payment_id = $1", payment.Id));
    }

    [Fact]
    public async Task Dispute_ToldAfterTheOneThatReplacesIt_IsBookedWithItsEnd()
    {
        var payment = await _payments.CaptureAsync(60_00);
        var (later, first, opened) = ($"later-{payment.Id:N}", $"first-{payment.Id:N}", NoticePost.NewId());
        Assert.Equal("taken", await _post.DeliverAsync(NoticePost.Dispute("dispute.opened", later, payment.Authorisation, 60_00, 0)));
        Assert.Equal(
            "exceeds", await _post.DeliverAsync(NoticePost.Dispute("dispute.opened", first, payment.Authorisation, 60_00), opened));

        await _post.DeliverAsync(NoticePost.Dispute("dispute.won", first, payment.Authorisation, 60_00));
        await NoticePost.UntilAsync(async () =>
            (string?)await books.ScalarAsync(
                "SELECT status FROM dispute WHERE payment_id = $1 AND reference = $2", payment.Id, first) == "won");
        // Either of the two books it; what the other says then is no news.
        await NoticePost.UntilAsync(async () =>
            (string?)await books.ScalarAsync("SELECT outcome FROM notice WHERE id = $1", opened) is "taken" or "no_news");
        await payment.AssertAsync(reversedMinor: 60_00, dueMinor: 60_00, feeMinor: 15_00);
    }

    [Fact]
    public async Task Notice_WithACardNumberInItsTexts_IsKeptWithoutIt()
    {
        var payment = await _payments.CaptureAsync(20_00);
        Assert.Equal("taken",
            await _post.DeliverAsync(NoticePost.Dispute("dispute.opened", "card 4242 4242 4242 4242", payment.Authorisation, 20_00)));

        Assert.Equal("card ************4242 b295a9d948f7bec0",
            await books.ScalarAsync("SELECT body->>'dispute' FROM notice WHERE body->>'authorisation' = $1", $"{payment.Authorisation}"));
        Assert.Equal("card ************4242 b295a9d948f7bec0",
            await books.ScalarAsync("SELECT reference FROM dispute WHERE payment_id = $1", payment.Id));
    }

    [Fact]
    public async Task Notice_ThatWaits_HoldsUpNoOtherMerchants()
    {
        var biller = await Biller.OpenAsync(books);
        await Payer.ConnectAsync(books, biller.Merchant);
        var confirmed = await AskedAtTheBankAsync(biller);
        var other = NoticePost.NewId();
        await using var connection = await books.Database.OpenConnectionAsync(Cancel);
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await using (var hold = new NpgsqlCommand(
            $"SELECT 1 FROM slot WHERE merchant_id = {biller.Merchant.Value} FOR UPDATE", connection, transaction))
        {
            await hold.ExecuteNonQueryAsync(Cancel);
        }

        using var customer = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var approved = await customer.PostAsync(confirmed, new FormUrlEncodedContent([new("approve", "true")]), Cancel);
        Assert.Equal(HttpStatusCode.SeeOther, approved.StatusCode);
        await NoticePost.UntilAsync(async () => await OfAsync("tries") is 1);
        Assert.Equal(
            HttpStatusCode.NoContent,
            await _post.SendAsync(NoticePost.Changed(Nobody, "capture", Nobody, "declined", 100), other));
        await NoticePost.UntilAsync(
            async () => await books.ScalarAsync("SELECT outcome FROM notice WHERE id = $1", other) is "unmatched");
        Assert.Equal("received", await OfAsync("outcome"));

        await transaction.RollbackAsync(Cancel);
        await NoticePost.UntilAsync(async () => await OfAsync("outcome") is "taken");
        await books.AssertBooksAreCleanAsync(biller.Merchant);

        Task<object?> OfAsync(string column) => books.ScalarAsync(
            $"SELECT {column} FROM notice WHERE merchant_id = $1 AND body->>'verb' = 'authorise'", biller.Merchant.Value);
    }

    /// <summary>Begins a payment that the customer confirms at the bank.</summary>
    /// <returns>The bank's page.</returns>
    private async Task<Uri> AskedAtTheBankAsync(Biller biller)
    {
        var account = await biller.CustomerAsync();
        var made = await biller.PostAsync(
            Biller.Links, new JsonObject { ["account"] = account, ["charges"] = new JsonArray(await biller.OwingAsync(account, "49.00")) });
        var url = (string)made.Json["url"]!;
        SecretWatch.OfTheRun.Add([url[(url.IndexOf('=', StringComparison.Ordinal) + 1)..]]);
        using var payer = new Payer(books);
        var (_, page) = await payer.OpenAsync(url);
        var (_, pending) = await payer.PayAsync(Payer.TokenIn(page), "4000000000003220", books.Address.AbsoluteUri);
        return new Uri((string)pending["redirectTo"]!);
    }

    /// <summary>Keeps a notice that says only that a request has changed, and waits until it was processed.</summary>
    private async Task<string> TouchAsync(Guid request)
    {
        var (notices, id) = (new Notices(books.Database, new AttemptSchedule(), TimeProvider.System), NoticePost.NewId());
        var notice = new RequestTouched(TimeProvider.System.GetUtcNow(), request);
        Assert.True(await notices.KeepAsync(books.DemoCompany, "sandbox", id, notice.ToRedactedJson(), Cancel));
        return await _post.OutcomeAsync("id = $1", id);
    }

    private Task<string> OutcomeOfAsync(Guid request) => _post.OutcomeAsync("body->>'request' = $1", $"{request}");
}
