using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;
using Quittance.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Console;

/// <summary>The open lines of the bank, decided where they are listed.</summary>
public sealed partial class InboxTests(BooksFixture books, Browser browser)
{
    private const string List = "/console/settlements";

    [Fact]
    public async Task Lines_AreAccepted_Ignored_AndFound_WithoutLeavingTheList()
    {
        using var ada = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        await OwingAsync(ada.Merchant, "30", "40", "50");
        var page = await ada.PageAsync(List);
        Assert.Equal(3, Accept().Count(page));
        Assert.Contains("Anna Bell</a>", page, StringComparison.Ordinal);

        // One by the button of its row.
        var one = Accept().Match(page).Groups["value"].Value;
        Assert.StartsWith($"{List}?decided=", await SentAsync(ada, ("Only", one), ("Back", List)), StringComparison.Ordinal);
        Assert.Equal(1L, await CountAsync(ada.Merchant, "booked"));

        // Two that are ticked, one of them for good.
        var lines = Tick().Matches(await ada.PageAsync(List)).Select(match => match.Groups["value"].Value).ToList();
        var proposed = lines.Where(line => line.Contains(':', StringComparison.Ordinal)).ToList();
        Assert.Equal((4, 2), (lines.Count, proposed.Count));
        var decided = await SentAsync(
            ada, ("Do", "accept"), ("Lines", proposed[0]), ("Lines", proposed[1]), ("Back", $"{List}?direction=in"));
        Assert.StartsWith($"{List}?direction=in&decided=", decided, StringComparison.Ordinal);
        var after = await ada.PageAsync(decided);
        Assert.Contains("Just decided", after, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(after, "/unbook\""));
        Assert.Equal(3L, await CountAsync(ada.Merchant, "booked"));

        // Money out is found by its text, and ignored without a typed reason.
        var found = await ada.PageAsync($"{List}?find=RENT&direction=out");
        var rent = Assert.Single(Tick().Matches(found)).Groups["value"].Value;
        Assert.Single(Tick().Matches(await ada.PageAsync($"{List}?find=12.5")));
        Assert.Contains("No open line matches", await ada.PageAsync($"{List}?find=100%25"), StringComparison.Ordinal);
        await SentAsync(ada, ("Do", "ignore"), ("Lines", rent));
        Assert.Equal(1L, await CountAsync(ada.Merchant, "ignored"));
        await books.AssertBooksAreCleanAsync(ada.Merchant);
    }

    private static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    /// <summary>On the page and by the API.</summary>
    [Fact]
    public async Task Lines_AreNarrowed_ByBankAccount_AndByAge()
    {
        using var ada = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var biller = await Biller.OpenAsync(books, ada.Merchant);
        Assert.DoesNotContain("Bank account", await ada.PageAsync(List), StringComparison.Ordinal);
        await ImportAsync(new Camt { Id = "1" }.With(10, "of the first account"), daysAgo: 7);
        await ImportAsync(new Camt { Id = "2", Account = "AT611904300234573201" }.With(20, "of the other account"), daysAgo: 8);
        var account = System.Net.WebUtility.HtmlDecode(AccountOption().Match(await ada.PageAsync(List)).Groups["value"].Value);

        Assert.Equal(["first", "other"], await NamesAsync(""));
        Assert.Equal(["other"], await NamesAsync($"?account={Uri.EscapeDataString(account)}"));
        Assert.Equal(["other"], await NamesAsync("?age=week"));
        Assert.Equal([], await NamesAsync("?age=month"));
        Assert.Equal(["first", "other"], await NamesAsync("?age=nonsense&account=nonsense"));
        Assert.Equal([20m], await SumsAsync($"bank_account={Uri.EscapeDataString(account)}"));
        Assert.Equal([20m], await SumsAsync("bank_account=AT611904300234573201"));
        Assert.Equal([20m], await SumsAsync("bank_account=3201"));
        Assert.Equal([20m], await SumsAsync($"until={Today.AddDays(-8):yyyy-MM-dd}"));
        Assert.Equal([20m], await SumsAsync("text=OTHER%20account"));
        Assert.Equal([10m], await SumsAsync("text=10"));
        Assert.Equal([], await SumsAsync("direction=out"));
        var unknown = await biller.GetAsync("/api/v1/lines?bank_account=3202");
        Assert.Equal(400, (int)unknown.Status);
        Assert.Contains(account, unknown.Text, StringComparison.Ordinal);

        async Task<IEnumerable<decimal>> SumsAsync(string query) =>
            (await biller.GetAsync($"/api/v1/lines?{query}")).Json["items"]!.AsArray().Select(
                line => decimal.Parse((string)line!["amount"]!["amount"]!, System.Globalization.CultureInfo.InvariantCulture));

        async Task<IEnumerable<string>> NamesAsync(string query) =>
            OfAccount().Matches(await ada.PageAsync($"{List}{query}")).Select(match => match.Groups["name"].Value).Order();

        async Task ImportAsync(Camt statement, int daysAgo)
        {
            var day = Today.AddDays(-daysAgo);
            var imported = await biller.PostAsync(
                Biller.Statements, Biller.File(statement.ToXml().Replace("2027-11-02", $"{day:yyyy-MM-dd}", StringComparison.Ordinal)));
            Assert.True((int)imported.Status == 201, imported.Text);
        }
    }

