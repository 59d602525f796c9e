using System.Diagnostics;
using System.Net;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Providers;
using Quittance.Storage.Lanes;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Console;

/// <summary>Operators act on payments: once, with the right role, on the state they have seen, with a reason.</summary>
public sealed class PaymentActionTests(BooksFixture books, Browser browser)
{
    private static readonly (string, string) Reason = ("Reason", "Customer asked for it");

    [Fact]
    public async Task Refund_SentTwice_GivesTheMoneyBackOnce()
    {
        var (desk, till, number) = await PaidAsync(100_00);
        using var _ = desk;
        var form = await SeenForm.OpenAsync(desk, Path(number, "refund"));
        Assert.Equal("100.00", form["Amount"]);

        var answers = await Task.WhenAll(
            form.SendAsync(Reason, ("Amount", "40")), form.SendAsync(Reason, ("Amount", "40")), form.SendAsync(Reason, ("Amount", "40")));

        Assert.All(answers, answer => Assert.Equal($"/console/payments/{number}?done=payment-refunded", answer.To?.OriginalString));
        Assert.Equal(40_00, await till.MinorAsync(number, "refunded"));
        Assert.Equal($"payment.refund payment {number}: Customer asked for it", await till.ActionsAsync());
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    [Fact]
    public async Task Refund_ByTwoOperatorsAtOnce_IsDoneByTheFirst_AndTheSecondIsReported()
    {
        var (ada, till, number) = await PaidAsync(100_00);
        using var _ = ada;
        using var grace = await TestDesk.OpenAsync(books, OperatorRole.Operator, ada.Merchant);
        var hers = await SeenForm.OpenAsync(ada, Path(number, "refund"));
        var others = await SeenForm.OpenAsync(grace, Path(number, "refund"));

        var answers = await Task.WhenAll(hers.SendAsync(Reason, ("Amount", "30")), others.SendAsync(Reason, ("Amount", "30")));

        Assert.Single(answers, answer => answer.To is not null);
        Assert.Contains("the payment, or a request for it, changed after you opened this page",
            Assert.Single(answers, answer => answer.To is null).Page, StringComparison.Ordinal);
        Assert.Equal(30_00, await till.MinorAsync(number, "refunded"));
        // Sent again it gets the same answer.
        Assert.Null((await others.SendAsync(Reason, ("Amount", "30"), ("Key", Business.NewId().ToString("N")))).To);
        Assert.Equal(30_00, await till.MinorAsync(number, "refunded"));
    }

    [Fact]
    public async Task Refund_OfAPaymentThatChangedSinceThePageWasOpened_IsNotDone()
    {
        var (desk, till, number) = await PaidAsync(100_00);
        using var _ = desk;
        await till.ChargeAsync("A", "B-1", 60_00);
        var stale = await SeenForm.OpenAsync(desk, Path(number, "refund"));
        var allocate = await SeenForm.OpenAsync(desk, Path(number, "allocate"));
        Assert.NotNull((await allocate.SendAsync(Reason, ("Charge", await ChargeOfAsync(desk, "B-1")))).To);

        var (to, page) = await stale.SendAsync(Reason, ("Amount", "100"));

        Assert.Null(to);
        Assert.Contains("Nothing was done", page, StringComparison.Ordinal);
        Assert.Equal((60_00, 0), (await till.MinorAsync(number, "allocated"), await till.MinorAsync(number, "refunded")));
    }

    [Theory]
    [InlineData("1.234,56", 1234_56)]
    [InlineData("1 234,56", 1234_56)]
    [InlineData("1,234.56", 1234_56)]
    [InlineData("1234,5", 1234_50)]
    public async Task Amount_IsUnderstoodAsPeopleTypeIt(string typed, long minor)
    {
        var (desk, till, number) = await PaidAsync(5000_00);
        using var _ = desk;
        var form = await SeenForm.OpenAsync(desk, Path(number, "refund"));
        Assert.NotNull((await form.SendAsync(Reason, ("Amount", typed))).To);
        Assert.Equal(minor, await till.MinorAsync(number, "refunded"));
    }

    [Theory]
    [InlineData("1.234", "This could mean two amounts")]
    [InlineData("12.345", "This could mean two amounts")]
    [InlineData("-5", "This is no amount")]
    [InlineData("", "Type an amount")]
    [InlineData("0", "must be above zero")]
    [InlineData("5001", "less of the payment is left")]
    public async Task Amount_ThatIsNone_IsRefusedWithWords_AndNothingTypedIsLost(string typed, string words)
    {
        var (desk, till, number) = await PaidAsync(5000_00);
        using var _ = desk;
        var form = await SeenForm.OpenAsync(desk, Path(number, "refund"));
        var (to, page) = await form.SendAsync(Reason, ("Amount", typed));
        Assert.Null(to);
        Assert.Contains(words, page, StringComparison.Ordinal);
        Assert.Contains("Customer asked for it", page, StringComparison.Ordinal);
        Assert.Equal((0, ""), (await till.MinorAsync(number, "refunded"), await till.ActionsAsync()));
        // Put right, the same form works.
        Assert.NotNull((await form.SendAsync(Reason, ("Amount", "1"))).To);
    }

    [Fact]
    public async Task AmountThatIsProposed_IsTaken_AlsoWithThreeDecimals()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, desk.Merchant);
        var number = await till.PayAsync("K", new Money(12_500, Currency.Parse("KWD")));
        var form = await SeenForm.OpenAsync(desk, Path(number, "refund"));
        Assert.Equal("12.500", form["Amount"]);
        var (to, page) = await form.SendAsync(Reason);
        Assert.True(to is not null, page);
        Assert.Equal(12_500, await till.MinorAsync(number, "refunded"));
    }

    [Fact]
    public async Task Action_WithoutAReasonThatCanBeRead_IsNotDone()
    {
        var (desk, till, number) = await PaidAsync(50_00);
        using var _ = desk;
        var form = await SeenForm.OpenAsync(desk, Path(number, "refund"));
        foreach (var (reason, problem) in new[]
        {
            ("  ", "Give a reason"), ("\u200B", "invisible characters"), ("Paid\u202Etwice", "invisible characters"),
            ("Paid\ntwice", "one line"), (new string('x', 501), "too long"),
        })
        {
            var (to, page) = await form.SendAsync(("Reason", reason));
            Assert.Null(to);
            Assert.Contains(problem, page, StringComparison.Ordinal);
        }

        Assert.Equal(0, await till.MinorAsync(number, "refunded"));
    }

    [Fact]
    public async Task Reason_WithACardsNumber_IsKeptWithoutIt()
    {
        var (desk, till, number) = await PaidAsync(50_00);
        using var _ = desk;
        var form = await SeenForm.OpenAsync(desk, Path(number, "refund"));
        Assert.NotNull((await form.SendAsync(("Reason", " Card 4242 4242 4242 4242 was stolen "))).To);
        Assert.Equal("Card ************4242 was stolen", await books.ScalarAsync(
            "SELECT reason FROM operator_action WHERE merchant_id = $1 AND what = 'payment.refund'", desk.Merchant.Value));
        Assert.Equal(50_00, await till.MinorAsync(number, "refunded"));
    }

    [Fact]
    public async Task Viewer_SeesNoAction_AndCanDoNone()
    {
        var (desk, till, number) = await PaidAsync(50_00);
        using var _ = desk;
        var promised = await till.PromiseAsync("A");
        using var viewer = await TestDesk.OpenAsync(books, OperatorRole.Viewer, desk.Merchant);
        Assert.DoesNotContain("/refund\"", await viewer.PageAsync($"/console/payments/{number}"), StringComparison.Ordinal);
        Assert.Contains("/refund\"", await desk.PageAsync($"/console/payments/{number}"), StringComparison.Ordinal);

        foreach (var path in new[] { Path(number, "refund"), Path(number, "allocate"), Path(promised, "cancel"),
            Path(number, $"attempts/{Business.NewId()}/ask"), Path(number, $"attempts/{Business.NewId()}/settle") })
        {
            using var read = await viewer.Client.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Forbidden, read.StatusCode);
            using var sent = await viewer.SendAsync(path, ("Seen", "1"), ("Amount", "5"), Reason);
            Assert.Equal(HttpStatusCode.Forbidden, sent.StatusCode);
        }

        Assert.Equal((0, "pending"), (await till.MinorAsync(number, "refunded"), await till.StatusAsync(promised)));
    }

    [Fact]
    public async Task Cancel_CallsOffWhatWaitsForItsMoney()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, desk.Merchant);
        var number = await till.PromiseAsync("A", 70_00);
        var form = await SeenForm.OpenAsync(desk, Path(number, "cancel"));
        Assert.NotNull((await form.SendAsync(Reason)).To);
        Assert.NotNull((await form.SendAsync(Reason)).To);
        Assert.Equal("cancelled", await till.StatusAsync(number));
        Assert.Contains("It can", await desk.PageAsync(Path(number, "cancel")), StringComparison.Ordinal);
        Assert.Contains("Called off a payment", await desk.PageAsync($"/console/payments/{number}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Allocate_SettlesAnOpenCharge_ByAtMostItsCredit()
    {
        var (desk, till, number) = await PaidAsync(50_00);
        using var _ = desk;
        await till.ChargeAsync("A", "B-7", 80_00);
        var form = await SeenForm.OpenAsync(desk, Path(number, "allocate"));
        Assert.Equal("50.00", form["Amount"]);
        var charge = ("Charge", await ChargeOfAsync(desk, "B-7"));
        Assert.Contains("Nothing has changed", (await form.SendAsync(Reason, charge, ("Amount", "60"))).Page, StringComparison.Ordinal);
        Assert.NotNull((await form.SendAsync(Reason, charge, ("Amount", "20,00"))).To);
        Assert.Equal(20_00, await till.MinorAsync(number, "allocated"));
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    [Fact]
    public async Task Refund_OfACard_IsAskedOfItsProvider()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator, books.DemoCompany);
        var paid = await new VaultedPayments(books).CaptureAsync(80_00);
        var number = await NumberOfAsync(paid.Id);
        var form = await SeenForm.OpenAsync(desk, Path(number, "refund"));
        var (to, page) = await form.SendAsync(Reason, ("Amount", "30"));
        Assert.True(to is not null, page);
        Assert.Equal("approved", await books.ScalarAsync("SELECT status FROM attempt WHERE payment_id = $1 AND verb = 'refund'", paid.Id));
        Assert.Contains("Customer asked for it", await desk.PageAsync($"/console/payments/{number}"), StringComparison.Ordinal);
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    [Fact]
    public async Task Refund_ThatTheProviderDeclinesAtOnce_IsReportedAsAFailure()
    {
        await using var refunds = await Refunds.OpenAsync(books);
        var (_, payment) = await refunds.PaidAsync(80_00, 80_00);
        await refunds.RefundElsewhereAsync(payment, 80_00);
        var number = await NumberOfAsync(Guid.Parse(payment));
        using var desk = await TestDesk.OpenAsync(
            books, OperatorRole.Operator,
            new MerchantId((long)(await books.ScalarAsync("SELECT merchant_id FROM payment WHERE id = $1", Guid.Parse(payment)))!));

        var (to, page) = await (await SeenForm.OpenAsync(desk, Path(number, "refund"))).SendAsync(Reason);

        Assert.True(to is not null, page);
        var report = await desk.PageAsync(to.OriginalString);
        Assert.Contains(
            "<p class=\"notice bad\" role=\"alert\">The provider did not give the money back.", report, StringComparison.Ordinal);
        Assert.DoesNotContain("notice good", report, StringComparison.Ordinal);
        Assert.Equal(0, await new Till(books, desk.Merchant).MinorAsync(number, "refunded"));
        await desk.LookEverywhereAsync(browser, to.OriginalString, "payment-refund-failed");
    }

    [Fact]
    public async Task AttemptWithoutAnswer_IsAskedAgain_OrSettledByHand()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var number = await new SilentProvider(books, desk.Merchant).PayAsync(45_00);

        var ask = await SeenForm.OpenAsync(desk, Path(number, $"attempts/{await OpenAttemptAsync()}/ask"));
        var (to, _) = await ask.SendAsync(Reason);
        Assert.Equal($"/console/payments/{number}?done=payment-unanswered", to?.OriginalString);
        Assert.Contains("<p class=\"notice waiting\" role=\"status\">The provider gave no clear answer.",
            await desk.PageAsync(to!.OriginalString), StringComparison.Ordinal);
        Assert.Equal($"payment.ask payment {number}: Customer asked for it", await new Till(books, desk.Merchant).ActionsAsync());
        await desk.LookEverywhereAsync(browser, $"/console/payments/{number}", "payment-unanswered");
        var settle = await SeenForm.OpenAsync(desk, Path(number, $"attempts/{await OpenAttemptAsync()}/settle"));
        Assert.Contains("Choose one of the two", (await settle.SendAsync(Reason)).Page, StringComparison.Ordinal);
        Assert.NotNull((await settle.SendAsync(Reason, ("As", "approved"))).To);
        // The reserved money is taken next, and the provider does not answer that either.
        settle = await SeenForm.OpenAsync(desk, Path(number, $"attempts/{await OpenAttemptAsync()}/settle"));
        Assert.NotNull((await settle.SendAsync(Reason, ("As", "approved"))).To);

        Assert.Equal("captured", await new Till(books, desk.Merchant).StatusAsync(number));
        Assert.Contains("Settled a payment, “Customer asked for it”",
            WebUtility.HtmlDecode(await desk.PageAsync($"/console/payments/{number}")), StringComparison.Ordinal);
        await books.AssertBooksAreCleanAsync(desk.Merchant);

        async Task<Guid> OpenAttemptAsync() => (Guid)(await books.ScalarAsync(
            "SELECT id FROM attempt WHERE merchant_id = $1 AND status IN ('open', 'unknown')", desk.Merchant.Value))!;
    }

    [Theory]
    [InlineData("- interval '1 second'")]
    [InlineData("+ interval '1 hour'")]
    public async Task Ask_SentTwice_IsInTheAuditLogOnce_WhetherOrNotItChangesAnything(string due)
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var (number, _, attempt) = await new SilentProvider(books, desk.Merchant).BeginAsync(45_00);
        var ask = await SeenForm.OpenAsync(desk, Path(number, $"attempts/{attempt.Id.Value}/ask"));
        await books.ScalarAsync($"UPDATE attempt SET due_at = now() {due} WHERE merchant_id = $1 AND id = $2 RETURNING 1",
            desk.Merchant.Value, attempt.Id.Value);

        Assert.NotNull((await ask.SendAsync(Reason)).To);
        Assert.NotNull((await ask.SendAsync(Reason)).To);

        Assert.Equal($"payment.ask payment {number}: Customer asked for it", await new Till(books, desk.Merchant).ActionsAsync());
    }

    [Fact]
    public async Task Ask_OfWhatHasAnswered_AsksNobody()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var (number, id, attempt) = await new SilentProvider(books, desk.Merchant).BeginAsync(45_00);
        var ask = await SeenForm.OpenAsync(desk, Path(number, $"attempts/{attempt.Id.Value}/ask"));
        Assert.True((
            await books.Engine.SubmitAsync(
            new TakeAnswer(new Origin(desk.Merchant, 0, id.Value), attempt, ProviderAnswer.Approved))).Accepted);

        Assert.Equal($"/console/payments/{number}?done=payment-asked", (await ask.SendAsync(Reason)).To?.OriginalString);
        Assert.Equal("", await new Till(books, desk.Merchant).ActionsAsync());
    }

    [Fact]
    public async Task Settle_OfWhatIsSettled_TakesNoMoneyBack()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var (number, _, attempt) = await new SilentProvider(books, desk.Merchant).BeginAsync(45_00);
        var path = Path(number, $"attempts/{attempt.Id.Value}/settle");
        var settle = await SeenForm.OpenAsync(desk, path);
        Assert.NotNull((await settle.SendAsync(Reason, ("As", "approved"))).To);
        var capture = await CaptureOfAsync(desk);
        var take = await SeenForm.OpenAsync(desk, Path(number, $"attempts/{capture}/settle"));
        Assert.NotNull((await take.SendAsync(Reason, ("As", "approved"))).To);
        // The same form gets its answer again, and another answer is refused.
        Assert.NotNull((await take.SendAsync(Reason, ("As", "approved"))).To);
        var seen = ("Seen", (await SeenForm.OpenAsync(desk, Path(number, "refund")))["Seen"]);

        foreach (var settled in new[] { attempt.Id.Value, capture })
        {
            var to = Path(number, $"attempts/{settled}/settle");
            Assert.Contains("the attempt has its outcome already", await RefusedAsync(desk, to, Reason, ("As", "declined"), seen),
                StringComparison.Ordinal);
            Assert.Contains("does not say which state of the payment you saw", await RefusedAsync(desk, to, Reason, ("As", "declined")),
                StringComparison.Ordinal);
            Assert.Contains("after you opened this page", await RefusedAsync(desk, to, Reason, ("As", "declined"), ("Seen", "1")),
                StringComparison.Ordinal);
        }

        var till = new Till(books, desk.Merchant);
        Assert.Equal(("captured", 0), (await till.StatusAsync(number), await till.MinorAsync(number, "reversed")));
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    [Fact]
    public async Task Settle_WhileTheProviderSaysOtherwise_LeavesTheProvidersWord()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var (number, id, attempt) = await new SilentProvider(books, desk.Merchant).BeginAsync(45_00);
        var settle = await SeenForm.OpenAsync(desk, Path(number, $"attempts/{attempt.Id.Value}/settle"));

        var (to, page) = await WhileTheProviderApprovesAsync(id, attempt, () => settle.SendAsync(Reason, ("As", "declined")));

        Assert.Null(to);
        Assert.Contains("the attempt had another outcome meanwhile", page, StringComparison.Ordinal);
        Assert.Equal("authorised", await new Till(books, desk.Merchant).StatusAsync(number));
    }

    [Fact]
    public async Task Resolve_FromTheCommandLine_WhileTheProviderSaysOtherwise_LeavesTheProvidersWord()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var (number, id, attempt) = await new SilentProvider(books, desk.Merchant).BeginAsync(45_00);

        var (exitCode, _, error) = await WhileTheProviderApprovesAsync(id, attempt, () => RunningProgram.RunAsync(
            "attempt", "resolve", $"{attempt.Id.Value}", "--as", "declined", "--reason", "Their pages don't show it", "--database",
            books.ConnectionString));

        Assert.Equal(1, exitCode);
        Assert.Contains("Nothing was changed", error, StringComparison.Ordinal);
        Assert.Equal("authorised", await new Till(books, desk.Merchant).StatusAsync(number));
    }

    [Theory]
    [InlineData("refund")]
    [InlineData("allocate")]
    public async Task FormWithoutWhatWasSeen_ChangesNothing(string action)
    {
        var (desk, till, number) = await PaidAsync(50_00);
        using var _ = desk;
        await till.ChargeAsync("A", "B-1", 20_00);

        var page = await RefusedAsync(desk, Path(number, action), Reason, ("Amount", "5"), ("Charge", await ChargeOfAsync(desk, "B-1")));

        Assert.Contains("does not say which state of the payment you saw", page, StringComparison.Ordinal);
        Assert.Equal(
            (0, 0, ""), (await till.MinorAsync(number, "refunded"), await till.MinorAsync(number, "allocated"), await till.ActionsAsync()));
    }

    [Theory]
    [InlineData("refund", "Nothing can be refunded")]
    [InlineData("allocate", "Nothing has changed")]
    public async Task FormForAPaymentWithoutAnAmount_IsAnsweredWithWords(string action, string words)
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, desk.Merchant);
        var number = await till.RecordAsync("A");
        await till.ChargeAsync("A", "B-1", 20_00);

        var page = await RefusedAsync(
            desk, Path(number, action), Reason, ("Amount", "5"), ("Seen", "1"), ("Charge", await ChargeOfAsync(desk, "B-1")));

        Assert.Contains(words, page, StringComparison.Ordinal);
        Assert.Equal("", await till.ActionsAsync());
    }

    private static async Task<string> RefusedAsync(TestDesk desk, string path, params (string, string)[] fields)
    {
        using var answer = await desk.SendAsync(path, fields);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>
    /// An operator has read an attempt and acts on it, while the provider's word is on its way into the books, and comes first.
    /// </summary>
    private async Task<T> WhileTheProviderApprovesAsync<T>(Core.PaymentId payment, Attempt attempt, Func<Task<T>> acts)
    {
        var cancel = TestContext.Current.CancellationToken;
        var merchant = payment.Merchant.Value;
        await books.ScalarAsync("UPDATE attempt SET due_at = now() + interval '1 hour' WHERE merchant_id = $1 AND id = $2 RETURNING 1",
            merchant, attempt.Id.Value);
        await using var notices =
            new PaymentEngine(new PostgresStore(books.Database), TimeProvider.System, new EngineOptions { Lanes = 1 });
        await using var connection = await books.Database.OpenConnectionAsync(cancel);
        await using (var hold = new NpgsqlCommand($"BEGIN; SELECT 1 FROM slot WHERE merchant_id = {merchant} FOR UPDATE", connection))
            await hold.ExecuteNonQueryAsync(cancel);

        var notice = notices.SubmitAsync(new TakeAnswer(new Origin(payment.Merchant, 0, payment.Value), attempt, ProviderAnswer.Approved));
        await WaitersAsync(connection, 1);
        var acting = acts();
        await WaitersAsync(connection, 2);
        await using (var release = new NpgsqlCommand("COMMIT", connection))
            await release.ExecuteNonQueryAsync(cancel);

        Assert.True((await notice).Accepted);
        var acted = await acting;
        Assert.Equal("approved",
            await books.ScalarAsync("SELECT status FROM attempt WHERE merchant_id = $1 AND id = $2", merchant, attempt.Id.Value));
        return acted;
    }

    /// <summary>
    /// Waits until so many lanes wait for the slots that a connection holds, or for a lane that waits. Seals and readers are none of them.
    /// </summary>
    private async Task WaitersAsync(NpgsqlConnection holder, int count)
    {
        const string Waiters = """
            WITH first AS (SELECT pid FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid)))
            SELECT count(*) FROM pg_stat_activity
             WHERE pg_blocking_pids(pid) && ($1 || ARRAY(SELECT pid FROM first))
               AND query LIKE 'SELECT s.merchant_id, s.slot, s.last_number%'
            """;
        for (var since = Stopwatch.GetTimestamp(); (long)(await books.ScalarAsync(Waiters, holder.ProcessID))! < count;)
        {
            Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(60), "No session waits.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private async Task<Guid> CaptureOfAsync(TestDesk desk) => (Guid)(await books.ScalarAsync(
        "SELECT id FROM attempt WHERE merchant_id = $1 AND verb = 'capture'", desk.Merchant.Value))!;

    private static string Path(long number, string action) => $"/console/payments/{number}/{action}";

    private async Task<(TestDesk Desk, Till Till, long Number)> PaidAsync(long amountMinor)
    {
        var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("A", "Ada Nkemelu");
        return (desk, till, await till.PayAsync("A", amountMinor));
    }

    private async Task<long> NumberOfAsync(Guid id) => (long)(await books.ScalarAsync("SELECT number FROM payment WHERE id = $1", id))!;

    private async Task<string> ChargeOfAsync(TestDesk desk, string bill) => $"{await books.ScalarAsync(
        "SELECT c.number FROM charge c JOIN reference r ON r.merchant_id = c.merchant_id AND r.object_id = c.id WHERE c.merchant_id = $1 "
            + "AND r.value = $2", desk.Merchant.Value, bill)}";
}
