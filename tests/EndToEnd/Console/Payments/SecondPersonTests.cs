using System.Net;
using Microsoft.Playwright;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;
using Quittance.Tests.Running;
using Quittance.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Console;

/// <summary>An act above the limit waits for a second person, who approves or rejects it.</summary>
public sealed class SecondPersonTests(BooksFixture books, Browser browser)
{
    private static readonly (string, string) Reason = ("Reason", "Charged twice");
    private static readonly (string, string) Agreed = ("Reason", "Looked at the order");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refund_AboveTheLimit_IsAskedForByOne_AndApprovedByAnother_InABrowser()
    {
        using var ada = await TestDesk.OpenAsync(books, OperatorRole.Operator, name: "Ada Ask");
        using var grace = await TestDesk.OpenAsync(books, OperatorRole.Operator, ada.Merchant, "Grace Give");
        var till = new Till(books, ada.Merchant);
        var number = await till.PayAsync("A", 300_00);
        await till.LimitAsync(100_00);
        await using (var asking = await ada.BrowseAsync(browser, $"/console/payments/{number}/refund"))
        {
            var page = asking.Page;
            await Expect(page.GetByText("Where more than 100.00 EUR of the payment goes back in all")).ToBeVisibleAsync();
            await page.GetByLabel("Amount in EUR").FillAsync("150");
            await page.GetByLabel("Reason").FillAsync(Reason.Item2);
            await page.GetByRole(AriaRole.Button, Called("Refund")).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("waits for a second person to approve it");
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Take back" })).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Approve" })).ToHaveCountAsync(0);
            Assert.Empty(asking.Errors);
        }

        Assert.Equal((0, 0L), (await till.MinorAsync(number, "refunded"), await RefundsAsync(ada)));
        await using (var deciding = await grace.BrowseAsync(browser, "/console"))
        {
            var page = deciding.Page;
            await Expect(page.Locator("li", new() { HasText = "Waiting for a second person" }).Locator("span")).ToHaveTextAsync("1");
            await page.GetByRole(AriaRole.Link, Called("Waiting for a second person")).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Table)).ToContainTextAsync("Ada Ask");
            await page.GetByRole(AriaRole.Link, new() { Name = "Approve" }).ClickAsync();
            await Expect(page.GetByText(Reason.Item2)).ToBeVisibleAsync();
            await page.GetByLabel("Reason").FillAsync(Agreed.Item2);
            await page.GetByRole(AriaRole.Button, Called("Approve")).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("The money goes back to the payer.");
            var timeline = page.Locator("#steps");
            await page.Locator("#steps > summary").ClickAsync();
            await Expect(timeline).ToContainTextAsync("Refund of 150.00 EUR: waits for a second person");
            await Expect(timeline).ToContainTextAsync("Ada Ask: Asked for a second person, “Charged twice”");
            await Expect(timeline).ToContainTextAsync("Refund of 150.00 EUR: a second person approved it");
            await Expect(timeline).ToContainTextAsync("Grace Give: Approved a request, “Looked at the order”");
            // The money leads to both people.
            await timeline.GetByRole(AriaRole.Link, new() { Name = "150.00 EUR", Exact = true }).First.ClickAsync();
            await Expect(page.GetByText("Ada Ask")).ToBeVisibleAsync();
            await Expect(page.GetByText("Grace Give", new() { Exact = true }).First).ToBeVisibleAsync();
            Assert.Empty(deciding.Errors);
        }

        Assert.Equal(150_00, await till.MinorAsync(number, "refunded"));
        Assert.Equal(
            $"limit.set limit: The customer was charged twice; approval.ask payment {number}: Charged twice; "
                + $"approval.approve payment {number}: Looked at the order", await till.ActionsAsync());
        await books.AssertBooksAreCleanAsync(ada.Merchant);
    }

    [Fact]
    public async Task WriteOff_AboveTheLimit_IsAskedForByOne_AndApprovedByAnother_InABrowser()
    {
        using var ada = await TestDesk.OpenAsync(books, OperatorRole.Operator, name: "Ada Ask");
        using var grace = await TestDesk.OpenAsync(books, OperatorRole.Operator, ada.Merchant, "Grace Give");
        var till = new Till(books, ada.Merchant);
        await till.OpenAsync("A", "Anna Bell");
        await till.ChargeAsync("A", "B-1", 300_00);
        await till.LimitAsync(100_00);
        var number = await books.ScalarAsync("SELECT number FROM charge WHERE merchant_id = $1", ada.Merchant.Value);
        await using (var asking = await ada.BrowseAsync(browser, $"/console/charges/{number}/correct"))
        {
            var page = asking.Page;
            await Expect(page.GetByText("Where more than 100.00 EUR of the charge is given up in all")).ToBeVisibleAsync();
            await page.GetByLabel("What to do").SelectOptionAsync("WriteOff");
            await page.GetByLabel("Reason").FillAsync("Insolvent");
            await page.GetByRole(AriaRole.Button, Called("Show what it does")).ClickAsync();
            await Expect(page.GetByText("nothing changes until a second person approves it")).ToBeVisibleAsync();
            await asking.LookAsync("console-correction-asks");
            await page.GetByRole(AriaRole.Button, Called("Ask for it")).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("waits for a second person to approve it");
            await Expect(page.GetByText("asks for a write-off of 300.00 EUR")).ToBeVisibleAsync();
            await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Take back" })).ToBeVisibleAsync();
            await asking.LookAsync("console-charge-waits");
            Assert.Empty(asking.Errors);
        }

        Assert.Equal(300_00L, await OpenAsync(ada));
        await using (var deciding = await grace.BrowseAsync(browser, "/console/approvals"))
        {
            var page = deciding.Page;
            await Expect(page.GetByRole(AriaRole.Table)).ToContainTextAsync($"of charge {number}");
            await deciding.LookAsync("console-approvals-of-charge");
            await page.GetByRole(AriaRole.Link, new() { Name = "Approve" }).ClickAsync();
            await Expect(page.GetByText("Insolvent")).ToBeVisibleAsync();
            var picture = page.GetByRole(AriaRole.Region, Called("The books before and after"));
            await Expect(picture).ToContainTextAsync("−300.00");
            await deciding.LookAsync("console-approve-write-off");
            await page.GetByLabel("Reason").FillAsync("Saw the court's letter");
            await page.GetByRole(AriaRole.Button, Called("Approve")).ClickAsync();
            await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("The charge is corrected.");
            var history = page.GetByRole(AriaRole.Table);
            await Expect(history).ToContainTextAsync("Write-off of 300.00 EUR: waits for a second person");
            await Expect(history).ToContainTextAsync("Ada Ask");
            await Expect(history).ToContainTextAsync("Written off as a bad debt");
            await deciding.LookAsync("console-charge-approved");
            // The money leads to both people.
            await history.GetByRole(AriaRole.Link, new() { Name = "300.00 EUR", Exact = true }).First.ClickAsync();
            await Expect(page.GetByText("Ada Ask").First).ToBeVisibleAsync();
            await Expect(page.GetByText("Grace Give", new() { Exact = true }).First).ToBeVisibleAsync();
            Assert.Empty(deciding.Errors);
        }

        Assert.Equal(0L, await OpenAsync(ada));
        await books.AssertBooksAreCleanAsync(ada.Merchant);
    }

    [Fact]
    public async Task RequestToWriteOff_EndsByItself_WhenAPaymentSettlesAPart()
    {
        using var ada = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var (till, number, request) = await AskToWriteOffAsync(ada);
        var payment = await till.PayAsync("A", 50_00);
        var allocates = await SeenForm.OpenAsync(ada, $"/console/payments/{payment}/allocate");
        Assert.NotNull((await allocates.SendAsync(Reason, ("Charge", $"{number}"))).To);

        await EndsAsync(till, request, "void");
        Assert.Contains("The charge has changed since it was asked for", await ada.PageAsync(Approve(request)), StringComparison.Ordinal);
        Assert.Equal(250_00L, await OpenAsync(ada));
        await books.AssertBooksAreCleanAsync(ada.Merchant);
    }

    [Fact]
    public async Task RequestToWriteOff_OfAChargeThatAPaymentClaims_IsOnlyEnded_AsThePageSays()
    {
        using var ada = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        using var grace = await TestDesk.OpenAsync(books, OperatorRole.Operator, ada.Merchant, "Grace");
        var (till, _, request) = await AskToWriteOffAsync(ada);
        const string Overtaken = "to approve it only ends the request";
        var page = await grace.PageAsync(Approve(request));
        Assert.DoesNotContain(Overtaken, page, StringComparison.Ordinal);
        Assert.Contains("What it does to the books", page, StringComparison.Ordinal);

        await till.RecordAsync("A");
        await books.ScalarAsync(
            """
            INSERT INTO claim (merchant_id, payment_id, line, charge_id, amount_minor, is_live)
            SELECT c.merchant_id, p.id, 1, c.id, 1, true FROM charge c JOIN payment p USING (merchant_id) WHERE c.merchant_id = $1
            """,
            ada.Merchant.Value);
        page = await grace.PageAsync(Approve(request));
        Assert.Contains(Overtaken, page, StringComparison.Ordinal);
        Assert.DoesNotContain("What it does to the books", page, StringComparison.Ordinal);
        var approves = await SeenForm.OpenAsync(grace, Approve(request));
        Assert.EndsWith("?done=approval-void", $"{(await approves.SendAsync(Reason)).To}", StringComparison.Ordinal);
        Assert.Equal(300_00L, await OpenAsync(ada));
        await books.ScalarAsync("DELETE FROM claim WHERE merchant_id = $1", ada.Merchant.Value);
        await books.AssertBooksAreCleanAsync(ada.Merchant);
    }

    [Fact]
    public async Task PageThatOnlyAsks_DoesNothingAtOnce_AlsoWhereTheLimitIsGoneSince()
    {
        using var ada = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var (till, charge, request) = await AskToWriteOffAsync(ada);
        var takesBack = await SeenForm.OpenAsync(ada, $"/console/approvals/{request}/reject");
        Assert.NotNull((await takesBack.SendAsync(Reason)).To);
        (string, string)[] said = [("Choice", "WriteOff"), ("Amount", "150"), ("Reason", "Insolvent")];
        var form = await SeenForm.OpenAsync(ada, $"/console/charges/{charge}/correct");
        var asks = SeenForm.Hidden((await form.SendAsync(said)).Page, "Shown");
        await till.LimitAsync(null);

        var (to, page) = await form.SendAsync([.. said, ("Shown", asks)]);
        Assert.Null(to);
        Assert.Contains("What it does to the books", page, StringComparison.Ordinal);
        Assert.Equal(300_00L, await OpenAsync(ada));

        to = (await form.SendAsync([.. said, ("Shown", SeenForm.Hidden(page, "Shown"))])).To;
        Assert.Equal($"/console/charges/{charge}?done=charge-corrected", to?.OriginalString);
        Assert.Equal(150_00L, await OpenAsync(ada));
    }

    [Fact]
    public async Task PersonWhoAsked_CannotApprove_AlsoNotInAnotherSession_AndTakesItBack()
    {
        var (ada, till, payment, request) = await AskedAsync();
        using var _ = ada;
        using var grace = await TestDesk.OpenAsync(books, OperatorRole.Operator, ada.Merchant);
        var form = await SeenForm.OpenAsync(grace, Approve(request));
        Assert.Contains("You asked for it yourself", await ada.PageAsync(Approve(request)), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await form.SendByAsync(ada, Agreed));
        var token = await new ConsoleSessions(books.Database, TimeProvider.System).OpenAsync(ada.Person, Cancel);
        SecretWatch.OfTheRun.Add([token[(token.IndexOf('.', StringComparison.Ordinal) + 1)..]]);
        using var second = new HttpClient(new WatchedAnswers(SecretWatch.OfTheRun, followsRedirects: false));
        second.BaseAddress = books.Address;
        second.DefaultRequestHeaders.Add("Cookie", $"quittance-console={token}");
        using (var sent = new HttpRequestMessage(HttpMethod.Post, Approve(request)))
        {
            sent.Headers.Add("Sec-Fetch-Site", "same-origin");
            sent.Content = new FormUrlEncodedContent(
                new Dictionary<string, string> { ["_handler"] = "action", ["Reason"] = "me again", ["Key"] = form["Key"] });
            using var answer = await second.SendAsync(sent, Cancel);
            var page = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.Contains("one person asks for it in the console, and another one approves it there", page, StringComparison.Ordinal);
        }

        Assert.Equal((0, "waiting"), (await till.MinorAsync(payment, "refunded"), await till.RequestAsync(request)));
        Assert.NotNull((await (await SeenForm.OpenAsync(ada, Reject(request))).SendAsync(Agreed)).To);
        Assert.Equal((0, "rejected"), (await till.MinorAsync(payment, "refunded"), await till.RequestAsync(request)));
        await books.AssertBooksAreCleanAsync(ada.Merchant);
    }

    [Theory]
    [InlineData("approve")]
    [InlineData("reject")]
    public async Task OfTwoDecisionsAtOnce_OneWins_AndTheOtherIsReportedByName(string second)
    {
        var (ada, till, payment, request) = await AskedAsync();
        using var _ = ada;
        using var grace = await TestDesk.OpenAsync(books, OperatorRole.Operator, ada.Merchant, "Grace");
        using var carl = await TestDesk.OpenAsync(books, OperatorRole.Admin, ada.Merchant, "Carl");
        var hers = await SeenForm.OpenAsync(grace, Approve(request));
        var his = await SeenForm.OpenAsync(carl, $"/console/approvals/{request}/{second}");

        var answers = await Task.WhenAll(hers.SendAsync(Agreed), his.SendAsync(Agreed));

        var (_, report) = Assert.Single(answers, answer => answer.To is null);
        var status = await till.RequestAsync(request);
        var winner = answers[0].To is not null ? "Grace" : "Carl";
        Assert.Contains(
            $"{winner} {status} it: “Looked at the order”", report, StringComparison.Ordinal);
        Assert.Equal(status == "approved" ? 150_00 : 0, await till.MinorAsync(payment, "refunded"));
        // Sent again each gets its answer again.
        Assert.Equal(answers[0].To, (await hers.SendAsync(Agreed)).To);
        Assert.Equal(status == "approved" ? 1L : 0L, await RefundsAsync(ada));
        await books.AssertBooksAreCleanAsync(ada.Merchant);
    }

    [Fact]
    public async Task Form_SentTwice_AsksOnce_AndApprovesOnce()
    {
        using var ada = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        using var grace = await TestDesk.OpenAsync(books, OperatorRole.Operator, ada.Merchant);
        var till = new Till(books, ada.Merchant);
        var number = await till.PayAsync("A", 300_00);
        await till.LimitAsync(100_00);
        var asks = await SeenForm.OpenAsync(ada, $"/console/payments/{number}/refund");
        var answers = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => asks.SendAsync(Reason, ("Amount", "150"))));
        Assert.All(answers, answer => Assert.Equal($"/console/payments/{number}?done=approval-asked", answer.To?.OriginalString));
        // Another one is refused while it waits.
        var another = await SeenForm.OpenAsync(ada, $"/console/payments/{number}/refund");
        Assert.Contains("waits for a second person already", (await another.SendAsync(Reason, ("Amount", "160"))).Page,
            StringComparison.Ordinal);

        var request = (long)(await books.ScalarAsync(
            "SELECT number FROM approval_request WHERE merchant_id = $1", ada.Merchant.Value))!;
        var approves = await SeenForm.OpenAsync(grace, Approve(request));
        var done = await Task.WhenAll(approves.SendAsync(Agreed), approves.SendAsync(Agreed));
        Assert.All(done, answer => Assert.Equal($"/console/payments/{number}?done=payment-refunded", answer.To?.OriginalString));
        Assert.Equal((150_00, 1L), (await till.MinorAsync(number, "refunded"), await RefundsAsync(ada)));
        await books.AssertBooksAreCleanAsync(ada.Merchant);
    }

    [Fact]
    public async Task Form_SentAgain_AfterItsRequestIsVoid_SaysSo()
    {
        using var ada = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, ada.Merchant);
        var payment = await till.PayAsync("A", 300_00);
        await till.LimitAsync(100_00);
        var asks = await SeenForm.OpenAsync(ada, $"/console/payments/{payment}/refund");
        Assert.EndsWith(
            "done=approval-asked", (await asks.SendAsync(Reason, ("Amount", "150"))).To!.OriginalString, StringComparison.Ordinal);
        var request = (long)(await books.ScalarAsync(
            "SELECT number FROM approval_request WHERE merchant_id = $1", ada.Merchant.Value))!;
        var little = await SeenForm.OpenAsync(ada, $"/console/payments/{payment}/refund");
        Assert.EndsWith(
            "done=payment-refunded", (await little.SendAsync(Reason, ("Amount", "10"))).To!.OriginalString, StringComparison.Ordinal);
        await EndsAsync(till, request, "void");

        Assert.EndsWith(
            "done=approval-void", (await asks.SendAsync(Reason, ("Amount", "150"))).To!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_EndsByItself_WhenThePaymentChanges_AndWhenItsTimeIsOver()
    {
        var (ada, till, payment, request) = await AskedAsync();
        using var _ = ada;
        // Money that goes back below the limit is no matter of two people.
        var little = await SeenForm.OpenAsync(ada, $"/console/payments/{payment}/refund");
        Assert.NotNull((await little.SendAsync(Reason, ("Amount", "10"))).To);
        await EndsAsync(till, request, "void");

        var late = await till.AskAsync(payment, 150_00);
        await books.ScalarAsync(
            "UPDATE approval_request SET expires_at = now() WHERE merchant_id = $1 AND number = $2 RETURNING 1", ada.Merchant.Value, late);
        await EndsAsync(till, late, "expired");
        using var grace = await TestDesk.OpenAsync(books, OperatorRole.Operator, ada.Merchant);
        Assert.Contains("No person decided in time", await grace.PageAsync(Approve(late)), StringComparison.Ordinal);
        Assert.Equal(10_00, await till.MinorAsync(payment, "refunded"));
        await books.AssertBooksAreCleanAsync(ada.Merchant);
    }

    [Fact]
    public async Task Approval_OfAPaymentThatHasChanged_GivesNothingBack()
    {
        var (ada, till, payment, request) = await AskedAsync();
        using var _ = ada;
        using var grace = await TestDesk.OpenAsync(books, OperatorRole.Operator, ada.Merchant);
        var form = await SeenForm.OpenAsync(grace, Approve(request));
        await till.ChargeAsync("A", "B-1", 200_00);
        var charge = $"{await books.ScalarAsync("SELECT number FROM charge WHERE merchant_id = $1", ada.Merchant.Value)}";
        var allocates = await SeenForm.OpenAsync(ada, $"/console/payments/{payment}/allocate");
        Assert.NotNull((await allocates.SendAsync(Reason, ("Charge", charge))).To);

        var (to, page) = await form.SendAsync(Agreed);

        // The server may have ended it before.
        Assert.True(
            to?.OriginalString == $"/console/payments/{payment}?done=approval-void"
            || page.Contains("The payment has changed since it was asked for", StringComparison.Ordinal), page);
        Assert.Equal((0, "void"), (await till.MinorAsync(payment, "refunded"), await till.RequestAsync(request)));
        await books.AssertBooksAreCleanAsync(ada.Merchant);
    }

    [Fact]
    public async Task Admin_SetsAndEndsTheLimit_OnceForEachForm_AndOperatorsDoNot()
    {
        using var admin = await TestDesk.OpenAsync(books);
        using var ada = await TestDesk.OpenAsync(books, OperatorRole.Operator, admin.Merchant);
        var till = new Till(books, admin.Merchant);
        var form = await SeenForm.OpenAsync(admin, "/console/access/limits/set");
        (string, string)[] filled = [("Currency", "eur"), ("Amount", "1.000,00"), ("Reason", "two people")];
        Assert.Equal(HttpStatusCode.Forbidden, await form.SendByAsync(ada, filled));
        Assert.Contains("This is no currency", (await form.SendAsync([.. filled, ("Currency", "EUX")])).Page, StringComparison.Ordinal);
        var answers = await Task.WhenAll(form.SendAsync(filled), form.SendAsync(filled));
        Assert.All(answers, answer => Assert.Equal("/console/access/limits?done=limit-set", answer.To?.OriginalString));
        Assert.Contains("1,000.00", await ada.PageAsync("/console/access/limits"), StringComparison.Ordinal);
        Assert.EndsWith("/limits/set: ; limit.set limit 1000.00 EUR: two people", await till.ActionsAsync(), StringComparison.Ordinal);

        var number = await till.PayAsync("A", 2_000_00);
        var asks = await SeenForm.OpenAsync(ada, $"/console/payments/{number}/refund");
        Assert.EndsWith(
            "approval-asked", (await asks.SendAsync(Reason, ("Amount", "1000.01"))).To!.OriginalString, StringComparison.Ordinal);
        Assert.NotNull(
            (await (await SeenForm.OpenAsync(admin, "/console/access/limits/end?currency=EUR")).SendAsync(("Reason", "trusted"))).To);
        var refunds = await SeenForm.OpenAsync(ada, $"/console/payments/{number}/refund");
        Assert.EndsWith(
            "payment-refunded", (await refunds.SendAsync(Reason, ("Amount", "1500"))).To!.OriginalString, StringComparison.Ordinal);
        await books.AssertBooksAreCleanAsync(admin.Merchant);
    }

    [Fact]
    public async Task Limit_IsOfOneCurrency_AsThePageAndTheCommandSay()
    {
        using var admin = await TestDesk.OpenAsync(books);
        using var ada = await TestDesk.OpenAsync(books, OperatorRole.Operator, admin.Merchant);
        var number = await new Till(books, admin.Merchant).PayAsync("A", 300_00);
        Assert.Contains(
            "The limit is for this currency alone: set one for each currency in which customers pay.",
            OnOneLine(await admin.PageAsync("/console/access/limits/set")), StringComparison.Ordinal);

        var set = await RunningProgram.RunAsync(
            "approval", "limit", "USD", "5", "--reason", "two people", "--merchant", $"{admin.Merchant.Value}",
            "--database", books.ConnectionString);

        Assert.Contains(
            "It is for USD alone: a currency without a limit of its own has none.", OnOneLine(set.Output), StringComparison.Ordinal);
        var refund = await SeenForm.OpenAsync(ada, $"/console/payments/{number}/refund");
        Assert.EndsWith(
            "payment-refunded", (await refund.SendAsync(Reason, ("Amount", "150"))).To!.OriginalString, StringComparison.Ordinal);
        await books.AssertBooksAreCleanAsync(admin.Merchant);
    }

    /// <summary>Verification judges each refund by the limit of its time, which was set before it or after it.</summary>
    [Fact]
    public async Task Limit_ThatIsSetWhileRefundsAreMade_CountsFromOneCommitOn()
    {
        using var ada = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, ada.Merchant);
        List<SeenForm> forms = [];
        for (var nth = 0; nth < 24; nth++)
            forms.Add(await SeenForm.OpenAsync(ada, $"/console/payments/{await till.PayAsync($"A{nth}", 300_00)}/refund"));

        var sent = forms.Select(form => form.SendAsync(Reason, ("Amount", "150"))).ToList();
        await till.LimitAsync(100_00);
        await till.LimitAsync(null);
        await till.LimitAsync(120_00);
        var answers = await Task.WhenAll(sent);

        Assert.All(answers, answer => Assert.NotNull(answer.To));
        var asked = (long)(await books.ScalarAsync("SELECT count(*) FROM approval_request WHERE merchant_id = $1", ada.Merchant.Value))!;
        Assert.Equal(forms.Count, asked + await RefundsAsync(ada));
        await books.AssertBooksAreCleanAsync(ada.Merchant);
    }

    [Fact]
    public async Task Limit_IsLaterThanARefundWhoseTimeIsAheadOfTheClock()
    {
        using var ada = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, ada.Merchant);
        var form = await SeenForm.OpenAsync(ada, $"/console/payments/{await till.PayAsync("A", 300_00)}/refund");
        await books.ScalarAsync(
            "UPDATE slot SET last_at = now() + interval '20 seconds' WHERE merchant_id = $1 AND slot > 0 RETURNING 1", ada.Merchant.Value);
        Assert.NotNull((await form.SendAsync(Reason, ("Amount", "150"))).To);

        await till.LimitAsync(100_00);

        Assert.Equal(1L, await RefundsAsync(ada));
        await books.AssertBooksAreCleanAsync(ada.Merchant);
    }

    [Long]
    [Fact]
    public async Task Pages_OfTheRequest_LookRightEverywhere()
    {
        var (ada, till, payment, request) = await AskedAsync();
        using var _ = ada;
        using var grace = await TestDesk.OpenAsync(books, OperatorRole.Admin, ada.Merchant, "Grace Hopper");
        await grace.LookEverywhereAsync(browser, "/console/approvals", "approvals");
        await grace.LookEverywhereAsync(browser, $"/console/payments/{payment}", "approval-payment");
        await grace.LookEverywhereAsync(browser, Approve(request), "approval-approve");
        await ada.LookEverywhereAsync(browser, Approve(request), "approval-own");
        await grace.LookEverywhereAsync(browser, "/console/access/limits", "approval-limits");
        Assert.NotNull((await (await SeenForm.OpenAsync(grace, Reject(request))).SendAsync(Agreed)).To);
        await ada.LookEverywhereAsync(browser, Approve(request), "approval-ended");
        await ada.LookEverywhereAsync(browser, $"/console/payments/{payment}/refund", "approval-refund");
    }

    private static string OnOneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static string Approve(long request) => $"/console/approvals/{request}/approve";

    private static string Reject(long request) => $"/console/approvals/{request}/reject";

    private static PageGetByRoleOptions Called(string name) => new() { Name = name, Exact = true };

    private static Task EndsAsync(Till till, long request, string status) =>
        NoticePost.UntilAsync(async () => await till.RequestAsync(request) == status);

    /// <summary>Ada has asked for a refund of 150 of 300 euros, where the limit is 100.</summary>
    private async Task<(TestDesk Ada, Till Till, long Payment, long Request)> AskedAsync()
    {
        var ada = await TestDesk.OpenAsync(books, OperatorRole.Operator, name: "Ada Lovelace");
        var till = new Till(books, ada.Merchant);
        await till.OpenAsync("A", "Anna Bell");
        var payment = await till.PayAsync("A", 300_00);
        await till.LimitAsync(100_00);
        return (ada, till, payment, await till.AskAsync(payment, 150_00, ada.Person.Name, ada.Person.Id));
    }

    /// <summary>Asks to write 150 euros of a charge off, of 300; the charge's number and the request's.</summary>
    private async Task<(Till Till, long Charge, long Request)> AskToWriteOffAsync(TestDesk desk)
    {
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("A", "Anna Bell");
        await till.ChargeAsync("A", "B-1", 300_00);
        await till.LimitAsync(100_00);
        var number = (long)(await books.ScalarAsync("SELECT number FROM charge WHERE merchant_id = $1", desk.Merchant.Value))!;
        (string, string)[] said = [("Choice", "WriteOff"), ("Amount", "150"), ("Reason", "Insolvent")];
        var form = await SeenForm.OpenAsync(desk, $"/console/charges/{number}/correct");
        var shown = SeenForm.Hidden((await form.SendAsync(said)).Page, "Shown");
        Assert.Equal(
            $"/console/charges/{number}?done=approval-asked", (await form.SendAsync([.. said, ("Shown", shown)])).To?.OriginalString);
        return (till, number,
            (long)(await books.ScalarAsync("SELECT number FROM approval_request WHERE merchant_id = $1", desk.Merchant.Value))!);
    }

    /// <summary>The open part of the merchant's charge.</summary>
    private async Task<long> OpenAsync(TestDesk desk) => (long)(await books.ScalarAsync(
        "SELECT amount_minor - allocated_minor - credited_minor - written_off_minor FROM charge WHERE merchant_id = $1",
        desk.Merchant.Value))!;

    private async Task<long> RefundsAsync(TestDesk desk) =>
        (long)(await books.ScalarAsync("SELECT count(*) FROM refund WHERE merchant_id = $1", desk.Merchant.Value))!;
}
