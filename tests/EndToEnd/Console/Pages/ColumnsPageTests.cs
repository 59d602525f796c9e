using System.Net;
using System.Text;
using Microsoft.Playwright;
using Quittance.Core.Access;
using Quittance.Tests.Running;
using Quittance.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Console;

/// <summary>
/// An operator hands in a CSV whose columns Quittance does not know: the console asks once which column is what, shows how the rows are
/// read by the answer, and keeps it.
/// </summary>
public sealed class ColumnsPageTests(BooksFixture books, Browser browser)
{
    private const string Import = "/console/settlements/import";
    // A person types it, and the form that comes back shows it to them.
    private const string Account = "GB29 NWBK 6016 1331 9268 19";
    private const string Header = "Kontoumsätze\nTag;Wer;Wofür;Wie viel;Nr\n";
    private const string February = $"{Header}01/02/2027;Anna Berg;INV-1;1.234,56;7\n02/02/2027;Strom AG;Abschlag;-80,00;8\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task UnknownColumns_AreAskedOnce_AndTheNextFileNeedsNoQuestion(bool withScripts)
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        await using var opened = await desk.BrowseAsync(browser, Import, withScripts: withScripts);
        var page = opened.Page;
        await HandInAsync(page, "february.csv", February);
        await Expect(page.Locator("main")).ToContainTextAsync("Quittance does not know the columns of february.csv");
        // The names and the rows tell most of it.
        foreach (var (column, use) in new[]
        {
            ("Tag", "booked_on"), ("Wer", "counterparty"), ("Wofür", "remittance"), ("Wie viel", "amount"), ("Nr", "unread"),
        })
        {
            await Expect(page.GetByLabel($"What {column} is")).ToHaveValueAsync(use);
        }

