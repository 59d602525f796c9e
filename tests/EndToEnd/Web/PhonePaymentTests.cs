using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Quittance.Core.Access;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Web;

/// <summary>How much a customer with a phone types and taps, from the opened link until the money is on its way.</summary>
public sealed class PhonePaymentTests(BooksFixture books, Browser browser)
{
    private const int MostInputsForACard = 6;
    private const int MostTapsForATransfer = 3;

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Card_NeedsSixInputsAtMost(ColorScheme scheme)
    {
        await using var opened = await OpenAsync(scheme);
        var (page, hand, widget) = (opened.Page, new Hand(), new EmbeddedWidget(opened.Page, "widget"));
        await Expect(widget.Heading).ToBeVisibleAsync();
        await opened.LookAsync($"phone-pay-{scheme}");
        await opened.AssertStillAsync($"phone-pay-{scheme}");

        await hand.TypeAsync(widget.Frame.GetByLabel("Card number"), VaultedPayments.GoodCard);
        await hand.TypeAsync(widget.Frame.GetByLabel("Expiry date"), "1240");
        await hand.TypeAsync(widget.Frame.GetByLabel("Security code"), "123");
        await hand.TypeAsync(widget.Frame.GetByLabel("Name on card"), "Ada Nkemelu");
        await hand.TapAsync(widget.Button);

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Paid. Thank you." })).ToBeVisibleAsync();
        Assert.InRange(hand.Inputs, 1, MostInputsForACard);
        await opened.LookAsync($"phone-paid-{scheme}");
        await hand.TapAsync(page.GetByRole(AriaRole.Link, new() { Name = "Receipt" }));
        await Expect(page.Locator(".kind")).ToHaveTextAsync("Receipt");
        await opened.LookAsync($"phone-receipt-{scheme}");
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task Transfer_NeedsThreeTaps()
    {
        await using var opened = await OpenAsync(ColorScheme.Light);
        var (page, hand) = (opened.Page, new Hand());
        List<string> copied = [];

        foreach (var what in (string[])["IBAN", "Reference", "Amount"])
        {
            await hand.TapAsync(page.GetByRole(AriaRole.Button, new() { Name = $"Copy: {what}" }));
            await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Copied");
            copied.Add(await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        }

        Assert.InRange(hand.Inputs, 1, MostTapsForATransfer);
        Assert.Equal(("DE75512108001245126199", "49.90"), (copied[0], copied[2]));
        Assert.Matches("^RF[0-9]{2}[0-9A-Z]+$", copied[1]);
    }

    private async Task<BrowserPage> OpenAsync(ColorScheme scheme)
    {
        var merchant = await books.Merchants.CreateAsync("Northwind Studio", TestContext.Current.CancellationToken);
        var biller = await Biller.OpenAsync(books, merchant);
        await Payer.ConnectAsync(books, merchant, new Payee("DE75512108001245126199", "Northwind Studio", null));
        var account = await biller.CustomerAsync();
        var made = await biller.PostAsync(
            Biller.Links, new JsonObject { ["account"] = account, ["charges"] = new JsonArray(await biller.OwingAsync(account, "49.90")) });
        var url = (string)made.Json["url"]!;
        SecretWatch.OfTheRun.Add([url[(url.IndexOf('=', StringComparison.Ordinal) + 1)..]]);
        var opened = await browser.OpenAsync(new()
        {
            ViewportSize = new() { Width = 390, Height = 844 },
            ColorScheme = scheme,
            HasTouch = true,
            IsMobile = true,
            Locale = "en-GB",
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        await opened.GoAsync(url);
        return opened;
    }

    /// <summary>The customer's hand, which counts: a field that is typed into is an input, and so is a tap.</summary>
    private sealed class Hand
    {
        public int Inputs { get; private set; }

        public async Task TypeAsync(ILocator field, string text)
        {
            await field.TapAsync();
            await field.PressSequentiallyAsync(text);
            Inputs++;
        }

        public async Task TapAsync(ILocator what)
        {
            await what.TapAsync();
            Inputs++;
        }
    }
}
