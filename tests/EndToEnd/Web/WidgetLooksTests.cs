using System.Net;
using Microsoft.Playwright;
using Quittance.Core.Profiles;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Web;

/// <summary>The widget on small screens, in the dark, without a pointer, in other languages, and as a page wants it to look.</summary>
[Long]
public sealed class WidgetLooksTests(BooksFixture books, Browser browser)
{
    [Fact]
    public async Task Keyboard_IsEnough()
    {
        var studio = await WidgetStudio.OpenAsync(books);
        var member = await studio.Studio.MemberAsync();
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync(shop.Address);
        var widget = await new EmbeddedWidget(opened.Page).OpenAsync(await studio.OpenSessionAsync(member, 20, "CREDIT_CARD", "SEPA"));
        var keyboard = opened.Page.Keyboard;

        await keyboard.PressAsync("Tab");
        await Expect(widget.Frame.GetByLabel("Card", new() { Exact = true })).ToBeFocusedAsync();
        await keyboard.PressAsync("ArrowDown");
        await Expect(widget.Frame.GetByLabel("SEPA Direct Debit")).ToBeFocusedAsync();
        await Expect(widget.Frame.GetByLabel("IBAN")).ToBeVisibleAsync();
        await keyboard.PressAsync("ArrowUp");
        foreach (var typed in new[] { "4242424242424242", "1240", "123", "Ada Nkemelu" })
        {
            await keyboard.PressAsync("Tab");
            await keyboard.TypeAsync(typed);
        }

        await Expect(widget.Frame.GetByLabel("Card number")).ToHaveValueAsync("4242 4242 4242 4242");
        await Expect(widget.Frame.GetByLabel("Expiry date")).ToHaveValueAsync("12/40");
        await opened.LookAsync("keyboard");
        await keyboard.PressAsync("Tab");
        await keyboard.PressAsync("Space");
        await Expect(widget.Frame.GetByLabel("Save this payment method for next time")).ToBeCheckedAsync();
        await keyboard.PressAsync("Tab");
        await Expect(widget.Button).ToBeFocusedAsync();
        await keyboard.PressAsync("Enter");

        await widget.TokenAsync();
        await Expect(widget.Heading).ToBeFocusedAsync();
        Assert.Empty(opened.Errors);
    }