        await page.GetByLabel("Currency", Exact).FillAsync("EUR");
        await ShowAsync(page);
        await Expect(page.GetByText("The days of this file can be read in two ways: say which comes first.")).ToBeVisibleAsync();
        await page.GetByLabel("Days such as 01/02/2027 or 26-11-27").SelectOptionAsync("month_first");
        await ShowAsync(page);
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "Anna Berg INV-1" })).ToContainTextAsync("2 Jan 2027");
        await page.GetByLabel("Days such as 01/02/2027 or 26-11-27").SelectOptionAsync("day_first");
        await page.GetByLabel("Your bank account", Exact).FillAsync(Account);
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep it and import" }).ClickAsync();

        // What was chosen last is shown before it is kept.
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Nothing is kept yet: this is how the rows are read now.");
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "Anna Berg INV-1" })).ToContainTextAsync("1 Feb 2027");
        await Expect(page.Locator("main")).ToContainTextAsync("in 1,234.56 EUR, out 80.00 EUR");
        Assert.Equal(0L, await CountAsync(desk, "statement_format"));
        if (withScripts)
            await LookAsync(page);
        await page.GetByLabel("Name", Exact).FillAsync("Our bank");
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep it and import" }).ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("Files with this header line need no question any more.");
        Assert.Equal(2L, await CountAsync(desk, "settlement_line"));

        await page.GotoAsync(Import);
        await HandInAsync(page, "march.csv", $"{Header}03/03/2027;Anna Berg;INV-2;12,00;9\n");
        await Expect(page.Locator("main")).ToContainTextAsync("The file is imported.");
        Assert.Equal(3L, await CountAsync(desk, "settlement_line"));
        await page.GotoAsync("/console/settlements/formats");
        await Expect(page.GetByRole(AriaRole.Row, new() { Name = "Our bank" })).ToContainTextAsync("GB ···· 6819");
        await page.GetByRole(AriaRole.Link, new() { Name = "End format 1" }).ClickAsync();
        await page.GetByLabel("Reason").FillAsync("another bank");
        await page.GetByRole(AriaRole.Button, new() { Name = "End the format" }).ClickAsync();
        await Expect(page.GetByText("The format is ended.")).ToBeVisibleAsync();
        Assert.Empty(opened.Errors);
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    [Theory]
    [InlineData("amount counterparty remittance amount unread", "", "'Tag' and 'Wie viel' are both amount: only one of them can be.")]
    [InlineData("unread counterparty remittance amount unread", "", "No column is booked on, the day of the line.")]
    [InlineData("booked_on counterparty remittance unread unread", "", "The amount is in one column (amount)")]
    [InlineData("booked_on counterparty remittance paid_in unread", "", "Paid out and paid in go together")]
    [InlineData("counterparty booked_on remittance amount unread", "", "Line 3: a date is written as")]
    [InlineData("booked_on counterparty amount remittance unread", "", "Line 3: ")]
    [InlineData("booked_on when remittance amount unread", "", "Choose what this column is.")]
    [InlineData("booked_on counterparty remittance amount unread", "Account=", "No column has your bank account")]
    [InlineData("booked_on counterparty remittance amount unread", "Account=4111111111111111", "This looks like the number of a card")]
    [InlineData("booked_on counterparty remittance amount unread", "Code=EURO", "A currency is a code in capitals, such as EUR.")]
    [InlineData("booked_on counterparty remittance amount unread", "Code=", "No column has the currency: say it, such as EUR.")]
    [InlineData("booked_on counterparty remittance amount unread", "Days=month_first", "Line 5: a date is written as")]
    [InlineData("booked_on counterparty remittance amount unread", "Name=", "Give the format a name")]
    public async Task WrongAnswer_IsSaidBesideItsField_AndChangesNothing(string uses, string other, string sentence)
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        const string File = $"{February}25/02/2027;Jonas;INV-3;7,00;9\n";
        using var asked = await SendAsync(desk, ("Statement", File));
        var seen = SeenForm.Hidden(await asked.Content.ReadAsStringAsync(Cancel), "Carried");
        Dictionary<string, string> typed = new()
        {
            ["Account"] = Account,
            ["Code"] = "EUR",
            ["Days"] = "day_first",
            ["Name"] = "Our bank",
        };
        if (other.Split('=') is [var field, var value])
            typed[field] = value;

        using var refused = await SendAsync(
            desk, [("Carried", WebUtility.HtmlDecode(seen)), .. typed.Select(one => (one.Key, one.Value)),
                .. uses.Split(' ').Select(use => ("Uses", use))]);

        var page = WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync(Cancel));
        Assert.Contains(sentence, page, StringComparison.Ordinal);
        Assert.Equal(0L, await CountAsync(desk, "statement_format"));
        Assert.Equal(0L, await CountAsync(desk, "statement"));
        Assert.Equal(0L, await CountAsync(desk, "operator_action"));
    }

    /// <summary>The first row is a line, and the question names the columns by their places.</summary>
    [Fact]
    public async Task FileWithoutAHeaderLine_IsAskedOnce_AndTheNextFileNeedsNoQuestion()
    {
        const string November = "123456789\tEUR\t20271105\t1000,00\t1120,00\t20271105\t120,00\t/TRTP/SEPA/NAME/ANNA BELL/REMI/INV-1\n";
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        await using var opened = await desk.BrowseAsync(browser, Import);
        var page = opened.Page;
        await HandInAsync(page, "november.tab", November);
        await Expect(page.Locator("main")).ToContainTextAsync("november.tab has no header line.");
        foreach (var (column, use) in new[] { (3, "booked_on"), (4, "unread"), (5, "balance"), (7, "amount"), (8, "remittance") })
            await Expect(page.GetByLabel($"What column {column} is")).ToHaveValueAsync(use);
        await page.GetByLabel("Your bank account", Exact).FillAsync(Account);
        await ShowAsync(page);
        await page.GetByLabel("Name", Exact).FillAsync("Our bank");
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep it and import" }).ClickAsync();
        await Expect(page.Locator("main")).ToContainTextAsync(
            "Files without a header line that have such columns need no question any more.");
        Assert.Equal(1L, await CountAsync(desk, "settlement_line"));

        await page.GotoAsync(Import);
        await HandInAsync(
            page, "december.tab", "123456789\tEUR\t20271208\t1120,00\t1075,00\t20271208\t-45,00\t/TRTP/SEPA/NAME/PAPER BV/REMI/77\n");
        await Expect(page.Locator("main")).ToContainTextAsync("The file is imported.");
        Assert.Equal(2L, await CountAsync(desk, "settlement_line"));
        Assert.Empty(opened.Errors);
        await books.AssertBooksAreCleanAsync(desk.Merchant);
    }

    /// <summary>Its form carries the beginning along, and the file is handed in once more.</summary>
    [Fact]
    public async Task LongFile_IsAskedAboutByItsBeginning()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var row = $"25/02/2027;Anna Berg;{new string('x', 1000)};1,00;8\n";
        var file = $"{Header}{string.Concat(Enumerable.Repeat(row, 2100))}";
        using var asked = await SendAsync(desk, ("Statement", file), ("Code", "EUR"));
        var page = await asked.Content.ReadAsStringAsync(Cancel);
        Assert.InRange(page.Length, 100_000, 500_000);
        using var kept = await SendAsync(
            desk, ("Carried", WebUtility.HtmlDecode(SeenForm.Hidden(page, "Carried"))), ("Seen", SeenForm.Hidden(page, "Seen")),
            ("Part", "true"), ("Account", Account), ("Code", "EUR"), ("Days", "day_first"), ("Name", "Our bank"), ("Uses", "booked_on"),
            ("Uses", "counterparty"), ("Uses", "remittance"), ("Uses", "amount"), ("Uses", "unread"));
        Assert.True(kept.StatusCode == HttpStatusCode.SeeOther, await kept.Content.ReadAsStringAsync(Cancel));
        Assert.Contains(
            "Hand the file in once more", await desk.PageAsync(kept.Headers.Location!.OriginalString), StringComparison.Ordinal);

        using var imported = await SendAsync(desk, ("Statement", file));

        Assert.Contains("The file is imported.", await imported.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no table at all")]
    [InlineData("01/02/2027;Anna Berg;INV-1;7\n02/02/2027;Strom AG;Abschlag;8\n")]
    public async Task File_WithoutAHeaderLine_WhoseRowsHaveNoAmount_IsRefusedAsBefore(string file)
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        using var refused = await SendAsync(desk, ("Statement", file));
        var page = await refused.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("The file is refused, and nothing of it was imported.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("name=\"Carried\"", page, StringComparison.Ordinal);
    }

    private static PageGetByLabelOptions Exact => new() { Exact = true };

    /// <summary>Looks at the question on a desk in light and dark, and on a phone.</summary>
    private static async Task LookAsync(IPage page)
    {
        await page.LookAsync("console-settlements-columns");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark, ReducedMotion = ReducedMotion.Reduce });
        await page.LookAsync("console-settlements-columns-dark", isRecoloured: true);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        var size = page.ViewportSize!;
        await page.SetViewportSizeAsync(390, size.Height);
        await page.LookAsync("console-settlements-columns-phone");
        await page.SetViewportSizeAsync(size.Width, size.Height);
    }

    private static Task ShowAsync(IPage page) => page.GetByRole(AriaRole.Button, new() { NameString = "Show" }).First.ClickAsync();

    private static async Task HandInAsync(IPage page, string name, string text)
    {
        await page.GetByLabel("File").SetInputFilesAsync(
            new FilePayload { Name = name, MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(text) });
        await page.GetByRole(AriaRole.Button, new() { Name = "Import", Exact = true }).ClickAsync();
    }

    private static async Task<HttpResponseMessage> SendAsync(TestDesk desk, params (string Name, string Value)[] fields)
    {
        using var content = new MultipartFormDataContent { { new StringContent("action"), "_handler" } };
        foreach (var (name, value) in fields)
        {
            if (name == "Statement")
                content.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(value)), name, "february.csv");
            else
                content.Add(new StringContent(value), name);
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, Import) { Content = content };
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        return await desk.Client.SendAsync(request, Cancel);
    }

    private async Task<long> CountAsync(TestDesk desk, string table) =>
        (long)(await books.ScalarAsync($"SELECT count(*) FROM {table} WHERE merchant_id = $1", desk.Merchant.Value))!;
}