    /// <summary>By a part of a name, by an amount and by a number; bills are added one after the other. It needs no script.</summary>
    [Fact]
    public async Task Line_IsBookedForWhatIsFoundByAWord()
    {
        using var ada = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        await OwingAsync(ada.Merchant, "30", "40");
        var line = (Guid)(await books.ScalarAsync(
            "SELECT id FROM settlement_line WHERE merchant_id = $1 AND amount_minor = 1250", ada.Merchant.Value))!;
        var path = $"{List}/lines/{line:D}/book";
        var found = await ada.PageAsync($"{path}?find=bel");
        Assert.Equal(2, Choose().Count(found));
        Assert.Contains("all that is open, oldest first", found, StringComparison.Ordinal);
        Assert.Contains(
            "Nothing is found by “nobody”", WebUtility.HtmlDecode(await ada.PageAsync($"{path}?find=nobody")), StringComparison.Ordinal);
        using var card = await ada.Client.GetAsync($"{path}?find=4111111111111111", TestContext.Current.CancellationToken);
        Assert.DoesNotContain("4111", card.Headers.Location!.OriginalString, StringComparison.Ordinal);
        Assert.Contains(
            "type its last four digits", await ada.PageAsync(card.Headers.Location.OriginalString), StringComparison.Ordinal);
        using var bank = await ada.Client.GetAsync($"{path}?find=DE89370400440532013000", TestContext.Current.CancellationToken);
        Assert.EndsWith("find=3000", bank.Headers.Location!.OriginalString, StringComparison.Ordinal);

        var first = System.Net.WebUtility.HtmlDecode(Choose().Match(found).Groups["href"].Value);
        // Numbers of bills have a 40 in them by chance.
        var second = await ada.PageAsync($"{first}&find=40.00");
        Assert.Contains(">Add <", second, StringComparison.Ordinal);
        await ada.LookEverywhereAsync(browser, $"{path}?find=bel", "inbox-picker");
        var both = System.Net.WebUtility.HtmlDecode(Choose().Match(second).Groups["href"].Value);
        var names = System.Net.WebUtility.UrlDecode(both.Split("name=")[1]).Split(' ');
        Assert.Equal(2, names.Length);
        // What is chosen already takes nothing else away.
        var again = Choose().Matches(await ada.PageAsync($"{both}&find=40.00"))
            .Select(match => System.Net.WebUtility.HtmlDecode(match.Groups["href"].Value)).Distinct().Single();
        Assert.Equal(names, System.Net.WebUtility.UrlDecode(again.Split("name=")[1]).Split(' '));
        using var booked = await ada.SendAsync(path, ("Choice", "charge"), ("Which", names[0]));
        Assert.Equal(System.Net.HttpStatusCode.SeeOther, booked.StatusCode);
        Assert.Equal(1L, await CountAsync(ada.Merchant, "booked"));
        await books.AssertBooksAreCleanAsync(ada.Merchant);
    }

