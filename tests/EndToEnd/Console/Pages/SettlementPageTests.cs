using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Quittance.BackOffice.BankStatements;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Ledger;
using Quittance.Core.Settlements;
using Quittance.Storage.Exporting;
using Quittance.Storage.Settlements;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;
using Quittance.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Console;

/// <summary>Operators import statements, see what does not match, and book it.</summary>
public sealed partial class SettlementPageTests(BooksFixture books, Browser browser)
{
    private const string Import = "/console/settlements/import";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Statement_ThatIsUploaded_IsMatched_AndTheRestIsBookedByAnOperator()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        await OweAsync(desk, ("anna", "INV-2027-1", 30_00), ("jonas", "INV-2027-2", 50_00));
        await desk.LookEverywhereAsync(browser, "/console/settlements", "settlements-none");
        var file = new Camt().With(30, "INV-2027-1").With(50, "from Jonas").With(-4.90m, "Account fee").With(7, "by mistake").ToXml();

        using var imported = await UploadAsync(desk, file);
        Assert.Equal(HttpStatusCode.SeeOther, imported.StatusCode);
        var place = imported.Headers.Location!.OriginalString;
        Assert.Contains("1 booked, 3 open, 0 ignored", await desk.PageAsync(place), StringComparison.Ordinal);
        await desk.LookEverywhereAsync(browser, place, "settlement");

