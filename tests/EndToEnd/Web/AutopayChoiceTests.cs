using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Quittance.Core.Instruments;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Web;

/// <summary>Customers choose autopay where they pay: in the widget of a client and on the page of a payment link, which ends it.</summary>
public sealed class AutopayChoiceTests(BooksFixture books, Browser browser)
{
    private const string Declined = "4000000000000002";
    private const string NeedsConfirmation = "4000000000003220";

    private static readonly string Words = AutopayTexts.Of("en")!;

    [Fact]
    public async Task Widget_OffersAutopay_ToBilledCustomersOfMerchantsWhoCollectDues()
    {
        var biller = await OpenAsync();
        var account = await biller.CustomerAsync();
        await biller.OwingAsync(account, "20");
        using var payer = new Payer(books);
        Assert.Null(await OfferedAsync(account, "20"));
        Assert.Null(await OfferedAsync(account, amount: null));

        await CollectAsync(biller);

        var offered = (JsonObject)(await OfferedAsync(account, "20"))!;
        Assert.Equal(AutopayTexts.Languages, offered.Select(one => one.Key));
        Assert.All(offered, one => Assert.Equal(AutopayTexts.Of(one.Key), (string)one.Value!));
        Assert.NotNull(await OfferedAsync(account, amount: null));
        var stranger = await biller.CustomerAsync();
        Assert.Null(await OfferedAsync(stranger, "20"));
        Assert.NotNull(await OfferedAsync(stranger, amount: null));

        await biller.PostAsync("/api/v1/dues/policy/end", new JsonObject { ["reason"] = "by hand" });
        Assert.Null(await OfferedAsync(account, "20"));

        async Task<JsonNode?> OfferedAsync(string customer, string? amount) =>
            (await payer.ShownAsync(await SessionAsync(biller, customer, amount))).Answer["autopay"];
    }