    /// <summary>In its row, by one button: what is typed is one customer or one bill. Else the page that shows all asks.</summary>
    [Fact]
    public async Task Line_IsBookedInItsRow_ForTheOneThingThatIsTyped()
    {
        using var ada = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        await OwingAsync(ada.Merchant, "30", "40");
        await using var opened = await ada.BrowseAsync(browser, $"{List}?direction=in");
        var line = opened.Page.Locator("form.inbox tbody tr", new() { HasText = "something else" });
        await opened.LookAsync("inbox-by-hand");

        foreach (var (typed, said) in ((string, string)[])[("", "Book or ignore the line"), ("nobody", "Nothing is found by"),
            ("4111111111111111", "type its last four digits")])
        {
            await line.GetByLabel("Customer or bill of").FillAsync(typed);
            await line.GetByRole(AriaRole.Button, new() { Name = "Book" }).ClickAsync();
            await Expect(opened.Page.Locator("main")).ToContainTextAsync(said);
            Assert.DoesNotContain("4111", opened.Page.Url, StringComparison.Ordinal);
            await opened.Page.GotoAsync($"{List}?direction=in");
        }

        // The key Enter is the button beside the field, not one of the whole list.
        await line.GetByLabel("Customer or bill of").FillAsync("bell");
        await line.GetByLabel("Customer or bill of").PressAsync("Enter");
        await Expect(opened.Page.Locator(".decided")).ToContainTextAsync("something else");
        Assert.Contains("direction=in", opened.Page.Url, StringComparison.Ordinal);
        Assert.Equal(1L, await CountAsync(ada.Merchant, "booked"));
        Assert.Equal(12_50L, await books.ScalarAsync(
            "SELECT sum(allocated_minor)::bigint FROM charge WHERE merchant_id = $1", ada.Merchant.Value));
        Assert.Empty(opened.Errors);
        await books.AssertBooksAreCleanAsync(ada.Merchant);
    }

    [Fact]
    public async Task Picker_AnswersWhileOneTypes()
    {
        using var ada = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        await OwingAsync(ada.Merchant, "30", "40");
        var line = (Guid)(await books.ScalarAsync(
            "SELECT id FROM settlement_line WHERE merchant_id = $1 AND amount_minor = 1250", ada.Merchant.Value))!;
        await using var opened = await ada.BrowseAsync(browser, $"{List}/lines/{line:D}/book");
        await opened.Page.GetByLabel("Find a customer, a bill or a payment").PressSequentiallyAsync("ann");
        await opened.Page.GetByRole(AriaRole.Link, new() { Name = "Choose customer Anna Bell" }).ClickAsync();
        await Expect(opened.Page.GetByLabel("What it is")).ToHaveValueAsync("customer");
        await opened.Page.GetByRole(AriaRole.Button, new() { Name = "Book", Exact = true }).ClickAsync();
        await Expect(opened.Page.Locator(".decided")).ToBeVisibleAsync();
        Assert.Equal(1L, await CountAsync(ada.Merchant, "booked"));
        Assert.Empty(opened.Errors);
    }

