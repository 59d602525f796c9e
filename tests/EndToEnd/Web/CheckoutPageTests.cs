using System.Net;
using Microsoft.Playwright;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Storage.Vault;
using Quittance.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Web;

/// <summary>The demo's checkout, as someone new to it goes through it.</summary>
public sealed class CheckoutPageTests(BooksFixture books, Browser browser)
{
    private const string ConfirmedCard = "4000000000003220";

    [Fact]
    public async Task Checkout_GoesFromTheSessionToTheLedger_AndOverTheBank_AndPaysAgainWithAMandate()
    {
        await using var demo = await RunningProgram.StartAsync("demo");
        await using var opened = await browser.OpenAsync(new() { ViewportSize = new() { Width = 1280, Height = 900 } });
        var page = opened.Page;
        var widget = new EmbeddedWidget(page, "widget");
        await opened.GoAsync(new Uri(demo.Address, "/demo/checkout").ToString());
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Open a session for €55.50" })).ToBeEnabledAsync();
        await opened.LookAsync("checkout-1-open");

        await page.ClickAsync("#open-button");
        await widget.FillCardAsync();
        await opened.LookAsync("checkout-2-pay");
        await widget.PayAsync();
        await Expect(page.Locator("#book-wire")).ToContainTextAsync("debtClaimIds");
        await opened.LookAsync("checkout-3-book");
        await page.GetByRole(AriaRole.Button, new() { Name = "Book €55.50" }).ClickAsync();
        await Expect(page.Locator("#account .state")).ToHaveTextAsync("done");
        await Expect(page.Locator("#account")).ToContainTextAsync("Monthly fee (501)€20.00€0.00");
        await Expect(page.Locator("#ledger-wire")).ToContainTextAsync("/paymentManagement/v4/payment/");
        await opened.LookAsync("checkout-4-ledger");

        await page.GetByRole(AriaRole.Button, new() { Name = "Start again" }).ClickAsync();
        await page.GetByText("Replace the payment instrument").ClickAsync();
        await page.ClickAsync("#open-button");
        await widget.Frame.GetByText("SEPA Direct Debit").ClickAsync();
        await widget.FillSepaAsync();
        await widget.PayAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make it the instrument of Jonas Brandt" }).ClickAsync();
        await Expect(page.Locator("#account")).ToContainTextAsync("DE ···· 2051");
        await opened.LookAsync("checkout-instrument");

        await page.GetByRole(AriaRole.Button, new() { Name = "Pay with it" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Open a session for €9.99" })).ToBeEnabledAsync();
        await page.ClickAsync("#open-button");
        await Expect(widget.Frame.GetByRole(AriaRole.Radio).First).ToBeCheckedAsync();
        await widget.PayAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Book €9.99" }).ClickAsync();
        await Expect(page.Locator("#account .state")).ToHaveTextAsync("done", new() { Timeout = 15_000 });
        await Expect(page.Locator("#account")).ToContainTextAsync("No-show fee (503)€9.99€0.00");
        await opened.LookAsync("checkout-stored");
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task Checkout_GoesOnAfterTheBank_AndTakesASessionThatCurlOpened()
    {
        await using var opened = await browser.OpenAsync(
            new() { ViewportSize = new() { Width = 360, Height = 780 }, ColorScheme = ColorScheme.Dark, IsMobile = true });
        var page = opened.Page;
        var widget = new EmbeddedWidget(page, "widget");
        var address = new Uri(books.Address, "/demo/checkout").ToString();
        await opened.GoAsync(address);
        await page.GetByText("Anna Keller").ClickAsync();
        await page.GetByLabel("Amount in EUR").FillAsync("12.345");
        await Expect(page.Locator("#open-button")).ToBeDisabledAsync();
        await page.GetByLabel("Amount in EUR").FillAsync("12.34");
        await opened.LookAsync("checkout-phone-dark-open");
        await page.GetByRole(AriaRole.Button, new() { Name = "Open a session for €12.34" }).ClickAsync();
        await widget.FillCardAsync(ConfirmedCard);
        await widget.PayAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Book €12.34" }).ClickAsync(new() { Timeout = 15_000 });
        await Expect(page.Locator("#account .state")).ToHaveTextAsync("done");
        await opened.LookAsync("checkout-phone-dark-ledger");

        var studio = await WidgetStudio.OpenAsync(books);
        var token = await studio.OpenSessionAsync(await studio.Studio.MemberAsync(), 7, "CASH");
        // The page is open already: only what is behind its address changes.
        await opened.GoAsync($"{address}#{token}");
        await widget.PayAsync();
        await Expect(page.Locator("#booking code")).ToContainTextAsync("prt_");
        Assert.DoesNotContain("us_", page.Url, StringComparison.Ordinal);
        await opened.LookAsync("checkout-given");
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task Checkout_HasAStrictPolicy_AndIsOfTheDemoOnly()
    {
        using var client = new HttpClient { BaseAddress = books.Address };
        using var page = await client.GetAsync("/demo/checkout", TestContext.Current.CancellationToken);
        Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith(
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; img-src 'self' data:; ",
            Assert.Single(page.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);

        var port = BooksFixture.FreePort();
        await using var own = await OwnBooks.CreateAsync(books);
        await using var engine = own.Engine();
        var vault = await PostgresVault.OpenAsync(
            own.Database, MasterKey.Generate(), TimeProvider.System, TestContext.Current.CancellationToken);
        await using var server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, port, new PublicAddress($"http://127.0.0.1:{port}"), IsDemo: false), own.Database,
            engine, vault);
        await server.StartAsync(TestContext.Current.CancellationToken);
        using var missing = await client.GetAsync($"http://127.0.0.1:{port}/demo/checkout", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        await server.StopAsync(TestContext.Current.CancellationToken);
    }
}
