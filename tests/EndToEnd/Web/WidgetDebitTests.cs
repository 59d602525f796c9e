using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Quittance.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Web;

/// <summary>Direct debits that a customer signs for, and those of Switzerland, from the widget to the money.</summary>
public sealed class WidgetDebitTests(BooksFixture books, Browser browser)
{
    private const string PictureStart = "data:image/png;base64,";

    [Theory]
    [InlineData("CH_DD", "Swiss Direct Debit", "chDD")]
    [InlineData("LSV", "LSV+ Direct Debit", "lsvDD")]
    public async Task SwissDebit_PaysAClaim(string choice, string title, string details)
    {
        var studio = await WidgetStudio.OpenAsync(books, "CHF");
        var member = await studio.Studio.MemberAsync();
        var claim = await studio.ClaimAsync(member, 1_240_05);
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync(shop.Address);
        var widget = await new EmbeddedWidget(opened.Page).OpenAsync(
            await studio.OpenSessionAsync(member, 1240.05m, "CH_DD", "LSV"), new { countryCode = "CH", locale = "en" });
        await widget.Frame.GetByText(title).ClickAsync();

        await widget.FillSepaAsync();
        await widget.PayAsync();
        await Expect(widget.Frame.GetByText("Please enter a Swiss or Liechtenstein IBAN.")).ToBeVisibleAsync();
        await opened.LookAsync($"swiss-{details}-wrong");
        await widget.Frame.GetByLabel("IBAN").FillAsync("CH9300762011623852957");
        await Expect(widget.Frame.GetByText("Please enter a Swiss or Liechtenstein IBAN.")).ToHaveCountAsync(0);
        await opened.LookAsync($"swiss-{details}-filled");
        await widget.PayAsync();
        var token = await widget.TokenAsync();
        await opened.LookAsync($"swiss-{details}-paid");

        Assert.Equal(
            $$"""{"{{details}}":{"bankAccountDetails":{"accountHolder":"Ada Nkemelu","bankName":"","bic":"","iban":"CH ···· 2957"} } }"""
                .Replace(" }", "}", StringComparison.Ordinal), await widget.DetailsAsync());
        var payment = await studio.BookAsync(member, token, 1240.05m, claim);
        await studio.AssertSettledAsync(member);
        Assert.Equal(
            choice == "CH_DD" ? "swiss_debit" : "swiss_lsv",
            await books.ScalarAsync(
                "SELECT d.scheme FROM payment p JOIN mandate d ON d.merchant_id = p.merchant_id AND d.instrument_id = p.instrument_id "
                    + "WHERE p.id = $1", payment));
        Assert.Empty(opened.Errors);
        await books.AssertBooksAreCleanAsync(studio.Studio.Merchant);
    }

