using Microsoft.Playwright;
using Quittance.Core.Access;
using Quittance.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Console;

/// <summary>The console without a pointer.</summary>
[Long]
public sealed class KeyboardTests(BooksFixture books, Browser browser)
{
    private const string Password = "correct horse battery staple";

    // More than any page here has stops.
    private const int ManyStops = 60;

    // The element with the focus shows it, and is visible.
    private const string ShowsFocus =
        """
        () => {
          const at = document.activeElement;
          if (at === document.body) return null;
          const box = at.getBoundingClientRect();
          const style = getComputedStyle(at);
          const isSeen = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
          return isSeen && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 ? null : at.outerHTML.slice(0, 200);
        }
        """;

    [Fact]
    public async Task Keyboard_IsEnough_FromSigningInToARefund()
    {
        using var desk = await TestDesk.OpenAsync(books, OperatorRole.Operator);
        var till = new Till(books, desk.Merchant);
        await till.OpenAsync("S-1", "Adventure Works Cycles");
        await till.OpenAsync("S-2", "Harbour Yoga");
        var number = await till.PayAsync("S-1", 100_00);
        await till.PayAsync("S-2", 70_00);
        await using var opened = await browser.OpenAsync(new() { Locale = "en-GB", ViewportSize = new() { Width = 1280, Height = 900 } });
        var (page, keyboard) = (opened.Page, opened.Page.Keyboard);
        await page.GotoAsync(new Uri(books.Address, "/console").AbsoluteUri);

        // One starts in the first field.
        await Expect(page.GetByLabel("Merchant number")).ToBeFocusedAsync();
        await keyboard.TypeAsync($"{desk.Merchant.Value}");
        await TabToAsync(page, page.GetByLabel("User"), stops: 1);
        await keyboard.TypeAsync(desk.Person.Email);
        await TabToAsync(page, page.GetByLabel("Password"), stops: 1);
        await keyboard.TypeAsync(Password);
        await keyboard.PressAsync("Enter");
        await Expect(page).ToHaveTitleAsync(new System.Text.RegularExpressions.Regex("Today", default, TimeSpan.FromMinutes(1)));
        await GoAsync("Payments");

        // Past the navigation to the search at once; the results come without a button.
        await TabToAsync(page, Skip(page), stops: 1);
        await keyboard.PressAsync("Enter");
        await TabToAsync(page, page.GetByLabel("Search"), stops: 1);
        await keyboard.TypeAsync("adventure");
        await Expect(page.Locator("#results tbody tr")).ToHaveCountAsync(1);
        await GoAsync($"{number}");
        await GoAsync("Refund");
        await TabToAsync(page, page.GetByLabel("Amount in EUR"));
        await keyboard.PressAsync("Control+A");
        await keyboard.TypeAsync("12.34");
        await TabToAsync(page, page.GetByLabel("Reason"), stops: 2);
        await keyboard.TypeAsync("Asked for by phone");
        await TabToAsync(page, page.GetByRole(AriaRole.Button, Called("Refund")), stops: 1);
        await keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("The money goes back to the payer.");
        Assert.Equal(12_34, await till.MinorAsync(number, "refunded"));

        // Nothing on the way holds the focus: one comes round to where one began.
        await TabToAsync(page, page.Locator("#steps > summary"));
        await TabToAsync(page, Skip(page));
        await TabToAsync(page, page.Locator(".bar .menu > summary"));
        await keyboard.PressAsync("Enter");
        await TabToAsync(page, page.GetByRole(AriaRole.Button, Called("Sign out")));
        await keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("You are signed out.");
        Assert.Empty(opened.Errors);

        async Task GoAsync(string link)
        {
            await TabToAsync(page, page.GetByRole(AriaRole.Link, Called(link)));
            var from = page.Url;
            await keyboard.PressAsync("Enter");
            await Expect(page).Not.ToHaveURLAsync(from);
            await page.WaitForFunctionAsync("document.readyState !== 'loading'");
        }
    }

    private static ILocator Skip(IPage page) => page.GetByRole(AriaRole.Link, Called("Skip to the content"));

    private static PageGetByRoleOptions Called(string name) => new() { Name = name, Exact = true };

    /// <summary>Goes on with the Tab key until something has the focus. Every element on the way shows that it has it.</summary>
    private static async Task TabToAsync(IPage page, ILocator wanted, int stops = ManyStops)
    {
        for (var stop = 0; stop < stops; stop++)
        {
            await page.Keyboard.PressAsync("Tab");
            Assert.Null(await page.EvaluateAsync<string?>(ShowsFocus));
            if (await wanted.EvaluateAsync<bool>("element => element === document.activeElement"))
                return;
        }

        Assert.Fail($"{wanted} is not reached in {stops} stops; the focus is on "
            + $"{await page.EvaluateAsync<string>("() => document.activeElement.outerHTML.slice(0, 200)")}");
    }
}
