using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Quittance.Core.Access;
using Quittance.Core.Providers;
using Quittance.Storage.Providers;
using Quittance.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Console;

/// <summary>
/// The tasks of a working day, done in a browser in the demo's books, with the clicks from <i>Today</i> on; typing and the key Enter are
/// none. Each takes at most one click more than the quickest of other consoles: Stripe's, Lago's, Invoice Ninja's, BTCPay's, Hyperswitch's.
/// Where those have no count, it takes no more than before.
/// </summary>
[Long("a demo of its own")]
public sealed class EverydayTasksTests(RunningDemo demo, BooksFixture books, Browser browser) : IClassFixture<RunningDemo>
{
    private const string Why = "As agreed";

    private int _clicks;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("albrecht", "Customers", "Lena Albrecht")]
    [InlineData("moreau", "Customers", "Moreau")]
    [InlineData("59", "Payments", "59.00")]
    [InlineData("D-", "Charges", "D-")]
    [InlineData("4242", "Payments", "290.00")]
    public async Task Finds_ByAPartOfAName_AnAmount_ABill_OrTheLastFour_InNoClick(string typed, string list, string found)
    {
        await using var opened = await SignedInAsync();
        await FindAsync(opened.Page, typed);
        await Expect(Found(opened.Page, list)).ToContainTextAsync(found);
        Assert.Equal(0, _clicks);
    }

    [Fact]
    public async Task Finds_APayment_ByTheNameOfItsCustomer_In1Click()
    {
        await using var opened = await SignedInAsync();
        await FindAsync(opened.Page, "bergmann");
        await ClickAsync(opened.Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "Bergmann" }).First);
        await Expect(opened.Page.GetByRole(AriaRole.Heading, new() { Name = "Payments" }).First).ToBeVisibleAsync();
        Assert.Equal(1, _clicks);
    }

    [Fact]
    public async Task Finds_APayment_ByItsProvidersReference_InNoClick()
    {
        var disputed = (await ItemsAsync("disputes"))[0]!;
        var attempts = (await GetAsync($"payments/{disputed["payment"]}"))["attempts"]!.AsArray();
        await using var opened = await SignedInAsync();
        await FindAsync(opened.Page, (string)attempts[0]!["provider_reference"]!);
        await Expect(Found(opened.Page, "Payments")).ToBeVisibleAsync();
        Assert.Equal(0, _clicks);
    }

    [Fact]
    public async Task Refunds_In3Clicks()
    {
        var payment = (await ItemsAsync($"payments?account={await IdAsync("P-1103")}"))[0]!;
        await using var opened = await SignedInAsync();
        var page = opened.Page;
        await FindAsync(page, $"{payment["number"]}");
        await ClickAsync(Found(page, "Payments").GetByRole(AriaRole.Link, new() { Name = $"{payment["number"]}", Exact = true }));
        await ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = "Refund", Exact = true }));
        await page.GetByLabel("Amount in USD").FillAsync("5");
        await page.GetByLabel("Reason").FillAsync(Why);
        await DoAsync(page, "Refund");
        Assert.InRange(_clicks, 1, 4);
    }

    [Fact]
    public async Task Explains_ABalance_In2Clicks()
    {
        await using var opened = await SignedInAsync();
        await FindAsync(opened.Page, "M-2016");
        await ClickAsync(Found(opened.Page, "Customers").GetByRole(AriaRole.Link).First);
        await ClickAsync(opened.Page.GetByRole(AriaRole.Link, new() { Name = "Explain this balance" }));
        await Expect(opened.Page.GetByRole(AriaRole.Main)).ToContainTextAsync("adds up");
        Assert.InRange(_clicks, 1, 3);
    }

    [Fact]
    public async Task BooksALineOfTheBank_ByHand_In1ClickOfTheList()
    {
        await using var opened = await SignedInAsync();
        var page = opened.Page;
        await ClickAsync(Menu(page, "Bank"));
        var line = page.Locator("form.inbox tbody tr", new() { HasText = "Familie Brandt" });
        await line.GetByLabel("Customer or bill of").FillAsync("M-2026");
        await ClickAsync(line.GetByRole(AriaRole.Button, new() { Name = "Book" }));
        await Expect(page.Locator(".decided")).ToContainTextAsync("Familie Brandt");
        Assert.InRange(_clicks - 1, 1, 2);
    }

    [Fact]
    public async Task SeesWhatFails_InNoClick()
    {
        await using var opened = await SignedInAsync();
        await Expect(opened.Page.GetByRole(AriaRole.Region, new() { Name = "Failures" })).ToBeVisibleAsync();
        await Expect(opened.Page.GetByRole(AriaRole.Region, new() { Name = "To do" })).ToContainTextAsync("Disputes to answer");
    }

    [Fact]
    public async Task SeesWhoIsOverdue_TheLargestFirst_In2Clicks()
    {
        await using var opened = await SignedInAsync();
        await ClickAsync(opened.Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "1 to 30 days" }).First);
        await ClickAsync(opened.Page.GetByRole(AriaRole.Columnheader, new() { Name = "Open" }).GetByRole(AriaRole.Link));
        await Expect(opened.Page.GetByRole(AriaRole.Main)).ToContainTextAsync("days");
        Assert.InRange(_clicks, 1, 3);
    }

    [Fact]
    public async Task ExportsTheJournal_In3Clicks()
    {
        await using var opened = await SignedInAsync();
        var page = opened.Page;
        await ClickAsync(Menu(page, "Ledger"));
        await ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = "Months", Exact = true }));
        var file = await page.RunAndWaitForDownloadAsync(
            () => ClickAsync(page.GetByRole(AriaRole.Button, new() { Name = "Download" })));
        Assert.EndsWith(".csv", file.SuggestedFilename, StringComparison.Ordinal);
        Assert.InRange(_clicks, 1, 4);
    }

    [Fact]
    public async Task InvitesAPerson_In4Clicks()
    {
        await using var opened = await SignedInAsync();
        var page = opened.Page;
        await ClickAsync(Menu(page, "Settings"));
        await ClickAsync(page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "People", Exact = true }));
        await ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = "New person" }));
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Grace");
        await page.GetByLabel("E-mail address").FillAsync("grace@example.com");
        await ClickAsync(page.GetByRole(AriaRole.Button, new() { Name = "Invite them" }));
        var link = await page.Locator("dl.secret code").InnerTextAsync();
        SecretWatch.OfTheRun.Add([link[(link.LastIndexOf('.') + 1)..]]);
        Assert.InRange(_clicks, 1, 4);
    }

    [Fact]
    public async Task ConnectsStripe_In4Clicks()
    {
        using var desk = await TestDesk.OpenAsync(books);
        SecretWatch.OfTheRun.Add(["9Kw2c"]);
        // Stripe itself is out of reach here: the account's address is that of the simulation.
        await new ProviderAccounts(books.Database, books.Vault, TimeProvider.System).SaveAsync(
            new ProviderAccount(
                desk.Merchant, "stripe", new Uri($"{new Uri(books.Sandbox, "stripe").AbsoluteUri}/"), "sk_test_9Kw2cOld",
                ["whsec_9Kw2cOld"]),
            Cancel);
        await using var opened = await desk.BrowseAsync(browser, "/console");
        var page = opened.Page;
        await ClickAsync(Menu(page, "Settings"));
        await ClickAsync(page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "Providers", Exact = true }));
        await ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = "Connect a provider" }));
        await page.GetByLabel("Secret key").FillAsync("sk_test_9Kw2cNew");
        await page.GetByLabel("Secret of the webhook").FillAsync("whsec_9Kw2cNew");
        await page.GetByLabel("Reason").FillAsync(Why);
        await ClickAsync(page.GetByRole(AriaRole.Button, new() { Name = "Connect Stripe" }));
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Stripe is connected");
        Assert.InRange(_clicks, 1, 5);
    }

    [Fact]
    public async Task AddsAWebhook_In3Clicks()
    {
        await using var opened = await SignedInAsync();
        var page = opened.Page;
        await ClickAsync(Menu(page, "Webhooks"));
        await ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = "Add a webhook" }));
        await page.GetByLabel("Address").FillAsync("https://shop.example/hooks");
        await page.GetByLabel("Reason").FillAsync(Why);
        await ClickAsync(page.GetByRole(AriaRole.Button, new() { Name = "Send the events there" }));
        await Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync("gets the events");
        if (await page.Locator("dl.secret code").CountAsync() > 0)
            SecretWatch.OfTheRun.Add([await page.Locator("dl.secret code").First.InnerTextAsync()]);
        Assert.InRange(_clicks, 1, 4);
    }

    [Fact]
    public async Task MakesAPaymentLink_In3Clicks()
    {
        await using var opened = await SignedInAsync();
        var page = opened.Page;
        await ToBillAsync(page, "M-2005");
        await ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = "Payment link", Exact = true }));
        await page.GetByLabel("Reason").FillAsync(Why);
        await ClickAsync(page.GetByRole(AriaRole.Button, new() { Name = "Make the link" }));
        await Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync("/pay/");
        Assert.InRange(_clicks, 1, 3);
    }

    [Theory]
    [InlineData("M-2024", "Record a payment", "Record it", "The payment is in the books.")]
    [InlineData("M-2013", "Cancel the charge", "Cancel the charge", "The charge is corrected.")]
    public async Task RecordsCash_OrCancelsABill_In3Clicks(string customer, string link, string verb, string report)
    {
        await using var opened = await SignedInAsync();
        var page = opened.Page;
        await ToBillAsync(page, customer);
        await ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }));
        await page.GetByLabel("Reason").FillAsync(Why);
        await ClickAsync(page.GetByRole(AriaRole.Button, new() { Name = verb, Exact = true }));
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync(report);
        Assert.InRange(_clicks, 1, 3);
    }

    [Fact]
    public async Task ShowsAStatement_In2Clicks()
    {
        await using var opened = await SignedInAsync();
        await FindAsync(opened.Page, "M-2003");
        await ClickAsync(Found(opened.Page, "Customers").GetByRole(AriaRole.Link).First);
        await ClickAsync(opened.Page.GetByRole(AriaRole.Link, new() { Name = "Statement", Exact = true }).First);
        await Expect(opened.Page.GetByRole(AriaRole.Link, new() { Name = "PDF" }).First).ToBeVisibleAsync();
        Assert.InRange(_clicks, 1, 3);
    }

    [Fact]
    public async Task SecondPerson_Approves_In3Clicks()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("P", "Petra Lang");
        var payment = await till.PayAsync("P", 40_00);
        await till.LimitAsync(10_00);
        await till.AskAsync(payment, 30_00);
        await using var opened = await desk.BrowseAsync(browser, "/console");
        var page = opened.Page;
        await ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = "Waiting for a second person" }));
        await ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = "Approve" }));
        await page.GetByLabel("Reason").FillAsync(Why);
        await DoAsync(page, "Approve");
        Assert.InRange(_clicks, 1, 3);
    }

    [Fact]
    public async Task ShowsTheFiguresOfADay_In3Clicks_AndTheFormThatClosesAMonthIn3()
    {
        await using var opened = await SignedInAsync();
        var page = opened.Page;
        await ClickAsync(Menu(page, "Ledger"));
        await ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = "As of a day" }));
        await page.GetByLabel("Up to the end of").FillAsync($"{demo.StartedOn.First.AddDays(-3):yyyy-MM-dd}");
        await ClickAsync(page.GetByRole(AriaRole.Button, new() { Name = "Show" }));
        await Expect(page.GetByRole(AriaRole.Main)).ToContainTextAsync("Together");
        Assert.InRange(_clicks, 1, 3);

        _clicks = 0;
        await ClickAsync(Menu(page, "Ledger"));
        await ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = "Months", Exact = true }));
        await ClickAsync(page.GetByRole(AriaRole.Link, new() { Name = "Close a month" }));
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Close the month" })).ToBeVisibleAsync();
        Assert.Equal(3, _clicks);
    }

    private static ILocator Menu(IPage page, string name) => page.GetByRole(AriaRole.Navigation, new() { Name = "Console" })
        .GetByRole(AriaRole.Link, new() { Name = name, Exact = true });

    private static ILocator Found(IPage page, string list) => page.GetByRole(AriaRole.Region, new() { Name = list }).First;

    private static async Task FindAsync(IPage page, string typed)
    {
        // The page's script hears the key, once it has run.
        while (!await page.Locator("#find-all").EvaluateAsync<bool>("field => field === document.activeElement"))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await page.Keyboard.PressAsync("/");
        }

        await page.Keyboard.TypeAsync(typed);
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/console/search?**");
    }

    /// <summary>To the first open bill of a customer, found by the bill's reference.</summary>
    private async Task ToBillAsync(IPage page, string customer)
    {
        var bill = (await ItemsAsync($"charges?account={await IdAsync(customer)}&open=true"))[0]!;
        await FindAsync(page, (string)bill["reference"]!);
        await ClickAsync(Found(page, "Charges").GetByRole(AriaRole.Link, new() { Name = (string)bill["reference"]!, Exact = true }));
    }

    private async Task DoAsync(IPage page, string verb)
    {
        await ClickAsync(page.GetByRole(AriaRole.Button, new() { Name = verb, Exact = true }));
        await Expect(page.GetByRole(AriaRole.Status).First).ToBeVisibleAsync();
    }

    private async Task ClickAsync(ILocator what)
    {
        _clicks++;
        await what.ClickAsync();
    }

    private async Task<BrowserPage> SignedInAsync()
    {
        var opened = await browser.OpenAsync(
            new() { ViewportSize = new() { Width = 1280, Height = 800 }, Locale = "en-GB", BaseURL = demo.Address.AbsoluteUri });
        var page = opened.Page;
        await page.GotoAsync("/console");
        await page.GetByLabel("User").FillAsync("demo");
        await page.GetByLabel("Password").FillAsync("demo");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Today");
        return opened;
    }

    private async Task<string> IdAsync(string customer) => (string)(await GetAsync($"accounts/{customer}"))["id"]!;

    private async Task<JsonArray> ItemsAsync(string list) => (await GetAsync(list))["items"]!.AsArray();

    private async Task<JsonNode> GetAsync(string path) =>
        (await demo.SendAsync("GET", $"api/v1/{path}", ["Authorization: Bearer demo-api"])).Body!;
}