    /// <summary>What was seen is accepted, and nothing else: another line has paid the bill meanwhile.</summary>
    [Fact]
    public async Task Proposal_ThatHasChanged_Waits_AndSaysSo()
    {
        using var ada = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var biller = await OwingAsync(ada.Merchant, "30");
        var seen = Accept().Match(await ada.PageAsync(List)).Groups["value"].Value;
        var charge = (await biller.GetAsync($"{Biller.Charges}?limit=1")).Json["items"]![0]!;
        var cancelled = await biller.PostAsync(
            $"{Biller.Charges}/{charge["id"]}/cancel", new JsonObject { ["reason"] = "a slip" });
        Assert.True((int)cancelled.Status < 300, cancelled.Text);

        using var answer = await ada.SendAsync($"{List}/decide", ("Only", seen));

        Assert.Contains(
            "nothing is proposed any more", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.Equal(0L, await CountAsync(ada.Merchant, "booked"));
    }

    /// <summary>A customer paid a bill twice: one line pays it, and the other is for a person to look at.</summary>
    [Fact]
    public async Task TwoLinesForOneBill_AreNotBothAccepted()
    {
        using var ada = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var biller = await OwingAsync(ada.Merchant, "30");
        await biller.ImportedAsync(new Camt { Id = "2027/12", Opening = 242.50m }.With(30, "thank you again", bankReference: "TWICE"));
        Assert.Contains("Accept 1, 30.00 EUR", await ada.PageAsync($"{List}/decide"), StringComparison.Ordinal);
        var both = Tick().Matches(await ada.PageAsync($"{List}?find=thank")).Select(match => ("Lines", match.Groups["value"].Value));

        using var answer = await ada.SendAsync($"{List}/decide", [("Do", "accept"), .. both]);

        Assert.Contains(
            "Lines that are booked: 1, 30.00 EUR. 1 wait", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
        Assert.Equal(1L, await CountAsync(ada.Merchant, "booked"));
        await books.AssertBooksAreCleanAsync(ada.Merchant);
    }

    [Fact]
    public async Task SureProposals_AreCounted_AndAcceptedTogether()
    {
        using var ada = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        await OwingAsync(ada.Merchant, "30", "40", "50");
        var page = await ada.PageAsync($"{List}/decide");
        Assert.Contains("Accept 3, 120.00 EUR", page, StringComparison.Ordinal);
        await ada.LookEverywhereAsync(browser, List, "inbox");
        await ada.LookEverywhereAsync(browser, $"{List}/decide", "inbox-sure");

        var form = Hidden().Matches(page).Select(match => ("Lines", match.Groups["value"].Value)).ToArray();
        Assert.Equal(3, form.Length);
        await SentAsync(ada, [("Do", "accept"), .. form]);

        Assert.Equal(3L, await CountAsync(ada.Merchant, "booked"));
        Assert.Contains("No proposal is sure", await ada.PageAsync($"{List}/decide"), StringComparison.Ordinal);
        await books.AssertBooksAreCleanAsync(ada.Merchant);
    }

    [Fact]
    public async Task OfTwoPeopleAtOneInbox_EachLineIsDecidedOnce_AndWhoIsLateIsTold()
    {
        using var ada = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        using var grace = await TestDesk.OpenAsync(books, OperatorRole.Operator, ada.Merchant, "Grace");
        await OwingAsync(ada.Merchant, "30", "40", "50");
        var seen = Hidden().Matches(await ada.PageAsync($"{List}/decide")).Select(match => ("Lines", match.Groups["value"].Value))
            .ToArray();

        foreach (var answer in await Task.WhenAll(
            ada.SendAsync($"{List}/decide", [("Do", "accept"), .. seen]), grace.SendAsync($"{List}/decide", [("Do", "accept"), .. seen])))
        {
            Assert.True((int)answer.StatusCode < 400, $"{answer.StatusCode}");
            answer.Dispose();
        }

        Assert.Equal(3L, await CountAsync(ada.Merchant, "booked"));
        foreach (var (what, done) in ((string, string)[])[("accept", "booked"), ("ignore", "ignored")])
        {
            using var late = await grace.SendAsync($"{List}/decide", [("Do", what), .. seen]);
            Assert.Contains(
                $"Lines that are {done}: 0. 3 were decided before",
                await late.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        Assert.Equal(3L, await CountAsync(ada.Merchant, "booked"));
        await books.AssertBooksAreCleanAsync(ada.Merchant);
    }

    /// <summary>Bills of a customer, and a statement with a transfer for each that names none; and with the rent.</summary>
    private async Task<Biller> OwingAsync(MerchantId merchant, params string[] amounts)
    {
        var (biller, reference) = (await Biller.OpenAsync(books, merchant), $"C-{Biller.NewText()}");
        var opened = await biller.PostAsync(
            Biller.Accounts, new JsonObject { ["reference"] = reference, ["currency"] = "EUR", ["name"] = "Anna Bell" });
        Assert.True((int)opened.Status == 201, opened.Text);
        var statement = new Camt().With(-800, "RENT of November").With(12.50m, "something else");
        foreach (var amount in amounts)
        {
            await biller.OwingAsync(reference, amount);
            statement = statement.With(decimal.Parse(amount, System.Globalization.CultureInfo.InvariantCulture), "thank you");
        }

        await biller.ImportedAsync(statement);
        return biller;
    }

    private static async Task<string> SentAsync(TestDesk desk, params (string, string)[] fields)
    {
        using var answer = await desk.SendAsync($"{List}/decide", fields);
        Assert.True(
            answer.Headers.Location is not null, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return answer.Headers.Location.OriginalString;
    }

    private async Task<object?> CountAsync(MerchantId merchant, string status) => await books.ScalarAsync(
        "SELECT count(*) FROM settlement_line WHERE merchant_id = $1 AND kind = 'entry' AND status = $2", merchant.Value, status);

    [GeneratedRegex("name=\"Only\" value=\"(?<value>accept [^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Accept();

    [GeneratedRegex("type=\"checkbox\" name=\"Lines\" value=\"(?<value>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Tick();

    [GeneratedRegex("<option value=\"(?<value>AT[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex AccountOption();

    [GeneratedRegex(">of the (?<name>[a-z]+) account<", RegexOptions.NonBacktracking)]
    private static partial Regex OfAccount();

    [GeneratedRegex("href=\"(?<href>[^\"]+as=charge[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Choose();

    [GeneratedRegex("type=\"hidden\" name=\"Lines\" value=\"(?<value>[^\"]+)\"", RegexOptions.NonBacktracking)]
    private static partial Regex Hidden();
}
