using Microsoft.Playwright;
using Quittance.Core.Access;
using Quittance.Tests.Running;
using Quittance.Tests.Web;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.OAuth;

/// <summary>The page on which people sign in, as they see it.</summary>
public sealed class SignInPageTests(BooksFixture books, Browser browser)
{
    [Fact]
    public async Task Person_GoesByKeyboardFromTheClientAndBack_WithAMistakeOnTheWay()
    {
        var (shop, address) = await AddressAsync();
        using var ada = await Visitor.OfAsync(shop);
        await using var opened = await browser.OpenAsync(new() { ViewportSize = new() { Width = 1280, Height = 900 } });
        var page = opened.Page;
        await opened.GoAsync(address);
        await Expect(page).ToHaveTitleAsync("Sign in · Rail");
        await opened.LookAsync("sign-in");

        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByLabel("E-mail address")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(ada.Email);
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.GetByLabel("Password")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("not it at all");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The e-mail address or the password is wrong.");
        await Expect(page.GetByLabel("E-mail address")).ToHaveValueAsync(ada.Email);
        await Expect(page.GetByLabel("Password")).ToHaveValueAsync("");
        await opened.LookAsync("sign-in-wrong");

        await page.GetByLabel("Password").FillAsync(ada.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in and allow" }).ClickAsync();
        await page.ArrivesAsync("/health/live");
        Assert.Contains("code=qac_", page.Url, StringComparison.Ordinal);
        Assert.Contains("state=a%20b%26c%3Dd%2F%C3%A9", page.Url, StringComparison.Ordinal);
        // The browser tells of the answer's status, and of nothing else.
        Assert.All(opened.Errors, error => Assert.Contains("403", error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280, "")]
    [InlineData(ColorScheme.Dark, 360, "-phone-dark")]
    public async Task Person_WithASecondFactor_TypesTheCodeOnThePageThatFollows(ColorScheme scheme, int width, string suffix)
    {
        var (shop, address) = await AddressAsync();
        using var desk = await Console.TestDesk.OpenAsync(books, OperatorRole.Viewer, shop.Merchant);
        var phone = await Console.Authenticator.SetUpAsync(desk);
        await using var opened = await browser.OpenAsync(
            new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 900 } });
        await opened.GoAsync(address);
        await opened.Page.GetByLabel("E-mail address").FillAsync(desk.Person.Email);
        await opened.Page.GetByLabel("Password").FillAsync("correct horse battery staple");
        await opened.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in and allow" }).ClickAsync();
        await Expect(opened.Page.GetByLabel("Code of your authenticator")).ToBeVisibleAsync();
        await opened.LookAsync($"sign-in-code{suffix}");

        await opened.Page.GetByLabel("Code of your authenticator").FillAsync(phone.Code());
        await opened.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in and allow" }).ClickAsync();
        await opened.Page.ArrivesAsync("/health/live");
        Assert.Contains("code=qac_", opened.Page.Url, StringComparison.Ordinal);
    }

    /// <summary>The page that follows the sign-in: a viewer gives less than the client asks for.</summary>
    [Theory]
    [InlineData(ColorScheme.Light, 1280, "")]
    [InlineData(ColorScheme.Dark, 360, "-phone-dark")]
    public async Task Viewer_SeesWhatTheClientGets_AndAllowsThatAlone(ColorScheme scheme, int width, string suffix)
    {
        var shop = await TokenShop.OpenAsync(books, "quittance");
        using var viewer = await Visitor.OfAsync(shop, OperatorRole.Viewer);
        var (_, address) = await AddressAsync(shop, ActingClient.ScopesOf("quittance"), scope: "");
        await using var opened = await browser.OpenAsync(
            new() { ColorScheme = scheme, ViewportSize = new() { Width = width, Height = 900 } });
        var page = opened.Page;
        await opened.GoAsync(address);
        await page.GetByLabel("E-mail address").FillAsync(viewer.Email);
        await page.GetByLabel("Password").FillAsync(viewer.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in and allow" }).ClickAsync();

        await Expect(page.GetByText("You are signed in as Ada Nkemelu.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Listitem)).ToHaveTextAsync(
            ["See every change; as an operator, have failed messages sent again; as an admin, also get a message for it",
                "See customers, what they owe and what they paid"]);
        await opened.LookAsync($"consent{suffix}");
        await page.GetByRole(AriaRole.Button, new() { Name = "Allow" }).ClickAsync();
        await page.ArrivesAsync("/health/live");
        Assert.Contains("code=qac_", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_OnADarkPhone_WithoutScripts_LetsPeopleIn()
    {
        var (shop, address) = await AddressAsync();
        using var ada = await Visitor.OfAsync(shop);
        var phone = new BrowserNewContextOptions
        {
            ViewportSize = new() { Width = 360, Height = 780 },
            ColorScheme = ColorScheme.Dark,
            IsMobile = true
        };
        await using (var opened = await browser.OpenAsync(phone))
        {
            await opened.GoAsync(address);
            await opened.LookAsync("sign-in-phone-dark");
            Assert.Empty(opened.Errors);
        }

        await using var plain = await browser.OpenAsync(new(phone) { JavaScriptEnabled = false });
        await plain.GoAsync(address);
        await plain.Page.GetByLabel("E-mail address").FillAsync(ada.Email);
        await plain.Page.GetByLabel("Password").FillAsync(ada.Password);
        await plain.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in and allow" }).ClickAsync();
        await plain.Page.ArrivesAsync("code=qac_");
        Assert.Empty(plain.Errors);
    }

    [Fact]
    public async Task Person_Cancels_WithoutTypingAnything()
    {
        var (_, address) = await AddressAsync();
        await using var opened = await browser.OpenAsync();
        await opened.GoAsync(address);
        await opened.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await opened.Page.ArrivesAsync("error=access_denied");
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task Link_ThatDoesNotWork_SaysSo()
    {
        await using var opened = await browser.OpenAsync(new() { ViewportSize = new() { Width = 360, Height = 780 } });
        await opened.GoAsync(new Uri(books.Address, Visitor.AddressOf(new ClientUnderTest("qc_nobody", ""))).ToString());
        await Expect(opened.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("This does not work");
        await opened.LookAsync("sign-in-trouble");
    }

    private async Task<(TokenShop Shop, string Address)> AddressAsync() =>
        await AddressAsync(await TokenShop.OpenAsync(books, "train-travel"), ["read", "write"], "read write");

    /// <summary>The page for a client that has people sent back to another host, where something answers.</summary>
    private async Task<(TokenShop Shop, string Address)> AddressAsync(TokenShop shop, IReadOnlyCollection<string> scopes, string scope)
    {
        var redirectUri = $"http://localhost:{books.Address.Port}/health/live";
        var client = await shop.ClientAsync(scopes, redirectUris: redirectUri);
        return (shop, new Uri(books.Address, Visitor.AddressOf(client, ("redirect_uri", redirectUri), ("scope", scope))).ToString());
    }
}