    [Fact]
    public async Task Mandate_IsSignedWithThePointer()
    {
        var studio = await WidgetStudio.OpenAsync(books);
        var member = await studio.Studio.MemberAsync();
        var claim = await studio.ClaimAsync(member, 20_00);
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync(shop.Address);
        var widget = await new EmbeddedWidget(opened.Page).OpenAsync(await studio.OpenSignedSessionAsync(member, 20, "SEPA"));
        await widget.FillSepaAsync();
        await widget.PayAsync();
        await Expect(widget.Frame.GetByText("Please sign.")).ToBeVisibleAsync();
        await Expect(widget.Frame.GetByLabel("Signature")).ToBeFocusedAsync();
        await opened.LookAsync("signature-missing");

        // A line that was not meant, taken back.
        await DrawAsync(opened.Page, widget, (0.1f, 0.1f), (0.9f, 0.9f));
        await Expect(widget.Frame.GetByText("Please sign.")).ToHaveCountAsync(0);
        await widget.Frame.GetByRole(AriaRole.Button, new() { Name = "Clear" }).ClickAsync();
        Assert.Equal(0, await InkAsync(widget));
        await widget.PayAsync();
        await Expect(widget.Frame.GetByText("Please sign.")).ToBeVisibleAsync();

        await DrawAsync(opened.Page, widget, (0.12f, 0.7f), (0.2f, 0.2f), (0.28f, 0.75f), (0.36f, 0.45f), (0.44f, 0.7f), (0.5f, 0.4f),
            (0.58f, 0.72f), (0.85f, 0.5f));
        Assert.NotEqual(0, await InkAsync(widget));
        await opened.LookAsync("signature-drawn");
        await widget.PayAsync();
        await studio.BookAsync(member, await widget.TokenAsync(), 20, claim);

        Assert.StartsWith(PictureStart, await SignatureAsync(widget), StringComparison.Ordinal);
        await studio.AssertSettledAsync(member);
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task Mandate_IsSignedWithTheKeyboard_OnAPhoneInTheDark()
    {
        var studio = await WidgetStudio.OpenAsync(books);
        var member = await studio.Studio.MemberAsync();
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened =
            await browser.OpenAsync(new() { ViewportSize = new() { Width = 390, Height = 844 }, ColorScheme = ColorScheme.Dark });
        await opened.GoAsync(shop.Address);
        var widget = await new EmbeddedWidget(opened.Page).OpenAsync(await studio.OpenSignedSessionAsync(member, 0, "SEPA"));
        var keyboard = opened.Page.Keyboard;

        foreach (var typed in new[] { "DE02120300000000202051", "Ada Nkemelu" })
        {
            await keyboard.PressAsync("Tab");
            await keyboard.TypeAsync(typed);
        }

        await keyboard.PressAsync("Tab");
        await Expect(widget.Frame.GetByRole(AriaRole.Button, new() { Name = "Clear" })).ToBeFocusedAsync();
        await keyboard.PressAsync("Tab");
        await Expect(widget.Frame.GetByLabel("Signature")).ToBeFocusedAsync();
        await keyboard.TypeAsync("Ada Nkemelu");
        Assert.NotEqual(0, await InkAsync(widget));
        await keyboard.PressAsync("Tab");
        await keyboard.PressAsync("Space");
        await opened.LookAsync("signature-typed-phone-dark");
        await keyboard.PressAsync("Tab");
        await keyboard.PressAsync("Enter");

        await studio.TakeInstrumentAsync(member, await widget.TokenAsync());
        Assert.StartsWith(PictureStart, await SignatureAsync(widget), StringComparison.Ordinal);
        Assert.Empty(opened.Errors);
    }

    /// <summary>Draws a line through points of the pad, as fractions of its width and height.</summary>
    private static async Task DrawAsync(IPage page, EmbeddedWidget widget, params (float X, float Y)[] points)
    {
        var pad = widget.Frame.Locator("canvas");
        await pad.ScrollIntoViewIfNeededAsync();
        var box = (await pad.BoundingBoxAsync())!;
        await MoveAsync(points[0]);
        await page.Mouse.DownAsync();
        foreach (var point in points[1..])
            await MoveAsync(point);
        await page.Mouse.UpAsync();

        Task MoveAsync((float X, float Y) to) =>
            page.Mouse.MoveAsync(box.X + (box.Width * to.X), box.Y + (box.Height * to.Y), new() { Steps = 8 });
    }

    /// <summary>How many pixels of the pad have ink.</summary>
    private static Task<int> InkAsync(EmbeddedWidget widget) => widget.Frame.Locator("canvas").EvaluateAsync<int>(
        "pad => pad.getContext('2d').getImageData(0, 0, pad.width, pad.height).data.filter((value, at) => at % 4 === 3 && value > "
            + "0).length");

    /// <summary>The signature that the page was given.</summary>
    private static async Task<string> SignatureAsync(EmbeddedWidget widget) =>
        (string)JsonNode.Parse(await widget.DetailsAsync())!["sepa"]!["bankAccountDetails"]!["signature"]!;
}