    [Fact]
    public async Task ConsentInAPurchase_IsKeptOnce_WhenTheClientBooksIt()
    {
        var biller = await OpenAsync();
        await CollectAsync(biller);
        var account = await biller.CustomerAsync();
        var charge = await biller.OwingAsync(account, "20");
        using var payer = new Payer(books);
        var (session, key) = (await SessionAsync(biller, account, "20"), Biller.NewText());
        Assert.Equal(
            (HttpStatusCode.UnprocessableEntity, "autopay"), await RefusedAsync(payer, session, autopay: "Everything, for ever"));

        Assert.Equal("declined", (string)(await payer.PayAsync(session, Declined, autopay: "de")).Answer["code"]!);
        var paid = await payer.PayAsync(session, autopay: "de", key: key);
        var repeated = await payer.PayAsync(session, autopay: "de", key: key);
        Assert.Equal($"{paid.Answer["paymentRequestToken"]}", $"{repeated.Answer["paymentRequestToken"]}");
        Assert.Empty(await ConsentsAsync(biller, account));

        var booking = new JsonObject { ["token"] = $"{paid.Answer["paymentRequestToken"]}", ["charges"] = new JsonArray(charge) };
        Assert.Equal(HttpStatusCode.Created, (await biller.PostAsync($"{Biller.Sessions}/book", booking, key)).Status);
        Assert.Equal(HttpStatusCode.Created, (await biller.PostAsync($"{Biller.Sessions}/book", booking, key)).Status);

        var consent = Assert.Single(await ConsentsAsync(biller, account))!;
        Assert.Equal(
            ("widget", "de", AutopayTexts.Of("de")), ((string)consent["source"]!, (string)consent["language"]!, (string)consent["text"]!));
        var stored = Assert.Single(
            (await biller.GetAsync($"{Biller.Instruments}?account={account}")).Json["items"]!.AsArray(),
            one => (string)one!["standing"]! == "saved")!;
        Assert.Equal((string)consent["instrument"]!, (string)stored["id"]!);
        // The number of the declined card is no more than that of any card that was entered for one payment.
        Assert.Equal(1L, await books.ScalarAsync(
            "SELECT count(*) FROM vault_entry WHERE merchant_id = $1 AND NOT is_once", biller.Merchant.Value));
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task StoredCard_IsOfferedAutopay_WhereItIsTakenOver_UntilItHasIt()
    {
        var biller = await OpenAsync();
        await CollectAsync(biller);
        var account = await biller.CustomerAsync();
        using var payer = new Payer(books);
        var first = await payer.PayAsync(await SessionAsync(biller, account, amount: null), autopay: "en");
        await TakeAsync(first.Answer);

        var shown = Assert.Single((await payer.ShownAsync(await SessionAsync(biller, account, null))).Answer["instruments"]!.AsArray())!;
        Assert.False((bool)shown["mayAutopay"]!);
        await biller.PostAsync("/api/v1/autopay/end", new JsonObject { ["account"] = account, ["reason"] = "a letter" });
        shown = Assert.Single((await payer.ShownAsync(await SessionAsync(biller, account, null))).Answer["instruments"]!.AsArray())!;
        Assert.True((bool)shown["mayAutopay"]!);
        // A stored card is charged when the customer is gone.
        await biller.OwingAsync(account, "20");
        shown = Assert.Single((await payer.ShownAsync(await SessionAsync(biller, account, "20"))).Answer["instruments"]!.AsArray())!;
        Assert.False((bool)shown["mayAutopay"]!);

        async Task TakeAsync(JsonNode left) => Assert.Equal(HttpStatusCode.OK, (await biller.PostAsync(
            $"{Biller.Sessions}/take", new JsonObject { ["token"] = $"{left["paymentRequestToken"]}" })).Status);
    }

    [Fact]
    public async Task ConsentByALink_IsKeptWithThePayment_AndEndedOnItsPage()
    {
        var (biller, account, url, path) = await SentAsync();
        using var payer = new Payer(books);
        var session = Payer.TokenIn((await payer.OpenAsync(url)).Html);
        var end = $"{path}/autopay/end";
        Assert.Equal(HttpStatusCode.NotFound, (await payer.PressAsync(end)).Status);
        await payer.PayAsync(session, Declined, autopay: "en");
        Assert.Equal("ready", (string)(await payer.PayAsync(session, autopay: "en")).Answer["status"]!);

        Assert.Contains("Your bills are paid automatically", (await payer.OpenAsync(url)).Html, StringComparison.Ordinal);
        var consent = Assert.Single(await ConsentsAsync(biller, account))!;
        Assert.Equal(("link", Words, null), ((string)consent["source"]!, (string)consent["text"]!, consent["ended_at"]));
        Assert.Equal(
            "saved", (string)(await biller.GetAsync($"{Biller.Instruments}/{consent["instrument"]}")).Json["standing"]!);
        using var stranger = new Payer(books);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.PressAsync(end)).Status);

        Assert.Contains("Automatic payment has ended", (await payer.PressAsync(end)).Html, StringComparison.Ordinal);
        Assert.Contains("Automatic payment has ended", (await payer.PressAsync(end)).Html, StringComparison.Ordinal);

        consent = Assert.Single(await ConsentsAsync(biller, account))!;
        Assert.Equal("link", (string)consent["ended_by"]!);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    /// <summary>The holder of a link need not be the customer.</summary>
    [Fact]
    public async Task ConsentGivenElsewhere_IsNeitherShownNorEndedByALink()
    {
        var (biller, account, url, path) = await SentAsync();
        using var payer = new Payer(books);
        await payer.PayAsync(Payer.TokenIn((await payer.OpenAsync(url)).Html));
        var left = await payer.PayAsync(await SessionAsync(biller, account, amount: null), autopay: "en");
        await biller.PostAsync($"{Biller.Sessions}/take", new JsonObject { ["token"] = $"{left.Answer["paymentRequestToken"]}" });
        Assert.Single(await ConsentsAsync(biller, account));

        Assert.DoesNotContain("automatically", (await payer.OpenAsync(url)).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await payer.PressAsync($"{path}/autopay/end")).Status);

