using Microsoft.Playwright;
using Quittance.Tests.Running;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Web;

/// <summary>The pages that show the APIs' documents.</summary>
public sealed class ApiPageTests(BooksFixture books, Browser browser)
{
    private const string Shown = "TMF676 Payment Management";

    [Long]
    [Theory]
    [InlineData(1280, ColorScheme.Light, "openapi")]
    [InlineData(390, ColorScheme.Dark, "openapi-phone-dark")]
    public async Task List_LeadsToEveryApi(int width, ColorScheme scheme, string name)
    {
        await using var opened = await OpenAsync(width, scheme);
        await opened.LookAsync(name);
        foreach (var dialect in books.Dialects.Where(dialect => dialect.Description is not null))
        {
            await opened.GoAsync(new Uri(books.Address, "/openapi").AbsoluteUri);
            await opened.Page.GetByRole(AriaRole.Link, new() { Name = dialect.Description!.Title, Exact = true }).ClickAsync();
            await Expect(opened.Page.GetByRole(AriaRole.Heading, new() { Name = dialect.Description.Title }).First).ToBeVisibleAsync();
        }

        Assert.Empty(opened.Errors);
    }

    [Theory]
    [InlineData(ColorScheme.Light, "openapi-viewer")]
    [InlineData(ColorScheme.Dark, "openapi-viewer-dark")]
    public async Task Viewer_ShowsAnApi_AndLoadsNothingFromElsewhere(ColorScheme scheme, string name)
    {
        await using var opened = await OpenAsync(1280, scheme);
        List<string> asked = [];
        opened.Page.Request += (_, request) => asked.Add(request.Url);
        await opened.Page.GetByRole(AriaRole.Link, new() { Name = Shown, Exact = true }).ClickAsync();

        await opened.Page.GetByText("Records a payment").First.ClickAsync();
        await Expect(opened.Page.GetByText("Money in hand").First).ToBeVisibleAsync();
        await opened.LookAsync(name);

        Assert.Empty(opened.Errors);
        Assert.NotEmpty(asked);
        Assert.All(asked, address => Assert.True(
            address.StartsWith(books.Address.AbsoluteUri, StringComparison.Ordinal)
                || address.StartsWith("data:", StringComparison.Ordinal), address));
    }

    [Theory]
    [InlineData("/openapi")]
    [InlineData("/openapi/view/index.html")]
    public async Task Page_LetsNothingInButItsOwn(string address)
    {
        using var answer = await books.Client.GetAsync(address, TestContext.Current.CancellationToken);

        var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self' 'sha256-", policy, StringComparison.Ordinal);
        Assert.EndsWith(
            "'; style-src-attr 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
                + "frame-ancestors 'none'",
            policy, StringComparison.Ordinal);
    }

    private async Task<BrowserPage> OpenAsync(int width, ColorScheme scheme)
    {
        var opened = await browser.OpenAsync(new() { ViewportSize = new() { Width = width, Height = 900 }, ColorScheme = scheme });
        await opened.GoAsync(new Uri(books.Address, "/openapi").AbsoluteUri);
        return opened;
    }
}
