using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Quittance.Core.Access;
using Quittance.Core.Debits;
using Quittance.Core.Instruments;
using Quittance.Tests.Debits;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using UglyToad.PdfPig;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Web;

/// <summary>The page behind a payment link, as a customer sees it in a browser.</summary>
public sealed class PaymentPageTests(BooksFixture books, Browser browser)
{
    private static readonly Payee Swiss =
        new("CH4431999123000889012", "Northwind Studio AG", new PayeeAddress("Seestrasse 7", "8002", "Zürich", "CH"));

    [Fact]
    public async Task Customer_PaysByCard_AndPrintsTheReceipt()
    {
        var (biller, url) = await SentAsync(new Payee("DE75512108001245126199", "Northwind Studio", null));
        await using var opened = await browser.OpenAsync(new() { ViewportSize = new() { Width = 1280, Height = 900 }, Locale = "en-GB" });
        var page = opened.Page;
        var widget = new EmbeddedWidget(page, "widget");
        await opened.GoAsync(url);
        Assert.DoesNotContain("?", page.Url, StringComparison.Ordinal);
        await widget.FillCardAsync();
        await opened.LookAsync("pay-1-page");

        await widget.PayAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Paid. Thank you." })).ToBeVisibleAsync();
        await opened.LookAsync("pay-2-paid");
        await page.GetByRole(AriaRole.Link, new() { Name = "Receipt" }).ClickAsync();
        await Expect(page.Locator(".facts")).ToContainTextAsync("4242");
        await opened.LookAsync("pay-3-receipt");
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await opened.LookAsync("pay-4-receipt-print");
        Assert.Empty(opened.Errors);
        await books.AssertBooksAreCleanAsync(biller.Merchant);
    }

