using Quittance.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Web;

/// <summary>The widget's frame in a browser, from the real server.</summary>
public sealed class WidgetFrameTests(BooksFixture books, Browser browser)
{
    [Fact]
    public async Task Frame_WithoutASession_SaysSoPlainly()
    {
        await using var opened = await browser.OpenAsync(new() { Locale = "en-GB" });

        await opened.Page.GotoAsync(new Uri(books.Address, "/widget/frame").ToString());

        await Expect(opened.Page.GetByRole(Microsoft.Playwright.AriaRole.Heading)).ToHaveTextAsync("This payment session is not valid");
        await opened.KeepAsync("frame-without-session");
        Assert.Empty(opened.Errors);
    }
}