        Assert.Null(Assert.Single(await ConsentsAsync(biller, account))!["ended_at"]);
    }

    [Fact]
    public async Task ConsentByALinkThatOpensOnce_IsEndedInItsBrowserAlone()
    {
        var (biller, account, url, path) = await SentAsync("once");
        using var payer = new Payer(books);
        await payer.OpenAsync(url);
        await payer.PayAsync(Payer.TokenIn((await payer.OpenAsync($"{path}/open")).Html), autopay: "en");
        Assert.Contains("Your bills are paid automatically", (await payer.OpenAsync(path)).Html, StringComparison.Ordinal);
        using var another = new Payer(books);

        Assert.DoesNotContain("automatically", (await another.OpenAsync(url)).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await another.PressAsync($"{path}/autopay/end")).Status);

        Assert.Null(Assert.Single(await ConsentsAsync(biller, account))!["ended_at"]);
        Assert.Contains("Automatic payment has ended", (await payer.PressAsync($"{path}/autopay/end")).Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PaymentThatTheBankConfirms_GivesTheConsent_AndOneThatItDeclinesNone(bool approves)
    {
        var (biller, account, url, _) = await SentAsync();
        using var payer = new Payer(books);
        var session = Payer.TokenIn((await payer.OpenAsync(url)).Html);
        var pending = await payer.PayAsync(session, NeedsConfirmation, "https://studio.example/back", autopay: "en");
        Assert.Empty(await ConsentsAsync(biller, account));

        await payer.DecideAsync((string)pending.Answer["redirectTo"]!, approves);
        await NoticePost.UntilAsync(async () => (string)(await payer.ShownAsync(session)).Answer["status"]! != "pending");

        // The customer need not come back to the page.
        if (approves)
            await NoticePost.UntilAsync(async () => (await ConsentsAsync(biller, account)).Count == 1);
        else
            Assert.Contains("data-token", (await payer.OpenAsync(url)).Html, StringComparison.Ordinal);
        Assert.Equal(approves ? 1 : 0, (await ConsentsAsync(biller, account)).Count);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task Customer_TicksTheWordsOnTheLinksPage_AndEndsItThere(int width, ColorScheme scheme)
    {
        var (biller, account, url, _) = await SentAsync();
        await using var opened = await browser.OpenAsync(
            new() { ViewportSize = new() { Width = width, Height = 800 }, ColorScheme = scheme, Locale = "en-GB" });
        var (page, widget) = (opened.Page, new EmbeddedWidget(opened.Page, "widget"));
        await opened.GoAsync(url);
        await Expect(widget.Frame.GetByLabel(Words)).Not.ToBeCheckedAsync();
        await widget.Frame.GetByLabel("SEPA Direct Debit").PressAsync("Space");
        await widget.CheckAsync(Words);
        await widget.Frame.GetByLabel("Card", new() { Exact = true }).PressAsync("Space");
        await Expect(widget.Frame.GetByLabel(Words)).Not.ToBeCheckedAsync();

        await widget.FillCardAsync();
        await widget.CheckAsync(Words);
        await opened.LookAsync($"autopay-ticked-{width}");
        await widget.PayAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your bills are paid automatically" })).ToBeVisibleAsync();
        await opened.LookAsync($"autopay-chosen-{width}");
        Assert.Single(await ConsentsAsync(biller, account));

        await page.GetByRole(AriaRole.Button, new() { Name = "End automatic payment" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Automatic payment has ended" })).ToBeVisibleAsync();
        await opened.LookAsync($"autopay-ended-{width}");
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task DebitWithTheTick_IsAskedByTheNextRun()
    {
        var (biller, account, url, _) = await SentAsync();
        await using var opened = await browser.OpenAsync(new() { Locale = "en-GB" });
        var (page, widget) = (opened.Page, new EmbeddedWidget(opened.Page, "widget"));
        await opened.GoAsync(url);
        await widget.Frame.GetByLabel("SEPA Direct Debit").PressAsync("Space");
        await widget.FillSepaAsync();
        await widget.CheckAsync(Words);
        await opened.LookAsync("autopay-debit");
        await widget.PayAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Your bills are paid automatically" })).ToBeVisibleAsync();

        var charge = Biller.Charge(account, "12");
        charge["due"] = "2026-01-01";
        await biller.PostAsync(Biller.Charges, charge);
        var preview = await biller.PostAsync(
            "/api/v1/dues", new JsonObject { ["until"] = "2026-01-01", ["dry"] = true, ["autopay"] = true });

        Assert.True((int)preview.Json["count"]! == 1, preview.Text);
    }

    [Fact]
    public async Task Widget_OfAClient_ShowsTheWords_InTheCustomersLanguage()
    {
        var biller = await OpenAsync();
        await CollectAsync(biller);
        var account = await biller.CustomerAsync();
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync(shop.Address);

        var widget = await new EmbeddedWidget(opened.Page).OpenAsync(
            await SessionAsync(biller, account, amount: null), new { locale = "de", countryCode = "DE" });

        await Expect(widget.Frame.GetByLabel(AutopayTexts.Of("de")!)).Not.ToBeCheckedAsync();
        await opened.LookAsync("autopay-german");
        Assert.Empty(opened.Errors);
    }

    private async Task<Biller> OpenAsync()
    {
        var biller = await Biller.OpenAsync(books);
        await Payer.ConnectAsync(books, biller.Merchant);
        return biller;
    }

    /// <summary>The merchant collects what is due each month.</summary>
    private static async Task CollectAsync(Biller biller) => Assert.Equal(
        HttpStatusCode.OK,
        (await biller.PostAsync("/api/v1/dues/policy", new JsonObject { ["day"] = 3, ["reason"] = "agreed" })).Status);

    /// <summary>A merchant who collects what is due sends a customer a link for a bill.</summary>
    private async Task<(Biller Biller, string Account, string Url, string Path)> SentAsync(string opens = "many")
    {
        var biller = await OpenAsync();
        await CollectAsync(biller);
        var account = await biller.CustomerAsync();
        var charge = await biller.OwingAsync(account, "20");
        var made = await biller.PostAsync(
            Biller.Links, new JsonObject { ["account"] = account, ["charges"] = new JsonArray(charge), ["opens"] = opens });
        var url = (string)made.Json["url"]!;
        SecretWatch.OfTheRun.Add([url[(url.IndexOf('=', StringComparison.Ordinal) + 1)..]]);
        return (biller, account, url, new Uri(url).AbsolutePath);
    }

    /// <summary>The token of a session, for a payment or for an instrument alone.</summary>
    private static async Task<string> SessionAsync(Biller biller, string account, string? amount)
    {
        var body = new JsonObject { ["account"] = account, ["text"] = "Fees" };
        if (amount is not null)
            body["amount"] = Biller.Euro(amount);
        var opened = await biller.PostAsync(Biller.Sessions, body);
        Assert.True(opened.Status == HttpStatusCode.Created, opened.Text);
        return (string)opened.Json["token"]!;
    }

    private static async Task<(HttpStatusCode Status, string Field)> RefusedAsync(Payer payer, string session, string autopay)
    {
        var (status, answer) = await payer.PayAsync(session, autopay: autopay);
        return (status, (string)Assert.Single(answer["fields"]!.AsArray())!["field"]!);
    }

    private static async Task<JsonArray> ConsentsAsync(Biller biller, string account) =>
        (await biller.GetAsync($"{Biller.Accounts}/{account}/autopay")).Json["consents"]!.AsArray();
}
