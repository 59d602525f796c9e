using System.Net;
using Microsoft.Playwright;
using Quittance.Tests.OwnApi;
using Quittance.Tests.Providers;
using Quittance.Tests.Running;
using Quittance.Tests.SportAlliance;
using static Microsoft.Playwright.Assertions;

namespace Quittance.Tests.Web;

/// <summary>Customers enter their cards on the page of the provider and come back to the widget.</summary>
public sealed class WidgetPageTests(BooksFixture books, Browser browser)
{
    [Fact]
    public async Task Card_IsEnteredOnTheProvidersPage_AndPays()
    {
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        var (stripe, member, widget) = await OpenAsync(shop, opened);
        await Expect(widget.Frame.GetByText("secure page of our payment provider")).ToBeVisibleAsync();
        await opened.LookAsync("page-form");

        // A customer who enters nothing may think again.
        await widget.PayAsync();
        await Expect(opened.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Sandbox checkout");
        await opened.KeepAsync("page-checkout");
        await opened.Page.GetByRole(AriaRole.Link, new() { Name = "Back" }).ClickAsync();
        await Expect(widget.Banner).ToContainTextAsync("No card was entered.");
        await opened.LookAsync("page-not-entered");

        await widget.PayAsync();
        await EnterAsync(opened, Visits.GoodCard);
        var booked = await stripe.Visits.BookAsync(member, await widget.TokenAsync(), "20");

        Assert.Equal(HttpStatusCode.OK, booked.Status);
        Assert.Equal("succeeded", (string?)Assert.Single(await stripe.ListAsync("payment_intents"))["status"]);
        Assert.All(opened.Errors, error => Assert.Contains("422", error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Card_ThatTheBankWantsConfirmed_LeadsOnToTheBankAndBack()
    {
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        var (stripe, member, widget) = await OpenAsync(shop, opened);
        await widget.PayAsync();
        await EnterAsync(opened, "4000000000003220");

        await Expect(opened.Page.GetByRole(AriaRole.Heading)).ToHaveTextAsync("Sandbox bank");
        await opened.Page.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        var booked = await stripe.Visits.BookAsync(member, await widget.TokenAsync(), "20");

        Assert.Equal(HttpStatusCode.OK, booked.Status);
        Assert.Empty(opened.Errors);
    }

    [Fact]
    public async Task Session_ThatNothingCharges_SaysSo_AndOffersTheCardOnceOneDoes()
    {
        await using var shop = await EmbeddingShop.StartAsync(books.Address);
        await using var opened = await browser.OpenAsync();
        var studio = await TestStudio.OpenAsync(books);
        var visits = new Visits(books, studio);
        await opened.GoAsync(shop.Address);
        var widget = await new EmbeddedWidget(opened.Page).OpenAsync(await visits.SessionAsync(await studio.MemberAsync(), "20"));

        await Expect(widget.Heading).ToHaveTextAsync("There is no way to pay here at the moment");
        await opened.LookAsync("nothing-offered");
        await Payer.ConnectAsync(books, studio.Merchant);
        await widget.Button.ClickAsync();
        await widget.FillCardAsync();
        await widget.PayAsync();

        Assert.NotEmpty(await widget.TokenAsync());
        Assert.Empty(opened.Errors);
    }

    private async Task<(StripeStudio Stripe, long Member, EmbeddedWidget Widget)> OpenAsync(EmbeddingShop shop, BrowserPage opened)
    {
        var stripe = await StripeStudio.OpenAsync(books);
        var (member, _) = await stripe.Visits.OwingAsync();
        await opened.GoAsync(shop.Address);
        return (stripe, member, await new EmbeddedWidget(opened.Page).OpenAsync(await stripe.Visits.SessionAsync(member, "20")));
    }

    private static async Task EnterAsync(BrowserPage opened, string number)
    {
        await opened.Page.GetByLabel("Card number").FillAsync(number);
        await opened.Page.GetByLabel("Expiry date").FillAsync("12/40");
        await opened.Page.GetByLabel("Security code").FillAsync("123");
        await opened.Page.GetByLabel("Name on card").FillAsync("Ada Nkemelu");
        await opened.Page.GetByRole(AriaRole.Button, new() { Name = "Save card" }).ClickAsync();
    }
}