    [Fact]
    public async Task Customer_ConfirmsAtTheBank_AndComesBackToThePage()
    {
        var (_, url) = await SentAsync(payee: null);
        await using var opened = await browser.OpenAsync(new() { Locale = "en-GB" });
        var widget = new EmbeddedWidget(opened.Page, "widget");
        await opened.GoAsync(url);

        await widget.FillCardAsync("4000000000003220");
        await widget.PayAsync();
        await opened.Page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();

        // Where the bank's notice is late, the server asks after 30 seconds.
        await Expect(opened.Page.GetByRole(AriaRole.Heading, new() { Name = "Paid. Thank you." }))
            .ToBeVisibleAsync(new() { Timeout = 60_000 });
        // The books do not hold the proof of the link.
        var returned = (string)(await books.ScalarAsync(
            "SELECT a.return_to FROM attempt a WHERE a.return_to LIKE '%' || $1 || '%'", new Uri(opened.Page.Url).AbsolutePath))!;
        Assert.DoesNotContain("k=", returned, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#ffe600", 1280, ColorScheme.Light)]
    [InlineData("#10204a", 390, ColorScheme.Dark)]
    public async Task Page_ShowsWhoTheMerchantIs_InItsColour(string colour, int width, ColorScheme scheme)
    {
        var (biller, url) = await SentAsync(Swiss, "CHF");
        await ProfileTests.IntroduceAsync(biller, colour);
        await ProfileTests.ShowAsync(biller, Pictures.Png());
        await using var opened = await browser.OpenAsync(
            new() { ViewportSize = new() { Width = width, Height = 780 }, ColorScheme = scheme, Locale = "de-CH" });
        await opened.GoAsync(url);

        await Expect(new EmbeddedWidget(opened.Page, "widget").Heading).ToBeVisibleAsync();
        await Expect(opened.Page.GetByRole(AriaRole.Img, new() { Name = "Northwind Studio", Exact = true })).ToBeVisibleAsync();
        Assert.Equal(
            120, await opened.Page.Locator(".brand img").EvaluateAsync<int>("image => image.decode().then(() => image.naturalWidth)"));
        await Expect(opened.Page.GetByRole(AriaRole.Link, new() { Name = "Impressum" }))
            .ToHaveAttributeAsync("href", "https://studio.example/imprint");
        var primary = await opened.Page.EvaluateAsync<string>("getComputedStyle(document.documentElement).getPropertyValue('--primary')");
        Assert.NotEqual(colour, primary);
        await opened.LookAsync($"pay-own-{width}-{scheme}");
        Assert.Empty(opened.Errors);
    }

    [Long]
    [Theory]
    [InlineData("de-CH", 360, ColorScheme.Dark)]
    [InlineData("fr-CH", 360, ColorScheme.Light)]
    [InlineData("it-CH", 768, ColorScheme.Light)]
    [InlineData("es-ES", 360, ColorScheme.Light)]
    [InlineData("nl-NL", 360, ColorScheme.Dark)]
    public async Task Page_FitsAPhone_InEveryLanguage(string locale, int width, ColorScheme scheme)
    {
        var (_, url) = await SentAsync(Swiss, "CHF");
        await using var opened = await browser.OpenAsync(
            new() { ViewportSize = new() { Width = width, Height = 780 }, ColorScheme = scheme, Locale = locale });
        await opened.GoAsync(url);

        await Expect(new EmbeddedWidget(opened.Page, "widget").Heading).ToBeVisibleAsync();

        await opened.LookAsync($"pay-{locale}-{width}-{scheme}");
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task OnAPhone_TheCodeIsFolded_AndABankingAppGetsWhatIsCopied()
    {
        var (_, url) = await SentAsync(new Payee("DE75512108001245126199", "Northwind Studio", null));
        await using var opened = await browser.OpenAsync(
            new()
            {
                ViewportSize = new() { Width = 390, Height = 780 },
                Locale = "de-DE",
                Permissions = ["clipboard-read", "clipboard-write"],
            });
        var page = opened.Page;
        await opened.GoAsync(url);

        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "Code für Banking-Apps" })).ToBeHiddenAsync();
        List<string> copied = [];
        foreach (var what in (string[])["Empfänger", "IBAN", "Referenz", "Betrag"])
        {
            var button = page.GetByRole(AriaRole.Button, new() { Name = $"Kopieren: {what}" });
            await button.ClickAsync();
            await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Kopiert");
            copied.Add(await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        }

        Assert.Equal(("Northwind Studio", "DE75512108001245126199", "1278,90"), (copied[0], copied[1], copied[3]));
        Assert.Matches("^RF[0-9]{2}[0-9A-Z]+$", copied[2]);
        await page.GetByText("Mit einem anderen Gerät bezahlen").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "Code für Banking-Apps" })).ToBeVisibleAsync();
        Assert.Empty(opened.Errors);
    }

    [Theory]
    [InlineData("DE75512108001245126199", 390, true)]
    [InlineData("CH4431999123000889012", 390, false)]
    [InlineData("DE75512108001245126199", 1280, false)]
    public async Task Transfer_IsPassedOn_WhereTheBrowserCan_AndOnAPhoneToABankingApp(string iban, int width, bool hasApp)
    {
        var (_, url) = await SentAsync(Swiss with { Iban = iban });
        await using var opened = await browser.OpenAsync(
            new() { ViewportSize = new() { Width = width, Height = 844 }, Locale = "en-GB" });
        var page = opened.Page;
        await opened.GoAsync(url);
        // This browser has no share sheet.
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Share these details" })).ToBeHiddenAsync();
        await page.AddInitScriptAsync("navigator.share = async (data) => { window.shared = data; };");
        await page.ReloadAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Share these details" }).ClickAsync();
        var shared = await page.EvaluateAsync<string>("window.shared.text");
        Assert.Matches($"^Payee: Northwind Studio AG[^\n]*\nIBAN: {iban}\nReference: [A-Z0-9]+\nAmount: €1,278.90$", shared);
        Assert.DoesNotContain("/pay/", shared, StringComparison.Ordinal);

        var app = page.GetByRole(AriaRole.Link, new() { Name = "Open in a banking app" });
        if (!hasApp)
        {
            await Expect(app).ToBeHiddenAsync();
            await Expect(page.GetByText("payto links")).ToBeHiddenAsync();
            return;
        }

        await Expect(app).ToBeVisibleAsync();
        await Expect(page.GetByText("This works only where a banking app on this device opens payto links")).ToBeVisibleAsync();
        var reference = shared.Split('\n')[2]["Reference: ".Length..];
        Assert.Equal(
            $"payto://iban/{iban}?amount=EUR:1278.90&receiver-name=Northwind%20Studio%20AG&message={reference}",
            await app.GetAttributeAsync("href"));
        await opened.LookAsync("pay-shared");
    }

    [Fact]
    public async Task SwissTransfer_HasAQrBill_WhichSaysTheSameAsTheCode_AndNotWhoTheCustomerIs()
    {
        var (biller, url) = await SentAsync(Swiss, "CHF");
        var customer = (await biller.GetAsync(Biller.Accounts)).Json["items"]!.AsArray().Single()!;
        Assert.Equal("Ada Nkemelu", (string)customer["name"]!);
        var address = new JsonObject { ["line1"] = "Laubengasse 3", ["postal_code"] = "3600", ["city"] = "Thun", ["country"] = "CH" };
        var written = await biller.PostAsync($"{Biller.Accounts}/{customer["id"]}/contact", new JsonObject { ["address"] = address });
        Assert.True(written.Status == HttpStatusCode.OK, written.Text);
        await using var opened = await browser.OpenAsync(new() { Locale = "fr-CH" });
        var page = opened.Page;
        await opened.GoAsync(url);
        var code = Assert.Single(await ReadCodes.OnAsync(page.Locator("svg.code")));

        var bill = page.GetByRole(AriaRole.Link, new() { Name = "QR-facture (PDF)" });
        var server = new Uri(page.Url).GetLeftPart(UriPartial.Authority);
        // Requests beside the page do not say the language of the browser.
        var answer = await page.APIRequest.GetAsync(
            $"{server}{await bill.GetAttributeAsync("href")}",
            new() { Headers = new Dictionary<string, string> { ["Accept-Language"] = "fr-CH" } });
        Assert.Equal((200, "application/pdf"), (answer.Status, answer.Headers["content-type"]));
        using var pdf = PdfDocument.Open(await answer.BodyAsync());
        Assert.Equal([code], ReadCodes.CodesOn(pdf.GetPage(1)));
        Assert.StartsWith($"SPC\r\n0200\r\n1\r\n{Swiss.Iban}\r\n", code, StringComparison.Ordinal);
        var words = string.Join(' ', pdf.GetPages().SelectMany(sheet => sheet.GetWords()).Select(word => word.Text));
        Assert.Contains("(nom/adresse)", words, StringComparison.Ordinal);
        Assert.All(
            (string[])["Ada", "Nkemelu", "Lauben", "Thun"],
            word => Assert.DoesNotContain(word, $"{words} {code}", StringComparison.OrdinalIgnoreCase));

        // A payment that is under way would be paid twice.
        var widget = new EmbeddedWidget(page, "widget");
        foreach (var (field, text) in new[] { ("number", VaultedPayments.GoodCard), ("exp", "12/40"), ("csc", "123"), ("name", "Ada") })
            await widget.Frame.Locator($"[autocomplete=cc-{field}]").FillAsync(text);
        await widget.PayAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Reçu" })).ToBeVisibleAsync();
        Assert.Equal(404, (await page.APIRequest.GetAsync(answer.Url)).Status);
    }

    [Fact]
    public async Task GiroCode_IsReadFromThePage_AndThereIsNoQrBill()
    {
        var (_, url) = await SentAsync(new Payee("DE75512108001245126199", "Northwind Studio", null));
        await using var opened = await browser.OpenAsync(new() { Locale = "en-GB" });
        await opened.GoAsync(url);

        var code = Assert.Single(await ReadCodes.OnAsync(opened.Page.Locator("svg.code"))).Split('\n');

        Assert.Equal(["BCD", "002", "1", "SCT", "", "Northwind Studio", "DE75512108001245126199", "EUR1278.90", ""], code[..9]);
        Assert.Matches("^RF[0-9]{2}[0-9A-Z]+$", code[9]);
        await Expect(opened.Page.GetByText("(PDF)")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task AfterADebit_ThePageSaysWhatTheCustomerKeeps()
    {
        var (biller, url) = await SentAsync(payee: null);
        await using var opened = await browser.OpenAsync(new() { Locale = "en-GB" });
        var (page, widget) = (opened.Page, new EmbeddedWidget(opened.Page, "widget"));
        await opened.GoAsync(url);

        await widget.Frame.GetByLabel("SEPA Direct Debit").PressAsync("Space");
        await widget.FillSepaAsync();
        await widget.PayAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Thank you" })).ToBeVisibleAsync();
        var facts = page.Locator(".facts");
        await Expect(facts).ToContainTextAsync("2051");
        await Expect(facts).ToContainTextAsync("€1,278.90");
        var mandate = (string)(await books.ScalarAsync("SELECT reference FROM mandate WHERE merchant_id = $1", biller.Merchant.Value))!;
        await Expect(facts).ToContainTextAsync(mandate);
        await opened.LookAsync("pay-debited");
    }

    [Fact]
    public async Task DebitThatTheMerchantCollects_SaysByWhomAndWhen()
    {
        using var studio = await Studio.OpenAsync(books);
        var account = await studio.Biller.CustomerAsync();
        var fee = await studio.Biller.OwingAsync(account, "49.90");
        var url = await LinkAsync(studio.Biller, account, [fee]);
        await using var opened = await browser.OpenAsync(new() { Locale = "en-GB" });
        var (page, widget) = (opened.Page, new EmbeddedWidget(opened.Page, "widget"));
        await opened.GoAsync(url);

        await widget.FillSepaAsync();
        await widget.PayAsync();

        var facts = page.Locator(".facts");
        await Expect(facts).ToContainTextAsync(Studio.Creditor);
        var asked = (DateTime)(await books.ScalarAsync(
            "SELECT status_at FROM payment WHERE merchant_id = $1", studio.Merchant.Value))!;
        var first = new BankAccount("", Iban.Parse(Studio.OwnIban), null, CreditorIdentifier.Parse(Studio.Creditor), DebitScheme.Core)
            .FirstDueDay(new DateTimeOffset(asked, TimeSpan.Zero));
        await Expect(facts).ToContainTextAsync($"from {first.ToString("d MMM yyyy", CultureInfo.InvariantCulture)} on");
        await opened.LookAsync("pay-debit-collected");
    }

    [Fact]
    public async Task LanguageThatTheCustomerChooses_IsThePagesAndTheReceipts()
    {
        var (_, url) = await SentAsync(payee: null);
        await using var opened = await browser.OpenAsync(new() { Locale = "en-GB" });
        var (page, widget) = (opened.Page, new EmbeddedWidget(opened.Page, "widget"));
        await opened.GoAsync(url);

        await page.GetByRole(AriaRole.Link, new() { Name = "Français" }).ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "fr");
        foreach (var (field, text) in new[] { ("number", VaultedPayments.GoodCard), ("exp", "12/40"), ("csc", "123"), ("name", "Ada") })
            await widget.Frame.Locator($"[autocomplete=cc-{field}]").FillAsync(text);
        await widget.PayAsync();
        // It can be chosen on the pages after paying, too.
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Reçu" })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Italiano" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Ricevuta" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Français" }).ClickAsync();

        await Expect(page.Locator(".kind")).ToHaveTextAsync("Reçu");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Français" })).ToHaveAttributeAsync("aria-current", "true");
        await opened.LookAsync("pay-receipt-languages");
        await opened.GoAsync($"{page.Url.Replace("/receipt", "", StringComparison.Ordinal)}?language=klingon");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "en");
    }

    [Fact]
    public async Task Page_WithoutScripts_SaysSo_AndATransferWorks()
    {
        var (_, url) = await SentAsync(new Payee("DE75512108001245126199", "Northwind Studio", null));
        await using var opened = await browser.OpenAsync(
            new() { ViewportSize = new() { Width = 360, Height = 780 }, JavaScriptEnabled = false, Locale = "en-GB" });

        await opened.GoAsync(url);

        await Expect(opened.Page.GetByText("Your browser runs no scripts here")).ToBeVisibleAsync();
        await Expect(opened.Page.GetByRole(AriaRole.Img, new() { Name = "Code for banking apps (EPC, GiroCode)" })).ToBeVisibleAsync();
        await opened.KeepAsync("pay-without-scripts");
    }

    [Fact]
    public async Task Link_ThatOpensOnce_IsOpenedByAButton_AndSaysWhenItIsTakenBack()
    {
        var (biller, url) = await SentAsync(Swiss, "CHF", "once");
        await using var opened = await browser.OpenAsync(new() { ViewportSize = new() { Width = 360, Height = 780 }, Locale = "en-GB" });
        await opened.GoAsync(url);
        await opened.LookAsync("pay-once");
        await opened.Page.GetByRole(AriaRole.Button, new() { Name = "Open" }).ClickAsync();
        await Expect(new EmbeddedWidget(opened.Page, "widget").Heading).ToBeVisibleAsync();

        await using var other = await browser.OpenAsync(new() { Locale = "en-GB" });
        await other.GoAsync(url);
        await other.LookAsync("pay-opened-before");
        var id = (Guid)(await books.ScalarAsync("SELECT id FROM payment_link WHERE merchant_id = $1", biller.Merchant.Value))!;
        await biller.PostAsync($"/api/v1/payment-links/{id:D}/take-back", new JsonObject { ["reason"] = "Sent twice" });
        await opened.Page.ReloadAsync();

        await Expect(opened.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("took this link back");
        await opened.LookAsync("pay-taken-back");
    }

    /// <summary>A link for two charges of a customer, of a merchant who takes cards.</summary>
    private async Task<(Biller Biller, string Url)> SentAsync(Payee? payee, string currency = "EUR", string opens = "many")
    {
        var merchant = await books.Merchants.CreateAsync("Northwind Studio", TestContext.Current.CancellationToken);
        var biller = await Biller.OpenAsync(books, merchant);
        await Payer.ConnectAsync(books, merchant, payee);
        var account = await biller.CustomerAsync(currency);
        var charges = new JsonArray();
        foreach (var (document, description, amount) in
            new[] { ("2026-1041", "Membership, November", "1249.00"), ("2026-1042", "Yoga mat", "29.90") })
        {
            var charge = Biller.Charge(account, amount);
            charge["document"] = document;
            charge["description"] = description;
            charge["amount"] = Biller.Euro(amount, currency);
            charges.Add((string)(await biller.PostAsync(Biller.Charges, charge)).Json["id"]!);
        }

        return (biller, await LinkAsync(biller, account, charges, opens));
    }

    private static async Task<string> LinkAsync(Biller biller, string account, JsonArray charges, string opens = "many")
    {
        var made = await biller.PostAsync(
            "/api/v1/payment-links", new JsonObject { ["account"] = account, ["charges"] = charges, ["opens"] = opens });
        var url = (string)made.Json["url"]!;
        SecretWatch.OfTheRun.Add([url[(url.IndexOf('=', StringComparison.Ordinal) + 1)..]]);
        return url;
    }
}
