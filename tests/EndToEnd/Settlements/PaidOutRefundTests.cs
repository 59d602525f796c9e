using System.Globalization;
using System.Net;
using System.Text.Json;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Ledger;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;
using Quittance.Core.Settlements;
using Quittance.Core.Webhooks;
using Quittance.Storage.Reading;
using Quittance.Storage.Webhooks;
using Quittance.Tests.Console;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;
using Quittance.Tests.Webhooks;

namespace Quittance.Tests.Settlements;

/// <summary>Refunds of money that no provider gives back: they are done when the customer has the money, and not before.</summary>
public sealed class PaidOutRefundTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ClearingProvider.Cash, RefundStatus.Done)]
    [InlineData(ClearingProvider.BankTransfer, RefundStatus.Pending)]
    [InlineData(ClearingProvider.Gateway, RefundStatus.Pending)]
    public async Task Refund_IsDoneAtOnce_OnlyFromTheDrawer(string holder, RefundStatus status)
    {
        await using var shop = await Shop.OpenAsync(books);
        var (paid, refund) = await RefundedAsync(shop, holder, 10_00);

        Assert.Equal(status, refund.Status);
        var balances = await shop.BalancesAsync();
        Assert.Equal(status == RefundStatus.Done ? 20_00 : 30_00, balances[$"clearing {holder}"]);
        Assert.Equal(status == RefundStatus.Done ? 0 : -10_00, balances.GetValueOrDefault("refunds_in_transit"));
        Assert.Equal(10_00, (await ViewAsync(shop, paid)).Payment.RefundedMinor);
    }

    [Fact]
    public async Task Refund_IsDone_WhenItsLineOfABankStatementIsBooked()
    {
        await using var shop = await Shop.OpenAsync(books);
        var (paid, first) = await RefundedAsync(shop, ClearingProvider.BankTransfer, 10_00);
        var other = await RefundAsync(shop, paid, 7_00);
        var report = await shop.ImportAsync(new Camt().With(30, "bill").With(-10, $"refund {paid.Payment.Number}").ToXml());
        var line = (await shop.LinesAsync(report)).Single(line => line.Amount.AmountMinor < 0);
        if (line.Status == SettlementStatus.Open)
            Assert.Empty((await shop.Desk.Lines.BookAsPaymentAsync(line, paid, shop.Origin, "the refund", Cancel)).Faults);

        Assert.Equal((RefundStatus.Done, RefundStatus.Pending), (await StatusAsync(shop, first), await StatusAsync(shop, other)));
        var balances = await shop.BalancesAsync();
        Assert.Equal((-7_00, 30_00), (balances["refunds_in_transit"], balances["clearing bank-transfer"]));
    }

    [Fact]
    public async Task Refund_IsDone_WhenTheGatewayReportsIt()
    {
        await using var shop = await Shop.OpenAsync(books);
        var (paid, refund) = await RefundedAsync(shop, ClearingProvider.Gateway, 10_00);
        var rows = string.Join('\n', "type,reference,amount,fee,currency,date", $"refund,{paid.Payment.Number},10.00,,EUR,2027-11-03",
            "payout,PO-1,-10.00,,EUR,2027-11-03");

        Assert.Equal(1, (await shop.ImportAsync(rows, AtGateway)).Booked);

        Assert.Equal(RefundStatus.Done, await StatusAsync(shop, refund));
        Assert.False((await shop.BalancesAsync()).ContainsKey("refunds_in_transit"));
    }

    [Theory]
    [InlineData(ClearingProvider.BankTransfer)]
    [InlineData(ClearingProvider.Gateway)]
    public async Task Refund_ThatAnOperatorSaidIsPaidOut_GetsItsLine_AndAnEqualOneWaitsOn(string holder)
    {
        await using var shop = await Shop.OpenAsync(books);
        var (paid, first) = await RefundedAsync(shop, holder, 10_00);
        Assert.Null(await TellAsync(shop, first, ProviderAnswer.Approved));
        var second = await RefundAsync(shop, paid, 10_00);

        Assert.Null(await BookAsync(shop, paid, holder, 1, 10));
        Assert.Equal((RefundStatus.Done, RefundStatus.Pending), (await StatusAsync(shop, first), await StatusAsync(shop, second)));
        Assert.Null(await BookAsync(shop, paid, holder, 2, 10));
        Assert.Equal(RefundStatus.Done, await StatusAsync(shop, second));
        Assert.Equal(Refusal.SettlementExceedsReturned, await BookAsync(shop, paid, holder, 3, 10));
    }

    [Fact]
    public async Task EqualRefunds_ArePaidOutOldestFirst_AndTheOtherCanBeCalledOff()
    {
        await using var shop = await Shop.OpenAsync(books);
        var (paid, first) = await RefundedAsync(shop, ClearingProvider.BankTransfer, 10_00);
        var second = await RefundAsync(shop, paid, 10_00);

        Assert.Null(await BookAsync(shop, paid, ClearingProvider.BankTransfer, 1, 10));

        Assert.Equal((RefundStatus.Done, RefundStatus.Pending), (await StatusAsync(shop, first), await StatusAsync(shop, second)));
        // Its line shows that the money has left.
        Assert.Equal(Refusal.SettlementBooked, await TellAsync(shop, first, ProviderAnswer.Declined(DeclineReason.Declined)));
        Assert.Null(await TellAsync(shop, second, ProviderAnswer.Declined(DeclineReason.Declined)));
        Assert.Equal(RefundStatus.Failed, await StatusAsync(shop, second));
    }

    [Theory]
    [InlineData(ClearingProvider.BankTransfer)]
    [InlineData(ClearingProvider.Gateway)]
    public async Task OneLine_PaysSeveralRefundsOut(string holder)
    {
        await using var shop = await Shop.OpenAsync(books);
        var (paid, first) = await RefundedAsync(shop, holder, 10_00);
        var second = await RefundAsync(shop, paid, 5_00);
        var third = await RefundAsync(shop, paid, 3_00);

        Assert.Null(await BookAsync(shop, paid, holder, 1, 15));

        Assert.Equal(
            (RefundStatus.Done, RefundStatus.Done, RefundStatus.Pending),
            (await StatusAsync(shop, first), await StatusAsync(shop, second), await StatusAsync(shop, third)));
        Assert.Equal(-3_00, (await shop.BalancesAsync())["refunds_in_transit"]);
    }

    [Fact]
    public async Task OneLine_PaysARefundOut_BesideOneThatAnOperatorSaidIsPaidOut()
    {
        await using var shop = await Shop.OpenAsync(books);
        var (paid, first) = await RefundedAsync(shop, ClearingProvider.BankTransfer, 10_00);
        Assert.Null(await TellAsync(shop, first, ProviderAnswer.Approved));
        var second = await RefundAsync(shop, paid, 5_00);

        Assert.Null(await BookAsync(shop, paid, ClearingProvider.BankTransfer, 1, 15));

        Assert.Equal(RefundStatus.Done, await StatusAsync(shop, second));
    }

    [Theory]
    [InlineData(ClearingProvider.BankTransfer)]
    [InlineData(ClearingProvider.Gateway)]
    public async Task PartOfARefund_IsBooked_WhenAnOperatorSaysThatTheRefundIsPaidOut(string holder)
    {
        await using var shop = await Shop.OpenAsync(books);
        var (paid, refund) = await RefundedAsync(shop, holder, 10_00);

        Assert.Equal(Refusal.SettlementExceedsReturned, await BookAsync(shop, paid, holder, 1, 6));
        Assert.Equal(RefundStatus.Pending, await StatusAsync(shop, refund));
        Assert.Null(await TellAsync(shop, refund, ProviderAnswer.Approved));
        Assert.Null(await BookAsync(shop, paid, holder, 1, 6));
        // A part of it has left, so that it can't be called off any more.
        Assert.Equal(Refusal.SettlementBooked, await TellAsync(shop, refund, ProviderAnswer.Declined(DeclineReason.Declined)));
        Assert.Null(await BookAsync(shop, paid, holder, 2, 4));
        Assert.Equal(RefundStatus.Done, await StatusAsync(shop, refund));
    }

    [Fact]
    public async Task Refund_IsPaidOut_ThoughThePayerTookTheRestBackMeanwhile()
    {
        await using var shop = await Shop.OpenAsync(books);
        var (paid, refund) = await RefundedAsync(shop, ClearingProvider.Gateway, 10_00);
        var chargeback = $"""
            type,reference,amount,fee,currency,date
            chargeback,{paid.Payment.Number},20.00,,EUR,2027-11-01
            payout,CB-1,-20.00,,EUR,2027-11-01
            """;
        var line = Assert.Single(await shop.LinesAsync(await shop.ImportAsync(chargeback, AtGateway), SettlementStatus.Open));
        Assert.Empty((await shop.Desk.Lines.BookAsPaymentAsync(line, paid, shop.Origin, "the gateway's letter", Cancel)).Faults);

        Assert.Equal(Refusal.SettlementExceedsReturned, await BookAsync(shop, paid, ClearingProvider.Gateway, 1, 20));
        Assert.Null(await BookAsync(shop, paid, ClearingProvider.Gateway, 2, 10));

        Assert.Equal(RefundStatus.Done, await StatusAsync(shop, refund));
        Assert.False((await shop.BalancesAsync()).ContainsKey("refunds_in_transit"));
    }

    /// <summary>The payer takes all of it back while a part waits to be paid out: the money goes back once.</summary>
    [Theory]
    [InlineData(ClearingProvider.Gateway)]
    [InlineData(ClearingProvider.BankTransfer)]
    public async Task RefundThatHasNotLeft_IsCalledOff_WhereThePayerTakesTheWholePaymentBack(string holder)
    {
        await using var shop = await Shop.OpenAsync(books);
        var (paid, refund) = await RefundedAsync(shop, holder, 10_00);

        await TakeBackAsync(shop, paid, holder);

        Assert.Equal(RefundStatus.Failed, await StatusAsync(shop, refund));
        var payment = (await ViewAsync(shop, paid)).Payment;
        Assert.Equal((30_00, 0), (payment.ReversedMinor, payment.RefundedMinor));
        var balances = await shop.BalancesAsync();
        Assert.Equal(
            (20_00L, 0L, 0L),
            (balances["receivable"], balances.GetValueOrDefault("refunds_in_transit"), balances.GetValueOrDefault("writeoff")));
        Assert.Equal(Refusal.SettlementExceedsReturned, await BookAsync(shop, paid, holder, 3, 10));
    }

    [Theory]
    [InlineData("approved", "done")]
    [InlineData("declined", "failed")]
    public async Task Refund_WaitsInTheList_UntilAnOperatorSaysWhatHappened(string word, string status)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, desk.Merchant);
        var telco = await Telco.ClientOfAsync(books, desk.Merchant);
        await SubscribeAsync(desk.Merchant, receiver);
        var paid = await telco.PostAsync(
            Telco.Payments,
            """{"account":{"id":"A-1"},"paymentMethod":{},"authorizationCode":"A1","totalAmount":{"unit":"USD","value":30}}""");
        Assert.Equal("done", paid["status"]);

        var refund = await telco.PostAsync(Telco.Refunds, Refunds.Body("A-1", paid["id"], "12.50"));

        Assert.Equal((HttpStatusCode.Created, "pendingAuthorization"), (refund.Status, refund["status"]));
        var id = Guid.Parse(refund["id"]!);
        var number = (long)(await books.ScalarAsync("SELECT number FROM refund WHERE id = $1", id))!;
        var payment = (long)(await books.ScalarAsync("SELECT number FROM payment WHERE id = $1", Guid.Parse(paid["id"]!)))!;
        var list = WebUtility.HtmlDecode(await desk.PageAsync("/console/refunds"));
        Assert.Contains($"Refund {number}", list, StringComparison.Ordinal);
        Assert.Contains("12.50", list, StringComparison.Ordinal);
        var path = $"/console/payments/{payment}/refunds/{number}/{(word == "approved" ? "paid" : "call-off")}";
        Assert.Contains(path, list, StringComparison.Ordinal);
        Assert.Contains(path, await desk.PageAsync($"/console/payments/{payment}"), StringComparison.Ordinal);

        var sent = await (await SeenForm.OpenAsync(desk, path)).SendAsync(("Reason", "Seen at the gateway"));

        Assert.Equal(
            $"/console/payments/{payment}?done={(word == "approved" ? "refund-paid-out" : "refund-called-off")}", sent.To?.OriginalString);
        Assert.Equal(status, (await telco.GetAsync(refund["href"]!))["status"]);
        Assert.Contains("No refund waits", await desk.PageAsync("/console/refunds"), StringComparison.Ordinal);
        Assert.Equal(status == "done" ? 12_50 : 0, await till.MinorAsync(payment, "refunded"));
        Assert.Contains(word == "approved" ? "refund.paid" : "refund.call-off", await till.ActionsAsync(), StringComparison.Ordinal);
        // Subscribers learn of a refund when it is asked for, and of its end.
        Assert.Equal(
            ["RefundCreateEvent pendingAuthorization", $"RefundStateChangeEvent {status}"],
            (await receiver.UntilAsync(2)).OrderBy(result => result.Sequence)
                .Select(result => $"{result.Json.GetProperty("eventType")} {RefundIn(result).GetProperty("status")}"));
        Assert.All(receiver.All, result => Assert.Equal((refund["id"], refund["href"]), (Field(result, "id"), Field(result, "href"))));
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    private static ReadingOptions AtGateway => new() { Provider = ClearingProvider.Gateway };

    private static JsonElement RefundIn(ReceivedWebhook result) => result.Json.GetProperty("event").GetProperty("refund");

    private static string? Field(ReceivedWebhook result, string name) => RefundIn(result).GetProperty(name).GetString();

    private async Task SubscribeAsync(MerchantId merchant, WebhookReceiver receiver)
    {
        var subscriptions = new Subscriptions(books.Database, TimeProvider.System);
        var (credential, _) = (await subscriptions.CredentialsAsync(merchant, "tmf676", Cancel))[0];
        var secret = SigningKey.New();
        SecretWatch.OfTheRun.Add([secret]);
        await new WebhookSecrets(books.Database, books.Vault, TimeProvider.System).EnsureAsync(merchant, credential, secret, Cancel);
        EventType[] types = [EventType.RefundAsked, EventType.RefundDone, EventType.RefundFailed];
        await subscriptions.AddAsync(
            new Subscription(new SubscriptionId(merchant, Business.NewId()), credential, "tmf676", receiver.Address, types, null), Cancel);
    }

    /// <summary>The payer's bank takes a card payment at the client's gateway back, or a transfer that had come.</summary>
    private static async Task TakeBackAsync(Shop shop, PaymentView paid, string holder)
    {
        var (number, back) = ($"{paid.Payment.Number}", $"-{paid.Payment.Amount!.Value.AmountMinor / 100}.00");
        if (holder == ClearingProvider.BankTransfer)
        {
            await shop.ImportAsync(new Camt().With(30, "bill").ToXml());
            var bank = await shop.ImportAsync(new Camt { Id = "2027/12", Opening = 1030 }.With(-30, "taken back").ToXml());
            var line = Assert.Single(await shop.LinesAsync(bank, SettlementStatus.Open));
            var booked = await shop.Desk.BookAsChosenAsync(
                line, SettlementChoice.Return, [number], shop.Origin, "the bank's letter", Cancel);
            Assert.True(booked.Outcome?.Accepted, booked.Problem);
            return;
        }

        var report = await shop.ImportAsync(
            $"""
            type,reference,amount,fee,currency,date
            chargeback,{number},{back[1..]},,EUR,2027-11-01
            payout,CB-1,{back},,EUR,2027-11-01
            """,
            AtGateway);
        var chargeback = Assert.Single(await shop.LinesAsync(report, SettlementStatus.Open));
        Assert.Empty((await shop.Desk.Lines.BookAsPaymentAsync(chargeback, paid, shop.Origin, "the gateway's letter", Cancel)).Faults);
    }

    /// <summary>
    /// Books a line that shows money going back, by itself or by an operator. Gives why it is refused; null where it is booked.
    /// </summary>
    private static async Task<Refusal?> BookAsync(Shop shop, PaymentView paid, string holder, int nth, int amount)
    {
        var report = holder == ClearingProvider.Gateway
            ? await shop.ImportAsync(
                $"""
                type,reference,amount,fee,currency,date
                refund,{paid.Payment.Number},{amount}.00,,EUR,2027-11-{nth:00}
                payout,PO-{nth},-{amount}.00,,EUR,2027-11-{nth:00}
                """,
                AtGateway)
            : await shop.ImportAsync(
                new Camt { Id = $"2027/{nth}" }.With(-amount, $"money back {nth}", bankReference: $"OUT{nth}").ToXml());
        var line = Assert.Single(await shop.LinesAsync(report));
        return line.Status == SettlementStatus.Booked
            ? null
            : WhyNot(await shop.Desk.Lines.BookAsPaymentAsync(line, paid, shop.Origin, "money back", Cancel));
    }

    /// <summary>An operator says whether a refund is paid out. Gives why that is refused; null where it is taken.</summary>
    private static async Task<Refusal?> TellAsync(Shop shop, Refund refund, ProviderAnswer answer)
    {
        var attempts = await new Attempts(shop.Books.Database).OfPaymentAsync(refund.Payment!.Value, Cancel);
        var attempt = attempts.Single(attempt => attempt.Id == refund.Attempt);
        var result = new TakeAnswer(shop.Origin, attempt, answer) { AskedAfter = attempt.Events, Note = "seen at the bank" };
        return WhyNot(await shop.Engine.SubmitAsync(result));
    }

    private static Refusal? WhyNot(Outcome outcome) => outcome.Accepted ? null : outcome.Faults[0].Refusal;

    private static async Task<(PaymentView Paid, Refund Refund)> RefundedAsync(Shop shop, string holder, long amountMinor)
    {
        await shop.OweAsync(("anna", "INV-2027-1", 20_00));
        var paid = await shop.RecordAsync(shop.Business.Payment("anna", 30_00) with { ReceivedBy = holder });
        return (paid, await RefundAsync(shop, paid, amountMinor));
    }

    private static async Task<Refund> RefundAsync(Shop shop, PaymentView paid, long amountMinor)
    {
        var id = new RefundId(shop.Merchant, Business.NewId());
        var outcome = await shop.Engine.SubmitAsync(
            new RefundPayment(shop.Origin, AccountTarget.Of(paid.Account.Id, paid.Account.Slot), paid.Payment.Id, id,
                "test")
            { Amount = new Money(amountMinor, Business.Euro) });
        Assert.True(outcome.Accepted, string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", outcome.Faults)}"));
        return (await new Storage.Reading.Books(shop.Books.Database).RefundAsync(id, null, Cancel))!.Refund;
    }

    private static async Task<RefundStatus> StatusAsync(Shop shop, Refund refund) =>
        (await new Storage.Reading.Books(shop.Books.Database).RefundAsync(refund.Id, null, Cancel))!.Refund.Status;

    private static async Task<PaymentView> ViewAsync(Shop shop, PaymentView paid) =>
        (await new Storage.Reading.Books(shop.Books.Database).PaymentAsync(paid.Payment.Id, null, Cancel))!;
}
