using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Quittance.BackOffice.BankStatements;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Settlements;
using Quittance.Dialects.Tmf676;
using Quittance.Providers;
using Quittance.Storage.Providers;
using Quittance.Storage.Settlements;
using Quittance.Tests.OAuth;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.OwnApi;

/// <summary>A billing system sends payment links, and customers pay by them.</summary>
public sealed class PaymentLinkTests(BooksFixture books)
{
    private static readonly Payee German = new("DE75512108001245126199", "Northwind Studio", null);

    private static readonly PayeeAddress Zurich = new("Seestrasse 7", "8002", "Zürich", "CH");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Link_IsMadeOnce_AndItsAddressIsSaidOnce()
    {
        var (biller, account, charge) = await OwingAsync("49.00");
        var (body, key) = (LinkFor(account, charge), Biller.NewText());

        var made = await biller.PostAsync(Biller.Links, body, key);
        var again = await biller.PostAsync(Biller.Links, body, key);
        var read = await biller.GetAsync($"{Biller.Links}/{made.Json["id"]}");

        Assert.Equal((HttpStatusCode.Created, "open", "many"), (made.Status, (string)made.Json["status"]!, (string)made.Json["opens"]!));
        Assert.Equal(("49.00", "EUR"), ((string)made.Json["amount"]!["amount"]!, (string)made.Json["amount"]!["currency"]!));
        Assert.StartsWith("RF", (string)made.Json["reference"]!, StringComparison.Ordinal);
        Assert.Equal((made.Text, true), (again.Text, again.Replayed));
        Assert.Equal((HttpStatusCode.OK, null), (read.Status, read.Json["url"]));
        Assert.Equal((404, "link-unknown"), (await biller.GetAsync($"{Biller.Links}/{Guid.Empty:D}")).Problem);
        var stranger = await Biller.OpenAsync(books);
        Assert.Equal((404, "link-unknown"), (await stranger.GetAsync($"{Biller.Links}/{made.Json["id"]}")).Problem);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Link_ThatTheBooksCannotTake_NamesTheField()
    {
        var (biller, account, charge) = await OwingAsync("49.00");
        await biller.PostAsync(Biller.Payments, Biller.Cash(account, "49.00", charge));
        var other = await biller.OwingAsync(account, "1.00");
        var dollars = new JsonObject { ["account"] = account, ["amount"] = Biller.Euro("1", "USD"), ["text"] = "A course" };

        var settled = await biller.PostAsync(Biller.Links, LinkFor(account, charge));
        var twice = await biller.PostAsync(Biller.Links, LinkFor(account, other, other));
        var unknown = await biller.PostAsync(Biller.Links, LinkFor(account, other, "INV-none"));
        var foreign = await biller.PostAsync(Biller.Links, dollars);
        var late = LinkFor(account, other);
        late["last_day"] = "2020-01-01";
        var past = await biller.PostAsync(Biller.Links, late);
        var more = LinkFor(account, other);
        more["amount"] = Biller.Euro("1.01");
        var tooMuch = await biller.PostAsync(Biller.Links, more);
        more["amount"] = Biller.Euro("1.00");
        Assert.Equal(HttpStatusCode.Created, (await biller.PostAsync(Biller.Links, more)).Status);

        Assert.Equal(
            [
                (409, "nothing-due"), (422, "charge-named-twice"), (404, "charge-unknown"), (422, "currency-mismatch"),
                (400, "invalid-request"), (422, "link-amount-not-due"),
            ],
            [settled.Problem, twice.Problem, unknown.Problem, foreign.Problem, past.Problem, tooMuch.Problem]);
        Assert.Equal(
            ["/charges/0", "/charges/1", "/charges/1", "/amount/currency", "/last_day", "/amount"],
            [.. settled.Places, .. twice.Places, .. unknown.Places, .. foreign.Places, .. past.Places, .. tooMuch.Places]);
    }

    [Theory]
    [InlineData("""{"account":"C-1"}""", "/charges")]
    [InlineData("""{"account":"C-1","charges":[]}""", "/charges")]
    [InlineData("""{"account":"C-1","amount":{"amount":"1","currency":"EUR"}}""", "/text")]
    [InlineData("""{"account":"C-1","charges":["A"],"opens":"twice"}""", "/opens")]
    [InlineData("""{"account":"C-1","charges":["A"],"expires":"2026-12-01"}""", "/expires")]
    public async Task Link_WithABadField_IsRefusedByItsName(string body, string place)
    {
        var biller = await Biller.OpenAsync(books, books.DemoCompany);

        var refused = await biller.SendAsync(HttpMethod.Post, Biller.Links, body, Biller.NewText());

        Assert.Equal((400, "invalid-request"), refused.Problem);
        Assert.Contains(place, refused.Places);
    }

    [Fact]
    public async Task Link_NeedsTheScopeOfBills()
    {
        var reader = await Biller.OpenAsync(books, "read");

        Assert.Equal((403, "forbidden"), (await reader.PostAsync(Biller.Links, LinkFor("C-1", "INV-1"))).Problem);
        Assert.Equal((403, "forbidden"),
            (await reader.PostAsync($"{Biller.Links}/{Guid.Empty:D}/take-back", new JsonObject { ["reason"] = "Paid in cash" })).Problem);
    }

    [Fact]
    public async Task Payment_SettlesTheChargesAtOnce_AndHasAReceipt()
    {
        var (biller, account, first) = await OwingAsync("49.00");
        var second = await biller.OwingAsync(account, "1.50");
        var link = await MadeAsync(biller, LinkFor(account, first, second));
        using var payer = new Payer(books);

        var page = await payer.OpenAsync(link.Url);
        var paid = await payer.PayAsync(Payer.TokenIn(page.Html));
        var after = await payer.OpenAsync(link.Url);
        var receipt = await payer.OpenAsync($"{link.Page}/receipt");

        Assert.Contains("€50.50", page.Html, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, "ready"), (paid.Status, (string)paid.Answer["status"]!));
        Assert.Contains("Paid. Thank you.", after.Html, StringComparison.Ordinal);
        Assert.Contains("···· 4242", receipt.Html, StringComparison.Ordinal);
        var shown = (await biller.GetAsync($"{Biller.Links}/{link.Id}")).Json;
        var payment = (await biller.GetAsync($"{Biller.Payments}/{shown["payment"]}")).Json;
        Assert.Equal(("paid", "captured", "widget"),
            ((string)shown["status"]!, (string)payment["status"]!, (string)payment["api"]!));
        Assert.Equal([first, second], payment["charges"]!.AsArray().Select(one => (string)one!["charge"]!));
        Assert.Equal("0.00", (string)(await biller.GetAsync($"{Biller.Charges}/{first}")).Json["open"]!["amount"]!);
        Assert.Equal((409, "link-paid"),
            (await biller.PostAsync($"{Biller.Links}/{link.Id}/take-back", new JsonObject { ["reason"] = "Paid in cash" })).Problem);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Account_OfALinkThatIsPaid_IsClosedLongBeforeItsSessionsTimeIsOver()
    {
        var (biller, account, charge) = await OwingAsync("49.00");
        var link = await MadeAsync(biller, LinkFor(account, charge));
        using var payer = new Payer(books);
        await payer.PayAsync(Payer.TokenIn((await payer.OpenAsync(link.Url)).Html));
        var reason = new JsonObject { ["reason"] = "Moved away" };

        await NoticePost.UntilAsync(async () =>
            (await biller.PostAsync($"{Biller.Accounts}/{account}/close", reason)).Status == HttpStatusCode.OK);

        Assert.Contains("Paid. Thank you.", (await payer.OpenAsync(link.Url)).Html, StringComparison.Ordinal);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Payment_OfAnAmount_SettlesTheOldestDueFirst()
    {
        var (biller, account, charge) = await OwingAsync("30.00");
        var link = await MadeAsync(
            biller, new JsonObject { ["account"] = account, ["amount"] = Biller.Euro("40.00"), ["text"] = "Summer course" });
        using var payer = new Payer(books);

        var page = await payer.OpenAsync(link.Url);
        await payer.PayAsync(Payer.TokenIn(page.Html));

        Assert.Contains("Summer course", page.Html, StringComparison.Ordinal);
        var shown = (await biller.GetAsync($"{Biller.Links}/{link.Id}")).Json;
        var payment = (await biller.GetAsync($"{Biller.Payments}/{shown["payment"]}")).Json;
        Assert.Equal((charge, "10.00"), ((string)payment["charges"]![0]!["charge"]!, (string)payment["credit"]!["amount"]!));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Receipt_AfterARefund_HasLinesThatAddUp()
    {
        var (biller, account, charge) = await OwingAsync("49.00");
        var link = await MadeAsync(biller, LinkFor(account, charge));
        using var payer = new Payer(books);
        await payer.PayAsync(Payer.TokenIn((await payer.OpenAsync(link.Url)).Html));
        var payment = (string)(await biller.GetAsync($"{Biller.Links}/{link.Id}")).Json["payment"]!;

        var refunded = await biller.PostAsync(
            $"{Biller.Payments}/{payment}/refund", new JsonObject { ["amount"] = Biller.Euro("20.00") });
        var receipt = await payer.OpenAsync($"{link.Page}/receipt");

        Assert.True(refunded.Status == HttpStatusCode.Created, refunded.Text);
        Assert.Equal(
            ["€49.00", "€29.00", "€20.00"],
            Regex.Matches(receipt.Html, "€[0-9.]+", RegexOptions.None, TimeSpan.FromMinutes(1)).Select(amount => amount.Value));
        Assert.Contains("Paid back", receipt.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_ForAnAmountThatWentBackWhole_SaysThatNothingIsDue_AndItsReceiptHasNoPaper()
    {
        var (biller, account, _) = await OwingAsync("30.00");
        var link = await MadeAsync(
            biller, new JsonObject { ["account"] = account, ["amount"] = Biller.Euro("25.00"), ["text"] = "Deposit" });
        using var payer = new Payer(books);
        await payer.PayAsync(Payer.TokenIn((await payer.OpenAsync(link.Url)).Html));
        var payment = (string)(await biller.GetAsync($"{Biller.Links}/{link.Id}")).Json["payment"]!;

        var refunded = await biller.PostAsync($"{Biller.Payments}/{payment}/refund", new JsonObject());
        var (page, receipt) = (await payer.OpenAsync(link.Url), await payer.OpenAsync($"{link.Page}/receipt"));

        Assert.True(refunded.Status == HttpStatusCode.Created, refunded.Text);
        Assert.Contains("Nothing is due any more", page.Html, StringComparison.Ordinal);
        Assert.Contains("Paid back", receipt.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("receipt.pdf", receipt.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_OpenedByTwoAtOnce_IsPaidOnce()
    {
        var (biller, account, charge) = await OwingAsync("20.00");
        var link = await MadeAsync(biller, LinkFor(account, charge));
        using var ada = new Payer(books);
        using var grace = new Payer(books);

        var pages = await Task.WhenAll(ada.OpenAsync(link.Url), grace.OpenAsync(link.Url));
        var tokens = pages.Select(page => Payer.TokenIn(page.Html)).ToList();
        var answers = await Task.WhenAll(ada.PayAsync(tokens[0]), grace.PayAsync(tokens[1]));

        Assert.Equal(tokens[0], tokens[1]);
        // The second hears that the money is under way or came; it takes none.
        Assert.Contains(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(1L, await books.ScalarAsync("SELECT count(*) FROM payment WHERE merchant_id = $1", biller.Merchant.Value));
        Assert.Equal("0.00", (string)(await biller.GetAsync($"{Biller.Charges}/{charge}")).Json["open"]!["amount"]!);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Link_ThatOpensOnce_StaysWithTheBrowserThatOpenedIt()
    {
        var (biller, account, charge) = await OwingAsync("20.00");
        var body = LinkFor(account, charge);
        body["opens"] = "once";
        var link = await MadeAsync(biller, body);
        using var scanner = new Payer(books);
        using var ada = new Payer(books);
        using var grace = new Payer(books);

        var looked = await scanner.OpenAsync(link.Url);
        var first = await ada.OpenAsync(link.Url);
        var opened = await ada.OpenAsync($"{link.Page}/open");
        var again = await ada.OpenAsync(link.Url);
        var second = await grace.OpenAsync(link.Url);
        var forced = await grace.OpenAsync($"{link.Page}/open");

        Assert.Equal(looked.Html, first.Html);
        Assert.Contains("This link opens once", first.Html, StringComparison.Ordinal);
        Assert.Equal(Payer.TokenIn(opened.Html), Payer.TokenIn(again.Html));
        Assert.Equal([HttpStatusCode.Conflict, HttpStatusCode.Conflict], [second.Status, forced.Status]);
        await ada.PayAsync(Payer.TokenIn(opened.Html));
        Assert.Equal(HttpStatusCode.NotFound, (await grace.OpenAsync($"{link.Page}/receipt")).Status);
        Assert.Equal(HttpStatusCode.OK, (await ada.OpenAsync($"{link.Page}/receipt")).Status);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Link_ThatIsTakenBack_TakesNoMoney_AlsoOnAnOpenPage()
    {
        var (biller, account, charge) = await OwingAsync("20.00");
        var link = await MadeAsync(biller, LinkFor(account, charge));
        using var payer = new Payer(books);
        var token = Payer.TokenIn((await payer.OpenAsync(link.Url)).Html);
        var key = Biller.NewText();

        var taken = await biller.PostAsync($"{Biller.Links}/{link.Id}/take-back", new JsonObject { ["reason"] = "Paid in cash" }, key);
        var again = await biller.PostAsync($"{Biller.Links}/{link.Id}/take-back", new JsonObject { ["reason"] = "Paid in cash" }, key);
        var twice = await biller.PostAsync($"{Biller.Links}/{link.Id}/take-back", new JsonObject { ["reason"] = "Paid in cash" });
        var tried = await payer.PayAsync(token);
        var page = await payer.OpenAsync(link.Url);

        Assert.Equal((HttpStatusCode.OK, "taken_back"), (taken.Status, (string)taken.Json["status"]!));
        Assert.Equal((taken.Text, true), (again.Text, again.Replayed));
        Assert.Equal((409, "link-taken-back"), twice.Problem);
        Assert.Equal((HttpStatusCode.Gone, "expired"), (tried.Status, (string)tried.Answer["code"]!));
        Assert.Equal(HttpStatusCode.Gone, page.Status);
        Assert.Contains("took this link back", page.Html, StringComparison.Ordinal);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Link_WhoseTimeIsOver_HasEnded()
    {
        var (biller, account, charge) = await OwingAsync("20.00");
        var link = await MadeAsync(biller, LinkFor(account, charge));
        await books.ScalarAsync(
            "UPDATE payment_link SET ends_at = now() - interval '1 minute' WHERE merchant_id = $1 AND id = $2 RETURNING 1",
            biller.Merchant.Value, Guid.Parse(link.Id));
        using var payer = new Payer(books);

        var page = await payer.OpenAsync(link.Url);

        Assert.Equal(HttpStatusCode.Gone, page.Status);
        Assert.Contains("This link has ended", page.Html, StringComparison.Ordinal);
        Assert.Equal("ended", (string)(await biller.GetAsync($"{Biller.Links}/{link.Id}")).Json["status"]!);
    }

    [Fact]
    public async Task Page_ShowsWhatIsDueNow_AndAnEarlierOneTakesNoOtherAmount()
    {
        var (biller, account, charge) = await OwingAsync("20.00");
        var link = await MadeAsync(biller, LinkFor(account, charge));
        using var payer = new Payer(books);
        var early = Payer.TokenIn((await payer.OpenAsync(link.Url)).Html);
        await biller.PostAsync(Biller.Payments, Biller.Cash(account, "5.00", charge));

        var tried = await payer.PayAsync(early);
        var page = await payer.OpenAsync(link.Url);
        var paid = await payer.PayAsync(Payer.TokenIn(page.Html));

        Assert.Equal((HttpStatusCode.Gone, "expired"), (tried.Status, (string)tried.Answer["code"]!));
        Assert.Contains("€15.00", page.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, paid.Status);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Card_ThatIsDeclined_LeavesTheLinkOpen()
    {
        var (biller, account, charge) = await OwingAsync("20.00");
        var link = await MadeAsync(biller, LinkFor(account, charge));
        using var payer = new Payer(books);
        var token = Payer.TokenIn((await payer.OpenAsync(link.Url)).Html);

        var declined = await payer.PayAsync(token, "4000000000000002");
        var open = (string)(await biller.GetAsync($"{Biller.Links}/{link.Id}")).Json["status"]!;
        var paid = await payer.PayAsync(token);

        Assert.Equal((HttpStatusCode.PaymentRequired, "open", HttpStatusCode.OK), (declined.Status, open, paid.Status));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task ListOfAStatus_HasFullParts_AsLongAsThereAreMore()
    {
        var (biller, account, charge) = await OwingAsync("20.00");
        List<string> all = [];
        foreach (var _ in Enumerable.Range(0, 9))
            all.Add((await MadeAsync(biller, LinkFor(account, charge))).Id);
        foreach (var back in all.Where((_, index) => index % 2 == 0))
            await biller.PostAsync($"{Biller.Links}/{back}/take-back", new JsonObject { ["reason"] = "made twice" });

        List<string> open = [];
        List<int> sizes = [];
        for (string? cursor = ""; cursor is not null;)
        {
            var part = await biller.GetAsync($"{Biller.Links}?status=open&limit=2{cursor}");
            Assert.True(part.Status == HttpStatusCode.OK, part.Text);
            var items = part.Json["items"]!.AsArray();
            open.AddRange(items.Select(item => (string)item!["id"]!));
            sizes.Add(items.Count);
            cursor = (string?)part.Json["next"] is { } next ? $"&cursor={next}" : null;
        }

        Assert.Equal(all.Where((_, index) => index % 2 == 1), open);
        Assert.Equal([2, 2, 0], sizes);
    }

    [Fact]
    public async Task Page_OpenedTooOften_IsBusy_AndOtherLinksAreNot()
    {
        var (biller, account, charge) = await OwingAsync("20.00");
        var (asked, other) = (await MadeAsync(biller, LinkFor(account, charge)), await MadeAsync(biller, LinkFor(account, charge)));
        using var payer = new Payer(books);
        List<HttpStatusCode> statuses = [];
        foreach (var _ in Enumerable.Range(0, 125))
        {
            using var answer = await payer.GetAsync(asked.Url);
            statuses.Add(answer.StatusCode);
        }

        Assert.All(statuses.Take(120), status => Assert.Equal(HttpStatusCode.SeeOther, status));
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
        using var busy = await payer.GetAsync(asked.Url);
        Assert.InRange(busy.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        using var free = await payer.GetAsync(other.Url);
        Assert.Equal(HttpStatusCode.SeeOther, free.StatusCode);
    }

    [Fact]
    public async Task Address_ThatSendsManyWrongProofs_Waits_WhicheverLinkTheyAreFor()
    {
        await using var server = await TokenServer.StartAsync(books, settings => settings with { LinkProofLimit = 3 });
        List<HttpStatusCode> statuses = [];
        foreach (var _ in Enumerable.Range(0, 4))
        {
            using var guessed = await server.Client.GetAsync(
                new Uri($"/pay/{Biller.NewText()}?k={Biller.NewText()}", UriKind.Relative), Cancel);
            statuses.Add(guessed.StatusCode);
            if (guessed.StatusCode == HttpStatusCode.TooManyRequests)
                Assert.InRange(guessed.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        }

        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.NotFound, 3), HttpStatusCode.TooManyRequests], statuses);
    }

    [Fact]
    public async Task Address_LeadsToOneWithoutItsToken_AndAForgedOneLeadsNowhere()
    {
        var (biller, account, charge) = await OwingAsync("20.00");
        var link = await MadeAsync(biller, LinkFor(account, charge));
        using var payer = new Payer(books);
        using var stranger = new Payer(books);

        using var way = await payer.GetAsync(link.Url);
        using var page = await payer.GetAsync(link.Page);
        var cookie = Assert.Single(way.Headers.GetValues("Set-Cookie"));

        Assert.Equal((HttpStatusCode.SeeOther, link.Page), (way.StatusCode, way.Headers.Location!.ToString()));
        Assert.Contains($"path={new Uri(link.Page).AbsolutePath}", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(
            "frame-ancestors 'none'", Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        Assert.Equal(("no-referrer", true),
            (Assert.Single(page.Headers.GetValues("Referrer-Policy")), page.Headers.CacheControl!.NoStore));
        // Without the proof there is no telling a link from nothing.
        var forged = $"{link.Url[..^3]}AAA";
        var withoutProof = await stranger.OpenAsync(link.Page);
        var nowhere = await stranger.OpenAsync("/pay/nothing?k=nothing");
        var guessed = await stranger.OpenAsync(forged);
        Assert.Equal((HttpStatusCode.NotFound, nowhere.Html, nowhere.Html), (withoutProof.Status, withoutProof.Html, guessed.Html));
    }

    [Theory]
    [InlineData("de", "Fällig am")]
    [InlineData("fr-CH,fr;q=0.9", "Échéance")]
    [InlineData("it", "Scadenza")]
    [InlineData("es", "Vence el")]
    [InlineData("nl", "Te betalen")]
    [InlineData("xx", "Due ")]
    public async Task Page_SpeaksTheBrowsersLanguage(string accepted, string said)
    {
        var (biller, account, charge) = await OwingAsync("1234.50");
        var link = await MadeAsync(biller, LinkFor(account, charge));
        using var payer = new Payer(books, accepted);

        Assert.Contains(said, (await payer.OpenAsync(link.Url)).Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EUR", "DE75512108001245126199")]
    [InlineData("EUR", "CH5800791123000889012")]
    [InlineData("CHF", "CH5800791123000889012")]
    [InlineData("CHF", "CH4431999123000889012")]
    public async Task Transfer_WithTheReferenceOfThePage_IsMatchedAtImport(string currency, string iban)
    {
        var (biller, account, first) = await OwingAsync("49.00", currency);
        var second = await biller.OwingAsync(account, "1.50", currency);
        // Another customer owes the same, so that the amount is no evidence.
        await biller.OwingAsync(await biller.CustomerAsync(currency), "50.50", currency);
        await Payer.ConnectAsync(books, biller.Merchant, iban.StartsWith("DE", StringComparison.Ordinal)
            ? German : new Payee(iban, "Northwind Studio", Zurich));
        var link = await MadeAsync(biller, LinkFor(account, first, second));
        using var payer = new Payer(books);
        var html = (await payer.OpenAsync(link.Url)).Html;
        var reference = TransferReference.Of(new PaymentLinkId(biller.Merchant, Guid.Parse(link.Id)));
        var printed = iban.StartsWith("CH44", StringComparison.Ordinal) ? reference.Swiss : reference.Creditor;
        Assert.Contains(printed, html.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("<svg class=\"code\"", html, StringComparison.Ordinal);

        var statement = $"""
            date,amount,currency,account,reference,name
            2026-11-20,50.50,{currency},DE02100100109307118603,{printed},Somebody Else

            """;
        using var file = new MemoryStream(Encoding.UTF8.GetBytes(statement));
        var desk = new SettlementDesk(
            books.Database, books.Engine, TimeProvider.System, Tmf676Requests.PartsOf, new KnownProviders(ProviderDirectory.Connected),
            new ProviderAccounts(books.Database, books.Vault, TimeProvider.System),
            new StatementFormats(books.Database, books.Vault, TimeProvider.System));
        var imported = await desk.ImportAsync(
            file, "statement.csv", new ReadingOptions { DecimalSign = '.' },
            new Origin(biller.Merchant, 0, Guid.Parse(Biller.NewText())), null, Cancel);

        Assert.Empty(imported.Faults);
        Assert.Equal(1, Assert.Single(imported.Reports).Booked);
        Assert.Equal(["0.00", "0.00"], await biller.OpenOfAsync(first, second));
        var settled = (await payer.OpenAsync(link.Url)).Html;
        Assert.Contains("Nothing is due any more", settled, StringComparison.Ordinal);
        Assert.Contains($"{new Uri(link.Page).AbsolutePath}/receipt", settled, StringComparison.Ordinal);
        var receipt = await payer.OpenAsync($"{link.Page}/receipt");
        Assert.Equal(HttpStatusCode.OK, receipt.Status);
        Assert.Contains("Bank transfer", receipt.Html, StringComparison.Ordinal);
        Assert.Contains("50.50", receipt.Html, StringComparison.Ordinal);
        // The day on which the money came, and not that of the import, as on the paper.
        Assert.Contains("<dd>20 Nov 2026</dd>", receipt.Html, StringComparison.Ordinal);
        Assert.Equal("paid", (string)(await biller.GetAsync($"{Biller.Links}/{link.Id}")).Json["status"]!);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Link_ForAnAmount_SaysThatNoTransferPaysIt()
    {
        var (biller, account, _) = await OwingAsync("49.00");
        await Payer.ConnectAsync(books, biller.Merchant, German);
        var link = await MadeAsync(
            biller, new JsonObject { ["account"] = account, ["amount"] = Biller.Euro("10"), ["text"] = "Summer course" });
        using var payer = new Payer(books);

        var html = (await payer.OpenAsync(link.Url)).Html;

        Assert.DoesNotContain("<svg class=\"code\"", html, StringComparison.Ordinal);
        Assert.Contains("You can’t pay this by bank transfer", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_SettledBesideOtherBills_OrInCash_HasNoReceipt()
    {
        var (biller, account, charge) = await OwingAsync("49.00");
        var other = await biller.OwingAsync(account, "5");
        var cash = await biller.OwingAsync(account, "7");
        var (beside, inCash) = (await MadeAsync(biller, LinkFor(account, charge)), await MadeAsync(biller, LinkFor(account, cash)));
        var line = (string)(await biller.ImportedAsync(new Camt().With(54m, "two bills")))[0]!["id"]!;
        var booked = await biller.PostAsync($"{Biller.Lines}/{line}/book", new JsonObject
        {
            ["as"] = "charge",
            ["names"] = new JsonArray(charge, other),
            ["reason"] = "by her mail",
        });
        Assert.True(booked.Status == HttpStatusCode.OK, booked.Text);
        await biller.PostAsync(Biller.Payments, Biller.Cash(account, "7", cash));
        using var payer = new Payer(books);

        foreach (var link in new[] { beside, inCash })
        {
            var settled = await payer.OpenAsync(link.Url);
            Assert.Contains("Nothing is due any more", settled.Html, StringComparison.Ordinal);
            Assert.DoesNotContain("/receipt", settled.Html, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.NotFound, (await payer.OpenAsync($"{link.Page}/receipt")).Status);
        }
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("write_off")]
    public async Task Link_WhoseBillTheMerchantGaveUp_SaysThatNothingIsDue_AndNotThatItIsPaid(string correction)
    {
        var (biller, account, charge) = await OwingAsync("49.00");
        var link = await MadeAsync(biller, LinkFor(account, charge));
        await biller.PostAsync(
            $"{Biller.Charges}/{charge}/correct", new JsonObject { ["correction"] = correction, ["reason"] = "Agreed by phone" });
        using var payer = new Payer(books);

        var (_, html) = await payer.OpenAsync(link.Url);

        Assert.Contains("no longer asks for this amount", html, StringComparison.Ordinal);
        Assert.DoesNotContain("settled", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Link_OfAMergedAccount_SaysThatTheBillHasMoved_UnlessItWasPaid()
    {
        var (biller, account, charge) = await OwingAsync("49.00");
        var paid = await biller.OwingAsync(account, "1.00");
        var (open, settled) = (await MadeAsync(biller, LinkFor(account, charge)), await MadeAsync(biller, LinkFor(account, paid)));
        await biller.PostAsync(Biller.Payments, Biller.Cash(account, "1.00", paid));
        var merged = await biller.PostAsync(
            $"{Biller.Accounts}/{account}/merge",
            new JsonObject { ["into"] = await biller.CustomerAsync(), ["reason"] = "The same person" });
        Assert.True(merged.Status == HttpStatusCode.OK, merged.Text);
        using var payer = new Payer(books);

        var (status, html) = await payer.OpenAsync(open.Url);

        Assert.Equal(HttpStatusCode.Gone, status);
        Assert.Contains("This bill has moved", html, StringComparison.Ordinal);
        Assert.Contains("Nothing is due any more", (await payer.OpenAsync(settled.Url)).Html, StringComparison.Ordinal);
    }

    private static JsonObject LinkFor(string account, params string[] charges) => new()
    {
        ["account"] = account,
        ["charges"] = new JsonArray([.. charges.Select(charge => (JsonNode)charge)]),
    };

    /// <summary>A customer who owes something, of a merchant who takes cards.</summary>
    private async Task<(Biller Biller, string Account, string Charge)> OwingAsync(string amount, string currency = "EUR")
    {
        var biller = await Biller.OpenAsync(books);
        await Payer.ConnectAsync(books, biller.Merchant);
        var account = await biller.CustomerAsync(currency);
        return (biller, account, await biller.OwingAsync(account, amount, currency));
    }

    private static async Task<(string Id, string Url, string Page)> MadeAsync(Biller biller, JsonObject body)
    {
        var made = await biller.PostAsync(Biller.Links, body);
        Assert.True(made.Status == HttpStatusCode.Created, made.Text);
        var url = (string)made.Json["url"]!;
        SecretWatch.OfTheRun.Add([url[(url.IndexOf('=', StringComparison.Ordinal) + 1)..]]);
        return ((string)made.Json["id"]!, url, url[..url.IndexOf('?', StringComparison.Ordinal)]);
    }
}
