using Microsoft.Playwright;
using Quittance.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Web;

/// <summary>A widget in a page, as its customer uses it.</summary>
internal sealed class EmbeddedWidget(IPage page, string container = "one")
{
    public IFrameLocator Frame => page.FrameLocator($"#{container} iframe");

    /// <summary>The amount, or what is said in place of the form.</summary>
    public ILocator Heading => Frame.GetByRole(AriaRole.Heading, new() { Level = 1 });

    /// <summary>The fault of the widget as a whole.</summary>
    public ILocator Banner => Frame.Locator(".banner");

    public ILocator Button => Frame.Locator("button.primary");

    /// <summary>Embeds it in a shop's page.</summary>
    public async Task<EmbeddedWidget> OpenAsync(string token, object? more = null)
    {
        await page.EvaluateAsync(
            "([userSessionToken, container, more]) => embed({ userSessionToken, container, ...more })",
            new object[] { token, container, more ?? new { } });
        await Expect(Heading).ToBeVisibleAsync();
        return this;
    }

    public async Task FillCardAsync(string number = VaultedPayments.GoodCard)
    {
        await Frame.GetByLabel("Card number").FillAsync(number);
        await Frame.GetByLabel("Expiry date").FillAsync("12/40");
        await Frame.GetByLabel("Security code").FillAsync("123");
        await Frame.GetByLabel("Name on card").FillAsync("Ada Nkemelu");
    }

    public async Task FillSepaAsync()
    {
        await Frame.GetByLabel("IBAN").FillAsync("DE02120300000000202051");
        await Frame.GetByLabel("Account holder").FillAsync("Ada Nkemelu");
        await CheckAsync("I give this mandate");
    }

    /// <summary>Checks a box by the keyboard: the frame grows while it is filled in, so a click may land beside the box.</summary>
    public async Task CheckAsync(string label)
    {
        await Frame.GetByLabel(label).PressAsync("Space");
        await Expect(Frame.GetByLabel(label)).ToBeCheckedAsync();
    }

    /// <summary>Presses the button by the keyboard, for the reason of <see cref="CheckAsync"/>.</summary>
    public Task PayAsync() => Button.PressAsync("Enter");

    /// <summary>Waits until the page has a token, and gives it.</summary>
    public async Task<string> TokenAsync()
    {
        await Expect(Heading).ToHaveTextAsync("Thank you");
        var heard = await page.WaitForFunctionAsync("container => heard.find(one => one.container === container)?.token", container);
        return await heard.JsonValueAsync<string>();
    }

    /// <summary>The instrument as the page got it, as JSON.</summary>
    public Task<string> DetailsAsync() =>
        page.EvaluateAsync<string>("container => JSON.stringify(heard.find(one => one.container === container)?.details)", container);
}