    [Theory]
    [InlineData(390, ColorScheme.Light, "phone")]
    [InlineData(320, ColorScheme.Light, "phone-small")]
    [InlineData(1280, ColorScheme.Dark, "dark")]
    [InlineData(390, ColorScheme.Dark, "phone-dark")]
    public async Task Form_IsWholeOnAnyScreen_InAnyLight(int width, ColorScheme scheme, string name)
    {
        var studio = await WidgetStudio.OpenAsync(books);
        var member = await studio.Studio.MemberAsync();
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 844 },
            ColorScheme = scheme,
            IsMobile = width < 500,
            HasTouch = width < 500,
        });
        await opened.GoAsync(shop.Address);
        var widget = await new EmbeddedWidget(opened.Page).OpenAsync(await studio.OpenSessionAsync(member, 1255.50m));
        await opened.LookAsync($"{name}-card");

        await widget.Frame.GetByText("SEPA Direct Debit").ClickAsync();
        await widget.Frame.GetByLabel("IBAN").FillAsync("DE02120300000000202052");
        await widget.PayAsync();
        await Expect(widget.Frame.GetByText("This IBAN is not valid.")).ToBeVisibleAsync();
        await opened.LookAsync($"{name}-sepa-wrong");

        await widget.FillSepaAsync();
        await widget.PayAsync();
        await widget.TokenAsync();
        await opened.LookAsync($"{name}-paid");
        var isDark = await widget.Frame.Locator("body").EvaluateAsync<bool>(
            "body => Number(/\\d+/.exec(getComputedStyle(body).backgroundColor)[0]) < 128");
        Assert.Equal(scheme == ColorScheme.Dark, isDark);
        Assert.Empty(opened.Errors);
    }

    [Theory]
    [InlineData("de", "DE", "EUR", "SEPA", "IBAN", "1.255,50 €")]
    [InlineData("de-CH", "CH", "CHF", "CH_DD", "IBAN", "CHF 1'255.50")]
    [InlineData("fr", "FR", "EUR", "SEPA", "IBAN", "1 255,50 €")]
    public async Task Form_SpeaksTheLanguageOfThePage(
        string locale, string country, string currency, string choice, string label, string amount)
    {
        var studio = await WidgetStudio.OpenAsync(books, currency);
        var member = await studio.Studio.MemberAsync();
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync(shop.Address);

        var widget = await new EmbeddedWidget(opened.Page).OpenAsync(
            await studio.OpenSessionAsync(member, 1255.50m, choice), new { locale, countryCode = country });

        await Expect(widget.Heading).ToContainTextAsync(amount);
        await Expect(widget.Frame.GetByLabel(label)).ToBeVisibleAsync();
        await widget.PayAsync();
        await opened.LookAsync($"language-{locale}");
        Assert.Empty(opened.Errors);
    }

    /// <summary>The colours can't be read as they are on the ground of the look, one on white and the other in the dark.</summary>
    [Theory]
    [InlineData("#ffe600", 1440, ColorScheme.Light, true)]
    [InlineData("#10204a", 390, ColorScheme.Dark, false)]
    [InlineData("#b3005e", 390, ColorScheme.Light, true)]
    public async Task Merchant_IsShownByItsLogo_InItsColourAsItCanBeRead(string colour, int width, ColorScheme scheme, bool isSvg)
    {
        var studio = await WidgetStudio.OpenAsync(books);
        var (member, biller) = (await studio.Studio.MemberAsync(), await Biller.OpenAsync(books, studio.Studio.Merchant));
        await ProfileTests.IntroduceAsync(biller, colour);
        await ProfileTests.ShowAsync(biller, isSvg ? Pictures.Svg() : Pictures.Png());
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync(
            new() { ViewportSize = new() { Width = width, Height = 844 }, ColorScheme = scheme });
        await opened.GoAsync(shop.Address);
        var token = await studio.OpenSessionAsync(member, 1255.50m);
        var widget = await new EmbeddedWidget(opened.Page).OpenAsync(token);

        var logo = widget.Frame.GetByRole(AriaRole.Img, new() { Name = "Studio", Exact = true });
        await Expect(logo).ToHaveCSSAsync("width", "120px");
        Assert.True(await logo.EvaluateAsync<bool>("image => image.decode().then(() => image.naturalWidth > 0)"));
        await Expect(widget.Frame.GetByText("Studio", new() { Exact = true })).ToHaveCountAsync(0);
        Assert.True(BrandColour.TryParse(colour, out var own));
        var primary = own.ReadableOn(scheme == ColorScheme.Dark ? BrandColour.DarkGround : BrandColour.LightGround);
        await Expect(widget.Button).ToHaveCSSAsync("background-color", Css(primary));
        await Expect(widget.Button).ToHaveCSSAsync("color", Css(primary.TextOn));
        await opened.LookAsync($"branded-{width}-{scheme}");

        // What the page around chooses or says goes before.
        var other = await new EmbeddedWidget(opened.Page, "two").OpenAsync(
            token, new { hideHeading = true, styling = new { primaryColor = "#0a5c3b" } });
        await Expect(other.Button).ToHaveCSSAsync("background-color", "rgb(10, 92, 59)");
        await Expect(other.Frame.GetByRole(AriaRole.Img, new() { Name = "Studio" })).ToHaveCountAsync(0);
        Assert.Empty(opened.Errors);

        static string Css(BrandColour one) => $"rgb({one.Red}, {one.Green}, {one.Blue})";
    }

    /// <summary>The logo is the merchant's of the session, and of nobody whose token is none.</summary>
    [Fact]
    public async Task Logo_IsThatOfTheSessionsMerchant()
    {
        var (studio, bare) = (await WidgetStudio.OpenAsync(books), await WidgetStudio.OpenAsync(books));
        await ProfileTests.ShowAsync(await Biller.OpenAsync(books, studio.Studio.Merchant), Pictures.Svg("<script>alert(1)</script>"));
        var (shown, none) = (
            await AskAsync(await studio.OpenSessionAsync(await studio.Studio.MemberAsync(), 20)),
            await AskAsync(await bare.OpenSessionAsync(await bare.Studio.MemberAsync(), 20)));

        Assert.Equal((HttpStatusCode.OK, "image/svg+xml"), (shown.Status, shown.Type));
        Assert.Contains("<circle", shown.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("alert", shown.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, none.Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync("us_none")).Status);

        async Task<(HttpStatusCode Status, string? Type, string Text)> AskAsync(string token)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/widget/session/logo", UriKind.Relative));
            request.Headers.Authorization = new("Bearer", token);
            using var answer = await books.Client.SendAsync(request, TestContext.Current.CancellationToken);
            return (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType,
                await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Page_ChoosesColoursCornersAndWords()
    {
        var studio = await WidgetStudio.OpenAsync(books);
        var member = await studio.Studio.MemberAsync();
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync(shop.Address);

        var widget = await new EmbeddedWidget(opened.Page).OpenAsync(await studio.OpenSessionAsync(member, 20), new
        {
            styling = new { primaryColor = "#0a5c3b", borderRadius = "2px", borderColor = "url(https://elsewhere.example/)" },
            i18n = new Dictionary<string, string> { ["upc.pay"] = "Join for {amount}" },
        });

        await Expect(widget.Button).ToHaveTextAsync("Join for €20.00");
        await Expect(widget.Button).ToHaveCSSAsync("background-color", "rgb(10, 92, 59)");
        await opened.LookAsync("styled");
        Assert.Empty(opened.Errors);
    }
}