        var line = await LineAsync(desk, "from Jonas");
        Assert.Contains("The customer owes exactly that amount", await desk.PageAsync(line), StringComparison.Ordinal);
        await desk.LookEverywhereAsync(browser, line, "settlement-line");
        using (var unknown = await BookAsync(desk, line, "charge", "INV-2027-9"))
            Assert.Contains("there is no charge INV-2027-9", await unknown.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        foreach (var (about, choice, which) in new[] { ("from Jonas", "charge", "INV-2027-2"), ("Account fee", "fee", ""),
            ("by mistake", "ignore", "") })
        {
            using var booked = await BookAsync(desk, await LineAsync(desk, about), choice, which);
            Assert.True(booked.StatusCode == HttpStatusCode.SeeOther, await booked.Content.ReadAsStringAsync(Cancel));
        }

        using (var again = await BookAsync(desk, line, "charge", "INV-2027-2"))
            Assert.Contains("the line is booked", await again.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Contains("3 booked, 0 open, 1 ignored", await desk.PageAsync(place), StringComparison.Ordinal);
        Assert.Contains("No line is open", await desk.PageAsync("/console/settlements"), StringComparison.Ordinal);
        Assert.Equal(
            75_10L, await books.ScalarAsync(
            "SELECT sum(debits_minor - credits_minor)::bigint FROM ledger_account WHERE merchant_id = $1 AND kind = 'bank'",
            desk.Merchant.Value));
        Assert.Equal(
            4L, await books.ScalarAsync(
            "SELECT count(*) FROM operator_action WHERE merchant_id = $1 AND what LIKE 'settlement.%' AND who = $2", desk.Merchant.Value,
            desk.Person.Name));
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    [Fact]
    public async Task Line_AndThePaymentThatItBrought_LeadToEachOther_AndToWhoBookedIt()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        await OweAsync(desk, ("anna", "INV-2027-1", 30_00), ("jonas", "INV-2027-2", 50_00));
        using var imported =
            await UploadAsync(desk, new Camt().With(30, "INV-2027-1").With(50, "from Jonas").With(-7, "by mistake").ToXml());
        var line = await LineAsync(desk, "from Jonas");
        using (var booked = await BookAsync(desk, line, "charge", "INV-2027-2"))
            Assert.Equal(HttpStatusCode.SeeOther, booked.StatusCode);
        using (var ignored = await BookAsync(desk, await LineAsync(desk, "by mistake"), "ignore", ""))
            Assert.Equal(HttpStatusCode.SeeOther, ignored.StatusCode);

        foreach (var (about, amount) in new[] { ("from Jonas", "50.00"), ("INV-2027-1", "30.00") })
        {
            var at = await LineAsync(desk, about);
            var page = await desk.PageAsync(at);
            var id = at[(at.LastIndexOf('/') + 1)..];
            Assert.Contains($"<dt>Booked by</dt><dd>{desk.Person.Name}, ", page, StringComparison.Ordinal);
            Assert.Contains($"<dt>Moved</dt><dd><a href=\"/console/explain/transfer/{id}/1/1\">", page, StringComparison.Ordinal);
            Assert.Contains($"href=\"{at}\"", await desk.PageAsync($"/console/explain/transfer/{id}/1/1"), StringComparison.Ordinal);
            var (number, payment) = (
                await books.ScalarAsync(
                    "SELECT p.number FROM payment p JOIN settlement_line l ON l.merchant_id = p.merchant_id AND l.payment_id = p.id "
                        + "WHERE l.merchant_id = $1 AND l.remittance = $2", desk.Merchant.Value, about),
                await books.ScalarAsync(
                    "SELECT payment_id FROM settlement_line WHERE merchant_id = $1 AND remittance = $2", desk.Merchant.Value, about));
            foreach (var other in new[] { $"/console/payments/{number}", $"/console/explain/transfer/{payment:D}/1/1" })
            {
                var report = await desk.PageAsync(other);
                Assert.Contains("<dt>Statement line</dt>", report, StringComparison.Ordinal);
                Assert.Contains(
                    $"<a href=\"{at}\"><span class=\"money \"><span class=\"figure\">{amount}</span>", report, StringComparison.Ordinal);
            }
        }

        Assert.Contains($"<dt>Ignored by</dt><dd>{desk.Person.Name}, ", await desk.PageAsync(await LineAsync(desk, "by mistake")),
            StringComparison.Ordinal);
        await desk.LookEverywhereAsync(browser, line, "settlement-line-booked");
    }

    /// <summary>A line is booked for a customer who did not pay; the clerk takes it back and books it for the one who did.</summary>
    [Fact]
    public async Task Line_BookedForAStranger_IsUnbookedInABrowser_AndTheJournalExplainsEachStep()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        await OweAsync(desk, ("petra", "INV-1", 29_90), ("uwe", "INV-2", 29_90));
        using var imported = await UploadAsync(desk, new Camt().With(29.90m, "November").ToXml());
        var line = await LineAsync(desk, "November");
        using (var wrong = await BookAsync(desk, line, "charge", "INV-1"))
            Assert.Equal(HttpStatusCode.SeeOther, wrong.StatusCode);
        Assert.Equal("INV-2", await OpenBillsAsync(desk));

        await using var opened = await desk.BrowseAsync(browser, line);
        var page = opened.Page;
        await page.GetByRole(AriaRole.Link, new() { Name = "Unbook", Exact = true }).ClickAsync();
        await page.GetByLabel("Reason").FillAsync("Uwe paid it");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show what it does" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "What it does to the books" })).ToBeVisibleAsync();
        await opened.LookAsync("console-unbook-picture");
        await page.GetByRole(AriaRole.Button, new() { Name = "Unbook it" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("The line is open again");
        Assert.Empty(opened.Errors);
        Assert.Equal("INV-1 INV-2", await OpenBillsAsync(desk));
        using (var right = await BookAsync(desk, line, "charge", "INV-2"))
            Assert.Equal(HttpStatusCode.SeeOther, right.StatusCode);
        Assert.Equal("INV-1", await OpenBillsAsync(desk));

        List<JournalEntry> journal = [];
        await foreach (var entry in new Journal(books.Database).ReadAsync(desk.Merchant, null, null, null, Cancel))
            journal.Add(entry);
        Assert.Equal((29_90, 0, 29_90),
            (BalanceOf(await ReceivableAsync("petra")), BalanceOf(await ReceivableAsync("uwe")), BalanceOf("assets:bank")));
        string[] reasons = ["I asked the customer", "Uwe paid it"];
        foreach (var entry in journal.Where(entry => entry.What != "charge.raised"))
        {
            var report = await desk.PageAsync($"/console/explain/transfer/{entry.Event.Subject:D}/{entry.Event.Sequence}/{entry.Line}");
            Assert.Contains(desk.Person.Name, report, StringComparison.Ordinal);
            Assert.Contains(reasons, report.Contains);
        }

        await books.AssertBooksAreCleanAsync(desk.Merchant);

        long BalanceOf(string account) =>
            journal.Where(entry => entry.Debit.StartsWith(account, StringComparison.Ordinal)).Sum(entry => entry.Amount.AmountMinor)
                - journal.Where(entry => entry.Credit.StartsWith(account, StringComparison.Ordinal)).Sum(entry => entry.Amount.AmountMinor);

        async Task<string> ReceivableAsync(string customer) => LedgerAccountName.Of(
            LedgerKind.Receivable, "", (long)(await books.ScalarAsync(
                "SELECT number FROM account WHERE merchant_id = $1 AND id = $2", desk.Merchant.Value,
                (await AccountAsync(desk, customer))!))!);
    }

    [Fact]
    public async Task Proposal_IsShownWithItsEvidence_AndAcceptedWithOneClick()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        await OweAsync(desk, ("K-100", "100123", 30_00), ("K-200", "100124", 30_00));
        using var imported = await UploadAsync(desk, new Camt().With(30, "about 100123").ToXml());
        var line = await LineAsync(desk, "about 100123");
        var list = await desk.PageAsync("/console/settlements");
        Assert.Contains(
            "Proposal: charge 100123. Evidence: it names 100123; the amount is exactly what is open; other customers owe that amount "
                + "too.", list, StringComparison.Ordinal);
        await desk.LookEverywhereAsync(browser, "/console/settlements", "settlements-proposal");
        await desk.LookEverywhereAsync(browser, line, "settlement-line-proposal");

        using var accepted = await desk.SendAsync("/console/settlements/decide", ("Only", SeenForm.Submit(list, "accept ")));

        Assert.Equal(HttpStatusCode.SeeOther, accepted.StatusCode);
        Assert.Equal(await AccountAsync(desk, "K-100"),
            await books.ScalarAsync("SELECT account_id FROM charge WHERE merchant_id = $1 AND NOT is_open", desk.Merchant.Value));
        await books.AssertBooksAreCleanAsync();
    }

    [Fact]
    public async Task Proposal_WithAShortfall_IsAccepted_AndTheFormAsksHowMuchIsMissing()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        await OweAsync(desk, ("K-100", "INV-1001", 30_00), ("K-200", "INV-1002", 30_00));
        await ToleranceTests.SetAsync(
            books.Database, desk.Merchant, new SettlementTolerance(desk.Merchant, Business.Euro, 1_00, null, ShortfallKind.Discount));
        using var imported = await UploadAsync(desk, new Camt().With(29.50m, "about INV-1001").With(29, "about INV-1002").ToXml());
        var (line, other) = (await LineAsync(desk, "about INV-1001"), await LineAsync(desk, "about INV-1002"));
        var page = await desk.PageAsync(line);
        Assert.Contains("0.50 EUR is missing, which is within your tolerance and is booked as a discount", page, StringComparison.Ordinal);
        var look = WebUtility.HtmlDecode(Look().Match(page).Groups["address"].Value);
        var form = await SeenForm.OpenAsync(desk, look);
        Assert.Equal("0.50", form["Charges"]);
        Assert.Contains("value=\"discount\" selected", await desk.PageAsync(look), StringComparison.Ordinal);
        await desk.LookEverywhereAsync(browser, $"{other}/book", "settlement-line-book");

        Assert.Null((await form.SendAsync(("Choice", "charge"), ("Kind", "discount"))).To);
        var accepted = await form.SendAsync(("Choice", "charge"), ("Kind", "discount"), ("Reason", "as agreed"));
        using var unsaid = await desk.SendAsync(
            $"{other}/book", ("Choice", "charge"), ("Which", "INV-1002"), ("Kind", "rounding"), ("Reason", "cents"));
        using var tooMuch = await desk.SendAsync(
            $"{other}/book", ("Choice", "charge"), ("Which", "INV-1002"), ("Charges", "1.01"), ("Kind", "rounding"), ("Reason", "cents"));

        Assert.NotNull(accepted.To);
        Assert.Contains("Say how much is missing.", await unsaid.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Contains("more than your tolerance of 1.00 EUR", await tooMuch.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal("INV-1002", await OpenBillsAsync(desk));
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    /// <summary>Two clicks: the link beside the line, and the button of the form that it fills.</summary>
    [Fact]
    public async Task Rule_IsMadeFromALine_InTwoClicks_AfterItWasTried()
    {
        using var desk = await TestDesk.OpenAsync(books);
        using var imported = await UploadAsync(
            desk, new Camt { Id = "1" }.With(-700, "rent October").With(-700, "rent September").With(-7, "fee").ToXml());
        await BookAsync(desk, await LineAsync(desk, "rent September"), "fee", "");
        await desk.LookEverywhereAsync(browser, "/console/settlements", "settlements-rules-link");
        await using var opened = await desk.BrowseAsync(browser, "/console/settlements");
        var page = opened.Page;

        await page.Locator("tr", new() { HasText = "rent October" }).GetByRole(AriaRole.Link, new() { Name = "Rule for lines like this" })
            .ClickAsync();
        await Expect(page.GetByText("3 lines since")).ToContainTextAsync("They wait, and would go by it: 2.");
        await Expect(page.GetByText("3 lines since")).ToContainTextAsync("They were decided otherwise: 1.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the rule" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("The rule is made.");

        await desk.LookEverywhereAsync(browser, "/console/settlements/rules", "rules");
        await desk.LookEverywhereAsync(browser, "/console/settlements/rules/1", "rule");
        using var next = await UploadAsync(desk, new Camt { Id = "2" }.With(-701, "rent November").ToXml());
        Assert.Contains("Rule 1 (Supplier) decided 1 line,", await next.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Contains(
            "Rule 1 (Supplier): no money of these books", await desk.PageAsync(await LineAsync(desk, "rent November")),
            StringComparison.Ordinal);
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    [GeneratedRegex("href=\"(?<address>[^\"]+/book[^\"]+missing[^\"]+)\"", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Look();

    [Fact]
    public async Task Customer_WhoseNameHasABlank_IsNobodyElse()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        await OweAsync(desk, ("C", "INV-1", 10_00), ("C 17", "INV-2", 10_00));
        using var imported = await UploadAsync(desk, new Camt().With(10, "about a hat").ToXml());

        using var booked = await BookAsync(desk, await LineAsync(desk, "about a hat"), "customer", "C 17");

        Assert.True(booked.StatusCode == HttpStatusCode.SeeOther, await booked.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(await AccountAsync(desk, "C 17"),
            await books.ScalarAsync("SELECT account_id FROM charge WHERE merchant_id = $1 AND NOT is_open", desk.Merchant.Value));
    }

    [Fact]
    public async Task CustomerWhoIsProposed_IsProposedByTheirNumber()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        await OweAsync(desk, ("K-17", "INV-3", 10_00));
        var number = await books.ScalarAsync(
            "SELECT number FROM account WHERE merchant_id = $1 AND id = $2", desk.Merchant.Value,
            (Guid)(await AccountAsync(desk, "K-17"))!);
        // Another API calls another customer so.
        await OweAsync(desk, ($"{number}", "INV-4", 10_00));
        using var imported = await UploadAsync(desk, new Camt().With(4, "on account of K-17").ToXml());
        var line = await LineAsync(desk, "on account of K-17");

        Assert.Contains($"{line}/book?as=customer&amp;name={number}\"", await desk.PageAsync(line), StringComparison.Ordinal);
        // Who types the number may mean either.
        using var typed = await BookAsync(desk, line, "customer", $"{number}");
        Assert.Contains(
            $"several customers are called {number}: say which one, number:{number} or number:",
            await typed.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        using var booked = await desk.SendAsync(
            $"{line}/book?as=customer&name={number}", ("Choice", "customer"), ("Which", $"{number}"), ("Reason", "seen"));
        Assert.True(booked.StatusCode == HttpStatusCode.SeeOther, await booked.Content.ReadAsStringAsync(Cancel));
        Assert.Equal("INV-3",
            await books.ScalarAsync("SELECT reference FROM charge WHERE merchant_id = $1 AND allocated_minor = 400", desk.Merchant.Value));
    }

    [Fact]
    public async Task Statements_AreReachedPartByPart_BesideTheOpenLines()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        const string Root = "/console/settlements";
        var statements = new StatementImports(books.Database, TimeProvider.System);
        for (var number = 1; number <= 45; number++)
            await ImportAsync(statements, desk, number, lines: number == 1 ? 20 : 1);
        var olderLines = LinkIn(await desk.PageAsync(Root), "Older");
        var page = await desk.PageAsync(olderLines);
        Assert.Equal(64 - 50, LinesIn(page));

        List<string[]> parts = [];
        for (var address = olderLines; ; address = LinkIn(page, "Older"))
        {
            page = await desk.PageAsync(address);
            parts.Add([.. StatementLink().Matches(page).Select(found => found.Groups["name"].Value)]);
            // An operator who goes on in one list keeps the place in the other.
            Assert.Equal(64 - 50, LinesIn(page));
            if (!page.Contains(">Older<", StringComparison.Ordinal))
                break;
        }

        Assert.Equal([20, 20, 5], parts.Select(part => part.Length));
        Assert.Equal(Enumerable.Range(1, 45).Reverse().Select(number => $"2027-{number:000}"), parts.SelectMany(part => part));
        Assert.EndsWith("#statements", LinkIn(page, "Newest", nth: 1), StringComparison.Ordinal);
        Assert.Contains(">2027-045<", await desk.PageAsync(LinkIn(page, "Newest", nth: 1)), StringComparison.Ordinal);
        // A place that is not this merchant's is none.
        using var other = await TestDesk.OpenAsync(books, OperatorRole.Viewer);
        Assert.Contains("No statement was imported yet", await other.PageAsync(olderLines), StringComparison.Ordinal);

        static int LinesIn(string html) =>
            Regex.Count(html, "<a href=\"/console/settlements/lines/", RegexOptions.None, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task PayoutReport_OfTheChosenProvider_HasAChargebackThatAnOperatorBooks()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var paying = new Business(desk.Merchant).Payment("anna", 100_00) with { ReceivedBy = ClearingProvider.Gateway };
        Assert.True((await books.Engine.SubmitAsync(paying)).Accepted);
        var number = await books.ScalarAsync("SELECT number FROM payment WHERE merchant_id = $1", desk.Merchant.Value);
        foreach (var provider in (string[])["sandbox", ClearingProvider.Gateway])
            Assert.Contains($"<option value=\"{provider}\"", await desk.PageAsync(Import), StringComparison.Ordinal);
        using var imported = await UploadAsync(
            desk,
            $"type,reference,amount,fee,currency,date\nchargeback,{number},20.00,15.00,EUR,2027-11-03\n"
                + "payout,GW-1,-35.00,,EUR,2027-11-03\n",
            ClearingProvider.Gateway);
        Assert.Equal(HttpStatusCode.SeeOther, imported.StatusCode);

        var line = await LineAsync(desk, $"{number}");
        Assert.Contains("then the payment is reversed", await desk.PageAsync(line), StringComparison.Ordinal);
        using var booked = await BookAsync(desk, line, "payment", $"{number}");

        Assert.True(booked.StatusCode == HttpStatusCode.SeeOther, await booked.Content.ReadAsStringAsync(Cancel));
        Assert.Contains("Money went back to the payer by a dispute or a late decline", await desk.PageAsync($"/console/payments/{number}"),
            StringComparison.Ordinal);
        // Of what more the payer is said to have, nothing is left.
        using var more = await UploadAsync(
            desk,
            $"type,reference,amount,fee,currency,date\nchargeback,{number},80.01,,EUR,2027-11-04\n"
                + "payout,GW-2,-80.01,,EUR,2027-11-04\n",
            ClearingProvider.Gateway);
        var open = await books.ScalarAsync(
            "SELECT id FROM settlement_line WHERE merchant_id = $1 AND status = 'open'", desk.Merchant.Value);
        var second = $"/console/settlements/lines/{open:D}";
        using var refused = await BookAsync(desk, second, "payment", $"{number}");
        Assert.Contains(LineRefusal.ExceedsReturned, await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    [Fact]
    public async Task File_ThatIsRefused_IsReportedOfLineByLine_AndNothingIsImported()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        foreach (var (file, because) in new[]
        {
            (new Camt().With(1, "x").ToXml(closingOff: 1), "do not lead from its first balance to its last"),
            ("Auftragskonto;Buchungstag;Verwendungszweck;Betrag;Waehrung\n1;05.11.2027;x;1.234;EUR\n",
                "line 2, Betrag: &#x27;1.234&#x27; can be read in two ways"),
            ("<script>alert(1)</script>", "no camt.053"),
        })
        {
            using var refused = await UploadAsync(desk, file);
            Assert.Equal(HttpStatusCode.OK, refused.StatusCode);
            Assert.Contains(because, await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        }

        Assert.Equal(0L, await books.ScalarAsync("SELECT count(*) FROM statement WHERE merchant_id = $1", desk.Merchant.Value));
        Assert.Equal(0L, await books.ScalarAsync("SELECT count(*) FROM operator_action WHERE merchant_id = $1", desk.Merchant.Value));
    }

    private static Task ImportAsync(StatementImports statements, TestDesk desk, int number, int lines) => statements.ImportAsync(
        [
            new ReadStatement(
                StatementSource.Camt, "DE89370400440532013000", "DE ···· 3000", $"2027-{number:000}", Currency.Parse("EUR"), null, null,
                [.. Enumerable.Range(1, lines)
                    .Select(line => new ReadLine(
                    line, SettlementLineKind.Entry, new DateOnly(2027, 11, 5), 30_00) { Remittance = $"{number}, {line}" })]),
        ],
        "statement.xml", new Origin(desk.Merchant, 0, Business.NewId()), Cancel);

    private static string LinkIn(string page, string title, int nth = 0) => WebUtility.HtmlDecode(
        Regex.Matches(page, $"href=\"([^\"]*)\">{title}<", RegexOptions.None, TimeSpan.FromMinutes(1))[nth].Groups[1].Value);

    private async Task OweAsync(TestDesk desk, params (string Account, string Bill, long AmountMinor)[] owed)
    {
        var business = new Business(desk.Merchant);
        foreach (var (account, bill, amountMinor) in owed)
        {
            Assert.True((await books.Engine.SubmitAsync(business.Opening(account))).Accepted);
            Assert.True((await books.Engine.SubmitAsync(business.Charge(account, bill, amountMinor))).Accepted);
        }
    }

    /// <summary>The bills that are open.</summary>
    private async Task<string> OpenBillsAsync(TestDesk desk) => (string)(await books.ScalarAsync(
        "SELECT string_agg(reference, ' ' ORDER BY reference) FROM charge WHERE merchant_id = $1 AND is_open", desk.Merchant.Value))!;

    private Task<object?> AccountAsync(TestDesk desk, string name) =>
        books.ScalarAsync(
            "SELECT account_id FROM reference WHERE merchant_id = $1 AND kind = 'account' AND value = $2", desk.Merchant.Value, name);

    private async Task<string> LineAsync(TestDesk desk, string remittance)
    {
        var id = await books.ScalarAsync(
            "SELECT id FROM settlement_line WHERE merchant_id = $1 AND remittance = $2", desk.Merchant.Value, remittance);
        return $"/console/settlements/lines/{id:D}";
    }

    private static Task<HttpResponseMessage> BookAsync(TestDesk desk, string line, string choice, string which) =>
        desk.SendAsync($"{line}/book", ("Choice", choice), ("Which", which), ("Reason", "I asked the customer"));

    private static async Task<HttpResponseMessage> UploadAsync(TestDesk desk, string file, string provider = "")
    {
        using var content = new MultipartFormDataContent
        {
            { new StringContent(provider), "Provider" },
            { new StringContent("action"), "_handler" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(file)), "Statement", "../statement.xml" },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, Import) { Content = content };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        return await desk.Client.SendAsync(request, Cancel);
    }

    [GeneratedRegex("<a href=\"/console/settlements/[0-9a-f-]{36}\">(?<name>[^<]*)<", RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex StatementLink();
}
